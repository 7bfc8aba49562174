"""Opens a transport to one destination: straight to it, or over httpcore where a proxy or a person wants that."""

import os
import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import aclosing, asynccontextmanager
from typing import TYPE_CHECKING

import truststore

from uploader.errors import SettingsError
from uploader.i18n import Message
from uploader.sending.transports.bounded_transport import CONNECT_SECONDS, BoundedTransport
from uploader.sending.transports.proxies.environment import Proxy, proxy_to
from uploader.sending.transports.reuse import CLOSING_SECONDS, Reuse

if TYPE_CHECKING:
    from uploader.sending.transports.direct.direct_connections import DirectConnections
    from uploader.sending.transports.pooled.over_httpx import OverHttpx

VARIABLE = "UPLOADER_TRANSPORT"
"""The environment variable that says how to send."""
DIRECT, POOLED = "direct", "httpx"


@asynccontextmanager
async def opened(
    destination: str,
    concurrency: int,
    timeout_seconds: float,
    keep_alive: bool = False,
    ssl_context: ssl.SSLContext | None = None,
    closing_seconds: float = CLOSING_SECONDS,
    environment: Mapping[str, str] = os.environ,
) -> AsyncIterator[BoundedTransport]:
    """A transport to one destination (scheme and host), with as many connections as requests may fly at once.

    Each request has a connection of its own, unless `keep_alive` says that this server never writes two answers.
    After the answer its end is awaited for up to `closing_seconds`, to see whether another answer follows.
    Proxies come from the environment, but never for this machine. `environment` may name the way in `VARIABLE`. Raises
    SettingsError for a proxy or a way that we can't use.
    Certificates are verified by the operating system's authorities, unless an `ssl_context` says otherwise.
    """
    proxy = proxy_to(destination)
    is_encrypted = destination.lower().startswith("https:") or (proxy is not None and proxy.is_encrypted)
    verified = ssl_context or (truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT) if is_encrypted else None)
    reuse = Reuse(keep_alive, closing_seconds)
    is_pooled = proxy is not None or _wanted(environment) == POOLED
    ways = _pooled(proxy, verified, concurrency, reuse) if is_pooled else _direct(verified, concurrency, reuse)
    async with aclosing(ways) as connections:
        yield BoundedTransport(connections, timeout_seconds, None if proxy is None else proxy.name)


def _direct(tls: ssl.SSLContext | None, places: int, reuse: Reuse) -> "DirectConnections":
    from uploader.sending.transports.direct.direct_connections import DirectConnections

    return DirectConnections(tls, places, reuse, CONNECT_SECONDS)


def _pooled(proxy: Proxy | None, tls: ssl.SSLContext | None, places: int, reuse: Reuse) -> "OverHttpx":
    from uploader.sending.transports.pooled.over_httpx import OverHttpx
    from uploader.sending.transports.pooled.watched_pool import WatchedPool

    return OverHttpx(WatchedPool(proxy, tls, places, reuse))


def _wanted(environment: Mapping[str, str]) -> str:
    wanted = environment.get(VARIABLE, "").strip().lower() or DIRECT
    if wanted not in (DIRECT, POOLED):
        raise SettingsError(Message("transport.unknown", variable=VARIABLE, one=DIRECT, other=POOLED))
    return wanted
