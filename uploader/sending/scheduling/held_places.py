"""Places at the API that requests keep of which nobody knows whether it still works on them: pure arithmetic."""

from bisect import insort
from collections.abc import Iterable
from dataclasses import dataclass, field

ON_ITS_WAY_SECONDS = 15.0
"""A request reaches the API no later than this after it left: connecting alone may take as long."""


@dataclass(slots=True)
class HeldPlaces:
    """Until when each of them is kept. All times are seconds of the caller's clock."""

    seconds: float
    """How long the API works on a request at the most."""
    _until: list[float] = field(default_factory=list, init=False)
    """The earliest first."""

    def keep(self, left_at: Iterable[float], now: float) -> None:
        """Requests that left then have no answer and never get one: the API may work on each from when it came."""
        for left in left_at:
            until = min(now, left + ON_ITS_WAY_SECONDS) + self.seconds
            if until > now:
                insort(self._until, until)

    def count(self, now: float) -> int:
        """How many are kept now."""
        self._until = [until for until in self._until if until > now]
        return len(self._until)

    def until_no_more_than(self, most: int) -> float | None:
        """When `most` of them are left; None where that never happens."""
        return self._until[len(self._until) - most - 1] if 0 <= most < len(self._until) else None
