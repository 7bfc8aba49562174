"""What aiohttp does not see to itself: who never ends the head of a request, and the answer to what is none."""

import asyncio
from typing import Any, cast

from aiohttp import web

from uploader.web.server.headers import harden

_END_OF_HEAD = b"\r\n\r\n"
_LARGEST_HEAD = 32 * 1024
_NOT_HTTP = "UNKNOWN"
"""The method by which aiohttp calls a request that it could not parse."""


class Impatient(asyncio.Protocol):
    """aiohttp's protocol, behind limits on the first head of a connection: how long it may take, and how long it is.

    For those that follow, aiohttp's own limit on idle connections holds.
    """

    def __init__(self, inner: web.RequestHandler, head_seconds: float) -> None:
        self._inner, self._seconds = inner, head_seconds
        self._tail, self._came = b"", 0
        self._limit: asyncio.TimerHandle | None = None
        """Until the first head is whole."""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """It begins."""
        self._transport = cast(asyncio.Transport, transport)
        self._limit = asyncio.get_running_loop().call_later(self._seconds, self._transport.abort)
        self._inner.connection_made(self._transport)

    def data_received(self, data: bytes) -> None:
        """Something came."""
        if self._limit is not None and not self._is_head_bearable(data):
            cast(asyncio.Transport, self._transport).abort()
            return
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

    def _is_head_bearable(self, data: bytes) -> bool:
        seen = self._tail + data
        end = seen.find(_END_OF_HEAD)
        if end >= 0:
            self._be_patient()
        length = self._came + (len(data) if end < 0 else end - len(self._tail))
        self._tail, self._came = seen[1 - len(_END_OF_HEAD) :], length
        return length <= _LARGEST_HEAD

    def _be_patient(self) -> None:
        if self._limit is not None:
            self._limit.cancel()
        self._limit = None


class _NotHttp(web.BaseRequest):
    """What could not be parsed: its answer passes no application, and has the headers of all others nonetheless."""

    async def _prepare_hook(self, response: web.StreamResponse) -> None:
        await harden(self, response)


def request_factory(make_request: Any) -> Any:
    """Aiohttp's way to make a request, but for those that are none."""

    def make(message: Any, payload: Any, protocol: Any, writer: Any, task: Any) -> web.BaseRequest:
        if message.method != _NOT_HTTP:
            return cast(web.BaseRequest, make_request(message, payload, protocol, writer, task))
        return _NotHttp(message, payload, protocol, writer, task, asyncio.get_running_loop())

    return make
