"""Runs at the same time with the same requests in their lists: a request in flight is waited for, and nothing goes twice.

Real engines and schedulers in one simulated time, a ledger in memory that all runs share, and a server that keeps its own
record. Runs are killed and interrupted at random moments.
"""

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.clocks import Clock
from uploader.model import advice
from uploader.model.cancel import CancelToken
from uploader.model.events import Event, RowDone, Waiting
from uploader.model.http import Request, Response, SendFailure
from uploader.model.outcomes import Completion, Dispatch, Outcome, Stop, Verdict
from uploader.model.resend import UNDER_WAY_ELSEWHERE, HeldBack
from uploader.model.rows import Row, Status, WaitingRow
from uploader.sending import reasons
from uploader.sending.batching import Batching
from uploader.sending.engine import Engine
from uploader.sending.limits import SendLimits
from uploader.sending.scheduling.rows_aside import ASK_AGAIN_SECONDS, LONGEST_ASIDE_SECONDS
from uploader.sending.scheduling.scheduler import Scheduler

MOST_QUESTIONS_A_SECOND = 12


class Says(Enum):
    """What the server does with a request."""

    ACCEPTED = Verdict.ACCEPTED
    REJECTED = Verdict.REJECTED
    UNKNOWN = Verdict.UNKNOWN
    """It is taken, and nobody hears of it."""
    OUT_OF_REACH = Verdict.OUT_OF_REACH
    SLOW_DOWN = Verdict.SLOW_DOWN


@dataclass(frozen=True)
class Act:
    says: Says = Says.ACCEPTED
    seconds: float = 1.0


@dataclass(frozen=True)
class Drawn:
    """One run: the keys of its rows' requests, when it begins, and how it is disturbed."""

    keys: tuple[int, ...]
    begins: float = 0.0
    concurrency: int = 2
    resends: bool = True
    killed_after: float | None = None
    interrupted_after: float | None = None
    seconds_between: float = 0.0
    batch_size: int = 1


@dataclass
class Known:
    """What the journal has of one request: whose it is, and what came of it; None while it is in flight."""

    run: "Run"
    row: int
    verdict: Verdict | None = None


@dataclass
class World:
    """The journal and the server that all runs share."""

    acts: list[Act] = field(default_factory=list)
    clock: Clock = field(default_factory=Clock)
    known: dict[str, list[Known]] = field(default_factory=dict)
    taken: Counter[str] = field(default_factory=Counter)
    in_flight: dict[str, "Run"] = field(default_factory=dict)
    """At the server, of senders that live."""

    def prior(self, run: "Run", row: int, fingerprint: str) -> HeldBack | None:
        """Why a row must not leave, by all that is known of the same request."""
        found = [one for one in self.known.get(fingerprint, []) if (one.run, one.row) != (run, row)]
        if any(one.verdict is Verdict.ACCEPTED or (one.verdict is None and one.run is run) for one in found):
            return Status.SKIPPED
        if any(one.verdict is None and one.run.is_alive for one in found):
            return UNDER_WAY_ELSEWHERE
        is_unknown = any(one.verdict in (None, Verdict.UNKNOWN) for one in found)
        return Status.UNKNOWN if is_unknown and not run.drawn.resends else None

    async def answer(self, run: "Run", request: Request) -> Response | SendFailure:
        act = self.acts.pop() if self.acts else Act()
        prints = request.fingerprint.splitlines()
        for print_ in prints:
            other = self.in_flight.get(print_)
            assert other is None or not other.is_alive, "sent while the same request is in flight in a run that lives"
            self.in_flight[print_] = run
            self.taken[print_] += act.says in (Says.ACCEPTED, Says.UNKNOWN)
        try:
            await asyncio.sleep(act.seconds)
        finally:
            for print_ in prints:
                if self.in_flight.get(print_) is run:
                    del self.in_flight[print_]
        return Response(200, act.says.value.encode(), 1)


