"""Whatever is answered, breaks or is killed: nothing is sent twice, nothing is lost, and every run ends.

The real journal, scheduler and engine; a server that answers by a drawn script; a clock that only waiting moves; and
runs that end as by kill -9 and are resumed from what the journal says.
"""

import asyncio
import selectors
import sqlite3
import tempfile
from collections import Counter
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from uploader.i18n import Message
from uploader.journal import RunLedger, StagedRow
from uploader.journal.sqlite import SqliteJournal
from uploader.journal.sqlite.connection import Connection
from uploader.model import advice
from uploader.model.cancel import CancelToken
from uploader.model.events import Event, RowDone
from uploader.model.http import Request, Response, SendFailure
from uploader.model.job import NewJob, Sender
from uploader.model.outcomes import Completion, Dispatch, Outcome, Stop, Verdict
from uploader.model.resend import HeldBack, ResendPolicy
from uploader.model.rows import Row, Status, WaitingRow
from uploader.sending.batching import Batching, completions_of_rows
from uploader.sending.limits import SendLimits
from uploader.sending.scheduling.scheduler import Scheduler
from uploader.sending.sender import SendReport, send_rows
from uploader.sending.transports import Transport

_Result = TypeVar("_Result")

quick = settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
thorough = settings(quick, max_examples=10_000, derandomize=False)

STEPS_OF_A_RUN = 60_000
"""Turns of the event loop: a run that needs more spins."""
LONGEST_RUN_SECONDS = 4 * 86_400.0
TIMEOUT = 75.0
PROBE = 5.0
DOUBTFUL = Message("text", text="Fix it.")


