"""Proxies that open no way to the server: whatever they do, nothing of the request has left, and they are the cause."""

import asyncio
import ssl
import time
from functools import partial

import pytest

from tests.sending.transports.test_conformance import (
    AS_LONG_AS_IT_TAKES,
    BODY,
    Connection,
    Handler,
    Server,
    answer,
    certified,
    request,
    says,
    trusting,
    tunnel,
)
from uploader.i18n import Message
from uploader.model.http import Arrival, Response, SendFailure
from uploader.sending.transports import opening

API = "https://api.example.com"
PAGE = b"<html>Please log in</html>"


async def sent_through(proxy: Server, url: str = API, seconds: float = AS_LONG_AS_IT_TAKES, **how: object) -> object:
    """What one request ends with."""
    how = {"ssl_context": trusting(), "closing_seconds": AS_LONG_AS_IT_TAKES, **how}
    async with opening.opened(url, 1, seconds, **how) as transport:  # type: ignore[arg-type]  # one type for options of several
        return await transport.send(request(url))


def through(
    monkeypatch: pytest.MonkeyPatch, handler: Handler, seconds: float = AS_LONG_AS_IT_TAKES, url: str = API
) -> tuple[SendFailure, Server]:
    """How a request fails whose proxy is that handler, and the proxy, whose name is taken out of the detail."""

    async def go() -> tuple[object, Server]:
        async with Server(handler).running() as proxy:
            monkeypatch.setenv("HTTPS_PROXY", proxy.url)
            monkeypatch.setenv("HTTP_PROXY", proxy.url)
            return await sent_through(proxy, url, seconds), proxy

    failure, proxy = asyncio.run(go())
    assert isinstance(failure, SendFailure)
    return failure, proxy


def no_way(proxy: Server, why: str, **facts: int) -> tuple[Arrival, Message]:
    reason = Message(f"failure.by_proxy.{why}", **facts)
    name = proxy.url.removeprefix("http://")
    return Arrival.NO, Message("failure.no_way_through_proxy", proxy=name, why=reason)


async def silent(connection: Connection) -> None:
    await connection.request()
    await connection.reader.read()


def then(said: bytes, *, closes: bool) -> Handler:
    """Says this to CONNECT, and then nothing; whether it closes or waits."""

    async def handler(connection: Connection) -> None:
        await connection.request()
        await connection.say(said)
        if not closes:
            await connection.reader.read()

    return handler


async def resets(connection: Connection) -> None:
    await connection.request()
    connection.reset()


async def says_more_later(connection: Connection) -> None:
    await connection.request()
    await connection.say(b"HTTP/1.1 200 OK\r\n\r\n")
    await connection.reader.read(1)  # the encryption begins
    await connection.say(PAGE)
    await connection.reader.read()


PAGE_AND_HEAD = answer(200, PAGE, "Content-Type: text/html")
OPENS_NO_WAY = {
    "closes": (says(), "closed"),
    "resets": (resets, "closed"),
    "half an answer": (says(b"HTTP/1.1 200 Connec"), "closed"),
    "200 with a page, closes": (says(PAGE_AND_HEAD), "no_tunnel"),
    "200 with a page, stays open": (then(PAGE_AND_HEAD, closes=False), "no_tunnel"),
    "200 with a page that comes later": (says_more_later, "no_tunnel"),
    "200 and closes": (says(b"HTTP/1.1 200 Connected\r\n\r\n"), "closed"),
    "a page without HTTP": (says(PAGE + b"\r\n\r\n"), "no_tunnel"),
    "an answer that never ends": (says(b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 30_000), "closed"),
}


@pytest.mark.parametrize(("handler", "why"), OPENS_NO_WAY.values(), ids=OPENS_NO_WAY)
def test_a_proxy_that_opens_no_way_is_the_cause(monkeypatch: pytest.MonkeyPatch, handler: Handler, why: str) -> None:
    failure, proxy = through(monkeypatch, handler)
    assert (failure.arrival, failure.detail) == no_way(proxy, why)
    assert [head.partition(b" ")[0] for _, head in proxy.heads] == [b"CONNECT"]


