"""How many requests may begin in a time: `N/s` or `N/m`, as a template and a person write it."""

import re

_RATE = re.compile(r"([0-9]{1,6}(?:\.[0-9]{1,6})?)/([sm])")
_UNITS = {"s": 1.0, "m": 60.0}
_FASTEST_A_SECOND = 1_000
_SLOWEST_SECONDS = 3_600
"""From one request to the next."""


def is_rate(text: str) -> bool:
    """Whether a text is a rate: `N/s` or `N/m`, no slower than one request an hour, no faster than 1,000 a second."""
    match = _RATE.fullmatch(text)
    if match is None:
        return False
    a_second = float(match[1]) / _UNITS[match[2]]
    return 1 / _SLOWEST_SECONDS <= a_second <= _FASTEST_A_SECOND


def seconds_between(rate: str | None) -> float:
    """Seconds between two starts at a rate; 0 without one."""
    if rate is None:
        return 0.0
    count, _, unit = rate.partition("/")
    return _UNITS[unit] / float(count)
