"""The concurrent loop: rows in, outcomes out, never more at once than allowed; it does no IO of its own.

Every turn of the loop is one commit of the ledger: the answers that came, and the intents of the rows that leave now.
A request leaves only after its intent is committed, so after a crash each row is known to have been sent or not.
"""

import asyncio
import heapq
from collections.abc import Callable, Coroutine, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from uploader.model import STATUS_OF, Failure, Meaning, Outcome, Reply, Request, Row, Status, Stop
from uploader.pacing import TRIES, wait_before_retry

FIRST_ALONE = 3
"""How many rows may go alone, one after the other, until one of them gets an answer that can be used."""
UNKNOWN_IN_A_ROW = 5

_WENT_WRONG = {
    Meaning.STOP: "the API refused the request: {why}",
    Meaning.PAUSE: "the API takes no more requests now: {why}",
    Meaning.SLOW_DOWN: f"the API asked to slow down {TRIES} times for the same row: {{why}}",
    Meaning.OUT_OF_REACH: f"the API could not be reached in {TRIES} attempts: {{why}}",
}
_UNKNOWN_FROM_THE_START = f"the first {FIRST_ALONE} rows got no usable answer"
_TOO_MANY_UNKNOWN = f"{UNKNOWN_IN_A_ROW} rows one after the other got no usable answer"
_INTERRUPTED = "interrupted"


@dataclass(frozen=True, slots=True)
class Start:
    """A row about to leave, with its request; `nth` counts its attempts in this run from 1."""

    row: Row
    request: Request
    nth: int


@dataclass(frozen=True, slots=True)
class End:
    """A row's attempt that came to its end. `status` is where the row stands now; None while it will go again."""

    start: Start
    outcome: Outcome
    status: Status | None


class Ledger(Protocol):
    """Where intents and answers are made durable."""

    def turn(self, ended: Sequence[End], starting: Sequence[Start]) -> None:
        """Commit both, whole and durable, before returning."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How many requests at once, and seconds from one start to the next."""

    concurrency: int
    seconds_between: float = 0.0