class Says(StrEnum):
    """What the server does with one request."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"
    UNKNOWN_TAKEN = "no usable answer, and the row was taken"
    UNKNOWN_NOT_TAKEN = "no usable answer, and the row was not taken"
    TIMED_OUT_TAKEN = "silence until we gave it up, and the row was taken"
    REFUSED_TOGETHER = "refused, all rows of the request for one of them"
    SLOW_DOWN = "slow down"
    OUT_OF_REACH = "out of reach"
    PAUSE = "pause"
    DOUBTFUL_PAUSE = "a pause, or this row alone"
    STOP = "stop"
    UNSENDABLE = "unsendable"


TAKING = {Says.ACCEPTED, Says.UNKNOWN_TAKEN, Says.TIMED_OUT_TAKEN}
UNKNOWN = {Says.UNKNOWN_TAKEN, Says.UNKNOWN_NOT_TAKEN, Says.TIMED_OUT_TAKEN}
OF_ROWS = {Says.ACCEPTED, Says.REJECTED, Says.UNKNOWN_TAKEN, Says.UNKNOWN_NOT_TAKEN, Says.SLOW_DOWN, Says.PAUSE,
           Says.DOUBTFUL_PAUSE, Says.STOP}  # fmt: skip
"""What an answer can say of one row among others; the rest is about the whole request."""
FINAL = {Says.REJECTED, Says.UNSENDABLE}
VERDICT = {
    **dict.fromkeys(UNKNOWN, Verdict.UNKNOWN),
    Says.ACCEPTED: Verdict.ACCEPTED,
    Says.REJECTED: Verdict.REJECTED,
    Says.REFUSED_TOGETHER: Verdict.REFUSED_TOGETHER,
    Says.SLOW_DOWN: Verdict.SLOW_DOWN,
    Says.OUT_OF_REACH: Verdict.OUT_OF_REACH,
    Says.PAUSE: Verdict.PAUSE,
    Says.DOUBTFUL_PAUSE: Verdict.PAUSE,
    Says.STOP: Verdict.STOP,
    Says.UNSENDABLE: Verdict.UNSENDABLE,
}


class At(StrEnum):
    """Where a run is cut short."""

    BEFORE_COMMIT = "killed before a commit"
    AFTER_COMMIT = "killed after a commit, before its requests leave"
    IN_FLIGHT = "killed while the server has a request"
    ANSWERED = "killed after an answer, before its commit"
    DISK = "the journal can't be written to, once"
    INTERRUPTED = "interrupted"


@dataclass(frozen=True)
class Act:
    """What the server does with the next request, and how long that takes it."""

    says: Says
    seconds: float = 0.1
    retry_after: float = 0.0
    connecting: float = 0.0
    """How long it takes until the request is there."""
    is_cut: bool = False
    """Where no usable answer comes, the server works on until its time limit."""

    @property
    def works_on(self) -> bool:
        return self.says is Says.TIMED_OUT_TAKEN or (self.is_cut and self.says in UNKNOWN)


@dataclass(frozen=True)
class Disturbance:
    """What happens to one run, at the nth moment of its kind."""

    at: At
    nth: int


@dataclass(frozen=True)
class Plan:
    """All that is drawn for one example."""

    limits: SendLimits
    keys: tuple[int, ...]
    """What each row asks for: equal keys are equal requests."""
    earlier: Mapping[int, Says]
    """What became of requests of an earlier job."""
    acts: tuple[Act, ...]
    """After them the server accepts all."""
    disturbances: tuple[Disturbance | None, ...]
    """One for each run; after them none is disturbed."""
    resumes: bool
    """The person says so at a stop that is a guess."""
    resends: bool = False
    """What is unknown is sent again."""
    answers_each: bool = False
    """An answer to several rows says of each what became of it, not of all the same."""


class Killed(SystemExit):
    """The process is no more. Of this kind asyncio lets everything out at once."""


class _Instantly(selectors.DefaultSelector):
    """Instead of waiting it moves the clock; waiting for what never comes is a deadlock."""

    def __init__(self, world: "World") -> None:
        super().__init__()
        self.world, self.steps, self.began = world, 0, world.now

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        self.steps += 1
        assert self.steps < STEPS_OF_A_RUN, "the run spins"
        assert self.world.now < self.began + LONGEST_RUN_SECONDS, "the run waits for ever"
        assert timeout is not None, "the run waits for what never comes"
        self.world.now += max(timeout, 0.0)
        return []


class _Loop(asyncio.SelectorEventLoop):
    def __init__(self, instantly: _Instantly) -> None:
        super().__init__(instantly)
        self._instantly = instantly

    def time(self) -> float:
        return self._instantly.world.now


@dataclass
class Server:
    """It answers by the script, keeps its own record, and minds what it must never see."""

    plan: Plan
    acts: Iterator[Act]
    world: "World"
    taken: Counter[str] = field(default_factory=Counter)
    rows_taken: set[int] = field(default_factory=set)
    """Rows of the job whose own request was taken."""
    arrived: Counter[int] = field(default_factory=Counter)
    never_again: set[str] = field(default_factory=set)
    """Requests that were taken, or may have been as far as the sender can know."""
    working_until: list[float] = field(default_factory=list)
    """Until when the server works at the most on requests whose sender has left."""
    came_in: list[float] = field(default_factory=list)
    """When those came that are under way."""
    said: Counter[Says] = field(default_factory=Counter)
    is_usable: bool = False
    """It has said yes or no in this run."""

    async def send(self, request: Request) -> Response | SendFailure:
        rows = list(zip(map(int, request.body.split()), request.fingerprint.splitlines(), strict=True))
        self._minds(rows)
        act = next(self.acts, Act(Says.ACCEPTED))
        if act.says is Says.REFUSED_TOGETHER:
            if len(rows) == 1:
                act = replace(act, says=Says.REJECTED)
            elif any(self.taken[print_] for _, print_ in rows):
                act = replace(act, says=Says.ACCEPTED)  # as of one row that it took before
        says = [self._said_of(print_, act, nth) for nth, (_, print_) in enumerate(rows)]
        await asyncio.sleep(act.connecting)
        came_in = self._comes_in()
        for (row, print_), word in zip(rows, says, strict=True):
            self.taken[print_] += word in TAKING
            self.rows_taken |= {row} if word in TAKING else set()
        await asyncio.sleep(TIMEOUT if act.says is Says.TIMED_OUT_TAKEN else act.seconds / 2)
        self.world.moment(At.IN_FLIGHT)
        await asyncio.sleep(act.seconds / 2)
        self._goes_out(act, came_in)
        for (_, print_), word in zip(rows, says, strict=True):
            if word not in TAKING | UNKNOWN and not self.taken[print_]:
                self.never_again.discard(print_)
        under_way = "under way" if act.works_on else ""
        self.is_usable |= not {Says.ACCEPTED, Says.REJECTED, Says.REFUSED_TOGETHER}.isdisjoint(says)
        return Response(200, "\n".join(f"{word}\0{act.retry_after}\0{under_way}" for word in says).encode(), 1)

    def _minds(self, rows: Sequence[tuple[int, str]]) -> None:
        assert len(rows) <= (self.plan.limits.batch_size if self.is_usable else 1), "too many rows in one request"
        if len(rows) > 1:
            event("rows share a request")
        for row, print_ in rows:
            if not self.plan.resends:
                assert print_ not in self.never_again, "sent again what was taken or may have been"
            assert row not in self.world.closed, "sent again what was told no"
            self.never_again.add(print_)
            self.arrived[row] += 1

    def _said_of(self, print_: str, act: Act, nth: int) -> Says:
        """What it says of the nth row of a request that it answers so."""
        says = act.says
        if nth and self.plan.answers_each and says in OF_ROWS:
            says = next((one.says for one in self.acts if one.says in OF_ROWS), Says.ACCEPTED)
        if self.taken[print_] and says in (*FINAL, Says.DOUBTFUL_PAUSE):
            says = Says.ACCEPTED  # it takes a repeated request once, and says yes to it
        self.said[says] += 1
        return says

    def _comes_in(self) -> float:
        now = self.world.now
        self.came_in.append(now)
        self.working_until = [until for until in self.working_until if until > now]
        at_once = len(self.came_in) + len(self.working_until)
        assert at_once <= self.plan.limits.concurrency, "more at once than the API allows"
        return now

    def _goes_out(self, act: Act, came_in: float) -> None:
        self.came_in.remove(came_in)
        if act.works_on:
            self.working_until.append(came_in + self.plan.limits.held_seconds)

    @asynccontextmanager
    async def opened(self) -> AsyncIterator["Server"]:
        yield self

    def loses_its_sender(self) -> None:
        """The sender died, and its connections with it: what is under way is worked on."""
        self.working_until += [came_in + self.plan.limits.held_seconds for came_in in self.came_in]
        self.came_in, self.is_usable = [], False


def judge(answer: Response | SendFailure) -> Outcome:
    assert isinstance(answer, Response)
    return of_row(answer.body.decode())


def of_row(said: str) -> Outcome:
    words, retry_after, under_way = said.split("\0")
    says = Says(words)
    return Outcome(
        VERDICT[says],
        advice.REJECTED,
        message=words,
        retry_after_seconds=float(retry_after),
        advice_if_rejected=DOUBTFUL if says is Says.DOUBTFUL_PAUSE else None,
        may_be_under_way=bool(under_way),
    )


def combined(requests: Sequence[Request]) -> Request:
    bodies, fingerprints = [one.body for one in requests], [one.fingerprint for one in requests]
    return replace(requests[0], body=b" ".join(bodies), fingerprint="\n".join(fingerprints))


def judge_rows(answer: Response | SendFailure, count: int) -> Sequence[Outcome]:
    assert isinstance(answer, Response)
    outcomes = [of_row(said) for said in answer.body.decode().split("\n")]
    assert len(outcomes) == count
    return outcomes


NEW = NewJob(
    list_path=Path("/lists/list.csv"),
    list_sha256="ab" * 32,
    sheet=None,
    header=["a"],
    fields={"a": 0},
    template="x",
    template_sha256="cd" * 32,
    template_text="title = 'x'",
    profile_text=None,
    destination="https://x",
    settings={},
    results_path=Path("/lists/list.results.xlsx"),
    key="a1" * 16,
    list_name="list.csv",
    source_sha256="ab" * 32,
)


SENDER = Sender("ana", "pc-7", "0")


def print_of(key: int) -> str:
    return f"print {key}"


def request(waiting: WaitingRow) -> Request:
    fingerprint = waiting.fingerprint or print_of(int(waiting.row.cells[0]))
    return Request("POST", "https://x", {}, str(waiting.row.number).encode(), fingerprint)


def staged(keys: Sequence[int]) -> Iterator[StagedRow]:
    for number, key in enumerate(keys, start=2):
        yield StagedRow(Row(number, (str(key),)), Status.NOT_SENT, advice.NOT_ITS_TURN, print_of(key), waits=True)


class WatchedConnection(Connection):
    """At its commits something may happen; and it is fast: nobody pulls the plug here, only the process ends."""

    def __init__(self, path: Path, world: "World") -> None:
        super().__init__(path)
        self.world = world
        self.db.execute("PRAGMA synchronous = OFF")

    @contextmanager
    def transaction(self, *, compares: bool = True) -> Iterator[None]:
        with super().transaction(compares=compares):
            yield
            self.world.between_commits(At.BEFORE_COMMIT)
            self.world.between_commits(At.DISK)
        self.world.between_commits(At.AFTER_COMMIT)


@dataclass
class WatchedLedger:
    """The real ledger of one run, around whose commits something may happen."""

    ledger: RunLedger
    world: "World"

    def commit(self, completions: Sequence[Completion], dispatches: Sequence[Dispatch]) -> Mapping[int, HeldBack]:
        if completions:
            self.world.moment(At.ANSWERED)
        held_back = self.ledger.commit(completions, dispatches)
        leaving = [[one for one in each.each() if one.row.number not in held_back] for each in dispatches]
        self.world.note_unanswered(completions, leaving)
        self.world.closed |= {
            done.dispatch.row.number for done in completions if done.status in (Status.REJECTED, Status.INVALID)
        }
        self.world.moment(At.INTERRUPTED)
        return held_back


@dataclass
class World:
    """One example: a journal on disk, a server, and as many runs as it takes."""

    plan: Plan
    path: Path
    now: float = 0.0
    dead: bool = False
    disturbance: Disturbance | None = None
    moments: Counter[At] = field(default_factory=Counter)
    cancel: CancelToken = field(default_factory=CancelToken)
    statuses: list[Status] = field(default_factory=list)
    is_sending: bool = False
    closed: set[int] = field(default_factory=set)
    """Rows that were told no, and it is written down."""
    unanswered: dict[tuple[int, float], tuple[int, float]] = field(default_factory=dict)
    """As the journal has it: every row that got no answer, and when it left; and the first row of its request."""
    ends: dict[int, Status] = field(default_factory=dict)
    """Where every row stands once nothing waits any more."""

    def __post_init__(self) -> None:
        self.server = Server(self.plan, iter(self.plan.acts), self)
        self.repeats = ResendPolicy(unknown=self.plan.resends)
        self.job = 0

    @contextmanager
    def journal(self) -> Iterator[SqliteJournal]:
        with SqliteJournal(self.path, self.connected) as journal:
            yield journal

    def connected(self, path: Path) -> Connection:
        return WatchedConnection(path, self)

    # The moments at which something may happen

    def moment(self, at: At) -> None:
        """Something happens here, if this is the moment that was drawn for it."""
        if self.dead:
            raise Killed
        self.moments[at] += 1
        if self.disturbance != Disturbance(at, self.moments[at]):
            return
        event(at)
        if at is At.DISK:
            raise sqlite3.OperationalError("database or disk is full")
        if at is At.INTERRUPTED:
            self.cancel.cancel()
            return
        self.dead = True
        raise Killed

    def between_commits(self, at: At) -> None:
        """Something happens at a commit, if rows are being sent."""
        if self.is_sending:
            self.moment(at)

    # Runs

    def prepared(self) -> None:
        """The journal with an earlier job of which some requests are known."""
        with self.journal() as journal:
            if self.plan.earlier:
                keys = list(self.plan.earlier)
                job = journal.stage(replace(NEW, list_sha256="ef" * 32, key="e1" * 16), staged(keys))
                ledger = journal.begin_run(job, SENDER, ResendPolicy())
                waiting = journal.waiting(job)
                dispatches = [Dispatch(one.row, request(one)) for one in list(waiting)]
                ledger.commit([], dispatches)
                for dispatch, says in zip(dispatches, self.plan.earlier.values(), strict=True):
                    outcome = Outcome(VERDICT[says], advice.NONE)
                    status = Status(outcome.verdict) if says not in FINAL else Status.REJECTED
                    ledger.commit([Completion(dispatch, outcome, status)], [])
                    if says not in FINAL:
                        self.server.never_again.add(dispatch.request.fingerprint)
                        self.server.taken[dispatch.request.fingerprint] += says in TAKING
            self.job = journal.stage(NEW, staged(self.plan.keys))

    def run(self, disturbance: Disturbance | None) -> None:
        """One process: from what waits in the journal, until it ends or is ended."""
        self.disturbance, self.dead, self.moments = disturbance, False, Counter()
        self.server.loses_its_sender()
        with self.journal() as journal:
            journal.ask_again(self.job, self.repeats)
            ledger = journal.begin_run(self.job, SENDER, self.repeats)
            ledger.hold_back_known()
            with suppress(Killed):
                report = self.send(
                    journal.waiting(self.job),
                    ledger,
                    build=request,
                    open_transport=self.server.opened,
                    confirm=self.confirm,
                )
                if report.stop is None and self.plan.limits.first is None:
                    left = journal.job(self.job).counts[Status.NOT_SENT]
                    assert not left, "ended of itself, but rows are left that were not sent"

    def confirm(self, _: Stop) -> bool:
        if self.plan.resumes:
            event("resumed")
        return self.plan.resumes

    def send(
        self,
        rows: Iterator[WaitingRow],
        ledger: RunLedger,
        *,
        build: Callable[[WaitingRow], Request],
        open_transport: Callable[[], AbstractAsyncContextManager[Transport]],
        confirm: Callable[[Stop], bool],
    ) -> SendReport:
        """`send_rows` in this world, by its clock, with its disturbances."""
        self.cancel = CancelToken()
        self.is_sending = True
        try:
            return send_rows(
                rows,
                WatchedLedger(ledger, self),
                build=build,
                judge=judge,
                open_transport=open_transport,
                limits=self.plan.limits,
                on_event=self.note,
                cancel=self.cancel,
                confirm=confirm,
                total=len(self.plan.keys),
                abandoned=[self.now - left_at for _, left_at in set(self.unanswered.values())],
                batching=Batching(combined, judge_rows) if self.plan.limits.batch_size > 1 else None,
                clock=lambda: self.now,
                random=lambda: 0.5,
                run=self.until_it_ends,
            )
        finally:
            self.is_sending = False

    def note_unanswered(self, completions: Sequence[Completion], leaving: Sequence[Sequence[Dispatch]]) -> None:
        """`leaving`: the rows of each request."""
        for done in completions:
            if not done.outcome.may_be_under_way:
                self.unanswered.pop((done.dispatch.row.number, done.dispatch.at))
        for rows in leaving:
            self.unanswered |= {(one.row.number, one.at): (rows[0].row.number, rows[0].at) for one in rows}

    def note(self, happened: Event) -> None:
        if isinstance(happened, RowDone):
            self.statuses.append(happened.status)

    def until_it_ends(self, begin: Callable[[], Coroutine[Any, Any, _Result]], _: CancelToken) -> _Result:
        """As `own_loop.run`, in no time."""
        clock = _Instantly(self)
        loop = _Loop(clock)
        try:
            return loop.run_until_complete(begin())
        finally:
            self.dead = True  # whatever is left of the process does nothing any more
            clock.steps = 0
            while tasks := asyncio.all_tasks(loop):
                for task in tasks:
                    task.cancel()
                with suppress(Killed):
                    loop.run_until_complete(asyncio.wait(tasks))
            self.dead = False
            loop.close()

    # What must hold

    def is_finished(self) -> bool:
        with self.journal() as journal:
            return not journal.count_waiting(self.job, self.repeats).total()

    def minds(self) -> None:
        """What holds after every run, however it ended."""
        with self.journal() as journal:
            results = list(journal.rows(self.job))
        assert [result.row.number for result in results] == [2 + n for n in range(len(self.plan.keys))]
        for result in results:
            row = result.row.number
            if row in self.server.rows_taken:
                assert result.status in (Status.ACCEPTED, Status.UNKNOWN), "taken, and the journal says it was not"
            if result.status is Status.ACCEPTED:
                assert row in self.server.rows_taken, "accepted, and the server knows nothing of it"
            assert result.attempts >= self.server.arrived[row], "a request that is not in the journal"
        if not self.plan.resends:
            assert max(self.server.taken.values(), default=0) <= 1

    def minds_the_end(self) -> None:
        """What holds once nothing waits any more."""
        with self.journal() as journal:
            counts = journal.job(self.job).counts
            assert not counts[Status.NOT_SENT], "a row waits for ever"
            assert sum(counts.values()) == len(self.plan.keys)
            self.ends = {result.row.number: result.status for result in journal.rows(self.job)}
        for status, count in counts.items():
            if count:
                event(f"ends {status}")


def lived(plan: Plan) -> World:
    """Run after run until nothing waits; while requests come and after each run the world minds what must hold."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        world = World(plan, Path(folder) / "journal.db")
        world.prepared()
        most = len(plan.disturbances) + len(plan.acts) + len(plan.keys) + 3
        for nth in range(most):
            world.run(plan.disturbances[nth] if nth < len(plan.disturbances) else None)
            world.minds()
            if world.is_finished():
                break
        world.minds_the_end()
        event(f"runs: {min(nth + 1, 5)}{'+' if nth >= 5 else ''}")
        return world


