"""Until when a request may leave: where others may take a sender's place once it is silent, not long after its intent.

A computer may sleep, or a process be stopped, between the intent and the request.
"""

import time

_COUNTS_SLEEP = getattr(time, "CLOCK_BOOTTIME", None) or getattr(time, "CLOCK_MONOTONIC", None)
"""On Linux only the first one does; on a Mac, where `time.monotonic` does not, the second one."""


class TooLateToLeaveError(Exception):
    """Not a byte of the request has left, and none may now."""


def now() -> float:
    """Seconds since some moment in the past, with those in which the computer slept."""
    return time.monotonic() if _COUNTS_SLEEP is None else time.clock_gettime(_COUNTS_SLEEP)
