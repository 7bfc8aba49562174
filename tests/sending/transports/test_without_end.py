"""Answers without an end, as they come and as they are unpacked: bounded in time and memory, whatever never ends."""

import asyncio
import subprocess
import sys
import time
from collections.abc import Iterator
from itertools import count, repeat
from pathlib import Path

import pytest

from tests.sending.transports.test_conformance import (
    AS_LONG_AS_IT_TAKES,
    TRANSPORTS,
    Connection,
    Handler,
    Opened,
    one,
    transports,
)
from tests.waiting import HANG_SECONDS
from uploader.model.http import Arrival, Response, SendFailure

OK = b"HTTP/1.1 200 OK\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"
BLOCK = b"x" * 65_536


def numbered(form: bytes) -> Iterator[bytes]:
    """Thousands of lines at a time, each another one."""
    numbers = count()
    while True:
        yield b"".join(form % next(numbers) for _ in range(2_000))


WITHOUT_END = {
    "header lines": (OK, numbered(b"X-%d: y\r\n")),
    "one header": (OK + b"X: ", repeat(BLOCK)),
    "a header's name": (OK, repeat(BLOCK)),
    "a status line": (b"HTTP/1.1 200 ", repeat(BLOCK)),
    "folded lines": (OK + b"X: y\r\n", repeat(b" folded\r\n" * 8_000)),
    "1xx answers": (b"", repeat(b"HTTP/1.1 100 Continue\r\n\r\n" * 2_000)),
    "1xx answers with headers": (b"", repeat(b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" * 2_000)),
    "line breaks before the answer": (b"", repeat(b"\r\n" * 32_768)),
    "a body with a length": (OK + b"Content-Length: 1000000000000\r\n\r\n", repeat(BLOCK)),
    "a body until the end": (OK + b"\r\n", repeat(BLOCK)),
    "chunks": (CHUNKED, repeat(b"10000\r\n" + BLOCK + b"\r\n")),
    "chunks of one byte": (CHUNKED, repeat(b"1\r\nx\r\n" * 10_000)),
    "a chunk's size": (CHUNKED, repeat(b"0" * 65_536)),
    "a chunk's extension": (CHUNKED + b"1;x=", repeat(BLOCK)),
    "chunks with extensions": (CHUNKED, repeat((b"1;x=" + b"y" * 9_000 + b"\r\nx\r\n") * 7)),
    "trailers": (CHUNKED + b"2\r\n{}\r\n0\r\n", numbered(b"X-%d: y\r\n")),
    "one trailer": (CHUNKED + b"2\r\n{}\r\n0\r\nX: ", repeat(BLOCK)),
    "line breaks behind the answer": (OK + b"Content-Length: 2\r\n\r\n{}", repeat(b"\r\n" * 32_768)),
    "answers behind the answer": (OK + b"Content-Length: 2\r\n\r\n{}", repeat(b"HTTP/1.1 200 OK\r\n\r\n" * 3_000)),
}
LARGEST_MEGABYTES = 60
SECONDS = 100.0
"""Long enough for a busy machine to read what is read, and short beside an answer of a gigabyte or of no end."""


def never_ends(name: str, pause: float = 0.0) -> Handler:
    """Says the beginning, and then more and more, until nobody reads any longer."""
    begin, more = WITHOUT_END[name]

    async def handler(connection: Connection) -> None:
        await connection.request()
        await connection.say(begin)
        for part in more:
            await connection.say(part if not pause else part[:1])
            await asyncio.sleep(pause)

    return handler


_IN_A_PROCESS = """
import resource, sys, time
from tests.sending.transports.test_conformance import TRANSPORTS, one
from tests.sending.transports.test_without_end import SECONDS, WITHOUT_END, never_ends
from uploader.model.http import Arrival, SendFailure
opened = TRANSPORTS[int(sys.argv[1])]
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
for name in WITHOUT_END:
    ended = one(opened, never_ends(name), SECONDS)
    assert isinstance(ended, SendFailure), (name, ended)
    assert ended.arrival is Arrival.MAYBE, (name, ended)
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024
    print(name, ended.detail.code, ended.duration_ms, grown, sep="|", flush=True)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="getrusage counts kilobytes on Linux alone")
@pytest.mark.parametrize("at", range(len(TRANSPORTS)))
def test_what_never_ends_is_given_up_in_bounded_memory_and_long_before_the_time_limit(at: int) -> None:
    root = Path(__file__).parents[3]
    command = [sys.executable, "-c", _IN_A_PROCESS, str(at)]
    ended = subprocess.run(command, cwd=root, capture_output=True, text=True, timeout=HANG_SECONDS, check=False)
    assert ended.returncode == 0, ended.stderr
    lines = [line.split("|") for line in ended.stdout.splitlines()]
    assert [name for name, *_ in lines] == list(WITHOUT_END)
    assert {name: code for name, code, *_ in lines if code == "failure.too_late"} == {}
    assert max(int(megabytes) for *_, megabytes in lines) < LARGEST_MEGABYTES


@transports
@pytest.mark.parametrize("name", ["one header", "header lines", "1xx answers", "chunks", "trailers"])
def test_what_drips_slowly_does_not_outlive_the_time_limit(opened: Opened, name: str) -> None:
    began = time.monotonic()
    ended = one(opened, never_ends(name, pause=0.02), 0.5)
    assert isinstance(ended, SendFailure)
    assert (ended.arrival, ended.detail.code) == (Arrival.MAYBE, "failure.too_late")
    assert 0.5 <= time.monotonic() - began < HANG_SECONDS / 10


@transports
def test_an_answer_with_much_around_it_is_read(opened: Opened) -> None:
    """Small chunks, hundreds of headers, some 1xx before and trailers behind."""
    heads = b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" * 50 + CHUNKED[:-2]
    heads += b"".join(b"X-%d: y\r\n" % number for number in range(500)) + b"\r\n"
    body = b"".join(b"1;x=y\r\n%c\r\n" % byte for byte in b"[1]" + b" " * 10_000) + b"0\r\nX-End: y\r\n\r\n"

    async def handler(connection: Connection) -> None:
        await connection.request()
        await connection.say(heads, body)

    ended = one(opened, handler, AS_LONG_AS_IT_TAKES)
    assert isinstance(ended, Response)
    assert (ended.http_status, ended.body.strip()) == (200, b"[1]")
