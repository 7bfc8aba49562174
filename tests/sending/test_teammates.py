"""A sender beside others with the same token: it heeds what they tell, tells what it learns, and keeps to the pace."""

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from tests.clocks import Clock
from uploader.errors import JournalError, JournalLostError
from uploader.i18n import Message, render
from uploader.model.cancel import CancelToken
from uploader.model.events import Event, Waiting
from uploader.model.http import Arrival, Request, Response, SendFailure
from uploader.model.outcomes import Completion, Dispatch, Outcome, Stop, Verdict
from uploader.model.resend import HeldBack, NotYet
from uploader.model.rows import Row, Status, WaitingRow
from uploader.model.teammates import News, NewsKind
from uploader.sending import reasons
from uploader.sending.engine import Engine
from uploader.sending.limits import SendLimits
from uploader.sending.scheduling.scheduler import Scheduler

TAKES_SECONDS = 1.0
FULL = Message("text", text="The disk is full.")


@dataclass
class Team:
    """What the others tell, by when, and how many places they leave; it notes what it is told."""

    clock: Clock
    news: list[tuple[float, News]] = field(default_factory=list)
    places_at: Callable[[float], int | None] = lambda now: None
    told: list[News] = field(default_factory=list)
    in_use: list[int] = field(default_factory=list)
    wakes: list[Callable[[], None]] = field(default_factory=list)

    def places(self, in_use: int) -> int | None:
        self.in_use.append(in_use)
        return self.places_at(self.clock.now)

    def hear(self) -> Sequence[News]:
        due = [news for at, news in self.news if at <= self.clock.now]
        self.news = [(at, news) for at, news in self.news if at > self.clock.now]
        return due

    def tell(self, news: News) -> None:
        self.told.append(news)

    @contextmanager
    def calling(self, wake: Callable[[], None]) -> Iterator[None]:
        self.wakes.append(wake)
        yield
        self.wakes.remove(wake)


@dataclass
class Sending:
    """One sender of so many rows, its ledger in memory, and an API that answers by script after a second."""

    rows: int = 6
    script: Callable[[int, float], Verdict] = lambda row, now: Verdict.ACCEPTED
    early: Mapping[tuple[int, int], float] = field(default_factory=dict)
    """For the nth intent (from 1) of a row: how many seconds it is too early."""
    clock: Clock = field(default_factory=Clock)
    left: list[tuple[float, int]] = field(default_factory=list)
    statuses: dict[int, Status] = field(default_factory=dict)
    asked: list[int] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    requests: list[Request] = field(default_factory=list)
    fails: list[JournalError] = field(default_factory=list)
    """At commits of intents, from the third one on."""
    commits: int = 0

    def __post_init__(self) -> None:
        self.team = Team(self.clock)

    def commit(self, completions: Sequence[Completion], dispatches: Sequence[Dispatch], /) -> Mapping[int, HeldBack]:
        self.commits += bool(dispatches)
        if dispatches and self.commits > 2 and self.fails:
            raise self.fails.pop(0)
        self.statuses |= {done.dispatch.row.number: done.status for done in completions}
        held: dict[int, HeldBack] = {}
        for dispatch in dispatches:
            row = dispatch.row.number
            self.asked.append(row)
            if seconds := self.early.get((row, self.asked.count(row))):
                held[row] = NotYet(seconds)
        return held

    async def send(self, request: Request) -> Response | SendFailure:
        row = int(request.body)
        self.left.append((self.clock.now, row))
        self.requests.append(request)
        await asyncio.sleep(TAKES_SECONDS)
        return Response(200, self.script(row, self.clock.now).encode(), 1)

    def judge(self, answer: Response | SendFailure) -> Outcome:
        assert isinstance(answer, Response)
        return Outcome(Verdict(answer.body.decode()), Message("text", text="Fix it."), message="busy")

    def scheduler(self, **limits: Any) -> Scheduler:
        rows = iter([WaitingRow(Row(number, ()), f"print {number}") for number in range(2, 2 + self.rows)])
        limits = {"concurrency": 2, **limits}
        return Scheduler(SendLimits(**limits), rows, request_of, lambda: 1.0, self.team)

    def engine(self, **limits: Any) -> Engine:
        return Engine(
            scheduler=self.scheduler(**limits),
            ledger=self,
            send=self.send,
            judge=self.judge,
            clock=self.clock,
            sleep=asyncio.sleep,
            cancel=CancelToken(),
            on_event=self.events.append,
        )

    def run(self, **limits: Any) -> Stop | None:
        engine = self.engine(**limits)
        return self.clock.run(engine.run, CancelToken())


