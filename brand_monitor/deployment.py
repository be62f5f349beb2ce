"""The environment switch and the settings of this installation, read in one place.

Belongs here: which deployment this process is, where its files live, which servers and keys it may use.
Nothing else in the package reads ``os.environ``; nothing here is read at import. ``Settings(home)`` reads
nothing at all; ``current_settings`` reads the environment and the secrets that lie beside it.
"""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, cast, get_args
from zoneinfo import available_timezones

from pydantic import AfterValidator, ConfigDict, Field, SecretStr, ValidationError

from brand_monitor.failures import SetupError
from brand_monitor.server_settings import ServerSettings, WebAddress
from brand_monitor.variables import Variables, read_secrets_file

if TYPE_CHECKING:
    from brand_monitor.backends.llm.providers.http import Access

Deployment = Literal["local", "ci", "staging", "production"]

ENVIRONMENT_VARIABLE = "BRAND_MONITOR_ENV"
HOME_VARIABLE = "BRAND_MONITOR_HOME"
SECRETS_FILE_VARIABLE = "BRAND_MONITOR_SECRETS_FILE"
SECRETS_FOLDER_VARIABLE = "BRAND_MONITOR_SECRETS_DIR"


@dataclass(frozen=True)
class _Hosted:
    """The variables of a hosted family, the first of several names being the one to speak of."""

    key: tuple[str, ...]
    base_url: str


#: Families that are reached with a key of the installation.
_HOSTED = {
    "openai": _Hosted(("OPENAI_API_KEY",), "OPENAI_BASE_URL"),
    "anthropic": _Hosted(("ANTHROPIC_API_KEY",), "ANTHROPIC_BASE_URL"),
    "gemini": _Hosted(("GOOGLE_API_KEY", "GEMINI_API_KEY"), "GEMINI_API_BASE"),
    "perplexity": _Hosted(("PERPLEXITY_API_KEY",), "PERPLEXITY_API_BASE"),
}
KEYED_FAMILIES = tuple(_HOSTED)


def _is_token(secret: SecretStr) -> SecretStr:
    # It becomes a header: a client would refuse anything else with the key in its message.
    if not (value := secret.get_secret_value()).isascii() or not value.isprintable() or " " in value:
        raise ValueError("is no key: it holds spaces, line breaks or letters beyond ASCII")
    return secret


def _is_time_zone(name: str) -> str:
    if name not in available_timezones():
        raise ValueError("is no time zone such as Europe/Berlin")
    return name


Key = Annotated[SecretStr, AfterValidator(_is_token)]
TimeZone = Annotated[str, AfterValidator(_is_time_zone)]