def assert_every_row_has_one_end(world: World) -> None:
    """It was sent or held back; and no row that the server took is said to be neither accepted nor unknown."""
    assert list(world.ends) == list(range(2, 2 + len(world.plan.keys)))
    assert Status.NOT_SENT not in world.ends.values()
    assert {world.ends[row] for row in world.server.rows_taken} <= {Status.ACCEPTED, Status.UNKNOWN}


# What is drawn

durations = st.sampled_from([0.0, 0.1, 0.1, 1.0, 7.0, 50.0])
acts = st.builds(
    Act,
    says=st.sampled_from([Says.ACCEPTED] * 6 + list(Says)),
    seconds=durations,
    retry_after=st.sampled_from([0.0, 0.0, 5.0, 1e6]),
    connecting=st.sampled_from([0.0, 0.0, 3.0, 15.0]),
    is_cut=st.booleans(),
)
monotone = st.tuples(st.sampled_from(list(Says)), st.integers(1, 12)).map(lambda drawn: [Act(drawn[0])] * drawn[1])
scripts = st.lists(st.lists(acts, max_size=8) | monotone, max_size=5).map(
    lambda parts: tuple(act for part in parts for act in part)
)
disturbances = st.lists(
    st.none() | st.builds(Disturbance, st.sampled_from(list(At)), st.integers(1, 6)), max_size=4
).map(tuple)
earlier = st.dictionaries(
    st.integers(0, 11), st.sampled_from([Says.ACCEPTED, Says.UNKNOWN_TAKEN, Says.UNKNOWN_NOT_TAKEN, Says.REJECTED])
)


