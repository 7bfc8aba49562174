"""The session of a request: which browser asks, and what it is shown in."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from aiohttp import web

from uploader.web.server.keys import new_key

Handler: TypeAlias = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(slots=True)
class PageSession:
    """One browser that came in by a link."""

    language: str
    """What it is shown in; a person may change it."""
    csrf: str = field(default_factory=new_key, repr=False)
    """What a POST of our own pages brings along: as the field `csrf`, the first one of an upload, or as `X-CSRF`."""


# Newer releases of aiohttp warn of texts as keys, older ones know nothing else.
_SESSION: Any = web.RequestKey("session", PageSession) if hasattr(web, "RequestKey") else "session"


def begin_session(request: web.Request, session: PageSession) -> None:
    """From here on the request is known to be of that session."""
    request[_SESSION] = session


def find_session(request: web.Request) -> PageSession | None:
    """The session; None of a request that the guard did not let through."""
    session: PageSession | None = request.get(_SESSION)
    return session


def session_of(request: web.Request) -> PageSession:
    """The session of a request that the guard let through."""
    session: PageSession = request[_SESSION]
    return session
