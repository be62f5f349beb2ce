"""How far an asking is, in words: answers, failures by class, money so far, time left."""

from collections import Counter

from brand_monitor.backends.llm.progress import Progress
from brand_monitor.reporting.progress import line_of, state_of


def test_a_smooth_asking_says_its_count_and_the_time_left():
    assert line_of(Progress(planned=1_010, received=1_000, seconds=100.0)) == (
        "1,000/1,010 answers; 0:00:01 left"
    )


def test_before_the_first_answer_nobody_knows_how_long_it_takes():
    assert line_of(Progress(planned=10)) == "0/10 answers"


def test_failures_are_said_by_class_the_most_frequent_first():
    asked = Progress(
        planned=10,
        received=4,
        failed=1,
        faults=Counter({"refused": 1, "rate_limited": 3}),
        seconds=50.0,
    )
    assert state_of(asked) == "1 failed; rate limited 3, refused 1; 0:00:50 left"


def test_money_is_said_where_any_is_charged_and_an_unknown_price_is_not_zero():
    assert "0.0120 so far; 0:00:05 left" in state_of(
        Progress(planned=10, received=5, cost_usd=0.012, seconds=5.0)
    )
    assert state_of(Progress(planned=2, received=2, unpriced=2, seconds=1.0)) == (
        "2 of unknown price; 0:00:00 left"
    )
    assert state_of(Progress(planned=2, received=2, cost_usd=1.5, unpriced=1, seconds=1.0)) == (
        "$1.50 so far, 1 of unknown price; 0:00:00 left"
    )


def test_answers_from_the_cache_are_counted_apart():
    assert state_of(Progress(planned=4, received=4, cached=3, seconds=1.0)) == (
        "3 from the cache; 0:00:00 left"
    )


def test_a_stopped_asking_says_how_many_were_not_asked_and_why_instead_of_a_time():
    stopped = Progress(planned=10, received=2, seconds=9.0, stopped="the budget is spent\x1b[2J")
    assert line_of(stopped) == "2/10 answers; 8 not asked: the budget is spent[U+001B][2J"
