"""Sending by any transport of httpx: what `httpx.AsyncBaseTransport` is made for."""

import httpx

from uploader.model.http import Request
from uploader.sending.transports import MAX_ANSWER_BYTES, Answer, always_sent
from uploader.sending.transports.bounded_transport import CONNECT_SECONDS
from uploader.sending.transports.progress import Progress

_TIMEOUTS = httpx.Timeout(None, connect=CONNECT_SECONDS).as_dict()
"""Only connecting has a bound of its own; the attempt as a whole is bounded elsewhere."""


class OverHttpx:
    """Sends requests by `transport`, without httpx's client around it.

    The client keeps cookies (PHP's session lock would make our requests wait for each other), follows redirects and
    takes a third of the time.
    """

    def __init__(self, transport: httpx.AsyncBaseTransport) -> None:
        self._transport = transport
        self._always = {**always_sent(), "Connection": "keep-alive"}

    async def exchange(self, request: Request, progress: Progress) -> Answer:
        """One request and its answer. Raises httpx.TransportError, and what the transport raises besides."""
        response = await self._transport.handle_async_request(
            httpx.Request(
                request.method,
                request.url,
                headers={**self._always, **request.headers},
                content=request.body or None,
                extensions={"trace": progress.note, "timeout": _TIMEOUTS},
            )
        )
        try:
            body = await _whole(response)
        finally:
            await response.aclose()
        return Answer.of(response.status_code, [(name.lower(), value) for name, value in response.headers.raw], body)

    async def aclose(self) -> None:
        """Close all connections."""
        await self._transport.aclose()


async def _whole(response: httpx.Response) -> bytes:
    """The body as it came, cut off where it is too large."""
    body = bytearray()
    async for part in response.aiter_raw():
        body += part
        if len(body) > MAX_ANSWER_BYTES:
            break
    return bytes(body)
