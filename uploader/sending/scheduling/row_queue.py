"""The rows of a run that have not left, or leave again: in which order, and when at the earliest."""

import heapq
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

from uploader.model.http import Request
from uploader.model.outcomes import Dispatch
from uploader.model.rows import WaitingRow
from uploader.sending.scheduling.rows_aside import RowsAside


@dataclass(slots=True)
class RowQueue:
    """Those that were put back come first, then those that go again, then those set aside, then new ones in order."""

    rows: Iterator[WaitingRow]
    build: Callable[[WaitingRow], Request]
    """Makes a row's request."""
    first: int | None
    """How many rows are given out at the most."""

    aside: RowsAside = field(default_factory=RowsAside, init=False)
    are_new_left: bool = field(default=True, init=False)
    """As far as is known."""
    _again: "list[tuple[float, int, int, Dispatch]]" = field(default_factory=list, init=False)
    """A heap of rows that go again: when at the earliest, attempts, row number, their last dispatch."""
    _put_back: "deque[Dispatch]" = field(default_factory=deque, init=False)
    """Those that were given out and have not left after all, in their order."""
    _given_out: int = field(default=0, init=False)

    @property
    def goes_again(self) -> bool:
        """Whether a row waits to go again."""
        return bool(self._again or self._put_back)

    def next(self, now: float, *, only_again: bool, together: int = 1) -> Dispatch | None:
        """The row whose turn it is, if one may leave now; up to so many new ones leave together.

        Those that go again, or were set aside, stay with the rows that they were with.
        """
        again = self._next_put_back(now) or self._next_again(now)
        return again or (None if only_again else self.aside.next(now) or self._next_new(now, together))

    def due(self, *, only_again: bool) -> float | None:
        """When a row may leave at the earliest, -inf for at once; None if none is left."""
        if self._put_back or (self.are_new_left and not only_again):
            return float("-inf")
        dues = [self._again[0][0]] if self._again else []
        if not only_again and (asked_at := self.aside.due()) is not None:
            dues.append(asked_at)
        return min(dues, default=None)

    def send_again(self, dispatch: Dispatch, due: float) -> None:
        """It is sent once more, not before `due`."""
        heapq.heappush(self._again, (due, dispatch.nth, dispatch.row.number, dispatch))

    def put_back(self, dispatches: Sequence[Dispatch]) -> None:
        """They have not left: they are the next again, in this order, and that isn't a new attempt."""
        self._put_back.extendleft(reversed(dispatches))

    def renewed(self, rows: Iterator[WaitingRow], besides: Sequence[Dispatch]) -> "RowQueue":
        """A queue of other rows; those in this one, and `besides`, that were given out count no more."""
        renewed = RowQueue(rows, self.build, self.first)
        unsent = [*besides, *self._put_back, *(again for *_, again in self._again), *self.aside.each()]
        renewed._given_out = self._given_out - sum(len(one.beside) + 1 for one in unsent)
        return renewed

    def hold_back(self, rows: int) -> None:
        """So many rows that were given out are not sent after all, so others may be."""
        self._given_out -= rows
        self.are_new_left = True

    def _next_put_back(self, now: float) -> Dispatch | None:
        if not self._put_back:
            return None
        last = self._put_back.popleft()
        return last._replace(at=now, first_at=last.first_at + now - last.at)

    def _next_again(self, now: float) -> Dispatch | None:
        if not self._again or self._again[0][0] > now:
            return None
        due, *_, last = heapq.heappop(self._again)
        late = now - max(due, last.at)
        return last._replace(nth=last.nth + 1, at=now, first_at=last.first_at + late, aside_since=None)

    def _next_new(self, now: float, together: int) -> Dispatch | None:
        first = self._new_row(now)
        if first is None or together == 1:
            return first
        return first._replace(beside=tuple(islice(iter(lambda: self._new_row(now), None), together - 1)))

    def _new_row(self, now: float) -> Dispatch | None:
        waiting = None if self._given_out == self.first else next(self.rows, None)
        if waiting is None:
            self.are_new_left = False
            return None
        self._given_out += 1
        return Dispatch(waiting.row, self.build(waiting), at=now, first_at=now)