class Settings(ServerSettings):
    """Where this installation keeps its files, and which servers and keys it may use.

    Every path is derived from ``home``. A field is the variable of its name in upper case.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    home: Path
    openai_api_key: Key | None = None
    anthropic_api_key: Key | None = None
    google_api_key: Key | None = None
    perplexity_api_key: Key | None = None
    openai_base_url: WebAddress = "https://api.openai.com/v1"
    anthropic_base_url: WebAddress = "https://api.anthropic.com"
    gemini_api_base: WebAddress = "https://generativelanguage.googleapis.com/v1beta"
    perplexity_api_base: WebAddress = "https://api.perplexity.ai"
    schedule_timezone: TimeZone = "UTC"
    #: Longer than the days that a changed monitor derives again; None keeps payloads for ever.
    payload_keep_days: int | None = Field(default=None, ge=100)
    feature_perplexity_enabled: bool = True
    feature_new_classifier: bool = False
    variables: Variables = Field(default=Variables(), repr=False, exclude=True)

    def __init__(self, home: Path, **values: Any) -> None:
        super().__init__(home=home, **values)

    @property
    def monitors_dir(self) -> Path:
        """Folder of monitor files, ``*.yaml``."""
        return self.home / "monitors"

    @property
    def lake_dir(self) -> Path:
        """Root of the object store: Parquet, WARC, raw payloads."""
        return self.home / "lake"

    @property
    def state_dir(self) -> Path:
        """Relational store (journal) and the rebuildable projections."""
        return self.home / "state"

    @property
    def journal_url(self) -> str:
        """SQLAlchemy URL of the relational store, password included: for no log and no configuration."""
        if self.database_url is None:
            return f"sqlite:///{self.state_dir / 'journal.sqlite'}"
        url = f"postgresql+psycopg://{self.database_url.get_secret_value().partition('://')[2]}"
        if self.database_pooler is None:
            return url
        from brand_monitor.backends.tables.pooler import through

        return through(url, self.database_pooler)

    @property
    def coordination_url(self) -> str:
        """SQLAlchemy URL of what processes share while they ask: the database, else a file of its own."""
        if self.database_url is not None:
            return self.journal_url
        return f"sqlite:///{self.state_dir / 'coordination.sqlite'}"

    @property
    def inbox_dir(self) -> Path:
        """Folder that the import sensor watches: ``inbox/<monitor id>/*.jsonl|*.csv``."""
        return self.home / "inbox"

    @property
    def dagster_home(self) -> Path:
        """Dagster's own instance folder."""
        return self.home / "dagster"

    def access_of(self, family: str) -> "Access | None":
        """Return address and key of a hosted family, None if it is disabled (see ``why_disabled``).

        Raises:
            KeyError: the family is none of ``KEYED_FAMILIES``.
        """
        from brand_monitor.backends.llm.providers.http import Access

        hosted = _HOSTED[family]
        key = getattr(self, hosted.key[0].lower())
        if key is None or self.why_disabled(family) is not None:
            return None
        return Access(getattr(self, hosted.base_url.lower()), key.get_secret_value())

    def why_disabled(self, family: str, *, api_key_variable: str | None = None) -> str | None:
        """Return why nobody can ask an engine of this family here and what to do, None if somebody can.

        Args:
            family: engine family; those that need no key are never disabled.
            api_key_variable: variable that the engine names for its key, if it names one.
        """
        if family == "perplexity" and not self.feature_perplexity_enabled:
            return "FEATURE_PERPLEXITY_ENABLED is false: set it to true to ask Perplexity"
        name = _HOSTED[family].key[0] if family in _HOSTED else api_key_variable
        if name is None or self.variable(name) is not None:
            return None
        return f"{name} is not set: put it into the environment or into {self.home / '.env'}"

    def variable(self, name: str) -> SecretStr | None:
        """Return the value of any variable, as an engine may name one for its key; None if it is not set.

        Raises:
            SetupError: the value is there and cannot be a key.
        """
        if name.lower() in Settings.model_fields and name.endswith("_KEY"):
            return cast("SecretStr | None", getattr(self, name.lower()))
        if (given := self.variables.find(name)) is None:
            return None
        try:
            return _is_token(SecretStr(given.value))
        except ValueError as error:
            raise SetupError(f"{name}, from {given.origin}, {error}") from None

    def origin_of(self, name: str) -> str | None:
        """Return where a variable stands ("the environment", a file), None if it was not read from there."""
        aliases = next((hosted.key for hosted in _HOSTED.values() if name in hosted.key), (name,))
        given = self.variables.find(*aliases)
        return given.origin if given else None


def key_variable(family: str) -> str | None:
    """Return the name of the variable that holds the key of a family, None if the family has none."""
    return _HOSTED[family].key[0] if family in _HOSTED else None


def current_deployment() -> Deployment:
    """Return the deployment named by ``BRAND_MONITOR_ENV`` (default ``local``).

    Raises:
        SetupError: the variable names no known deployment.
    """
    value = os.environ.get(ENVIRONMENT_VARIABLE, "local")
    if value not in get_args(Deployment):
        known = ", ".join(get_args(Deployment))
        raise SetupError(f"{ENVIRONMENT_VARIABLE}={value!r} is no deployment; use one of: {known}")
    return cast("Deployment", value)


def current_settings(home: Path | None = None) -> Settings:
    """Return the settings of this process: the environment, else the secrets file, else mounted secrets.

    Args:
        home: the installation; by default ``BRAND_MONITOR_HOME``, else ``./var``.

    Raises:
        SetupError: a variable holds what it cannot hold; the message names it and never shows it.
    """
    home = (home or Path(os.environ.get(HOME_VARIABLE, "var"))).absolute()
    variables = _variables(home)
    found: dict[str, str] = {}
    origins: dict[str, str] = {}
    for name in Settings.model_fields.keys() - {"home", "variables"}:
        aliases = next(
            (hosted.key for hosted in _HOSTED.values() if name.upper() in hosted.key), (name.upper(),)
        )
        if given := variables.find(*aliases):
            found[name], origins[name] = given.value, given.origin
    try:
        return Settings(home, variables=variables, **found)
    except ValidationError as error:
        raise SetupError("\n".join(_problems(error, origins))) from None


def _variables(home: Path) -> Variables:
    environment = dict(os.environ)
    named = environment.get(SECRETS_FILE_VARIABLE)
    file = Path(named) if named else home / ".env"
    folder = environment.get(SECRETS_FOLDER_VARIABLE)
    if folder and not Path(folder).is_dir():
        raise SetupError(f"{SECRETS_FOLDER_VARIABLE} names {folder}, which is no folder; correct the path")
    return Variables(
        environment,
        read_secrets_file(file, is_named=bool(named)),
        str(file),
        Path(folder) if folder else None,
    )


def _problems(error: ValidationError, origins: dict[str, str]) -> list[str]:
    """Return a sentence per wrong variable, without its value."""
    problems = []
    for detail in error.errors(include_input=False, include_url=False, include_context=False):
        name = str(detail["loc"][0])
        said = detail["msg"].removeprefix("Value error, ").removeprefix("Input ")
        problems.append(f"{name.upper()}, from {origins.get(name, 'the call')}, {said}; correct or remove it")
    return problems
