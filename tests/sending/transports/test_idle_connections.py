"""Connections that are kept: none is used again when its server may be closing it, so no row crosses with its end."""

import asyncio
from collections.abc import Coroutine
from typing import Any

import pytest

from tests.sending.transports.test_conformance import (
    AS_LONG_AS_IT_TAKES,
    Connection,
    Handler,
    Server,
    answer,
    request,
)
from uploader.model.http import Response
from uploader.sending.transports import opening
from uploader.sending.transports.answers.awaited_answer import AwaitedAnswer


def keeps(*headers: str, closes_after: float = AS_LONG_AS_IT_TAKES) -> Handler:
    """A server that closes a connection that is idle for so long, and answers with these headers."""

    async def handler(connection: Connection) -> None:
        while True:
            async with asyncio.timeout(closes_after):
                number = (await connection.request())["id"]
            await connection.say(answer(201, b"%d" % number, *headers))

    async def until_idle(connection: Connection) -> None:
        try:
            await handler(connection)
        except TimeoutError:
            return

    return until_idle


async def connections_for(handler: Handler, *pauses: float) -> int:
    """How many connections the requests took that were made with these pauses in between; all were answered."""
    async with (
        Server(handler).running() as server,
        opening.opened(server.url, 1, AS_LONG_AS_IT_TAKES, keep_alive=True) as transport,
    ):
        ended = [await transport.send(request(server.url, 0))]
        for number, pause in enumerate(pauses, start=1):
            await asyncio.sleep(pause)
            ended.append(await transport.send(request(server.url, number)))
    assert [one.body for one in ended if isinstance(one, Response)] == [b"%d" % at for at in range(len(pauses) + 1)]
    return server.connections


def all_at_once(*awaited: Coroutine[Any, Any, int]) -> list[int]:
    """Their pauses pass side by side."""

    async def go() -> list[int]:
        return await asyncio.gather(*awaited)

    return asyncio.run(go())


CONNECTIONS = [
    ("Keep-Alive: timeout=1", 0.6, 2),
    ("Keep-Alive: timeout=1", 1.0, 2),
    ("keep-alive: TIMEOUT = 2, max=100", 1.1, 2),
    ("Keep-Alive: max=100, timeout=0", 0.0, 2),
    ('Keep-Alive: timeout="0"', 0.0, 2),
    ("Keep-Alive: timeout=60", 1.0, 1),
    ("Keep-Alive: timeout=60", 3.1, 2),  # whatever it says, something in between may know better
    ("Keep-Alive: timeout=soon", 0.6, 2),
    ("X-Other: 1", 0.6, 2),
]
"""What a server says, how long nothing is sent then, and how many connections two requests take."""


def test_an_idle_connection_is_used_only_well_before_its_server_closes_it() -> None:
    found = all_at_once(*(connections_for(keeps(header), pause) for header, pause, _ in CONNECTIONS))
    assert [(*case[:2], number) for case, number in zip(CONNECTIONS, found, strict=True)] == CONNECTIONS


def test_rows_as_far_apart_as_the_server_keeps_connections_are_all_answered() -> None:
    said = [("Keep-Alive: timeout=1",), ()] * 4
    found = all_at_once(*(connections_for(keeps(*headers, closes_after=1.0), 1.0, 1.0) for headers in said))
    assert found == [3] * len(said)


def test_rows_close_together_share_a_connection_until_then() -> None:
    assert all_at_once(connections_for(keeps("Keep-Alive: timeout=100"), *[0.0] * 5)) == [1]


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        (b"Keep-Alive: timeout=5", 5.0),
        (b"Keep-Alive: max=7\r\nKeep-Alive: timeout=15", 15.0),
        (b"Keep-Alive: timeout=" + b"9" * 50, 999_999_999.0),
        (b"Keep-Alive: timeout=-1", None),
        (b"X: y", None),
    ],
)
def test_what_a_server_announces_is_read(headers: bytes, seconds: float | None) -> None:
    awaited = AwaitedAnswer(b"POST")
    awaited.part_of(b"HTTP/1.1 103 Early Hints\r\nKeep-Alive: timeout=1\r\n\r\n")
    awaited.part_of(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n" + headers + b"\r\n\r\n{}")
    assert (awaited.ended, awaited.kept_seconds) == (True, seconds)