def request_of(waiting: WaitingRow) -> Request:
    return Request("POST", "https://x", {}, str(waiting.row.number).encode(), waiting.fingerprint)


# What is heard


def test_a_slow_down_that_another_has_heard_keeps_all_rows_for_so_long_and_is_not_told_again() -> None:
    sending = Sending(rows=12)
    sending.team.news = [(3.0, News(NewsKind.SLOW_DOWN, 20.0))]
    assert sending.run() is None
    assert not [at for at, _ in sending.left if 3.0 < at < 23.0]
    assert set(sending.statuses.values()) == {Status.ACCEPTED}
    assert sending.team.told == []
    assert any(isinstance(one, Waiting) and one.reason == reasons.WAIT_TO_SLOW_DOWN for one in sending.events)


def test_a_slow_down_that_another_has_heard_halves_the_own_pace_once_however_many_tell_of_it() -> None:
    sending = Sending(rows=40)
    sending.team.news = [(3.0, News(NewsKind.SLOW_DOWN, 1.0)), (3.0, News(NewsKind.SLOW_DOWN, 1.0)),
                         (4.0, News(NewsKind.SLOW_DOWN, 1.0))]  # fmt: skip
    sending.run(concurrency=8)
    starts = [at for at, _ in sending.left if 4.0 < at < 6.0]
    assert max(map(starts.count, starts)) == 4


def test_a_pause_that_another_has_heard_ends_with_one_row_that_tries_at_a_time() -> None:
    sending = Sending(rows=12, script=lambda row, now: Verdict.PAUSE if 3.0 < now < 150.0 else Verdict.ACCEPTED)
    sending.team.news = [(2.5, News(NewsKind.PAUSE, 100.0, reasons.wait_for_pause("busy")))]
    assert sending.run(concurrency=3, probe_seconds=60.0) is None
    tried = [at for at, _ in sending.left if at > 2.5]
    assert (tried[0] >= 102.5, tried[1] - tried[0] >= 60.0) == (True, True)
    assert set(sending.statuses.values()) == {Status.ACCEPTED}
    assert [news.kind for news in sending.team.told] == [NewsKind.PAUSE]


def test_a_pause_that_another_has_heard_ends_a_run_that_waits_for_none_and_only_this_one() -> None:
    sending = Sending(rows=12)
    sending.team.news = [(2.5, News(NewsKind.PAUSE, 100.0, reasons.wait_for_pause("busy")))]
    assert sending.run() == Stop(reasons.paused("busy"), Verdict.PAUSE)
    assert sending.team.told == []


def test_a_stop_of_another_ends_the_run_with_its_reason_and_answers_are_waited_for() -> None:
    sending = Sending(rows=12)
    sending.team.news = [(2.5, News(NewsKind.STOP, reason=Message("stop.refused", why="the token")))]
    stop = sending.run()
    assert stop is not None
    assert render(stop.reason, "en").startswith("another computer that sends this list stopped:")
    assert "the token" in render(stop.reason, "en")
    assert (len(sending.left), set(sending.statuses.values())) == (5, {Status.ACCEPTED})
    assert sending.team.told == []


def test_requests_that_another_has_left_behind_keep_their_places() -> None:
    sending = Sending(rows=12)
    sending.team.news = [(0.0, News(NewsKind.ABANDONED, 10.0)), (0.0, News(NewsKind.ABANDONED, 30.0))]
    assert sending.run(held_seconds=60.0) is None
    assert min(at for at, _ in sending.left) == pytest.approx(45.0)
    assert len(set(sending.left)) == 12


# How many places


