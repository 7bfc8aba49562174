"""A transport of httpx over connections to the server itself: as many as places, and none is asked about another's."""

import asyncio
import ssl
from collections import deque
from collections.abc import Mapping
from typing import Any, Protocol

import h11
import httpx

from uploader.sending.transports.answers.awaited_answer import AwaitedAnswer
from uploader.sending.transports.direct.connection import ClosedMeanwhileError, DirectConnection
from uploader.sending.transports.reuse import LOOP_TURNS, Reuse

_EYEBALLS_SECONDS = 0.25
"""A name with several addresses: how long one is tried before the next is, beside it (RFC 8305)."""
_PORTS = {"http": 80, "https": 443}


class _Trace(Protocol):
    """What hears of every step, as httpcore tells them."""

    async def __call__(self, event: str, told: Mapping[str, Any], /) -> None: ...


class DirectTransport(httpx.AsyncBaseTransport):
    """Sends what `httpx.Request` says, over at most `places` connections at once.

    Raises httpx.TransportError and this package's own errors. Of these, httpx.ConnectError, httpx.ConnectTimeout,
    httpx.UnsupportedProtocol, httpx.LocalProtocolError and UnaskedAnswerError say that not a byte has left.
    """

    def __init__(self, tls: ssl.SSLContext | None, places: int, reuse: Reuse, connect_seconds: float) -> None:
        self._tls, self._reuse = tls, reuse
        self._connect_seconds = connect_seconds
        """For a connection, and as long again to encrypt it."""
        self._places = asyncio.Semaphore(places)
        self._idle: deque[DirectConnection] = deque()
        """Those that may carry another request, the one that was used last at the end."""
        self._open: set[DirectConnection] = set()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """One request, over a connection of its own unless connections are reused."""
        trace: _Trace = request.extensions.get("trace", _untold)
        await trace("direct.connection.awaited", {})
        async with self._places:
            if not self._reuse.allowed:
                request.headers["Connection"] = "close"
            answer = _awaited(request, await request.aread())
            connection = await self._ready(request.url, trace)
            try:
                await trace("http11.send_request_headers.started", {"request": request})
                await connection.exchange(answer)
            except BaseException:
                connection.abort()
                raise
            self._give_back(connection)
        return httpx.Response(answer.status, headers=answer.headers, stream=httpx.ByteStream(bytes(answer.body)))

    async def aclose(self) -> None:
        """Close all connections."""
        for connection in list(self._open):
            connection.abort()
        for _ in range(LOOP_TURNS):  # in which asyncio really closes them
            await asyncio.sleep(0)

    async def _ready(self, url: httpx.URL, trace: _Trace) -> DirectConnection:
        """A connection over which nothing has come that nobody asked for."""
        while self._idle and not self._idle[0].is_usable():
            self._idle.popleft().close()
        while self._idle:
            kept = self._idle.pop()
            try:
                await kept.expect_silence()
            except ClosedMeanwhileError:
                kept.close()
            except BaseException:
                kept.abort()
                raise
            else:
                return kept
        return await self._connected(url, trace)

    async def _connected(self, url: httpx.URL, trace: _Trace) -> DirectConnection:
        await trace("connection.connect_tcp.started", {})
        if url.scheme not in _PORTS:
            raise httpx.UnsupportedProtocol("neither http nor https")
        try:
            return await self._connect(url)
        except TimeoutError as why:
            raise httpx.ConnectTimeout("not connected in time") from why
        except OSError as why:
            raise httpx.ConnectError("not connected") from why

    async def _connect(self, url: httpx.URL) -> DirectConnection:
        host = url.raw_host.decode("ascii")
        async with asyncio.timeout(self._connect_seconds):
            _, connection = await asyncio.get_running_loop().create_connection(
                self._new_connection, host, url.port or _PORTS[url.scheme], happy_eyeballs_delay=_EYEBALLS_SECONDS
            )
        try:
            if url.scheme == "https":
                await self._encrypt(connection, host)
            await connection.expect_silence()
        except BaseException:
            connection.abort()
            raise
        self._open.add(connection)
        return connection

    async def _encrypt(self, connection: DirectConnection, host: str) -> None:
        if self._tls is None:
            raise httpx.UnsupportedProtocol("nothing was given to encrypt with")
        async with asyncio.timeout(self._connect_seconds):
            await connection.encrypt(self._tls, host)

    def _new_connection(self) -> DirectConnection:
        return DirectConnection(self._reuse, self._open.discard)

    def _give_back(self, connection: DirectConnection) -> None:
        if connection.is_usable():
            self._idle.append(connection)
        else:
            connection.close()


async def _untold(event: str, told: Mapping[str, Any], /) -> None:
    """Where nobody wants to hear of the steps."""


def _awaited(request: httpx.Request, body: bytes) -> AwaitedAnswer:
    """Raises httpx.LocalProtocolError where the request can't be written as HTTP."""
    try:
        head = h11.Request(method=request.method, target=request.url.raw_path, headers=request.headers.raw)
        return AwaitedAnswer(head, body)
    except h11.LocalProtocolError as why:
        raise httpx.LocalProtocolError(str(why)) from why
