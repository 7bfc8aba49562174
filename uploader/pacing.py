"""How fast to send and how long to wait before trying again: pure arithmetic, no clock of its own."""

from collections.abc import Callable

FIRST_WAIT_SECONDS = 0.5
LONGEST_WAIT_SECONDS = 16.0
TRIES = 7
"""Attempts for one row that certainly was not taken: 0.5 + 1 + 2 + 4 + 8 + 16 s of waiting at the most, under 60 s."""


def wait_before_retry(tries: int, random: Callable[[], float]) -> float:
    """Seconds to wait after the `tries`-th attempt (from 1): doubling, and by half jittered with `random` (0 to 1).

    `min(LONGEST, FIRST * 2 ** (tries - 1)) * (0.5 + random() / 2)`
    """
    longest = min(LONGEST_WAIT_SECONDS, FIRST_WAIT_SECONDS * 2.0 ** (tries - 1))
    return longest * (0.5 + random() / 2)


def seconds_between(rate: str | None) -> float:
    """Seconds between two starts at a rate of `N/s` or `N/m`; 0 without one."""
    if rate is None:
        return 0.0
    count, _, unit = rate.partition("/")
    return {"s": 1.0, "m": 60.0}[unit] / float(count)
