"""What every search index does, whichever implementation stands behind the interface."""

from collections.abc import Iterator
from contextlib import ExitStack, closing
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from brand_monitor.backends.search.interface import SNIPPET_CHARACTERS, Entry, SearchIndex
from brand_monitor.failures import ClosedBackendError, PermanentFailure
from brand_monitor_tests.search_servers.implementations import DURABLE, IMPLEMENTATIONS, Opener

DAY = date(2026, 11, 24)
NEXT_DAY = DAY + timedelta(days=1)

REVIEW = Entry("review", "Trail review", "The Dawn is a light shoe for muddy trails.", "http://a.example/")
SHOP = Entry("shop", "Shop", "Buy road shoes and socks. Returns are free.", "http://b.example/")
RECIPE = Entry("recipe", "Lentil soup", "Boil lentils with bay leaves.", "http://c.example/")


@pytest.fixture(params=IMPLEMENTATIONS)
def index(request: pytest.FixtureRequest) -> Iterator[SearchIndex]:
    with IMPLEMENTATIONS[request.param](request) as opener, closing(opener()) as made:
        yield made


@pytest.fixture(params=DURABLE)
def open_index(request: pytest.FixtureRequest) -> Iterator[Opener]:
    with IMPLEMENTATIONS[request.param](request) as opener, ExitStack() as opened:
        yield lambda: opened.enter_context(closing(opener()))


def found(index: SearchIndex, words: str, **filters) -> list[str]:
    return [hit.entry_id for hit in index.search(words, collection="documents", **filters)]


def test_entries_are_found_by_the_words_of_their_text(index):
    index.replace_day("shoes", DAY, "documents", [REVIEW, SHOP, RECIPE])
    assert found(index, "muddy trails") == ["review"]
    assert found(index, "lentils") == ["recipe"]
    assert found(index, "telescope") == []


def test_words_match_whatever_their_ending_case_and_accents(index):
    entry = Entry("cafe", "Running", "We met at the Cafés and ran.")
    index.replace_day("shoes", DAY, "documents", [entry])
    for words in ("CAFE", "café", "meets cafés", "run", "runs"):
        assert found(index, words) == ["cafe"], words


def test_brands_that_are_common_words_are_found(index):
    index.replace_day("shoes", DAY, "documents", [Entry("on", "Brands", "Cloud by On"), RECIPE])
    assert found(index, "On") == ["on"]


def test_a_word_in_the_title_counts_more_than_in_the_text(index):
    titled = Entry("titled", "Socks", "Something else entirely here")
    mentioned = Entry("mentioned", "Something", "Socks else entirely here")
    index.replace_day("shoes", DAY, "documents", [mentioned, titled])
    assert found(index, "socks") == ["titled", "mentioned"]


def test_an_entry_with_more_of_the_words_comes_first(index):
    index.replace_day("shoes", DAY, "documents", [SHOP, REVIEW, RECIPE])
    assert found(index, "light shoes for trails")[0] == "review"
    scores = [hit.score for hit in index.search("light shoes for trails", collection="documents")]
    assert scores == sorted(scores, reverse=True)
    assert all(score > 0 for score in scores)


def test_a_hit_says_what_was_found_and_where(index):
    answer = Entry("answer-1", "Which shoe?", "Take the Dawn.", "http://a.example/1", "smollm2")
    index.replace_day("shoes", DAY, "answers", [answer])
    [hit] = index.search("dawn", collection="answers")
    assert (hit.entry_id, hit.title, hit.url) == ("answer-1", "Which shoe?", "http://a.example/1")
    assert (hit.date, hit.monitor_id, hit.engine_id) == (DAY, "shoes", "smollm2")
    assert hit.snippet.startswith("Take the Dawn")


