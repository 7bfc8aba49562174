"""One connection to the server itself: it carries one request at a time, and it knows when that leaves."""

import asyncio
import ssl
import time
from collections.abc import Callable
from typing import cast

import httpx

from uploader.sending.transports import (
    AnswerTooLargeError,
    EarlyAnswerError,
    MalformedHeadError,
    MoreThanOneAnswerError,
    UnaskedAnswerError,
)
from uploader.sending.transports.answers.awaited_answer import AwaitedAnswer
from uploader.sending.transports.direct.address import Place
from uploader.sending.transports.reuse import (
    KEEP_ALIVE_SECONDS,
    LOOP_TURNS,
    MOST_LINE_BREAKS,
    Reuse,
    idle_seconds,
    is_more,
    may_be_readable,
)

_HANDSHAKE_SECONDS = 3600.0
"""Of asyncio's own: whoever connects has a limit, and it is shorter."""

_CLOSED_BEFORE = (ssl.SSL_ERROR_EOF, "closed before it was encrypted")
_SAYS_YES = range(200, 300)


class ClosedMeanwhileError(Exception):
    """A kept connection is no good any more, and nothing of the request has left: another one takes it."""


class DirectConnection(asyncio.Protocol):
    """Bytes of the awaited answer go into that; all others are surplus, and end the reuse of connections."""

    def __init__(self, place: Place, reuse: Reuse, forget: "Callable[[DirectConnection], None]") -> None:
        self.place = place
        self._reuse = reuse
        self._forget = forget
        """Called once, when it is closed."""
        self._transport: asyncio.Transport
        self._socket: asyncio.Transport
        """The same, unless it is encrypted: then what lies beneath."""
        self._answer: AwaitedAnswer | None = None
        """Of the request that was written last."""
        self._on_whole: Callable[[], None] | None = None
        """While it is awaited."""
        self._has_left_whole = False
        """The request, when its answer ended: a server may answer before it has read everything."""
        self._surplus = bytearray()
        self._failure: Exception | None = None
        """Why the awaited answer will never be whole."""
        self._is_closed = False
        self._news: asyncio.Future[None] | None = None
        self._fresh_until = 0.0
        """After that the server may be closing it, and a request that crosses with that would be unknown."""

    async def encrypt(self, context: ssl.SSLContext) -> None:
        """Go on encrypted. Raises OSError, UnaskedAnswerError."""
        if self._surplus:
            raise UnaskedAnswerError
        loop = asyncio.get_running_loop()
        try:
            encrypted = await loop.start_tls(
                self._transport,
                self,
                context,
                server_hostname=self.place.host,
                ssl_handshake_timeout=_HANDSHAKE_SECONDS,
            )
        except ConnectionError as why:
            raise ssl.SSLEOFError(*_CLOSED_BEFORE) from why
        if encrypted is None:
            raise ssl.SSLEOFError(*_CLOSED_BEFORE)
        self._transport = encrypted

    def is_usable(self) -> bool:
        """Whether it may carry another request, as far as one sees without a look at the socket."""
        is_fresh = time.monotonic() < self._fresh_until
        return is_fresh and self._reuse.allowed and not self._is_ending() and not self._surplus

    async def expect_silence(self) -> None:
        """To be called before a request is written.

        Where nothing may be written, raises ClosedMeanwhileError on a kept one, UnaskedAnswerError or
        httpx.ConnectError on a new one.
        """
        await self._read_what_lies_here()
        if self._answer is not None and not self.is_usable():
            raise ClosedMeanwhileError
        if self._surplus:
            raise UnaskedAnswerError
        if self._is_ending():
            raise httpx.ConnectError("closed before anything was sent")

    async def exchange(self, request: bytes, answer: AwaitedAnswer, on_whole: Callable[[], None]) -> None:
        """Write the request, and wait until its answer is whole and nothing else comes with it.

        `on_whole` is called as soon as the answer is whole, before any time limit that has passed meanwhile is noticed.
        Raises httpx.TransportError and this package's own errors; the request may have arrived then.
        """
        self._answer, self._surplus, self._on_whole = answer, bytearray(), on_whole
        self._transport.write(request)
        try:
            while not answer.ended:
                if self._failure is not None:
                    raise self._failure
                await self._something()
        finally:
            self._on_whole = None
        if not self._has_left_whole and answer.status in _SAYS_YES:
            raise EarlyAnswerError
        await self._hear_the_rest(answer)
        if is_more(self._surplus):
            self._reuse.allowed = False
            raise MoreThanOneAnswerError
        self._surplus.clear()
        if self._has_left_whole and not answer.is_the_last:
            self._fresh_until = time.monotonic() + min(KEEP_ALIVE_SECONDS, idle_seconds(answer.kept_seconds))

    def close(self) -> None:
        """Close it at once: a server that doesn't answer to a farewell would keep it open."""
        self._transport.abort()

    async def _hear_the_rest(self, answer: AwaitedAnswer) -> None:
        """What comes behind the answer: until the connection ends, where that is expected, or what is here already."""
        if is_more(self._surplus):
            return
        if answer.is_the_last or not self._reuse.allowed:
            await self._until_closed(self._reuse.closing_seconds)
        else:
            await self._read_what_lies_here()

    async def _until_closed(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                while not self._is_closed and not is_more(self._surplus):
                    await self._something()
        except TimeoutError:
            return  # it is closed by us

    async def _read_what_lies_here(self) -> None:
        """Let the loop read what lies on the socket. What nothing comes of are messages of TLS itself."""
        if self._is_ending() or not may_be_readable(self._transport.get_extra_info("socket")):
            return
        for _ in range(LOOP_TURNS):
            await asyncio.sleep(0)

    def _is_ending(self) -> bool:
        return self._is_closed or self._transport.is_closing()

    async def _something(self) -> None:
        """Wait until something comes, or the connection ends."""
        self._news = asyncio.get_running_loop().create_future()
        try:
            await self._news
        finally:
            self._news = None

    def _wake(self) -> None:
        if self._news is not None and not self._news.done():
            self._news.set_result(None)

    # What asyncio calls

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """It is connected."""
        self._transport = self._socket = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        """Something came: a part of the awaited answer, or what nobody asked for."""
        if self._answer is None or self._answer.ended:
            self._take_surplus(data)
        elif self._failure is None:
            self._take_part(self._answer, data)
        self._wake()

    def eof_received(self) -> None:
        """The server writes no more; asyncio closes the connection then."""
        self._take_end(None)

    def connection_lost(self, why: Exception | None) -> None:
        """It is closed, by whomever."""
        self._take_end(why)
        self._is_closed = True
        self._forget(self)
        self._wake()

    def _take_surplus(self, data: bytes) -> None:
        self._surplus += data
        if len(self._surplus) > MOST_LINE_BREAKS:
            self._transport.pause_reading()
        if self._answer is not None and is_more(self._surplus):
            self._reuse.allowed = False

    def _take_part(self, answer: AwaitedAnswer, data: bytes) -> None:
        try:
            answer.part_of(data)
        except (AnswerTooLargeError, MalformedHeadError) as why:
            self._fail(why)
        if answer.is_broken:
            self._fail(httpx.RemoteProtocolError("the answer is not HTTP"))
        if answer.ended:
            waits = self._transport.get_write_buffer_size() or self._socket.get_write_buffer_size()
            self._has_left_whole = not waits  # looked at now: where the connection is cut, nothing waits any more
            self._surplus += answer.behind
            if self._on_whole is not None:
                self._on_whole()

    def _take_end(self, cut: Exception | None) -> None:
        answer = self._answer
        if answer is None or answer.ended:
            return
        if cut is not None:
            failure = httpx.ReadError("cut")
            failure.__cause__ = cut
            self._fail(failure)
            return
        if self._failure is None:
            self._take_part(answer, b"")
        if not answer.ended:
            self._fail(httpx.RemoteProtocolError("it ended before the answer did"))

    def _fail(self, why: Exception) -> None:
        """The awaited answer will never be whole. The first reason counts."""
        if self._failure is None:
            self._failure = why
