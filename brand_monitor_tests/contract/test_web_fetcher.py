"""What every page fetcher does, shown on a loopback server that misbehaves in every way we know of."""

import asyncio
import gzip
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from web_stub import Handler, Request, StubWeb, html, reply

from brand_monitor.backends.web.http import HttpFetcher
from brand_monitor.backends.web.interface import (
    FetchLimits,
    FetchRequest,
    FetchResult,
    PageFetcher,
    Validators,
)
from brand_monitor.schemas.raw import FETCH_OUTCOMES

LIMITS = FetchLimits(delay_seconds=0, timeout_seconds=10, max_bytes=10_000)
PAGE = "http://shop.example/page"


@pytest.fixture(params=[HttpFetcher])
def make(request: pytest.FixtureRequest) -> Callable[[FetchLimits], PageFetcher]:
    return request.param


@dataclass
class Outcome:
    results: list[FetchResult]
    web: StubWeb

    def __getitem__(self, url: str) -> FetchResult:
        return next(result for result in self.results if result.request.url == url)

    @property
    def only(self) -> FetchResult:
        (result,) = self.results
        return result


def fetch(
    make: Callable[[FetchLimits], PageFetcher],
    routes: dict[str, bytes | Handler],
    requests: Sequence[str | FetchRequest] = (PAGE,),
    **limits: object,
) -> Outcome:
    async def run() -> Outcome:
        async with StubWeb(routes) as web:
            fetcher = make(replace(LIMITS, **{"connect_to": web.hosts} | limits))
            wanted = [FetchRequest(one, "site") if isinstance(one, str) else one for one in requests]
            return Outcome([result async for result in fetcher.fetch_all(wanted)], web)

    return asyncio.run(run())


def validators(**changes: object) -> Validators:
    known = Validators(
        etag='"v1"',
        last_modified="Mon, 02 Nov 2026 08:00:00 GMT",
        content_hash="0" * 64,
        final_url=PAGE,
        warc_key="warc/yesterday.warc.gz",
        warc_offset=7,
        size_bytes=12,
        content_type="text/html",
        charset="utf-8",
        fetched_at=datetime(2026, 11, 23, tzinfo=UTC),
    )
    return replace(known, **changes)


class TestPages:
    def test_a_page_comes_with_body_status_and_declared_type(self, make):
        page = fetch(make, {"shop.example/page": html("<p>grün</p>", etag='"v1"')}).only
        assert (page.outcome, page.status, page.reason) == ("ok", 200, None)
        assert page.body.decode() == "<p>grün</p>"
        assert (page.content_type, page.charset, page.etag) == ("text/html", "utf-8", '"v1"')
        assert page.fetched_at.tzinfo == UTC
        assert page.latency_ms > 0

    def test_a_compressed_page_is_decompressed(self, make):
        body = gzip.compress(b"<p>hello</p>")
        page = fetch(make, {"shop.example/page": reply(body, content_encoding="gzip")}).only
        assert (page.outcome, page.body) == ("ok", b"<p>hello</p>")

    def test_headers_that_carry_secrets_are_not_kept(self, make):
        raw = html(set_cookie="session=canary", x_api_key="canary", server="stub")
        page = fetch(make, {"shop.example/page": raw}).only
        assert ("server", "stub") in page.headers
        assert "canary" not in repr(page)

    def test_header_bytes_that_are_no_text_do_not_stop_the_page(self, make):
        raw = b'HTTP/1.1 200 OK\r\nETag: "\xff\xfe"\r\nContent-Length: 2\r\nConnection: close\r\n\r\nhi'
        page = fetch(make, {"shop.example/page": raw}).only
        assert page.outcome == "ok"
        assert page.etag.encode()  # storable

    def test_the_request_says_who_we_are(self, make):
        web = fetch(make, {"shop.example/page": html()}).web
        assert {request.headers["user-agent"] for request in web.requests} == {LIMITS.user_agent}
        assert all("cookie" not in request.headers for request in web.requests)

    def test_results_come_in_order_of_completion(self, make):
        async def run() -> list[str]:
            fast_is_through = asyncio.Event()

            async def slow(_: Request) -> bytes:
                await fast_is_through.wait()
                return html()

            urls = ["http://slow.example/", "http://fast.example/"]
            async with StubWeb({"slow.example/": slow, "fast.example/": html()}) as web:
                fetcher, seen = make(replace(LIMITS, connect_to=web.hosts)), []
                async for result in fetcher.fetch_all([FetchRequest(url, "site") for url in urls]):
                    seen.append(result.request.url)
                    fast_is_through.set()
                return seen

        assert asyncio.run(run()) == ["http://fast.example/", "http://slow.example/"]

    def test_a_caller_may_stop_early(self, make):
        async def run() -> int:
            async def never(_: Request) -> bytes:
                await asyncio.Event().wait()
                raise AssertionError

            async with StubWeb({"a.example/": html(), "b.example/": never}) as web:
                fetcher = make(replace(LIMITS, connect_to=web.hosts))
                pages = fetcher.fetch_all([FetchRequest(f"http://{host}.example/", "site") for host in "ab"])
                seen = [await anext(pages)]
                await pages.aclose()
                return len(seen)

        assert asyncio.run(run()) == 1

    def test_nothing_to_fetch_gives_nothing(self, make):
        assert fetch(make, {}, []).results == []


