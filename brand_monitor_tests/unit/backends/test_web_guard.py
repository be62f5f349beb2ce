"""The SSRF guard: no spelling of a private address gets through."""

import asyncio
import socket
from ipaddress import IPv4Address

import pytest
from aiohttp.abc import AbstractResolver, ResolveResult
from hypothesis import given
from hypothesis import strategies as st

from brand_monitor.backends.web.guard import AddressGuard, GuardedResolver, is_public
from brand_monitor.failures import BlockedAddressError

GUARD = AddressGuard(frozenset(), {})


def numeric(host: str, address: str) -> ResolveResult:
    return ResolveResult(hostname=host, host=address, port=80, family=socket.AF_INET, proto=0, flags=0)


class FakeDns(AbstractResolver):
    """Answers with the given addresses; a second question gets the second list, as in DNS rebinding."""

    def __init__(self, *answers: list[str]) -> None:
        self.answers = list(answers)

    async def resolve(self, host, port=0, family=socket.AF_INET):
        return [numeric(host, address) for address in self.answers.pop(0)]

    async def close(self) -> None:
        pass


def resolve(guard: AddressGuard, dns: FakeDns, host: str = "shop.example", port: int = 80) -> list[str]:
    return [one["host"] for one in asyncio.run(GuardedResolver(guard, dns).resolve(host, port))]


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0",
        "10.1.2.3",
        "100.64.0.1",
        "127.0.0.1",
        "169.254.169.254",
        "172.16.0.1",
        "192.168.1.1",
        "198.18.0.1",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::127.0.0.1",
        "::ffff:127.0.0.1",
        "64:ff9b::a9fe:a9fe",
        "64:ff9b:1::1",
        "2002:7f00:1::",
        "fc00::1",
        "fd00:ec2::254",
        "fe80::1",
        "fe80::1%eth0",
        "fec0::1",
        "ff02::1",
    ],
)
def test_addresses_outside_the_public_internet_are_private(address):
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"])
def test_addresses_of_the_public_internet_are_public(address):
    assert is_public(address)


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "127.1",
        "2130706433",
        "0x7f000001",
        "0177.0.0.1",
        "0x7f.0.0.1",
        "127.0.0.1.",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "\uff11\uff12\uff17.0.0.1",
        "127\u30020\u30020\u30021",
        "%31%32%37.0.0.1",
        "0",
    ],
)
def test_every_spelling_of_this_machine_is_refused(host):
    with pytest.raises(BlockedAddressError, match="public Internet"):
        GUARD.checked(f"http://{host}/")


@given(number=st.integers(0, 2**32 - 1), style=st.sampled_from(["{0}", "{0:#x}", "0{0:o}"]))
def test_a_number_is_judged_as_the_address_it_stands_for(number, style):
    url = f"http://{style.format(number)}/"
    if is_public(str(IPv4Address(number))):
        assert GUARD.checked(url) == f"http://{IPv4Address(number)}/"
    else:
        with pytest.raises(BlockedAddressError):
            GUARD.checked(url)


@pytest.mark.parametrize(
    "url", ["ftp://shop.example/", "file:///etc/passwd", "javascript:alert(1)", "data:,x"]
)
def test_other_schemes_are_refused(url):
    with pytest.raises(BlockedAddressError, match="only http and https"):
        GUARD.checked(url)


def test_a_login_is_refused_and_not_repeated():
    with pytest.raises(BlockedAddressError) as caught:
        GUARD.checked("http://user:canary@shop.example/")
    assert "canary" not in str(caught.value)


@pytest.mark.parametrize("port", [22, 25, 111, 993])
def test_ports_of_other_services_are_refused(port):
    with pytest.raises(BlockedAddressError, match=f"port {port}"):
        GUARD.checked(f"http://shop.example:{port}/")


@pytest.mark.parametrize("port", [80, 443, 8080])
def test_ports_of_the_web_are_allowed(port):
    assert GUARD.checked(f"https://shop.example:{port}/").startswith("https://shop.example")


def test_the_checked_url_is_in_normal_form_without_fragment():
    assert GUARD.checked("HTTP://Shop.EXAMPLE:80/a b/../c?q=ä#top") == "http://shop.example/c?q=%C3%A4"
    assert GUARD.checked("//other.example/x", base="https://shop.example/") == "https://other.example/x"


def test_a_name_keeps_its_public_addresses_only():
    assert resolve(GUARD, FakeDns(["10.0.0.1", "8.8.8.8", "::1"])) == ["8.8.8.8"]


def test_a_name_with_private_addresses_only_is_blocked_and_named():
    with pytest.raises(BlockedAddressError, match=r"shop\.example resolves to 169\.254\.169\.254"):
        resolve(GUARD, FakeDns(["169.254.169.254"]))


def test_a_name_that_changes_its_address_is_judged_by_the_one_that_is_connected_to():
    dns = FakeDns(["8.8.8.8"], ["127.0.0.1"])
    assert resolve(GUARD, dns) == ["8.8.8.8"]
    with pytest.raises(BlockedAddressError):
        resolve(GUARD, dns)


def test_an_allowed_host_may_be_private_on_its_own_port_only():
    guard = AddressGuard(frozenset({"Intranet.example:8080"}), {})
    assert guard.checked("http://intranet.example:8080/") == "http://intranet.example:8080/"
    assert resolve(guard, FakeDns(["10.0.0.1"]), "intranet.example", 8080) == ["10.0.0.1"]
    with pytest.raises(BlockedAddressError):
        resolve(guard, FakeDns(["10.0.0.1"]), "intranet.example", 80)


def test_a_mapped_host_connects_where_it_is_told_without_asking_dns():
    guard = AddressGuard(frozenset(), {"shop.example": ("127.0.0.1", 4711)})
    (result,) = asyncio.run(GuardedResolver(guard, FakeDns()).resolve("shop.example", 80))
    assert (result["host"], result["port"]) == ("127.0.0.1", 4711)


def test_a_mapping_of_one_host_opens_no_other():
    guard = AddressGuard(frozenset(), {"shop.example": ("127.0.0.1", 4711)})
    with pytest.raises(BlockedAddressError):
        guard.checked("http://127.0.0.1:4711/")
