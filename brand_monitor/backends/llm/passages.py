"""Passages: the part of a page that speaks of a question, as a numbered source. Pure and deterministic.

Belongs here: words of a question, sentences of a page, choosing and labelling them. Not here: which pages
(``retrieval``), the rest of the prompt (``grounding``).
"""

import re

_BREAK = re.compile(r"(?<=[.!?])\s+|\s*\n+\s*")
_WORD = re.compile(r"\w+")
#: A footnote mark of the page itself: copied into an answer it would count as a citation of ours.
_FOOTNOTE = re.compile(r"\s*\[\d+\]")
_END = re.compile(r"([.!?:;,]*)$")

# Words of asking, which say nothing of what is asked for. BM25 on a few dozen pages cannot know that they
# are common: "which", "few" and "brands" would outweigh "marathon".
_ASKING = frozenset(
    (  # noqa: SIM905 - a word a line would be three screens
        "a about an and any are as at be best brand brands buy can could do does few find for from get give "
        "good great have help how i if in is it like list look looking make many me most my name need of on "
        "one or people please recommend recommended should some suggest tell that the their there these they "
        "this to top try want what when where which who why will with would you your"
    ).split()
)


def keywords(question: str) -> list[str]:
    """Return the different words of a question that say what it is about, in order."""
    words = dict.fromkeys(_WORD.findall(question.casefold()))
    return [word for word in words if word not in _ASKING] or list(words)


def passage(text: str, question: str, *, words: int) -> list[str]:
    """Return neighbouring sentences of ``text``, at most ``words`` words in all, nearest to the question.

    Nearest is the window with the most different keywords; of equal ones the first. O(sentences x words).
    """
    sentences = [part.strip() for part in _BREAK.split(_FOOTNOTE.sub("", text))]
    sentences = [" ".join(sentence.split()[:words]) for sentence in sentences if sentence]
    lengths = [len(sentence.split()) for sentence in sentences]
    wanted = {_stem(word) for word in keywords(question)}
    held = [wanted & {_stem(word) for word in _WORD.findall(each.casefold())} for each in sentences]
    best, chosen = -1, slice(0, 0)
    for start in range(len(sentences)):
        end, used, found = start, 0, set[str]()
        while end < len(sentences) and used + lengths[end] <= words:
            used, found, end = used + lengths[end], found | held[end], end + 1
        if len(found) > best:
            best, chosen = len(found), slice(start, end)
    return sentences[chosen]


def numbered(number: int, title: str, sentences: list[str]) -> str:
    """Return a source as one line, ``[2] Title: It runs [2].``, in which every sentence has its number.

    A model that copies a sentence then copies where it is from; nothing is ever added to an answer.
    """
    marked = (_END.sub(lambda end: f" [{number}]{end[1] or '.'}", each, count=1) for each in sentences)
    return " ".join([f"[{number}] {_FOOTNOTE.sub('', title).strip()}:", *marked])


def _stem(word: str) -> str:
    return word.removesuffix("s")