class TestFailuresAreResults:
    @pytest.mark.parametrize("status", [401, 404, 410, 429, 500, 503, 999])
    def test_an_error_status_is_an_http_error_without_body(self, make, status):
        page = fetch(make, {"shop.example/page": reply(b"<p>sorry</p>", status)}).only
        assert (page.outcome, page.status, page.body) == ("http_error", status, b"")
        assert str(status) in page.reason

    def test_a_server_that_never_answers_times_out(self, make):
        async def never(_: Request) -> bytes:
            await asyncio.Event().wait()
            raise AssertionError

        page = fetch(make, {"shop.example/page": never}, timeout_seconds=0.2).only
        assert (page.outcome, page.status) == ("timed_out", None)

    def test_the_time_cap_covers_all_redirects_together(self, make):
        async def slow_redirect(_: Request) -> bytes:
            await asyncio.sleep(0.15)  # each hop alone is within the cap
            return reply(status=302, location="/page")

        page = fetch(make, {"shop.example/page": slow_redirect}, timeout_seconds=0.4, max_redirects=50).only
        assert page.outcome == "timed_out"

    def test_a_closed_port_is_unreachable(self, make):
        with socket.socket() as closed:
            closed.bind(("127.0.0.1", 0))
            target = closed.getsockname()
        page = fetch(make, {}, connect_to={"shop.example": target}).only
        assert (page.outcome, page.status) == ("unreachable", None)

    @pytest.mark.parametrize(
        "raw",
        [
            b"",
            b"SSH-2.0-OpenSSH_9.6\r\n",
            b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort",
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
            b"HTTP/1.1 200 OK\r\n" + b"x" * 100_000,
        ],
        ids=["nothing", "another protocol", "cut short", "broken chunks", "endless header"],
    )
    def test_a_broken_answer_is_unreachable(self, make, raw):
        assert fetch(make, {"shop.example/page": raw}).only.outcome == "unreachable"

    @pytest.mark.parametrize(
        ("body", "encoding"),
        [(b"not gzip", "gzip"), (gzip.compress(b"x" * 5000)[:-9], "gzip"), (b"...", "br")],
        ids=["garbage", "cut short", "an encoding we did not ask for"],
    )
    def test_a_body_that_does_not_decode_is_an_http_error(self, make, body, encoding):
        page = fetch(make, {"shop.example/page": reply(body, content_encoding=encoding)}).only
        assert (page.outcome, page.body) == ("http_error", b"")

    @pytest.mark.parametrize("url", ["", "page", "http://", "ftp://shop.example/", "http://[::1", "//x"])
    def test_what_is_no_web_page_is_refused_and_the_rest_goes_on(self, make, url):
        done = fetch(make, {"shop.example/page": html()}, [url, PAGE])
        assert done[url].outcome == "blocked_address"
        assert done[PAGE].outcome == "ok"

    @settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(raw=st.binary(max_size=300), has_head=st.booleans())
    def test_no_answer_whatever_makes_it_raise(self, make, raw, has_head):
        answer = b"HTTP/1.1 200 OK\r\n" + raw if has_head else raw
        assert fetch(make, {"shop.example/page": answer}, timeout_seconds=2).only.outcome in FETCH_OUTCOMES