def test_a_snippet_shows_the_words_in_plain_text_of_bounded_length(index):
    text = "Filler sentence about nothing. " * 200 + "The <b>zebra</b> runs. " + "More filler. " * 200
    index.replace_day("shoes", DAY, "documents", [Entry("long", "Long", text)])
    [hit] = index.search("zebra", collection="documents")
    assert "<b>zebra</b>" in hit.snippet
    assert len(hit.snippet) <= SNIPPET_CHARACTERS


def test_an_entry_found_by_its_title_shows_how_its_text_begins(index):
    index.replace_day("shoes", DAY, "documents", [Entry("long", "Zebra", "Stripes all over. " * 100)])
    [hit] = index.search("zebra", collection="documents")
    assert hit.snippet.startswith("Stripes all over.")
    assert len(hit.snippet) <= SNIPPET_CHARACTERS


def test_collection_monitor_and_day_narrow_the_search(index):
    index.replace_day("shoes", DAY, "documents", [Entry("a", "", "dawn")])
    index.replace_day("boots", DAY, "documents", [Entry("b", "", "dawn")])
    index.replace_day("shoes", NEXT_DAY, "documents", [Entry("c", "", "dawn")])
    index.replace_day("shoes", DAY, "answers", [Entry("d", "", "dawn")])
    assert sorted(found(index, "dawn")) == ["a", "b", "c"]
    assert sorted(found(index, "dawn", monitor_id="shoes")) == ["a", "c"]
    assert sorted(found(index, "dawn", day=DAY)) == ["a", "b"]
    assert found(index, "dawn", monitor_id="shoes", day=NEXT_DAY) == ["c"]
    assert [hit.entry_id for hit in index.search("dawn", collection="answers")] == ["d"]


def test_filters_do_not_change_the_order_or_the_scores(index):
    index.replace_day("shoes", DAY, "documents", [REVIEW, SHOP, RECIPE])
    free = index.search("shoes returns trails", collection="documents")
    narrowed = index.search("shoes returns trails", collection="documents", monitor_id="shoes", day=DAY)
    assert [hit.entry_id for hit in free] == [hit.entry_id for hit in narrowed]
    assert [hit.score for hit in free] == pytest.approx([hit.score for hit in narrowed])


def test_an_entry_of_many_days_is_returned_once_as_of_its_newest_day(index):
    for offset in (1, 0, 2):
        day = DAY + timedelta(days=offset)
        index.replace_day("shoes", day, "documents", [Entry("page", f"Day {offset}", "dawn dawn"), SHOP])
    [hit] = index.search("dawn", collection="documents")
    assert (hit.date, hit.title) == (DAY + timedelta(days=2), "Day 2")
    [older] = index.search("dawn", collection="documents", day=DAY)
    assert (older.date, older.title) == (DAY, "Day 0")


def test_repeated_days_do_not_crowd_other_entries_out(index):
    for offset in range(12):
        index.replace_day(
            "shoes", DAY + timedelta(days=offset), "documents", [Entry("page", "", "dawn dawn")]
        )
    index.replace_day(
        "shoes", DAY - timedelta(days=1), "documents", [Entry("other", "", "dawn at the end of text")]
    )
    assert found(index, "dawn", limit=2) == ["page", "other"]


def test_the_same_entry_of_two_monitors_is_returned_for_each(index):
    index.replace_day("shoes", DAY, "documents", [REVIEW])
    index.replace_day("boots", DAY, "documents", [REVIEW])
    hits = index.search("trails", collection="documents")
    assert sorted(hit.monitor_id for hit in hits) == ["boots", "shoes"]


def test_the_limit_is_kept(index):
    index.replace_day("shoes", DAY, "documents", [Entry(f"e{n}", "", "dawn") for n in range(30)])
    assert len(found(index, "dawn")) == 10
    assert len(found(index, "dawn", limit=3)) == 3
    assert len(found(index, "dawn", limit=100)) == 30
    assert found(index, "dawn", limit=0) == []