def test_no_more_requests_are_under_way_than_the_others_leave_places_and_a_place_more_is_used_at_once() -> None:
    sending = Sending(rows=30)
    sending.team.places_at = lambda now: 1 if now < 10.0 else 3
    assert sending.run(concurrency=5) is None
    first = [at for at, _ in sending.left if at < 10.0]
    later = [at for at, _ in sending.left if at >= 11.0]
    assert (max(map(first.count, first)), max(map(later.count, later))) == (1, 3)
    assert max(sending.team.in_use) <= 3


def test_without_a_place_it_asks_for_one_now_and_then() -> None:
    sending = Sending(rows=2)
    sending.team.places_at = lambda now: 0 if now < 10.0 else 2
    assert sending.run() is None
    assert 10.0 <= sending.left[0][0] < 12.0


def test_news_wake_a_run_that_waits() -> None:
    sending = Sending(rows=4, script=lambda row, now: Verdict.PAUSE if now < 3.0 else Verdict.ACCEPTED)
    engine = sending.engine(probe_seconds=50_000.0)

    async def stopped_elsewhere() -> Stop | None:
        run = asyncio.ensure_future(engine.run())
        await asyncio.sleep(7.25)
        sending.team.news = [(0.0, News(NewsKind.STOP))]
        for wake in sending.team.wakes:
            wake()
        for _ in range(10):
            await asyncio.sleep(0)
        assert run.done()
        return await run

    stop = sending.clock.run(stopped_elsewhere, CancelToken())
    assert stop is not None
    assert sending.clock.now == 7.25
    assert sending.team.wakes == []


# What is told


def test_one_refusal_for_the_pace_is_told_once_for_all_that_left_at_that_pace() -> None:
    sending = Sending(rows=12, script=lambda row, now: Verdict.SLOW_DOWN if 2.5 < now < 3.5 else Verdict.ACCEPTED)
    assert sending.run(concurrency=4) is None
    assert [(news.kind, news.seconds) for news in sending.team.told] == [(NewsKind.SLOW_DOWN, 0.5)]


def test_a_pause_is_told_with_its_time_and_reason() -> None:
    sending = Sending(rows=4, script=lambda row, now: Verdict.PAUSE if now < 30.0 else Verdict.ACCEPTED)
    assert sending.run(probe_seconds=60.0) is None
    assert sending.team.told == [News(NewsKind.PAUSE, 60.0, reasons.wait_for_pause("busy"))]


def told(verdict: Verdict, **limits: Any) -> list[NewsKind]:
    sending = Sending(rows=12, script=lambda row, now: verdict if now > 2.5 else Verdict.ACCEPTED)
    assert sending.run(**limits) is not None
    return [news.kind for news in sending.team.told if news.kind is NewsKind.STOP]


def test_what_ends_it_is_told_where_it_holds_for_all_senders_of_the_list() -> None:
    assert told(Verdict.STOP) == [NewsKind.STOP]
    assert told(Verdict.PAUSE) == [NewsKind.STOP]
    assert told(Verdict.OUT_OF_REACH) == []
    assert told(Verdict.UNKNOWN) == []


def test_what_seems_to_be_wrong_is_told_once_a_person_has_decided() -> None:
    assert told(Verdict.REJECTED, stop_after=3) == []
    sending = Sending()
    scheduler = sending.scheduler()
    scheduler.tell_stop(Stop(Message("text", text="alike"), Verdict.REJECTED, is_a_guess=True))
    scheduler.tell_stop(Stop(Message("text", text="unknown"), Verdict.UNKNOWN, is_a_guess=True))
    assert sending.team.told == [News(NewsKind.STOP, reason=Message("text", text="alike"))]


def test_that_a_person_ends_it_is_not_told() -> None:
    sending = Sending()
    sending.scheduler().interrupt()
    assert sending.team.told == []


# Too early


def test_what_may_not_leave_yet_leaves_next_in_order_and_is_no_new_attempt() -> None:
    sending = Sending(rows=6, early={(4, 1): 5.0, (5, 1): 7.0})
    assert sending.run(concurrency=3) is None
    assert [row for _, row in sending.left] == [2, 3, 4, 5, 6, 7]
    assert {row: at for at, row in sending.left}[4] >= 6.0
    assert set(sending.statuses.values()) == {Status.ACCEPTED}


