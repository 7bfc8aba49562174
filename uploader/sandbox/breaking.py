"""Connections that break: by a reset, in the middle of an answer, or byte by byte."""

import asyncio
import socket
import struct
import sys
from contextlib import suppress

from aiohttp import web

_LINGER = struct.pack("hh" if sys.platform == "win32" else "ii", 1, 0)
"""A connection that is closed with this is reset."""


def begun(status: int, body: bytes) -> web.StreamResponse:
    """An answer whose head promises the whole body."""
    response = web.StreamResponse(status=status)
    response.content_type = "application/json"
    response.charset = "utf-8"
    response.content_length = len(body)
    return response


async def drip(request: web.Request, response: web.StreamResponse, body: bytes, pause: float) -> None:
    """The head at once, then byte after byte for as long as somebody reads them."""
    with suppress(ConnectionError):
        await response.prepare(request)
        for place in range(len(body)):
            await asyncio.sleep(pause)
            await response.write(body[place : place + 1])


async def halved(request: web.Request, status: int, body: bytes) -> web.StreamResponse:
    """Half of an answer, and the end of the connection."""
    response = begun(status, body)
    with suppress(ConnectionError):
        await response.prepare(request)
        await response.write(body[: len(body) // 2])
    cut(request)
    return response


def cut(request: web.Request) -> web.StreamResponse:
    """End the connection; what was written still arrives."""
    if request.transport is not None:
        request.transport.close()
    return web.Response()  # for aiohttp alone: nothing can be written to a connection that was closed


def reset(request: web.Request) -> web.StreamResponse:
    """Break the connection, so that its other end learns of a reset."""
    transport = request.transport
    if transport is not None:
        transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER)
        transport.abort()
    return web.Response()  # for aiohttp alone, as above
