"""What a monitor file says: a market to watch, as pydantic models.

Belongs here: the fields, their defaults and the rules between them. Not here: reading files.
"""

import hashlib
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

Identifier = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,62}$")]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4_000)]
Role = Literal["own", "competitor", "control"]
EngineFamily = Literal["local", "grounded", "import"]


class _Strict(BaseModel):
    """A misspelt field is an error, never ignored."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Brand(_Strict):
    """A brand to look for."""

    id: Identifier = Field(description="Stable id; a column in every table")
    name: Text = Field(description="Display name; also looked for in texts")
    role: Role = Field(description="own, competitor, or control: a fictitious name whose rate must be 0")
    aliases: list[Text] = Field(default=[], description="Other spellings that count as the brand")
    products: list[Text] = Field(default=[], description="Product names that roll up to the brand")
    domains: list[Text] = Field(default=[], description="Registrable domains that the brand owns")
    exclusions: list[Text] = Field(default=[], description="Phrases in which the name is not the brand")


class Prompt(_Strict):
    """A question that a buyer asks."""

    id: Identifier = Field(description="Stable id")
    text: Text = Field(description="The question, as a buyer would type it")
    intent: Identifier = Field(default="discovery", description="What the buyer wants")
    persona: Text | None = Field(default=None, description="Who asks, in a few words")
    locale: str = Field(default="en", pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")
    branded: bool = Field(default=False, description="The question names a tracked brand")

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


class EngineSpec(_Strict):
    """Someone who answers, and how often to ask."""

    id: Identifier = Field(description="Stable id; figures are kept apart by it")
    family: EngineFamily = Field(description="local, grounded or import; the partition axis")
    model: Text = Field(default="SmolLM2-135M-Instruct", description="Model to ask for")
    repeats: int = Field(default=3, ge=1, le=100, description="Independent draws per prompt")
    temperature: float = Field(default=0.7, ge=0, le=2)
    max_tokens: int = Field(default=160, ge=1, le=8_192)
    top_k: int = Field(default=4, ge=1, le=20, description="Sources in the context of a grounded answer")
    budget_usd: float | None = Field(default=None, ge=0, description="Most to spend a day")


class Scraping(_Strict):
    """Manners and limits of the scrape."""

    delay_seconds: float = Field(default=1.0, ge=0, le=60, description="Between requests to one host")
    max_page_bytes: int = Field(default=5_000_000, ge=1_000, le=100_000_000)
    timeout_seconds: float = Field(default=20.0, gt=0, le=300)
    allow_private_hosts: list[Text] = Field(
        default=[], description="host:port pairs on private addresses that may be fetched"
    )


class Monitor(_Strict):
    """A market to watch. The file's version is 1."""

    version: Literal[1] = 1
    id: Identifier = Field(description="Stable id; a column in every table")
    market: Text = Field(description="What is bought here, in a few words")
    brands: list[Brand] = Field(min_length=1)
    prompts: list[Prompt] = Field(min_length=1)
    sites: list[Site] = []
    engines: list[EngineSpec] = Field(min_length=1)
    scraping: Scraping = Scraping()
    demo_web: bool = Field(
        default=False,
        description="Serve the sample pages on loopback while this monitor is scraped",
    )

    @model_validator(mode="after")
    def _names_are_unique(self) -> Self:
        for kind in ("brands", "prompts", "sites", "engines"):
            ids = [item.id for item in getattr(self, kind)]
            if repeated := sorted({one for one in ids if ids.count(one) > 1}):
                raise ValueError(f"{kind}: id used twice: {', '.join(repeated)}")
        return self

    @model_validator(mode="after")
    def _has_one_control(self) -> Self:
        controls = [brand.id for brand in self.brands if brand.role == "control"]
        if len(controls) != 1:
            raise ValueError(f"brands: exactly one needs role control (found {len(controls)})")
        return self

    def engines_of(self, family: str) -> list[EngineSpec]:
        """Return the engines of one family, in file order."""
        return [engine for engine in self.engines if engine.family == family]
