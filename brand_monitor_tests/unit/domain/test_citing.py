"""Which sentence cites which source: spans, markers, links, chips and lists of sources in the text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brand_monitor.domain.citations.citing import read_citing
from brand_monitor.domain.text.prose import iter_sentences

A, B, C = "https://a.example/1", "https://b.example/2", "https://c.example/3"


def source(position, url, relation="retrieved", *, title=None, start=None, end=None):
    return {
        "position": position, "url": url, "title": title, "document_id": None, "relation": relation,
        "start": start, "end": end,
    }  # fmt: skip


def spanned(text, words, url):
    """A source that the engine says is cited by these words of the text."""
    return source(1, url, "cited", start=text.index(words), end=text.index(words) + len(words))


def cites(text, *given_sources, relation="cited"):
    """Return (URL, sentence without the signs around it, evidence) of every place."""
    reading = read_citing(text, given_sources)
    return [
        (one.url, None if place.sentence is None else words(text, reading, place.sentence), place.evidence)
        for one in reading.sources
        if one.relation == relation
        for place in one.places
    ]


def words(text, reading, number):
    start, end, _ = reading.sentences[number]
    return text[start:end]


RETRIEVED = (source(1, A), source(2, B), source(3, C))


def test_a_marker_behind_a_full_stop_belongs_to_the_sentence_before_it():
    assert cites("Light.[1] Soft. [2]\n\nCheap [3].", *RETRIEVED) == [
        (A, "Light.", "marker"), (B, "Soft.", "marker"), (C, "Cheap [3].", "marker"),
    ]  # fmt: skip


def test_a_marker_at_the_end_of_a_list_item_belongs_to_the_item():
    assert cites("- Nike is light. [1]\n- Hoka is soft [2]\n- Brooks\n", *RETRIEVED) == [
        (A, "Nike is light.", "marker"), (B, "Hoka is soft", "marker"),
    ]  # fmt: skip


def test_markers_on_a_line_of_their_own_belong_to_the_sentence_before_it():
    assert cites("Nike is light.\n[1][2]\n\nHoka is soft.", *RETRIEVED) == [
        (A, "Nike is light.", "marker"), (B, "Nike is light.", "marker"),
    ]  # fmt: skip


def test_a_marker_that_leads_its_line_belongs_to_the_sentence_behind_it():
    assert cites("Shoes.\n\n[2] Hoka is soft.", *RETRIEVED) == [(B, "Hoka is soft.", "marker")]


def test_spans_of_prose_cite_every_sentence_that_they_cover():
    text = "Nike is light. Hoka is soft. Brooks is cheap."
    found = cites(text, spanned(text, "Nike is light. Hoka is soft.", A), spanned(text, "Brooks is", B))
    assert found == [
        (A, "Nike is light.", "span"), (A, "Hoka is soft.", "span"), (B, "Brooks is cheap.", "span"),
    ]  # fmt: skip


def test_a_span_over_a_visible_marker_belongs_to_the_sentence_before_it():
    sign = "([a.example](https://a.example/1?utm_source=openai))"
    text = f"Nike is light. {sign}\n\nHoka is soft."
    reading = read_citing(text, [spanned(text, sign, A)])
    assert cites(text, spanned(text, sign, A)) == [(A, "Nike is light.", "span")]
    assert [one.words for one in reading.sentences] == [3, 3]
    assert {one.relation for one in reading.sources} == {"cited"}, (
        "the sign of a citation is no link beside it"
    )


def test_where_an_engine_gives_spans_numbers_in_the_text_mean_nothing():
    text = "Nike [1] is light. Hoka [2] is soft."
    assert cites(text, source(2, B), spanned(text, "Nike [1] is light.", A)) == [
        (A, "Nike [1] is light.", "span")
    ]


def test_a_span_outside_of_the_text_is_no_place():
    assert (
        cites("Short.", source(1, A, "cited", start=3, end=99), source(2, B, "cited", start=5, end=2)) == []
    )


def test_a_link_to_a_cited_page_is_the_sign_of_its_citation_and_any_other_is_a_link():
    text = f"[Nike]({A}) is light. [Hoka]({B}) is soft."
    assert cites(text, source(1, A, "cited")) == [(A, f"[Nike]({A}) is light.", "link")]
    assert cites(text, source(1, A, "cited"), relation="linked") == [(B, f"[Hoka]({B}) is soft.", "link")]


@pytest.mark.parametrize(
    "sources",
    [
        f"Sources:\n[1] A page - {A}\n[2] B page - {B}",
        f"## References\n\n1. A page {A}\n2. [B page]({B})",
        f"**Quellen:**\n1. A page\n   {A}\n2. B page\n   {B}",
        f"[1] {A}\n[2] {B}",
        f"[1]: {A}\n[2]: {B}",
        f"[^1]: {A}\n[^2]: {B}",
    ],
)
def test_a_list_of_sources_in_the_text_says_what_its_numbers_mean_and_is_no_prose(sources):
    mark = "[^{}]" if "[^" in sources else "[{}]"
    text = f"Nike is light {mark.format(1)}. Hoka is soft {mark.format(2)}.\n\n{sources}"
    found = cites(text)
    assert [(url, evidence) for url, _, evidence in found] == [(A, "marker"), (B, "marker")]
    assert [sentence.split()[0] for _, sentence, _ in found] == ["Nike", "Hoka"]
    assert [one.words for one in read_citing(text, []).sentences] == [3, 3]


def test_numbers_that_are_links_are_footnotes():
    assert cites(f"Nike is light.[1]({A}) Hoka is soft [[2]]({B}).") == [
        (A, "Nike is light.", "marker"), (B, f"Hoka is soft [[2]]({B}).", "marker"),
    ]  # fmt: skip


def test_names_of_sites_behind_a_sentence_cite_their_pages():
    text = "It lasts long. TechRadar\n\nMany agree. Wikipedia+3Windows Central+3\n\nTechRadar is a site."
    listed = [
        source(1, "https://www.techradar.com/a", "cited"),
        source(2, "https://en.wikipedia.org/wiki/X", "cited"),
        source(3, "https://www.windowscentral.com/b", "cited"),
    ]
    assert cites(text, *listed) == [
        ("https://www.techradar.com/a", "It lasts long.", "chip"),
        ("https://en.wikipedia.org/wiki/X", "Many agree.", "chip"),
        ("https://www.windowscentral.com/b", "Many agree.", "chip"),
    ]
    assert [one.words for one in read_citing(text, listed).sentences] == [3, 2, 4]


def test_names_of_sites_in_prose_and_headings_are_no_chips():
    assert cites("We read TechRadar\nTechRadar\n", source(1, "https://www.techradar.com/a", "cited")) == []


def test_a_name_with_a_count_is_a_chip_anywhere_whatever_is_glued_to_it():
    listed = [
        source(at, url, "cited")
        for at, url in enumerate(
            [
                "https://roadandtrack.com/a",
                "https://cars.usnews.com/b",
                "https://9to5mac.com/c",
                "https://cnet.com/d",
            ]
        )
    ]
    text = "It lasts long Road & Track+1Luxury cars\nIt is fast US News Cars+2 and new. CNET+19to5Mac+12"
    found = cites(text, *listed)
    assert [(url, sentence[:8], evidence) for url, sentence, evidence in found] == [
        ("https://roadandtrack.com/a", "It lasts", "chip"),
        ("https://cars.usnews.com/b", "It is fa", "chip"),
        ("https://9to5mac.com/c", "It is fa", "chip"),
        ("https://cnet.com/d", "It is fa", "chip"),
    ]


def test_a_line_of_names_with_counts_belongs_to_the_sentence_before_it():
    found = cites("It lasts.\nTechRadar+2\n", source(1, "https://www.techradar.com/a", "cited"))
    assert found == [("https://www.techradar.com/a", "It lasts.", "chip")]


def test_a_cited_source_without_any_sign_has_no_place():
    reading = read_citing("Nike is light.", [source(1, A, "cited")])
    assert [(one.relation, one.places) for one in reading.sources] == [("cited", [])]


def test_a_text_of_signs_only_cites_in_no_sentence():
    assert cites("[1]", *RETRIEVED) == [(A, None, "marker")]


def test_words_are_counted_without_signs_and_one_by_one_where_no_spaces_are():
    text = f"It's the 2.4-inch kind [1]. \u304b\u3093\u3058 [2]. See [here]({C})."
    assert [one.words for one in read_citing(text, RETRIEVED).sentences] == [4, 3, 2]


PIECES = st.lists(
    st.sampled_from(
        ["[1]", "[2, 3]", "\n", "\n\n- ", ". ", f"[x]({A})", f"([b.example]({B}))", "[1](", "Sources:\n", "1. ", "`",
         f"[1] {A}\n", "\n[1]: http://b.example\n", " word", "\u3010 4\u2020s\u3011", "B Example+2", "https://c.example"]
    ),
    max_size=25,
).map("".join)  # fmt: skip


@given(
    st.one_of(st.text(), PIECES),
    st.lists(
        st.builds(
            source,
            st.integers(1, 4),
            st.sampled_from([A, B, C, "no url"]),
            st.sampled_from(["retrieved", "cited"]),
            start=st.none() | st.integers(-5, 60),
            end=st.none() | st.integers(-5, 60),
        ),
        max_size=5,
    ),
)
def test_any_answer_is_read_and_every_place_lies_in_its_text(text, given_sources):
    reading = read_citing(text, given_sources)
    for one in reading.sources:
        for place in one.places:
            assert 0 <= place.start < place.end <= len(text)
            if place.sentence is not None:
                assert reading.sentences[place.sentence] == (
                    place.sentence_start, place.sentence_end, place.words,
                )  # fmt: skip
    assert all(one.words > 0 for one in reading.sentences)


@given(
    st.lists(st.sampled_from(["Nike is light", "Hoka is soft", "Brooks is cheap"]), min_size=1, max_size=6)
)
def test_markers_change_neither_the_sentences_nor_their_words(sentences):
    plain = " ".join(f"{one}." for one in sentences)
    marked = " ".join(f"{one}.[{at % 3 + 1}]" for at, one in enumerate(sentences))
    reading = read_citing(marked, RETRIEVED)
    assert len(reading.sentences) == len(list(iter_sentences(plain)))
    assert sum(one.words for one in reading.sentences) == len(plain.split())
    assert sum(len(one.places) for one in reading.sources) == len(sentences)