def limits(*, may_repeat: bool) -> st.SearchStrategy[SendLimits]:
    return st.builds(
        SendLimits,
        concurrency=st.integers(1, 4),
        seconds_between=st.sampled_from([0.0, 0.0, 0.5]),
        held_seconds=st.sampled_from([0.0, 60.0, 200.0]),
        stop_after=st.integers(1, 5) | st.just(25),
        probe_seconds=st.sampled_from([None, PROBE]),
        may_repeat=st.just(may_repeat),
        first=st.none() | st.none() | st.integers(1, 5),
        batch_size=st.just(1) | st.integers(2, 5),
    )


def plans(*, may_repeat: bool = False, resends: bool = False) -> st.SearchStrategy[Plan]:
    fewer = st.lists(st.integers(0, 11), min_size=1, max_size=12)
    return st.builds(
        Plan,
        limits=limits(may_repeat=may_repeat),
        keys=(fewer | st.integers(1, 30).map(lambda count: list(range(count)))).map(tuple),
        earlier=st.just({}) | earlier,
        acts=scripts,
        disturbances=disturbances,
        resumes=st.booleans(),
        resends=st.just(resends or may_repeat),
        answers_each=st.booleans(),
    )


@quick
@given(plans())
def test_no_request_is_taken_twice_and_every_row_comes_to_one_end(plan: Plan) -> None:
    world = lived(plan)
    assert max(world.server.taken.values(), default=0) <= 1
    assert_every_row_has_one_end(world)


