"""Waiting for an event, with a limit that only a hang reaches."""

import time
from collections.abc import Callable

HANG_SECONDS = 300.0
"""Longer than anything takes that ends at all, however busy the machine is."""
_LOOK_AGAIN_SECONDS = 0.005


def until(happened: Callable[[], object], what: str) -> None:
    """Wait until it has happened. `what` is the failure's text if it never does."""
    latest = time.monotonic() + HANG_SECONDS
    while not happened():
        assert time.monotonic() < latest, f"waited for ever: {what}"
        time.sleep(_LOOK_AGAIN_SECONDS)
