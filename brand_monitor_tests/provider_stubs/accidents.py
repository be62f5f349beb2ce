"""What goes wrong with a reply on its way, whoever sends it.

``timeout`` never answers; ``slow_drip`` sends a byte at a time; ``hang_up`` resets the connection before the first
byte and ``reset`` in the middle of the body; ``garbage`` is status 200 and no JSON; ``truncated`` is the half of a
JSON body as if it were whole; ``html`` is a gateway's error page; ``ten_megabytes`` is a body of that size.
"""

import asyncio
import socket
import struct
from functools import cache

from aiohttp import web

from brand_monitor_tests.provider_stubs.provider import Canned

_HOUR = 3_600


@cache
def _ten_megabytes() -> Canned:
    return Canned(200, b'{"padding": "%s"}' % (b"x" * 10_000_000), {"Content-Type": "application/json"})


_BAD_BODIES = {
    "garbage": Canned(200, b"upstream says: hello \xff\xfe", {"Content-Type": "application/json"}),
    "html": Canned(
        502,
        b"<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>",
        {"Content-Type": "text/html"},
    ),
}


async def accident(
    name: str, request: web.BaseRequest, good: Canned, drip_seconds: float
) -> web.StreamResponse:
    """The reply that has the accident; raises ``ConnectionResetError`` where none is left to send."""
    if reply := _ten_megabytes() if name == "ten_megabytes" else _BAD_BODIES.get(name):
        return web.Response(status=reply.status, body=reply.body, headers=reply.headers)
    if name == "truncated":
        return web.Response(body=good.body[: len(good.body) // 2], headers=good.headers)
    if name == "timeout":
        await asyncio.sleep(_HOUR)
    if name == "hang_up":
        _reset(request)
        raise ConnectionResetError
    response = web.StreamResponse(headers=dict(good.headers))
    response.content_length = len(good.body)
    await response.prepare(request)
    if name == "reset":
        await response.write(good.body[: len(good.body) // 2])
        await asyncio.sleep(0.05)  # else the reset overtakes what was written
        _reset(request)
        raise ConnectionResetError
    for byte in good.body:
        await response.write(bytes([byte]))
        await asyncio.sleep(drip_seconds)
    await response.write_eof()
    return response


def _reset(request: web.BaseRequest) -> None:
    """Break the connection so that the other side sees a reset, not an end."""
    transport = request.transport
    if transport is None:
        return
    connection = transport.get_extra_info("socket")
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()