@dataclass(eq=False)
class Run:
    """One run, its ledger, and what it was told."""

    world: World
    drawn: Drawn
    is_alive: bool = True
    statuses: dict[int, Status] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)
    stop: Stop | None = None
    is_killed: bool = False
    questions: list[float] = field(default_factory=list)
    """When it was told that a request is under way elsewhere."""
    cancel: CancelToken = field(default_factory=CancelToken)
    first: int | None = None
    sent: list[tuple[float, str]] = field(default_factory=list)
    seconds: float = 0.0

    def commit(self, completions: Sequence[Completion], dispatches: Sequence[Dispatch], /) -> Mapping[int, HeldBack]:
        held_back: dict[int, HeldBack] = {}
        for done in completions:
            number = done.dispatch.row.number
            entries = self.world.known[done.dispatch.request.fingerprint]
            entries[:] = [one for one in entries if (one.run, one.row) != (self, number)]
            if done.outcome.verdict in (Verdict.ACCEPTED, Verdict.REJECTED, Verdict.UNKNOWN):
                entries.append(Known(self, number, done.outcome.verdict))
            self.statuses[number] = done.status
        for dispatch in [one for each in dispatches for one in each.each()]:
            number, print_ = dispatch.row.number, dispatch.request.fingerprint
            prior = self.world.prior(self, number, print_)
            if prior is None:
                self.world.known.setdefault(print_, []).append(Known(self, number))
                continue
            held_back[number] = prior
            if isinstance(prior, Status):
                self.statuses[number] = prior
            else:
                self.questions.append(self.world.clock.now)
        return held_back

    async def live(self) -> None:
        """From its begin to its end, or until it is killed."""
        drawn = self.drawn
        await asyncio.sleep(drawn.begins)
        engine = self.engine()
        running = asyncio.ensure_future(engine.run())
        loop = asyncio.get_running_loop()
        if drawn.interrupted_after is not None:
            loop.call_later(drawn.interrupted_after, self.cancel.cancel)
        if drawn.killed_after is not None:
            loop.call_later(drawn.killed_after, self.kill, running)
        try:
            self.stop = await running
        except asyncio.CancelledError:
            self.is_killed = True
        self.is_alive = False

    def kill(self, running: "asyncio.Future[Stop | None]") -> None:
        self.is_alive = self.is_alive and running.done()
        running.cancel()

    def engine(self) -> Engine:
        rows = [WaitingRow(Row(2 + n, (str(key),)), f"print {key}") for n, key in enumerate(self.drawn.keys)]
        size = self.drawn.batch_size
        limits = SendLimits(self.drawn.concurrency, self.drawn.seconds_between, first=self.first, batch_size=size)
        return Engine(
            scheduler=Scheduler(limits, iter(rows), request_of, lambda: 0.5),
            ledger=self,
            send=self.send,
            judge=judge,
            clock=self.world.clock,
            sleep=asyncio.sleep,
            cancel=self.cancel,
            on_event=self.events.append,
            batching=Batching(combined, lambda answer, count: [judge(answer)] * count) if size > 1 else None,
        )

    async def send(self, request: Request) -> Response | SendFailure:
        self.sent.append((self.world.clock.now, request.fingerprint))
        return await self.world.answer(self, request)

    @property
    def waits(self) -> list[Waiting]:
        return [event for event in self.events if isinstance(event, Waiting)]


def request_of(waiting: WaitingRow) -> Request:
    return Request("POST", "https://x", {}, b"", waiting.fingerprint)


def combined(requests: Sequence[Request]) -> Request:
    return replace(requests[0], fingerprint="\n".join(one.fingerprint for one in requests))


def judge(answer: Response | SendFailure) -> Outcome:
    assert isinstance(answer, Response)
    return Outcome(Verdict(answer.body.decode()), advice.NONE)


def lived(world: World, *runs: Run) -> None:
    """All runs, at the same time."""

    async def all_of_them() -> None:
        await asyncio.gather(*(run.live() for run in runs))

    world.clock.run(all_of_them, CancelToken())


def two_runs(first: Drawn, second: Drawn, *acts: Act) -> tuple[Run, Run]:
    world = World(list(reversed(acts)))
    runs = Run(world, first), Run(world, second)
    lived(world, *runs)
    return runs


