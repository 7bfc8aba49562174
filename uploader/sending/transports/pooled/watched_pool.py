"""httpcore's pool of watched connections as a transport of httpx, directly or through a proxy."""

import ssl
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from typing import cast

import httpcore
import httpx

from uploader.sending.transports.pooled.expendable import ExpendablePool
from uploader.sending.transports.pooled.watched_stream import WatchedBackend, WatchedStream
from uploader.sending.transports.proxies.environment import Proxy
from uploader.sending.transports.reuse import KEEP_ALIVE_SECONDS, Reuse

WAITING = "watched_pool.connection.awaited"
"""The first step that is told of a request, as httpcore tells the others: it has to wait for a free connection."""


class WatchedPool(httpx.AsyncBaseTransport):
    """Sends what an httpx client hands over. An answer with another one behind it raises MoreThanOneAnswerError."""

    def __init__(
        self,
        proxy: Proxy | None,
        ssl_context: ssl.SSLContext | None,
        connections: int,
        reuse: Reuse,
    ) -> None:
        self._reuse = reuse
        self._pool = ExpendablePool(
            ssl_context=ssl_context,
            proxy=None if proxy is None else _of_httpcore(proxy, ssl_context),
            max_connections=connections,
            max_keepalive_connections=connections,
            keepalive_expiry=KEEP_ALIVE_SECONDS,
            network_backend=WatchedBackend(reuse),
        )

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """One request, over a connection of its own unless connections are reused."""
        if not self._reuse.allowed:
            request.headers["Connection"] = "close"
        if trace := request.extensions.get("trace"):
            await trace(WAITING, {})
        with _errors_of_httpx():
            answer = await self._pool.handle_async_request(
                httpcore.Request(
                    request.method,
                    _url_of(request.url),
                    headers=request.headers.raw,
                    content=cast(httpx.AsyncByteStream, request.stream),
                    extensions=request.extensions,
                )
            )
        return httpx.Response(answer.status, headers=answer.headers, stream=_Body(answer), extensions=answer.extensions)

    async def aclose(self) -> None:
        """Close all connections."""
        await self._pool.aclose()


class _Body(httpx.AsyncByteStream):
    """An answer's body; it ends only after a look at what lies behind it."""

    def __init__(self, answer: httpcore.Response) -> None:
        self._answer = answer

    async def __aiter__(self) -> AsyncIterator[bytes]:
        with _errors_of_httpx():
            async for part in self._answer.aiter_stream():
                yield part
            stream = self._answer.extensions.get("network_stream")
            if isinstance(stream, WatchedStream):
                await stream.answer_ended()

    async def aclose(self) -> None:
        await self._answer.aclose()


@contextmanager
def _errors_of_httpx() -> Iterator[None]:
    """Errors of httpcore under the names that httpx gives them, which are the same."""
    try:
        yield
    except Exception as why:
        kind = getattr(httpx, type(why).__name__, None)
        if type(why).__module__.startswith("httpcore") and kind is not None:
            raise kind(str(why)) from why
        raise


def _url_of(url: httpx.URL) -> httpcore.URL:
    return httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path)


def _of_httpcore(proxy: Proxy, ssl_context: ssl.SSLContext | None) -> httpcore.Proxy:
    url = httpcore.URL(scheme=proxy.scheme, host=proxy.host, port=proxy.port, target="/")
    return httpcore.Proxy(url, auth=proxy.login, ssl_context=ssl_context if proxy.is_encrypted else None)
