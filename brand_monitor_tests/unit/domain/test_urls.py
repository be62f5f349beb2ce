"""One spelling per page: what is removed, what is kept, and whose site a page is on."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from brand_monitor.domain.urls import canonical_url, host_of, join_url, parse_url, registrable_domain


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        ("HTTPS://Example.COM:443/a/../b", "https://example.com/b"),
        (
            "https://shop.example/x?utm_source=chatgpt.com&variant=7&_gsid=Kub",
            "https://shop.example/x?variant=7",
        ),
        ("https://shop.example/x?gclid=1&fbclid=2&srsltid=3&msclkid=4&mc_eid=5", "https://shop.example/x"),
        ("https://shop.example/x?UTM_Medium=a&utm%5Fid=1&q=b", "https://shop.example/x?q=b"),
        ("https://shop.example/x?a=1&amp;utm_source=y&amp;b=2", "https://shop.example/x?a=1&b=2"),
        ("https://news.example/a#:~:text=best%20pan&text=b", "https://news.example/a"),
        ("https://news.example/a#reviews", "https://news.example/a"),
        ("https://app.example/#/shoes/1:~:text=a", "https://app.example/#/shoes/1"),
        ("https://app.example/#!shoes", "https://app.example/#!shoes"),
        ("https://user:secret@shop.example/", "https://shop.example/"),
        ("https://shop.example/?", "https://shop.example/"),
        ("https://münchen.example/ü?q=ü", "https://xn--mnchen-3ya.example/%C3%BC?q=%C3%BC"),
        ("  https://shop.example/a b\n", "https://shop.example/a%20b"),
    ],
)
def test_one_page_has_one_spelling(written, canonical):
    assert canonical_url(written) == canonical


@pytest.mark.parametrize(
    "url",
    [
        "https://shop.example/a?ref=home&tag=x&id=1",
        "https://shop.example/a/",
        "https://shop.example/a",
        "https://www.shop.example/a",
        "http://shop.example/a",
        "https://shop.example/a?b=2&a=1",
        "https://shop.example/a?utmost=1&gclidx=2",
        "https://shop.example/a?q=%7E%2f",
    ],
)
def test_what_may_choose_another_page_stays(url):
    assert canonical_url(url) == url


@pytest.mark.parametrize(
    "written",
    ["", "//", "/relative", "mailto:a@b.example", "javascript:alert(1)", "http://", "https://ex ample"],
)
def test_what_is_no_web_page_has_no_url(written):
    assert canonical_url(written) is None


@pytest.mark.parametrize(
    ("link", "joined"),
    [
        ("../b?utm_source=x", "https://shop.example/b"),
        ("//other.example/c", "https://other.example/c"),
        ("?p=2", "https://shop.example/a/list?p=2"),
        ("#top", "https://shop.example/a/list"),
        ("https://else.example", "https://else.example/"),
        ("mailto:a@b.example", None),
    ],
)
def test_links_of_a_page_are_joined_as_browsers_do(link, joined):
    assert join_url("https://shop.example/a/list", link) == joined


@pytest.mark.parametrize(
    ("url", "domain"),
    [
        ("https://www.shop.co.uk/a", "shop.co.uk"),
        ("http://trailreview.example/best", "trailreview.example"),
        ("https://alice.github.io/x", "alice.github.io"),
        ("https://github.io", "github.io"),
        ("http://127.0.0.1:8000/", "127.0.0.1"),
        ("http://[::1]/", "[::1]"),
        ("http://localhost:3000/", "localhost"),
        ("https://co.uk/", "co.uk"),
        ("https://www.münchen.de/", "xn--mnchen-3ya.de"),
        ("https://shop.example./", "shop.example"),
        ("mailto:a@b.example", None),
        ("nonsense", None),
    ],
)
def test_a_page_belongs_to_its_registrable_domain_or_its_host(url, domain):
    assert registrable_domain(url) == domain


def test_a_host_has_no_port_and_no_final_dot():
    assert host_of("https://Shop.Example.:8443/a") == "shop.example"
    assert host_of("mailto:a@b.example") is None


QUERY = st.lists(st.sampled_from(["a=1", "utm_x=2", "gclid=3", "b", "", "&amp;", "%75tm_y=1", "c=%26utm_z"]))
URLS = st.builds(
    lambda host, path, query, fragment: f"https://{host}/{path}?{'&'.join(query)}#{fragment}",
    st.sampled_from(["shop.example", "SHOP.example:443", "münchen.de", "1.2.3", "[::1]", "a:b@c.example"]),
    st.text(max_size=20),
    QUERY,
    st.text(max_size=20),
)


@given(st.one_of(URLS, st.text(), st.text().map("http://".__add__)))
@example("https://shop.example/?&amp;amp;utm_source=x")
@example("http://\ud800.example/\udfff")
def test_a_canonical_url_is_its_own_canonical_url(written):
    canonical = canonical_url(written)
    if canonical is not None:
        assert canonical_url(canonical) == canonical
        assert parse_url(canonical) is not None
        assert registrable_domain(canonical)


@given(
    st.text(max_size=20),
    QUERY,
    st.sampled_from(["utm_source", "utm_campaign", "gclid", "fbclid", "_gsid", "srsltid"]),
    st.text("abc1"),
)
def test_a_tracking_parameter_changes_nothing(path, query, name, value):
    page = f"https://shop.example/{path.replace('#', '').replace('?', '')}?{'&'.join(query)}"
    assert canonical_url(f"{page}&{name}={value}#a") == canonical_url(page)
