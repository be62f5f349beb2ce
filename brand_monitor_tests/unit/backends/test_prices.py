"""A price comes from the installation's file, then ours, then LiteLLM's map, and says which."""

import re
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from brand_monitor.backends.llm.price_files import read_price_file
from brand_monitor.backends.llm.price_map import litellm_map, map_of
from brand_monitor.backends.llm.prices import SHIPPED_FILE, PriceSheet
from brand_monitor.domain.costs.pricing import COST_REASONS, LongInput, Price, Rates
from brand_monitor.failures import PriceFileError

DAY = date(2026, 11, 25)

OWN = """
prices:
  - {provider: openai, model: gpt-6-sol, valid_from: 2026-11-01, input_usd_per_million: 1,
     output_usd_per_million: 5, source: our contract}
  - {provider: openai, model: gpt-6-sol, valid_from: 2026-12-01, input_usd_per_million: 1.5,
     output_usd_per_million: 6, source: our contract}
  - {provider: openai, model: "house-*", valid_from: 2026-11-01, input_usd_per_million: 0,
     output_usd_per_million: 0, source: our own server}
"""


def sheet(tmp_path: Path, text: str | None = None) -> PriceSheet:
    if text is not None:
        (tmp_path / "prices.yaml").write_text(text)
    return PriceSheet(tmp_path)


def found(family: str, model: str, day: date = DAY) -> Price:
    price = PriceSheet().price(family, model, day)
    assert price is not None
    return price


def test_what_the_map_knows_rightly_comes_from_it() -> None:
    price = found("openai", "gpt-5-mini-2025-08-07")
    assert price.rates == Rates(0.25, 2.0, 0.025)
    assert price.source.startswith("litellm 1.")


def test_what_the_map_lacks_comes_from_our_file_with_its_date() -> None:
    price = found("openai", "gpt-6.2-sol")
    assert price.rates == Rates(2.0, 10.0, 0.1, 2.5)
    assert price.long_input == LongInput(272_000, Rates(4.0, 15.0, 0.2, 5.0))
    assert price.source == "prices.yaml 2026-11-17, search prices.yaml 2026-03-01"
    assert PriceSheet().price("openai", "gpt-6.2-sol", date(2026, 11, 16)) is None


@pytest.mark.parametrize(
    ("family", "model", "usd", "unit"),
    [
        ("anthropic", "claude-haiku-4-5", 0.010, "search"),
        ("anthropic", "claude-haiku-4-5-20251001", 0.010, "search"),
        ("openai", "gpt-6-luna", 0.010, "search"),
        ("gemini", "gemini-2.5-flash", 0.035, "prompt"),
        ("gemini", "gemini-3.7-flash", 0.014, "query"),
        ("gemini", "gemini-4-argon", 0.014, "query"),
        ("perplexity", "perplexity/sonar", 0.0025, "search"),
        ("perplexity", "openai/gpt-6-luna", 0.0025, "search"),
    ],
)
def test_search_fees_follow_what_each_provider_charges_for(
    family: str, model: str, usd: float, unit: str
) -> None:
    price = found(family, model)
    assert (price.search_usd, price.search_unit) == (pytest.approx(usd), unit)


def test_a_price_that_doubles_does_so_on_its_day() -> None:
    before = found("gemini", "gemini-3.8-flash", date(2026, 12, 31))
    after = found("gemini", "gemini-3.8-flash", date(2027, 1, 1))
    assert (before.rates.input_usd_per_million, after.rates.input_usd_per_million) == (0.75, 1.5)
    assert (before.rates.output_usd_per_million, after.rates.output_usd_per_million) == (3.75, 7.5)
    assert after.search_usd == before.search_usd == pytest.approx(0.014)
    assert after.note == "5 000 a month are free"


def test_a_dated_name_falls_back_to_the_undated_one() -> None:
    assert found("openai", "gpt-6-sol-2026-09-22").rates == found("openai", "gpt-6-sol").rates
    assert found("anthropic", "claude-opus-5-5@20260901").rates.output_usd_per_million == 20


@pytest.mark.parametrize("model", ["gpt-6.3-sol", "gpt-6", "gpt-6-solo", "perplexity/sonar", ""])
def test_a_name_that_only_resembles_a_known_one_has_no_price(model: str) -> None:
    assert PriceSheet().price("openai", model, DAY) is None


