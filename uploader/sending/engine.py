"""The concurrent loop: rows in, outcomes out, never more at once than allowed; it does no IO of its own.

Every turn of the loop is one commit of the ledger: the answers that came, and the intents of the rows that leave now.
A request leaves only after its intent is committed, so after a crash each row is known to have been sent or not.
"""

import asyncio
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from uploader.errors import JournalError
from uploader.model.http import Request, Response, SendFailure
from uploader.model.outcomes import Completion, Dispatch, Outcome, Stop
from uploader.model.rows import Status
from uploader.sending.scheduler import Scheduler

_LONGEST_NAP_SECONDS = 1.0
"""While it waits it tells how long still, this often."""
_NOT_RECORDED = "{why} These answers could not be written down: {answers}."


class Ledger(Protocol):
    """Where intents and answers are made durable."""

    def turn(self, ended: Sequence[Completion], starting: Sequence[Dispatch]) -> Mapping[int, Status]:
        """Commit both, whole and durable, before returning.

        Gives the rows (by number) that must not leave after all, and where they stand: the same request is known.
        Raises JournalError; then nothing of the turn is kept.
        """


@dataclass(slots=True)
class Engine:
    """One run. What is dangerous is handed in.

    `send` makes one bounded attempt and raises nothing; `judge` tells what came of it; `clock` gives seconds; `watch`
    is told of every row that ended; `waits` is told, while nothing may leave, why and for how many seconds still.
    `interrupted` set means: no new rows, wait for the answers under way.
    """

    steering: Scheduler
    ledger: Ledger
    send: Callable[[Request], Coroutine[Any, Any, Response | SendFailure]]
    judge: Callable[[Response | SendFailure], Outcome]
    clock: Callable[[], float]
    sleep: Callable[[float], Coroutine[Any, Any, None]]
    interrupted: asyncio.Event
    watch: Callable[[Status], None]
    waits: Callable[[str, float], None]

    requests: int = field(default=0, init=False)
    _flying: "dict[asyncio.Task[Response | SendFailure], Dispatch]" = field(default_factory=dict, init=False)

    async def run(self) -> Stop | None:
        """Send until no row is left or something stops the run; None, or why it stopped.

        Raises JournalError where answers that came could not be written down.
        """
        interruption = asyncio.create_task(self.interrupted.wait())
        ended: list[Completion] = []
        try:
            while True:
                if self.interrupted.is_set():
                    self.steering.interrupt()
                try:
                    starting = self._starting()
                    held_back = self.ledger.turn(ended, starting) if ended or starting else {}
                except JournalError as why:
                    await self._save_what_came(ended, why)
                    return self.steering.stop
                self._leave(starting, held_back)
                for end in ended:
                    if not end.goes_again:
                        self.watch(end.status)
                ended = []
                if held_back:
                    await asyncio.sleep(0)  # those beside them leave now, and their answers are not kept waiting
                    continue
                if not self._flying and self.steering.is_over():
                    return self.steering.stop
                await self._something_happens(interruption)
                ended = self._ended()
        finally:
            interruption.cancel()
            for task in self._flying:
                task.cancel()

    def _starting(self) -> list[Dispatch]:
        """The rows that leave now."""
        starting: list[Dispatch] = []
        now = self.clock()
        while start := self.steering.next(now, len(self._flying) + len(starting)):
            starting.append(start)
        return starting

    def _leave(self, starting: Sequence[Dispatch], held_back: Mapping[int, Status]) -> None:
        for start in starting:
            if (status := held_back.get(start.row.number)) is not None:
                self.steering.held_back()
                self.watch(status)
            else:
                self.requests += 1
                self._flying[asyncio.create_task(self.send(start.request))] = start

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
        """A task that ends when a row may leave that can't leave yet only because of the time, or a little before."""
        now = self.clock()
        due = self.steering.due(now, len(self._flying))
        if due is None:
            return None
        seconds, why = max(due - now, 0.0), self.steering.waits_for(now)
        if why and not self._flying:
            self.waits(why, seconds)
            seconds = min(seconds, _LONGEST_NAP_SECONDS)
        return asyncio.create_task(self.sleep(seconds))

    def _ended(self) -> list[Completion]:
        done = [task for task in self._flying if task.done()]
        now = self.clock()
        return [self._judged(task, now) for task in done]

    def _judged(self, task: "asyncio.Task[Response | SendFailure]", now: float) -> Completion:
        return self.steering.ended(self._flying.pop(task), self.judge(task.result()), now)

    async def _save_what_came(self, ended: list[Completion], why: JournalError) -> None:
        """The journal failed: nothing leaves any more, and the answers that came or come are tried once more."""
        self.steering.give_up(str(why).rstrip("."))
        if self._flying:
            await asyncio.wait(self._flying)
        ended = [*ended, *self._ended()]
        try:
            self.ledger.turn(ended, [])
        except JournalError:
            answers = "; ".join(f"row {end.start.row.number} {end.status}" for end in ended)
            raise JournalError(_NOT_RECORDED.format(why=why, answers=answers)) from why