class TestSizeCap:
    def test_a_page_over_the_cap_is_cut_and_kept(self, make):
        page = fetch(make, {"shop.example/page": html("x" * 50_000)}).only
        assert (page.outcome, page.status) == ("too_large", 200)
        assert page.body == b"x" * LIMITS.max_bytes

    def test_a_page_of_exactly_the_cap_is_whole(self, make):
        page = fetch(make, {"shop.example/page": html("x" * LIMITS.max_bytes)}).only
        assert (page.outcome, len(page.body)) == ("ok", LIMITS.max_bytes)

    def test_a_decompression_bomb_ends_at_the_cap_of_decoded_bytes(self, make):
        bomb = gzip.compress(bytes(50_000_000))
        page = fetch(make, {"shop.example/page": reply(bomb, content_encoding="gzip")}).only
        assert (page.outcome, len(page.body)) == ("too_large", LIMITS.max_bytes)

    def test_an_endless_page_ends_at_the_cap(self, make):
        endless = (
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b"1000\r\n%b\r\n" % (b"y" * 4096) * 500
        )
        page = fetch(make, {"shop.example/page": endless}).only
        assert (page.outcome, len(page.body)) == ("too_large", LIMITS.max_bytes)


class TestRobots:
    def test_a_forbidden_page_is_not_requested(self, make):
        robots = reply(b"User-agent: *\nDisallow: /page\n")
        done = fetch(make, {"shop.example/robots.txt": robots, "shop.example/page": html()})
        assert (done.only.outcome, done.only.status) == ("robots_disallowed", None)
        assert done.web.paths() == ["/robots.txt"]

    def test_rules_for_our_name_come_before_rules_for_all(self, make):
        robots = reply(b"User-agent: *\nDisallow: /\n\nUser-agent: Brand-Monitor\nAllow: /\n")
        assert (
            fetch(make, {"shop.example/robots.txt": robots, "shop.example/page": html()}).only.outcome == "ok"
        )

    def test_robots_txt_is_asked_once_per_origin(self, make):
        urls = [f"http://shop.example/{number}" for number in range(5)]
        web = fetch(make, {f"shop.example/{number}": html() for number in range(5)}, urls).web
        assert web.paths().count("/robots.txt") == 1
        assert web.paths()[0] == "/robots.txt"

    @pytest.mark.parametrize("status", [401, 403, 404, 410])
    def test_a_robots_txt_that_is_not_there_allows_everything(self, make, status):
        routes = {"shop.example/robots.txt": reply(status=status), "shop.example/page": html()}
        assert fetch(make, routes).only.outcome == "ok"

    @pytest.mark.parametrize("status", [500, 503])
    def test_a_server_error_on_robots_txt_forbids_everything_for_now(self, make, status):
        routes = {"shop.example/robots.txt": reply(status=status), "shop.example/page": html()}
        done = fetch(make, routes)
        assert done.only.outcome == "robots_disallowed"
        assert str(status) in done.only.reason
        assert "/page" not in done.web.paths()

    def test_a_robots_txt_that_breaks_off_forbids_everything_for_now(self, make):
        done = fetch(make, {"shop.example/robots.txt": b"", "shop.example/page": html()})
        assert done.only.outcome == "unreachable"
        assert "/page" not in done.web.paths()

    def test_a_redirected_robots_txt_is_followed(self, make):
        routes = {
            "shop.example/robots.txt": reply(status=301, location="http://www.shop.example/robots.txt"),
            "www.shop.example/robots.txt": reply(b"User-agent: *\nDisallow: /"),
            "shop.example/page": html(),
        }
        assert fetch(make, routes).only.outcome == "robots_disallowed"

    def test_a_robots_txt_that_redirects_into_the_private_network_is_not_followed(self, make):
        routes = {"shop.example/robots.txt": reply(status=301, location="http://10.0.0.1/robots.txt")}
        assert fetch(make, routes).only.outcome == "blocked_address"

    def test_a_robots_txt_in_a_redirect_loop_counts_as_absent(self, make):
        routes = {
            "shop.example/robots.txt": reply(status=301, location="/robots.txt"),
            "shop.example/page": html(),
        }
        assert fetch(make, routes).only.outcome == "ok"

    def test_a_huge_robots_txt_is_read_up_to_its_cap(self, make):
        robots = reply(b"User-agent: *\nDisallow: /page\n" + b"# padding\n" * 200_000)
        routes = {"shop.example/robots.txt": robots, "shop.example/page": html()}
        assert fetch(make, routes).only.outcome == "robots_disallowed"

    def test_a_site_that_wants_longer_pauses_than_we_can_make_is_left_alone(self, make):
        robots = reply(b"User-agent: *\nCrawl-delay: 86400\n")
        done = fetch(make, {"shop.example/robots.txt": robots, "shop.example/page": html()})
        assert done.only.outcome == "robots_disallowed"
        assert "86400" in done.only.reason