@quick
@given(plans(may_repeat=True) | plans(resends=True))
def test_a_row_that_may_go_again_is_never_said_to_be_not_sent_and_comes_to_one_end(plan: Plan) -> None:
    assert_every_row_has_one_end(lived(plan))


@pytest.mark.long
@thorough
@given(plans())
def test_no_request_is_taken_twice_in_many_more_worlds(plan: Plan) -> None:
    world = lived(plan)
    assert max(world.server.taken.values(), default=0) <= 1
    assert_every_row_has_one_end(world)


@pytest.mark.long
@thorough
@given(plans(may_repeat=True) | plans(resends=True))
def test_a_row_that_may_go_again_comes_to_one_end_in_many_more_worlds(plan: Plan) -> None:
    assert_every_row_has_one_end(lived(plan))


# The scheduler alone

answers_of_chance = st.builds(
    Outcome,
    st.sampled_from(list(Verdict)),
    st.just(advice.NONE),
    message=st.sampled_from(["why", "because"]),
    retry_after_seconds=st.sampled_from([0.0, 5.0, 1e6]),
    advice_if_rejected=st.sampled_from([None, DOUBTFUL]),
    may_be_under_way=st.booleans(),
)
happenings = st.lists(
    st.one_of(
        st.tuples(st.sampled_from([0.0, 0.1, 3.0, 75.0]), st.integers(0, 3), answers_of_chance),
        st.sampled_from(["interrupted", "resumed", "held back", "under way elsewhere", "under way elsewhere"]),
    ),
    max_size=80,
)