def test_the_served_model_counts_before_the_one_asked_for() -> None:
    prices = PriceSheet()
    served = prices.price_served("perplexity", "openai/gpt-6-luna", "perplexity/sonar", DAY)
    asked = prices.price_served("perplexity", "never-heard-of", "perplexity/sonar", DAY)
    silent = prices.price_served("perplexity", None, "perplexity/sonar", DAY)
    assert served is not None
    assert served.rates.output_usd_per_million == 0.5
    assert asked == silent == prices.price("perplexity", "perplexity/sonar", DAY)


@pytest.mark.parametrize(
    ("written", "family", "model"),
    [
        ("gemini/gemini-3.8-flash", "gemini", "gemini-3.8-flash"),
        ("openai/gpt-6-sol", "openai", "gpt-6-sol"),
        ("openai/responses/gpt-6-sol", "openai", "gpt-6-sol"),
        ("gpt-6-sol", "openai", "gpt-6-sol"),
        ("perplexity/perplexity/sonar", "perplexity", "perplexity/sonar"),
    ],
)
def test_a_litellm_model_string_costs_what_the_provider_charges(
    written: str, family: str, model: str
) -> None:
    assert found("litellm", written) == found(family, model)


def test_a_served_name_without_provider_is_that_of_the_provider_asked() -> None:
    prices = PriceSheet()
    served = prices.price_served("litellm", "gpt-5-mini-2025-08-07", "openai/gpt-5-mini", DAY)
    assert served == prices.price("openai", "gpt-5-mini", DAY)


def test_own_machines_cost_nothing_and_captured_answers_have_no_price() -> None:
    prices = PriceSheet()
    for family, model in [("local", "any"), ("grounded", "smol"), ("local", "openai/x")]:
        price = prices.price(family, model, DAY)
        assert price is not None
        assert (price.is_own_machine, price.source) == (True, "own machine")
    assert prices.price("grounded", "openai/gpt-6-luna", DAY) == prices.price("openai", "gpt-6-luna", DAY)
    assert prices.price_served("grounded", None, "openai/gpt-6-luna", DAY) is not None
    assert prices.price("import", "chatgpt", DAY) is None


def test_the_installations_file_wins_from_its_day_on(tmp_path: Path) -> None:
    prices = sheet(tmp_path, OWN)
    october, november, december = (
        prices.price("openai", "gpt-6-sol-2026-09-22", date(2026, month, 1)) for month in (10, 11, 12)
    )
    assert october is not None
    assert november is not None
    assert december is not None
    assert october.source.startswith("litellm")
    assert (november.rates, december.rates) == (Rates(1, 5), Rates(1.5, 6))
    assert november.source == "own prices.yaml 2026-11-01, search prices.yaml 2026-03-01"
    assert november.search_usd == pytest.approx(0.01)


def test_a_pattern_serves_every_ending_and_may_say_that_nothing_is_charged(tmp_path: Path) -> None:
    prices = sheet(tmp_path, OWN)
    price = prices.price("litellm", "openai/house-7b", DAY)
    assert price is not None
    assert price.rates == Rates(0, 0)
    assert prices.price("litellm", "openai/horse-7b", DAY) is None


def test_without_a_file_of_its_own_an_installation_has_ours(tmp_path: Path) -> None:
    assert sheet(tmp_path).price("openai", "gpt-6.2-sol", DAY) == found("openai", "gpt-6.2-sol")


