"""A server on this computer that stands in for an API: it answers as it is told, and remembers what it was asked."""

import asyncio
import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from aiohttp import web

from tests.waiting import HANG_SECONDS


class Asked(NamedTuple):
    """A request as it came."""

    method: str
    address: str
    """Path and query, as they were written."""
    headers: Mapping[str, str]
    """By names in small letters."""
    body: bytes

    @property
    def json(self) -> Any:
        """The body, read."""
        return json.loads(self.body) if self.body else None


class Reply(NamedTuple):
    """An answer."""

    http_status: int
    body: Any = None
    """A text as it is; None is no body; anything else as JSON."""
    headers: Mapping[str, str] = {}


@dataclass
class StandIn:
    """The server: where it is, and what it was asked."""

    reply: Callable[[Asked], Reply]
    url: str = ""
    asked: list[Asked] = field(default_factory=list)

    async def answer(self, request: web.Request) -> web.Response:
        """Handle a request."""
        headers = {name.lower(): value for name, value in request.headers.items()}
        asked = Asked(request.method, request.raw_path, headers, await request.read())
        self.asked.append(asked)
        status, body, headers_back = self.reply(asked)
        if body is None or isinstance(body, str):
            return web.Response(status=status, text=body, headers=headers_back)
        return web.json_response(body, status=status, headers=headers_back)


@contextmanager
def standing_in(reply: Callable[[Asked], Reply]) -> Iterator[StandIn]:
    """The server, for the length of the block."""
    server = StandIn(reply)
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="stand-in of a test")
    thread.start()

    async def start() -> web.AppRunner:
        app = web.Application()
        app.router.add_route("*", "/{address:.*}", server.answer)
        runner = web.AppRunner(app)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        return runner

    runner = asyncio.run_coroutine_threadsafe(start(), loop).result(HANG_SECONDS)
    server.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield server
    finally:
        asyncio.run_coroutine_threadsafe(runner.cleanup(), loop).result(HANG_SECONDS)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(HANG_SECONDS)
        loop.close()


def in_turn(*replies: Reply) -> Callable[[Asked], Reply]:
    """One answer after the other, and the last one for ever."""
    left = list(replies)
    return lambda _: left.pop(0) if len(left) > 1 else left[0]
