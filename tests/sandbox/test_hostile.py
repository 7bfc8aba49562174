"""Requests that nobody sends by mistake: the server answers each or hangs up, records what it took in, and lives on."""

import gzip
import json
import random
import socket
import zlib
from collections.abc import Iterator

import pytest

from tests.sandbox.test_server import ADD, post, record
from tests.waiting import HANG_SECONDS
from uploader.sandbox import TOKEN, SandboxConfig
from uploader.sandbox.server import running

resource = pytest.importorskip("resource")
ROW = b'"from": "a", "to": "b", "subject": "c", "body": "d", "rp_id": '


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with running(SandboxConfig(latency_seconds=0, quota=10**6)) as address:
        yield address


def exchange(url: str, data: bytes, *, leaves: bool = False) -> bytes:
    """What the server says until it hangs up. Whoever `leaves` has sent all that comes, be it whole or not."""
    host, _, port = url.removeprefix("http://").partition(":")
    came = b""
    with socket.create_connection((host, int(port)), HANG_SECONDS) as connection:
        try:
            connection.sendall(data)
            if leaves:
                connection.shutdown(socket.SHUT_WR)
            while more := connection.recv(65_536):
                came += more
        except OSError:  # it hung up before it had read all
            return came
    return came


def row(body: bytes, *headers: str) -> bytes:
    """A row request with the right token."""
    lines = [f"POST {ADD} HTTP/1.1", "Host: x", "Connection: close", f"wolkvox-token: {TOKEN}", *headers]
    return "\r\n".join([*lines, f"Content-Length: {len(body)}", "", ""]).encode() + body


def nested(depth: int) -> bytes:
    return b"{" + ROW + b'"61196", "x": ' + b"[" * depth + b"]" * depth + b"}"


BODIES: dict[str, tuple[bytes, int]] = {
    "an open list, deep": (b"[" * 100_000, 400),
    "an open object, deep": (b'{"a":' * 100_000, 400),
    "a whole list, deep": (nested(100_000), 400),
    "a list that can just be read": (nested(500), 201),
    "a number of 5,000 digits": (b"{" + ROW + b"9" * 5_000 + b"}", 400),
    "a number of 4,000 digits": (b"{" + ROW + b"9" * 4_000 + b"}", 201),
    "no number": (b"{" + ROW + b"NaN}", 404),
    "a number without end": (b"{" + ROW + b"1e999}", 404),
    "half a character": (b"{" + ROW + b'"\\ud800"}', 404),
    "half a character beside": (b"{" + ROW + b'"61196", "x": "\\udfff"}', 201),
    "a wrong escape": (b"{" + ROW + b'"\\x"}', 400),
    "an escape that is cut off": (b"{" + ROW + b'"\\u12', 400),
    "bytes of no encoding": (b"{" + ROW + b'"\xff\xfe\x80"}', 404),
    "signs of a format": (b"{" + ROW + b'"{0.__class__}{x}%s"}', 404),
    "a null byte": (b"{" + ROW + b'"\\u0000"}', 404),
    "a list for a value": (b"{" + ROW + b'["61196"]}', 404),
    "nothing": (b"", 400),
    "zeros": (bytes(100_000), 400),
}


@pytest.mark.parametrize(("body", "status"), BODIES.values(), ids=BODIES)
def test_whatever_a_body_holds_it_is_answered_and_on_record(url: str, body: bytes, status: int) -> None:
    before = len(record(url))
    answered = exchange(url, row(body))
    assert answered.startswith(b"HTTP/1.1 %d " % status), answered[:200]
    assert json.loads(answered.partition(b"\r\n\r\n")[2])["code"] == str(status)
    [line] = record(url)[before:]
    assert (line["code"], line["taken"]) == (status, status == 201)


