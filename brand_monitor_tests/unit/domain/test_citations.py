"""Sources of answers: retrieved, cited by markers, linked in the text; whose pages; joined with our documents."""

from hypothesis import given
from hypothesis import strategies as st

from brand_monitor.domain.citations.answer_citations import citations
from brand_monitor.schemas.registry import conform, empty_frame
from brand_monitor_tests.unit.domain.text_frames import answers, brands, documents, source

BRANDS = brands(
    ("lark", "Larkstride", "own", {"domains": ["larkstride.example"]}),
    ("nike", "Nike", "competitor", {"domains": ["nike.com", "https://www.nike.co.uk/"]}),
    ("omb", "Ombrevale", "control", {"domains": ["ombrevale.example"]}),
    ("outlet", "Outlet", "competitor", {"domains": ["outlet.nike.com"]}),
)
NO_DOCUMENTS = documents()


def cited(text, *sources, pages=NO_DOCUMENTS):
    return citations(answers({"text": text, "sources": list(sources)}), pages, BRANDS)


def rows(found, *columns):
    return found.select(*columns).rows()


def test_markers_turn_retrieved_sources_into_cited_ones():
    found = cited(
        "Light [2]. Soft [2][1]. Unknown [7].",
        source(1, "http://a.example/1", title="One", document_id="d1"),
        source(2, "http://a.example/2"),
        source(3, "http://a.example/3"),
    )
    assert rows(found, "relation", "position", "url", "marker_count", "first_offset") == [
        ("retrieved", 1, "http://a.example/1", 0, None),
        ("retrieved", 2, "http://a.example/2", 0, None),
        ("retrieved", 3, "http://a.example/3", 0, None),
        ("cited", 1, "http://a.example/2", 2, 6),
        ("cited", 2, "http://a.example/1", 1, 19),
    ]
    assert rows(found, "title", "document_id")[-1] == ("One", "d1")


def test_sources_that_the_engine_calls_cited_stay_so_and_gather_their_markers():
    found = cited(
        "Light 【1†source】.",
        source(1, "http://a.example/1", "cited"),
        source(2, "http://a.example/2", "cited"),
    )
    assert rows(found, "relation", "position", "marker_count") == [("cited", 1, 1), ("cited", 2, 0)]


def test_a_retrieved_and_a_cited_list_may_number_the_same_pages():
    found = cited("Light [1].", source(1, "http://a.example/1"), source(1, "http://a.example/1", "cited"))
    assert rows(found, "relation", "marker_count") == [("retrieved", 0), ("cited", 1)]


def test_links_in_the_text_are_linked_once_per_page_with_their_count():
    text = "[Nike](https://www.nike.com/a?utm_source=chatgpt.com) or https://www.nike.com/a#top, [x](/relative), [y]()"
    assert rows(cited(text), "relation", "position", "url", "marker_count", "first_offset") == [
        ("linked", 1, "https://www.nike.com/a", 2, 0)
    ]


def test_references_are_links_where_they_are_used():
    text = 'Good ([Food][1]). Fine ([Food][1], [Wine][2]).\n\n[1]: https://food.example/a "T"\n[2]: https://wine.example'
    found = cited(text, source(1, "http://other.example/"))
    assert rows(found, "relation", "url", "marker_count", "first_offset") == [
        ("retrieved", "http://other.example/", 0, None),
        ("linked", "https://food.example/a", 2, 6),
        ("linked", "https://wine.example/", 1, text.index("[Wine]")),
    ]


def test_code_cites_nothing():
    found = cited(
        "`[1]` and `https://b.example`\n```\n[1] https://c.example\n```", source(1, "http://a.example/")
    )
    assert rows(found, "relation") == [("retrieved",)]


def test_tracking_parameters_do_not_split_a_page():
    found = cited("", source(1, "http://a.example/?utm_source=x"), source(2, "http://a.example/#:~:text=b"))
    assert rows(found, "url", "position") == [("http://a.example/", 1)]


def test_the_owner_of_a_page_is_the_brand_with_the_closest_domain():
    urls = ["https://larkstride.example/a", "https://shop.nike.com/", "https://outlet.nike.com/", "http://nike.co.uk",
            "https://ombrevale.example", "https://notnike.com/", "http://trailreview.example/"]  # fmt: skip
    found = cited("", *(source(at, url) for at, url in enumerate(urls, start=1)))
    assert rows(found, "source_type", "brand_id", "domain") == [
        ("own", "lark", "larkstride.example"),
        ("competitor", "nike", "nike.com"),
        ("competitor", "outlet", "nike.com"),
        ("competitor", "nike", "nike.co.uk"),
        ("other", "omb", "ombrevale.example"),
        ("other", None, "notnike.com"),
        ("editorial", None, "trailreview.example"),
    ]


