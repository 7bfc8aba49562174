"""Connections to the server itself: as many as places, and none is asked about another's."""

import asyncio
import ssl
from collections import deque
from ipaddress import ip_address

import httpx

from uploader.model.http import Request
from uploader.sending.transports import Answer, always_sent
from uploader.sending.transports.answers.awaited_answer import AwaitedAnswer
from uploader.sending.transports.direct.address import Place
from uploader.sending.transports.direct.connection import ClosedMeanwhileError, DirectConnection
from uploader.sending.transports.direct.request_head import Heads
from uploader.sending.transports.progress import Progress, Stage
from uploader.sending.transports.reuse import LOOP_TURNS, Reuse

_EYEBALLS_SECONDS = 0.25
"""A name with several addresses: how long one is tried before the next is, beside it (RFC 8305)."""


class DirectConnections:
    """Sends requests over at most `places` connections at once.

    Raises httpx.TransportError and this package's own errors. Of these, httpx.ConnectError, httpx.ConnectTimeout,
    httpx.UnsupportedProtocol, httpx.LocalProtocolError and UnaskedAnswerError say that not a byte has left.
    """

    def __init__(self, tls: ssl.SSLContext | None, places: int, reuse: Reuse, connect_seconds: float) -> None:
        self._tls, self._reuse = tls, reuse
        self._connect_seconds = connect_seconds
        """For a connection, and as long again to encrypt it."""
        self._places = asyncio.Semaphore(places)
        self._heads = Heads(always_sent())
        self._idle: deque[DirectConnection] = deque()
        """Those that may carry another request, the one that was used last at the end."""
        self._open: set[DirectConnection] = set()

    async def exchange(self, request: Request, progress: Progress) -> Answer:
        """One request, over a connection of its own unless connections are reused."""
        progress.enter(Stage.WAITING)
        async with self._places:
            head = self._heads.of(request, closes=not self._reuse.allowed)
            answer = AwaitedAnswer(request.method.encode())
            connection = await self._ready(head.place, progress)
            try:
                progress.enter(Stage.LEFT)
                await connection.exchange(head.with_body(request.method, request.body), answer, progress.end_limit)
            except BaseException:
                connection.close()
                raise
            self._give_back(connection)
        return Answer.of(answer.status, answer.headers, answer.body)

    async def aclose(self) -> None:
        """Close all connections."""
        for connection in list(self._open):
            connection.close()
        for _ in range(LOOP_TURNS):  # in which asyncio really closes them
            await asyncio.sleep(0)

    async def _ready(self, place: Place, progress: Progress) -> DirectConnection:
        """A connection over which nothing has come that nobody asked for."""
        while self._idle and not self._idle[0].is_usable():
            self._idle.popleft().close()
        while self._idle:
            kept = self._idle.pop()
            if kept.place == place and await self._is_silent(kept):
                return kept
            kept.close()
        return await self._connected(place, progress)

    async def _is_silent(self, kept: DirectConnection) -> bool:
        try:
            await kept.expect_silence()
        except ClosedMeanwhileError:
            return False
        except BaseException:
            kept.close()
            raise
        return True

    async def _connected(self, place: Place, progress: Progress) -> DirectConnection:
        progress.enter(Stage.CONNECTING)
        try:
            return await self._connect(place)
        except TimeoutError as why:
            raise httpx.ConnectTimeout("not connected in time") from why
        except (OSError, UnicodeError) as why:  # a name with a part that is too long raises UnicodeError
            raise httpx.ConnectError("not connected") from why

    async def _connect(self, place: Place) -> DirectConnection:
        async with asyncio.timeout(self._connect_seconds):
            _, connection = await asyncio.get_running_loop().create_connection(
                lambda: DirectConnection(place, self._reuse, self._open.discard),
                place.host,
                place.port,
                happy_eyeballs_delay=None if _is_address(place.host) else _EYEBALLS_SECONDS,
            )
        try:
            if place.scheme == "https":
                await self._encrypt(connection)
            await connection.expect_silence()
        except BaseException:
            connection.close()
            raise
        self._open.add(connection)
        return connection

    async def _encrypt(self, connection: DirectConnection) -> None:
        if self._tls is None:
            raise httpx.UnsupportedProtocol("nothing was given to encrypt with")
        async with asyncio.timeout(self._connect_seconds):
            await connection.encrypt(self._tls)

    def _give_back(self, connection: DirectConnection) -> None:
        if connection.is_usable():
            self._idle.append(connection)
        else:
            connection.close()


def _is_address(host: str) -> bool:
    """Whether it is an address, and so just one."""
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
