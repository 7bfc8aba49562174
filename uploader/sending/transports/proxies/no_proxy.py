"""Whether a destination is left out of the proxy: NO_PROXY, or what Windows or macOS have in its place."""

import re
from ipaddress import ip_address, ip_network
from typing import NamedTuple
from urllib.parse import urlsplit
from urllib.request import getproxies_environment, proxy_bypass

_BETWEEN_ENTRIES = re.compile(r"[\s,;]+")
_IN_BRACKETS = re.compile(r"\[([^\]]*)\](/\d+)?")
_WITH_PORT = re.compile(r"(?:\[(?P<address>[^\]]*)\]|(?P<name>[^:/\[\]]+))(?::(?P<port>\d+))?")
_PORTS = {"http": 80, "https": 443}


class _Place(NamedTuple):
    """A destination as entries name it."""

    host: str
    """A name in lower case, or an address without brackets."""
    port: int

    def is_meant_by(self, entry: str) -> bool:
        """Whether an entry is this host, or a domain or network that it is in; nonsense means nothing."""
        entry = (entry.partition("://")[2] or entry).rstrip("/")
        bare = _IN_BRACKETS.sub(r"\1\2", entry) if _IN_BRACKETS.fullmatch(entry) else entry
        return entry == "*" or self._is_in(bare) or self._is_named(entry)

    def _is_in(self, network: str) -> bool:
        try:
            return ip_address(self.host) in ip_network(network, strict=False)
        except ValueError:
            return False

    def _is_named(self, entry: str) -> bool:
        found = _WITH_PORT.fullmatch(entry)
        if found is None or (found["port"] and int(found["port"]) != self.port):
            return False
        if found["address"]:
            return self._is_in(found["address"])
        name = (found["name"] or "").lower().removeprefix("*").strip(".")
        return bool(name) and (self.host == name or self.host.endswith(f".{name}"))


def is_left_out(destination: str) -> bool:
    """Whether requests to a destination (scheme and host) go there directly.

    An entry of NO_PROXY is a name, which stands for all within its domain, an address or a network (CIDR), each with or
    without brackets and port, or `*`.
    """
    environment, parts = getproxies_environment(), urlsplit(destination)
    if not environment:
        return bool(proxy_bypass(parts.netloc))
    place = _Place((parts.hostname or "").removesuffix("."), parts.port or _PORTS.get(parts.scheme, 0))
    return any(place.is_meant_by(entry) for entry in _BETWEEN_ENTRIES.split(environment.get("no", "")) if entry)