def test_our_own_snapshot_of_a_page_is_known_by_its_url():
    pages = documents(("d1", "http://a.example/1", "text"))
    found = cited(
        "https://b.example http://a.example/1?gclid=2", source(1, "http://a.example/1"), pages=pages
    )
    assert rows(found, "relation", "document_id") == [("retrieved", "d1"), ("linked", None), ("linked", "d1")]


HIDDEN = "https://vertexaisearch.cloud.google.com/grounding-api-redirect/AUZIYQ"


def test_an_address_that_hides_its_page_counts_for_the_site_that_its_title_names_and_never_for_google():
    found = cited(
        "",
        source(1, HIDDEN + "1", title="nike.com"),
        source(2, HIDDEN + "2", title="Best shoes of 2026"),
        source(3, "https://t.co/abc"),
        source(4, "https://cloud.google.com/vertex-ai"),
    )
    assert rows(found, "domain", "domain_evidence", "source_type", "brand_id") == [
        ("nike.com", "title", "competitor", "nike"),
        ("unresolved.invalid", "unresolved", "other", None),
        ("unresolved.invalid", "unresolved", "other", None),
        ("google.com", "url", "other", None),
    ]
    assert set(found["page_type"][:3]) == {"other"}


def test_a_redirect_that_carries_its_page_is_that_page():
    found = cited(
        "",
        source(1, "https://www.google.com/url?q=https://a.example/1&sa=U"),
        source(2, "https://a.example/1"),
    )
    assert rows(found, "url", "domain_evidence") == [("https://a.example/1", "url")]


def test_a_source_and_its_page_are_typed_with_the_evidence():
    pages = documents(("d1", "https://b.example/x1", "1. One\n2. Two\n3. Three"))
    found = cited(
        "", source(1, "https://www.nytimes.com/best-shoes"), source(2, "https://b.example/x1"), pages=pages
    )
    assert rows(found, "source_evidence", "page_type", "page_evidence") == [
        ("listed: nytimes.com", "listicle", "path: best"),
        ("no rule applies", "listicle", "snapshot: 3 list headings"),
    ]


def test_a_citation_knows_the_sentences_that_carry_it():
    text = "Light shoes [1]. Soft shoes.[1]"
    found = cited(text, source(1, "http://a.example/1")).filter(relation="cited")
    places = found["places"].to_list()[0]
    assert [text[one["sentence_start"] : one["sentence_end"]] for one in places] == [
        "Light shoes [1].",
        "Soft shoes.",
    ]
    assert [(one["sentence"], one["words"], one["evidence"]) for one in places] == [
        (0, 2, "marker"), (1, 2, "marker"),
    ]  # fmt: skip
    assert rows(found, "answer_sentences", "answer_words") == [(2, 4)]


def test_a_source_without_a_web_address_gives_no_row_and_shifts_no_number():
    found = cited(
        "Light [2].", source(1, ""), source(2, "http://a.example/2"), source(None, "http://a.example/3")
    )
    assert rows(found, "relation", "url") == [
        ("retrieved", "http://a.example/2"), ("retrieved", "http://a.example/3"), ("cited", "http://a.example/2"),
    ]  # fmt: skip


def test_answers_that_are_not_ok_cite_nothing():
    failed = answers({"text": "https://a.example", "status": "failed"}, {"text": None})
    assert citations(failed, NO_DOCUMENTS, BRANDS).equals(empty_frame("core/citations"))
    assert citations(answers(), NO_DOCUMENTS, BRANDS).equals(empty_frame("core/citations"))


TEXTS = st.lists(
    st.sampled_from(
        [
            "[1]",
            "[2, 3]",
            "[x](http://a.example/)",
            "http://a.example",
            "`",
            "\n[1]: http://b.example\n",
            " a ",
            "[",
            "](",
        ]
    ),
    max_size=20,
).map("".join)


@given(
    st.one_of(st.text(), TEXTS),
    st.lists(st.sampled_from(["http://a.example/", "http://b.example/", "no", ""]), max_size=4),
)
def test_any_answer_gives_valid_rows_with_offsets_in_its_text(text, urls):
    found = cited(text, *(source(at, url) for at, url in enumerate(urls, start=1)))
    conform("core/citations", found)
    assert found.select("relation", "url").is_unique().all()
    assert all(0 <= at < len(text) for at in found["first_offset"].drop_nulls())
    assert ((found["marker_count"] > 0) == found["first_offset"].is_not_null()).all()
