"""One run as a face sees it: events, the question at a guess, and how it is interrupted; the wire is a script."""

import asyncio
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.clocks import Clock
from tests.transports import SCRIPT_IS_OVER, ScriptedTransport, answer
from tests.waiting import HANG_SECONDS, until
from uploader.errors import CancelledError, JournalError, SettingsError
from uploader.i18n import Message
from uploader.model import advice
from uploader.model.cancel import CancelToken
from uploader.model.events import Event, Interrupting, Phase, PhaseEnded, RowDone, Waited, Waiting
from uploader.model.http import Request, Response, SendFailure
from uploader.model.outcomes import Completion, Dispatch, Outcome, Stop, Verdict
from uploader.model.rows import Row, Status, WaitingRow
from uploader.sending import own_loop
from uploader.sending.limits import SendLimits
from uploader.sending.sender import SendReport, send_rows
from uploader.sending.transports import Transport

ACCEPTED, REJECTED = answer("accepted"), answer("rejected")
INTERRUPTED = Stop(Message("stop.interrupted"), None, interrupted=True)


def judge(given: Response | SendFailure) -> Outcome:
    verdict = Verdict.UNKNOWN if isinstance(given, SendFailure) else Verdict(given.body.decode().strip('"'))
    return Outcome(verdict, advice.NONE, message="why")


@dataclass
class Ledger:
    """Keeps everything; on demand it fails."""

    fails_from: int = 1_000_000
    intents: list[str] = field(default_factory=list)
    statuses: dict[int, Status] = field(default_factory=dict)
    commits: int = 0

    def commit(self, completions: Sequence[Completion], dispatches: Sequence[Dispatch]) -> Mapping[int, Status]:
        self.commits += 1
        if self.commits >= self.fails_from:
            raise JournalError(Message("text", text="The disk is full."))
        self.intents += [dispatch.request.fingerprint for dispatch in dispatches]
        self.statuses |= {done.dispatch.row.number: done.status for done in completions}
        return {}


@dataclass
class Face:
    """Whoever shows a run and answers for it."""

    confirm: Callable[[Stop], bool] = lambda stop: False
    on_event: Callable[[Event], None] = lambda event: None
    cancel: CancelToken = field(default_factory=CancelToken)
    events: list[Event] = field(default_factory=list)
    ledger: Ledger = field(default_factory=Ledger)

    def hear(self, event: Event) -> None:
        self.events.append(event)
        self.on_event(event)

    def send(
        self,
        transport: ScriptedTransport,
        rows: int,
        open_transport: Callable[[], AbstractAsyncContextManager[Transport]] | None = None,
        abandoned: Sequence[float] = (),
        clock: Clock | None = None,
        **limits: Any,
    ) -> SendReport:
        return send_rows(
            iter([WaitingRow(Row(number, ()), f"print {number}") for number in range(2, 2 + rows)]),
            self.ledger,
            build=lambda waiting: Request("POST", "https://x", {}, b"", waiting.fingerprint),
            judge=judge,
            open_transport=open_transport or transport.opened,
            limits=SendLimits(**{"concurrency": 2, **limits}),
            on_event=self.hear,
            cancel=self.cancel,
            confirm=self.confirm,
            total=rows,
            abandoned=abandoned,
            clock=clock or time.monotonic,
            run=clock.run if clock else own_loop.run,
        )


def test_a_run_says_when_it_begins_every_row_that_ended_and_when_it_is_over() -> None:
    face, transport = Face(), ScriptedTransport([ACCEPTED, REJECTED, ACCEPTED])
    assert face.send(transport, rows=3) == SendReport(3, None)
    begun, *done, ended = face.events
    assert (begun, ended) == (Phase("sending", 3), PhaseEnded("sending"))
    statuses = [event.status for event in done if isinstance(event, RowDone)]
    assert sorted(statuses) == [Status.ACCEPTED, Status.ACCEPTED, Status.REJECTED]
    assert len(statuses) == len(done)


def test_a_pilot_is_as_long_as_its_rows() -> None:
    face, transport = Face(), ScriptedTransport(lambda _: ACCEPTED)
    assert face.send(transport, rows=9, first=4) == SendReport(4, None)
    assert face.events[0] == Phase("sending", 4)


def test_the_fingerprint_made_at_staging_is_handed_on() -> None:
    face, transport = Face(), ScriptedTransport(lambda _: ACCEPTED)
    face.send(transport, rows=2)
    assert face.ledger.intents == ["print 2", "print 3"]
    assert [request.fingerprint for request in transport.requests] == ["print 2", "print 3"]


