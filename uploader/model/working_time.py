"""How long something takes, without the time in which a person thinks about a question."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager


class WorkingTime:
    """A clock that is stopped while a person is asked."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._asked = 0.0

    def now(self) -> float:
        """Seconds since some moment in the past, without those of questions."""
        return self._clock() - self._asked

    @contextmanager
    def asking(self) -> Iterator[None]:
        """The block waits for a person."""
        began = self._clock()
        try:
            yield
        finally:
            self._asked += self._clock() - began
