"""Sends by a transport of httpx: one HTTP request, one answer or one honest failure. No retries, no cookies."""

import asyncio
import re
import time
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from functools import lru_cache

import httpx

from uploader import __version__
from uploader.i18n import Message
from uploader.model.http import Arrival, Request, Response, SendFailure
from uploader.sending.transports import (
    MAX_ANSWER_BYTES,
    OWN_FAILURES,
    AnswerTooLargeError,
    MalformedHeadError,
    MoreThanOneAnswerError,
)
from uploader.sending.transports.answers.unpacking import unpacked
from uploader.sending.transports.causes import Cause, cause_of
from uploader.sending.transports.progress import Progress, Stage
from uploader.sending.transports.proxies.failures import failure_by

CONNECT_SECONDS = 15.0
"""For a connection, as long again for a proxy to open the way, and as long again to encrypt it; the bound of the
attempt as a whole may come first."""

# May it have arrived? One line for each failure that httpx or we know; docs/promises.md shows this table.
# A failure that is not listed may have arrived.
FAILURES: Mapping[type[Exception], tuple[Arrival, Message]] = {
    httpx.ConnectError: (Arrival.NO, Message("failure.no_connection")),
    httpx.ConnectTimeout: (Arrival.NO, Message("failure.connected_too_late")),
    httpx.PoolTimeout: (Arrival.NO, Message("failure.no_free_connection")),
    httpx.ProxyError: (Arrival.NO, Message("failure.proxy")),
    httpx.UnsupportedProtocol: (Arrival.NO, Message("failure.wrong_scheme")),
    httpx.LocalProtocolError: (Arrival.NEVER, Message("failure.not_http")),
    httpx.InvalidURL: (Arrival.NEVER, Message("failure.invalid_address")),
    httpx.ReadTimeout: (Arrival.MAYBE, Message("failure.answered_too_late")),
    httpx.WriteTimeout: (Arrival.MAYBE, Message("failure.sent_too_slowly")),
    httpx.ReadError: (Arrival.MAYBE, Message("failure.cut_while_reading")),
    httpx.WriteError: (Arrival.MAYBE, Message("failure.cut_while_sending")),
    httpx.CloseError: (Arrival.MAYBE, Message("failure.cut_while_closing")),
    httpx.RemoteProtocolError: (Arrival.MAYBE, Message("failure.broken_answer")),
    httpx.DecodingError: (Arrival.MAYBE, Message("failure.broken_packing")),
    httpx.TooManyRedirects: (Arrival.MAYBE, Message("failure.redirects")),
    **OWN_FAILURES,
}
_TIMEOUTS = httpx.Timeout(None, connect=CONNECT_SECONDS).as_dict()
"""Only connecting has a bound of its own; asyncio.timeout bounds the attempt as a whole."""
_DIGITS_THAT_COUNT = 9
_CAUSES: Mapping[Cause | None, Message] = {
    Cause.NAME_NOT_FOUND: Message("failure.name_not_found"),
    Cause.REFUSED: Message("failure.refused"),
    **dict.fromkeys((Cause.CERTIFICATE, Cause.TLS, Cause.NOT_TLS, Cause.CUT_IN_TLS), Message("failure.tls")),
}
"""What more is known where no connection was made."""
_ALWAYS = {
    "User-Agent": f"uploader/{__version__}",
    "Accept": "application/json",
    "Accept-Encoding": "identity",
    "Connection": "keep-alive",
}
"""Headers of every request that has no other ones of these names."""
_ANSWER_IN_A_BODY = re.compile(rb"HTTP/1\.[01] [1-5]\d\d[^\r\n]*\r\n(?:[!-9;-~]+:[^\r\n]*\r\n)*\r\n")


