"""robots.txt as RFC 9309 reads it, once per origin and run.

Belongs here: what a site allows us and how long it wants us to wait. Not here: the waiting.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from protego import Protego

from brand_monitor.backends.web.exchange import Response

# The least that a crawler has to read (RFC 9309, 2.5); what follows is ignored.
MAX_ROBOTS_BYTES = 500 * 1024
# Parsing takes up to agents x rules steps, 1.5 s for a million of them; 500 kB could ask for ten minutes.
MAX_ROBOTS_STEPS = 1_000_000
ROBOTS_DISALLOWED = "robots_disallowed"


@dataclass(frozen=True)
class RobotsRules:
    """What one origin allows. ``refusal`` is set while the file itself cannot be had.

    ``refusal`` is (outcome, reason) of every page of the origin.
    """

    delay_seconds: float = 0.0
    refusal: tuple[str, str] | None = None
    parsed: Protego | None = None
    agent: str = "*"

    def refuses(self, url: str) -> tuple[str, str] | None:
        """Return (outcome, reason) if ``url`` must not be fetched, else None."""
        if self.refusal is not None:
            return self.refusal
        if self.parsed is not None and not self.parsed.can_fetch(url, self.agent):
            return ROBOTS_DISALLOWED, "robots.txt of the site forbids this page"
        return None


class RobotsCache:
    """Rules per origin (scheme, host, port).

    Args:
        fetch: GETs a robots.txt with redirects followed; returns the response, or (outcome, reason).
        user_agent: the full header; rules are matched against its product token.
        max_delay_seconds: a longer crawl delay refuses the site instead of stalling the run.
    """

    def __init__(
        self,
        fetch: Callable[[str], Awaitable[Response | tuple[str, str]]],
        user_agent: str,
        max_delay_seconds: float,
    ) -> None:
        self._fetch = fetch
        self._agent = user_agent.partition("/")[0].strip()
        self._max_delay = max_delay_seconds
        self._rules: dict[str, RobotsRules] = {}

    async def rules_for(self, url: str) -> RobotsRules:
        """Return the rules of the origin of ``url``, fetching its robots.txt at the first call."""
        parts = urlsplit(url)
        origin = f"{parts.scheme}://{parts.netloc}"
        if origin not in self._rules:
            self._rules[origin] = self._read(await self._fetch(f"{origin}/robots.txt"))
        return self._rules[origin]

    def _read(self, answer: Response | tuple[str, str]) -> RobotsRules:
        """RFC 9309, 2.3.1: 4xx allows everything; 5xx and no answer forbid everything for now."""
        if isinstance(answer, tuple):
            outcome, reason = answer
            return RobotsRules(refusal=(outcome, f"robots.txt could not be read: {reason}"))
        if answer.status >= 500:  # noqa: PLR2004 - the class of server errors, as HTTP numbers it
            reason = f"robots.txt answers {answer.status}, which forbids all pages for now"
            return RobotsRules(refusal=(ROBOTS_DISALLOWED, reason))
        if answer.status >= 300:  # noqa: PLR2004 - client errors, and redirects that were given up
            return RobotsRules()
        return self._parse(answer.body.decode("utf-8", "replace").removeprefix("\ufeff"))

    def _parse(self, text: str) -> RobotsRules:
        lines = text.splitlines()
        agents = sum(line.lstrip().lower().startswith("user") for line in lines)
        if agents * len(lines) > MAX_ROBOTS_STEPS:
            reason = f"robots.txt names {agents} agents in {len(lines)} lines; that is too much to read"
            return RobotsRules(refusal=(ROBOTS_DISALLOWED, reason))
        parsed = Protego.parse(text)
        delay = parsed.crawl_delay(self._agent) or 0.0
        if delay > self._max_delay:
            reason = f"robots.txt asks for {delay:g} s between requests; the limit is {self._max_delay:g} s"
            return RobotsRules(refusal=(ROBOTS_DISALLOWED, reason))
        return RobotsRules(delay_seconds=delay, parsed=parsed, agent=self._agent)
