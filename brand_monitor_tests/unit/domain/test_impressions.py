"""Impressions: how much of an answer its sources carry; and the brands that the cited pages name."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from brand_monitor.domain.citations.answer_citations import citations
from brand_monitor.domain.citations.cited_pages import cited_page_brands
from brand_monitor.domain.citations.impressions import answer_impressions, impressions
from brand_monitor.schemas.impressions import CitedPageBrands, Impressions
from brand_monitor_tests.unit.domain.text_frames import answers, brands, documents, source

BRANDS = brands(
    ("lark", "Larkstride", "own", {"domains": ["lark.example"]}),
    ("nike", "Nike", "competitor", {"domains": ["nike.example"]}),
)
SOURCES = [source(at, f"https://s{at}.example/") for at in (1, 2, 3)]
TEN, SIX, EIGHT = ("Word" + " word" * more for more in (9, 5, 7))


def measured(*rows, pages=None):
    found = impressions(citations(answers(*rows), documents() if pages is None else pages, BRANDS))
    return Impressions.to_schema().validate(found)


def test_the_test_vector_of_the_contract_holds():
    found = answer_impressions([10, 6, 8], [{1}, {2}, {1, 3}])
    assert [found[at].position_adjusted for at in (1, 2, 3)] == pytest.approx(
        [0.654858, 0.233569, 0.111573], abs=1e-6
    )
    assert [found[at].word_count for at in (1, 2, 3)] == pytest.approx([14 / 24, 6 / 24, 4 / 24])


def test_the_table_holds_the_test_vector_from_the_text_on():
    text = f"{TEN} [1]. {SIX} [2]. {EIGHT} [1][3]."
    found = measured({"text": text, "sources": SOURCES})
    assert found["position_adjusted_impression"].to_list() == pytest.approx(
        [0.654858, 0.233569, 0.111573], abs=1e-6
    )
    assert found.select("sentences", "first_sentence", "answer_sentences", "answer_words").rows() == [
        (2, 0, 3, 24), (1, 1, 3, 24), (1, 2, 3, 24),
    ]  # fmt: skip
    assert set(found["definition"]) == {"word_count_impression@1, position_adjusted_impression@1"}


def test_an_answer_that_cites_nothing_has_no_row():
    assert measured({"text": "Nike is light."}, {"text": "Nike is light.", "sources": SOURCES}).is_empty()
    assert answer_impressions([3, 4], [set(), set()]) == {}


def test_a_source_without_a_known_place_is_null_with_the_reason():
    found = measured({"text": f"{TEN}.", "sources": [source(1, "https://s1.example/", "cited")]})
    shown = ["word_count_impression", "position_adjusted_impression", "sentences", "reason"]
    assert found.select(shown).rows() == [(None, None, 0, "no_place")]


def test_two_markers_of_one_source_in_a_sentence_count_once():
    text = f"{TEN} [1] [1]. {SIX} [2]."
    assert measured({"text": text, "sources": SOURCES})["word_count_impression"].to_list() == [
        10 / 16,
        6 / 16,
    ]


def test_sentences_that_cite_nothing_count_among_the_words_of_the_answer():
    text = f"{TEN}. {SIX} [2]."
    found = measured({"text": text, "sources": SOURCES})
    assert found["word_count_impression"].to_list() == [6 / 16]
    assert found["position_adjusted_impression"].to_list() == [1]


def test_lengths_that_differ_are_refused():
    with pytest.raises(ValueError, match=r"shorter|longer"):
        answer_impressions([1, 2], [{1}])


@given(st.lists(st.tuples(st.integers(1, 40), st.sets(st.integers(1, 5), max_size=4)), max_size=12))
def test_impressions_are_shares_and_the_table_agrees_with_the_formula(parts):
    expected = answer_impressions([count for count, _ in parts], [cited for _, cited in parts])
    if expected:
        assert sum(one.position_adjusted for one in expected.values()) == pytest.approx(1)
        assert sum(one.word_count for one in expected.values()) <= 1 + 1e-9
    text = " ".join(
        " ".join(["word"] * count) + "".join(f" [{one}]" for one in sorted(cited)) + "."
        for count, cited in parts
    ).replace(". word", ". Word")
    given_sources = [source(at, f"https://s{at}.example/") for at in range(1, 6)]
    found = measured({"text": text, "sources": given_sources}).select(
        "url", "word_count_impression", "position_adjusted_impression"
    )
    assert {url: tuple(shares) for url, *shares in found.iter_rows()} == {
        f"https://s{at}.example/": pytest.approx(tuple(one)) for at, one in expected.items()
    }


def page_mentions(*rows):
    """Rows of (document, brand, kind), with the columns of ``core/page_mentions`` that are read."""
    return pl.DataFrame(
        {
            "monitor_id": ["shoes"] * len(rows),
            "document_id": [document for document, _, _ in rows],
            "brand_id": [brand for _, brand, _ in rows],
            "kind": [kind for _, _, kind in rows],
            "is_counted": [kind not in {"absent", "asked", "seller"} for _, _, kind in rows],
            "sentence": [f"Of {brand}." for _, brand, _ in rows],
            "start": list(range(len(rows))),
        },
        schema_overrides=dict.fromkeys(
            ["monitor_id", "document_id", "brand_id", "kind", "sentence"], pl.String
        ),
    )


def named_in(answer_id, brand):
    return pl.DataFrame(
        {"monitor_id": ["shoes"], "answer_id": [answer_id], "brand_id": [brand], "is_counted": [True]}
    )


def test_brands_on_scraped_pages_are_joined_to_the_answers_that_have_the_page():
    pages = documents(("d1", "https://s1.example/", "text"), ("d3", "https://lark.example/a", "text"))
    given_sources = [*SOURCES[:2], source(3, "https://lark.example/a")]
    cited = citations(answers({"text": "Light [1].", "sources": given_sources}), pages, BRANDS)
    found = cited_page_brands(
        cited,
        page_mentions(
            ("d1", "lark", "named"), ("d1", "nike", "recommended"), ("d1", "nike", "named"),
            ("d1", "lark", "absent"), ("d3", "lark", "named"), ("other", "nike", "named"),
        ),
        named_in("shoes-0", "nike"),
    )  # fmt: skip
    CitedPageBrands.to_schema().validate(found)
    shown = [
        "url",
        "relation",
        "brand_id",
        "page_mentions",
        "is_recommended",
        "is_owner",
        "is_named_in_answer",
    ]
    assert found.select(shown).rows() == [
        ("https://lark.example/a", "retrieved", "lark", 1, False, True, False),
        ("https://s1.example/", "cited", "lark", 1, False, False, False),
        ("https://s1.example/", "cited", "nike", 2, True, False, True),
    ]


def test_pages_that_were_not_scraped_give_no_row():
    cited = citations(answers({"text": "Light [1].", "sources": SOURCES}), documents(), BRANDS)
    assert cited_page_brands(cited, page_mentions(), named_in("shoes-0", "nike")).is_empty()
