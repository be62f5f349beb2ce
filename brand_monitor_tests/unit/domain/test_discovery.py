"""Names that answers give and nobody tracks: which are found, which are not, and their evidence."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from text_frames import answers, brands, frame

from brand_monitor.domain.discovery.brand_candidates import TABLE, brand_candidates
from brand_monitor.domain.discovery.names import discover
from brand_monitor.domain.text.links import Span

LIST = "Here are good shoes:\n\n1. **Velocore Swift** - light\n2. **Tarn Ridge** - soft\n3. **Okapi One** - firm\n"


def names(*texts, **more):
    return [one.name for one in discover(texts, **more)]


@pytest.mark.parametrize(
    "text",
    [
        LIST,
        "### Velocore\n\nlight\n\n### Tarn\n\nsoft\n\n### Okapi\n\nfirm",
        "- **Velocore:** light\n- **Tarn:** soft\n- **Okapi:** firm",
        "Top picks: Velocore Swift: It is light.Tarn Ridge: It is soft.Okapi One: It is firm.",
        "| Shoe | Price |\n|---|---|\n| Velocore | 1 |\n| Tarn | 2 |\n| Okapi | 3 |",
        "I would look at the Velocore, the Tarn and the Okapi shoes.",
    ],
)
def test_unknown_names_are_found_however_an_answer_gives_them(text):
    assert [name.split()[0] for name in sorted(names(text))] == ["Okapi", "Tarn", "Velocore"]


def test_models_of_one_brand_are_one_name_with_products():
    texts = [
        "1. **Velocore Swift** - a\n2. **Velocore Glide** - b\n3. **Velocore Trail** - c",
        "We like the Velocore Swift and the Velocore Glide.",
        "A Velocore lasts.",
    ]
    [found] = discover(texts)
    assert (found.name, len(found.texts), found.listed) == ("Velocore", 3, {0})
    assert set(found.products) == {"Swift", "Glide", "Trail"}
    assert found.score == 1.5


def test_words_that_always_go_together_are_one_name():
    texts = [f"- **Hellan Torsen {model}** - warm\n- a\n- b" for model in ("Alpine", "Fjord", "Nordic")]
    assert names(*texts) == ["Hellan Torsen"]


def test_an_everyday_word_of_a_name_takes_the_next_with_it():
    texts = [f"- **Mountain Depotia {model}**: good\n- x\n- y" for model in ("A1", "B2", "C3", "D4")]
    assert names(*texts, context=["a mountain jacket"] * 4) in (["Mountain Depotia"], ["Depotia"], [])


@pytest.mark.parametrize(
    "text",
    [
        "However, the shoe is good. Great shoes last. Overall, it depends.",
        "**Pros:** light\n**Cons:** heavy\n**Price:** 100",
        "1. **Cushioning** - soft cushioning helps\n2. **Weight** - a low weight\n3. **Fit** - the fit matters",
        "In January we flew to Germany with a man from Texas, and in the American market it sold.",
        "It has Bluetooth, USB-C and an IP68 rating, and costs 100 USD.",
        "See https://velocore.example/Velocore and `Velocore`.",
        "It is light ([Velocore Weekly][1]).\n\n[1]: https://velocore.example/a",
        "",
    ],
)
def test_words_places_standards_code_and_sources_are_no_candidates(text):
    assert names(text) == []


def test_a_person_is_a_candidate_only_in_a_list():
    assert names("It was tested by Peter Velmann and praised.") == []
    assert names("1. **Peter Velmann** - a\n2. **Tarn** - b\n3. **Okapi** - c")[-1].startswith("T")


def test_a_tracked_name_is_left_out_with_its_product():
    tracked = [[Span(at, at + len("Velocore Swift")) for at in [LIST.index("Velocore")]]]
    assert "Velocore" not in " ".join(names(LIST, tracked=tracked))


def test_the_name_of_a_cited_site_needs_a_list():
    text = "It was tested by Velocore and by Tarnia in spring."
    assert names(text, publishers=frozenset({"velocore"})) == ["Tarnia"]


def test_furniture_that_every_capture_repeats_is_no_name():
    texts = [f"The shoe number {n} is fine. Send feedback to Velocore about this page." for n in range(6)]
    assert names(*texts) == []


def test_the_table_has_counts_evidence_and_a_sentence_with_offsets():
    text = "For you: " + LIST
    told = answers(
        {"text": text, "prompt_id": "p1"},
        {"text": "The Velocore is light. Nike is not.", "prompt_id": "p2"},
        {"text": None, "status": "failed"},
    )
    tracked = brands(("nike", "Nike", "own", {}))
    rows = brand_candidates(told, frame("core/citations", []), tracked).to_dicts()
    best = rows[0]
    assert best["candidate_key"].split()[0] == "velocore"
    assert (best["answers"], best["listed_answers"], best["prompt_ids"]) == (2, 1, ["p1", "p2"])
    assert text[best["name_start"] : best["name_end"]].startswith("Velocore")
    assert text[best["sentence_start"] :].startswith(best["sentence"])
    assert "nike" not in {row["candidate_key"] for row in rows}


def test_titles_of_cited_pages_are_counted():
    told = answers({"text": LIST})
    cited = frame(
        "core/citations",
        [{"url": f"https://a.example/{n}", "title": title} for n, title in enumerate(["Velocore Swift review", "Shoes"])],
        date=told["date"][0], monitor_id="shoes", engine="import", engine_id="chat", answer_id="shoes-0",
        prompt_id="p1", is_branded=False, relation="cited", position=1, domain="a.example",
        **_source_defaults(),
    )  # fmt: skip
    rows = brand_candidates(told, cited, brands(("nike", "Nike", "own", {}))).to_dicts()
    assert [row["titles"] for row in rows if row["candidate_key"].startswith("velocore")] == [1]


def _source_defaults():
    from brand_monitor.schemas.registry import polars_schema

    wanted = {
        "source_type": "other",
        "marker_count": 0,
        "page_type": "other",
        "source_rule": "none",
        "page_rule": "none",
    }
    return {name: value for name, value in wanted.items() if name in polars_schema("core/citations")}


def test_no_answer_gives_an_empty_table():
    told = answers({"text": None, "status": "refused"})
    table = brand_candidates(told, frame("core/citations", []), brands(("nike", "Nike", "own", {})))
    assert table.height == 0
    assert TABLE == "core/brand_candidates"


PIECES = st.sampled_from(
    ["Velocore", "Tarn", "the", "The", " ", " ", "\n", "- ", "1. ", "**", ".", ":", "'s", "-", "7", "&", "É", "小", "(", "]("]
)  # fmt: skip


@given(st.lists(st.lists(PIECES, max_size=30).map("".join) | st.text(), max_size=4))
def test_any_text_is_read_and_offsets_show_the_name(texts):
    for found in discover(texts):
        assert found.places
        for place in found.places:
            shown = texts[place.text][place.sighting.start : place.sighting.ends[-1]]
            assert shown.startswith(place.sighting.words[0])


def test_what_follows_a_tracked_name_is_its_product():
    texts = [
        "1. **Nike Zoomra** - a\n2. **Tarn** - b\n3. **Okapi** - c",
        "Take the Nike Zoomra, or a Zoomra.",
    ]
    tracked = [[Span(text.index("Nike"), text.index("Nike") + 4)] for text in texts]
    assert sorted(names(*texts, tracked=tracked)) == ["Okapi", "Tarn"]


def test_what_follows_a_name_more_often_than_it_stands_alone_is_its_product():
    texts = [
        "1. **Velocore Zoomra** - a\n2. **Velocore Glide** - b\n3. **Tarn** - c",
        "The Zoomra is a soft shoe.",
    ]
    assert sorted(names(*texts)) == ["Tarn", "Velocore"]
