"""Lists that lost their line breaks in a capture, bold leads, rank columns: still lists of three or more."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brand_monitor.domain.text.lists import list_items

NAMED = [(1, "Nike Pegasus"), (2, "Hoka Clifton"), (3, "Asics Nimbus")]


def heads(text):
    return [(item.rank, text[slice(*item.head)].strip(" *\xa0")) for item in list_items(text)]


@pytest.mark.parametrize(
    "text",
    [
        "Top picks: Nike Pegasus: a light shoe.Hoka Clifton: a soft shoe. Asics Nimbus:Stable and firm.",
        "Here are some. Top Picks:\xa0Nike Pegasus: Light.Hoka Clifton:Soft.\xa0Asics Nimbus: Stable.",
        "Try these: 1. Nike Pegasus - light 2. Hoka Clifton - soft 3. Asics Nimbus - stable",
        "Try these: 1.Nike Pegasus: light.2.Hoka Clifton: soft.3.Asics Nimbus: stable.",
        "Try: \u2022 Nike Pegasus: light \u2022 Hoka Clifton: soft \u2022 Asics Nimbus: stable",
        "**Nike Pegasus** \u2013 light\n\n**Hoka Clifton** \u2013 soft\n\n**Asics Nimbus** \u2013 stable",
        "**Nike Pegasus:** light\n\n**Hoka Clifton:** soft\n\n**Asics Nimbus:** stable",
        "| Rank | Shoe |\n|---|---|\n| 1 | Nike Pegasus |\n| 2 | Hoka Clifton |\n| 3 | Asics Nimbus |",
    ],
)
def test_three_items_without_lines_of_their_own_are_a_list(text):
    assert heads(text) == NAMED


def test_a_printed_rank_goes_before_the_order_of_the_rows():
    text = "| # | Shoe |\n|---|---|\n| 3 | Asics |\n| 1 | Nike |\n| 2 | Hoka |"
    assert heads(text) == [(3, "Asics"), (1, "Nike"), (2, "Hoka")]


def test_labels_of_an_item_are_no_items():
    text = (
        "Top services: Netflix:Pros: many films. Cons: price.Hulu:Pros: new shows. Cons: ads."
        "Max:Pros: series. Cons: price."
    )
    assert heads(text) == [(1, "Netflix"), (2, "Hulu"), (3, "Max")]


def test_the_next_header_begins_another_list():
    text = (
        "Top picks: Nike Pegasus: light.Hoka Clifton: soft.Asics Nimbus: firm."
        "Other Options: Brooks Ghost: calm.Saucony Ride: quick.Altra Torin: wide."
    )
    assert heads(text) == [*NAMED, (1, "Brooks Ghost"), (2, "Saucony Ride"), (3, "Altra Torin")]


def test_each_category_with_one_item_makes_one_list():
    text = (
        "Best Overall: Nike Pegasus: light.Best Budget: Hoka Clifton: soft.Best Premium: Asics Nimbus: firm."
    )
    assert [(rank, head.rpartition(": ")[2]) for rank, head in heads(text)] == NAMED


def test_categories_without_a_full_stop_between_them_are_items():
    text = "Best Overall: Nike Pegasus Best Budget: Hoka Clifton Best Premium: Asics Nimbus"
    assert [rank for rank, _ in heads(text)] == [1, 2, 3]


@pytest.mark.parametrize(
    "text",
    [
        "Top picks: Nike Pegasus: light.Hoka Clifton: soft.",
        "The shoe is light: it weighs little. However, keep in mind: it wears out. And so on: it is fine.",
        "At 10:30, 11:45 and 12:15 we ran. The ratio was 3:1: not bad.",
        "Factors to Consider: Budget: how much.Fit: how wide.Weight: how light.",
    ],
)
def test_two_labels_prose_and_factors_are_no_list_of_things(text):
    assert [head for _, head in heads(text) if "Nike" in head] == []


def test_bold_labels_below_a_heading_describe_it():
    text = "".join(
        f"### {name}\n\n**Pros:** light\n\n**Cons:** price\n\n**Price:** 100\n\n"
        for name in ("Nike", "Hoka", "Asics")
    )
    assert [(rank, head) for rank, head in heads(text) if not head.startswith(("Pros", "Cons"))] == [
        (1, "Nike"), (2, "Hoka"), (3, "Asics"),
    ]  # fmt: skip


PARTS = st.sampled_from(
    ["Nike", "Top Picks", ":", ": ", ".", ". ", "\xa0", "1. ", "2.", "3) ", "\u2022 ", "**", "(", ")", "Pros", "|",
     "\n", "Best Overall", "small words", "- ", "# "]
)  # fmt: skip


@given(st.lists(PARTS, max_size=60).map("".join))
def test_any_text_gives_heads_inside_it_and_ranks_from_one(text):
    for item in list_items(text):
        assert item.rank >= 0
        assert 0 <= item.head.start <= item.head.end <= len(text)


@pytest.mark.parametrize(
    "piece", [": ", "A: ", "Top Picks: ", "1. A ", "\u2022 a ", "Nike:", "(a) :", "**a** "]
)
def test_a_hostile_line_is_read_in_one_pass(piece):
    assert isinstance(list_items(piece * 20_000), list)
