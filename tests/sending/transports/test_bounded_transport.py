import asyncio
import contextlib
import inspect
import json
import ssl
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from email.utils import formatdate
from pathlib import Path

import httpcore
import httpx
import pytest
import respx

from tests.sending.transports.test_conformance import pooled
from tests.waiting import HANG_SECONDS
from uploader.errors import SettingsError
from uploader.i18n import Message, render
from uploader.model.http import Arrival, Request, Response, SendFailure
from uploader.sending.transports import MAX_ANSWER_BYTES, OWN_FAILURES
from uploader.sending.transports import bounded_transport as transport

HERE = "https://api.example.com"


def request(url: str = f"{HERE}/x", body: bytes = b'{"a": 1}') -> Request:
    return Request("POST", url, {"X-Token": "s3cret", "Content-Type": "application/json"}, body, "print")


def sent(*requests: Request, destination: str = HERE, timeout: float = HANG_SECONDS) -> list[Response | SendFailure]:
    async def go() -> list[Response | SendFailure]:
        async with pooled(destination, 2, timeout) as line:
            return [await line.send(each) for each in requests]

    return asyncio.run(go())


def all_of(kind: type[Exception]) -> set[type[Exception]]:
    return {kind}.union(*(all_of(child) for child in kind.__subclasses__()))


def test_every_exception_of_httpx_is_in_the_table() -> None:
    abstract = {
        httpx.HTTPError,
        httpx.RequestError,
        httpx.TransportError,
        httpx.TimeoutException,
        httpx.NetworkError,
        httpx.ProtocolError,
    }
    misuse = {
        httpx.HTTPStatusError,  # raised only where raise_for_status is called
        httpx.CookieConflict,  # only where a cookie is looked up
        *all_of(httpx.StreamError),  # only where a body is read twice, or not at all
    }
    known = {
        value
        for _, value in inspect.getmembers(httpx, inspect.isclass)
        if issubclass(value, Exception) and value.__module__.startswith("httpx")
    }
    assert known >= {httpx.InvalidURL, *all_of(httpx.HTTPError)} - {
        kind for kind in all_of(httpx.HTTPError) if not kind.__module__.startswith("httpx")
    }
    assert known - abstract - misuse == set(transport.FAILURES) - set(OWN_FAILURES)


def test_every_exception_of_httpcore_is_mapped_to_one_of_the_table() -> None:
    known = {
        value
        for _, value in inspect.getmembers(httpcore, inspect.isclass)
        if issubclass(value, Exception) and value.__module__.startswith("httpcore")
    }
    mapped = httpx._transports.default._load_httpcore_exceptions()  # it has no public name
    assert known - set(mapped) == {httpcore.ConnectionNotAvailable}  # caught inside, the request takes another one
    abstract = {httpx.TimeoutException, httpx.NetworkError, httpx.ProtocolError}
    assert set(mapped.values()) - abstract <= set(transport.FAILURES)
    assert {kind.__name__: getattr(httpx, kind.__name__) for kind in mapped} == {
        kind.__name__: named for kind, named in mapped.items()
    }


@pytest.mark.parametrize("kind", sorted(transport.FAILURES, key=str))
@respx.mock
def test_each_failure_tells_whether_the_request_may_have_arrived(kind: type[Exception]) -> None:
    respx.post(f"{HERE}/x").mock(side_effect=kind("quotes s3cret"))
    (failure,) = sent(request())
    assert isinstance(failure, SendFailure)
    assert failure.arrival is transport.FAILURES[kind][0]
    assert failure.detail == transport.FAILURES[kind][1]
    assert "s3cret" not in repr(failure)


@pytest.mark.parametrize("kind", [OSError, RuntimeError, UnicodeError, MemoryError, httpx.StreamClosed])
@respx.mock
def test_a_failure_that_nobody_thought_of_may_have_arrived_and_ends_nothing(kind: type[Exception]) -> None:
    def fail(_: httpx.Request) -> httpx.Response:
        raise kind() if kind is httpx.StreamClosed else kind("quotes s3cret")

    respx.post(f"{HERE}/x").mock(side_effect=fail)
    (failure,) = sent(request())
    assert isinstance(failure, SendFailure)
    assert failure.arrival is Arrival.MAYBE
    assert failure.detail == Message("failure.other", kind=kind.__name__)


