"""Rows whose same request is under way in another run: set aside, and asked about again until its outcome is known."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field

from uploader.model.outcomes import Dispatch

ASK_AGAIN_SECONDS = 1.0
LONGEST_ASIDE_SECONDS = 900.0
"""No request of a working run takes this long: the process that it belongs to was suspended."""
_BETWEEN_QUESTIONS_SECONDS = 0.1
"""Each question is a transaction of the journal: however many rows wait, there are few."""


@dataclass(slots=True)
class RowsAside:
    """A queue of them: when to ask again, and the dispatch that could not leave."""

    _rows: "deque[tuple[float, Dispatch]]" = field(default_factory=deque, init=False)
    _last_due: float = field(default=float("-inf"), init=False)

    def __len__(self) -> int:
        return len(self._rows)

    def put(self, dispatch: Dispatch, now: float) -> Dispatch:
        """Set a row aside, again or for the first time; gives it as it is kept."""
        aside = dispatch._replace(aside_since=now if dispatch.aside_since is None else dispatch.aside_since)
        self._last_due = max(now + ASK_AGAIN_SECONDS, self._last_due + _BETWEEN_QUESTIONS_SECONDS)
        self._rows.append((self._last_due, aside))
        return aside

    def next(self, now: float) -> Dispatch | None:
        """The row to send if the other run is done with its request; None if none is due. It isn't a new attempt."""
        if not self._rows or self._rows[0][0] > now:
            return None
        aside = self._rows.popleft()[1]
        return aside._replace(at=now, first_at=now if aside.nth == 1 else aside.first_at)

    def each(self) -> Sequence[Dispatch]:
        """All that are set aside."""
        return [aside for _, aside in self._rows]

    def due(self) -> float | None:
        """When a row is asked about again."""
        return self._rows[0][0] if self._rows else None

    def patience(self, now: float) -> float:
        """How many seconds the run waits at the most if none of them moves."""
        longest = max((since for _, row in self._rows if (since := row.aside_since) is not None), default=now)
        return max(0.0, longest + LONGEST_ASIDE_SECONDS - now)


def is_halted(aside: Dispatch, now: float) -> bool:
    """Whether the other run has taken longer than a run does that works."""
    return aside.aside_since is not None and now > aside.aside_since + LONGEST_ASIDE_SECONDS
