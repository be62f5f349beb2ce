"""What a monitor file says: a market to watch, as pydantic models.

Belongs here: the fields, their types and defaults. Not here: the rules between fields (``rules``), reading
files (``loader``), saying in plain words what is wrong (``messages``).

A ``Monitor`` that exists is valid: the rules between fields hold for one built in Python as for one that was
read from a file.
"""

import hashlib
import re
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)

from brand_monitor.monitor.rules import findings
from brand_monitor.monitor.rules.draft import draft_of

IDENTIFIER_PATTERN = r"^[a-z0-9][a-z0-9_-]{0,62}$"
LOCALE_PATTERN = r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$"


def _bare_domain(value: str) -> str:
    """Return a host name in lower case; a whole address is refused rather than guessed at."""
    domain = value.lower().rstrip(".")
    if not re.fullmatch(r"[^\s/:@?#]+\.[^\s/:@?#.]+", domain):
        raise ValueError(f"must be a bare domain such as example.com (got {value!r})")
    return domain


def _host_and_port(value: str) -> str:
    """Return ``host:port``; both parts are needed, so that one open port opens no other."""
    parts = urlsplit(f"//{value}")
    try:
        complete = parts.hostname is not None and parts.port is not None
    except ValueError:
        complete = False
    if not complete or parts.netloc != value or parts.username is not None:
        raise ValueError(f"must be host:port such as 127.0.0.1:8080 (got {value!r})")
    return value


def _number(value: Any) -> Any:
    """Return digits as a number: the loader hands over every value as it is written."""
    return int(value) if isinstance(value, str) and value.isdecimal() else value


Identifier = Annotated[str, StringConstraints(pattern=IDENTIFIER_PATTERN)]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4_000)]
Domain = Annotated[Text, AfterValidator(_bare_domain)]
HostAndPort = Annotated[Text, AfterValidator(_host_and_port)]
Role = Literal["own", "competitor", "control"]
EngineFamily = Literal["local", "grounded", "import"]


