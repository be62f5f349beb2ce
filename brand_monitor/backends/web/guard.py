"""The SSRF guard: which addresses the fetcher may reach.

Belongs here: the check of a URL before it is requested, and the resolver that hands the HTTP client only
addresses that passed. Not here: requests. A URL that comes from a page (a redirect) is as untrusted as
the page: without the guard it could read cloud metadata or a service on this machine.
"""

import socket
from collections.abc import Mapping
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

import ada_url
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver

from brand_monitor.failures import BlockedAddressError

DEFAULT_PORTS = {"http:": 80, "https:": 443}
# Below this, only the web's own two ports: mail, SSH and database daemons of the system listen there and
# can be made to act on a line of an HTTP request.
FIRST_UNPRIVILEGED_PORT = 1024
# An IPv6 address of this range reaches the IPv4 address in its last 32 bits (RFC 6052).
NAT64 = IPv6Network("64:ff9b::/96")


class AddressGuard:
    """Says no to every address outside the public Internet, apart from the configured exceptions.

    Args:
        allowed_private_hosts: ``host:port`` pairs that may resolve to any address.
        connect_to: host name -> (address, port) to connect to instead of asking DNS.
    """

    def __init__(
        self, allowed_private_hosts: frozenset[str], connect_to: Mapping[str, tuple[str, int]]
    ) -> None:
        self._allowed = frozenset(pair.lower() for pair in allowed_private_hosts)
        self._connect_to = {host.lower(): target for host, target in connect_to.items()}

    def checked(self, url: str, base: str | None = None) -> str:
        """Return ``url`` (resolved against ``base``) in normal form, without fragment.

        The parser is the browsers' own (WHATWG), so that ``http://2130706433/`` and ``http://0177.1/``
        are seen for what they are: 127.0.0.1.

        Raises:
            BlockedAddressError: no absolute http(s) URL, a login in it, a port of another service, or
                a literal address that is not public.
        """
        try:
            parsed = ada_url.URL(url, base)
        except ValueError:
            raise BlockedAddressError(f"{url!r} is no absolute http or https URL") from None
        if parsed.protocol not in DEFAULT_PORTS:
            raise BlockedAddressError(f"{url!r}: only http and https pages are fetched")
        if parsed.username or parsed.password:
            raise BlockedAddressError(f"a login in the URL of {parsed.hostname!r} is refused")
        host = parsed.hostname.strip("[]")
        port = int(parsed.port or DEFAULT_PORTS[parsed.protocol])
        if not self.is_exception(host, port):
            _refuse_port(url, port)
            _refuse_literal(url, host)
        parsed.hash = ""
        return str(parsed.href)

    def is_exception(self, host: str, port: int) -> bool:
        """Tell whether the configuration names this host and port as an exception."""
        return host in self._connect_to or f"{host}:{port}" in self._allowed

    def target(self, host: str) -> tuple[str, int] | None:
        """Return the address and port to connect to instead of what DNS says."""
        return self._connect_to.get(host)


class GuardedResolver(AbstractResolver):
    """Resolves names for the HTTP client and keeps only addresses that the guard allows.

    The client connects to what is returned here and asks nobody again: a name that changes its address
    between check and connection (DNS rebinding) gains nothing.
    """

    def __init__(self, guard: AddressGuard, inner: AbstractResolver | None = None) -> None:
        self._guard = guard
        self._inner = inner or ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """Return the allowed addresses of ``host``.

        Raises:
            BlockedAddressError: the name has addresses, and none of them may be reached.
            OSError: the name cannot be resolved.
        """
        if target := self._guard.target(host):
            return [_numeric(host, *target)]
        found = await self._inner.resolve(host, port, family)
        if self._guard.is_exception(host, port):
            return found
        if public := [one for one in found if is_public(one["host"])]:
            return public
        addresses = ", ".join(one["host"] for one in found)
        raise BlockedAddressError(f"{host} resolves to {addresses}, which is not on the public Internet")

    async def close(self) -> None:
        """Release the inner resolver."""
        await self._inner.close()


def is_public(address: str) -> bool:
    """Tell whether a literal address lies on the public Internet, embedded IPv4 addresses included."""
    parsed = ip_address(address.partition("%")[0])
    carried = _embedded(parsed) if isinstance(parsed, IPv6Address) else None
    if carried is not None:
        return is_public(str(carried))
    # `is_global` alone is true of multicast, of site-local and of reserved ranges.
    odd = parsed.is_multicast or parsed.is_reserved or getattr(parsed, "is_site_local", False)
    return parsed.is_global and not odd


def _embedded(address: IPv6Address) -> IPv4Address | None:
    """Return the IPv4 address that packets to ``address`` end at: mapped, 6to4, Teredo or NAT64."""
    if address in NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    teredo = address.teredo[1] if address.teredo else None
    return address.ipv4_mapped or address.sixtofour or teredo


def _refuse_port(url: str, port: int) -> None:
    if port < FIRST_UNPRIVILEGED_PORT and port not in DEFAULT_PORTS.values():
        raise BlockedAddressError(f"{url!r}: port {port} belongs to another service than the web")


def _refuse_literal(url: str, host: str) -> None:
    try:
        public = is_public(host)
    except ValueError:
        return  # a name; the resolver checks what it stands for
    if not public:
        raise BlockedAddressError(f"{url!r}: {host} is not on the public Internet")


def _numeric(host: str, address: str, port: int) -> ResolveResult:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    return ResolveResult(
        hostname=host, host=address, port=port, family=family, proto=0, flags=socket.AI_NUMERICHOST
    )
