"""The server's socket and its connections: loopback only, one process only, and nobody keeps it waiting."""

import asyncio
import logging
import socket
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any, cast

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError

from uploader.errors import SettingsError
from uploader.i18n import Message
from uploader.web.forms import LARGEST_BODY
from uploader.web.guard import HOST, Guard
from uploader.web.headers import harden

_LARGEST_LINE = 8190
"""Bytes of a request's first line, and of each header."""
_END_OF_HEAD = b"\r\n\r\n"
_HEAD_SECONDS = 20.0
_KEEPALIVE_SECONDS = 60.0
_GOODBYE_SECONDS = 2.0
_NOT_HTTP = "UNKNOWN"
"""The method by which aiohttp calls a request that it could not parse."""


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
        server.request_factory = _factory(server.request_factory)
        loop = asyncio.get_running_loop()
        accepting = await loop.create_server(lambda: _Impatient(server(), head_seconds), sock=listening)
        try:
            yield
        finally:
            accepting.close()
    finally:
        await runner.cleanup()


class _Impatient(asyncio.Protocol):
    """aiohttp's protocol, behind a limit on how long the first head of a connection may take; it has none itself."""

    def __init__(self, inner: web.RequestHandler, head_seconds: float) -> None:
        self._inner, self._seconds = inner, head_seconds
        self._tail = b""
        self._limit: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """It begins."""
        stream = cast(asyncio.Transport, transport)
        self._limit = asyncio.get_running_loop().call_later(self._seconds, stream.abort)
        self._inner.connection_made(stream)

    def data_received(self, data: bytes) -> None:
        """Something came."""
        if self._limit is not None:
            if _END_OF_HEAD in self._tail + data:
                self._be_patient()
            self._tail = (self._tail + data)[1 - len(_END_OF_HEAD) :]
        self._inner.data_received(data)

    def eof_received(self) -> None:
        """Nothing more will come."""
        self._inner.eof_received()

    def connection_lost(self, exc: BaseException | None) -> None:
        """It is over."""
        self._be_patient()
        self._inner.connection_lost(exc)

    def pause_writing(self) -> None:
        """The other side reads too slowly."""
        self._inner.pause_writing()

    def resume_writing(self) -> None:
        """The other side reads again."""
        self._inner.resume_writing()

    def _be_patient(self) -> None:
        if self._limit is not None:
            self._limit.cancel()
        self._limit = None


class _NotHttp(web.BaseRequest):
    """What could not be parsed: its answer passes no application, and has the headers of all others nonetheless."""

    async def _prepare_hook(self, response: web.StreamResponse) -> None:
        await harden(self, response)


def _factory(make_request: Any) -> Any:
    """Aiohttp's way to make a request, but for those that are none."""

    def make(message: Any, payload: Any, protocol: Any, writer: Any, task: Any) -> web.BaseRequest:
        if message.method != _NOT_HTTP:
            return cast(web.BaseRequest, make_request(message, payload, protocol, writer, task))
        return _NotHttp(message, payload, protocol, writer, task, asyncio.get_running_loop())

    return make


def _is_a_fault_of_ours(record: logging.LogRecord) -> bool:
    """Whether it is worth a line: that somebody's request is not HTTP is not."""
    error = record.exc_info[1] if record.exc_info else None
    return not isinstance(error, HttpProcessingError)


_log = logging.getLogger(__name__)
_log.addFilter(_is_a_fault_of_ours)