def test_what_can_not_be_written_as_http_never_left() -> None:
    (failure,) = sent(request(f"{HERE}/?q={'x' * 70_000}"))
    assert isinstance(failure, SendFailure)
    assert failure.arrival is Arrival.NEVER


def test_a_header_that_http_refuses_is_told_before_anything_leaves_and_never_tried_again() -> None:
    came: asyncio.Queue[bytes] = asyncio.Queue()

    async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await came.put(await reader.read())

    async def go() -> tuple[Response | SendFailure, bytes]:
        async with raw_server(listen) as url, pooled(url, 2, HANG_SECONDS) as line:
            failure = await line.send(Request("POST", f"{url}/x", {"X-Ref": "two\nlines"}, b"{}", ""))
            return failure, await came.get()

    failure, received = asyncio.run(go())
    assert isinstance(failure, SendFailure)
    assert (failure.arrival, received) == (Arrival.NEVER, b"")


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("7", 7.0),
        ("0.5", 0.5),
        (".25", 0.25),
        ("3.", 3.0),
        ("5, 10", 5.0),
        ("Sun, 06 Nov 1994 08:49:37 GMT", 0.0),
        ("soon", 0.0),
        ("", 0.0),
        ("-3", 0.0),
        ("5 minutes", 0.0),
        ("1.2.3", 0.0),
        ("9" * 400, 999_999_999.0),
    ],
)
@respx.mock
def test_how_long_the_server_asks_us_to_wait_is_read(header: str, seconds: float) -> None:
    respx.post(f"{HERE}/x").respond(429, headers={"Retry-After": header})
    (reply,) = sent(request())
    assert isinstance(reply, Response)
    assert reply.retry_after_seconds == seconds


@respx.mock
def test_an_answer_hands_its_headers_over() -> None:
    headers = [("Location", "/things/7"), ("X-Trace", "a"), ("x-trace", "b")]
    respx.post(f"{HERE}/x").mock(httpx.Response(201, headers=headers))
    (reply,) = sent(request())
    assert isinstance(reply, Response)
    assert (reply.headers["location"], reply.headers["x-trace"]) == ("/things/7", "a, b")


@respx.mock
def test_a_date_to_wait_for_is_read_as_seconds_from_now() -> None:
    respx.post(f"{HERE}/x").respond(429, headers={"Retry-After": formatdate(time.time() + 30, usegmt=True)})
    (reply,) = sent(request())
    assert isinstance(reply, Response)
    assert 25 < reply.retry_after_seconds <= 30


@respx.mock
def test_a_request_goes_out_as_it_is() -> None:
    route = respx.post(f"{HERE}/x").respond(201, json={"code": 201})
    (reply,) = sent(request())
    assert isinstance(reply, Response)
    assert (reply.http_status, json.loads(reply.body)) == (201, {"code": 201})
    got = route.calls.last.request
    assert got.content == b'{"a": 1}'
    assert got.headers["x-token"] == "s3cret"
    assert got.headers["content-type"] == "application/json"
    assert got.headers["user-agent"].startswith("uploader/")


@respx.mock
def test_redirects_are_not_followed() -> None:
    respx.post(f"{HERE}/x").respond(307, headers={"Location": "https://elsewhere.example/"})
    (reply,) = sent(request())
    assert isinstance(reply, Response)
    assert reply.http_status == 307


@respx.mock
def test_cookies_are_not_sent_back() -> None:
    route = respx.post(f"{HERE}/x").respond(200, headers={"Set-Cookie": "PHPSESSID=1; Path=/"})
    sent(request(), request())
    assert "cookie" not in route.calls.last.request.headers


