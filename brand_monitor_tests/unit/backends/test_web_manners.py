"""Pauses between requests to one host, with a clock that only moves when somebody sleeps."""

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import SimpleNamespace

import pytest

from brand_monitor.backends.coordination.memory import MemoryCoordination
from brand_monitor.backends.coordination.resource import Coordinations
from brand_monitor.backends.web.http import HttpFetcher
from brand_monitor.backends.web.interface import FetchLimits, FetchRequest
from brand_monitor.backends.web.manners import Turns
from brand_monitor.demo import site
from brand_monitor.demo.server import DemoWeb


@dataclass
class Clock:
    now: float = 0.0
    slept: list[float] = field(default_factory=list)

    def read(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


def pauses(delay: float, *waits: float) -> list[float]:
    """Return the pauses before requests to one host that start ``waits`` seconds after the last ended."""

    async def run() -> list[float]:
        clock = Clock()
        turns = Turns(clock.read, clock.sleep)
        for wait in waits:
            clock.now += wait
            async with turns.turn("a"):
                await turns.pause("a", delay)
                turns.ended("a")
        return clock.slept

    return asyncio.run(run())


def test_the_first_request_to_a_host_does_not_wait():
    assert pauses(1.0, 0.0) == []


def test_the_next_request_waits_for_what_is_left_of_the_delay():
    assert pauses(1.0, 0.0, 0.25) == [0.75]


def test_a_request_after_the_delay_does_not_wait():
    assert pauses(1.0, 0.0, 1.5) == []


def test_hosts_do_not_wait_for_each_other():
    async def run() -> list[float]:
        clock = Clock()
        turns = Turns(clock.read, clock.sleep)
        for host in ("a", "b"):
            async with turns.turn(host):
                await turns.pause(host, 5.0)
                turns.ended(host)
        return clock.slept

    assert asyncio.run(run()) == []


def test_processes_that_share_take_their_turns_at_a_host_one_pause_apart(monkeypatch):
    clock = Clock()
    monkeypatch.setattr("brand_monitor.backends.coordination.memory.time", SimpleNamespace(time=clock.read))

    async def run() -> list[float]:
        shared, began = MemoryCoordination(), []
        here, there = (Turns(clock.read, clock.sleep, shared) for _ in range(2))
        for turns in (here, there, here, there):
            async with turns.turn("a"):
                await turns.pause("a", 5.0)
                began.append(clock.now)
                turns.ended("a")
        return began

    assert asyncio.run(run()) == [0, 5, 10, 15]


def test_two_runs_that_scrape_one_host_at_once_keep_its_pause_together(tmp_path):
    """They begin together; alone, each would be through after two pauses."""
    coordinations = Coordinations(f"sqlite:///{tmp_path / 'coordination.sqlite'}")

    async def scraped(web: DemoWeb, pages: list[str]) -> list[str]:
        limits = FetchLimits(delay_seconds=0.2, connect_to=web.hosts)
        fetcher = HttpFetcher(limits, coordinations=coordinations)
        requests = [FetchRequest(f"http://larkstride.example/{page}", "s") for page in pages]
        return [one.outcome async for one in fetcher.fetch_all(requests)]

    async def both(web: DemoWeb) -> list[list[str]]:
        return await asyncio.gather(*(scraped(web, ["", "dawn", "about"]) for _ in range(2)))

    with DemoWeb() as web:
        started = time.monotonic()
        assert asyncio.run(both(web)) == [["ok"] * 3] * 2
    assert time.monotonic() - started >= 5 * 0.2


@contextmanager
def crawl_delay(monkeypatch: pytest.MonkeyPatch, seconds: int) -> Iterator[DemoWeb]:
    robots = f"User-agent: *\nCrawl-delay: {seconds}\n".encode()
    pages = site.sample_pages() | {("larkstride.example", "/robots.txt"): site.Page(robots, "text/plain")}
    monkeypatch.setattr("brand_monitor.demo.server.sample_pages", lambda: pages)
    with DemoWeb() as web:
        yield web


@pytest.mark.parametrize(("ours", "theirs", "longer"), [(1, 7, 7), (9, 7, 9)])
def test_the_longer_of_our_delay_and_the_site_s_own_is_kept(monkeypatch, ours, theirs, longer):
    async def run(web: DemoWeb) -> list[float]:
        clock = Clock()
        limits = FetchLimits(delay_seconds=ours, connect_to=web.hosts)
        fetcher = HttpFetcher(limits, Turns(clock.read, clock.sleep))
        urls = [f"http://larkstride.example/{page}" for page in ("", "dawn", "about")]
        outcomes = [one.outcome async for one in fetcher.fetch_all([FetchRequest(url, "s") for url in urls])]
        assert outcomes == ["ok"] * 3
        return clock.slept

    with crawl_delay(monkeypatch, theirs) as web:
        assert asyncio.run(run(web)) == [longer, longer]
