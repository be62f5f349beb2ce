"""The Responses format, which OpenAI made and Perplexity's Agent API follows: output items and their text.

Belongs here: what both say alike. Not here: searches, errors and prices (each provider's wire format).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from brand_monitor.backends.llm.interface import Call, Reading, Source
from brand_monitor.backends.llm.providers.spans import Annotation, code_point_spans, unmarked
from brand_monitor.backends.llm.providers.values import count, mapping, mappings, string, word
from brand_monitor.backends.llm.providers.wire import Reply

#: Reasons of an incomplete response that mean a filter stopped it.
_FILTERED = "content_filter"
#: Codes of errors that are the answer of a usage policy, beside those that say so by their ending.
_POLICY_CODES = {"invalid_prompt", "content_filter", "moderation_blocked"}
#: Longest part of a provider's message that is quoted.
_QUOTED = 1_000
SUCCESS = range(200, 300)
#: Statuses of a response object that are no answer, whatever the status of the HTTP reply.
_UNFINISHED = ("failed", "cancelled", "queued", "in_progress")
#: What stands between two final messages; the parts of one message follow each other directly.
_BETWEEN_MESSAGES = "\n\n"


@dataclass(frozen=True)
class Said:
    """What the final messages say. ``refusal`` is the text of a refusal part, if there is one."""

    text: str
    refusal: str | None
    citations: tuple[Source, ...]


def message_input(call: Call) -> str | list[dict[str, str]]:
    """Return the conversation as ``input``: a single question as a plain text."""
    if len(call.messages) == 1 and call.messages[0].role == "user":
        return call.messages[0].content
    return [{"role": message.role, "content": message.content} for message in call.messages]


def set_parameters(call: Call) -> set[str]:
    """Return the parameters that the call sets and a model may not take."""
    return {
        name
        for name, is_set in (
            ("temperature", call.temperature is not None),
            ("seed", call.seed is not None),
            ("effort", bool(call.effort)),
            ("stop", bool(call.stop)),
        )
        if is_set
    }


def output_items(response: Mapping[str, Any], kind: str) -> list[Mapping[str, Any]]:
    """Return the output items of one type, in order."""
    return [item for item in mappings(response.get("output")) if item.get("type") == kind]


def said(response: Mapping[str, Any]) -> Said:
    """Return what the final messages say, with citations as spans of the whole text.

    A message of phase ``commentary`` ("I am going to search") is no part of the answer.
    """
    text, refusals, cited = "", [], []
    for message in output_items(response, "message"):
        if message.get("phase") == "commentary":
            continue
        between = _BETWEEN_MESSAGES if text else ""
        for part in mappings(message.get("content")):
            if part.get("type") == "refusal":
                refusals.append(word(part.get("refusal")) or "the model declined without a word")
            elif part.get("type") == "output_text" and (piece := string(part.get("text"))):
                text += between
                between = ""
                cited += _citations(piece, part.get("annotations"), len(text))
                text += piece
    return Said(text, " ".join(refusals) or None, _numbered(cited))


def outcome(response: Mapping[str, Any], message: Said) -> tuple[str, str | None]:
    """Return the status of the answer (ok, empty, refused) and the reason if it is not ok."""
    incomplete = word(mapping(response.get("incomplete_details")).get("reason"))
    if incomplete == _FILTERED:
        return "refused", "a content filter stopped the answer (content_filter)"
    if message.text.strip():
        return "ok", None
    if message.refusal:
        return "refused", message.refusal
    if incomplete:
        return "empty", f"no text; the response is incomplete: {incomplete}"
    return "empty", "the response is complete and holds no text"


def policy_refusal(response: Mapping[str, Any]) -> str | None:
    """Return the words in which a usage policy refuses the prompt, None if the reply is something else.

    It comes as an error (status 400, or a failed response with status 200), yet it is what the provider
    answers to this prompt: a refused answer, not a failed call.
    """
    error = mapping(response.get("error"))
    code = word(error.get("code")) or ""
    if code in _POLICY_CODES or code.endswith("_policy") or "policy_violation" in code:
        said = word(error.get("message")) or "the prompt is against the usage policy"
        return f"{said[:_QUOTED]} ({code})"
    return None


def is_broken(response: Mapping[str, Any]) -> bool:
    """Return whether a response says itself that it failed, or is not done."""
    return bool(mapping(response.get("error"))) or word(response.get("status")) in _UNFINISHED


def is_answer(reply: Reply) -> bool:
    """Return whether a reply is an answer: a response with output, or the refusal of a usage policy."""
    response = mapping(reply.body)
    if policy_refusal(response):
        return True
    return reply.status in SUCCESS and not is_broken(response) and isinstance(response.get("output"), list)


def is_malformed(reply: Reply) -> bool:
    """Return whether a reply claims success and yet holds neither output nor an error."""
    return reply.status in SUCCESS and not is_answer(reply) and not is_broken(mapping(reply.body))


def what_failed(reply: Reply) -> str:
    """Return what a reply that is no answer says: its statuses and the provider's words, cut to a length."""
    response = mapping(reply.body)
    status = word(response.get("status")) if reply.status in SUCCESS else None
    said = word(mapping(response.get("error")).get("message")) or reply.text
    return f"status {reply.status}{f', response {status}' if status else ''}: {said[:_QUOTED]}"


def failed_reading(response: Mapping[str, Any], common: Mapping[str, Any]) -> Reading | None:
    """Return the reading of a stored reply that is no answer after all, None if it is one.

    Args:
        response: the reply.
        common: fields of the reading that do not depend on the answer.
    """
    if reason := policy_refusal(response):
        return Reading("refused", None, reason, finish_reason=finish_reason(response), **common)
    if is_broken(response):
        said = word(mapping(response.get("error")).get("message"))
        status = word(response.get("status")) or "failed"
        return Reading(
            "failed", None, f"the response is {status}: {(said or 'no reason given')[:_QUOTED]}", **common
        )
    if not isinstance(response.get("output"), list):
        return Reading("failed", None, "the stored reply holds no output", **common)
    return None


def finish_reason(response: Mapping[str, Any]) -> str | None:
    """Return why the response ended: the reason of an incomplete one, else its status."""
    return word(mapping(response.get("incomplete_details")).get("reason")) or word(response.get("status"))


def _citations(text: str, annotations: Any, offset: int) -> list[Source]:
    """Return the citations of one part; positions are given later, over all parts."""
    found = [
        Annotation(
            url, word(entry.get("title")), count(entry.get("start_index")), count(entry.get("end_index"))
        )
        for entry in mappings(annotations)
        if entry.get("type") == "url_citation" and (url := word(entry.get("url")))
    ]
    spans = code_point_spans(text, found)
    return [
        Source(
            position=0,
            url=unmarked(one.url),
            title=one.title,
            document_id=None,
            relation="cited",
            start=span[0] + offset if span else None,
            end=span[1] + offset if span else None,
        )
        for one, span in zip(found, spans, strict=True)
    ]


def _numbered(cited: Sequence[Source]) -> tuple[Source, ...]:
    """Return the citations numbered by page, in order of first mention; the same one twice counts once."""
    positions: dict[str, int] = {}
    numbered = [
        replace(source, position=positions.setdefault(source.url, len(positions) + 1)) for source in cited
    ]
    return tuple(dict.fromkeys(numbered))
