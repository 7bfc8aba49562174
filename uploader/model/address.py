"""Where requests may go: a scheme and a host, https except to this machine; each server under one name."""

import re
from functools import lru_cache
from ipaddress import IPv6Address
from urllib.parse import SplitResult, urlsplit

import idna

from uploader.errors import SettingsError
from uploader.i18n import Message

_LOOPBACK_HOSTS = ("localhost", "127.0.0.1", "::1")
_PORTS = {"http": 80, "https": 443}
"""What each scheme means without a port."""
_ADDRESS = re.compile(r"[^\x00-\x20\x7f\\]+")
_HOST = re.compile(r"[a-z0-9_*-]+(?:\.[a-z0-9_*-]+)*")
"""A name in lower case; a secret in it is shown as `***`."""


def is_loopback(url: str) -> bool:
    """Whether `url` leads to this machine alone."""
    return (urlsplit(url).hostname or "").removesuffix(".") in _LOOPBACK_HOSTS


def origin_of(url: str) -> str:
    """Scheme and host of a URL as it is written; a template's may have placeholders."""
    return url[: url.find("/", url.find("://") + 3)] if "/" in url.partition("://")[2] else url


@lru_cache(maxsize=256)
def checked_origin(url: str) -> str:
    """The one way to write `url`, if it is a scheme and a host that we may send customer data to.

    In lower case, without a last slash or dot, without the scheme's own port. Raises SettingsError where it has more
    than scheme and host, or is plain http to anything but this machine.
    """
    url = url.strip()
    parts = _split(url)
    if parts is not None and (parts.username is not None or parts.password is not None):
        raise SettingsError(Message("address.with_password"))
    host = None if parts is None or parts.path not in ("", "/") or parts.query or parts.fragment else host_of(parts)
    if parts is None or not host or parts.scheme not in _PORTS:
        raise SettingsError(Message("address.not_one", url=url))
    if parts.scheme == "http" and host not in _LOOPBACK_HOSTS:
        raise SettingsError(Message("address.plain_http", url=url))
    port = "" if parts.port in (None, _PORTS[parts.scheme]) else f":{parts.port}"
    return f"{parts.scheme}://{f'[{host}]' if ':' in host else host}{port}"


def host_of(parts: SplitResult) -> str | None:
    """A host's one name: in lower case, with letters beyond ASCII as DNS has them; None where it is none."""
    host = parts.hostname or ""
    try:
        if ":" in host:
            return None if "%" in host else IPv6Address(host).compressed
        host = host if host.isascii() else idna.encode(host, uts46=True).decode()
    except ValueError:  # idna's errors are such, too
        return None
    host = host.removesuffix(".")
    return host if _HOST.fullmatch(host) else None


def same_origin(one: str, other: str) -> bool:
    """Whether two addresses are the same server, however they are written: an old journal keeps them as they were."""
    return one == other or known_origin(one) == known_origin(other)


def known_origin(url: str) -> str:
    """A server's one name, also of an address that an earlier version took in another spelling."""
    try:
        return checked_origin(url)
    except SettingsError:
        return url


def _split(url: str) -> SplitResult | None:
    """The parts of an address; None where it is none, or its port isn't."""
    try:
        parts = urlsplit(url)
        return parts if _ADDRESS.fullmatch(url) and parts.port != 0 else None
    except ValueError:
        return None
