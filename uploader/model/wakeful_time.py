"""A clock that goes on while the computer sleeps."""

import time

_COUNTS_SLEEP = getattr(time, "CLOCK_BOOTTIME", None) or getattr(time, "CLOCK_MONOTONIC", None)
"""On Linux only the first one does; on a Mac, where `time.monotonic` does not, the second one."""


def wakeful_seconds() -> float:
    """Seconds since some moment in the past."""
    return time.monotonic() if _COUNTS_SLEEP is None else time.clock_gettime(_COUNTS_SLEEP)
