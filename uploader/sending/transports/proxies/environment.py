"""Which proxy the environment names for a destination, or why what it names is none; nothing connects here."""

import os
import re
from importlib.util import find_spec
from typing import NamedTuple
from urllib.parse import SplitResult, unquote_to_bytes, urlsplit
from urllib.request import getproxies

from uploader.errors import SettingsError
from uploader.i18n import Message
from uploader.model.address import host_of, is_loopback
from uploader.sending.transports.proxies.no_proxy import is_left_out

_HTTP = ("http", "https")
_SOCKS = ("socks5", "socks5h")
_PORTS = {"http": 80, "https": 443, "socks5": 1080, "socks5h": 1080}
_ALL = "all"
_END_OF_PLACE = re.compile(r"[/?#]")
_BY_KIND = re.compile(r"(?:https?|ftp|socks\w*)=", re.IGNORECASE)
"""How Windows writes a proxy for each kind of address."""
_BETWEEN_PROXIES = re.compile(r"[;,\s]")
_LACKS_SLASHES = re.compile(r"(?:https?|ftp|socks\w*):|[^@]*//", re.IGNORECASE)


class _UnusableProxyError(Exception):
    """Why a text names no proxy that can be used. It never quotes the text, in which there may be a password."""

    def __init__(self, why: str) -> None:
        self.why = Message(f"proxy.{why}")
        super().__init__(why)


class Proxy(NamedTuple):
    """A proxy that can be used."""

    scheme: str
    host: str
    port: int
    login: tuple[bytes, bytes] | None
    """Name and password, which are secret."""

    @property
    def is_encrypted(self) -> bool:
        """Whether it is itself reached with https."""
        return self.scheme == "https"

    @property
    def name(self) -> str:
        """The proxy as people know it: host and port, and nothing that is secret."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    def __repr__(self) -> str:
        """Without the login."""
        return f"Proxy({self.scheme}://{self.name})"


class _Named(NamedTuple):
    """A proxy as somebody has named it."""

    where: Message
    """The variable, or this computer's settings."""
    value: str


def proxy_to(destination: str) -> Proxy | None:
    """The proxy for a destination (scheme and host); None for this machine, and where none is meant.

    Raises SettingsError, which names the variable, where its value can't be used.
    """
    named = _named_for(urlsplit(destination).scheme)
    if named is None or is_loopback(destination) or is_left_out(destination):
        return None
    try:
        return _understood(named.value)
    except _UnusableProxyError as error:
        raise SettingsError(Message("proxy.unusable", where=named.where, why=error.why)) from error


def _named_for(scheme: str) -> _Named | None:
    proxies = getproxies()
    for kind in (scheme, _ALL):
        value = proxies.get(kind, "").strip(" \t\r\n\"'")  # `set` on Windows keeps quotation marks
        if value:
            return _Named(_place_of(kind), value)
    return None


def _place_of(kind: str) -> Message:
    """The variable that counts, as it is written; the settings of Windows or macOS where there is none."""
    name = f"{kind}_proxy"
    names = [one for one in os.environ if one.lower() == name and os.environ[one]]
    if not names:
        return Message("proxy.of_this_computer")
    return Message("proxy.variable", name=name if name in names else names[-1])


def _understood(value: str) -> Proxy:
    scheme, rest = _scheme_and_rest(value)
    login, _, place = rest.rpartition("@")
    place = _END_OF_PLACE.split(place)[0]
    if _BY_KIND.match(value) or _BETWEEN_PROXIES.search(place):
        raise _UnusableProxyError("several")
    scheme = _usable_kind(scheme)
    if _END_OF_PLACE.search(login):
        raise _UnusableProxyError("characters")
    host, port = _host_and_port(place)
    return Proxy(scheme, host, port or _PORTS[scheme], _name_and_password(login))


def _scheme_and_rest(value: str) -> tuple[str, str]:
    scheme, slashes, rest = value.partition("://")
    if slashes:
        return scheme.lower(), rest
    if _LACKS_SLASHES.match(value):
        raise _UnusableProxyError("no_address")
    return "http", value


def _usable_kind(scheme: str) -> str:
    if scheme in _HTTP or (scheme in _SOCKS and find_spec("socksio") is not None):
        return scheme
    raise _UnusableProxyError("wrong_kind")


def _host_and_port(place: str) -> tuple[str, int | None]:
    """Host and port; no port is the kind's own."""
    try:
        parts = urlsplit(f"//{place}")
    except ValueError as why:  # brackets that don't pair up
        raise _UnusableProxyError("no_address") from why
    host = host_of(parts)
    if host is None or (place.count(":") > 1 and "[" not in place):
        raise _UnusableProxyError("no_address")
    return host, _port(parts)


def _port(parts: SplitResult) -> int | None:
    try:
        port = parts.port
    except ValueError:
        port = 0
    if port == 0:
        raise _UnusableProxyError("port")
    return port


def _name_and_password(login: str) -> tuple[bytes, bytes] | None:
    name, _, password = login.partition(":")
    return (unquote_to_bytes(name), unquote_to_bytes(password)) if name or password else None
