"""What every transport must do, held against a server of raw sockets that records what it took.

A second transport is one more line in `TRANSPORTS`. No test depends on the machine's speed: where a surplus answer must be
seen, the connection's end is awaited for as long as it takes.
"""

import asyncio
import contextlib
import gzip
import json
import random
import socket
import ssl
import struct
import subprocess
import sys
import time
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.waiting import HANG_SECONDS
from uploader.i18n import Message
from uploader.model.http import Arrival, Request, Response, SendFailure
from uploader.model.wakeful_time import wakeful_seconds
from uploader.sending.transports import (
    MAX_ANSWER_BYTES,
    OWN_FAILURES,
    AnswerTooLargeError,
    BrokenPackingError,
    MoreThanOneAnswerError,
    Transport,
    UnknownPackingError,
    opening,
)

Opened = Callable[..., contextlib.AbstractAsyncContextManager[Transport]]


def direct(*what: Any, **how: Any) -> contextlib.AbstractAsyncContextManager[Transport]:
    return opening.opened(*what, **{**how, "environment": {}})


def pooled(*what: Any, **how: Any) -> contextlib.AbstractAsyncContextManager[Transport]:
    return opening.opened(*what, **{**how, "environment": {opening.VARIABLE: opening.POOLED}})


TRANSPORTS: list[Opened] = [direct, pooled]

AS_LONG_AS_IT_TAKES = HANG_SECONDS
TWO_ANSWERS = OWN_FAILURES[MoreThanOneAnswerError][1]

transports = pytest.mark.parametrize("opened", TRANSPORTS, ids=lambda opened: opened.__name__)


def answer(status: int, body: bytes = b"{}", *headers: str, length: int | None = None) -> bytes:
    lines = [f"HTTP/1.1 {status} Whatever", f"Content-Length: {len(body) if length is None else length}", *headers]
    return "\r\n".join([*lines, "", ""]).encode() + body


def chunked(status: int, body: bytes = b"{}") -> bytes:
    return b"HTTP/1.1 %d X\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n%b\r\n0\r\n\r\n" % (status, len(body), body)


@dataclass
class Connection:
    """One connection as the server has it."""

    number: int
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    server: "Server"

    async def request(self) -> dict[str, int]:
        """The next request's JSON, recorded with its head."""
        head = await self.reader.readuntil(b"\r\n\r\n")
        length = head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0]
        body = await self.reader.readexactly(int(length or 0))
        self.server.heads.append((self.number, head))
        return dict(json.loads(body or b"{}"))

    async def say(self, *parts: bytes) -> None:
        self.writer.write(b"".join(parts))
        await self.writer.drain()

    def reset(self) -> None:
        linger = struct.pack("ii", 1, 0)
        self.writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        self.writer.transport.abort()


async def closed(writer: asyncio.StreamWriter) -> None:
    writer.close()
    with contextlib.suppress(OSError):
        await writer.wait_closed()


Handler = Callable[[Connection], Awaitable[None]]


@dataclass
class Server:
    """Raw sockets on loopback; what each connection says is up to the handler."""

    handler: Handler
    tls: ssl.SSLContext | None = None
    url: str = ""
    connections: int = 0
    heads: list[tuple[int, bytes]] = field(default_factory=list)
    open_ones: "set[asyncio.Task[None] | None]" = field(default_factory=set)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self.open_ones.add(asyncio.current_task())
        with contextlib.suppress(OSError, EOFError):
            await self.handler(Connection(self.connections, reader, writer, self))
        await closed(writer)

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator["Server"]:
        listening = await asyncio.start_server(self.serve, "127.0.0.1", 0, ssl=self.tls)
        scheme = "https" if self.tls else "http"
        self.url = f"{scheme}://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
        try:
            yield self
        finally:
            listening.close()
            await asyncio.gather(*filter(None, self.open_ones))


def request(url: str, number: int = 1) -> Request:
    return Request("POST", f"{url}/x", {"Content-Type": "application/json"}, json.dumps({"id": number}).encode(), "")


async def sent_once(
    opened: Opened, handler: Handler, seconds: float = AS_LONG_AS_IT_TAKES
) -> tuple[Response | SendFailure, Server]:
    async with (
        Server(handler).running() as server,
        opened(server.url, 1, seconds, closing_seconds=AS_LONG_AS_IT_TAKES) as transport,
    ):
        return await transport.send(request(server.url)), server