def test_a_row_that_was_early_many_times_has_all_its_tries_left() -> None:
    early = {(2, nth): 1.0 for nth in range(1, 30)}
    sending = Sending(
        rows=1, early=early, script=lambda row, now: Verdict.OUT_OF_REACH if now < 35.0 else Verdict.ACCEPTED
    )
    assert sending.run() is None
    assert sending.statuses == {2: Status.ACCEPTED}
    assert sending.left[0][0] == pytest.approx(29.0)


def test_rows_that_are_too_early_count_no_more_than_once_in_a_trial() -> None:
    sending = Sending(rows=9, early={(3, 1): 1.0, (4, 1): 1.0})
    assert sending.run(first=4) is None
    assert sorted(sending.statuses) == [2, 3, 4, 5]


# Too late, and the journal that is lost


def test_a_request_is_told_by_when_it_may_leave() -> None:
    sending = Sending(rows=2)
    engine = replace(sending.engine(), leave_within_seconds=15.0, awake=lambda: 1000.0 + sending.clock.now)
    assert sending.clock.run(engine.run, CancelToken()) is None
    assert [one.leaves_by for one in sending.requests] == [1015.0, 1016.0]


def test_where_nobody_takes_its_place_a_request_may_leave_whenever() -> None:
    sending = Sending(rows=2)
    sending.run()
    assert [one.leaves_by for one in sending.requests] == [None, None]


@pytest.mark.parametrize(("why", "is_lost"), [(JournalLostError(FULL), True), (JournalError(FULL), False)])
def test_a_lost_journal_is_told_from_one_that_fails(why: JournalError, *, is_lost: bool) -> None:
    sending = Sending(rows=12, fails=[why])
    engine = sending.engine()
    assert sending.clock.run(engine.run, CancelToken()) == Stop(reasons.journal_failed(why), None)
    assert engine.is_journal_lost is is_lost
    assert len(sending.left) == len(sending.statuses) == 3


@dataclass
class LostAtTheStop(Sending):
    """The connection is lost as the answer is written down that stops the run."""

    def commit(self, completions: Sequence[Completion], dispatches: Sequence[Dispatch], /) -> Mapping[int, HeldBack]:
        if self.fails and any(done.outcome.verdict is Verdict.STOP for done in completions):
            raise self.fails.pop()
        return super().commit(completions, dispatches)


def test_a_stop_of_the_api_is_not_forgotten_over_a_lost_journal() -> None:
    sending = LostAtTheStop(rows=12, script=lambda row, now: Verdict.STOP, fails=[JournalLostError(FULL)])
    engine = sending.engine()
    stop = sending.clock.run(engine.run, CancelToken())
    assert stop is not None
    assert (stop.verdict, engine.is_journal_lost, sending.fails) == (Verdict.STOP, False, [])
    assert sending.statuses == {2: Status.NOT_SENT}


def test_renewed_it_sends_other_rows_with_what_it_knows_of_the_api_and_counts_only_what_left() -> None:
    sending = Sending(rows=12, fails=[JournalLostError(FULL)])
    engine = sending.engine(first=6)
    sending.clock.run(engine.run, CancelToken())
    engine.scheduler.renew(iter([WaitingRow(Row(number, ()), "") for number in range(5, 14)]))
    again = replace(engine)
    assert sending.clock.run(again.run, CancelToken()) is None
    assert sorted(sending.statuses) == [2, 3, 4, 5, 6, 7]
    assert not again.is_journal_lost


def test_an_arrival_that_was_too_late_goes_again() -> None:
    sending = Sending(rows=3)
    tries: list[int] = []

    async def send(request: Request) -> Response | SendFailure:
        tries.append(int(request.body))
        if len(tries) == 2:
            return SendFailure(Arrival.NO, Message("failure.too_late_to_leave"), 1)
        return Response(200, Verdict.ACCEPTED.encode(), 1)

    def judge(answer: Response | SendFailure) -> Outcome:
        late = isinstance(answer, SendFailure)
        return Outcome(Verdict.OUT_OF_REACH if late else Verdict.ACCEPTED, Message("text", text=""), message="late")

    engine = replace(sending.engine(), send=send, judge=judge)
    assert sending.clock.run(engine.run, CancelToken()) is None
    assert sorted(tries) == [2, 3, 3, 4]
