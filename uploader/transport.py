"""One HTTP request, one answer or one honest failure; the only door to httpx. No retries, no cookies."""

import asyncio
import ssl
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from http.cookiejar import CookieJar, DefaultCookiePolicy

import httpx
import truststore

from uploader import __version__
from uploader.address import is_loopback
from uploader.errors import SettingsError
from uploader.model import Failure, Reply, Request

MAX_ANSWER_BYTES = 1_000_000
CONNECT_SECONDS = 15.0
KEEP_ALIVE_SECONDS = 3.0
"""Shorter than servers' usual 5 s: a request on a connection that the server just closed would end unknown."""

# Could it have arrived? Only these say that no byte of the request can have reached the server.
NOT_ARRIVED: Mapping[type[Exception], str] = {
    httpx.ConnectError: "No connection could be made",
    httpx.ConnectTimeout: f"No connection was made within {CONNECT_SECONDS:g} s",
    httpx.PoolTimeout: "No connection was free",
    httpx.ProxyError: "The proxy refused to connect",
    httpx.UnsupportedProtocol: "The address has no scheme that can be sent to",
    httpx.LocalProtocolError: "The request could not be written as HTTP",
    httpx.InvalidURL: "The address is not one that can be sent to",
}
MAY_HAVE_ARRIVED: Mapping[type[Exception], str] = {
    httpx.ReadTimeout: "The answer did not come in time",
    httpx.WriteTimeout: "Sending took too long and was given up",
    httpx.ReadError: "The connection was cut before the answer was whole",
    httpx.WriteError: "The connection was cut while the request was sent",
    httpx.CloseError: "The connection was cut while it was closed",
    httpx.RemoteProtocolError: "The server broke off, or answered something that is not HTTP",
    httpx.DecodingError: "The answer could not be unpacked",
    httpx.TooManyRedirects: "The server sent us from one address to the next",
}
_TOO_LATE = "The answer did not come within {seconds:g} s"
_TOO_LARGE = f"The answer is larger than {MAX_ANSWER_BYTES:,} bytes"
_NAME_NOT_FOUND = "The server's name was not found"
_REFUSED = "The server refused the connection"
_TLS = "The server's certificate could not be verified, or no secure connection was agreed"


class Transport:
    """Sends requests over kept-alive connections; each attempt is bounded in time, each answer in size."""

    def __init__(self, client: httpx.AsyncClient, timeout_seconds: float) -> None:
        self._client = client
        self._timeout_seconds = timeout_seconds

    async def send(self, request: Request) -> Reply | Failure:
        """Make one attempt. Whatever goes wrong on the way comes back as a Failure."""
        began = time.perf_counter()

        def elapsed_ms() -> int:
            return round((time.perf_counter() - began) * 1000)

        try:
            async with asyncio.timeout(self._timeout_seconds):
                status, body = await self._exchange(request)
        except TimeoutError:
            detail = _TOO_LATE.format(seconds=self._timeout_seconds)
            return Failure(may_have_arrived=True, detail=detail, duration_ms=elapsed_ms())
        except (httpx.HTTPError, httpx.InvalidURL) as why:
            return _failure(why, elapsed_ms())
        if body is None:
            return Failure(may_have_arrived=True, detail=_TOO_LARGE, duration_ms=elapsed_ms())
        return Reply(status, body, elapsed_ms())

    async def _exchange(self, request: Request) -> tuple[int, bytes | None]:
        """HTTP status and body; None for a body over the limit."""
        body = bytearray()
        async with self._client.stream(
            request.method, request.url, headers=dict(request.headers), content=request.body or None
        ) as response:
            async for part in response.aiter_bytes():
                body += part
                if len(body) > MAX_ANSWER_BYTES:
                    return response.status_code, None
        return response.status_code, bytes(body)


def _failure(why: Exception, duration_ms: int) -> Failure:
    """Our value for one of httpx's exceptions; what is in neither table may have arrived."""
    for kind in type(why).__mro__:
        if kind in NOT_ARRIVED:
            return Failure(may_have_arrived=False, detail=_cause(why) or NOT_ARRIVED[kind], duration_ms=duration_ms)
        if kind in MAY_HAVE_ARRIVED:
            return Failure(may_have_arrived=True, detail=MAY_HAVE_ARRIVED[kind], duration_ms=duration_ms)
    return Failure(may_have_arrived=True, detail=f"No answer ({type(why).__name__})", duration_ms=duration_ms)


def _cause(why: BaseException | None) -> str | None:
    """What is known beneath a failed connection, in our words: the libraries' own may quote what is secret."""
    while why is not None:
        if isinstance(why, ssl.SSLError):
            return _TLS
        if isinstance(why, ConnectionRefusedError):
            return _REFUSED
        if isinstance(why, OSError) and type(why).__name__ == "gaierror":
            return _NAME_NOT_FOUND
        why = why.__cause__ or why.__context__
    return None


@asynccontextmanager
async def opened(destination: str, concurrency: int, timeout_seconds: float) -> AsyncIterator[Transport]:
    """A transport to one destination (scheme and host), with as many connections as requests may fly at once.

    Proxies come from the environment, but never for this machine. Raises SettingsError for a proxy that we can't use.
    """
    try:
        client = httpx.AsyncClient(
            verify=truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT),
            trust_env=not is_loopback(destination),
            follow_redirects=False,
            # httpx would send a PHPSESSID back, and PHP's session lock would make our requests wait for each other.
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
            headers={
                "User-Agent": f"uploader/{__version__}",
                "Accept": "application/json",
                "Accept-Encoding": "identity",
            },
            limits=httpx.Limits(
                max_connections=concurrency,
                max_keepalive_connections=concurrency,
                keepalive_expiry=KEEP_ALIVE_SECONDS,
            ),
            # Only connecting has a bound of its own; asyncio.timeout bounds the attempt as a whole.
            timeout=httpx.Timeout(None, connect=CONNECT_SECONDS),
        )
    except (ImportError, ValueError) as why:
        raise SettingsError(
            "The proxy that the environment names (HTTPS_PROXY, ALL_PROXY) is of a kind that can't be used. "
            "Give an http:// proxy, or unset it."
        ) from why
    async with client:
        yield Transport(client, timeout_seconds)