class _Strict(BaseModel):
    """A misspelt field is an error, never ignored."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class Brand(_Strict):
    """A brand to look for."""

    id: Identifier = Field(description="Stable id; a column in every table")
    name: Text = Field(description="Display name; also looked for in texts")
    role: Role = Field(
        description="own (at least one; several if the house has several brands), competitor, "
        "or control: one invented name that appears nowhere, whose rate must be 0"
    )
    aliases: list[Text] = Field(default=[], description="Other spellings that count as the brand")
    products: list[Text] = Field(default=[], description="Product names that roll up to the brand")
    domains: list[Domain] = Field(default=[], description="Registrable domains that the brand owns")
    exclusions: list[Text] = Field(
        default=[], description="Phrases that contain a spelling of the brand and do not mean it"
    )

    @property
    def spellings(self) -> list[str]:
        """Everything that counts as the brand in a text: name, aliases, products."""
        return [self.name, *self.aliases, *self.products]


class Prompt(_Strict):
    """A question that a buyer asks."""

    id: Identifier = Field(description="Stable id")
    text: Text = Field(description="The question, as a buyer would type it")
    intent: Identifier = Field(default="discovery", description="What the buyer wants")
    persona: Text | None = Field(default=None, description="Who asks, in a few words")
    locale: str = Field(default="en", pattern=LOCALE_PATTERN, description="Language tag of the asker")
    branded: bool = Field(
        default=False, description="The question names a tracked brand; never pooled into headline figures"
    )

    @property
    def version(self) -> str:
        """Hash of what the engine is shown: a changed question is a new version."""
        shown = "\x1f".join([self.text, self.persona or "", self.locale])
        return hashlib.sha256(shown.encode()).hexdigest()[:12]


class Site(_Strict):
    """Pages of one site to scrape."""

    id: Identifier = Field(description="Stable id")
    pages: list[Text] = Field(min_length=1, description="Absolute URLs, or paths below base_url")
    base_url: Text | None = Field(default=None, description="Prefix of relative pages")

    @property
    def urls(self) -> list[str]:
        """The pages as absolute URLs, in file order."""
        return [self.url_of(page) for page in self.pages]

    def url_of(self, page: str) -> str:
        """Return the absolute URL of one entry of ``pages``: a relative one hangs below ``base_url``."""
        if "://" in page or self.base_url is None:
            return page
        return f"{self.base_url.rstrip('/')}/{page.lstrip('/')}"


class ImportMapping(_Strict):
    """Where the parts of a captured answer stand in a row of the file.

    Each is a dotted path into the JSON of a row (``metadata.timestamp``), or the name of a CSV column.
    """

    question: Text = Field(default="question", description="The question as it was asked; finds the prompt")
    answer: Text = Field(default="answer", description="The text of the answer")
    engine: Text = Field(default="engine", description="Who answered: id or model of an engine")
    model: Text = Field(default="model", description="Model that says it answered (optional in a row)")
    asked_at: Text = Field(default="asked_at", description="When, ISO 8601; gives the day")
    run: Text = Field(default="run", description="Number or name of the draw, if asked more than once")
    sources: Text = Field(default="sources", description="Sources given with the answer (optional)")


class EngineSpec(_Strict):
    """Someone who answers, and how often to ask."""

    id: Identifier = Field(description="Stable id; figures are kept apart by it")
    family: EngineFamily = Field(description="local, grounded or import; the partition axis")
    model: Text = Field(default="SmolLM2-135M-Instruct", description="Model to ask for")
    repeats: int = Field(default=3, ge=1, le=100, description="Independent draws per prompt")
    temperature: float = Field(default=0.7, ge=0, le=2, description="Above 0, or all repeats are equal")
    max_tokens: int = Field(default=160, ge=1, le=8_192, description="Longest answer")
    top_k: int = Field(default=4, ge=1, le=20, description="Sources in the context of a grounded answer")
    import_mapping: ImportMapping | None = Field(
        default=None, description="Where the parts of an imported answer stand, if not under their own names"
    )
    budget_usd: float | None = Field(default=None, ge=0, description="Most to spend a day")


class Scraping(_Strict):
    """Manners and limits of the scrape."""

    delay_seconds: float = Field(default=1.0, ge=0, le=60, description="Between requests to one host")
    max_page_bytes: int = Field(default=5_000_000, ge=1_000, le=100_000_000, description="Cut-off of a page")
    timeout_seconds: float = Field(default=20.0, gt=0, le=300, description="Longest wait for one page")
    allow_private_hosts: list[HostAndPort] = Field(
        default=[], description="host:port pairs on private addresses that may be fetched"
    )


class Monitor(_Strict):
    """A market to watch. The file's version is 1."""

    version: Annotated[Literal[1], BeforeValidator(_number)] = Field(
        default=1, description="Version of this file format"
    )
    id: Identifier = Field(description="Stable id; a column in every table")
    market: Text = Field(description="What is bought here, in a few words")
    brands: list[Brand] = Field(min_length=1, description="Own brands, competitors and one invented control")
    prompts: list[Prompt] = Field(min_length=1, description="The questions; 10 or more make an interval")
    sites: list[Site] = Field(default=[], description="Pages to scrape; the context of grounded answers")
    engines: list[EngineSpec] = Field(min_length=1, description="Who answers; never pooled silently")
    scraping: Scraping = Field(default=Scraping(), description="Manners and limits of the scrape")
    demo_web: bool = Field(
        default=False,
        description="Serve the sample pages on loopback while this monitor is scraped",
    )

    @model_validator(mode="after")
    def _rules_hold(self) -> Self:
        if broken := list(findings(draft_of(self))):
            raise ValueError("\n".join(str(finding) for finding in broken))
        return self

    def engines_of(self, family: str) -> list[EngineSpec]:
        """Return the engines of one family, in file order."""
        return [engine for engine in self.engines if engine.family == family]