def test_a_row_in_flight_in_another_run_ends_as_what_comes_of_it_there() -> None:
    first, second = two_runs(Drawn((1,)), Drawn((1,), begins=0.5), Act(seconds=7))
    assert (first.statuses, second.statuses) == ({2: Status.ACCEPTED}, {2: Status.SKIPPED})
    assert second.sent == []
    assert second.events[-1] == RowDone(Status.SKIPPED)
    assert second.stop is None


def test_it_is_sent_where_the_other_run_was_told_no_or_nothing_arrived() -> None:
    _, second = two_runs(Drawn((1,)), Drawn((1,), begins=0.5), Act(Says.REJECTED, seconds=3))
    assert second.statuses == {2: Status.ACCEPTED}
    first, second = two_runs(Drawn((1,)), Drawn((1,), begins=0.5), Act(Says.OUT_OF_REACH, seconds=3))
    assert sorted([first.statuses[2], second.statuses[2]]) == [Status.ACCEPTED, Status.SKIPPED]


@pytest.mark.parametrize(("resends", "status"), [(True, Status.ACCEPTED), (False, Status.UNKNOWN)])
def test_where_the_other_run_dies_the_row_is_unknown_and_goes_only_where_such_rows_go(
    resends: bool, status: Status
) -> None:
    dies = Drawn((1,), killed_after=5.0)
    _, second = two_runs(dies, Drawn((1,), begins=0.5, resends=resends), Act(seconds=1000))
    assert second.statuses == {2: status}
    assert second.stop is None
    assert 5.0 <= second.world.clock.now < 5.0 + 3 * ASK_AGAIN_SECONDS


def test_the_other_rows_go_meanwhile_at_the_pace_that_is_allowed() -> None:
    rest = Drawn((1, *range(10, 40)), begins=0.5, seconds_between=1.0)
    _, second = two_runs(Drawn((1,)), rest, Act(seconds=500))
    assert [print_ for _, print_ in second.sent] == [f"print {key}" for key in range(10, 40)]
    assert second.sent[-1][0] < 40  # what could not leave took nothing of the pace
    assert second.statuses[2] is Status.SKIPPED


def test_waiting_is_told_with_its_reason_asks_about_once_a_second_and_is_no_attempt() -> None:
    first, second = two_runs(Drawn((1,)), Drawn((1,), begins=0.5), Act(Says.REJECTED, seconds=60))
    assert {wait.reason for wait in second.waits} == {reasons.WAIT_FOR_OTHER_RUN}
    assert all(0 < wait.seconds <= LONGEST_ASIDE_SECONDS for wait in second.waits)
    assert 55 <= len(second.questions) <= 62
    assert [len(run.sent) for run in (first, second)] == [1, 1]


def test_however_many_rows_wait_the_questions_are_few() -> None:
    keys = tuple(range(60))
    first = Drawn(keys, concurrency=60)
    accepted = Act(seconds=0.1)
    _, second = two_runs(first, Drawn(keys, begins=0.5, concurrency=60), accepted, *[Act(seconds=100)] * 59)
    busiest = max(Counter(int(at) for at in second.questions if at > 2).values())
    assert busiest <= MOST_QUESTIONS_A_SECOND
    assert set(second.statuses.values()) == {Status.SKIPPED}


def test_rows_of_one_request_wait_and_are_asked_about_together() -> None:
    keys = tuple(range(60))
    first, second = Drawn(keys, batch_size=59), Drawn((100, *keys[1:]), begins=1.5, batch_size=59)
    _, second_run = two_runs(first, second, Act(seconds=0.1), Act(seconds=100), Act(seconds=0.1))
    asked = Counter(second_run.questions)
    assert set(asked.values()) == {59}
    assert 95 <= len(asked) <= 102  # once a second
    assert Counter(second_run.statuses.values()) == {Status.ACCEPTED: 1, Status.SKIPPED: 59}
    assert len(second_run.sent) == 1


def test_a_wait_for_another_run_ends_when_it_is_cancelled() -> None:
    _, second = two_runs(Drawn((1,)), Drawn((1,), begins=0.5, interrupted_after=10.0), Act(seconds=500))
    assert second.stop == Stop(reasons.INTERRUPTED, None, interrupted=True)
    assert second.statuses == {}  # it stands as it stood


