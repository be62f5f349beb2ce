"""Labels that crown one thing: where the label is, and what it names."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brand_monitor.domain.text.top_picks import top_picks


def picks(text):
    return [
        (text[slice(*one.label)].lower(), text[slice(*one.pick)].strip(" *[]_")) for one in top_picks(text)
    ]


@pytest.mark.parametrize(
    ("text", "label", "pick"),
    [
        ("Best overall: Nike Pegasus - light", "best overall", "Nike Pegasus"),
        ("**Best Overall:** Nike Pegasus, a light shoe", "best overall", "Nike Pegasus"),
        ("- \U0001f3c6 **Best Overall**: **Nike Pegasus**", "best overall", "Nike Pegasus"),
        ("1. **Top pick: Nike Pegasus** (light)", "top pick", "Nike Pegasus"),
        ("### Best Overall\n\n**Nike Pegasus**\nlight", "best overall", "Nike Pegasus"),
        ("### Nike Pegasus\n\n#### Best Overall\n\n*$100*", "best overall", "Nike Pegasus"),
        ("2. **Nike Pegasus** - Best Overall\nlight", "best overall", "Nike Pegasus"),
        ("**Nike Pegasus (Best Overall)**\nlight", "best overall", "Nike Pegasus"),
        ("| Best overall | Nike Pegasus | 100 |", "best overall", "Nike Pegasus"),
        ("It is light.Best Overall: Nike Pegasus. It is", "best overall", "Nike Pegasus"),
        ("Editor's choice: Nike Pegasus", "editor's choice", "Nike Pegasus"),
        ("Our #1 pick: Nike Pegasus", "our #1 pick", "Nike Pegasus"),
        ("Winner: Nike Pegasus", "winner", "Nike Pegasus"),
        ("My top pick if you want both: **Nike Pegasus** \u2014 light", "my top pick if you want both", "Nike Pegasus"),
    ],
)  # fmt: skip
def test_a_label_gives_what_it_crowns(text, label, pick):
    assert picks(text) == [(label, pick)]


@pytest.mark.parametrize(
    "text",
    [
        "Best budget: Nike", "Best for trails: Nike", "Best overall value: Nike", "Top picks: Nike and Hoka",
        "Nike is the best overall shoe.", "### Best Overall\n\n* **If you want speed**: Nike", "Best overall", "",
    ],
)  # fmt: skip
def test_labels_for_a_purpose_and_prose_crown_nobody(text):
    assert picks(text) == []


PARTS = st.sampled_from(
    [
        "Best overall",
        "Nike",
        ":",
        " - ",
        "\n",
        "## ",
        "### ",
        "**",
        " (",
        ")",
        "|",
        ". ",
        "winner",
        "if ",
        "1. ",
    ]
)


@given(st.lists(PARTS, max_size=40).map("".join))
def test_every_span_lies_in_its_text(text):
    for one in top_picks(text):
        assert 0 <= one.label.start < one.label.end <= len(text)
        assert 0 <= one.pick.start < one.pick.end <= len(text)


@pytest.mark.parametrize("piece", ["best overall", "Best overall: ", "# a\n", "our my ", "winner - "])
def test_a_hostile_text_is_read_in_one_pass(piece):
    assert isinstance(top_picks(piece * 5_000), list)
