"""The concurrent loop: rows in, outcomes out, never more at once than allowed. It does no IO of its own.

Each turn of the loop is one commit of the ledger: the answers that came, and the intents of the rows that are sent now.
A request is sent only after its intent is committed, so after a crash it is known of each row whether it was sent.
"""

import asyncio
from collections.abc import Callable, Coroutine, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from uploader.errors import JournalError, JournalLostError
from uploader.i18n import Message
from uploader.model.cancel import CancelToken
from uploader.model.events import Event, Interrupting, RowDone, Waited
from uploader.model.http import Arrival, Request, Response, SendFailure
from uploader.model.outcomes import Completion, Dispatch, Outcome, Stop
from uploader.model.resend import HeldBack, NotYet, UnderWay
from uploader.model.rows import Status
from uploader.model.wakeful_time import wakeful_seconds
from uploader.sending import reasons
from uploader.sending.batching import Batching, completions_of_rows
from uploader.sending.scheduling.scheduler import Scheduler
from uploader.sending.waking import into_loop

_LONGEST_NAP_SECONDS = 1.0
"""How often it reports the time left while it waits."""


_LONGEST_GATHERING_SECONDS = 0.05


class Ledger(Protocol):
    """Where intents and answers are recorded, of each row its own: the journal's `RunLedger`."""

    def commit(self, completions: Sequence[Completion], dispatches: Sequence[Dispatch], /) -> Mapping[int, HeldBack]:
        """Write down both, whole and durable, before returning.

        Gives the rows (by number) that must not leave after all, and their status: the same request is known. Of one
        that is under way in another run, or for which it is too early, nothing is written down; it is asked about
        again. Raises JournalError; then nothing of it is kept. JournalLostError says that a later try may succeed.
        """
        ...