def test_a_run_that_was_halted_is_not_waited_for_for_ever() -> None:
    _, second = two_runs(Drawn((1,)), Drawn((1, 2, 3), begins=0.5), Act(seconds=1e5))
    assert second.stop == Stop(reasons.OTHER_RUN_HALTED, None)
    assert second.statuses == {3: Status.ACCEPTED, 4: Status.ACCEPTED}
    assert LONGEST_ASIDE_SECONDS < second.questions[-1] < LONGEST_ASIDE_SECONDS + 10


def test_a_pilot_takes_another_row_in_place_of_one_that_is_held_back_in_the_end() -> None:
    world = World([Act(), Act(), Act(seconds=20)])
    first, second = Run(world, Drawn((1,))), Run(world, Drawn((1, 2, 3, 4), begins=0.5), first=2)
    lived(world, first, second)
    assert second.statuses == {2: Status.SKIPPED, 3: Status.ACCEPTED, 4: Status.ACCEPTED}


def test_time_without_anything_under_way_is_not_time_of_sending() -> None:
    world = World([Act(seconds=1), Act(seconds=50)])
    first, second = Run(world, Drawn((1,))), Run(world, Drawn((2, 1), begins=0.5))
    engine = second.engine()
    second.engine = lambda: engine  # type: ignore[method-assign]  # the one that is looked at
    lived(world, first, second)
    assert 45 < engine.waited_seconds < 50


# What is drawn

acts = st.lists(
    st.builds(Act, st.sampled_from([Says.ACCEPTED] * 4 + list(Says)), st.sampled_from([0.0, 0.1, 1.0, 7.0, 75.0])),
    max_size=40,
)
times = st.sampled_from([None, None, 0.0, 0.3, 2.0, 11.0, 80.0])


def draws(*, resends: st.SearchStrategy[bool]) -> st.SearchStrategy[list[Drawn]]:
    run = st.builds(
        Drawn,
        keys=st.lists(st.integers(0, 9), min_size=1, max_size=12).map(tuple),
        begins=st.sampled_from([0.0, 0.0, 0.5, 3.0, 60.0]),
        concurrency=st.integers(1, 4),
        resends=resends,
        killed_after=times,
        interrupted_after=times,
        seconds_between=st.sampled_from([0.0, 0.0, 0.5]),
        batch_size=st.just(1) | st.integers(2, 5),
    )
    return st.lists(run, min_size=2, max_size=3)


def assert_none_twice_and_all_end(world: World, runs: Sequence[Run]) -> None:
    lived(world, *runs)
    for run in runs:
        if run.is_killed:
            continue
        expected = set(range(2, 2 + len(run.drawn.keys)))
        assert run.stop is not None or set(run.statuses) == expected, "ended of itself, but rows are left"
        assert Status.NOT_SENT not in run.statuses.values() or run.stop is not None
    for print_, entries in world.known.items():
        doubts = sum(one.verdict in (None, Verdict.UNKNOWN) for one in entries)
        assert world.taken[print_] <= 1 + (doubts if any(run.drawn.resends for run in runs) else 0)


quick = settings(max_examples=250, deadline=None, suppress_health_check=list(HealthCheck))
thorough = settings(quick, max_examples=20_000, derandomize=False)
policies = st.sampled_from([st.just(False), st.just(True), st.booleans()]).flatmap(lambda of: draws(resends=of))


@quick
@given(policies, acts)
def test_no_request_goes_twice_whoever_sends_it_and_every_run_ends(drawn: list[Drawn], script: list[Act]) -> None:
    world = World(script)
    assert_none_twice_and_all_end(world, [Run(world, one) for one in drawn])


@pytest.mark.long
@thorough
@given(policies, acts)
def test_no_request_goes_twice_in_many_more_courses(drawn: list[Drawn], script: list[Act]) -> None:
    world = World(script)
    assert_none_twice_and_all_end(world, [Run(world, one) for one in drawn])
