"""Answers that come whole and are as plain as most are: read without a parser, as h11 would read them.

A parser is made for what may be cut, packed into chunks, or wrong. For the rest it takes most of the time of a request.
Whatever is not surely plain is left to it; a test holds both readings against each other.
"""

import re
from typing import NamedTuple

_METHODS = frozenset({b"POST", b"GET", b"PUT", b"PATCH", b"DELETE"})
_WITHOUT_BODY = frozenset({204, 304})
_LONGEST_HEAD = 16_000
_TEXT = rb"[\x20-\x7e\x80-\xff]*"
_HEAD = re.compile(
    rb"HTTP/1\.1 ([2-5][0-9]{2})(?: " + _TEXT + rb")?\r\n((?:[!#$%&'*+.^_`|~0-9A-Za-z-]+:" + _TEXT + rb"\r\n)+)\r\n"
)
_LENGTH = re.compile(rb"[0-9]{1,9}")


class PlainAnswer(NamedTuple):
    """A whole answer, and what came behind it."""

    status: int
    headers: list[tuple[bytes, bytes]]
    """Their names in lower case."""
    body: bytearray
    behind: bytes
    is_the_last: bool
    """Whether the server closes the connection now."""


def plain_answer(method: bytes, data: bytes) -> PlainAnswer | None:
    """The answer with which `data` begins; None where it is not whole, or not surely plain."""
    head = _HEAD.match(data, 0, _LONGEST_HEAD)
    if head is None or method not in _METHODS or int(head[1]) in _WITHOUT_BODY:
        return None
    headers = [_header(line) for line in head[2][:-2].split(b"\r\n")]
    names = [name for name, _ in headers]
    if names.count(b"content-length") != 1 or b"transfer-encoding" in names:
        return None
    length = headers[names.index(b"content-length")][1]
    end = head.end() + int(length) if _LENGTH.fullmatch(length) else len(data) + 1
    if end > len(data):
        return None
    closes = any(name == b"connection" and b"close" in _tokens(value) for name, value in headers)
    return PlainAnswer(int(head[1]), headers, bytearray(data[head.end() : end]), data[end:], closes)


def _header(line: bytes) -> tuple[bytes, bytes]:
    name, _, value = line.partition(b":")
    return name.lower(), value.strip(b" ")


def _tokens(value: bytes) -> list[bytes]:
    return [token.strip() for token in value.lower().split(b",")]
