"""Real lists in answers: which lines are items, their rank, and the part that names them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brand_monitor.domain.text.lists import list_items


def heads(text):
    return [(item.rank, text[slice(*item.head)].strip(" *")) for item in list_items(text)]


NAMED = [(1, "Nike"), (2, "Hoka"), (3, "Asics")]


@pytest.mark.parametrize(
    "text",
    [
        "1. Nike: light\n2. Hoka: soft\n3. Asics: stable",
        "1) Nike - light\n2) Hoka - soft\n3) Asics - stable",
        "1. **Nike** - light\n\n   text\n\n2. **Hoka** (soft)\n\n3. **Asics** — stable",
        "**1. Nike**\nlight\n\n**2. Hoka**\nsoft\n\n**3. Asics**\nstable",
        "### 1. **Nike**\n\n* light\n\n### 2. **Hoka**\n\n* soft\n\n### 3. **Asics**",
        "1. Nike: a\n1. Hoka: b\n1. Asics: c",
        "1\\. Nike: a\n2\\. Hoka: b\n3\\. Asics: c",
        "1\ufe0f\u20e3 Nike: a\n2\ufe0f\u20e3 Hoka: b\n3\ufe0f\u20e3 Asics: c",
        "- Nike: light\n- Hoka: soft\n- Asics: stable",
        "* **Nike:** light\n  more\n* **Hoka:** soft\n\n* **Asics:** stable",
        "\u2022 Nike \u2013 light\n\u2022 Hoka \u2013 soft\n\u2022 Asics \u2013 stable",
        "## Nike\n\nlight\n\n## Hoka\n\nsoft\n\n## Asics\n\nstable",
        "**Nike**\nlight\n\n**Hoka**\nsoft\n\n**Asics**\nstable",
        "| Shoe | Price |\n|---|---|\n| Nike | 1 |\n| Hoka | 2 |\n| Asics | 3 |",
        "| # | Shoe |\n|---|:--:|\n| 1 | Nike |\n| 2 | Hoka |\n| 3 | Asics |",
        "Here: 1. Nike: light. 2. Hoka: soft. 3. Asics: stable",
    ],
)
def test_three_items_are_a_list_however_they_are_written(text):
    assert heads(text) == NAMED


@pytest.mark.parametrize(
    "text",
    [
        "1. Nike\n2. Hoka",
        "- Nike\n- Hoka\n\nBetween.\n\n- Asics",
        "| Shoe |\n|---|\n| Nike |\n| Hoka |",
        "Nike\nHoka\nAsics",
        "In 2025. 1. Nike is light. 3. Hoka",
        "## How to choose\n\n## Key features\n\n## What is best?\n\n## Conclusion",
        "Version 1.2 and 2.3 and 3.4",
    ],
)
def test_fewer_than_three_or_no_list_give_no_rank(text):
    assert heads(text) == []


def test_a_row_without_a_cell_names_nothing():
    text = "| Shoe |\n|---|\n| Nike |\n| |\n| Asics |"
    assert heads(text) == [(1, "Nike"), (2, "| |"), (3, "Asics")]


def test_a_category_label_gives_the_head_to_what_follows_it():
    text = "- **Best overall:** Nike Pegasus - light\n- **Best budget:** Hoka\n- Runner-up: Asics: stable"
    assert [head for _, head in heads(text)] == [
        "Best overall:** Nike Pegasus", "Best budget:** Hoka", "Runner-up: Asics",
    ]  # fmt: skip


def test_a_heading_lends_its_rank_to_the_bold_line_below():
    section = "### Best for {0}\n\n**{1}**\nGood.\n\n"
    text = "".join(
        section.format(*pair) for pair in [("speed", "Nike"), ("trails", "Hoka"), ("value", "Asics")]
    )
    assert [(rank, head.rpartition("*")[2]) for rank, head in heads(text)] == NAMED


def test_structure_headings_do_not_shift_ranks():
    text = "## Overview\n\n## Nike\n\n## Hoka\n\n## Asics\n\n## Final thoughts\n"
    assert heads(text) == NAMED


def test_printed_numbers_are_the_ranks_across_what_stands_between():
    text = "## Budget\n1. Nike: a\n2. Hoka: b\n\nThen the dear ones.\n\n## Premium\n3. Asics: c\n4. On: d"
    assert heads(text) == [*NAMED, (4, "On")]


def test_a_list_inside_an_item_is_a_list_of_its_own():
    text = "1. Road:\n   - Nike\n   - Hoka\n   - Asics\n2. Trail:\n   - On\n3. Track: none"
    assert [pair for pair in heads(text) if pair[1] in {"Nike", "Hoka", "Asics"}] == NAMED
    assert (1, "On") not in heads(text)


LINES = st.lists(
    st.sampled_from(
        [
            "1. a",
            "2. b",
            "3. c",
            "- x",
            "  - y",
            "# h",
            "**b**",
            "|a|b|",
            "|-|-|",
            "",
            "text",
            "***",
            "1.",
            "   ",
        ]
    ),
    max_size=30,
).map("\n".join)


@given(st.one_of(st.text(), LINES))
def test_any_text_is_read_and_heads_lie_in_it(text):
    items = list_items(text)
    assert all(item.rank >= 1 and 0 <= item.head.start <= item.head.end <= len(text) for item in items)
