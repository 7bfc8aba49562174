"""A clock that jumps forward instead of waiting."""

import asyncio
import selectors
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from tests.waiting import HANG_SECONDS
from uploader.model.cancel import CancelToken

_Result = TypeVar("_Result")


class Clock:
    """Simulated seconds: while its event loop only waits, they pass at once."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now

    def run(self, begin: Callable[[], Coroutine[Any, Any, _Result]], _: CancelToken) -> _Result:
        """Like `own_loop.run`, with this clock."""
        with asyncio.Runner(loop_factory=lambda: _Loop(self)) as runner:
            return runner.run(begin())


class _Loop(asyncio.SelectorEventLoop):
    def __init__(self, clock: Clock) -> None:
        super().__init__(_Selector(clock))
        self._clock = clock

    def time(self) -> float:
        return self._clock.now


class _Selector(selectors.DefaultSelector):
    """Moves the clock instead of waiting; waits only for other threads."""

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self._clock = clock

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None:
            ready = super().select(HANG_SECONDS)
            assert ready, "nothing is left to wait for"
            return ready
        ready = super().select(0)
        if not ready:
            self._clock.now += max(timeout, 0.0)
        return ready
