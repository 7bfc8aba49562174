"""One run: rows go through a transport, and events report what happens. Everything it needs is handed in."""

import asyncio
import random as chance
import time
from collections.abc import Callable, Coroutine, Iterator, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field, replace
from typing import Any

from uploader.errors import CancelledError, JournalError
from uploader.model.cancel import CancelToken
from uploader.model.events import Event, Phase, PhaseEnded, PhaseName, Waited
from uploader.model.http import Request, Response, SendFailure
from uploader.model.outcomes import Outcome, Stop
from uploader.model.rows import WaitingRow
from uploader.model.teammates import ALONE, Teammates
from uploader.sending import own_loop, reasons
from uploader.sending.batching import Batching
from uploader.sending.engine import Engine, Ledger
from uploader.sending.limits import SendLimits
from uploader.sending.scheduling.scheduler import Scheduler
from uploader.sending.transports import Transport

PHASE: PhaseName = "sending"


@dataclass(frozen=True, slots=True)
class SendReport:
    """How a run ended; the ledger has the outcome of each row."""

    requests: int
    """How many were made."""
    stop: Stop | None
    """Why it ended before its rows did, if it did."""
    seconds: float = field(default=0.0, compare=False)
    """How long it sent: without a person's thinking, and without waits in which nothing was under way."""
    is_journal_lost: bool = False
    """It ended because the connection to the journal is lost, which may come back; every answer is kept."""


@dataclass(frozen=True, slots=True)
class _Surroundings:
    """What stays the same when a run continues after a guess."""

    ledger: Ledger
    judge: Callable[[Response | SendFailure], Outcome]
    open_transport: Callable[[], AbstractAsyncContextManager[Transport]]
    on_event: Callable[[Event], None]
    cancel: CancelToken
    clock: Callable[[], float]
    sleep: Callable[[float], Coroutine[Any, Any, None]]
    batching: Batching | None
    leave_within_seconds: float | None

    async def send(self, scheduler: Scheduler) -> SendReport:
        """Send what the scheduler gives out, until it stops."""
        began = self.clock()
        async with self.open_transport() as transport:
            engine = Engine(
                scheduler=scheduler,
                ledger=self.ledger,
                send=transport.send,
                judge=self.judge,
                clock=self.clock,
                sleep=self.sleep,
                cancel=self.cancel,
                on_event=self.on_event,
                batching=self.batching,
                leave_within_seconds=self.leave_within_seconds,
            )
            try:
                stop = await engine.run()
            except JournalError as why:
                stop = Stop(reasons.journal_failed(why), None)
        seconds = self.clock() - began - engine.waited_seconds
        return SendReport(engine.requests, stop, seconds, engine.is_journal_lost)


def send_rows(
    rows: Iterator[WaitingRow],
    ledger: Ledger,
    *,
    build: Callable[[WaitingRow], Request],
    judge: Callable[[Response | SendFailure], Outcome],
    open_transport: Callable[[], AbstractAsyncContextManager[Transport]],
    limits: SendLimits,
    on_event: Callable[[Event], None],
    cancel: CancelToken,
    confirm: Callable[[Stop], bool],
    total: int,
    abandoned: Sequence[float] = (),
    batching: Batching | None = None,
    teammates: Teammates = ALONE,
    leave_within_seconds: float | None = None,
    more: Callable[[SendReport], Iterator[WaitingRow] | None] = lambda _: None,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], Coroutine[Any, Any, None]] = asyncio.sleep,
    random: Callable[[], float] = chance.random,
    run: Callable[[Callable[[], Coroutine[Any, Any, SendReport]], CancelToken], SendReport] = own_loop.run,
) -> SendReport:
    """Send `rows`, `total` of them, until none is left or something stops the run.

    At a stop that is a guess, `confirm` says whether the run continues. `cancel` may be set in any thread: no new row
    leaves then, and the answers under way are waited for. `abandoned` says how many seconds ago requests left whose
    answer never came, in runs of the same token and destination: the API may still be working on them. `batching` is
    how rows share requests, where `limits` lets them. `teammates` are the other senders with the token. No request
    leaves later than `leave_within_seconds` after its intent. At its end, `more` gives the rows with which the run
    continues, if there are any; what is known of the API stays known. `on_event` is called in the thread that sends.
    Raises what `open_transport` raises; a KeyboardInterrupt leaves at once.
    """
    surroundings = _Surroundings(
        ledger, judge, open_transport, on_event, cancel, clock, sleep, batching, leave_within_seconds
    )
    scheduler = Scheduler(limits, rows, build, random, teammates)
    now = clock()
    scheduler.keep_places([now - ago for ago in abandoned], now)
    requests, seconds = 0, 0.0
    on_event(Phase(PHASE, min(total, limits.first or total)))
    try:
        while True:
            report = run(lambda: surroundings.send(scheduler), cancel)
            requests, seconds = requests + report.requests, seconds + report.seconds
            stop = report.stop
            if stop is not None and stop.is_a_guess:
                asked_at = clock()
                stop = _decided(stop, confirm, cancel)
                on_event(Waited(clock() - asked_at))
                if stop is None:
                    scheduler.resume()
                    continue
                scheduler.tell_stop(stop)
            ended = SendReport(requests, stop, seconds, report.is_journal_lost)
            again = _more(more, ended)
            if not isinstance(again, Iterator):
                return ended if again is None else replace(ended, stop=again)
            scheduler.renew(again)
    finally:
        on_event(PhaseEnded(PHASE))


def _more(
    more: Callable[[SendReport], Iterator[WaitingRow] | None], ended: SendReport
) -> Iterator[WaitingRow] | Stop | None:
    """The rows with which it continues, None where there are none, or that the person wants the end."""
    try:
        return more(ended)
    except (KeyboardInterrupt, CancelledError):
        return Stop(reasons.INTERRUPTED, None, interrupted=True)


def _decided(stop: Stop, confirm: Callable[[Stop], bool], cancel: CancelToken) -> Stop | None:
    """What a person decides at a stop that is a guess: None if the run continues."""
    interruption = Stop(reasons.INTERRUPTED, None, interrupted=True)
    try:
        is_confirmed = not cancel.is_cancelled and confirm(stop)
    except (KeyboardInterrupt, CancelledError):
        return interruption
    if cancel.is_cancelled:
        return interruption
    return None if is_confirmed else stop
