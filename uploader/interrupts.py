"""Ctrl-C, SIGTERM and a closed terminal: the first asks a run to end in order, the second leaves at once."""

import asyncio
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

_SIGNALS = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")
"""Those that the platform has are taken; Windows has no SIGHUP, others no SIGBREAK."""


@contextmanager
def interruptions(interrupted: asyncio.Event, first: Callable[[], None]) -> Iterator[None]:
    """While the block lasts, the first such signal sets the event and calls `first`, a second raises KeyboardInterrupt.

    In another thread than the main one it does nothing: there the caller interrupts by setting the event.
    """
    loop = asyncio.get_running_loop()

    def handler(_: int, __: FrameType | None) -> None:
        if interrupted.is_set():
            raise KeyboardInterrupt
        interrupted.set()
        loop.call_soon_threadsafe(first)  # wakes the loop, too

    # signal.signal and not the loop's own handlers: Windows has none of those.
    numbers = [getattr(signal, name) for name in _SIGNALS if hasattr(signal, name)]
    if hasattr(signal, "SIGHUP") and signal.getsignal(signal.SIGHUP) is signal.SIG_IGN:
        numbers.remove(signal.SIGHUP)  # started by nohup: it is meant to outlive its terminal
    if threading.current_thread() is not threading.main_thread():
        numbers = []
    before = {number: signal.signal(number, handler) for number in numbers}
    try:
        yield
    finally:
        for number, old in before.items():
            signal.signal(number, old)
