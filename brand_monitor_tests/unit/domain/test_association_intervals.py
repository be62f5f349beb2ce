"""Intervals over prompts for what was merely observed: lift and personalised PageRank."""

import numpy as np
import polars as pl
import pytest

from brand_monitor.domain.influence import pagerank_intervals as intervals
from brand_monitor.domain.influence.lift_intervals import lift_intervals, percentiles
from brand_monitor.domain.influence.pagerank_intervals import TOO_LARGE, pagerank_intervals
from brand_monitor.domain.influence.pageranks import DAMPING
from brand_monitor_tests.unit.domain.market_frames import DAY

SCOPE = {"date": DAY, "monitor_id": "shoes", "engine": "grounded", "engine_id": "alone"}


def answers_of(*rows):
    """Frames of answers given as (prompt, sources, brands)."""
    keys = [SCOPE | {"answer_id": f"a{n}", "prompt_family": prompt} for n, (prompt, _, _) in enumerate(rows)]
    schema = ["url", "brand_id"]
    had = [key | {"url": url} for key, (_, urls, _) in zip(keys, rows, strict=True) for url in urls]
    named = [
        key | {"brand_id": one} for key, (_, _, brands) in zip(keys, rows, strict=True) for one in brands
    ]
    urls = sorted({row["url"] for row in had})
    pairs = [SCOPE | dict(zip(schema, (url, "dawn"), strict=True)) for url in urls]
    naming = pl.DataFrame(named, schema_overrides={"prompt_family": pl.String}).drop("prompt_family")
    return pl.DataFrame(pairs), pl.DataFrame(keys), pl.DataFrame(had), naming


def prompts(count):
    """Of every prompt one answer with page x that names dawn, one with y that does not, one with neither."""
    return [
        row
        for n in range(count)
        for row in (
            (f"q{n:02d}", ["x"], ["dawn"]),
            (f"q{n:02d}", ["y"], []),
            (f"q{n:02d}", [], ["dawn"] if n % 2 else []),
        )
    ]


def test_the_lift_of_a_page_has_an_interval_around_it():
    found = lift_intervals(*answers_of(*prompts(40))).row(0, named=True)
    lift = 1 / ((40 + 20) / 120)
    assert found["lift_lower"] < lift < found["lift_upper"]
    assert found["flags"] == []


def test_the_interval_is_that_of_resampled_prompts_done_one_by_one():
    rows = prompts(12)
    found = lift_intervals(*answers_of(*rows)).row(0, named=True)
    rng = np.random.default_rng(7)
    by_prompt = [rows[3 * n : 3 * n + 3] for n in range(12)]
    lifts = []
    for _ in range(4_000):
        drawn = [row for n in rng.integers(0, 12, 12) for row in by_prompt[n]]
        with_x = [row for row in drawn if "x" in row[1]]
        rates = [np.mean(["dawn" in row[2] for row in part]) for part in (with_x, drawn)]
        lifts.append(rates[0] / rates[1])
    expected = np.quantile(lifts, [0.025, 0.975])
    assert [found["lift_lower"], found["lift_upper"]] == pytest.approx(expected, abs=0.04)
    assert "approximate_under_30_prompts" in found["flags"]


def test_under_3_prompts_there_is_no_interval():
    found = lift_intervals(*answers_of(*prompts(2))).row(0, named=True)
    assert (found["lift_lower"], found["lift_upper"]) == (None, None)
    assert found["flags"] == ["no_interval_under_3_prompts"]


def test_resamples_without_the_page_are_left_out_and_flagged():
    rare = [("q00", ["rare"], ["dawn"]), *prompts(9)]
    found = lift_intervals(*answers_of(*rare)).filter(url="rare").row(0, named=True)
    assert found["lift_lower"] is not None
    assert "undefined_in_some_resamples" in found["flags"]


def test_no_pair_has_no_interval():
    pairs, *rest = answers_of(*prompts(4))
    assert lift_intervals(pairs.clear(), *rest).is_empty()


def test_percentiles_are_those_of_what_is_defined():
    figures = np.array([[1.0, np.nan], [2.0, 5.0], [3.0, np.nan], [np.nan, np.nan]])
    bounds, undefined = percentiles(figures)
    assert bounds[:, 0] == pytest.approx(np.quantile([1, 2, 3], [0.025, 0.975]))
    assert bounds[:, 1].tolist() == [5, 5]
    assert undefined.tolist() == [1, 3]
    assert np.isnan(percentiles(np.full((3, 1), np.nan))[0]).all()