def test_a_wait_is_an_event_with_its_reason() -> None:
    face = Face()
    face.send(ScriptedTransport([answer("slow down"), ACCEPTED]), rows=1)
    [waited] = [event for event in face.events if isinstance(event, Waiting)]
    assert waited.reason == Message("wait.slow_down")
    assert 0 < waited.seconds <= 0.5


def test_at_a_guess_the_person_decides_and_a_transport_is_opened_anew() -> None:
    asked: list[Stop] = []

    def confirm(stop: Stop) -> bool:
        asked.append(stop)
        return len(asked) == 1

    face, transport = Face(confirm), ScriptedTransport(lambda _: REJECTED)
    report = face.send(transport, rows=10, concurrency=1, stop_after=2)
    assert report == SendReport(10, None)  # this answer was said to be all right, so nobody is asked again
    assert [stop.reason for stop in asked] == [Message("stop.too_many_alike", count=2, why="why")]
    assert transport.times_opened == 2
    assert [type(event) for event in face.events].count(Phase) == 1


def test_a_person_who_does_not_want_it_to_continue_ends_it_with_the_guess() -> None:
    face = Face(confirm=lambda stop: False)
    report = face.send(ScriptedTransport(lambda _: REJECTED), rows=10, concurrency=1, stop_after=2)
    assert report.requests == 2
    assert report.stop == Stop(Message("stop.too_many_alike", count=2, why="why"), Verdict.REJECTED, is_a_guess=True)
    assert face.events[-1] == PhaseEnded("sending")


def test_what_earlier_runs_left_without_an_answer_keeps_its_place_and_the_wait_is_told() -> None:
    face, transport, clock = Face(), ScriptedTransport(lambda _: ACCEPTED), Clock()
    left_at: list[float] = []

    def on_event(event: Event) -> None:
        if isinstance(event, RowDone):
            left_at.append(clock.now)

    face.on_event = on_event
    report = face.send(transport, rows=4, held_seconds=60.0, abandoned=[2.0, 30.0, 500.0], clock=clock)
    assert report == SendReport(4, None)
    assert left_at[0] == 45.0  # the one of 30 s ago came 15 s later at the latest
    waits = [event for event in face.events if isinstance(event, Waiting)]
    assert {wait.reason for wait in waits} == {Message("wait.for_place")}
    assert (waits[0].seconds, len(waits)) == (45.0, 45)
    assert sum(event.seconds for event in face.events if isinstance(event, Waited)) == 45.0
    assert report.seconds == 0.0  # it waited, and the answers took no time


def test_a_rate_counts_neither_a_persons_thinking_nor_waits() -> None:
    clock = Clock()

    def confirm(_: Stop) -> bool:
        clock.now += 3600.0
        return True

    async def refused(_: Request) -> Response:
        await asyncio.sleep(2.0)
        return REJECTED

    face = Face(confirm)
    report = face.send(ScriptedTransport(refused), rows=5, concurrency=1, stop_after=2, clock=clock)
    assert (report.requests, report.seconds) == (5, 10.0)
    assert [event for event in face.events if isinstance(event, Waited)] == [Waited(3600.0)]


def test_nobody_is_asked_where_the_stop_is_no_guess() -> None:
    def confirm(stop: Stop) -> bool:
        raise AssertionError("there is nothing to decide")

    report = Face(confirm).send(ScriptedTransport(lambda _: answer("stop")), rows=3)
    assert report == SendReport(1, Stop(Message("stop.refused", why="why"), Verdict.STOP))


@pytest.mark.parametrize("way_out", [KeyboardInterrupt, CancelledError])
def test_leaving_at_the_question_is_an_interruption(way_out: type[BaseException]) -> None:
    def confirm(stop: Stop) -> bool:
        raise way_out

    report = Face(confirm).send(ScriptedTransport(lambda _: REJECTED), rows=9, concurrency=1, stop_after=1)
    assert report == SendReport(1, INTERRUPTED)


def test_cancelling_while_the_question_is_open_is_an_interruption_whatever_the_answer() -> None:
    face = Face()

    def confirm(stop: Stop) -> bool:
        face.cancel.cancel()
        return True

    face.confirm = confirm
    report = face.send(ScriptedTransport(lambda _: REJECTED), rows=9, concurrency=1, stop_after=1)
    assert report == SendReport(1, INTERRUPTED)


