"""Links and markers of an answer, with their offsets; hostile texts included."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brand_monitor.domain.text.links import Cover, Span, find_links


def urls(text):
    return [link.url for link in find_links(text).links]


def numbers(text):
    return [(marker.number, marker.start) for marker in find_links(text).markers]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("See [Nike](https://nike.example/a).", ["https://nike.example/a"]),
        ('See [Nike](https://nike.example/a "Shoes (new)").', ["https://nike.example/a"]),
        ("A [wiki](https://w.example/Foo_(bar)) page", ["https://w.example/Foo_(bar)"]),
        ("![photo](https://img.example/1.png)", ["https://img.example/1.png"]),
        ("[![a](https://i.example/1)](https://b.example)", ["https://i.example/1", "https://b.example"]),
        ("Read https://a.example/x, (https://b.example/y) and **https://c.example**.",
         ["https://a.example/x", "https://b.example/y", "https://c.example"]),
        ("<https://a.example/x>", ["https://a.example/x"]),
        ("at www.shop.example/a today", ["https://www.shop.example/a"]),
        ("[relative](/shoes) and [empty]()", ["/shoes", ""]),
        ("見て https://a.example/x。", ["https://a.example/x"]),
        ("no link: a.b, 10:30, e.g. this", []),
    ],
)  # fmt: skip
def test_links_are_found_as_written(text, expected):
    assert urls(text) == expected


def test_a_reference_leads_to_its_definition_and_counts_where_it_is_used():
    text = 'Good pans ([Food & Wine][1], [Food & Wine][1]).\n\n[1]: https://food.example/pans "The Best Pans"'
    found = find_links(text)
    assert urls(text) == ["https://food.example/pans"] * 2
    assert [text[link.start :][:7] for link in found.links] == ["[Food &", "[Food &"]
    assert found.markers == []


def test_a_marker_with_a_definition_is_a_link():
    text = "Light. [1]\n\n[1]: https://a.example/x"
    assert urls(text) == ["https://a.example/x"]
    assert numbers(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Light [1] and soft [2][3].", [(1, 6), (2, 19), (3, 22)]),
        ("Both [1, 2] say so", [(1, 5), (2, 5)]),
        ("All [2-4] or [5\u20136]", [(2, 4), (3, 4), (4, 4), (5, 13), (6, 13)]),
        ("A note[^3].", [(3, 6)]),
        ("Found 【2†source】 and 【7:0†nike】", [(2, 6), (7, 21)]),
        ("Since [2024] or [x] or [1](https://a.example)", []),
        ("Huge [1-999]", [(number, 5) for number in range(1, 52)]),
    ],
)
def test_markers_are_read_back_to_numbers(text, expected):
    assert numbers(text) == expected


def test_what_a_reader_does_not_see_is_hidden_and_nothing_else():
    text = (
        "A [Nike](https://adidas.example) shoe [1], see https://a.example now.\n[2]: https://b.example Title"
    )
    hidden = Cover(find_links(text).hidden)
    seen = "".join(c for at, c in enumerate(text) if not hidden.touches(at, at + 1))
    assert seen == "A [Nike shoe , see  now.\n"


def test_a_cover_answers_for_touching_and_containing():
    cover = Cover([Span(5, 9), Span(2, 4), Span(8, 12), Span(30, 31)])
    assert [cover.touches(at, at + 1) for at in (1, 2, 4, 5, 11, 12, 30)] == [
        False, True, False, True, True, False, True,
    ]  # fmt: skip
    assert cover.contains(5, 12)
    assert not cover.contains(3, 6)
    assert not Cover([]).touches(0, 10)


PIECES = st.sampled_from(
    ["[", "]", "](", "(", ")", "[1]", "[1]:", "\n", " ", "https://a.example", "www.", "!", '"', "a", "【1†"]
)


@given(st.one_of(st.text(), st.lists(PIECES, max_size=40).map("".join)))
def test_any_text_is_read_and_every_offset_lies_in_it(text):
    found = find_links(text)
    assert all(0 <= link.start <= link.hidden.end <= len(text) for link in found.links)
    assert all(text[marker.start] in "[【" for marker in found.markers)
    assert [link.start for link in found.links] == sorted(link.start for link in found.links)
