"""Connections that are watched: where an answer ends, and whether anything comes that no request asked for.

Some servers, proxies and PHP pages write more than one answer. On a kept connection the next request would get the
second one, and a row that was taken would be called rejected, or the other way round.
"""

import asyncio
import ssl
import time
from collections.abc import Iterable
from contextlib import suppress
from typing import Any

import httpcore

from uploader.sending.transports import MoreThanOneAnswerError, UnaskedAnswerError
from uploader.sending.transports.answers.awaited_answer import AwaitedAnswer
from uploader.sending.transports.reuse import LOOP_TURNS, Reuse, idle_seconds, is_more

_READ_BYTES = 1_000_000
"""More than asyncio hands over at once (256 KiB): a rest would lie in a queue where no look at the socket finds it."""
_SMALL_BYTES = 16_000
"""Behind a larger answer over TLS, what came with it may lie in a buffer that can't be looked into."""


class WatchedStream(httpcore.AsyncNetworkStream):
    """One connection. httpcore gets the bytes of awaited answers from it, and nothing else."""

    def __init__(self, stream: httpcore.AsyncNetworkStream, reuse: Reuse) -> None:
        self._stream = stream
        self._reuse = reuse
        self._answer: AwaitedAnswer | None = None
        self._answered = False
        self._spoiled = False
        """Not to be used again, whatever the other connections are good for."""
        self._fresh_until = 0.0
        """After that the server may be closing it, and a request that crosses with that would be unknown."""

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Send a part of a request; nothing leaves with the first one if bytes lie here already."""
        if self._answer is None:
            await self._expect_silence()
            self._answer = AwaitedAnswer(bytes(buffer).partition(b" ")[0])
        await self._stream.write(buffer, timeout)

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """The next part of the answer that is awaited."""
        data = await self._stream.read(max(max_bytes, _READ_BYTES), timeout)
        return self._answer.part_of(data) if self._answer else data

    async def answer_ended(self) -> None:
        """To be called when the answer is whole. Raises MoreThanOneAnswerError if anything else comes with it."""
        answer, self._answer, self._answered = self._answer, None, True
        if answer is None or not answer.ended:
            raise httpcore.RemoteProtocolError("it is not known where the answer ends")
        behind = answer.behind
        if not is_more(behind):
            behind = await self._what_follows(answer)
        if is_more(behind):
            self._spoiled, self._reuse.allowed = True, False
            raise MoreThanOneAnswerError
        self._fresh_until = time.monotonic() + idle_seconds(answer.kept_seconds)

    async def aclose(self) -> None:
        """Close it; what an idle connection got unasked ends the reuse of all."""
        if self._answered and self._answer is None and self._reuse.allowed and self._is_readable():
            self._reuse.allowed = not is_more(await self._came_idle())
        await self._stream.aclose()

    async def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.AsyncNetworkStream:
        """The same connection, encrypted; a new one to watch."""
        try:
            self._expect_tunnel()
            encrypted = await self._stream.start_tls(ssl_context, server_hostname, timeout)
        except BaseException:  # one that is given up on the way is nobody's, and would stay open at the server
            await self._stream.aclose()
            raise
        return WatchedStream(encrypted, self._reuse)

    def get_extra_info(self, info: str) -> Any:
        """What httpcore asks of a connection: an idle one that is readable is closed by it."""
        if info == "is_readable":
            return self._spoiled or not self._reuse.allowed or self._is_old() or self._is_readable()
        return self._stream.get_extra_info(info)

    def _is_old(self) -> bool:
        return self._answered and time.monotonic() >= self._fresh_until

    def _is_readable(self) -> bool:
        return bool(self._stream.get_extra_info("is_readable"))

    def _expect_tunnel(self) -> None:
        """A server that is reached through a tunnel speaks second: what came with the proxy's answer is the proxy's."""
        if self._answer is not None and self._answer.opens_a_tunnel_with_more:
            raise httpcore.ProxyError("it sent something that is no tunnel")

    async def _expect_silence(self) -> None:
        if self._answered and self.get_extra_info("is_readable"):
            raise httpcore.ConnectionNotAvailable  # the pool closes it and takes another one
        if self._decrypted():
            raise UnaskedAnswerError
        if self._is_readable():
            await self._refuse_what_lies_here()

    async def _refuse_what_lies_here(self) -> None:
        try:
            lies_here = await self._read_at_once()
        except httpcore.NetworkError as why:
            raise httpcore.ConnectError("cut before anything was sent") from why
        if lies_here:
            raise UnaskedAnswerError
        if lies_here is not None:
            raise httpcore.ConnectError("closed before anything was sent")

    async def _read_at_once(self) -> bytes | None:
        """What lies here already, b"" at the connection's end; None if it was only a message of TLS itself."""
        self._spoiled = True  # a reading that is given up may leave bytes where no look finds them
        reading = asyncio.ensure_future(self._stream.read(_READ_BYTES))
        try:
            for _ in range(LOOP_TURNS):
                await asyncio.sleep(0)
        finally:
            reading.cancel()
        await asyncio.wait([reading])
        return None if reading.cancelled() else reading.result()

    async def _what_follows(self, answer: AwaitedAnswer) -> bytes:
        if answer.is_the_last or not self._reuse.allowed:
            return await self._all_within(self._reuse.closing_seconds)
        lies_here = self._decrypted()
        if self._is_readable():
            lies_here += await self._came_idle()
        self._spoiled |= answer.size > _SMALL_BYTES
        return lies_here

    async def _came_idle(self) -> bytes:
        with suppress(httpcore.NetworkError):
            return await self._read_at_once() or b""
        return b""

    def _decrypted(self) -> bytes:
        """What of a next TLS record came with the last read: it is not on the socket any more."""
        tls = self._stream.get_extra_info("ssl_object")
        if tls is None:
            return b""
        try:
            data = bytes(tls.read(_READ_BYTES))
        except ssl.SSLWantReadError:
            return b""
        except ssl.SSLError:
            data = b""
        self._spoiled = True
        return data

    async def _all_within(self, seconds: float) -> bytes:
        """What comes until the connection is closed, or until it is clear that it is more than a line break."""
        came = b""
        with suppress(TimeoutError, httpcore.NetworkError):  # a connection that is reset has ended, too
            async with asyncio.timeout(seconds):
                while not is_more(came) and (data := await self._stream.read(_READ_BYTES)):
                    came += data
        return came


class WatchedBackend(httpcore.AsyncNetworkBackend):
    """Opens connections that are watched."""

    def __init__(self, reuse: Reuse) -> None:
        self._backend = httpcore.AnyIOBackend()
        self._reuse = reuse

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """A connection to a server or a proxy."""
        stream = await self._backend.connect_tcp(host, port, timeout, local_address, socket_options)
        return WatchedStream(stream, self._reuse)

    async def sleep(self, seconds: float) -> None:
        """Wait; only httpcore's own retries would, and there are none."""
        await self._backend.sleep(seconds)
