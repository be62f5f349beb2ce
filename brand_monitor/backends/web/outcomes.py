"""What became of a page: from the last request made for it to an outcome and a reason.

Belongs here: the verdicts (``schemas.raw.FETCH_OUTCOMES``) and the conditional GET's two ends. Not here:
making requests.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http import HTTPStatus

from brand_monitor.backends.web.exchange import Response, media_type
from brand_monitor.backends.web.interface import FetchRequest, FetchResult, Validators
from brand_monitor.domain.urls import canonical_url

REDIRECTS = frozenset({301, 302, 303, 307, 308})
NO_RESPONSE = Response(0, ())
Failure = tuple[str, str]  # (outcome, reason)


@dataclass(frozen=True)
class Step:
    """One request of a page: a response, or why there is none."""

    answer: Response | Failure
    fetched_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    latency_ms: float = 0.0
    is_conditional: bool = False

    def location(self) -> str | None:
        """Return where a redirect points to, None if this is no redirect."""
        if isinstance(self.answer, Response) and self.answer.status in REDIRECTS:
            return self.answer.header("location")
        return None


def conditions(url: str, validators: Validators | None) -> dict[str, str]:
    """Return the headers of a conditional GET; none for a page that did not give the validators."""
    if validators is None or validators.final_url != canonical_url(url):
        return {}
    headers = {"If-None-Match": validators.etag, "If-Modified-Since": validators.last_modified}
    return {name: value for name, value in headers.items() if value}


def result_of(request: FetchRequest, step: Step, url: str, passed: Sequence[str]) -> FetchResult:
    """Return what the last step says about the page; ``passed`` are the URLs that redirected."""
    if isinstance(step.answer, Response):
        response, (outcome, reason) = step.answer, _verdict(step.answer, is_conditional=step.is_conditional)
    else:
        response, (outcome, reason) = NO_RESPONSE, step.answer
    content_type, charset = media_type(response.header("content-type"))
    known = request.validators if outcome == "not_modified" else None
    return FetchResult(
        request=request,
        outcome=outcome,
        reason=reason,
        fetched_at=step.fetched_at,
        latency_ms=step.latency_ms,
        final_url=url,
        redirects=tuple(passed),
        status=response.status or None,
        headers=response.headers,
        content_type=content_type,
        charset=charset,
        # A 304 may repeat the validators and need not; the old ones stay good.
        etag=response.header("etag") or (known.etag if known else None),
        last_modified=response.header("last-modified") or (known.last_modified if known else None),
        body=response.body,
    )


def _verdict(response: Response, *, is_conditional: bool) -> tuple[str, str | None]:
    """Return (outcome, reason) of a response."""
    if response.status == HTTPStatus.NOT_MODIFIED and is_conditional:
        return "not_modified", None
    if not response.is_success:
        return "http_error", f"the server answered {named_status(response.status)}"
    if response.is_truncated:
        return "too_large", f"more than {len(response.body)} bytes; the rest was not read"
    return "ok", None


def named_status(status: int) -> str:
    """Return the status with its phrase, ``404 Not Found``; servers also send numbers that have none."""
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)
