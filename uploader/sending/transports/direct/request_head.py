"""How a request is written: h11 writes its head and refuses what is not HTTP; alike heads are written once."""

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import NamedTuple

import h11
import httpx

from uploader.model.http import Request

_PORTS = {"http": 80, "https": 443}
_WITHOUT_BODY = ("GET", "DELETE")
"""Methods of which no server expects to be told that there is no body."""


class Place(NamedTuple):
    """Where a connection leads."""

    scheme: str
    host: str
    """A name in ASCII, or an address without brackets."""
    port: int


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


@lru_cache(maxsize=64)
def _address(url: str) -> tuple[Place, bytes, bytes]:
    """Where it leads, the header Host, and the target. Raises httpx.InvalidURL, httpx.UnsupportedProtocol."""
    parts = httpx.URL(url)
    if parts.scheme not in _PORTS:
        raise httpx.UnsupportedProtocol("neither http nor https")
    place = Place(parts.scheme, parts.raw_host.decode("ascii"), parts.port or _PORTS[parts.scheme])
    return place, parts.netloc, parts.raw_path


def head_of(request: Request, always: Mapping[str, str]) -> Head:
    """The head of a request, with headers that every request has, unless it has others of these names.

    Raises httpx.InvalidURL, httpx.UnsupportedProtocol, and httpx.LocalProtocolError where it can't be written as HTTP.
    """
    place, host, target = _address(request.url)
    own = {name.lower() for name in request.headers}
    others = {name: value for name, value in always.items() if name.lower() not in own}
    headers = [("Host", host.decode("ascii")), *others.items(), *request.headers.items()]
    try:
        asked = h11.Request(method=request.method, target=target, headers=headers)
        text = h11.Connection(h11.CLIENT).send(asked)
    except h11.LocalProtocolError as why:
        raise httpx.LocalProtocolError(str(why)) from why
    return Head(place, (text or b"").removesuffix(b"\r\n"))


class Heads:
    """Heads of requests. Most rows of a list differ only in their body, so the last heads are kept."""

    def __init__(self, always: Mapping[str, str], most: int = 64) -> None:
        @lru_cache(maxsize=most)
        def written(method: str, url: str, headers: tuple[tuple[str, str], ...], closes: bool) -> Head:
            connection = {"Connection": "close" if closes else "keep-alive"}
            return head_of(Request(method, url, dict(headers), b"", ""), {**always, **connection})

        self._written: Callable[..., Head] = written

    def of(self, request: Request, *, closes: bool) -> Head:
        """The head of a request; `closes` asks the server to close the connection behind the answer.

        Raises what `head_of` raises.
        """
        return self._written(request.method, request.url, tuple(request.headers.items()), closes)