class TestManners:
    def test_a_host_gets_one_request_at_a_time(self, make):
        async def page(_: Request) -> bytes:
            await asyncio.sleep(0)  # let others in, if there are any
            return html()

        routes = {f"shop.example/{number}": page for number in range(20)}
        web = fetch(make, routes, [f"http://{route}" for route in routes]).web
        assert web.most_busy == {"shop.example": 1}

    def test_a_redirect_to_a_busy_host_waits_for_its_turn(self, make):
        routes = {f"shop.example/{number}": html() for number in range(5)}
        routes |= {
            f"ad{number}.example/": reply(status=302, location="http://shop.example/0") for number in range(5)
        }
        done = fetch(make, routes, [f"http://{route}" for route in routes])
        assert {result.outcome for result in done.results} == {"ok"}
        assert done.web.most_busy["shop.example"] == 1

    def test_hosts_are_fetched_at_the_same_time_up_to_the_limit(self, make):
        async def run() -> tuple[int, int]:
            together, most = asyncio.Barrier(3), 0

            async def page(_: Request) -> bytes:
                nonlocal most
                most = max(most, web.busy.total())
                await together.wait()  # never returns unless three are here
                return html()

            hosts = [f"host{number}.example/" for number in range(9)]
            async with StubWeb(dict.fromkeys(hosts, page)) as web:
                fetcher = make(replace(LIMITS, connect_to=web.hosts, concurrency=3))
                requests = [FetchRequest(f"http://{host}", "site") for host in hosts]
                return len([result async for result in fetcher.fetch_all(requests)]), most

        assert asyncio.run(run()) == (9, 3)