def one(opened: Opened, handler: Handler, seconds: float = AS_LONG_AS_IT_TAKES) -> Response | SendFailure:
    return asyncio.run(sent_once(opened, handler, seconds))[0]


def says(*parts: bytes) -> Handler:
    """A server that reads a request, says this in one packet, and closes."""

    async def handler(connection: Connection) -> None:
        await connection.request()
        await connection.say(*parts)

    return handler


@transports
@pytest.mark.parametrize("keep_alive", [False, True])
def test_what_is_too_late_to_leave_never_arrives_and_the_next_one_does(opened: Opened, keep_alive: bool) -> None:
    async def handler(connection: Connection) -> None:
        while True:
            await connection.request()
            await connection.say(answer(200))

    async def go() -> tuple[list[Response | SendFailure], Server]:
        async with (
            Server(handler).running() as server,
            opened(server.url, 1, AS_LONG_AS_IT_TAKES, keep_alive, closing_seconds=0.0) as transport,
        ):
            in_time, late = wakeful_seconds() + AS_LONG_AS_IT_TAKES, wakeful_seconds() - 1.0
            wanted = [(late, 1), (in_time, 2), (late, 3), (in_time, 4)]
            found = [await transport.send(replace(request(server.url, number), leaves_by=by)) for by, number in wanted]
            return found, server

    found, server = asyncio.run(go())
    assert [isinstance(one, Response) for one in found] == [False, True, False, True]
    for failure in (found[0], found[2]):
        assert isinstance(failure, SendFailure)
        assert (failure.arrival, failure.detail) == (Arrival.NO, Message("failure.too_late_to_leave"))
    assert len(server.heads) == 2


# One attempt, by what comes back: a Response with a status, or a SendFailure with a detail


@transports
def test_nobody_listens(opened: Opened) -> None:
    async def go() -> Response | SendFailure:
        async with Server(says()).running() as server:
            pass
        async with opened(server.url, 1, AS_LONG_AS_IT_TAKES) as transport:
            return await transport.send(request(server.url))

    failure = asyncio.run(go())
    assert isinstance(failure, SendFailure)
    assert failure.arrival is Arrival.NO


@transports
def test_a_name_that_can_be_nobodys(opened: Opened) -> None:
    url = f"https://{'a' * 64}.example.com"

    async def go() -> Response | SendFailure:
        async with opened(url, 1, AS_LONG_AS_IT_TAKES) as transport:
            return await transport.send(request(url))

    failure = asyncio.run(go())
    assert isinstance(failure, SendFailure)
    assert (failure.arrival, failure.detail) == (Arrival.NO, Message("failure.name_not_found"))


@transports
def test_a_reset_before_the_request_is_read(opened: Opened) -> None:
    async def reset(connection: Connection) -> None:
        connection.reset()

    failure = one(opened, reset)
    assert isinstance(failure, SendFailure)  # whether anything left depends on which came first


@transports
def test_a_reset_after_the_request_is_read(opened: Opened) -> None:
    async def reset(connection: Connection) -> None:
        await connection.request()
        connection.reset()

    failure = one(opened, reset)
    assert isinstance(failure, SendFailure)
    assert failure.arrival is Arrival.MAYBE


def never_encrypted(opened: Opened, script: Callable[[Connection], Awaitable[None]], seconds: float) -> SendFailure:
    """What comes of a request to a server that should encrypt, and does this instead."""

    async def go() -> Response | SendFailure:
        async with Server(script).running() as server:
            url = server.url.replace("http:", "https:")
            async with opened(url, 1, seconds) as transport:
                return await transport.send(request(url))

    failure = asyncio.run(go())
    assert isinstance(failure, SendFailure)
    return failure


@transports
def test_what_is_given_up_before_there_is_an_encrypted_connection_has_not_arrived(opened: Opened) -> None:
    async def silent(connection: Connection) -> None:
        await connection.reader.read()

    assert never_encrypted(opened, silent, 1.0).arrival is Arrival.NO


@transports
def test_silence_ends_with_the_time_limit(opened: Opened) -> None:
    async def silent(connection: Connection) -> None:
        await connection.request()
        await connection.reader.read()

    failure = one(opened, silent, seconds=0.3)
    assert isinstance(failure, SendFailure)
    assert failure.arrival is Arrival.MAYBE


