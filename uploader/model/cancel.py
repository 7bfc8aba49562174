"""The wish to end what is being done, from any thread: every long step looks for it."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from uploader.errors import CancelledError


class CancelToken:
    """Set once, never unset. Long steps call `check` now and then; what waits is woken by `calling`."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._is_set = False
        self._callbacks: list[Callable[[], None]] = []

    @property
    def is_cancelled(self) -> bool:
        """Whether somebody wants it to end."""
        return self._is_set

    def cancel(self) -> None:
        """Ask for the end; from any thread, also from a signal handler."""
        self._is_set = True  # first: a handler may interrupt whoever holds the lock
        for callback in list(self._callbacks):
            callback()

    def check(self) -> None:
        """Raises CancelledError where somebody wants the end."""
        if self._is_set:
            raise CancelledError

    @contextmanager
    def calling(self, callback: Callable[[], None]) -> Iterator[None]:
        """While the block lasts, `callback` is called when the token is set; at once if it is set already."""
        with self._lock:
            self._callbacks.append(callback)
        try:
            if self._is_set:
                callback()
            yield
        finally:
            with self._lock:
                self._callbacks.remove(callback)