PACKED = {
    "a bomb": ("gzip", gzip.compress(bytes(1 << 28))),
    "no gzip": ("gzip", b"no gzip"),
    "deflate": ("deflate", zlib.compress(b"{}")),
    "br": ("br", b"\x0b\x00\x80"),
    "an unknown way": ("rot13", b"{}"),
}


@pytest.mark.parametrize(("how", "body"), PACKED.values(), ids=PACKED)
def test_a_packed_body_is_not_unpacked(url: str, how: str, body: bytes) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert exchange(url, row(body, f"Content-Encoding: {how}")).startswith(b"HTTP/1.1 400 ")
    assert record(url)[-1]["message"] == "SOME PARAMETERS ARE REQUIRED"
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100_000


NO_HTTP = {
    "a negative length": b"POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n",
    "an endless length": b"POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999\r\n\r\n",
    "two lengths": b"POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
    "a length and chunks": b"POST /a HTTP/1.1\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n",
    "a wrong chunk": b"POST /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n\r\n",
    "bytes": b"\x00\x01\x02\r\n\r\n",
    "TLS": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(400),
    "a wrong header": b"GET / HTTP/1.1\r\nX-\xff: y\r\n\r\n",
    "a wrong path": b"GET /\xff\xfe HTTP/1.1\r\nHost: x\r\n\r\n",
    "a long path": b"GET /" + b"a" * 1_000_000 + b" HTTP/1.1\r\n\r\n",
    "many headers": b"GET / HTTP/1.1\r\n" + b"".join(b"X-%d: y\r\n" % n for n in range(100_000)) + b"\r\n",
    "another version": b"GET / HTTP/9.9\r\n\r\n",
    "half a request": b"POST /a HTTP/1.1\r\nHost: x\r\nContent-Le",
    "half a body": b"POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhalf",
    "no address": b"OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n",
}


@pytest.mark.parametrize("data", NO_HTTP.values(), ids=NO_HTTP)
def test_what_is_not_http_ends_its_connection_and_shows_no_traceback(
    url: str, data: bytes, capfd: pytest.CaptureFixture[str]
) -> None:
    answered = exchange(url, data, leaves=True)
    assert answered == b"" or answered.startswith((b"HTTP/1.0 400 ", b"HTTP/1.1 400 ", b"HTTP/1.1 404 "))
    assert post(url)[0] == 201
    assert capfd.readouterr().err == ""


def test_headers_and_addresses_in_no_encoding_are_on_record(url: str) -> None:
    exchange(url, b"GET /%ff?api=%ed%a0%80 HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-Odd: \xff\xfe\r\n\r\n")
    line = record(url)[-1]
    assert line["headers"]["x-odd"] == "\udcff\udcfe"
    assert line["path"].startswith("/%")


def test_a_body_is_bounded(url: str) -> None:
    on_record = len(record(url))
    answered = exchange(url, row(b" " * (5 << 20)))
    assert answered == b"" or answered.startswith(b"HTTP/1.1 413 ")
    assert len(record(url)) == on_record
    chunks = b"100000\r\n" + b" " * (1 << 20) + b"\r\n"
    endless = f"POST {ADD} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n".encode() + chunks * 60
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert b"HTTP/1.1 201" not in exchange(url, endless, leaves=True)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100_000
    assert post(url)[0] == 201


@pytest.mark.parametrize("seed", range(4))
def test_no_bytes_end_it(url: str, seed: int) -> None:
    """Whole requests of which some bytes are others, or are missing."""
    chance = random.Random(seed)
    for _ in range(50):
        data = bytearray(row(b"{" + ROW + b'"61196", "x": "[practice stop]"}'))
        for _ in range(chance.randint(1, 6)):
            at = chance.randrange(len(data))
            if chance.random() < 0.5:
                data[at] = chance.randrange(256)
            else:
                del data[at : at + chance.randint(1, 5)]
        exchange(url, bytes(data), leaves=True)
    assert post(url)[0] == 201
    assert all(isinstance(line["number"], int) for line in record(url))