@dataclass(slots=True)
class Pipeline:
    """One run over the rows that have not been sent yet. What is dangerous is handed in.

    `rows` come in the order in which they should leave; `build` makes a row's request; `send` makes one bounded attempt
    and raises nothing; `judge` tells what came of it; `clock` gives seconds; `random` gives 0 to 1; `watch` is told
    of every row that ended. `interrupted` set means: no new rows, wait for the answers under way.
    """

    rows: Iterator[Row]
    ledger: Ledger
    pace: Pace
    build: Callable[[Row], Request]
    send: Callable[[Request], Coroutine[Any, Any, Reply | Failure]]
    judge: Callable[[Reply | Failure], Outcome]
    clock: Callable[[], float]
    sleep: Callable[[float], Coroutine[Any, Any, None]]
    random: Callable[[], float]
    interrupted: asyncio.Event
    watch: Callable[[Status], None]

    requests: int = field(default=0, init=False)
    _flying: "dict[asyncio.Task[Reply | Failure], Start]" = field(default_factory=dict, init=False)
    _again: list[tuple[float, int, Start]] = field(default_factory=list, init=False)
    """A heap of rows that will go again: due time, row number, their last start."""
    _next_start: float = field(default=0.0, init=False)
    _stop: Stop | None = field(default=None, init=False)
    _usable_answer: bool = field(default=False, init=False)
    _unknown_in_a_row: int = field(default=0, init=False)
    _rows_are_left: bool = field(default=True, init=False)

    async def run(self) -> Stop | None:
        """Send until no row is left or something stops the run; None, or why it stopped."""
        interruption = asyncio.create_task(self.interrupted.wait())
        ended: list[End] = []
        try:
            while True:
                if self.interrupted.is_set() and self._stop is None:
                    self._stop = Stop(_INTERRUPTED, None)
                starting = self._starting()
                if ended or starting:
                    self.ledger.turn(ended, starting)
                for start in starting:
                    self.requests += 1
                    self._flying[asyncio.create_task(self.send(start.request))] = start
                for end in ended:
                    if end.status is not None:
                        self.watch(end.status)
                if not self._flying and (self._stop or not (self._again or self._rows_are_left)):
                    return self._stop
                await self._something_happens(interruption)
                ended = self._ended()
        finally:
            interruption.cancel()
            for task in self._flying:
                task.cancel()

    def _starting(self) -> list[Start]:
        """The rows that may leave now: places free, pace kept, those that go again first."""
        starting: list[Start] = []
        places = self.pace.concurrency if self._usable_answer else 1
        while self._stop is None and len(self._flying) + len(starting) < places:
            now = self.clock()
            if now < self._next_start:
                break
            start = self._next(now)
            if start is None:
                break
            starting.append(start)
            self._next_start = now + self.pace.seconds_between
        return starting

    def _next(self, now: float) -> Start | None:
        if self._again and self._again[0][0] <= now:
            last = heapq.heappop(self._again)[2]
            return Start(last.row, last.request, last.nth + 1)
        if self._again and not self._usable_answer:
            return None  # the row that goes alone goes again before another is tried
        row = next(self.rows, None)
        if row is None:
            self._rows_are_left = False
            return None
        return Start(row, self.build(row), 1)

    async def _something_happens(self, interruption: "asyncio.Task[bool]") -> None:
        """Wait for an answer, for the interruption, or for the time at which the next row may leave."""
        waiting: set[asyncio.Future[Any]] = {*self._flying}
        if not self.interrupted.is_set():
            waiting.add(interruption)
        timer = self._timer()
        if timer is not None:
            waiting.add(timer)
        await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        if timer is not None and not timer.done():
            timer.cancel()

    def _timer(self) -> "asyncio.Task[None] | None":
        """A task that ends when a row may leave that can't leave yet only because of the time."""
        places = self.pace.concurrency if self._usable_answer else 1
        if self._stop is not None or len(self._flying) >= places:
            return None
        due = [entry[0] for entry in self._again[:1]]
        if self._rows_are_left and (self._usable_answer or not self._again):
            due.append(self._next_start)
        if not due:
            return None
        wait = max(min(due), self._next_start) - self.clock()
        return asyncio.create_task(self.sleep(max(wait, 0.0)))

    def _ended(self) -> list[End]:
        done = [task for task in self._flying if task.done()]
        return [self._judged(self._flying.pop(task), task.result()) for task in done]

    def _judged(self, start: Start, answer: Reply | Failure) -> End:
        """What the answer means for the row, and for the run."""
        outcome = self.judge(answer)
        meaning = outcome.meaning
        goes_again = meaning in (Meaning.SLOW_DOWN, Meaning.OUT_OF_REACH) and start.nth < TRIES
        if goes_again and self._stop is None:
            due = self.clock() + wait_before_retry(start.nth, self.random)
            heapq.heappush(self._again, (due, start.row.number, start))
            return End(start, outcome, None)
        if meaning in (Meaning.ACCEPTED, Meaning.REJECTED):
            self._usable_answer = True
            self._unknown_in_a_row = 0
        elif meaning is Meaning.UNKNOWN:
            self._unknown_in_a_row += 1
            if not self._usable_answer and self._unknown_in_a_row >= FIRST_ALONE:
                self._stop_because(_UNKNOWN_FROM_THE_START, meaning)
            elif self._unknown_in_a_row >= UNKNOWN_IN_A_ROW:
                self._stop_because(_TOO_MANY_UNKNOWN, meaning)
        elif not goes_again:
            why = outcome.message.strip() or (f"HTTP {outcome.http_status}" if outcome.http_status else outcome.detail)
            self._stop_because(_WENT_WRONG[meaning].format(why=why), meaning)
        return End(start, outcome, STATUS_OF[meaning])

    def _stop_because(self, reason: str, meaning: Meaning) -> None:
        if self._stop is None:
            self._stop = Stop(reason, meaning)
