"""However requests end and runs are killed: the API never works on more at once than it allows.

Real schedulers and engines in simulated time; a server that counts what it works on, whether or not somebody still waits
for it; and runs that know of earlier ones only which requests got no answer.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from tests.clocks import Clock
from uploader.model import advice
from uploader.model.cancel import CancelToken
from uploader.model.events import Event, Waiting
from uploader.model.http import Arrival, Request, Response, SendFailure
from uploader.model.outcomes import Completion, Dispatch, Outcome, Verdict
from uploader.model.resend import HeldBack
from uploader.model.rows import Row, Status, WaitingRow
from uploader.sending import reasons
from uploader.sending.engine import Engine
from uploader.sending.limits import SendLimits
from uploader.sending.scheduling.held_places import ON_ITS_WAY_SECONDS
from uploader.sending.scheduling.scheduler import Scheduler

API_SECONDS = 60.0
TIMEOUT = 75.0
_ROUNDED = 1e-6
"""Seconds are added up in different orders here and there."""


@dataclass(frozen=True)
class Act:
    """What becomes of one request."""

    connecting: float = 0.0
    works: float = 1.0
    """How long the API works on it, as long as it may at the most."""
    cut_after: float | None = None
    """The connection is cut so long after it came, or when the work is done."""
    verdict: Verdict = Verdict.ACCEPTED


@dataclass
class Api:
    """It works on what came until that is done, and counts."""

    concurrency: int
    clock: Clock
    acts: list[Act]
    working_until: list[float] = field(default_factory=list)
    most: int = 0

    async def send(self, _: Request) -> Response | SendFailure:
        act = self.acts.pop() if self.acts else Act()
        try:
            async with asyncio.timeout(TIMEOUT):
                await asyncio.sleep(act.connecting)
                self.comes_in(act)
                await asyncio.sleep(act.works if act.cut_after is None else min(act.works, act.cut_after))
        except TimeoutError:
            return SendFailure(Arrival.MAYBE, advice.NONE, 1)
        if act.cut_after is not None:
            return SendFailure(Arrival.MAYBE, advice.NONE, 1)
        return Response(200, act.verdict.value.encode(), 1)

    def comes_in(self, act: Act) -> None:
        now = self.clock.now
        self.working_until = [until for until in self.working_until if until > now + _ROUNDED]
        self.working_until.append(now + min(act.works, API_SECONDS))
        self.most = max(self.most, len(self.working_until))
        assert len(self.working_until) <= self.concurrency, "more at once than the API allows"


@dataclass
class Ledger:
    """What is known after a kill: the rows that ended, and when requests left that got no answer."""

    unanswered: list[float] = field(default_factory=list)
    statuses: dict[int, Status] = field(default_factory=dict)

    def commit(self, completions: Sequence[Completion], dispatches: Sequence[Dispatch], /) -> Mapping[int, HeldBack]:
        for done in completions:
            if not done.outcome.may_be_under_way:
                self.unanswered.remove(done.dispatch.at)
            self.statuses[done.dispatch.row.number] = done.status
        for dispatch in dispatches:
            self.statuses[dispatch.row.number] = Status.UNKNOWN
            self.unanswered.append(dispatch.at)
        return {}


def judge(answer: Response | SendFailure) -> Outcome:
    if isinstance(answer, SendFailure):
        return Outcome(Verdict.UNKNOWN, advice.NONE, may_be_under_way=True)
    return Outcome(Verdict(answer.body.decode()), advice.NONE)


@dataclass
class Course:
    """Run after run of one list, each killed after so many seconds, until no row waits."""

    concurrency: int
    acts: list[Act]
    kills: list[float]
    rows: int
    clock: Clock = field(default_factory=Clock)
    ledger: Ledger = field(default_factory=Ledger)
    events: list[Event] = field(default_factory=list)
    killed: int = 0

    def __post_init__(self) -> None:
        self.api = Api(self.concurrency, self.clock, self.acts)

    def lived(self) -> None:
        for killed_after in [*self.kills, *[None] * (len(self.acts) + 3)]:
            waiting = [n for n in range(2, 2 + self.rows) if self.ledger.statuses.get(n, Status.NOT_SENT) == "not sent"]
            if not waiting:
                break
            self.run(waiting, killed_after)

    def run(self, waiting: Sequence[int], killed_after: float | None) -> None:
        async def begun() -> None:
            engine = self.engine(waiting)
            try:
                async with asyncio.timeout(killed_after):
                    await engine.run()
            except TimeoutError:
                self.killed += 1

        self.clock.run(begun, CancelToken())

    def engine(self, waiting: Sequence[int]) -> Engine:
        limits = SendLimits(self.concurrency, held_seconds=API_SECONDS, stop_after=10_000)
        rows = iter([WaitingRow(Row(number, ()), f"print {number}") for number in waiting])
        scheduler = Scheduler(limits, rows, request_of, lambda: 0.5)
        scheduler.keep_places(self.ledger.unanswered, self.clock.now)
        return Engine(
            scheduler=scheduler,
            ledger=self.ledger,
            send=self.api.send,
            judge=judge,
            clock=self.clock,
            sleep=asyncio.sleep,
            cancel=CancelToken(),
            on_event=self.events.append,
        )


def request_of(waiting: WaitingRow) -> Request:
    return Request("POST", "https://x", {}, b"", waiting.fingerprint)


acts = st.lists(
    st.builds(
        Act,
        connecting=st.sampled_from([0.0, 0.0, 0.1, 3.0, ON_ITS_WAY_SECONDS]),
        works=st.sampled_from([0.1, 1.0, 1.0, 20.0, API_SECONDS]),
        cut_after=st.sampled_from([None, None, None, 0.0, 0.5, 30.0, API_SECONDS]),
        verdict=st.sampled_from([Verdict.ACCEPTED] * 4 + [Verdict.REJECTED, Verdict.SLOW_DOWN, Verdict.OUT_OF_REACH]),
    ),
    max_size=30,
)
courses = st.builds(
    Course,
    concurrency=st.integers(1, 4),
    acts=acts,
    kills=st.lists(st.sampled_from([0.05, 0.5, 2.0, 17.0, 61.0]), max_size=4),
    rows=st.integers(1, 25),
)


def assert_the_limit_holds(course: Course) -> None:
    course.lived()
    assert set(course.ledger.statuses) == set(range(2, 2 + course.rows))
    assert Status.NOT_SENT not in course.ledger.statuses.values()
    waits = [one.seconds for one in course.events if isinstance(one, Waiting) and one.reason == reasons.WAIT_FOR_PLACE]
    assert max(waits, default=0.0) <= API_SECONDS + ON_ITS_WAY_SECONDS
    event(f"at once: {course.api.most} of {course.concurrency}, killed: {course.killed > 0}")


quick = settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))


@quick
@given(courses)
def test_the_api_never_works_on_more_at_once_than_it_allows(course: Course) -> None:
    assert_the_limit_holds(course)


@pytest.mark.long
@settings(quick, max_examples=30_000, derandomize=False)
@given(courses)
def test_nor_in_many_more_courses(course: Course) -> None:
    assert_the_limit_holds(course)


def test_two_cut_requests_keep_both_places_and_then_it_goes_on() -> None:
    cut = Act(works=API_SECONDS, cut_after=0.0)
    course = Course(2, acts=[Act(), cut, cut, Act()], kills=[], rows=4)
    course.lived()
    waits = [one.seconds for one in course.events if isinstance(one, Waiting)]
    assert (waits[0], course.api.most) == (API_SECONDS, 2)
    assert course.clock.now == 1.0 + API_SECONDS + 1.0


def test_a_killed_run_s_requests_keep_their_places_in_the_next() -> None:
    course = Course(2, acts=[Act(works=API_SECONDS)] * 3, kills=[60.5], rows=5)
    course.lived()  # the first goes alone; the next two are under way when the run is killed
    assert (course.api.most, course.killed) == (2, 1)
    waits = [one.seconds for one in course.events if isinstance(one, Waiting)]
    assert waits[0] == API_SECONDS
