"""The computer doesn't go to sleep while rows are sent; the one door of `wakepy`.

Where that can't be had nothing is said, and nothing waits for it: a run that was put to sleep can be resumed.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress

_AFTER_SECONDS = 2
"""A short run is over before the library is imported: no computer goes to sleep right after it was used."""
_PATIENCE_SECONDS = 1
"""For the end of it. What comes later ends with the process."""


def _held() -> AbstractContextManager[object]:
    from wakepy import keep  # noqa: PLC0415  # a short run must not pay for it

    return keep.running(on_fail="pass")


@contextmanager
def kept_awake(
    hold: Callable[[], AbstractContextManager[object]] = _held, after_seconds: float = _AFTER_SECONDS
) -> Iterator[None]:
    """Keep the computer from sleeping while the block lasts, from some seconds on; its screen may go dark.

    It is done in a thread: a desktop that doesn't answer would hold up the rows for seconds.
    """
    ended = threading.Event()
    thread = threading.Thread(target=_hold_until, args=(ended, hold, after_seconds), name="awake", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join(_PATIENCE_SECONDS)


def _hold_until(
    ended: threading.Event, hold: Callable[[], AbstractContextManager[object]], after_seconds: float
) -> None:
    if not ended.wait(after_seconds):
        with suppress(Exception), hold():  # whatever the desktop says: the rows go without it
            ended.wait()
