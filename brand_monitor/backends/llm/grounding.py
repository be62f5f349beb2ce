"""The prompt of a grounded answer: numbered sources, then the question. Pure.

Belongs here: the words, and why they are these words. Not here: finding sources (``retrieval``).

The wording was found by experiment with a model of 135M parameters, which follows examples and repeats what
stands last, and does little else. One worked example, a number at every sentence of the sources, and the
instruction after the question took answers with a valid ``[n]`` from 5 of 14 to 13 of 14; the same
instruction before the sources, a second example, or sampling that punishes repetition made it worse. The
example is about invented kitchen goods, so that no brand of any market can leak out of it.
"""

from collections.abc import Sequence

from brand_monitor.backends.llm.chat import Messages

_SYSTEM = "You answer questions with the numbered sources."
_INSTRUCTION = (
    "List two or three brands or products from the sources, with a reason, and cite the source like [1]."
)
_EXAMPLE_SOURCES = """\
[1] Morning Mug: The Fenwick press makes strong coffee and is easy to clean [1].
[2] Kitchen Notes: The Tolmer kettle heats slowly [2]. Many readers like the Ardell grinder [2].
[3] Home Weekly: The Quill pot is cheap but loud [3]."""
_EXAMPLE_QUESTION = "What should I buy to make coffee at home?"
_EXAMPLE_ANSWER = """\
1. Fenwick press: makes strong coffee and is easy to clean [1]
2. Ardell grinder: liked by many readers [2]"""

#: The example is one block of lines; what a small model writes after a blank line is the prompt again.
STOP = ("\n\n",)


def context_of(sources: Sequence[str]) -> str:
    """Return the block of sources as it stands in the prompt."""
    return "\n".join(sources)


def grounded_messages(context: str, question: str, asker: str) -> Messages:
    """Return the conversation: a worked example, then the sources and the question.

    Args:
        context: block of sources, see ``context_of``.
        question: the question as a buyer asks it.
        asker: what the model is told of who asks; may be empty.
    """
    return [
        {"role": "system", "content": _SYSTEM + asker},
        {"role": "user", "content": _asked(_EXAMPLE_SOURCES, _EXAMPLE_QUESTION)},
        {"role": "assistant", "content": _EXAMPLE_ANSWER},
        {"role": "user", "content": _asked(context, question)},
    ]


def _asked(context: str, question: str) -> str:
    return f"Sources:\n{context}\n\nQuestion: {question}\n{_INSTRUCTION}"