@pytest.mark.parametrize(("handler", "why"), OPENS_NO_WAY.values(), ids=OPENS_NO_WAY)
def test_no_place_is_lost_to_a_proxy_that_opens_no_way(
    monkeypatch: pytest.MonkeyPatch, handler: Handler, why: str
) -> None:
    async def go() -> tuple[list[Response | SendFailure], Server]:
        async with Server(handler).running() as proxy:
            monkeypatch.setenv("HTTPS_PROXY", proxy.url)
            async with opening.opened(API, 1, AS_LONG_AS_IT_TAKES, ssl_context=trusting()) as transport:
                return [await transport.send(request(API)) for _ in range(3)], proxy

    failures, proxy = asyncio.run(go())
    assert [(failure.arrival, failure.detail) for failure in failures if isinstance(failure, SendFailure)] == [
        no_way(proxy, why)
    ] * 3


@pytest.mark.parametrize("said", [b"", b"HTTP/1.1 200 OK\r\n\r\n"])
def test_no_place_is_lost_to_a_proxy_that_falls_silent(monkeypatch: pytest.MonkeyPatch, said: bytes) -> None:
    async def go() -> tuple[list[Response | SendFailure], Server]:
        async with Server(then(said, closes=False)).running() as proxy:
            monkeypatch.setenv("HTTPS_PROXY", proxy.url)
            async with opening.opened(API, 1, 0.5, ssl_context=trusting()) as transport:
                return [await transport.send(request(API)) for _ in range(3)], proxy

    failures, proxy = asyncio.run(go())
    assert [(failure.arrival, failure.detail) for failure in failures if isinstance(failure, SendFailure)] == [
        no_way(proxy, "silent")
    ] * 3
    assert proxy.connections == 3


def test_who_waits_for_a_place_in_vain_has_not_left() -> None:
    async def go() -> list[Response | SendFailure]:
        async with Server(silent).running() as server, opening.opened(server.url, 1, 1.0) as transport:
            return await asyncio.gather(*(transport.send(request(server.url)) for _ in range(2)))

    for _ in range(20):  # now and then the place is free in the very moment in which the wait ends, and it leaves
        first, second = asyncio.run(go())
        assert isinstance(first, SendFailure)
        assert isinstance(second, SendFailure)
        assert first.arrival is Arrival.MAYBE
        if second.arrival is Arrival.NO:
            assert second.detail == Message("failure.no_free_connection")
            return
    pytest.fail("it left each time")


@pytest.mark.parametrize("status", [301, 400, 403, 404, 429, 500, 502, 503, 504])
@pytest.mark.parametrize("closes", [True, False])
def test_a_proxy_that_answers_no_is_the_cause(monkeypatch: pytest.MonkeyPatch, status: int, closes: bool) -> None:
    failure, proxy = through(monkeypatch, then(answer(status, PAGE), closes=closes))
    assert (failure.arrival, failure.detail) == no_way(proxy, "answered", status=status)


@pytest.mark.parametrize("closes", [True, False])
def test_a_proxy_that_wants_a_password_lets_nothing_through(monkeypatch: pytest.MonkeyPatch, closes: bool) -> None:
    refusal = answer(407, PAGE, 'Proxy-Authenticate: Basic realm="x"')
    failure, proxy = through(monkeypatch, then(refusal, closes=closes))
    name = proxy.url.removeprefix("http://")
    assert (failure.arrival, failure.detail) == (Arrival.BARRED, Message("failure.proxy_password", proxy=name))


