"""Mention tables: which answers and pages are read, for whose brands, and the shape of the rows."""

import polars as pl
import pytest

from brand_monitor.domain.mentions import answer_mentions, page_mentions
from brand_monitor.failures import MonitorFileError
from brand_monitor.schemas.registry import conform, empty_frame
from brand_monitor_tests.unit.domain.text_frames import DAY, answers, brands, documents

BRANDS = brands(
    (
        "nike",
        "Nike",
        "competitor",
        {"aliases": ["Swoosh"], "products": ["Pegasus"], "exclusions": ["Nike of Samothrace"]},
    ),
    ("lark", "Larkstride", "own", {}),
    ("omb", "Ombrevale", "control", {}),
)


def test_each_mention_of_an_answer_is_a_row_with_the_answers_keys():
    found = answer_mentions(
        answers(
            {"text": "Nike is fine. I couldn't find Larkstride."}, {"text": "The Pegasus.", "prompt_id": "p2"}
        ),
        BRANDS,
    )
    assert found.select("answer_id", "prompt_id", "brand_id", "surface", "start", "end", "kind", "is_counted").rows() == [
        ("shoes-0", "p1", "nike", "Nike", 0, 4, "named", True),
        ("shoes-0", "p1", "lark", "Larkstride", 30, 40, "absent", False),
        ("shoes-1", "p2", "nike", "Pegasus", 4, 11, "named", True),
    ]  # fmt: skip
    assert found["date"].to_list() == [DAY] * 3
    assert found["entity_rank"].to_list() == [1, None, 1]
    assert found["sentence"].to_list()[1] == "I couldn't find Larkstride."
    conform("core/answer_mentions", found)


def test_aliases_products_and_exclusions_come_from_the_brands():
    found = answer_mentions(answers({"text": "Swoosh and Pegasus beside the Nike of Samothrace"}), BRANDS)
    assert found["surface"].to_list() == ["Swoosh", "Pegasus"]


def test_answers_that_failed_or_refused_are_not_read():
    rows = [{"text": "Nike", "status": status} for status in ("failed", "refused", "empty")] + [
        {"text": None}
    ]
    assert answer_mentions(answers(*rows), BRANDS).equals(empty_frame("core/answer_mentions"))


def test_the_question_is_known_so_that_its_echo_does_not_count():
    row = {"text": "Is Nike good? Yes.", "prompt_text": "Is Nike good?", "is_branded": True}
    assert answer_mentions(answers(row), BRANDS)["kind"].to_list() == ["asked"]


def test_an_answer_is_searched_for_the_brands_of_its_own_monitor_only():
    both = pl.concat(
        [answers({"text": "Nike and Oatly"}), answers({"text": "Nike and Oatly"}, monitor="milk")]
    )
    known = pl.concat([BRANDS, brands(("oatly", "Oatly", "own", {}), monitor="milk")])
    found = answer_mentions(both, known)
    assert found.select("monitor_id", "brand_id").rows() == [("shoes", "nike"), ("milk", "oatly")]


def test_each_mention_of_a_page_is_a_row_with_the_documents_keys():
    found = page_mentions(
        documents(("d1", "http://a.example/x", "Avoid Nike."), ("d2", "http://a.example/y", "None here")),
        BRANDS,
    )
    assert found.drop("date", "monitor_id", "method").rows() == [
        (
            "d1",
            "http://a.example/x",
            "nike",
            "Nike",
            6,
            10,
            "warned_against",
            "Avoid Nike.",
            1.0,
            False,
            [],
            True,
            "warned.avoid",
        )
    ]
    conform("core/page_mentions", found)


def test_senses_and_contexts_come_from_the_brands_and_are_not_needed():
    declared = brands(("shell", "Shell", "own", {"senses": ["beach"], "context": ["petrol"]}))
    rows = [{"text": "Shell petrol is cheap."}, {"text": "The Shell beach is far away."}]
    found = answer_mentions(answers(*rows), declared)
    assert found.select("answer_id", "is_counted", "is_uncertain").rows() == [("shoes-0", True, False)]
    assert "context.next" in found["evidence"].to_list()[0]
    older = declared.drop("senses", "context")
    assert answer_mentions(answers({"text": "Buy at Shell."}), older)["brand_id"].to_list() == ["shell"]


def test_an_uncertain_mention_is_a_row_apart():
    found = answer_mentions(
        answers({"text": "Mango dresses are affordable."}), brands(("mango", "Mango", "own", {}))
    )
    assert found.select("is_counted", "is_uncertain", "entity_rank", "is_top_pick").rows() == [
        (False, True, None, False)
    ]
    assert found["evidence"].to_list() == [["form.first_word"]]
    assert found["method"].to_list() == ["mentions@2+kinds@4+homonyms@2"]


def test_nothing_to_read_gives_an_empty_table():
    assert answer_mentions(answers(), BRANDS).equals(empty_frame("core/answer_mentions"))
    assert page_mentions(documents(), BRANDS).equals(empty_frame("core/page_mentions"))
    assert answer_mentions(answers({"text": "Nike"}), BRANDS.clear()).equals(
        empty_frame("core/answer_mentions")
    )


def test_a_name_without_letters_is_named_with_its_brand():
    with pytest.raises(MonitorFileError, match="brand 'x'"):
        answer_mentions(answers({"text": "Nike"}), brands(("x", "…", "own", {})))