@dataclass(slots=True)
class Engine:
    """One run. What is dangerous is handed in.

    `send` makes one bounded attempt and raises nothing; `judge` says what came of it; `clock` gives seconds; `on_event`
    hears of every row that ended, and, while nothing may leave, why and for how many seconds still. Once `cancel` is
    set, no new row leaves, and the answers under way are waited for.
    """

    scheduler: Scheduler
    ledger: Ledger
    send: Callable[[Request], Coroutine[Any, Any, Response | SendFailure]]
    judge: Callable[[Response | SendFailure], Outcome]
    clock: Callable[[], float]
    sleep: Callable[[float], Coroutine[Any, Any, None]]
    cancel: CancelToken
    on_event: Callable[[Event], None]
    batching: Batching | None = None
    """Where rows share requests."""
    leave_within_seconds: float | None = None
    """How long after its intent a request may leave; what can't any more goes again. None: whenever."""
    awake: Callable[[], float] = wakeful_seconds
    """Gives seconds, those included in which the computer slept."""

    is_journal_lost: bool = field(default=False, init=False)
    """That is why it ended. The journal may come back, and what came is kept."""
    requests: int = field(default=0, init=False)
    waited_seconds: float = field(default=0.0, init=False)
    """In which nothing was under way and nothing could leave, and not because of the pace."""
    _in_flight: "dict[asyncio.Task[Response | SendFailure], Dispatch]" = field(default_factory=dict, init=False)
    _ended: "list[asyncio.Task[Response | SendFailure]]" = field(default_factory=list, init=False)
    """Those under way whose answer came since the last turn."""
    _news: asyncio.Event = field(default_factory=asyncio.Event, init=False)
    """An answer came, the end was asked for, or it is time."""
    _is_gathering: bool = field(default=False, init=False)
    """Single answers are no news: they wait for others."""
    _committed_at: float = field(default=float("-inf"), init=False)
    _commit_seconds: float = field(default=0.0, init=False)
    """How long the last commit took."""

    async def run(self) -> Stop | None:
        """Send until no row is left or something stops the run; None, or why it stopped.

        Raises JournalError where answers that came could not be written down.
        """
        with self._woken():
            try:
                return await self._turns()
            finally:
                for task in self._in_flight:
                    task.cancel()

    @contextmanager
    def _woken(self) -> Iterator[None]:
        """While the block lasts, the token and the other senders wake the run, whatever thread that is in."""
        is_told = False

        def wake() -> None:
            nonlocal is_told
            if not is_told:
                is_told = True
                self._news.set()
                self.on_event(Interrupting())

        with (
            self.cancel.calling(into_loop(wake)),
            self.scheduler.teammates.calling(into_loop(self._news.set)),
        ):
            yield

    async def _turns(self) -> Stop | None:
        completions: list[Completion] = []
        while True:
            if self.cancel.is_cancelled:
                self.scheduler.interrupt()
            self.scheduler.hear(self.clock())
            began, dispatches = self.awake(), list[Dispatch]()
            try:
                self._take(dispatches)
                held_back = self._commit(completions, dispatches) if completions or dispatches else {}
            except JournalError as why:
                self.scheduler.put_back(dispatches, self.clock(), 0.0)
                await self._save_what_came(completions, why)
                return self.scheduler.stop
            self._leave(dispatches, held_back, began)
            self._report(completions)
            completions = []
            if held_back:
                await asyncio.sleep(0)  # those beside them leave now, and their answers are not kept waiting
                continue
            if not self._in_flight and self.scheduler.is_over():
                return self.scheduler.stop
            await self._something_happens()
            await self._gather()
            completions = self._completions()

    def _commit(self, completions: Sequence[Completion], dispatches: Sequence[Dispatch]) -> Mapping[int, HeldBack]:
        began = self.clock()
        held_back = self.ledger.commit(completions, dispatches)
        self._committed_at = self.clock()
        self._commit_seconds = self._committed_at - began
        return held_back

    def _take(self, dispatches: list[Dispatch]) -> None:
        """Add what leaves now: each a request, of one row or of several."""
        now = self.clock()
        while dispatch := self.scheduler.next(now, len(self._in_flight) + len(dispatches)):
            dispatches.append(dispatch)

    def _leave(self, dispatches: Sequence[Dispatch], held_back: Mapping[int, HeldBack], began: float) -> None:
        """Let the requests go whose intents were committed at `began` or later."""
        for dispatch in dispatches:
            going = self._without(held_back, dispatch) if held_back else dispatch
            if going is not None:
                request = going.request if self.batching is None else self.batching.request(going)
                if self.leave_within_seconds is not None:
                    request = replace(request, leaves_by=began + self.leave_within_seconds)
                self.requests += request.unsendable is None
                task = asyncio.create_task(self._attempt(request))
                task.add_done_callback(self._note_end)
                self._in_flight[task] = going
        if held_back:
            self._put_back(dispatches, held_back)

    def _put_back(self, dispatches: Sequence[Dispatch], held_back: Mapping[int, HeldBack]) -> None:
        """What may not leave yet is the next to leave."""
        early = [
            dispatch.of_only(rows)
            for dispatch in dispatches
            if (rows := [one for one in dispatch.each() if isinstance(held_back.get(one.row.number), NotYet)])
        ]
        if early:
            seconds = min(why.seconds for why in held_back.values() if isinstance(why, NotYet))
            self.scheduler.put_back(early, self.clock(), seconds)

    def _without(self, held_back: Mapping[int, HeldBack], dispatch: Dispatch) -> Dispatch | None:
        """What leaves of a request once some of its rows must not; None where none is left."""
        rows = dispatch.each()
        leaving = [one for one in rows if one.row.number not in held_back]
        aside = [one for one in rows if isinstance(held_back.get(one.row.number), UnderWay)]
        known = [status for one in rows if isinstance(status := held_back.get(one.row.number), Status)]
        if aside:
            self.scheduler.put_aside(dispatch.of_only(aside), self.clock(), others_leave=bool(leaving))
        if known:
            self.scheduler.hold_back(dispatch, rows=len(known), others_leave=bool(leaving))
        for status in known:
            self.on_event(RowDone(status))
        return dispatch.of_only(leaving) if leaving else None

    async def _attempt(self, request: Request) -> Response | SendFailure:
        if request.unsendable is None:
            return await self.send(request)
        return SendFailure(Arrival.NEVER, request.unsendable, 0, advice=Message("advice.not_as_planned"))

    def _report(self, completions: Sequence[Completion]) -> None:
        for completion in completions:
            if not completion.goes_again:
                self.on_event(RowDone(completion.status))

    def _note_end(self, task: "asyncio.Task[Response | SendFailure]") -> None:
        self._ended.append(task)
        if not self._is_gathering or len(self._ended) == len(self._in_flight):
            self._news.set()

    async def _something_happens(self) -> None:
        """Wait for an answer, for the interruption, or for the time at which the next row may leave."""
        now = self.clock()
        due = self.scheduler.due(now, len(self._in_flight))
        wait = None if due is None or self._in_flight else self.scheduler.wait(now, due)
        if wait is not None:
            self.on_event(wait)
        timer = None if due is None else self._timer(due - now, may_end_early=wait is not None)
        await self._news.wait()
        self._news.clear()
        if timer is not None:
            timer.cancel()
        if wait is not None:
            waited = self.clock() - now
            self.waited_seconds += waited
            self.on_event(Waited(waited))

    async def _gather(self) -> None:
        """Wait for more answers, so that they share a commit: the next begins later than the last by what that took.

        So a slow disk is busy for half of the time at the most, and where answers are rare, none waits.
        """
        left = self._committed_at + min(self._commit_seconds, _LONGEST_GATHERING_SECONDS) - self.clock()
        if left <= 0 or not self._ended or len(self._ended) == len(self._in_flight):
            return
        self._is_gathering = True
        with suppress(TimeoutError):
            async with asyncio.timeout(left):
                await self._news.wait()
        self._is_gathering = False
        self._news.clear()

    def _timer(self, seconds: float, *, may_end_early: bool) -> "asyncio.Task[None]":
        """Wakes the run when a row may leave that can't leave yet only because of the time, or a little before."""
        longest = _LONGEST_NAP_SECONDS if may_end_early else seconds
        timer = asyncio.create_task(self.sleep(max(0.0, min(seconds, longest))))
        timer.add_done_callback(self._note_time)
        return timer

    def _note_time(self, timer: "asyncio.Task[None]") -> None:
        if not timer.cancelled():
            self._news.set()

    def _completions(self) -> list[Completion]:
        ended, self._ended, now = self._ended, [], self.clock()
        if self.batching is None:
            answered = [(self._in_flight.pop(task), self.judge(task.result())) for task in ended]
            return [self.scheduler.complete(dispatch, outcome, now) for dispatch, outcome in answered]
        return [done for task in ended for done in self._completions_of_rows(self.batching, task, now)]

    def _completions_of_rows(
        self, batching: Batching, task: "asyncio.Task[Response | SendFailure]", now: float
    ) -> Sequence[Completion]:
        dispatch = self._in_flight.pop(task)
        outcomes = batching.judge(task.result(), len(dispatch.beside) + 1)
        return completions_of_rows(self.scheduler, dispatch, outcomes, now)

    async def _save_what_came(self, completions: list[Completion], why: JournalError) -> None:
        """The journal failed: nothing leaves any more, and the answers that came or come are tried once more."""
        is_why = self.scheduler.stop is None or self.scheduler.stop.is_a_guess
        self.is_journal_lost = is_why and isinstance(why, JournalLostError)
        self.scheduler.give_up(reasons.journal_failed(why))
        if self._in_flight:
            await asyncio.wait(self._in_flight)
        completions = [*completions, *self._completions()]
        try:
            self.ledger.commit(completions, [])
        except JournalError:
            self.is_journal_lost = False  # what was lost is more than that
            raise JournalError(reasons.not_recorded(why, completions)) from why
        self._report(completions)