@pytest.mark.parametrize("said", [b"", b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 200 OK\r\n\r\n"])
def test_a_proxy_that_falls_silent_is_given_up(monkeypatch: pytest.MonkeyPatch, said: bytes) -> None:
    failure, proxy = through(monkeypatch, then(said, closes=False), seconds=0.5)
    assert (failure.arrival, failure.detail) == no_way(proxy, "silent")


def test_a_silent_proxy_has_no_more_time_than_a_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that it is tried again within the time in which what did not arrive is retried."""
    monkeypatch.setattr(opening, "CONNECT_SECONDS", 0.3)
    began = time.monotonic()
    failure, proxy = through(monkeypatch, silent)
    assert (failure.arrival, failure.detail) == no_way(proxy, "silent")
    assert time.monotonic() - began < AS_LONG_AS_IT_TAKES / 2


def test_the_time_that_a_proxy_has_does_not_bound_the_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "CONNECT_SECONDS", 3.0)

    async def late(connection: Connection) -> None:
        await connection.request()
        await asyncio.sleep(3.3)
        await connection.say(answer(201, BODY))

    assert isinstance(behind_a_tunnel(monkeypatch, late)[0], Response)


def test_a_proxy_where_nobody_listens_is_the_cause(monkeypatch: pytest.MonkeyPatch) -> None:
    async def go() -> tuple[object, Server]:
        async with Server(says()).running() as proxy:
            pass
        monkeypatch.setenv("HTTPS_PROXY", proxy.url)
        return await sent_through(proxy), proxy

    failure, proxy = asyncio.run(go())
    assert isinstance(failure, SendFailure)
    assert (failure.arrival, failure.detail) == no_way(proxy, "refused")


def behind_a_tunnel(monkeypatch: pytest.MonkeyPatch, handler: Handler, **how: object) -> tuple[object, Server]:
    """What a request ends with that goes through a good proxy to a server with TLS; and the server."""

    async def go() -> tuple[object, Server]:
        async with Server(handler, certified()).running() as server:
            port = int(server.url.rpartition(":")[2])
            async with Server(partial(tunnel, to_port=port)).running() as proxy:
                monkeypatch.setenv("HTTPS_PROXY", proxy.url)
                return await sent_through(proxy, **how), server  # type: ignore[arg-type]  # one type for options of several

    return asyncio.run(go())


def test_a_certificate_that_nobody_vouches_for_is_the_servers_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    failure, server = behind_a_tunnel(monkeypatch, says(answer(201)), ssl_context=ssl.create_default_context())
    assert isinstance(failure, SendFailure)
    assert (failure.arrival, failure.detail) == (Arrival.NO, Message("failure.tls"))
    assert server.heads == []


@pytest.mark.parametrize("said", [b"", b"HTTP/1.1 200 OK\r\nContent-Le", PAGE + b"\r\n\r\n"])
def test_what_fails_behind_the_tunnel_may_have_arrived(monkeypatch: pytest.MonkeyPatch, said: bytes) -> None:
    failure, server = behind_a_tunnel(monkeypatch, says(said))
    assert isinstance(failure, SendFailure)
    assert failure.arrival is Arrival.MAYBE
    assert len(server.heads) == 1


def test_a_server_that_falls_silent_behind_the_tunnel_may_have_got_the_request(monkeypatch: pytest.MonkeyPatch) -> None:
    failure, server = behind_a_tunnel(monkeypatch, silent, seconds=2.0)
    assert isinstance(failure, SendFailure)
    assert (failure.arrival, failure.detail.code) == (Arrival.MAYBE, "failure.too_late")
    assert len(server.heads) == 1


@pytest.mark.parametrize(
    ("handler", "arrival"),
    [(says(), Arrival.MAYBE), (resets, Arrival.MAYBE), (says(b"no http\r\n\r\n"), Arrival.MAYBE)],
)
def test_a_request_without_encryption_goes_to_the_proxy_itself(
    monkeypatch: pytest.MonkeyPatch, handler: Handler, arrival: Arrival
) -> None:
    failure, proxy = through(monkeypatch, handler, url="http://api.example.com")
    assert failure.arrival is arrival
    assert [head.partition(b" ")[0] for _, head in proxy.heads] == [b"POST"]


def test_a_proxy_that_is_reached_with_https_is_verified(monkeypatch: pytest.MonkeyPatch) -> None:
    async def go() -> tuple[object, Server]:
        async with Server(says(answer(200)), certified()).running() as proxy:
            monkeypatch.setenv("HTTPS_PROXY", proxy.url)
            return await sent_through(proxy, ssl_context=ssl.create_default_context()), proxy

    failure, proxy = asyncio.run(go())
    assert isinstance(failure, SendFailure)
    name, why = proxy.url.removeprefix("https://"), Message("failure.by_proxy.tls")
    assert failure.detail == Message("failure.no_way_through_proxy", proxy=name, why=why)
    assert (failure.arrival, proxy.heads) == (Arrival.NO, [])