class HttpxTransport:
    """Sends requests, through a proxy of that name if any; each attempt is bounded in time, each answer in size.

    `connections` is whatever sends an `httpx.Request`. httpx's client would stand in between, at half of the time: it
    keeps cookies (PHP's session lock would make our requests wait for each other) and follows redirects, and neither
    must happen here.
    """

    def __init__(self, connections: httpx.AsyncBaseTransport, timeout_seconds: float, proxy: str | None = None) -> None:
        self._connections = connections
        self._timeout_seconds = timeout_seconds
        self._proxy = proxy

    async def send(self, request: Request) -> Response | SendFailure:
        """Make one attempt. Whatever goes wrong on the way comes back as a SendFailure."""
        began, progress = time.perf_counter(), Progress(CONNECT_SECONDS)

        def elapsed_ms() -> int:
            return round((time.perf_counter() - began) * 1000)

        try:
            async with asyncio.timeout(self._timeout_seconds) as bound:
                progress.within(bound)
                status, headers, packed = await self._exchange(request, progress)
            body = unpacked(packed, headers.get("Content-Encoding", ""))
        except Exception as why:  # noqa: BLE001  # whatever it is, the request may be under way: that must not be lost
            return self._failure(why, progress, elapsed_ms())
        return Response(status, body, elapsed_ms(), _seconds(headers.get("Retry-After", "")))

    def _failure(self, why: Exception, progress: Progress, duration_ms: int) -> SendFailure:
        """Our value for what ended an attempt."""
        by_proxy = failure_by(self._proxy, progress, why) if self._proxy else None
        arrival, detail = by_proxy or self._by_table(why, progress)
        return SendFailure(arrival, detail, duration_ms, why.line if isinstance(why, MalformedHeadError) else "")

    def _by_table(self, why: Exception, progress: Progress) -> tuple[Arrival, Message]:
        if isinstance(why, TimeoutError):
            return self._too_late(progress)
        arrival, detail = _of_table(why)
        is_certain = arrival is Arrival.MAYBE and progress.has_surely_not_left
        return Arrival.NO if is_certain else arrival, detail

    def _too_late(self, progress: Progress) -> tuple[Arrival, Message]:
        if progress.stage is Stage.WAITING:
            return _of_table(httpx.PoolTimeout(""))
        if progress.has_surely_not_left:
            return _of_table(httpx.ConnectTimeout(""))
        return Arrival.MAYBE, Message("failure.too_late", seconds=self._timeout_seconds)

    async def _exchange(self, request: Request, progress: Progress) -> tuple[int, httpx.Headers, bytes]:
        """HTTP status, headers, and the body as it came."""
        response = await self._connections.handle_async_request(
            httpx.Request(
                request.method,
                _address(request.url),
                headers={**_ALWAYS, **request.headers},
                content=request.body or None,
                extensions={"trace": progress.note, "timeout": _TIMEOUTS},
            )
        )
        try:
            body = await _whole_body(response)
        finally:
            await response.aclose()
        if _has_no_length(response.headers) and _ANSWER_IN_A_BODY.search(body):
            raise MoreThanOneAnswerError
        return response.status_code, response.headers, body


@lru_cache(maxsize=64)
def _address(url: str) -> httpx.URL:
    """Most rows of a list go to one address."""
    return httpx.URL(url)


async def _whole_body(response: httpx.Response) -> bytes:
    body = bytearray()
    async for part in response.aiter_raw():
        body += part
        if len(body) > MAX_ANSWER_BYTES:
            raise AnswerTooLargeError
    return bytes(body)


def _has_no_length(headers: httpx.Headers) -> bool:
    """Whether the answer ends only with the connection, so that a second one looks like a part of its body."""
    return "Content-Length" not in headers and "Transfer-Encoding" not in headers


def _of_table(why: Exception) -> tuple[Arrival, Message]:
    """Whether a request may have arrived that an exception has ended, and what is said about it."""
    for kind in type(why).__mro__:
        if kind in FAILURES:
            arrival, detail = FAILURES[kind]
            return arrival, _CAUSES.get(cause_of(why), detail) if arrival is Arrival.NO else detail
    return Arrival.MAYBE, Message("failure.other", kind=type(why).__name__)


def _seconds(retry_after: str) -> float:
    """What a Retry-After header asks for, in seconds from now: it holds seconds or a date; 0 where it says nothing."""
    text = retry_after.strip()
    if text.isascii() and text.isdigit():
        return float(text[:_DIGITS_THAT_COUNT])
    try:
        return max(0.0, parsedate_to_datetime(text).timestamp() - time.time())
    except (ValueError, TypeError, OverflowError):
        return 0.0
