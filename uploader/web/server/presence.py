"""The second start: it asks the page that runs already for a link, instead of starting another one."""

import asyncio
import json
import re
from dataclasses import dataclass, field
from typing import Final

import aiohttp
from aiohttp import web

from uploader.actions.home.presence import RunningPage
from uploader.web.server.guard import ENTER_PATH, HOST, Guard
from uploader.web.server.keys import is_same, new_key
from uploader.web.server.plain_page import RefusedError

LINK_PATH = "/link"
_SCHEME = "Bearer "
_LINK: Final = re.compile(rf"{ENTER_PATH}\?key=[\w-]{{43}}", re.ASCII)
_LARGEST_ANSWER = 1000


@dataclass(frozen=True, slots=True)
class Doorkeeper:
    """Gives a new link to who knows the secret: a process that could read the file of this person's home."""

    guard: Guard
    secret: str = field(default_factory=new_key, repr=False)

    def routes(self) -> list[web.RouteDef]:
        """Where it is asked."""
        return [web.post(LINK_PATH, self.guard.leave_open(self.link))]

    async def link(self, request: web.Request) -> web.StreamResponse:
        """A new link; needs no session."""
        if not is_same(request.headers.get("Authorization", ""), f"{_SCHEME}{self.secret}"):
            raise RefusedError(403, "app.no_session")
        return web.json_response({"link": self.guard.new_link()})


def link_from(page: RunningPage, seconds: float) -> str | None:
    """The address of a new link to the page that runs; None where it does not give one in time."""
    try:
        return asyncio.run(_asked(page, seconds))
    except (aiohttp.ClientError, OSError, ValueError, KeyError, TypeError, RecursionError):
        return None  # nobody is there, or somebody else is


async def _asked(page: RunningPage, seconds: float) -> str | None:
    address = f"http://{HOST}:{page.port}"
    headers = {"Authorization": f"{_SCHEME}{page.secret}"}
    limit = aiohttp.ClientTimeout(total=seconds)
    async with (
        aiohttp.ClientSession(timeout=limit) as client,
        client.post(f"{address}{LINK_PATH}", headers=headers, allow_redirects=False) as answer,
    ):
        path = json.loads(await answer.content.read(_LARGEST_ANSWER))["link"]
        return f"{address}{path}" if _LINK.fullmatch(path) else None  # nothing else is opened in a browser
