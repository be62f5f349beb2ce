"""The engines of a monitor file: who answers, with which settings, how often and how fast.

Belongs here: the fields, and what an engine does where a field is left out. Not here: rules between fields
(``rules``), asking (``backends.llm``), keys (the environment; a file names a variable, never a secret).
"""

from typing import Literal

from pydantic import Field

from brand_monitor.monitor.fields import Country, Identifier, Strict, Text, Variable
from brand_monitor.monitor.prompts import region_of

EngineFamily = Literal[
    "local", "grounded", "import", "openai", "anthropic", "gemini", "perplexity", "litellm"
]
#: Families that can search the web while they answer.
WEB_FAMILIES = ("openai", "anthropic", "gemini", "perplexity")
#: Families that somebody else serves, and that may cost money.
HOSTED_FAMILIES = (*WEB_FAMILIES, "litellm")
EMBEDDED_MODEL = "SmolLM2-135M-Instruct"


class ImportMapping(Strict):
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


class EngineSpec(Strict):
    """Someone who answers, and how often to ask."""

    id: Identifier = Field(description="Stable id; figures are kept apart by it")
    family: EngineFamily = Field(description="Who serves it; the partition axis")
    model: Text = Field(
        default=EMBEDDED_MODEL,
        description="Model to ask for. A grounded engine may name a hosted one: openai/MODEL",
    )
    repeats: int = Field(default=3, ge=1, le=100, description="Independent draws per question")
    temperature: float | None = Field(
        default=None,
        ge=0,
        le=2,
        description="Above 0, or all repeats are equal. Left out: 0.7; a hosted model takes its own",
    )
    max_tokens: int | None = Field(
        default=None,
        ge=1,
        le=128_000,
        description="Longest answer, reasoning included. Left out: 160, or 4,000 for a hosted model",
    )
    top_k: int = Field(default=4, ge=1, le=20, description="Sources in the context of a grounded answer")
    import_mapping: ImportMapping | None = Field(
        default=None, description="Where the parts of an imported answer stand, if not under their own names"
    )
    web: bool = Field(default=False, description="Let the model search the web while it answers")
    search_context: Literal["low", "medium", "high"] | None = Field(
        default=None, description="How much of the web it reads: openai and perplexity, with web: true"
    )
    country: Country | None = Field(
        default=None,
        description="Where the asker is, for web search: two letters. Left out: the region of the locale",
    )
    system: Text | None = Field(default=None, description="System text that is put before every question")
    effort: Text | None = Field(
        default=None, description="How long a reasoning model may think, in the words of the provider"
    )
    concurrency: int | None = Field(default=None, ge=1, le=500, description="Calls in flight at once")
    requests_per_minute: int | None = Field(
        default=None, ge=1, description="Most calls a minute, over all machines that ask"
    )
    tokens_per_minute: int | None = Field(
        default=None, ge=1, description="Most tokens a minute, read and written, over all machines that ask"
    )
    cache: bool = Field(
        default=False, description="Take an answer to the same request again; needs temperature: 0"
    )
    canaries: bool = Field(
        default=False, description="Also ask a few fixed questions a day that show when the model changed"
    )
    base_url: Text | None = Field(
        default=None, description="Address of an OpenAI-compatible server (litellm)"
    )
    api_key_variable: Variable | None = Field(
        default=None, description="Environment variable that holds the key of that server (litellm)"
    )

    @property
    def answerer(self) -> tuple[str, str]:
        """(family, model) of who answers: a grounded engine may put its sources before a hosted model."""
        if self.family == "grounded":
            family, slash, model = self.model.partition("/")
            return (family, model) if slash and model and family in HOSTED_FAMILIES else ("local", self.model)
        return self.family, self.model

    @property
    def hosted(self) -> bool:
        """Whether somebody else serves the model: it needs the network, and may need a key and money."""
        return self.answerer[0] in HOSTED_FAMILIES

    @property
    def asked_temperature(self) -> float | None:
        """What is asked for: None leaves it to the provider."""
        return 0.7 if self.temperature is None and not self.hosted else self.temperature

    @property
    def asked_max_tokens(self) -> int:
        """Longest answer in tokens. A reasoning model spends most of them before its first word."""
        return self.max_tokens or (4_000 if self.hosted else 160)

    def asked_country(self, locale: str) -> str | None:
        """Return where a question of ``locale`` is asked from; None without web search: nobody is told."""
        return (self.country or region_of(locale)) if self.web else None
