"""Calls from any thread, on their way into the loop that sends."""

import asyncio
from collections.abc import Callable
from contextlib import suppress


def into_loop(call: Callable[[], object]) -> Callable[[], None]:
    """The same call for any thread: it happens in the loop that runs here now, or no more if that has ended."""
    loop = asyncio.get_running_loop()

    def called() -> None:
        with suppress(RuntimeError):  # the loop was closed meanwhile: there is nothing left to wake
            loop.call_soon_threadsafe(call)

    return called
