"""The server's socket and its connections: loopback only, one process only, and nobody keeps it waiting."""

import asyncio
import logging
import socket
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import cast

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError

from uploader.errors import SettingsError
from uploader.i18n import Message
from uploader.web.server.connections import Impatient, request_factory
from uploader.web.server.forms import LARGEST_BODY
from uploader.web.server.guard import HOST, Guard
from uploader.web.server.headers import harden

_LARGEST_LINE = 8190
"""Bytes of a request's first line, and of each header."""
_HEAD_SECONDS = 20.0
_KEEPALIVE_SECONDS = 60.0
_GOODBYE_SECONDS = 2.0


def bound(port: int) -> socket.socket:
    """A socket of this computer's own address; port 0 is any free one. Raises SettingsError where the port is taken."""
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        if hasattr(socket, "SO_EXCLUSIVEADDRUSE"):  # on Windows, another process could take the port over
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
        else:
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((HOST, port))
    except OSError as why:
        listening.close()
        said = why.strerror or str(why)
        raise SettingsError(Message("app.no_port", port=str(port), why=said)) from why
    return listening


@asynccontextmanager
async def answering(
    listening: socket.socket,
    guard: Guard,
    routes: Sequence[web.AbstractRouteDef],
    prepare: Callable[[web.Application], None] = lambda _: None,
    head_seconds: float = _HEAD_SECONDS,
) -> AsyncIterator[None]:
    """Requests to the socket are answered while the block lasts; then those under way get a moment more.

    A connection that has not sent the head of a request after `head_seconds` is closed.
    """
    app = web.Application(middlewares=[guard.middleware], client_max_size=LARGEST_BODY)
    app.add_routes(routes)
    prepare(app)
    app.on_response_prepare.append(harden)
    runner = web.AppRunner(
        app,
        handle_signals=False,
        access_log=None,
        shutdown_timeout=_GOODBYE_SECONDS,
        keepalive_timeout=_KEEPALIVE_SECONDS,
        auto_decompress=False,  # no body unpacks to more than was sent
        logger=_log,
        max_line_size=_LARGEST_LINE,
        max_field_size=_LARGEST_LINE,
    )
    await runner.setup()
    try:
        server = cast(web.Server, runner.server)
        server.request_factory = request_factory(server.request_factory)
        loop = asyncio.get_running_loop()
        accepting = await loop.create_server(lambda: Impatient(server(), head_seconds), sock=listening)
        try:
            yield
        finally:
            accepting.close()
    finally:
        await runner.cleanup()


def _is_a_fault_of_ours(record: logging.LogRecord) -> bool:
    """Whether it is worth a line: that somebody's request is not HTTP is not."""
    error = record.exc_info[1] if record.exc_info else None
    return not isinstance(error, HttpProcessingError)


_log = logging.getLogger(__name__)
_log.addFilter(_is_a_fault_of_ours)
