"""How far something is, and how long it will still take, as far as that can be said honestly."""

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from uploader.i18n import Message
from uploader.model.events import Advanced, Event, Interrupting, Phase, PhaseEnded, RestOfJob, RowDone, Waited, Waiting
from uploader.model.rows import Status, counted

_ROWS_TO_JUDGE_BY, _SECONDS_TO_JUDGE_BY = 3, 3.0
"""Before that many rows and seconds nobody can say how long it will take."""
_WINDOW_SECONDS = 120.0
"""The pace is that of so long: an API that becomes slower is noticed."""
_WAIT_WORTH_SAYING = 3.0
_MINUTE, _HOUR = 60, 3600


@dataclass(slots=True)
class Progress:
    """The phase that is under way. Events come from one thread; any thread may read."""

    clock: Callable[[], float] = time.monotonic
    phase: str = ""
    """A name of `PhaseName`; "" between two."""
    total: int = 0
    done: int = 0
    """Here, or by others who send the list, too."""
    counts: Counter[Status] = field(default_factory=Counter)
    """Of the rows that were sent."""
    is_stopping: bool = False
    _waiting: Waiting | None = None
    _waits_until: float = 0.0
    _marks: list[tuple[float, int]] = field(default_factory=list)
    """Moments, without the waits in which nothing was under way, and how many rows were done by then."""
    _waited: float = 0.0

    def on_event(self, event: Event) -> None:
        """Take it in."""
        match event:
            case Phase():
                self.phase, self.total, self.done = event.name, event.total, 0
                self._waiting, self._waited, self._marks = None, 0.0, [(self.clock(), 0)]
                self.counts = Counter()
            case PhaseEnded():
                self.phase, self._waiting = "", None
            case Advanced():
                self._advance(event.rows)
            case RowDone():
                self._waiting = None
                self.counts[event.status] += 1
                self._advance(1)
            case RestOfJob():
                self._advance(max(0, self.total - event.rows - self.done))
            case Waited():
                self._waited += event.seconds
            case Waiting():
                self._waiting, self._waits_until = event, self.clock() + event.seconds
            case Interrupting():
                self.is_stopping = True

    def _advance(self, rows: int) -> None:
        self.done = min(self.done + rows, self.total) if self.phase == "sending" else self.done + rows
        now = self.clock() - self._waited
        if now - self._marks[-1][0] >= 1:  # a mark a second is enough
            self._marks.append((now, self.done))
            while now - self._marks[0][0] > _WINDOW_SECONDS:
                self._marks.pop(0)

    @property
    def percent(self) -> int | None:
        """How much is done; None where nobody knows how much it is. 100 only when all is."""
        return min(100, self.done * 100 // self.total) if self.phase and self.total else None

    @property
    def what(self) -> Message:
        """What is being done."""
        return Message(f"web.progress.{self.phase or 'preparing'}")

    @property
    def how_far(self) -> Message | None:
        """How many rows of how many, and what became of them."""
        if not (self.phase and self.total):
            return None
        facts = {"done": self.done, "count": self.total}
        if self.phase == "sending" and self.done:
            return Message("web.progress.rows_sent", **facts, counts=counted(self.counts))
        return Message("web.progress.rows", **facts)

    @property
    def time_left(self) -> Message | None:
        """How long it will still take at the pace of the last minutes; None where that can't be said yet."""
        marks = self._marks
        if not (marks and self.phase) or self.is_stopping or self.waits_for is not None:
            return None
        (began, before), (latest, after) = marks[0], marks[-1]
        rows, seconds = after - before, latest - began
        if rows < _ROWS_TO_JUDGE_BY or seconds < _SECONDS_TO_JUDGE_BY:
            return None
        return Message("web.progress.left", left=roughly((self.total - self.done) * seconds / rows))

    @property
    def waits_for(self) -> Message | None:
        """Why nothing is sent now, and for how long."""
        left = self._waits_until - self.clock()
        if self._waiting is None or left <= 0 or self._waiting.seconds < _WAIT_WORTH_SAYING:
            return None
        return Message("web.progress.waits", why=self._waiting.reason, left=roughly(left))


def roughly(seconds: float) -> Message:
    """A time that is not known to the second: less than a minute, some minutes, some hours."""
    if seconds < _MINUTE:
        return Message("web.time.seconds", count=max(1, round(seconds / 10)) * 10)
    if seconds < _HOUR:
        return Message("web.time.minutes", count=max(1, round(seconds / _MINUTE)))
    half_hours = round(seconds / _HOUR * 2)
    code = "web.time.hours_and_a_half" if half_hours % 2 else "web.time.hours"
    return Message(code, count=half_hours // 2)
