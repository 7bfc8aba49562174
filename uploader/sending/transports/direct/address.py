"""Where an address leads, and what of it is written into a request."""

import re
from functools import lru_cache
from typing import NamedTuple

import httpx

_PORTS = {"http": 80, "https": 443}
_PLAIN = re.compile(r"(https?://[^/?#]+)((?:/(?!\.)(?:[A-Za-z0-9_~.&=?-]|%[0-9A-F]{2})*)+)")
"""With a target that is written as it stands: no letters beyond ASCII, and no `.` or `..` as a part of the path."""

_LONGEST_PLAIN = 8_000


class Place(NamedTuple):
    """Where a connection leads."""

    scheme: str
    host: str
    """A name in ASCII, or an address without brackets."""
    port: int


class Address(NamedTuple):
    """An address, as a request needs it."""

    place: Place
    host: str
    """For the header Host."""
    target: str
    """Path and query."""


def address_of(url: str) -> Address:
    """Where a URL leads. Raises httpx.InvalidURL, httpx.UnsupportedProtocol.

    Of rows with addresses of their own, only the target is another one each time.
    """
    plain = _PLAIN.fullmatch(url) if len(url) < _LONGEST_PLAIN else None
    return _parsed(url) if plain is None else _parsed(f"{plain[1]}/")._replace(target=plain[2])


@lru_cache(maxsize=64)
def _parsed(url: str) -> Address:
    parts = httpx.URL(url)
    if parts.scheme not in _PORTS:
        raise httpx.UnsupportedProtocol("neither http nor https")
    place = Place(parts.scheme, parts.raw_host.decode("ascii"), parts.port or _PORTS[parts.scheme])
    return Address(place, parts.netloc.decode("ascii"), parts.raw_path.decode("ascii"))