def test_a_day_written_again_is_replaced_and_nothing_else(index):
    index.replace_day("shoes", DAY, "documents", [REVIEW, SHOP])
    index.replace_day("shoes", NEXT_DAY, "documents", [SHOP])
    index.replace_day("shoes", DAY, "documents", [RECIPE])
    assert found(index, "trails") == []
    assert found(index, "lentils") == ["recipe"]
    assert index.count("shoes", DAY, "documents") == 1
    assert index.count("shoes", NEXT_DAY, "documents") == 1


def test_writing_the_same_day_twice_changes_nothing(index):
    for _ in range(2):
        index.replace_day("shoes", DAY, "documents", [REVIEW, SHOP])
        assert index.count("shoes", DAY, "documents") == 2
        assert len(index.search("shoes", collection="documents")) == 2


def test_a_day_is_emptied_by_replacing_it_with_nothing(index):
    index.replace_day("shoes", DAY, "documents", [REVIEW])
    index.replace_day("shoes", DAY, "documents", [])
    assert index.count("shoes", DAY, "documents") == 0
    assert found(index, "trails") == []


def test_monitors_whose_names_begin_alike_stay_apart(index):
    index.replace_day("shoes", DAY, "documents", [REVIEW])
    index.replace_day("shoes-uk", DAY, "documents", [SHOP])
    index.replace_day("shoes", DAY, "documents", [])
    assert index.count("shoes-uk", DAY, "documents") == 1


def test_an_empty_index_answers_with_nothing(index):
    assert found(index, "anything") == []
    assert index.count("shoes", DAY, "documents") == 0


def test_entries_that_share_an_id_are_refused_and_nothing_is_written(index):
    index.replace_day("shoes", DAY, "documents", [REVIEW])
    with pytest.raises(PermanentFailure, match="shop"):
        index.replace_day("shoes", DAY, "documents", [SHOP, SHOP])
    assert found(index, "trails") == ["review"]


@pytest.mark.parametrize(
    "words",
    [
        'say "hello',
        "AND OR NOT",
        "title:dawn^3 -shoes",
        "(((",
        "*:*",
        "a~99 [b TO c}",
        "/regex.*/",
        "\\",
        "\x00\n\t",
        "\ud83d half an emoji",
        "",
        "   ",
        "?!",
        "'; DROP TABLE pages; --",
        "MATCH (n) DETACH DELETE n",
        "x" * 100_000,
        " ".join(f"word{n}" for n in range(5_000)),
    ],
)
def test_no_text_breaks_the_search(index, words):
    index.replace_day("shoes", DAY, "documents", [REVIEW])
    assert found(index, words) in ([], ["review"])


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=st.text(max_size=60))
def test_an_entry_is_found_by_itself_whatever_signs_surround_the_word(index, words):
    if not index.count("shoes", DAY, "documents"):  # once is enough for all examples
        index.replace_day("shoes", DAY, "documents", [REVIEW])
    assert found(index, f"{words} muddy {words}") == ["review"]


def test_text_of_any_script_can_be_stored(index):
    entry = Entry("é/1?", "标题 🙂", "Лёгкие кроссовки \x00 حذاء", "http://例え.example/?q=ü")
    index.replace_day("маркет", DAY, "documents", [entry])
    [hit] = index.search("кроссовки", collection="documents", monitor_id="маркет")
    assert (hit.entry_id, hit.title, hit.url) == (entry.entry_id, entry.title, entry.url)


def test_a_closed_index_says_so(index):
    index.close()
    index.close()
    for words in ("dawn", "?!"):
        with pytest.raises(ClosedBackendError):
            index.search(words, collection="documents")
    with pytest.raises(ClosedBackendError):
        index.replace_day("shoes", DAY, "documents", [REVIEW])


def test_what_was_written_is_there_after_opening_it_again(open_index):
    first = open_index()
    first.replace_day("shoes", DAY, "documents", [REVIEW])
    first.close()
    assert found(open_index(), "trails") == ["review"]