BOMB_BLOCK = zlib.compressobj(9, zlib.DEFLATED, -15)
BOMB_MEGABYTE = BOMB_BLOCK.compress(bytes(1 << 20)) + BOMB_BLOCK.flush(zlib.Z_FULL_FLUSH)
BOMB = b"\x1f\x8b\x08\0\0\0\0\0\0\xff" + BOMB_MEGABYTE * 950
BODY = b'{"code": 201}'
SURPLUS = answer(201)

BROKEN = {
    "no answer": b"",
    "half a head": b"HTTP/1.1 200 OK\r\nContent-Le",
    "half a body": answer(200, b"half", length=99),
    "half a chunk": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nha",
    "garbage": b"no http\r\n\r\n",
    "a head without an end": b"HTTP/1.1 200 OK\r\nX: " + b"x" * 200_000,
    "too large": answer(200, b"x" * (MAX_ANSWER_BYTES + 1)),
    "a gzip bomb": answer(200, BOMB, "Content-Encoding: gzip"),
    "a bomb in a bomb": answer(200, gzip.compress(BOMB), "Content-Encoding: gzip, gzip"),
    "no gzip": answer(200, BODY, "Content-Encoding: gzip"),
    "gzip that is cut off": answer(200, gzip.compress(BODY)[:-9], "Content-Encoding: gzip"),
    "gzip with garbage behind": answer(200, gzip.compress(BODY) + BODY, "Content-Encoding: gzip"),
    "too many members": answer(200, gzip.compress(b"") * 200, "Content-Encoding: gzip"),
    "too many layers": answer(200, BODY, "Content-Encoding: gzip, gzip, gzip"),
    "br": answer(200, BODY, "Content-Encoding: br"),
    "zstd": answer(200, BODY, "Content-Encoding: gzip, zstd"),
    "only 1xx": b"HTTP/1.1 100 Continue\r\n\r\n",
    "101": b"HTTP/1.1 101 Switching\r\nUpgrade: x\r\n\r\n",
}


@transports
@pytest.mark.parametrize("said", BROKEN.values(), ids=BROKEN)
def test_an_answer_that_is_broken(opened: Opened, said: bytes) -> None:
    failure = one(opened, says(said))
    assert isinstance(failure, SendFailure)
    assert failure.arrival is Arrival.MAYBE
    assert failure.detail != TWO_ANSWERS


@transports
@pytest.mark.parametrize(
    ("name", "why"),
    [("a gzip bomb", AnswerTooLargeError), ("no gzip", BrokenPackingError), ("br", UnknownPackingError)],
)
def test_why_an_answer_is_not_read_is_said(opened: Opened, name: str, why: type[Exception]) -> None:
    failure = one(opened, says(BROKEN[name]))
    assert isinstance(failure, SendFailure)
    assert failure.detail == OWN_FAILURES[why][1]


RAW_DEFLATE = zlib.compressobj(wbits=-15)
WHOLE = {
    "plain": answer(201, BODY),
    "chunked": chunked(201, BODY),
    "until the end": b"HTTP/1.1 201 Created\r\n\r\n" + BODY,
    "HTTP/1.0": b"HTTP/1.0 201 Created\r\nContent-Length: 13\r\n\r\n" + BODY,
    "1xx before": b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + answer(201, BODY),
    "line breaks behind": answer(201, BODY) + b"\r\n\r\n\n",
    "gzip": answer(201, gzip.compress(BODY), "Content-Encoding: GZIP"),
    "two members": answer(201, gzip.compress(BODY[:5]) + gzip.compress(BODY[5:]) + b"\0\0", "Content-Encoding: gzip"),
    "gzip twice": answer(201, gzip.compress(gzip.compress(BODY)), "Content-Encoding: gzip, x-gzip"),
    "deflate": answer(201, zlib.compress(BODY), "Content-Encoding: identity, deflate"),
    "raw deflate": answer(201, RAW_DEFLATE.compress(BODY) + RAW_DEFLATE.flush(), "Content-Encoding: deflate"),
}


@transports
@pytest.mark.parametrize("said", WHOLE.values(), ids=WHOLE)
def test_an_answer_that_is_whole(opened: Opened, said: bytes) -> None:
    reply = one(opened, says(said))
    assert isinstance(reply, Response)
    assert (reply.http_status, reply.body) == (201, BODY)


