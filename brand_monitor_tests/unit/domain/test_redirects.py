"""Addresses that stand for another page, and those that hide it."""

import json
import re
from base64 import urlsafe_b64encode
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brand_monitor.domain.urls import canonical_url, hides_its_page, host_of, parse_url, registrable_domain

SUITES = Path(__file__).parents[4] / "shared" / "data" / "url-suites"
needs_suites = pytest.mark.skipif(
    not SUITES.exists(), reason="the published URL suites are not on this machine (../shared/data/url-suites)"
)


def of_bing(url):
    return (
        "https://www.bing.com/ck/a?!&&p=1&u=a1"
        + urlsafe_b64encode(url.encode()).decode().rstrip("=")
        + "&n=1"
    )


@pytest.mark.parametrize(
    ("written", "page"),
    [
        ("https://www.google.com/url?q=https://shop.example/a%3Futm_source%3Dx&sa=D", "https://shop.example/a"),
        ("https://google.co.uk/url?sa=t&url=https%3A%2F%2Fa.example%2Fb&usg=1", "https://a.example/b"),
        ("https://www.google.com.au/url?q=http://a.example/", "http://a.example/"),
        ("https://l.facebook.com/l.php?u=https%3A%2F%2Fa.example%2F%3Ffbclid%3D1&h=AT", "https://a.example/"),
        ("https://duckduckgo.com/l/?uddg=https%3A%2F%2Fa.example%2F&rut=1", "https://a.example/"),
        ("https://www.youtube.com/redirect?event=1&q=https%3A%2F%2Fa.example", "https://a.example/"),
        (of_bing("https://a.example/b?c=1"), "https://a.example/b?c=1"),
        ("https://www.google.com/amp/s/www.a.example/story?amp=1", "https://www.a.example/story"),
        ("https://www-a-example.cdn.ampproject.org/c/s/www.a.example/story", "https://www.a.example/story"),
        ("https://www-a-example.cdn.ampproject.org/v/www.a.example/story", "http://www.a.example/story"),
        ("https://en.m.wikipedia.org/wiki/Nike,_Inc.#History", "https://en.wikipedia.org/wiki/Nike,_Inc."),
        ("https://youtu.be/aDEiH03XgGg?t=3", "https://www.youtube.com/watch?v=aDEiH03XgGg&t=3"),
        ("https://old.reddit.com/r/shoes/comments/1/x/", "https://www.reddit.com/r/shoes/comments/1/x/"),
        ("https://shop.example/?ref=chatgpt.com&x=1", "https://shop.example/?x=1"),
        ("https://shop.example/?source=https%3A%2F%2Fwww.perplexity.ai%2F", "https://shop.example/"),
    ],
)  # fmt: skip
def test_an_address_that_carries_its_page_is_that_page(written, page):
    assert canonical_url(written) == page


def test_redirects_inside_of_redirects_lead_to_the_last_page():
    inner = "https://l.facebook.com/l.php?u=https%253A%252F%252Fb.example%252F"
    assert canonical_url(f"https://www.google.com/url?q={inner}") == "https://b.example/"


@pytest.mark.parametrize(
    "written",
    [
        "https://www.google.com/url?q=/search?q=shoes",
        "https://www.google.com/search?q=https://a.example/",
        "https://www.google.com/url?q=javascript:alert(1)",
        "https://www.google.com/url?q=mailto:a@b.example",
        "https://googlefan.example/url?q=https://a.example/",
        "https://www.bing.com/ck/a?u=a1%%%",
        "https://shop.example/url?q=https://a.example/",
        "https://shop.example/?ref=home",
        "https://shop.example/products/amp",
    ],
)
def test_an_address_that_carries_no_page_of_the_web_stays(written):
    assert canonical_url(written) == parse_url(written).href


@pytest.mark.parametrize(
    ("url", "hides"),
    [
        ("https://vertexaisearch.cloud.google.com/grounding-api-redirect/AUZIYQ", True),
        ("https://t.co/abc", True),
        ("https://news.google.com/rss/articles/CBMi", True),
        ("https://t.co/", False),
        ("https://cloud.google.com/vertex-ai", False),
        ("https://news.google.com/home", False),
        ("no url", False),
    ],
)
def test_short_links_and_grounding_redirects_hide_their_page(url, hides):
    assert hides_its_page(url) is hides


@given(
    st.sampled_from(
        ["https://www.google.com/url?q={}", "https://l.facebook.com/l.php?u={}", "https://google.com/amp/s/{}",
         "https://a.cdn.ampproject.org/c/s/{}", "https://en.m.wikipedia.org/{}", "https://youtu.be/{}"]
    ),
    st.one_of(st.text(max_size=30), st.text(max_size=20).map("https://a.example/{}".format)),
)  # fmt: skip
def test_a_redirect_with_anything_in_it_has_a_stable_form(redirect, target):
    canonical = canonical_url(redirect.replace("{}", target))
    assert canonical is None or canonical_url(canonical) == canonical


@pytest.mark.parametrize(
    ("written", "base", "href"),
    [
        ("http://example\t.\norg", "http://example.org/foo/bar", "http://example.org/"),
        ("http://0300.168.0.1", None, "http://192.168.0.1/"),
        ("http:\\\\x:1/a", None, "http://x:1/a"),
        ("http://a.b.c.xn--pokxncvks", None, None),
        ("https://xn--/", None, None),
        ("http://[1::2]3:4", None, None),
        ("http://f:999999/c", None, None),
    ],
)
def test_urls_are_read_as_browsers_read_them(written, base, href):
    parsed = parse_url(written, base)
    assert (parsed.href if parsed else None) == href


@needs_suites
def test_every_vector_of_the_web_platform_tests_holds():
    vectors = [one for one in json.loads((SUITES / "urltestdata.json").read_text()) if isinstance(one, dict)]
    wrong = []
    for one in vectors:
        parsed = parse_url(one["input"], one.get("base"))
        if (parsed.href if parsed else None) != (None if one.get("failure") else one["href"]):
            wrong.append(one["input"])
        canonical = canonical_url(one["input"], one.get("base"))
        assert canonical is None or canonical_url(canonical) == canonical
    assert len(vectors) > 800
    assert wrong == []


@needs_suites
def test_every_vector_of_the_public_suffix_list_holds():
    call = re.compile(r"^checkPublicSuffix\('(?P<host>[^']*)', (?:'(?P<domain>[^']*)'|null)\);", re.MULTILINE)
    vectors = [
        match for match in call.finditer((SUITES / "test_psl.txt").read_text()) if match["host"][0] != "."
    ]
    assert len(vectors) > 60
    for match in vectors:
        domain = registrable_domain(f"https://{match['host']}/")
        # Where there is no registrable domain the host stands for it.
        assert domain == host_of(f"https://{match['domain'] or match['host']}/")