def test_an_open_reader_sees_what_another_has_written(open_index):
    reader, writer = open_index(), open_index()
    assert found(reader, "trails") == []
    writer.replace_day("shoes", DAY, "documents", [REVIEW])
    assert found(reader, "trails") == ["review"]
    assert reader.count("shoes", DAY, "documents") == 1


def test_two_may_write_in_turns(open_index):
    one, other = open_index(), open_index()
    for offset in range(4):
        writer = (one, other)[offset % 2]
        writer.replace_day("shoes", DAY + timedelta(days=offset), "documents", [REVIEW])
    for offset in range(4):
        assert one.count("shoes", DAY + timedelta(days=offset), "documents") == 1


def test_facets_count_what_a_search_finds_by_day_engine_and_monitor(index):
    for monitor, day in (("shoes", DAY), ("shoes", NEXT_DAY), ("boots", DAY)):
        said = [Entry("one", "", "dawn", "", "smollm2"), Entry("two", "", "dawn", "", "gemini"), RECIPE]
        index.replace_day(monitor, day, "answers", said)
    found = index.facets("Dawn!", collection="answers")
    assert found.by_day == {DAY: 4, NEXT_DAY: 2}
    assert found.by_engine == {"smollm2": 3, "gemini": 3}
    assert found.by_monitor == {"shoes": 4, "boots": 2}
    narrowed = index.facets("dawn", collection="answers", monitor_id="shoes", day=NEXT_DAY)
    assert (narrowed.by_day, narrowed.by_monitor) == ({NEXT_DAY: 2}, {"shoes": 2})
    assert index.facets("?!", collection="answers").by_day == {}
    assert index.facets("dawn", collection="documents").by_day == {}


def test_entries_that_share_telling_words_are_alike(index):
    alike = Entry("alike", "Muddy", "A light shoe that likes muddy trails")
    other = Entry("other", "Socks", "Something else entirely about socks")
    index.replace_day("shoes", DAY, "documents", [REVIEW, alike, other, RECIPE])
    index.replace_day("boots", DAY, "documents", [Entry("boot", "Boot", "A light boot for muddy trails")])
    hits = index.more_like_this("review", collection="documents", monitor_id="shoes")
    assert hits[0].entry_id == "alike"
    assert "review" not in [hit.entry_id for hit in hits]
    assert {hit.monitor_id for hit in hits} == {"shoes"}
    assert index.more_like_this("nobody", collection="documents", monitor_id="shoes") == []
    assert index.more_like_this("review", collection="documents", monitor_id="shoes", limit=0) == []


def test_an_entry_of_many_days_is_not_like_itself(index):
    for day in (DAY, NEXT_DAY):
        index.replace_day("shoes", day, "documents", [REVIEW, Entry("alike", "", "muddy trails")])
    hits = index.more_like_this("review", collection="documents", monitor_id="shoes")
    assert [(hit.entry_id, hit.date) for hit in hits] == [("alike", NEXT_DAY)]


def test_the_days_that_hold_something_are_listed(index):
    index.replace_day("shoes", NEXT_DAY, "documents", [REVIEW])
    index.replace_day("shoes", DAY, "documents", [REVIEW, SHOP])
    index.replace_day("boots", DAY, "documents", [SHOP])
    index.replace_day("gone", DAY, "documents", [SHOP])
    index.replace_day("gone", DAY, "documents", [])
    assert index.days("documents") == [("boots", DAY), ("shoes", DAY), ("shoes", NEXT_DAY)]
    assert index.days("answers") == []


def test_a_day_is_read_back_as_it_was_written(index):
    answer = Entry("answer-1", "Which shoe?", "Take the Dawn.\n\n> \x00 été", "http://a.example/1", "smollm2")
    index.replace_day("shoes", DAY, "documents", [answer, SHOP])
    held = sorted(index.entries("shoes", DAY, "documents"), key=lambda entry: entry.entry_id)
    assert held == [answer, SHOP]
    assert index.entries("shoes", NEXT_DAY, "documents") == []