@transports
def test_the_largest_answer_that_is_taken(opened: Opened) -> None:
    reply = one(opened, says(answer(200, b"x" * MAX_ANSWER_BYTES)))
    assert isinstance(reply, Response)
    assert len(reply.body) == MAX_ANSWER_BYTES


@transports
def test_a_redirect_is_not_followed(opened: Opened) -> None:
    reply, server = asyncio.run(sent_once(opened, says(answer(307, b"", "Location: /y"))))
    assert isinstance(reply, Response)
    assert (reply.http_status, len(server.heads)) == (307, 1)


@transports
def test_an_answer_that_comes_before_the_request_is_read_whole(opened: Opened) -> None:
    async def refuse(connection: Connection) -> None:
        await connection.reader.readuntil(b"\r\n\r\n")
        await connection.say(answer(413))
        await connection.reader.read()  # the client closes

    async def go() -> Response | SendFailure:
        async with Server(refuse).running() as server, opened(server.url, 1, AS_LONG_AS_IT_TAKES) as transport:
            return await transport.send(Request("POST", server.url, {}, bytes(3_000_000), ""))

    reply = asyncio.run(go())
    assert isinstance(reply, Response)
    assert reply.http_status == 413


@transports
def test_a_yes_to_a_request_that_has_not_left_whole_is_no_answer(opened: Opened) -> None:
    async def agree(connection: Connection) -> None:
        await connection.reader.readuntil(b"\r\n\r\n")
        await connection.say(answer(200))  # and the connection ends, with most of the request unread

    async def go() -> Response | SendFailure:
        async with Server(agree).running() as server, opened(server.url, 1, AS_LONG_AS_IT_TAKES) as transport:
            return await transport.send(Request("POST", server.url, {}, bytes(30_000_000), ""))

    failure = asyncio.run(go())
    assert isinstance(failure, SendFailure)
    assert failure.arrival is Arrival.MAYBE


@transports
def test_a_connection_that_ends_before_it_is_encrypted(opened: Opened) -> None:
    async def end(connection: Connection) -> None:
        await connection.reader.read(65536)

    failure = never_encrypted(opened, end, AS_LONG_AS_IT_TAKES)
    assert (failure.arrival, failure.detail) == (Arrival.NO, Message("failure.tls"))


def test_an_answer_that_came_in_time_counts_though_the_limit_has_passed_when_it_is_looked_at() -> None:
    seconds = 3.0

    async def left_open(connection: Connection) -> None:
        await connection.request()
        await connection.say(answer(200, b"{}", "Connection: close"))
        await connection.reader.read()  # the client closes

    async def go() -> Response | SendFailure:
        async with Server(left_open).running() as server, direct(server.url, 1, seconds) as transport:
            sending = asyncio.create_task(transport.send(request(server.url)))
            while not server.heads:  # noqa: ASYNC110  # the server answers in the turn in which it has read
                await asyncio.sleep(0)
            time.sleep(seconds)  # noqa: ASYNC251  # nothing runs, as while a disk is slow
            return await sending

    assert isinstance(asyncio.run(go()), Response)


# More than one answer

DOUBLE = {
    "an error page first": answer(400) + SURPLUS,
    "the answer first": SURPLUS + answer(400),
    "the same twice": SURPLUS + SURPLUS,
    "204 with a body": b"HTTP/1.1 204 No Content\r\n\r\n" + BODY,
    "304 with a body": b"HTTP/1.1 304 Not Modified\r\nContent-Length: 13\r\n\r\n" + BODY,
    "a length shorter than the body": answer(200, BODY, length=3),
    "chunks with garbage behind": chunked(200) + b"garbage",
    "chunks with an answer behind": chunked(400) + SURPLUS,
    "an answer within a body without a length": b"HTTP/1.1 400 Bad\r\nConnection: close\r\n\r\n{}" + SURPLUS,
    "only a beginning": answer(200) + b"H",
    "zero bytes behind": answer(200) + b"\0",
}


@transports
@pytest.mark.parametrize("said", DOUBLE.values(), ids=DOUBLE)
def test_two_answers_in_one_packet_are_no_answer(opened: Opened, said: bytes) -> None:
    failure = one(opened, says(said))
    assert failure == SendFailure(Arrival.MAYBE, TWO_ANSWERS, failure.duration_ms)


