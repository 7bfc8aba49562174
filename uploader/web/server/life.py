"""How long the page's server runs: until somebody ends it, or nobody has used it for a while and nothing is sent."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from uploader.model.cancel import CancelToken

_LONGEST_TICK_SECONDS = 0.5
"""On Windows a signal's handler runs only when the event loop wakes."""
_TICKS = 10


@dataclass(slots=True)
class Life:
    """The server's end, which may be asked for from any thread."""

    idle_seconds: float
    """How long after the last request it ends by itself."""
    cancel: CancelToken
    """Set by a signal, or by `end`."""
    clock: Callable[[], float] = time.monotonic
    _used: float = field(init=False)

    def __post_init__(self) -> None:
        self._used = self.clock()

    @property
    def is_ending(self) -> bool:
        """Whether nothing new should begin."""
        return self.cancel.is_cancelled

    def use(self) -> None:
        """Somebody has used it just now."""
        self._used = self.clock()

    def end(self) -> None:
        """Ask for the end: what is sent is stopped, its answers are awaited, then the server is gone."""
        self.cancel.cancel()

    async def until_end(self, is_busy: Callable[[], bool]) -> None:
        """Come back when somebody wants the end, or `idle_seconds` after the last use or the end of the last work."""
        loop, is_wanted = asyncio.get_running_loop(), asyncio.Event()

        def wake() -> None:
            loop.call_soon_threadsafe(is_wanted.set)

        with self.cancel.calling(wake):
            while not is_wanted.is_set() and not self._is_idle(is_busy):
                await _set_within(is_wanted, min(_LONGEST_TICK_SECONDS, self.idle_seconds / _TICKS))
        self.cancel.cancel()

    def _is_idle(self, is_busy: Callable[[], bool]) -> bool:
        if is_busy():
            self.use()
        return self.clock() - self._used >= self.idle_seconds


async def _set_within(event: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        return
