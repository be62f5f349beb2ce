"""robots.txt as RFC 9309 reads it."""

import asyncio

from hypothesis import given
from hypothesis import strategies as st

from brand_monitor.backends.web.exchange import Response
from brand_monitor.backends.web.robots import RobotsCache, RobotsRules


def rules(text: bytes) -> RobotsRules:
    async def fetch(_: str) -> Response:
        return Response(200, (), text)

    cache = RobotsCache(fetch, "brand-monitor/0.1 (+https://github.com/x)", 60)
    return asyncio.run(cache.rules_for("http://shop.example/a"))


def test_rules_are_matched_by_our_product_token_and_not_by_words_of_the_comment():
    text = b"User-agent: github\nDisallow: /\n\nUser-agent: *\nAllow: /"
    assert rules(text).refuses("http://shop.example/a") is None


def test_the_longest_rule_wins_and_wildcards_work():
    text = b"User-agent: *\nDisallow: /shop\nAllow: /shop/open\nDisallow: /*.pdf$"
    said = rules(text)
    assert said.refuses("http://shop.example/shop/x")
    assert said.refuses("http://shop.example/shop/open") is None
    assert said.refuses("http://shop.example/a.pdf")
    assert said.refuses("http://shop.example/a.pdf?x") is None


def test_a_byte_order_mark_does_not_hide_the_first_line():
    assert rules(b"\xef\xbb\xbfUser-agent: *\nDisallow: /").refuses("http://shop.example/a")


def test_a_robots_txt_made_to_be_slow_is_not_parsed():
    agents = b"".join(b"User-agent: x%d\n" % number for number in range(5000))
    slow = rules(agents + b"".join(b"Disallow: /%d\n" % number for number in range(5000)))
    assert "too much to read" in slow.refuses("http://shop.example/a")[1]


@given(st.binary(max_size=300))
def test_no_robots_txt_makes_it_raise(text):
    rules(text).refuses("http://shop.example/a?b=c")
