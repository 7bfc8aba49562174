"""How a request is written: h11 writes its head and refuses what is not HTTP; alike heads are written once."""

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import NamedTuple

import h11
import httpx

from uploader.model.http import Request
from uploader.sending.transports.direct.address import Place, address_of

_WITHOUT_BODY = ("GET", "DELETE")
"""Methods of which no server expects to be told that there is no body."""
_TARGET = re.compile(r"[\x21-\x7e]+")
_MOST_HEADS = 64


class Head(NamedTuple):
    """A request without its body."""

    place: Place
    text: bytes
    """All but the length of the body and the empty line behind it."""

    def with_body(self, method: str, body: bytes) -> bytes:
        """The whole request."""
        if not body and method in _WITHOUT_BODY:
            return self.text + b"\r\n"
        return b"%bContent-Length: %d\r\n\r\n%b" % (self.text, len(body), body)


class Heads:
    """Heads of requests, with headers that every request has unless it has others of these names.

    Most rows of a list differ in their address and body alone, so the last heads are kept.
    """

    def __init__(self, always: Mapping[str, str]) -> None:
        @lru_cache(maxsize=_MOST_HEADS)
        def behind_target(method: str, host: str, headers: tuple[tuple[str, str], ...], closes: bool) -> bytes:
            connection = {"Connection": "close" if closes else "keep-alive"}
            return _behind_target(method, host, dict(headers), {**always, **connection})

        self._behind_target: Callable[[str, str, tuple[tuple[str, str], ...], bool], bytes] = behind_target

    def of(self, request: Request, *, closes: bool) -> Head:
        """The head of a request; `closes` asks the server to close the connection behind the answer.

        Raises httpx.InvalidURL, httpx.UnsupportedProtocol, and httpx.LocalProtocolError where it can't be written.
        """
        place, host, target = address_of(request.url)
        if not _TARGET.fullmatch(target):
            raise httpx.LocalProtocolError("illegal target")
        rest = self._behind_target(request.method, host, tuple(request.headers.items()), closes)
        return Head(place, b"%b %b%b" % (request.method.encode("ascii"), target.encode("ascii"), rest))


def _behind_target(method: str, host: str, headers: Mapping[str, str], always: Mapping[str, str]) -> bytes:
    own = {name.lower() for name in headers}
    others = {name: value for name, value in always.items() if name.lower() not in own}
    every = [("Host", host), *others.items(), *headers.items()]
    try:
        text = h11.Connection(h11.CLIENT).send(h11.Request(method=method, target="/", headers=every))
    except (h11.LocalProtocolError, UnicodeEncodeError) as why:
        raise httpx.LocalProtocolError(str(why)) from why
    return (text or b"").removeprefix(method.encode("ascii") + b" /").removesuffix(b"\r\n")
