"""What a connection refuses before a request leaves; with a socket that surely has something to read."""

import asyncio
import contextlib
import ssl

import httpcore
import pytest

from tests.sending.transports.test_conformance import BODY, Connection, Server, answer, certified, trusting
from tests.waiting import HANG_SECONDS
from uploader.sending.transports import UnaskedAnswerError
from uploader.sending.transports.pooled.watched_stream import WatchedBackend, WatchedStream
from uploader.sending.transports.reuse import Reuse

REQUEST = b"POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n" + b'{"id": 1}'


async def connected(server: Server, reuse: Reuse) -> WatchedStream:
    stream = await WatchedBackend(reuse).connect_tcp("127.0.0.1", int(server.url.rpartition(":")[2]))
    if server.tls:
        stream = await stream.start_tls(trusting())
    assert isinstance(stream, WatchedStream)
    return stream


async def readable(stream: WatchedStream) -> None:
    async with asyncio.timeout(HANG_SECONDS):
        while not stream.get_extra_info("is_readable"):  # noqa: ASYNC110  # sockets set no event
            await asyncio.sleep(0.001)


def refusal(says: bytes, tls: ssl.SSLContext | None = None) -> tuple[Exception | None, int]:
    """What writing to a server raises that speaks first and then closes; and how many requests it got."""

    async def speak_first(connection: Connection) -> None:
        await connection.say(says)
        if says:
            await connection.request()

    async def go() -> tuple[Exception | None, int]:
        raised: Exception | None = None
        async with Server(speak_first, tls).running() as server:
            stream = await connected(server, Reuse(allowed=True))
            await readable(stream)
            try:
                await stream.write(REQUEST)
            except Exception as why:  # noqa: BLE001  # it is the test's own subject
                raised = why
            await stream.aclose()
        return raised, len(server.heads)

    return asyncio.run(go())


@pytest.mark.parametrize("tls", [None, certified()], ids=["plain", "TLS"])
def test_nothing_leaves_where_the_server_spoke_first(tls: ssl.SSLContext | None) -> None:
    raised, requests = refusal(answer(200), tls)
    assert (type(raised), requests) == (UnaskedAnswerError, 0)


def test_nothing_leaves_where_the_server_has_closed() -> None:
    raised, requests = refusal(b"")
    assert (type(raised), requests) == (httpcore.ConnectError, 0)


def test_messages_of_tls_itself_are_no_answer() -> None:
    """A server's session tickets make the socket readable before a request leaves."""

    async def serve(connection: Connection) -> None:
        await connection.request()
        await connection.say(answer(201, BODY))

    async def go() -> bytes:
        async with Server(serve, certified()).running() as server:
            stream = await connected(server, Reuse(allowed=False))
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(readable(stream), 0.2)
            await stream.write(REQUEST)
            said = await stream.read(1_000)
            await stream.answer_ended()
            await stream.aclose()
        return said

    assert asyncio.run(go()).endswith(BODY)


@pytest.mark.parametrize("lost", [False, True])
def test_an_idle_connection_that_got_something_takes_no_other_request(lost: bool) -> None:
    reuse = Reuse(allowed=True)
    go_on = asyncio.Event()

    async def serve(connection: Connection) -> None:
        await connection.request()
        await connection.say(answer(201))
        await go_on.wait()
        if not lost:
            await connection.say(answer(400))
        await connection.request()

    async def go() -> int:
        async with Server(serve).running() as server:
            stream = await connected(server, reuse)
            await stream.write(REQUEST)
            await stream.read(1_000)
            await stream.answer_ended()
            go_on.set()
            reuse.allowed = not lost  # by another connection
            await readable(stream)
            async with contextlib.aclosing(stream):
                with pytest.raises(httpcore.ConnectionNotAvailable):
                    await stream.write(REQUEST)
        return len(server.heads)

    assert asyncio.run(go()) == 1
    assert not reuse.allowed
