"""Ctrl-C, SIGTERM and a closed terminal: the first asks a run to end in order, the second leaves at once."""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # every command imports this file, and few of them wait for anything
    import asyncio

_SIGNALS = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")
"""Those that the platform has are taken; Windows has no SIGHUP, others no SIGBREAK."""


@contextmanager
def as_keyboard_interrupts() -> Iterator[None]:
    """While the block lasts, each such signal raises KeyboardInterrupt, as Ctrl-C does by itself."""

    def handler(_: int, __: FrameType | None) -> None:
        raise KeyboardInterrupt

    with _handled_by(handler):
        yield


@contextmanager
def interruptions(
    loop: "asyncio.AbstractEventLoop", interrupted: "asyncio.Event", first: Callable[[], None]
) -> Iterator[None]:
    """While the block lasts, the first such signal sets the event and calls `first`, a second raises KeyboardInterrupt.

    In another thread than the main one it does nothing: there the caller interrupts by setting the event.
    """

    def handler(_: int, __: FrameType | None) -> None:
        if interrupted.is_set():
            raise KeyboardInterrupt
        interrupted.set()
        loop.call_soon_threadsafe(first)  # wakes the loop, too

    with _handled_by(handler):
        yield


@contextmanager
def _handled_by(handler: Callable[[int, FrameType | None], None]) -> Iterator[None]:
    """The signals go to `handler` while the block lasts; in another thread than the main one none can be taken."""
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
