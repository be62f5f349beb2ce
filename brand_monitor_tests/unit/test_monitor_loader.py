"""A monitor file goes in; a monitor comes out, or every error with its file, line and field."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brand_monitor.failures import MonitorFileError
from brand_monitor.monitor.loader import check_file, load_monitor, load_monitors
from brand_monitor.monitor.yaml_source import MAX_BYTES, MAX_VALUES

VALID = """\
version: 1
id: shoes
market: Running shoes
brands:
  - {id: lark, name: Larkstride, role: own, aliases: [Lark], domains: [lark.example]}
  - {id: nike, name: Nike, role: competitor}
  - {id: ombre, name: Ombrevale, role: control}
prompts:
  - {id: best, text: What are the best running shoes?}
  - {id: nike, text: Are Nike shoes good?, branded: true}
engines:
  - {id: small, family: local, repeats: 2}
"""


@pytest.fixture
def write(tmp_path):
    def write_file(text: str | bytes, name: str = "shoes.yaml") -> Path:
        path = tmp_path / name
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return path

    return write_file


@pytest.fixture
def problems(write):
    """Return the problems of a text as (line, field, message)."""

    def problems_of(text: str | bytes) -> list[tuple[int, str, str]]:
        return [(one.line, one.field, one.message) for one in check_file(write(text))]

    return problems_of


def changed(old: str, new: str) -> str:
    assert old in VALID
    return VALID.replace(old, new)


def test_a_valid_file_becomes_a_monitor(write):
    monitor = load_monitor(write(VALID))

    assert monitor.id == "shoes"
    assert [brand.name for brand in monitor.brands] == ["Larkstride", "Nike", "Ombrevale"]
    assert monitor.brands[0].aliases == ["Lark"]
    assert monitor.prompts[1].branded
    assert monitor.engines[0].repeats == 2
    assert check_file(write(VALID)) == []


def test_values_are_read_as_they_are_written_not_as_yaml_guesses_them(write):
    text = changed("name: Nike,", 'name: 686, products: [1.10, 2026-11-24, "on", null x],').replace(
        "text: Are Nike shoes good?", "text: Are 686 shoes good?, locale: no"
    )

    monitor = load_monitor(write(text))

    assert monitor.brands[1].name == "686"
    assert monitor.brands[1].products == ["1.10", "2026-11-24", "on", "null x"]
    assert monitor.prompts[1].locale == "no"


def test_every_error_is_named_at_once_with_line_and_field(problems):
    text = """\
version: 2
id: Bad Id
market: shoes
brands:
  - id: nike
    name: Nike
    role: competitior
    alias: [Nike Inc]
  - {id: lark, name: Larkstride, role: own}
  - {id: ombre, name: Ombrevale, role: control}
prompts:
  - id: best
    text: best shoes
    branded: perhaps
engines:
  - {id: small, family: local, repeats: many}
  - {family: locale, id: other}
scraping:
  delay_seconds:
