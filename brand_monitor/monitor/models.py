"""What a monitor file says: a market to watch, as pydantic models.

Belongs here: the monitor, its brands, sites and budget; the other parts have modules of their own
(``prompts``, ``engines``, ``experiments``) and are named here too. Not here: the rules between
fields (``rules``), reading files (``loader``), saying in plain words what is wrong (``messages``).

A ``Monitor`` that exists is valid: the rules between fields hold for one built in Python as for one that was
read from a file.
"""

from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, ValidationInfo, field_validator, model_validator

from brand_monitor.monitor.aspects import AspectList, default_aspects
from brand_monitor.monitor.engines import EngineFamily, EngineSpec, ImportMapping
from brand_monitor.monitor.experiments import Experiment
from brand_monitor.monitor.fields import (
    Domain,
    HostAndPort,
    Identifier,
    Strict,
    Text,
    digits_as_number,
)
from brand_monitor.monitor.prompts import Prompt, Question
from brand_monitor.monitor.rules import findings
from brand_monitor.monitor.rules.draft import draft_of

__all__ = [
    "Brand",
    "Budget",
    "EngineFamily",
    "EngineSpec",
    "Experiment",
    "ImportMapping",
    "Monitor",
    "Prompt",
    "Question",
    "Role",
    "Scraping",
    "Site",
]

Role = Literal["own", "competitor", "control"]


class Brand(Strict):
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
    senses: list[Text] = Field(
        default=[],
        description="Words or phrases of another sense of the name (rainforest, for Amazon): a sentence with "
        "one does not mean the brand",
    )
    context: list[Text] = Field(
        default=[],
        description="Words or phrases that speak for the brand in their sentence (Prime, for Amazon)",
    )

    @property
    def spellings(self) -> list[str]:
        """Everything that counts as the brand in a text: name, aliases, products."""
        return [self.name, *self.aliases, *self.products]


class Site(Strict):
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


class Scraping(Strict):
    """Manners and limits of the scrape."""

    delay_seconds: float = Field(default=1.0, ge=0, le=60, description="Between requests to one host")
    max_page_bytes: int = Field(default=5_000_000, ge=1_000, le=100_000_000, description="Cut-off of a page")
    timeout_seconds: float = Field(default=20.0, gt=0, le=300, description="Longest wait for one page")
    allow_private_hosts: list[HostAndPort] = Field(
        default=[], description="host:port pairs on private addresses that may be fetched"
    )


class Budget(Strict):
    """Most that the calls of this monitor may cost; what is left out has no limit."""

    day_usd: float | None = Field(default=None, ge=0, description="Most to spend a day, in US dollars")
    month_usd: float | None = Field(
        default=None, ge=0, description="Most to spend a calendar month (UTC), in US dollars"
    )

    @model_validator(mode="after")
    def _day_fits_into_month(self) -> Self:
        if self.day_usd is not None and self.month_usd is not None and self.day_usd > self.month_usd:
            raise ValueError(
                "day_usd is above month_usd, so it would never be reached: lower it or raise the month"
            )
        return self


class Monitor(Strict):
    """A market to watch. The file's version is 1."""

    version: Annotated[Literal[1], BeforeValidator(digits_as_number)] = Field(
        default=1, description="Version of this file format"
    )
    id: Identifier = Field(description="Stable id; a column in every table")
    market: Text = Field(description="What is bought here, in a few words")
    brands: list[Brand] = Field(min_length=1, description="Own brands, competitors and one invented control")
    prompts: list[Prompt] = Field(min_length=1, description="The questions; 10 or more make an interval")
    sites: list[Site] = Field(default=[], description="Pages to scrape; the context of grounded answers")
    engines: list[EngineSpec] = Field(min_length=1, description="Who answers; never pooled silently")
    budget: Budget = Field(default=Budget(), description="Most that asking may cost")
    experiments: list[Experiment] = Field(
        default=[], description="What an answer owes to its sources; run when somebody starts them"
    )
    aspects: AspectList = Field(
        default_factory=default_aspects,
        description="What a brand is judged by, beside the whole",
    )
    judge: Identifier | None = Field(
        default=None,
        description="Engine, by id, that judges sentiment; left out: the built-in grader, which asks nobody",
    )
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

    @field_validator("judge")
    @classmethod
    def _judge_can_be_asked(cls, judge: str | None, info: ValidationInfo) -> str | None:
        engines = info.data.get("engines", [])
        able = [engine.id for engine in engines if engine.family not in {"import", "grounded"}]
        if judge is not None and engines and judge not in able:
            raise ValueError(
                f"no engine {judge!r} that could judge; there is: {', '.join(able) or 'none'} (captured "
                "answers and pages judge nothing)"
            )
        return judge

    @property
    def questions(self) -> list[Question]:
        """Every question that an engine is asked: all variants of all prompts, in file order."""
        return [question for prompt in self.prompts for question in prompt.questions]

    def engines_of(self, family: str) -> list[EngineSpec]:
        """Return the engines of one family, in file order."""
        return [engine for engine in self.engines if engine.family == family]
