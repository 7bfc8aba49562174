"""A clock that moves where somebody would wait for it."""

import asyncio
import selectors
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from tests.waiting import HANG_SECONDS
from uploader.model.cancel import CancelToken

_Result = TypeVar("_Result")


class Clock:
    """Seconds that pass in no time while a loop of this clock waits for nothing else."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now

    def run(self, begin: Callable[[], Coroutine[Any, Any, _Result]], _: CancelToken) -> _Result:
        """As `own_loop.run`, by this clock."""
        with asyncio.Runner(loop_factory=lambda: _Loop(self)) as runner:
            return runner.run(begin())


class _Loop(asyncio.SelectorEventLoop):
    def __init__(self, clock: Clock) -> None:
        super().__init__(_Selector(clock))
        self._clock = clock

    def time(self) -> float:
        return self._clock.now


class _Selector(selectors.DefaultSelector):
    """Instead of waiting it moves the clock; only for another thread it waits."""

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