def test_cancelled_from_another_thread_no_new_row_leaves_and_the_answers_under_way_are_waited_for() -> None:
    transport = ScriptedTransport(lambda _: ACCEPTED)
    interrupting = threading.Event()
    was_told_at_once: list[bool] = []

    def on_event(event: Event) -> None:
        if event == RowDone(Status.ACCEPTED) and len(transport.requests) == 1:
            transport.hold()
        if event == Interrupting():
            interrupting.set()

    face = Face(on_event=on_event)

    def somebody() -> None:
        until(lambda: transport.in_flight == 2, "two requests under way")
        face.cancel.cancel()
        face.cancel.cancel()  # a second time says nothing new
        was_told_at_once.append(interrupting.wait(HANG_SECONDS))  # nothing is answered meanwhile
        transport.release()

    thread = threading.Thread(target=somebody)
    thread.start()
    report = face.send(transport, rows=50)
    thread.join()
    assert report == SendReport(3, INTERRUPTED)
    assert face.ledger.statuses == dict.fromkeys([2, 3, 4], Status.ACCEPTED)
    assert was_told_at_once == [True]
    assert face.events.count(Interrupting()) == 1


def test_cancelled_before_it_begins_nothing_leaves() -> None:
    face, transport = Face(), ScriptedTransport(lambda _: ACCEPTED)
    face.cancel.cancel()
    assert face.send(transport, rows=5) == SendReport(0, INTERRUPTED)
    assert transport.requests == []


@contextmanager
def cancelled_under_way(cancel: CancelToken, transport: ScriptedTransport) -> Iterator[None]:
    """Another thread wants the end as soon as a request is under way."""

    def somebody() -> None:
        until(lambda: transport.in_flight, "a request under way")
        cancel.cancel()

    thread = threading.Thread(target=somebody)
    thread.start()
    yield
    thread.join()


def test_a_keyboard_interrupt_leaves_at_once() -> None:
    transport = ScriptedTransport(lambda _: ACCEPTED)
    transport.hold()

    def on_event(event: Event) -> None:
        if event == Interrupting():
            raise KeyboardInterrupt  # as the face's own signal handler does

    face = Face(on_event=on_event)
    with cancelled_under_way(face.cancel, transport), pytest.raises(KeyboardInterrupt):
        face.send(transport, rows=5)
    assert len(transport.requests) == 1
    assert face.events[-1] == PhaseEnded("sending")


def test_a_journal_that_fails_is_a_stop() -> None:
    face = Face(ledger=Ledger(fails_from=4))
    report = face.send(ScriptedTransport(lambda _: ACCEPTED), rows=20)
    assert report.stop is not None
    assert (report.stop.reason.code, report.stop.verdict) == ("stop.journal", None)
    why = report.stop.reason.facts["why"]
    assert isinstance(why, Message)
    assert why.code == "journal.not_recorded"


def test_a_transport_that_can_not_be_opened_is_an_error_of_the_run() -> None:
    def open_transport() -> AbstractAsyncContextManager[Transport]:
        raise SettingsError(Message("text", text="The proxy can't be used."))

    face = Face()
    with pytest.raises(SettingsError, match="proxy"):
        face.send(ScriptedTransport([]), rows=1, open_transport=open_transport)
    assert face.events[-1] == PhaseEnded("sending")


def test_it_sends_in_a_thread_in_which_a_loop_runs_already() -> None:
    async def in_a_notebook() -> SendReport:
        return Face().send(ScriptedTransport(lambda _: ACCEPTED), rows=5)

    assert asyncio.run(in_a_notebook()) == SendReport(5, None)


def test_an_error_comes_out_of_a_loop_of_its_own_too() -> None:
    async def in_a_notebook() -> None:
        Face(ledger=Ledger()).send(ScriptedTransport([]), rows=1, open_transport=refused)

    def refused() -> AbstractAsyncContextManager[Transport]:
        raise SettingsError(Message("text", text="The proxy can't be used."))

    with pytest.raises(SettingsError, match="proxy"):
        asyncio.run(in_a_notebook())


def test_what_is_asked_beforehand_is_given_up_when_the_end_is_wanted() -> None:
    transport, cancel = ScriptedTransport(lambda _: ACCEPTED), CancelToken()
    transport.hold()
    request = Request("GET", "https://x", {}, b"", "")
    with cancelled_under_way(cancel, transport), pytest.raises(CancelledError):
        own_loop.run(lambda: own_loop.until_cancelled(transport.send(request), cancel), cancel)
    assert own_loop.run(lambda: own_loop.until_cancelled(asyncio.sleep(0, 7), CancelToken()), CancelToken()) == 7


def test_a_script_that_is_over_answers_with_a_failure() -> None:
    transport = ScriptedTransport([ACCEPTED])
    request = Request("GET", "https://x", {}, b"", "")
    assert [asyncio.run(transport.send(request)) for _ in range(2)] == [ACCEPTED, SCRIPT_IS_OVER]