"""
    assert problems(text) == [
        (1, "version", "must be 1 (got 2)"),
        (
            2,
            "id",
            "must be 1 to 63 lower-case letters, digits, '-' or '_', starting with a letter or digit (got 'Bad Id')",
        ),
        (
            7,
            "brands[nike].role",
            "must be one of own, competitor, control (got 'competitior'); did you mean 'competitor'?",
        ),
        (
            8,
            "brands[nike].alias",
            "unknown field; did you mean 'aliases'? (known: id, name, role, aliases, products, domains, exclusions, senses, context)",
        ),
        (14, "prompts[best].branded", "must be true or false (got 'perhaps')"),
        (16, "engines[small].repeats", "must be a whole number (got 'many')"),
        (
            17,
            "engines[other].family",
            (
                "must be one of local, grounded, import, openai, anthropic, gemini, perplexity, litellm "
                "(got 'locale'); did you mean 'local'?"
            ),
        ),
        (19, "scraping.delay_seconds", "is empty: give a value, or delete the line"),
    ]


def test_a_missing_field_points_to_the_block_that_lacks_it(problems):
    assert problems(changed("id: ombre, name: Ombrevale, role", "id: ombre, role")) == [
        (7, "brands[ombre].name", "is required")
    ]


def test_entries_without_an_id_are_counted_from_one(problems):
    (problem,) = problems(changed("{id: best, text: What", "{text: What"))
    assert problem == (9, "prompts[#1].id", "is required")


def test_a_key_given_twice_is_an_error_that_names_both_lines(problems):
    assert problems(VALID + "market: other\n") == [(13, "market", "given twice (first on line 3)")]


def test_a_rule_is_checked_although_other_fields_are_wrong(problems):
    text = changed("repeats: 2", "repeats: x").replace("aliases: [Lark]", "aliases: [Nike], oops: 1")

    assert [field for _, field, _ in problems(text)] == [
        "brands[lark].oops",
        "brands[nike].name",
        "engines[small].repeats",
    ]


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("id: a\n\tmarket: b\n", 2, "a tab indents this line; YAML wants spaces"),
        (
            "id: a: b\n",
            1,
            "not YAML: a text that contains ': ' needs quotes, or the line is indented wrongly",
        ),
        ("id: a\nmarket: @b\n", 2, "a text that starts with '@' needs quotes"),
        ("id: [a\n", 2, "not YAML: a bracket is never closed, or a comma is missing"),
        ("id: 'a\n", 2, "not YAML: a quote is never closed"),
        ("id: a\n---\nid: b\n", 2, "not YAML: one file holds one monitor: remove the second '---'"),
        ("id: a\nmarket: b\x07c\n", 2, "holds a control character; remove it"),
        ("id: *a\n", 1, "not YAML: found undefined alias"),
        ("", 1, "is empty"),
        ("# only a comment\n", 1, "is empty"),
        ("~\n", 1, "is empty"),
        ("!!python/name:os.getcwd\n", 1, "the tag 'python/name:os.getcwd' is not supported: remove it"),
        ("- a\n- b\n", 1, "must be a block of fields (got a list)"),
    ],
)
def test_what_is_not_yaml_is_said_in_words_that_tell_how_to_mend_it(problems, text, line, message):
    assert [(found, said) for found, _, said in problems(text)] == [(line, message)]


def test_a_file_in_latin_1_names_the_byte_and_its_line(problems):
    text = VALID.encode() + "# Müller\n".encode("latin-1")
    assert problems(text) == [(13, "", "byte 0xFC is not UTF-8; save the file as UTF-8")]


def test_a_utf_8_byte_order_mark_is_harmless_and_utf_16_is_named(write, problems):
    assert load_monitor(write(b"\xef\xbb\xbf" + VALID.encode())).id == "shoes"
    assert problems(VALID.encode("utf-16")) == [(1, "", "is UTF-16; save it as UTF-8")]


def test_windows_line_ends_do_not_shift_the_lines(problems):
    text = changed("repeats: 2", "repeats: x").replace("\n", "\r\n")
    assert [line for line, _, _ in problems(text)] == [12]


def test_tags_and_merge_keys_are_refused_and_never_constructed(problems):
    text = changed("market: Running shoes", "market: !!python/object/apply:os.getcwd []").replace(
        "engines:\n  - {", "engines:\n  - {<<: {repeats: 3}, "
    )
    assert [(line, field) for line, field, _ in problems(text)] == [
        (3, "market"),
        (3, "market"),
        (12, "engines[small]"),
    ]


def test_an_alias_is_allowed_and_means_what_it_repeats(write):
    text = changed("{id: best, text: What", "{id: best, persona: &who a runner, text: What").replace(
        "{id: nike, text:", "{id: nike, persona: *who, text:"
    )
    assert [prompt.persona for prompt in load_monitor(write(text)).prompts] == ["a runner", "a runner"]


def test_nested_aliases_cannot_blow_up_the_memory(problems):
    bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n" + "".join(
        f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 10)
    )
    ((_, _, message),) = problems(bomb)
    assert message == f"holds more than {MAX_VALUES:,} values; aliases count each time"


def test_a_structure_that_contains_itself_is_refused(problems):
    ((_, _, message),) = problems("id: &a [*a]\n")
    assert message == "is nested more than 12 levels deep"


@pytest.mark.parametrize("depth", [100, 1_000, 50_000])
def test_absurd_nesting_is_refused_without_a_crash(problems, depth):
    ((_, _, message),) = problems("id: " + "[" * depth + "]" * depth + "\n")
    assert "nest" in message


def test_a_file_that_is_too_large_is_not_read(problems):
    ((_, _, message),) = problems(b"#" * (MAX_BYTES + 1))
    assert message == "is 2,000,001 bytes; a monitor file has at most 2,000,000"


def test_a_missing_file_and_a_folder_are_problems_not_tracebacks(tmp_path):
    assert [one.message for one in check_file(tmp_path / "no.yaml")] == ["no such file"]
    assert [one.message for one in check_file(tmp_path)] == ["is not a regular file"]


def test_the_error_lists_all_problems_one_per_line_as_editors_link_them(write):
    path = write(changed("repeats: 2", "repeats: 0").replace("id: best,", "id: best, wrong: 1,"))

    with pytest.raises(MonitorFileError) as raised:
        load_monitor(path)

    first, second = str(raised.value).splitlines()
    assert first.startswith(f"{path}:9: prompts[best].wrong: unknown field")
    assert second == f"{path}:12: engines[small].repeats: must be greater than or equal to 1 (got '0')"


def test_a_folder_gives_its_monitors_by_id_in_order_of_file_name(write, tmp_path):
    write(VALID, "b.yaml")
    write(changed("id: shoes", "id: boots"), "a.yml")
    write("not a monitor", ".hidden.yaml")
    write("not a monitor", "notes.txt")

    assert list(load_monitors(tmp_path)) == ["boots", "shoes"]


def test_a_folder_that_does_not_exist_holds_no_monitors_yet(tmp_path):
    assert load_monitors(tmp_path / "none") == {}


def test_the_problems_of_all_files_of_a_folder_come_together(write, tmp_path):
    write(changed("repeats: 2", "repeats: 0"), "a.yaml")
    write(VALID, "b.yaml")
    write(VALID, "c.yaml")
    write("id: [", "d.yaml")

    with pytest.raises(MonitorFileError) as raised:
        load_monitors(tmp_path)

    assert [(problem.file.name, problem.line, problem.field) for problem in raised.value.args] == [
        ("a.yaml", 12, "engines[small].repeats"),
        ("c.yaml", 2, "id"),
        ("d.yaml", 2, ""),
    ]


@given(st.text(max_size=400))
@settings(max_examples=150, deadline=None)
def test_no_text_breaks_the_loader(tmp_path_factory, text):
    path = tmp_path_factory.mktemp("any") / "any.yaml"
    path.write_text(text, encoding="utf-8", errors="surrogatepass")
    assert check_file(path)


LINES = VALID.splitlines()


@given(
    st.lists(st.sampled_from(range(len(LINES))), max_size=4),
    st.sampled_from(["", "x", "- ", "[", ": ", "\t"]),
)
@settings(max_examples=150, deadline=None)
def test_a_damaged_file_is_read_or_its_problems_point_into_it(tmp_path_factory, damaged, prefix):
    lines = [prefix + line if number in damaged else line for number, line in enumerate(LINES)]
    path = tmp_path_factory.mktemp("any") / "any.yaml"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")

    for problem in check_file(path):
        assert 1 <= problem.line <= len(lines) + 1
        assert problem.column >= 1
        assert problem.message


NEVER_THE_KEY = "the name of an environment variable such as MY_API_KEY, never the key itself"


def test_new_sections_are_read_and_their_errors_have_a_line_and_plain_words(problems):
    text = VALID.replace("What are the best running shoes?}", "What?, locales: {Deutsch: Was?, de: [x]}}")
    text += """\
  - {id: hosted, family: openai, model: m, web: yes, search_context: med, country: ch, api_key_variable: sk-1}
budget: {day_usd: 2, month_usd: 1}
experiments:
  - {id: why, engines: [smal], masks: lots}
"""
    assert problems(text) == [
        (9, "prompts[best].locales.Deutsch", "must be a language tag such as en or de-CH (got 'Deutsch')"),
        (9, "prompts[best].locales.de", "must be a text (got a list)"),
        (
            13,
            "engines[hosted].search_context",
            "must be one of low, medium, high (got 'med'); did you mean 'medium'?",
        ),
        (13, "engines[hosted].country", "must be two capital letters such as CH (got 'ch')"),
        (13, "engines[hosted].api_key_variable", f"must be {NEVER_THE_KEY}"),
        (
            14,
            "budget",
            "day_usd is above month_usd, so it would never be reached: lower it or raise the month",
        ),
        (16, "experiments[why]", "an experiment needs pages, but there are no sites"),
        (16, "experiments[why].masks", "must be a whole number (got 'lots')"),
    ]
