"""One attempt, whatever way it is sent: bounded in time and size, an answer or an honest failure. No retries."""

import asyncio
import re
import time
from collections.abc import Mapping
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import Protocol

import httpx

from uploader.i18n import Message
from uploader.model.http import Arrival, Request, Response, SendFailure
from uploader.sending.leaving import TooLateToLeaveError
from uploader.sending.transports import (
    MAX_ANSWER_BYTES,
    OWN_FAILURES,
    Answer,
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
_SECONDS = re.compile(r"(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?=\s*(?:,|$))")
"""Alone, or the first of several: a proxy may have added its own."""
_DIGITS_THAT_COUNT = 9
_CAUSES: Mapping[Cause | None, Message] = {
    Cause.NAME_NOT_FOUND: Message("failure.name_not_found"),
    Cause.REFUSED: Message("failure.refused"),
    **dict.fromkeys((Cause.CERTIFICATE, Cause.TLS, Cause.NOT_TLS, Cause.CUT_IN_TLS), Message("failure.tls")),
}
"""What more is known where no connection was made."""
_ANSWER_IN_A_BODY = re.compile(rb"HTTP/1\.[01] [1-5]\d\d[^\r\n]*\r\n(?:[!-9;-~]+:[^\r\n]*\r\n)*\r\n")


class Connections(Protocol):
    """A way of sending: what makes a connection, writes a request and reads the answer."""

    async def exchange(self, request: Request, progress: Progress) -> Answer:
        """One request and its answer. Notes in `progress` how far it has come; raises one of `FAILURES`, or any other.

        An answer of more than `MAX_ANSWER_BYTES` may be cut off behind these.
        """
        ...


class BoundedTransport:
    """Sends requests, through a proxy of that name if any; each attempt is bounded in time, each answer in size."""

    def __init__(self, connections: Connections, timeout_seconds: float, proxy: str | None = None) -> None:
        self._connections = connections
        self._timeout_seconds = timeout_seconds
        self._proxy = proxy

    async def send(self, request: Request) -> Response | SendFailure:
        """Make one attempt. Whatever goes wrong on the way comes back as a SendFailure."""
        began, progress = time.perf_counter(), Progress(CONNECT_SECONDS, request.leaves_by)

        def elapsed_ms() -> int:
            return round((time.perf_counter() - began) * 1000)

        try:
            async with asyncio.timeout(self._timeout_seconds) as bound:
                progress.within(bound)
                answer = await self._connections.exchange(request, progress)
            body = unpacked(_within_bounds(answer), answer.headers.get("content-encoding", ""))
        except Exception as why:  # noqa: BLE001  # whatever it is, the request may be under way: that must not be lost
            return self._failure(why, progress, elapsed_ms())
        wait = _seconds(answer.headers.get("retry-after", ""))
        return Response(answer.status, body, elapsed_ms(), wait, answer.headers)

    def _failure(self, why: Exception, progress: Progress, duration_ms: int) -> SendFailure:
        """Our value for what ended an attempt."""
        is_own = isinstance(why, TooLateToLeaveError)
        by_proxy = failure_by(self._proxy, progress, why) if self._proxy and not is_own else None
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


def _within_bounds(answer: Answer) -> bytes:
    """The body of an answer that is one answer, and not too large."""
    if len(answer.body) > MAX_ANSWER_BYTES:
        raise AnswerTooLargeError
    if _has_no_length(answer.headers) and _ANSWER_IN_A_BODY.search(answer.body):
        raise MoreThanOneAnswerError
    return bytes(answer.body)


def _has_no_length(headers: Mapping[str, str]) -> bool:
    """Whether the answer ends only with the connection, so that a second one looks like a part of its body."""
    return "content-length" not in headers and "transfer-encoding" not in headers


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
    number = _SECONDS.match(text)
    if number is not None:
        return float(number[0][:_DIGITS_THAT_COUNT])
    try:
        then = parsedate_to_datetime(text)
        return max(0.0, (then if then.tzinfo else then.replace(tzinfo=UTC)).timestamp() - time.time())
    except (ValueError, TypeError, OverflowError):
        return 0.0