@transports
@pytest.mark.parametrize(
    "first", [answer(400), b"HTTP/1.1 204 No Content\r\n\r\n", answer(200) + b"\r\n", chunked(400)]
)
def test_a_second_answer_that_comes_later_is_seen_too(opened: Opened, first: bytes) -> None:
    async def twice(connection: Connection) -> None:
        await connection.request()
        await connection.say(first)
        await asyncio.sleep(0.02)
        await connection.say(SURPLUS)

    failure = one(opened, twice)
    assert failure == SendFailure(Arrival.MAYBE, TWO_ANSWERS, failure.duration_ms)


@transports
def test_an_answer_that_nobody_asked_for_is_no_answer(opened: Opened) -> None:
    async def speak_first(connection: Connection) -> None:
        await connection.say(answer(200, b"unasked"))
        await connection.request()
        await connection.say(answer(400, b"asked"))

    failure, server = asyncio.run(sent_once(opened, speak_first))
    assert isinstance(failure, SendFailure)
    assert failure.arrival is (Arrival.MAYBE if server.heads else Arrival.NO)


def trusting() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


def certified() -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(Path(__file__).parents[2] / "data" / "self_signed.pem")
    return context


async def pipe(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while data := await reader.read(65_536):
            writer.write(data)
            await writer.drain()
    await closed(writer)


async def tunnel(connection: Connection, to_port: int) -> None:
    """A proxy that connects to one place, whatever it is asked for."""
    connection.server.heads.append((connection.number, await connection.reader.readuntil(b"\r\n\r\n")))
    reader, writer = await asyncio.open_connection("127.0.0.1", to_port)
    await connection.say(b"HTTP/1.1 200 Connected\r\n\r\n")
    await asyncio.gather(pipe(reader, connection.writer), pipe(connection.reader, writer))


@transports
@pytest.mark.parametrize("keep_alive", [False, True])
@pytest.mark.parametrize("through_a_proxy", [False, True])
@pytest.mark.parametrize("in_two_records", [False, True])
def test_a_second_answer_is_seen_through_tls_and_proxies(
    opened: Opened, monkeypatch: pytest.MonkeyPatch, keep_alive: bool, through_a_proxy: bool, in_two_records: bool
) -> None:
    async def twice(connection: Connection) -> None:
        number = (await connection.request())["id"]
        if number == 1:
            first, second = answer(400), SURPLUS
            parts = [first, second] if in_two_records else [first + second]
            for part in parts:
                connection.writer.write(part)  # each is a TLS record of its own, in what is mostly one packet
        else:
            await connection.say(answer(201, b"%d" % number, "Connection: close"))

    async def go() -> tuple[list[Response | SendFailure], Server]:
        async with Server(twice, certified()).running() as server:
            port = int(server.url.rpartition(":")[2])
            async with Server(partial(tunnel, to_port=port)).running() as proxy:
                url = "https://api.example.com" if through_a_proxy else server.url
                monkeypatch.setenv("HTTPS_PROXY", proxy.url.replace("//", "//user:word@"))
                more = {"ssl_context": trusting(), "closing_seconds": AS_LONG_AS_IT_TAKES}
                async with opened(url, 1, AS_LONG_AS_IT_TAKES, keep_alive, **more) as transport:
                    return [await transport.send(request(url, number)) for number in (1, 2)], proxy

    (first, second), proxy = asyncio.run(go())
    assert isinstance(second, Response)
    assert second.body == b"2"
    # Kept alive, the surplus may come too late to be seen with its row; the next row must not get it all the same.
    assert isinstance(first, SendFailure) or keep_alive
    heads = [head for _, head in proxy.heads]
    assert all(head.startswith(b"CONNECT api.example.com:443") for head in heads)
    assert all(b"Proxy-Authorization: Basic dXNlcjp3b3Jk" in head for head in heads)
    assert bool(heads) is through_a_proxy


# The next row


@transports
def test_a_server_that_does_not_close_gets_a_new_connection_for_each_request(opened: Opened) -> None:
    async def keep_open(connection: Connection) -> None:
        number = (await connection.request())["id"]
        await connection.say(answer(201, b"%d" % number))
        assert await connection.reader.read() == b""  # nothing more comes on it

    async def go() -> tuple[list[Response | SendFailure], Server]:
        async with Server(keep_open).running() as server, opened(server.url, 1, AS_LONG_AS_IT_TAKES) as transport:
            return [await transport.send(request(server.url, number)) for number in (1, 2, 3)], server

    replies, server = asyncio.run(go())
    assert [reply.body for reply in replies if isinstance(reply, Response)] == [b"1", b"2", b"3"]
    assert server.connections == 3
    assert all(b"connection: close" in head.lower() for _, head in server.heads)


@transports
def test_a_late_second_answer_never_reaches_the_next_row(opened: Opened) -> None:
    """The first connection gets its surplus while the second row already waits for its answer."""

    async def go() -> list[Response | SendFailure]:
        second_waits, surplus_is_sent = asyncio.Event(), asyncio.Event()

        async def late(connection: Connection) -> None:
            number = (await connection.request())["id"]
            if number == 1:
                await connection.say(answer(201, b"1"))
                await second_waits.wait()
                with contextlib.suppress(OSError):
                    await connection.say(answer(400, b"surplus of 1"))
                surplus_is_sent.set()
            else:
                second_waits.set()
                await surplus_is_sent.wait()
                await connection.say(answer(201, b"2"))

        async with Server(late).running() as server, opened(server.url, 1, AS_LONG_AS_IT_TAKES) as transport:
            return [await transport.send(request(server.url, number)) for number in (1, 2)]

    assert [reply.body for reply in asyncio.run(go()) if isinstance(reply, Response)] == [b"1", b"2"]


@dataclass
class Surplus:
    """A server that keeps connections, and writes a second answer to the first request at a time of its choosing."""

    when: str
    write_now: asyncio.Event = field(default_factory=asyncio.Event)
    written: asyncio.Event = field(default_factory=asyncio.Event)

    async def __call__(self, connection: Connection) -> None:
        while True:
            number = (await connection.request())["id"]
            own = answer(201, b"%d" % number, "Keep-Alive: timeout=100")
            if (number, self.when) == (1, "with its answer"):
                await connection.say(own, answer(400, b"surplus"))
            elif (number, self.when) == (1, "while idle"):
                await connection.say(own)
                await self.write_now.wait()
                await connection.say(answer(400, b"surplus"))
                self.written.set()
            elif (number, self.when) == (2, "while the next row waits"):
                await connection.say(answer(400, b"surplus"), own)
            else:
                await connection.say(own, b"\r\n")  # which is no surplus


@transports
@pytest.mark.parametrize(
    ("when", "unknown", "connections"),
    [("with its answer", 1, 5), ("while idle", None, 5), ("while the next row waits", 2, 4), ("never", None, 1)],
)
def test_the_first_surplus_ends_keeping_connections(
    opened: Opened, when: str, unknown: int | None, connections: int
) -> None:
    async def go() -> tuple[list[Response | SendFailure], Server]:
        surplus = Surplus(when)
        async with (
            Server(surplus).running() as server,
            opened(server.url, 1, AS_LONG_AS_IT_TAKES, keep_alive=True) as transport,
        ):
            ended = [await transport.send(request(server.url, 1))]
            surplus.write_now.set()
            if when == "while idle":
                await surplus.written.wait()
            ended += [await transport.send(request(server.url, number)) for number in (2, 3, 4, 5)]
        return ended, server

    ended, server = asyncio.run(go())
    for number, result in enumerate(ended, start=1):
        if number == unknown:
            assert result == SendFailure(Arrival.MAYBE, TWO_ANSWERS, result.duration_ms)
        else:
            assert isinstance(result, Response)
            assert result.body == b"%d" % number
    assert server.connections == connections
    closing = [b"connection: close" in head.lower() for _, head in server.heads]
    assert closing[-1] is (when != "never")


@transports
@pytest.mark.parametrize("size", [1_000, 65_536, 262_144, 500_000])
@pytest.mark.parametrize("tls", [False, True])
def test_a_surplus_behind_a_large_answer_never_reaches_the_next_row(opened: Opened, size: int, tls: bool) -> None:
    """Buffers are of these sizes, and what is just beyond one is easily overlooked."""

    async def go() -> Response | SendFailure:
        async def twice(connection: Connection) -> None:
            while True:
                if (await connection.request())["id"] == 1:
                    head = answer(200, b"", length=size)
                    connection.writer.write(answer(200, bytes(size - len(head)), length=size - len(head)))
                    await connection.say(answer(400, b"surplus"))
                else:
                    await connection.say(answer(201, b"2"))

        async with (
            Server(twice, certified() if tls else None).running() as server,
            opened(server.url, 1, AS_LONG_AS_IT_TAKES, keep_alive=True, ssl_context=trusting()) as transport,
        ):
            await transport.send(request(server.url, 1))
            return await transport.send(request(server.url, 2))

    second = asyncio.run(go())
    assert isinstance(second, Response)
    assert second.body == b"2"


@transports
def test_a_server_that_closes_a_kept_connection_is_heard_to_the_end(opened: Opened) -> None:
    async def closes(connection: Connection) -> None:
        await connection.request()
        await connection.say(answer(400, b"{}", "Connection: close"))
        await asyncio.sleep(0.02)
        await connection.say(SURPLUS)

    async def go() -> Response | SendFailure:
        more = {"keep_alive": True, "closing_seconds": AS_LONG_AS_IT_TAKES}
        async with (
            Server(closes).running() as server,
            opened(server.url, 1, AS_LONG_AS_IT_TAKES, **more) as transport,
        ):
            return await transport.send(request(server.url))

    failure = asyncio.run(go())
    assert failure == SendFailure(Arrival.MAYBE, TWO_ANSWERS, failure.duration_ms)


@transports
@pytest.mark.parametrize("at_once", [1, 2, 50])
@pytest.mark.parametrize("seed", range(3))
def test_no_answer_is_ever_taken_for_another_rows(opened: Opened, at_once: int, seed: int) -> None:
    """Against a server that answers twice at random, wrong or right first, at once or later."""
    chance = random.Random(seed)
    taken: dict[int, bool] = {}

    async def capricious(connection: Connection) -> None:
        number = (await connection.request())["id"]
        taken[number] = chance.random() < 0.5
        answers = [answer(201 if truth else 400, b"%d" % number) for truth in (taken[number], not taken[number])]
        said = answers[: chance.choice([1, 1, 2])]
        chance.shuffle(said)
        for part in said:
            await connection.say(part)
            if chance.random() < 0.5:
                await asyncio.sleep(chance.random() / 50)

    async def go() -> list[Response | SendFailure]:
        async with Server(capricious).running() as server:
            more = {"closing_seconds": AS_LONG_AS_IT_TAKES}
            async with opened(server.url, at_once, 2 * AS_LONG_AS_IT_TAKES, **more) as transport:
                places = asyncio.Semaphore(at_once)

                async def send(number: int) -> Response | SendFailure:
                    async with places:
                        return await transport.send(request(server.url, number))

                return list(await asyncio.gather(*map(send, range(150))))

    ended = asyncio.run(go())
    for number, result in enumerate(ended):
        if isinstance(result, Response):
            assert int(result.body) == number
            assert (result.http_status == 201) is taken[number]
        else:
            assert (result.arrival, result.detail) == (Arrival.MAYBE, TWO_ANSWERS)
    assert 20 < sum(isinstance(result, SendFailure) for result in ended) < 100


BOMB_TEST = """
import asyncio, resource, sys
from tests.sending.transports.test_conformance import TRANSPORTS, BROKEN, one, says
opened = TRANSPORTS[int(sys.argv[1])]
one(opened, says(BROKEN["br"]))
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
failure = one(opened, says(BROKEN["a gzip bomb"]))
print(failure.detail.code, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before, sep="|")
"""


@pytest.mark.skipif(sys.platform != "linux", reason="getrusage counts kilobytes on Linux alone")
@pytest.mark.parametrize("at", range(len(TRANSPORTS)))
def test_a_small_answer_that_unpacks_to_a_gigabyte_takes_no_memory(at: int) -> None:
    assert len(BOMB) < MAX_ANSWER_BYTES
    command = [sys.executable, "-c", BOMB_TEST, str(at)]
    root = Path(__file__).parents[3]
    ended = subprocess.run(command, cwd=root, capture_output=True, text=True, timeout=HANG_SECONDS, check=True)
    detail, kilobytes = ended.stdout.split("|")
    assert detail == "failure.answer_too_large"
    assert int(kilobytes) < 50_000