class TestRedirects:
    def test_a_redirect_is_followed_and_recorded(self, make):
        routes = {
            "shop.example/page": reply(status=301, location="/middle"),
            "shop.example/middle": reply(status=307, location="http://other.example/end?x=1#part"),
            "other.example/end?x=1": html("<p>end</p>"),
        }
        page = fetch(make, routes).only
        assert (page.outcome, page.body) == ("ok", b"<p>end</p>")
        assert page.redirects == (PAGE, "http://shop.example/middle")
        assert page.final_url == "http://other.example/end?x=1"

    def test_every_hop_asks_the_robots_txt_of_its_host(self, make):
        routes = {
            "shop.example/page": reply(status=302, location="http://other.example/private"),
            "other.example/robots.txt": reply(b"User-agent: *\nDisallow: /private"),
            "other.example/private": html(),
        }
        done = fetch(make, routes)
        assert done.only.outcome == "robots_disallowed"
        assert done.web.paths("other.example") == ["/robots.txt"]

    def test_a_loop_ends_at_the_cap(self, make):
        done = fetch(make, {"shop.example/page": reply(status=302, location="/page")}, max_redirects=3)
        assert done.only.outcome == "too_many_redirects"
        assert done.web.paths().count("/page") == 4

    def test_a_redirect_without_a_target_is_an_http_error(self, make):
        assert fetch(make, {"shop.example/page": reply(status=302)}).only.outcome == "http_error"

    @pytest.mark.parametrize(
        "target",
        [
            "http://127.0.0.1/",
            "http://169.254.169.254/latest/meta-data/",
            "http://[::ffff:169.254.169.254]/",
            "http://2130706433/",
            "file:///etc/passwd",
            "gopher://shop.example/",
            "http://user:secret@shop.example/",
            "http://shop.example:99999/",
        ],
    )
    def test_a_redirect_cannot_leave_the_public_web(self, make, target):
        page = fetch(make, {"shop.example/page": reply(status=302, location=target)}).only
        assert page.outcome == "blocked_address"
        assert (page.final_url, page.redirects) == (PAGE, ())
        assert "secret" not in page.reason


class TestPrivateAddresses:
    def test_a_name_that_stands_for_this_machine_is_blocked_before_anything_is_sent(self, make):
        async def run() -> tuple[str, list[Request]]:
            async with StubWeb({"localhost/": html()}) as web:
                fetcher = make(LIMITS)
                url = f"http://localhost:{web.port}/"
                (result,) = [one async for one in fetcher.fetch_all([FetchRequest(url, "site")])]
                return result.outcome, web.requests

        assert asyncio.run(run()) == ("blocked_address", [])

    def test_an_allowed_private_host_is_reached_on_its_port_only(self, make):
        async def run() -> list[str]:
            async with StubWeb() as web, StubWeb() as other:
                web.routes[f"127.0.0.1:{web.port}/"] = html()
                fetcher = make(replace(LIMITS, allowed_private_hosts=frozenset({f"127.0.0.1:{web.port}"})))
                urls = [f"http://127.0.0.1:{one.port}/" for one in (web, other)]
                results = [one async for one in fetcher.fetch_all([FetchRequest(url, "s") for url in urls])]
                return [next(r.outcome for r in results if r.request.url == url) for url in urls]

        assert asyncio.run(run()) == ["ok", "blocked_address"]


class TestConditionalGet:
    @staticmethod
    async def unchanged(request: Request) -> bytes:
        if request.headers.get("if-none-match") == '"v1"':
            return reply(status=304)
        return html(etag='"v1"')

    def test_an_unchanged_page_is_not_sent_again(self, make):
        request = FetchRequest(PAGE, "site", validators())
        done = fetch(make, {"shop.example/page": self.unchanged}, [request])
        assert (done.only.outcome, done.only.status, done.only.body) == ("not_modified", 304, b"")
        assert done.only.etag == '"v1"'  # good for tomorrow, though the 304 did not repeat it
        assert done.web.requests[-1].headers["if-modified-since"] == "mon, 02 nov 2026 08:00:00 gmt"

    def test_a_changed_page_is_fetched(self, make):
        request = FetchRequest(PAGE, "site", validators(etag='"v0"'))
        assert fetch(make, {"shop.example/page": self.unchanged}, [request]).only.outcome == "ok"

    def test_validators_go_to_the_page_that_gave_them_and_to_no_other(self, make):
        routes = {
            "shop.example/page": reply(status=302, location="/new-home"),
            "shop.example/new-home": self.unchanged,
        }
        moved = fetch(make, routes, [FetchRequest(PAGE, "site", validators())])
        assert moved.only.outcome == "ok"
        known = validators(final_url="http://shop.example/new-home")
        assert fetch(make, routes, [FetchRequest(PAGE, "site", known)]).only.outcome == "not_modified"

    def test_a_304_that_nobody_asked_for_is_an_error(self, make):
        assert fetch(make, {"shop.example/page": reply(status=304)}).only.outcome == "http_error"