NOT_SENT_AFTER_ALL: Mapping[Any, Callable[[Scheduler, Dispatch, float], None]] = {
    "held back": lambda scheduler, dispatch, _: scheduler.hold_back(dispatch, len(dispatch.each())),
    "under way elsewhere": lambda scheduler, dispatch, now: scheduler.put_aside(dispatch, now),
}


def scheduled(
    limits: SendLimits, rows: int, course: Sequence[tuple[float, int, Outcome] | str]
) -> tuple[Scheduler, set[int]]:
    """Ask as the engine does: whenever a row is due and none leaves, waiting until then must have moved the clock.

    The scheduler at its end, and the rows that it gave out.
    """
    scheduler = Scheduler(
        limits, iter([WaitingRow(Row(n, (str(n),)), f"print {n}") for n in range(2, 2 + rows)]), request, lambda: 0.5
    )
    in_flight: list[Dispatch] = []
    given_out: set[int] = set()
    now, later = 1000.0, list(reversed(course))
    accepted = Outcome(Verdict.ACCEPTED, advice.NONE)
    for _ in range(5000):
        moved = now
        while True:
            while dispatch := scheduler.next(now, len(in_flight)):
                rows_of_it = {one.row.number for one in dispatch.each()}
                assert rows_of_it.isdisjoint(one.row.number for each in in_flight for one in each.each())
                assert len(rows_of_it) <= limits.batch_size
                given_out |= rows_of_it
                if later and isinstance(later[-1], str) and later[-1] in NOT_SENT_AFTER_ALL:
                    NOT_SENT_AFTER_ALL[later.pop()](scheduler, dispatch, now)
                else:
                    in_flight.append(dispatch)
            assert len(in_flight) <= limits.concurrency
            due = scheduler.due(now, len(in_flight))
            if due is None or in_flight:
                break
            assert due > now, "it says that a row is due, and none leaves"
            now = due
        if not in_flight and scheduler.is_over():
            if not (scheduler.stop is not None and scheduler.stop.is_a_guess and later):
                break
            scheduler.resume()
            continue
        assert in_flight or now > moved, "nothing is under way, nothing is due, and it is not over"
        happens = later.pop() if later else (0.1, 0, accepted)
        if happens == "interrupted":
            scheduler.interrupt()
        elif isinstance(happens, tuple) and in_flight:
            seconds, which, outcome = happens
            now += seconds
            ended = in_flight.pop(which % len(in_flight))
            others = [one[2] for one in later[-len(ended.beside) :] if isinstance(one, tuple)] if ended.beside else []
            outcomes = [outcome, *others, *[outcome] * (len(ended.beside) - len(others))]
            completions_of_rows(scheduler, ended, outcomes, now)
    assert not in_flight, "it never ends"
    return scheduler, given_out


def assert_never_spins(limits: SendLimits, rows: int, course: Sequence[tuple[float, int, Outcome] | str]) -> None:
    """It ends without spinning, and if it ends of itself it has given out every row."""
    scheduler, given_out = scheduled(limits, rows, course)
    assert scheduler.is_over(), "it never ends"
    if scheduler.stop is None and limits.first is None:
        assert given_out == set(range(2, 2 + rows)), "ended of itself, but rows are left that never left"


@settings(quick, max_examples=400)
@given(limits(may_repeat=False) | limits(may_repeat=True), st.integers(0, 15), happenings)
def test_scheduler_never_says_that_a_row_is_due_of_which_it_gives_out_none(
    limits: SendLimits, rows: int, course: list[tuple[float, int, Outcome] | str]
) -> None:
    assert_never_spins(limits, rows, course)


@pytest.mark.long
@settings(thorough, max_examples=50_000)
@given(limits(may_repeat=False) | limits(may_repeat=True), st.integers(0, 15), happenings)
def test_scheduler_never_spins_in_many_more_courses(
    limits: SendLimits, rows: int, course: list[tuple[float, int, Outcome] | str]
) -> None:
    assert_never_spins(limits, rows, course)