def links_of(*answers):
    """Links of answers given as (prompt, targets)."""
    rows = [
        (f"answer:{n}", target, prompt) for n, (prompt, targets) in enumerate(answers) for target in targets
    ]
    return pl.DataFrame(rows, schema=["source_id", "target_id", "prompt_family"], orient="row")


def many(count=40):
    """Half of the prompts lead from the brand to one page, half to the other; a third page to another brand."""
    return [
        (f"q{n:02d}", ["brand:m/dawn", f"page:{n % 2}"] if n % 4 else ["brand:m/rival", "page:2", "page:1"])
        for n in range(count)
    ]


DOMAINS = pl.DataFrame(
    {"node_id": ["page:0", "page:1", "page:2"], "domain_node": ["domain:a", "domain:a", "domain:b"]}
)


def bounds(frame, brand, node):
    found = frame.filter(brand_node=brand, node_id=node)
    return found.select("lower", "upper").row(0)


def solved(links, start):
    """Solve the walk densely, as ``pageranks`` does it step by step."""
    names = sorted({*links["source_id"], *links["target_id"]})
    adjacency = np.zeros((len(names), len(names)))
    for one, other in links.select("source_id", "target_id").iter_rows():
        adjacency[names.index(one), names.index(other)] = adjacency[names.index(other), names.index(one)] = 1
    steps = (adjacency / adjacency.sum(axis=1, keepdims=True)).T
    restart = np.array([name == start for name in names], float)
    walk = np.linalg.solve(np.eye(len(names)) - DAMPING * steps, (1 - DAMPING) * restart)
    return dict(zip(names, walk, strict=True))


def test_the_interval_holds_what_was_observed():
    links = links_of(*many())
    frame = pagerank_intervals([links], DOMAINS, DAMPING)
    for brand in ("brand:m/dawn", "brand:m/rival"):
        observed = solved(links, brand)
        for page in ("page:0", "page:1", "page:2"):
            lower, upper = bounds(frame, brand, page)
            assert lower <= observed[page] + 1e-4
            assert observed[page] - 1e-4 <= upper
    assert frame["flags"].list.len().max() == 0


def test_where_all_prompts_are_alike_the_interval_is_the_walk_itself():
    links = links_of(*[(f"q{n}", ["brand:m/dawn", "page:0", "page:2"]) for n in range(30)])
    frame = pagerank_intervals([links], DOMAINS, DAMPING)
    expected = solved(links, "brand:m/dawn")["page:0"]
    assert bounds(frame, "brand:m/dawn", "page:0") == pytest.approx((expected, expected), abs=1e-3)


def test_a_domain_has_the_interval_of_the_sum_of_its_pages():
    frame = pagerank_intervals([links_of(*many())], DOMAINS, DAMPING)
    parts = [bounds(frame, "brand:m/dawn", page) for page in ("page:0", "page:1")]
    lower, upper = bounds(frame, "brand:m/dawn", "domain:a")
    assert upper - lower < sum(high - low for low, high in parts)
    assert lower > max(low for low, _ in parts)


def test_two_engines_alike_are_as_sure_as_one_because_their_prompts_are_the_same():
    links = links_of(*many())
    one, two = (pagerank_intervals([links] * engines, DOMAINS, DAMPING) for engines in (1, 2))
    assert two["upper"].to_numpy() == pytest.approx(one["upper"].to_numpy(), rel=1e-4)


def test_few_prompts_or_too_large_a_graph_have_no_interval_and_say_so(monkeypatch):
    few = pagerank_intervals([links_of(*many(2))], DOMAINS, DAMPING)
    assert few["lower"].null_count() == few.height > 0
    assert few["flags"].to_list()[0] == ["no_interval_under_3_prompts"]
    monkeypatch.setattr(intervals, "MAX_WORK", 10)
    large = pagerank_intervals([links_of(*many())], DOMAINS, DAMPING)
    assert large["upper"].null_count() == large.height > 0
    assert set(large["flags"].explode()) == {TOO_LARGE}


def test_walks_in_blocks_are_the_same_walks(monkeypatch):
    whole = pagerank_intervals([links_of(*many())], DOMAINS, DAMPING)
    monkeypatch.setattr(intervals, "_MAX_CELLS", 5_000)
    blocks = pagerank_intervals([links_of(*many())], DOMAINS, DAMPING)
    assert blocks["upper"].to_numpy() == pytest.approx(whole["upper"].to_numpy(), rel=1e-5)
