"""How fast to send and how long to wait before trying again: pure arithmetic, no clock of its own.

All times are seconds of the caller's clock.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

FIRST_WAIT_SECONDS = 0.5
LONGEST_WAIT_SECONDS = 16.0
TRIES = 7
"""Attempts at what certainly did not arrive: 0.5 + 1 + 2 + 4 + 8 + 16 s of waiting at the most."""
RETRYING_SECONDS = 40.0
"""And no attempt begins later than this after the first that failed: with 15 s to connect, all is over within 60 s."""
THROTTLED_SECONDS = 120.0
"""How long an API may keep asking us to slow down, and take nothing in between, before the run stops."""
LONGEST_RETRY_AFTER_SECONDS = 60.0
"""What is obeyed at the most when a server says how long to wait."""
OLD_NEWS_SECONDS = 5.0
"""What another sender tells of is younger: it tells within two seconds, of an answer that came at once, mostly."""
LONGEST_PAUSE_SECONDS = 48 * 3600.0
"""How long `--wait` waits for one pause to end: a daily quota comes back within a day, whatever its hour."""

_GROWTH = 0.1
"""Of the places at once, for each answer that was no refusal."""
_FIRST_GAP_SECONDS = 0.25
_LONGEST_GAP_SECONDS = 16.0
_GAP_SHRINKS_TO = 0.9
_GAP_THAT_COUNTS_SECONDS = 0.05


def wait_before_retry(tries: int, random: Callable[[], float], retry_after_seconds: float = 0.0) -> float:
    """Seconds to wait after the `tries`-th attempt (from 1): doubling, and by half jittered with `random` (0 to 1).

    `min(LONGEST, FIRST * 2 ** (tries - 1)) * (0.5 + random() / 2)`, and no less than what the server asks for, as far
    as that is obeyed.
    """
    longest = min(LONGEST_WAIT_SECONDS, FIRST_WAIT_SECONDS * 2.0 ** min(tries - 1, 16))
    return max(longest * (0.5 + random() / 2), min(retry_after_seconds, LONGEST_RETRY_AFTER_SECONDS))


@dataclass(slots=True)
class FailureStreak:
    """Failures in a row, with nothing taken in between; those of one burst count as one."""

    count: int = 0
    since: float = 0.0
    """When the first of them left."""
    _last: float = 0.0

    def add(self, left_at: float, now: float) -> None:
        """One more, of a request that left at `left_at`; it counts if it left after the last one was known."""
        if self.count and left_at <= self._last:
            return
        self.since = left_at if self.count == 0 else self.since
        self.count += 1
        self._last = now

    def clear(self, left_at: float) -> None:
        """A request that left at `left_at` was taken: it ends the streak, if it left after the last one was known."""
        if left_at > self._last:
            self.count = 0


@dataclass(slots=True)
class Throttle:
    """The pace that the server takes: halved on a refusal, grown slowly after each answer that is none.

    First the places at once are halved; when only one is left, the gap between two starts doubles.
    """

    most: int
    """Places at once."""
    least_gap: float = 0.0
    """Seconds from one start to the next."""
    places: float = field(init=False)
    gap: float = field(init=False)
    _lowered_at: float = field(default=float("-inf"), init=False)

    def __post_init__(self) -> None:
        self.places, self.gap = float(self.most), self.least_gap

    def lower(self, left_at: float, now: float) -> bool:
        """The server refused a request that left at `left_at`; gives whether that says something new.

        One that left at the old pace does not.
        """
        if left_at <= self._lowered_at:
            return False
        self._lowered_at = now
        if self.places > 1:
            self.places = max(1.0, self.places / 2)
        else:
            self.gap = min(_LONGEST_GAP_SECONDS, max(self.gap * 2, _FIRST_GAP_SECONDS))
        return True

    def grow(self) -> None:
        """The server took a request."""
        if self.gap > self.least_gap:
            shorter = self.gap * _GAP_SHRINKS_TO
            self.gap = max(self.least_gap, shorter if shorter > _GAP_THAT_COUNTS_SECONDS else 0.0)
        else:
            self.places = min(float(self.most), self.places + _GROWTH)