@respx.mock
def test_an_answer_is_bounded_in_size() -> None:
    respx.post(f"{HERE}/x").respond(200, content=b"x" * (MAX_ANSWER_BYTES + 1))
    (failure,) = sent(request())
    assert isinstance(failure, SendFailure)
    assert failure.arrival is Arrival.MAYBE
    assert "1.000.000" in render(failure.detail, "es")


Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@contextlib.asynccontextmanager
async def raw_server(handler: Handler) -> AsyncIterator[str]:
    async def bounded(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, asyncio.CancelledError):
            await handler(reader, writer)
        writer.close()

    server = await asyncio.start_server(bounded, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()


def against(
    handler: Handler, timeout: float = HANG_SECONDS, count: int = 1, *, keep_alive: bool = False
) -> list[Response | SendFailure]:
    async def go() -> list[Response | SendFailure]:
        async with raw_server(handler) as url, pooled(url, 2, timeout, keep_alive) as line:
            return [await line.send(request(f"{url}/x")) for _ in range(count)]

    return asyncio.run(go())


async def read_request(reader: asyncio.StreamReader) -> bytes:
    head = await reader.readuntil(b"\r\n\r\n")
    length = int(
        next(line.split(b":")[1] for line in head.lower().split(b"\r\n") if line.startswith(b"content-length"))
    )
    await reader.readexactly(length)
    return head


def test_a_trickling_answer_does_not_outlive_the_time_limit() -> None:
    async def trickle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        for _ in range(100):
            writer.write(b"x")
            await writer.drain()
            await asyncio.sleep(0.05)

    (failure,) = against(trickle, timeout=0.5)
    assert isinstance(failure, SendFailure)
    assert failure.arrival is Arrival.MAYBE
    assert failure.duration_ms > 400


@pytest.mark.parametrize("answer", [b"", b"HTTP/1.1 200 OK\r\nContent-Le", b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nhalf", b"no http\r\n\r\n"])  # fmt: skip
def test_a_connection_that_is_cut_after_the_request_may_have_delivered_it(answer: bytes) -> None:
    async def cut(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        writer.write(answer)

    (failure,) = against(cut)
    assert isinstance(failure, SendFailure)
    assert failure.arrival is Arrival.MAYBE


def test_nobody_listening_is_certainly_not_arrived() -> None:
    async def go() -> Response | SendFailure:
        async with raw_server(lambda reader, writer: asyncio.sleep(0)) as url:
            pass
        async with pooled(url, 2, HANG_SECONDS) as line:
            return await line.send(request(f"{url}/x"))

    failure = asyncio.run(go())
    assert failure == SendFailure(Arrival.NO, Message("failure.refused"), failure.duration_ms)


@pytest.mark.parametrize(("keep_alive", "expected"), [(True, 1), (False, 5)])
def test_a_connection_is_kept_only_where_the_template_says_so(keep_alive: bool, expected: int) -> None:
    connections: list[int] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connections.append(1)
        while True:
            try:
                await read_request(reader)
            except asyncio.IncompleteReadError:
                return
            writer.write(b"HTTP/1.1 200 OK\r\nKeep-Alive: timeout=100\r\nContent-Length: 2\r\n\r\n{}")

    replies = against(answer, count=5, keep_alive=keep_alive)
    assert all(isinstance(reply, Response) for reply in replies)
    assert len(connections) == expected


def test_a_proxy_of_the_environment_is_never_used_for_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "HTTPS_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")  # nobody listens there

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")

    (reply,) = against(answer)
    assert isinstance(reply, Response)


def test_a_proxy_of_the_environment_is_used_for_the_api(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[bytes] = []

    async def proxy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")

    async def go() -> Response | SendFailure:
        async with raw_server(proxy) as url:
            monkeypatch.setenv("HTTPS_PROXY", url)
            async with pooled(HERE, 2, HANG_SECONDS) as line:
                return await line.send(request())

    failure = asyncio.run(go())
    assert isinstance(failure, SendFailure)
    assert failure.arrival is Arrival.NO
    assert asked[0].startswith(b"CONNECT api.example.com:443")


def test_a_proxy_that_can_not_be_used_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALL_PROXY", "gopher://127.0.0.1:1")
    with pytest.raises(SettingsError, match="proxy"):
        sent(request())


def test_a_certificate_that_nobody_vouches_for_is_refused_before_anything_is_sent() -> None:
    received: list[bytes] = []

    async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        received.append(await reader.read(100))
        writer.close()

    async def go() -> Response | SendFailure:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(Path(__file__).parents[2] / "data" / "self_signed.pem")
        server = await asyncio.start_server(listen, "127.0.0.1", 0, ssl=context)
        url = f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        async with pooled(url, 2, HANG_SECONDS) as line:
            failure = await line.send(request(f"{url}/x"))
        server.close()
        return failure

    failure = asyncio.run(go())
    assert isinstance(failure, SendFailure)
    assert failure.arrival is Arrival.NO
    assert failure.detail == Message("failure.tls")
    assert received == []
