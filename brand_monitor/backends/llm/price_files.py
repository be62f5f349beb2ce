"""The dated price files: what an entry may say, and reading one with errors that name file and entry.

Belongs here: the form of ``prices.yaml``, the one that ships with the package and the one of an
installation. Not here: which entry a model gets (``prices``).
"""

from datetime import date
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from brand_monitor.domain.costs.pricing import LongInput, Rates, SearchUnit
from brand_monitor.failures import PriceFileError

_Usd = Annotated[float, Field(ge=0, le=100_000, allow_inf_nan=False)]
_Name = Annotated[str, Field(min_length=1, max_length=200)]
_MOST_PROBLEMS = 20


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class TokenRates(_Strict):
    """USD per million tokens; ``input`` and ``output`` go together."""

    input_usd_per_million: _Usd
    output_usd_per_million: _Usd
    cached_input_usd_per_million: _Usd | None = None
    cache_write_usd_per_million: _Usd | None = None

    def rates(self) -> Rates:
        """Return them as the domain knows them."""
        return Rates(
            self.input_usd_per_million,
            self.output_usd_per_million,
            self.cached_input_usd_per_million,
            self.cache_write_usd_per_million,
        )


class LongInputRates(TokenRates):
    """Rates of the whole call once its input is longer than ``above_tokens``."""

    above_tokens: Annotated[int, Field(gt=0)]


class PriceEntry(_Strict):
    """One price from one day on. What an entry leaves out (tokens or search) is taken from the next source.

    ``model`` is a name as the provider writes it; a trailing ``*`` stands for every ending.
    """

    provider: _Name
    model: _Name
    valid_from: date
    input_usd_per_million: _Usd | None = None
    output_usd_per_million: _Usd | None = None
    cached_input_usd_per_million: _Usd | None = None
    cache_write_usd_per_million: _Usd | None = None
    long_input: LongInputRates | None = None
    search_usd_per_thousand: _Usd | None = None
    search_unit: SearchUnit | None = None
    free_searches: str | None = None
    source: _Name

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        tokens = (self.input_usd_per_million, self.output_usd_per_million)
        if (tokens[0] is None) != (tokens[1] is None):
            raise ValueError("input_usd_per_million and output_usd_per_million go together")
        parts = (self.cached_input_usd_per_million, self.cache_write_usd_per_million, self.long_input)
        if tokens[0] is None and any(part is not None for part in parts):
            raise ValueError("prices of parts of the input need input_usd_per_million beside them")
        if (self.search_usd_per_thousand is None) != (self.search_unit is None):
            raise ValueError("search_usd_per_thousand and search_unit go together")
        if tokens[0] is None and self.search_usd_per_thousand is None:
            raise ValueError("neither a token price nor a search fee")
        if "*" in self.model[:-1]:
            raise ValueError("model: * may only stand at the end")
        return self

    def rates(self) -> Rates | None:
        """Return the token prices, None if the entry has none."""
        if self.input_usd_per_million is None or self.output_usd_per_million is None:
            return None
        return Rates(
            self.input_usd_per_million,
            self.output_usd_per_million,
            self.cached_input_usd_per_million,
            self.cache_write_usd_per_million,
        )

    def long_rates(self) -> LongInput | None:
        """Return the rates of long inputs, if the model has them."""
        return LongInput(self.long_input.above_tokens, self.long_input.rates()) if self.long_input else None


class _PriceFile(_Strict):
    prices: list[Any]


def read_price_file(path: Path) -> list[PriceEntry]:
    """Return the entries of a price file.

    Raises:
        PriceFileError: the file is no such file; the message names file, entry and field of each problem.
    """
    import yaml

    try:
        document = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise PriceFileError(f"{path}: cannot be read as YAML ({error})") from error
    try:
        raw = _PriceFile.model_validate(document or {"prices": []}).prices
    except ValidationError as error:
        raise PriceFileError(f"{path}: expected a list under the key `prices` and no other key") from error
    entries: list[PriceEntry] = []
    problems: list[str] = []
    for number, item in enumerate(raw, start=1):
        try:
            entries.append(PriceEntry.model_validate(item))
        except ValidationError as error:
            problems += _problems(f"{path}: entry {number} ({_named(item)})", error)
    problems += _repeats(path, entries)
    if problems:
        more = len(problems) - _MOST_PROBLEMS
        tail = [f"and {more} more"] if more > 0 else []
        raise PriceFileError("\n".join(problems[:_MOST_PROBLEMS] + tail))
    return entries


def _problems(where: str, error: ValidationError) -> list[str]:
    lines = []
    for problem in error.errors(include_url=False):
        field = ".".join(str(part) for part in problem["loc"])
        lines.append(
            f"{where}: {field + ': ' if field else ''}{problem['msg'].removeprefix('Value error, ')}"
        )
    return lines


def _named(item: Any) -> str:
    if not isinstance(item, dict):
        return "no mapping"
    return f"{item.get('provider', '?')} {item.get('model', '?')} {item.get('valid_from', '?')}"


def _repeats(path: Path, entries: list[PriceEntry]) -> list[str]:
    seen: set[tuple[str, str, date]] = set()
    problems = []
    for entry in entries:
        key = (entry.provider, entry.model, entry.valid_from)
        if key in seen:
            problems.append(f"{path}: two entries for {entry.provider} {entry.model} {entry.valid_from}")
        seen.add(key)
    return problems
