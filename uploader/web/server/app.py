"""The page's server from its start to its end: one for each home, on this computer's own address."""

import asyncio
import os
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypeAlias

from aiohttp import web

from uploader.actions.home.presence import RunningPage, announce_page, announced_page, only_page
from uploader.errors import BusyError
from uploader.i18n import Message
from uploader.model.cancel import CancelToken
from uploader.web.server.guard import Guard
from uploader.web.server.life import Life
from uploader.web.server.listening import answering, bound
from uploader.web.server.presence import Doorkeeper, link_from

IDLE_SECONDS = 15 * 60.0
_PATIENCE_SECONDS = 3.0
"""For a page that runs already, but doesn't answer: it may be just about to begin, or to end."""
_LOOK_AGAIN_SECONDS = 0.1


class Works(Protocol):
    """What pages have begun, in threads of their own."""

    def is_busy(self) -> bool:
        """Whether any is under way."""

    def stop_all(self) -> None:
        """Ask each to stop, as a person would: what was sent is still answered."""

    def wait_until_idle(self) -> Awaitable[None]:
        """Until none is under way."""


@dataclass(frozen=True, slots=True)
class Screens:
    """What the page shows, and the works behind it."""

    works: Works
    routes: Sequence[web.AbstractRouteDef]
    prepare: Callable[[web.Application], None] = lambda _: None
    """Gives the application what the routes' handlers share."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where the page works, and for whom."""

    home: Path
    language: str
    lists: Path | None = None
    """The folder where the lists are kept that a person drops; None is the one among their documents."""
    base_url: str | None = None
    """Where everything is sent instead of the templates' own servers, but for what is practised."""
    is_practice_only: bool = False
    """Whether nothing is sent but to the sandbox."""


@dataclass(frozen=True, slots=True)
class Outside:
    """What the server is given of the world around it."""

    show: Callable[[str], None]
    """Shows the person the page at an address, which works once."""
    tell: Callable[[Message], None]
    on_bug: Callable[[Exception], Message]
    """Notes an exception that nobody expects; gives what the person is told."""
    cancel: CancelToken
    """Set when the server should end."""


MakeScreens: TypeAlias = Callable[[Place, Guard, Life], Screens]


def serve(
    place: Place,
    make_screens: MakeScreens,
    outside: Outside,
    *,
    port: int = 0,
    idle_seconds: float = IDLE_SECONDS,
    patience_seconds: float = _PATIENCE_SECONDS,
) -> None:
    """Run the page until its end; where it runs already in this home, show that one and come back.

    Raises SettingsError where the port is taken, BusyError where a page runs that doesn't answer, JournalError where
    the home can't be written to.
    """
    latest = time.monotonic() + patience_seconds
    while True:
        with only_page(place.home) as is_ours:
            if is_ours:
                asyncio.run(_run(place, make_screens, outside, port, idle_seconds))
                return
        if _is_shown(place.home, outside, latest):
            return
        time.sleep(_LOOK_AGAIN_SECONDS)


def _is_shown(home: Path, outside: Outside, latest: float) -> bool:
    """Whether the page that runs already gave a link. Raises BusyError if it is too late for another attempt."""
    running, left = announced_page(home), latest - time.monotonic()
    if left <= 0:
        process = Message("app.unknown_process") if running is None else str(running.process)
        raise BusyError(Message("app.no_answer", process=process))
    link = None if running is None else link_from(running, left)
    if link is not None:
        outside.show(link)
    return link is not None


async def _run(place: Place, make_screens: MakeScreens, outside: Outside, port: int, idle_seconds: float) -> None:
    listening = bound(port)
    try:
        port = listening.getsockname()[1]
        life = Life(idle_seconds, outside.cancel)
        guard = Guard(port, place.language, on_request=life.use, on_bug=outside.on_bug)
        doorkeeper = Doorkeeper(guard)
        screens = make_screens(place, guard, life)
        routes = [*guard.routes(), *doorkeeper.routes(), *screens.routes]
        async with answering(listening, guard, routes, screens.prepare):
            announce_page(place.home, RunningPage(port, os.getpid(), doorkeeper.secret))
            outside.show(f"{guard.origin}{guard.new_link()}")
            await life.until_end(screens.works.is_busy)
            await _stopped(screens.works, outside)
    finally:
        listening.close()


async def _stopped(works: Works, outside: Outside) -> None:
    """Nothing is under way any more. The server still answers meanwhile, so that the page can say so."""
    if works.is_busy():
        outside.tell(Message("app.stopping"))
    works.stop_all()
    await works.wait_until_idle()
