"""The prompt of a grounded answer: numbered sources, then the question. Pure.

Belongs here: the words, and why they are these words. Not here: finding sources (``retrieval``).

The wording was found by experiment with a model of 135M parameters, which follows an example and repeats
what stands last, and does little else. What helped, on the 14 questions of the demo: a number at every
sentence of the sources; the instruction after the question, not before the sources; an answer in lines; one
worked example, not two, about sights of a city, since names of an example about goods turned up in half of
the answers as if they were brands. With this wording, 35 of 42 answers cite a source, 2 of 84 numbers are no
source, and the example shows through in 2 answers. Sampling that punishes repetition invents products.
"""

from collections.abc import Sequence
from dataclasses import replace

from brand_monitor.backends.llm.interface import Call, Message

_SYSTEM = "You answer questions with the numbered sources."
_INSTRUCTION = "List two or three names from the sources, with a reason, and cite the source like [1]."
_EXAMPLE_SOURCES = """\
[1] City Guide: Visitors like the old harbour [1]. The harbour museum is free on Sundays [1].
[2] Travel Notes: The castle is closed in winter [2]. The market hall has the best food [2].
[3] Weekend Post: The tram tour is cheap but loud [3]."""
_EXAMPLE_QUESTION = "What should I see in the city? Name a few places."
_EXAMPLE_ANSWER = """\
1. Old harbour: visitors like it, and its museum is free on Sundays [1]
2. Market hall: has the best food [2]"""

#: The example is one block of lines; what a small model writes after a blank line is the prompt again.
STOP = ("\n\n",)


def context_of(sources: Sequence[str]) -> str:
    """Return the block of sources as it stands in the prompt."""
    return "\n".join(sources)


def grounded_call(call: Call, context: str, *, is_small_model: bool) -> Call:
    """Return the call with the sources before its question.

    Args:
        call: the question; its system text is kept.
        context: block of sources, see ``context_of``.
        is_small_model: show the worked example and end at the first blank line; a large model needs neither.
    """
    question = Message("user", _asked(context, call.prompt))
    example = (
        Message("user", _asked(_EXAMPLE_SOURCES, _EXAMPLE_QUESTION)),
        Message("assistant", _EXAMPLE_ANSWER),
    )
    return replace(
        call,
        system=" ".join(filter(None, (_SYSTEM, call.system))),
        messages=(*example, question) if is_small_model else (question,),
        stop=STOP if is_small_model else (),
    )


def _asked(context: str, question: str) -> str:
    return f"Sources:\n{context}\n\nQuestion: {question}\n{_INSTRUCTION}"