ENTRY = "{provider: a, model: m, valid_from: 2026-01-01, source: s"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("prices: [", "cannot be read as YAML"),
        ("price: []", "expected a list under the key `prices`"),
        ("- 1", "expected a list under the key `prices`"),
        ("prices: [7]", "entry 1 (no mapping)"),
        (f"prices: [{ENTRY}}}]", "entry 1 (a m 2026-01-01): neither a token price nor a search fee"),
        (f"prices: [{ENTRY}, input_usd_per_million: 1}}]", "go together"),
        (f"prices: [{ENTRY}, search_usd_per_thousand: 1}}]", "search_usd_per_thousand and search_unit"),
        (f"prices: [{ENTRY}, cached_input_usd_per_million: 1}}]", "need input_usd_per_million"),
        (
            f"prices: [{ENTRY}, input_usd_per_million: -1, output_usd_per_million: 1}}]",
            "input_usd_per_million: Input should be greater",
        ),
        (
            f"prices: [{ENTRY}, input_usd_per_million: .nan, output_usd_per_million: 1}}]",
            "input_usd_per_million: Input should be a finite number",
        ),
        (f"prices: [{ENTRY}, inputs: 1}}]", "inputs: Extra inputs"),
        (
            f"prices: [{ENTRY}, search_usd_per_thousand: 1, search_unit: query}}]".replace("m,", "m*n,"),
            "* may only stand at the end",
        ),
    ],
)
def test_a_wrong_file_is_told_by_file_entry_and_field(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(PriceFileError) as caught:
        sheet(tmp_path, text).price("openai", "gpt-6-sol", DAY)
    assert str(tmp_path / "prices.yaml") in str(caught.value)
    assert said in str(caught.value)


def test_two_entries_for_one_model_and_day_are_refused(tmp_path: Path) -> None:
    entry = f"{ENTRY}, search_usd_per_thousand: 1, search_unit: query}}"
    with pytest.raises(PriceFileError, match="two entries for a m 2026-01-01"):
        sheet(tmp_path, f"prices: [{entry}, {entry}]").price("openai", "gpt-6-sol", DAY)


def test_an_empty_file_of_its_own_changes_nothing(tmp_path: Path) -> None:
    assert sheet(tmp_path, "").price("openai", "gpt-6-sol", DAY) == found("openai", "gpt-6-sol")


def test_every_entry_of_the_shipped_file_says_where_it_is_from() -> None:
    entries = read_price_file(SHIPPED_FILE)
    assert entries
    assert all(len(entry.source) > 10 for entry in entries)


def test_the_example_of_the_documentation_is_a_price_file(tmp_path: Path) -> None:
    page = SHIPPED_FILE.parents[2] / "docs" / "costs.md"
    (example,) = re.findall(r"(?ms)^```yaml\n(.*?)^```", page.read_text(encoding="utf-8"))
    price = sheet(tmp_path, example).price("anthropic", "claude-sonnet-5-5", date(2026, 12, 1))
    assert price is not None
    assert price.search_usd == pytest.approx(0.008)
    assert price.rates.output_usd_per_million == 10


def test_every_reason_of_a_missing_cost_is_documented() -> None:
    page = (SHIPPED_FILE.parents[2] / "docs" / "costs.md").read_text(encoding="utf-8")
    assert all(f"`{reason}`" in page for reason in COST_REASONS)


def test_the_map_leaves_out_what_is_no_text_model_or_costs_nothing() -> None:
    known = map_of(
        {
            "sample_spec": {"mode": "one of: chat, ..", "input_cost_per_token": 0.0},
            "free/m": {"mode": "chat", "litellm_provider": "free", "input_cost_per_token": 0.0,
                       "output_cost_per_token": 0},
            "draws": {"mode": "image_generation", "litellm_provider": "p", "input_cost_per_token": 1e-6},
            "half": {"mode": "chat", "litellm_provider": "p", "input_cost_per_token": 1e-6},
            "odd": {"mode": "chat", "litellm_provider": "p", "input_cost_per_token": "1",
                    "output_cost_per_token": 1e-6},
            "list": [],
            "p/m": {"mode": "chat", "litellm_provider": "p", "input_cost_per_token": 1e-6,
                    "output_cost_per_token": 2e-6, "search_context_cost_per_query": {}},
        },
        source="a map",
    )  # fmt: skip
    assert known.prices == {("p", "m"): Price(Rates(1.0, 2.0), "a map")}


def test_the_installed_map_holds_thousands_of_models() -> None:
    assert len(litellm_map().prices) > 1_000


def test_the_map_is_read_without_importing_litellm_and_not_before_it_is_asked() -> None:
    script = (
        "import sys; from datetime import date\n"
        "from brand_monitor.backends.llm.price_map import litellm_map\n"
        "from brand_monitor.backends.llm.prices import PriceSheet\n"
        "sheet = PriceSheet()\n"
        "assert litellm_map.cache_info().currsize == 0 and 'yaml' not in sys.modules\n"
        "assert sheet.price('openai', 'gpt-6-sol', date(2026, 11, 25))\n"
        "assert 'litellm' not in sys.modules\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
