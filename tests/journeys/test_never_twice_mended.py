"""A list sent, its workbook edited and sent again, over and over, with any answers and kills in between.

The real `send` with its template, journal, workbooks and locks; in the place of the wire a server that answers as
wolkvox does by a drawn script, and the clock of `test_never_twice`.
"""

import asyncio
import json
import re
import shutil
import tempfile
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import event, example, given, settings
from hypothesis import strategies as st

from tests.conftest import FIELDS, SHIPPED, sheet_rows, write_csv
from tests.sending.test_never_twice import (
    FINAL,
    PROBE,
    TAKING,
    TIMEOUT,
    UNKNOWN,
    VERDICT,
    Act,
    At,
    Disturbance,
    Killed,
    Plan,
    Says,
    WatchedLedger,
    World,
    acts,
    limits,
    quick,
)
from tests.transports import answer
from tests.worlds import NO_ROUTING_POINT, SERVER, TAKEN, TOKEN
from uploader.actions.options import ReadOptions, SendOptions
from uploader.actions.send import send
from uploader.actions.session import Session, SilentUi
from uploader.actions.steps.wire import Wire
from uploader.actions.verify import verify
from uploader.i18n import Message
from uploader.journal import journal_path
from uploader.journal.sqlite import SqliteJournal
from uploader.model.cancel import CancelToken
from uploader.model.http import Arrival, Request, Response, SendFailure
from uploader.model.job import RowResult, Sender
from uploader.model.outcomes import Completion, Dispatch, Stop, Unwritten
from uploader.model.resend import HeldBack, ResendPolicy
from uploader.model.rows import Status, WaitingRow, column_letter
from uploader.model.summary import Summary
from uploader.sending.limits import SendLimits
from uploader.templates.answers.judging import judge
from uploader.templates.catalog import Catalog, shipped
from uploader.templates.template import Template

MARK, SUBJECT, BODY = "toname", "subject", "body"
VALUES = ("one", "=two", "two\r\nlines", "_x0041_", "<r>3</r>", "+57 300")


@dataclass(frozen=True)
class Edit:
    """What somebody does to the workbook: to its nth row, or to all."""

    kind: str
    nth: int
    value: str


@dataclass(frozen=True)
class Step:
    """One `send`, after some edits."""

    edits: tuple[Edit, ...]
    of_list: bool
    """The list itself is sent, not its workbook."""
    sending: SendOptions
    disturbance: Disturbance | None
    elsewhere: bool
    """On a computer whose journal knows nothing, if the workbook tells all: nothing came since, no row is deleted."""


@dataclass(frozen=True)
class Course:
    """All that is drawn for one example."""

    rows: int
    plan: Plan
    steps: tuple[Step, ...]


# The server


def _refusal(code: str, message: str) -> Response:
    return answer({"code": code, "error": "REFUSED", "msg": message})


ANSWERS: dict[Says, Response | SendFailure] = {
    Says.ACCEPTED: answer(TAKEN),
    Says.REJECTED: answer(NO_ROUTING_POINT),
    Says.UNKNOWN_TAKEN: Response(200, b"<html><body>Bad gateway</body></html>", 1),
    Says.UNKNOWN_NOT_TAKEN: SendFailure(Arrival.MAYBE, Message("failure.cut_while_reading"), 1),
    Says.TIMED_OUT_TAKEN: SendFailure(Arrival.MAYBE, Message("failure.answered_too_late"), 1),
    Says.SLOW_DOWN: _refusal("403", "EXCEEDS THE LIMIT OF SIMULTANEOUS REQUESTS"),
    Says.OUT_OF_REACH: SendFailure(Arrival.NO, Message("failure.no_connection"), 1),
    Says.PAUSE: _refusal("403", "TOKEN LIMIT EXCEEDED"),
    Says.DOUBTFUL_PAUSE: _refusal("403", "SCHEDULED MAINTENANCE"),
    Says.STOP: _refusal("401", "UNAUTHORIZED"),
    Says.UNSENDABLE: SendFailure(Arrival.NEVER, Message("failure.not_http"), 1),
}


def answered(act: Act) -> Response | SendFailure:
    """What wolkvox answers for this, or the want of an answer."""
    said = ANSWERS[act.says]
    return said._replace(retry_after_seconds=act.retry_after) if isinstance(said, Response) else said


@dataclass
class ScriptedWolkvox:
    """The server, which minds what it must never see.

    It knows rows by what is in its requests: their mark, which no edit changes. The numbers are the list's own for its
    rows, and for those that were added the journal's.
    """

    world: World
    acts: Iterator[Act]
    policy: ResendPolicy = field(default_factory=ResendPolicy)
    number_of: dict[str, int] = field(default_factory=dict)
    """Of each mark."""
    accepted: set[int] = field(default_factory=set)
    """Rows that the journal calls accepted."""
    maybe_as: dict[int, set[str]] = field(default_factory=lambda: defaultdict(set))
    """Of each row the requests that were taken, or may have been as far as the sender can know."""
    print_of: dict[int, str] = field(default_factory=dict)
    """Of each row the request that was sent last."""
    taken: Counter[int] = field(default_factory=Counter)
    taken_prints: Counter[str] = field(default_factory=Counter)
    asked_for: set[int] = field(default_factory=set)
    """Rows that were sent again because somebody said so."""
    arrived: Counter[int] = field(default_factory=Counter)
    sent: dict[int, str] = field(default_factory=dict)
    """The subject that was taken."""
    never_left: set[int] = field(default_factory=set)
    """Rows that the process was about to send when it was killed; as far as it can know they may have arrived."""

    def begins(self, known: Iterable[RowResult], mark_column: int, policy: ResendPolicy) -> None:
        """A run begins, with what the journal knows."""
        known = list(known)
        self.number_of = {one.row.cells[mark_column]: one.row.number for one in known}
        for mark, number in self.number_of.items():
            assert not mark.startswith("row ") or mark == f"row {number}"
        self.accepted = {
            one.row.number for one in known if one.status is Status.ACCEPTED and self.maybe_as[one.row.number]
        }
        self.policy = policy

    @property
    def maybe(self) -> set[int]:
        """Rows that were taken, or may have been as far as the sender can know."""
        return {row for row, prints in self.maybe_as.items() if prints}

    def forgets_prints(self, row: int) -> None:
        """What was sent of a row, its sender doesn't know any more."""
        if self.maybe_as[row]:
            self.maybe_as[row] = {"of another computer"}
        self.print_of.pop(row, None)

    async def send(self, request: Request) -> Response | SendFailure:
        body = json.loads(request.body)
        row, print_ = self.number_of[body[MARK]], request.fingerprint
        self._minds(row, print_)
        self.arrived[row] += 1
        act = next(self.acts, Act(Says.ACCEPTED))
        if self.taken_prints[print_] and act.says in (*FINAL, Says.DOUBTFUL_PAUSE):
            act = replace(act, says=Says.ACCEPTED)
        if act.says in TAKING:
            self.taken[row] += 1
            self.taken_prints[print_] += 1
            self.sent[row] = body[SUBJECT]
        was_maybe = print_ in self.maybe_as[row]
        self.maybe_as[row].add(print_)
        self.print_of[row] = print_
        await asyncio.sleep(TIMEOUT if act.says is Says.TIMED_OUT_TAKEN else act.seconds / 2)
        self.world.moment(At.IN_FLIGHT)
        await asyncio.sleep(act.seconds / 2)
        is_answer = act.says in (*FINAL, Says.DOUBTFUL_PAUSE)  # to the same request whenever it was sent
        if act.says not in TAKING | UNKNOWN and (is_answer or not was_maybe):
            self.maybe_as[row].discard(print_)
        return answered(act)

    def _minds(self, row: int, print_: str) -> None:
        if row in self.accepted:
            assert self.policy.duplicates, "a row that was accepted is sent again, and nobody asked for it"
            self.asked_for.add(row)
        elif row in self.maybe:
            assert self.policy.unknown, "a row that may have arrived is sent again, and nobody asked for it"
            self.asked_for.add(row)
        if not self.policy.duplicates:
            known = self.accepted if self.policy.unknown else self.maybe
            prints = {self.print_of[other] for other in known if other in self.print_of}
            assert print_ not in prints, "a request that is known is sent again, and nobody asked for it"

    def taken_twice(self) -> set[int]:
        """Rows that were taken more than once though nobody asked for it."""
        return {row for row, times in self.taken.items() if times > 1} - self.asked_for


# The journal


@dataclass
class NotedLedger(WatchedLedger):
    """The real ledger; around its commits something may happen, and the server hears which rows are accepted."""

    server: ScriptedWolkvox

    @contextmanager
    def _watched(self) -> Iterator[None]:
        """In the block something may happen at a commit."""
        self.world.is_sending = True
        try:
            yield
        finally:
            self.world.is_sending = False

    def commit(self, completions: Sequence[Completion], dispatches: Sequence[Dispatch]) -> Mapping[int, HeldBack]:
        try:
            with self._watched():
                held_back = super().commit(completions, dispatches)
        except Killed:
            if self.world.disturbance is not None and self.world.disturbance.at is At.AFTER_COMMIT:
                self.server.never_left |= {dispatch.row.number for dispatch in dispatches}
            raise
        self.server.accepted |= {done.dispatch.row.number for done in completions if done.status is Status.ACCEPTED}
        return held_back

    @property
    def leave_within_seconds(self) -> float | None:
        return self.ledger.leave_within_seconds

    def take(self, *, with_request_ids: bool = False) -> Iterator[WaitingRow]:
        return self.ledger.take(with_request_ids=with_request_ids)

    @property
    def unwritten(self) -> Unwritten | None:
        return self.ledger.unwritten

    def rows_elsewhere(self) -> bool:
        return self.ledger.rows_elsewhere()

    def come_back(self, seconds: float, cancel: CancelToken) -> bool:
        return self.ledger.come_back(seconds, cancel)

    def end(self, stop: Stop | None) -> None:
        with self._watched():
            self.ledger.end(stop)

    def note_sending(self, seconds: float) -> None:
        self.ledger.note_sending(seconds)

    def hold_back_known(self) -> None:
        self.ledger.hold_back_known()

    def refuse(self, advice_of: Mapping[int, Message]) -> None:
        self.ledger.refuse(advice_of)


class NotedJournal(SqliteJournal):
    """The real journal, whose runs are watched."""

    def __init__(self, path: Path, lived: "Lived") -> None:
        super().__init__(path, lived.world.connected)
        self.lived = lived

    def begin_run(  # type: ignore[override]  # a RunLedger, if no SqliteRunLedger
        self, job: int, sender: Sender, policy: ResendPolicy, *, key: str = "", joins: bool = False
    ) -> NotedLedger:
        self.lived.run = (self, job, policy)
        ledger = super().begin_run(job, sender, policy, key=key, joins=joins)
        return NotedLedger(ledger, self.lived.world, self.lived.server)


# The courses

_LIMITS = """[limits]
concurrency = {concurrency}
timeout_seconds = {TIMEOUT}
api_time_limit_seconds = {held_seconds}
probe_seconds = {PROBE}
{rate}

"""


@dataclass
class Lived:
    """One course: a folder with a list, its workbook, and a home."""

    course: Course
    folder: Path
    marks: list[str] = field(default_factory=list)
    """Of every row of the list, and of every one that was added and sent."""
    run: tuple[SqliteJournal, int, ResendPolicy] | None = None
    """The one that is under way: its journal, its job, and what it sends again."""
    is_elsewhere: bool = False
    retold: set[int] = field(default_factory=set)
    """Rows that somebody changed where only a workbook tells of them."""
    is_told: bool = False
    """The workbook tells all that was sent."""
    last: int = 0
    """Counts the rows that were added."""
    ends: list[tuple[str, str]] = field(default_factory=list)
    """Mark and status of every line of the last workbook."""

    def __post_init__(self) -> None:
        self.home = self.folder / "home"
        self.world = World(self.course.plan, self.home / "journal.db")
        self.server = ScriptedWolkvox(self.world, iter(self.course.plan.acts))
        self.list, self.workbook = self.folder / "list.csv", self.folder / "list.results.xlsx"
        self.marks = [f"row {number}" for number in range(2, 2 + self.course.rows)]
        rows = [self._row(mark, f"subject of {mark}") for mark in self.marks]
        write_csv(self.list, rows)
        self._settle_in()

    def _settle_in(self) -> None:
        """The home of a computer: the template that ships, with the limits of this course."""
        drawn = self.course.plan.limits
        folder = self.home / "templates" / "wolkvox"
        shutil.copytree(shipped("templates") / "wolkvox", folder)
        profile = folder / "api.toml"
        table = _LIMITS.format(
            concurrency=drawn.concurrency,
            TIMEOUT=TIMEOUT,
            held_seconds=drawn.held_seconds,
            PROBE=PROBE,
            rate=f'rate = "{1 / drawn.seconds_between}/s"' if drawn.seconds_between else "",
        )
        text, times = re.subn(r"^\[limits\]\n(?:.+\n)*\n", table, profile.read_text("utf-8"), flags=re.MULTILINE)
        assert times == 1
        profile.write_text(text, "utf-8")
        assert self._options(SendOptions()).limits(Catalog.of(self.home).load(SHIPPED)) == drawn

    def _options(self, sending: SendOptions) -> SendOptions:
        """With those of the course's limits that a person says."""
        drawn = self.course.plan.limits
        return replace(sending, stop_after=drawn.stop_after, wait=drawn.probe_seconds is not None)

    def session(self) -> Session:
        """Of one process: nobody is there, and the wire is the scripted server's."""
        ui = SilentUi()
        self.world.cancel = ui.cancel
        return Session(
            self.home,
            ui=ui,
            environment={"WOLKVOX_SERVER": SERVER, "WOLKVOX_TOKEN": TOKEN},
            wire=Wire(self.opened, clock=lambda: self.world.now, random=lambda: 0.5, run=self.world.until_it_ends),
            open_journal=lambda _: NotedJournal(journal_path(self.home), self),
        )

    @asynccontextmanager
    async def opened(
        self, destination: str, concurrency: int, timeout_seconds: float, *, keep_alive: bool
    ) -> AsyncIterator[ScriptedWolkvox]:
        assert destination == f"https://wv{SERVER}.wolkvox.com"
        assert (concurrency, timeout_seconds) == (self.course.plan.limits.concurrency, TIMEOUT)
        assert not keep_alive
        assert self.run is not None
        journal, job, policy = self.run
        self.server.begins(journal.rows(job), journal.job(job).fields[MARK], policy)
        yield self.server

    def _row(self, mark: str, subject: str) -> list[str]:
        cells = {
            "from": "a@x.co",
            "fromname": "A",
            "to": "b@x.co",
            MARK: mark,
            SUBJECT: subject,
            BODY: "hi",
            "rp_id": "61",
        }
        return [cells[name] for name in FIELDS]

    # What a person does

    def mend(self, edits: Sequence[Edit]) -> list[str]:
        """Edit the workbook with another program; the marks of the rows that were added."""
        book = openpyxl.load_workbook(self.workbook)
        page = book["Results"]
        names = [cell.value for cell in page[1]]
        lines = [[cell.value for cell in row] for row in page.iter_rows(min_row=2)]
        added = [mark for edit in edits for mark in self._edited(names, lines, edit)]
        page.delete_rows(2, page.max_row)
        for number, line in enumerate(lines, start=2):
            for column, value in enumerate(line, start=1):
                cell = page.cell(number, column, value)
                if isinstance(value, str):
                    cell.data_type = "s"
        page.auto_filter.ref = f"A1:{column_letter(len(names) - 1)}{1 + max(len(lines), 1)}"
        book.save(self.workbook)
        present = {str(line[names.index(MARK)]) for line in lines}
        return [mark for mark in added if mark in present]

    def _is_changed_elsewhere(self, row: object) -> None:
        """What was sent, only the other computer knows now."""
        if isinstance(row, int):
            self.retold.add(row)
            self.server.forgets_prints(row)

    def _edited(self, names: list[Any], lines: list[list[Any]], edit: Edit) -> list[str]:
        """Make one edit; the mark of the row that it adds."""
        subject, sender, nth = names.index(SUBJECT), names.index("from"), edit.nth % len(lines)
        if self.is_elsewhere and edit.kind in ("change", "break", "mend"):
            self._is_changed_elsewhere(lines[nth][names.index("Row")])
        match edit.kind:
            case "change":
                lines[nth][subject] = edit.value
            case "break":
                lines[nth][sender] = None
            case "mend":
                lines[nth][sender] = "a@x.co"
            case "delete" if len(lines) > 1:
                del lines[nth]
            case "sort":
                lines.sort(key=lambda line: str(line[subject]), reverse=bool(edit.nth % 2))
            case "add":
                self.last += 1
                mark = f"added {self.last}"
                line = dict(zip(FIELDS, self._row(mark, edit.value), strict=True))
                lines.insert(nth, [line.get(str(name)) for name in names])
                return [mark]
        return []

    def step(self, step: Step) -> None:
        path, added = self.list, list[str]()
        if step.elsewhere and self.is_told and not any(edit.kind == "delete" for edit in step.edits):
            event("elsewhere")
            shutil.rmtree(self.home)
            self._settle_in()
            self.is_elsewhere = True
        if self.workbook.exists() and not step.of_list:
            path = self.workbook
            if step.edits:
                added = self.mend(step.edits)
                for edit in step.edits:
                    event(edit.kind)
        self.send(path, step.sending, step.disturbance, added)

    def send(
        self, path: Path, sending: SendOptions, disturbance: Disturbance | None, added: Sequence[str] = ()
    ) -> None:
        world = self.world
        world.disturbance, world.dead, world.moments = disturbance, False, Counter()
        self.marks += added
        summary: Summary | None = None
        self.is_told = False
        before = self.server.arrived.total()
        with suppress(Killed):
            summary = send(path, ReadOptions(), self._options(sending), self.session())
        if summary is not None:
            assert summary.results == self.workbook, "the workbook went elsewhere"
            assert summary.requests == self.server.arrived.total() - before
            self.minds()
            self.is_told = True

    # What must hold

    def minds(self) -> None:
        """What holds whenever a workbook was written."""
        lines = sheet_rows(self.workbook)
        assert sorted(str(line[MARK]) for line in lines) == sorted(self.marks), "a row is missing or stands twice"
        numbers = [line["Row"] for line in lines]
        assert numbers == sorted(set(numbers))
        assert set(range(2, 2 + self.course.rows)) <= set(numbers)
        for line in lines:
            self._minds_line(line)
        requests = Counter(line["Row"] for line in sheet_rows(self.workbook, "Attempts"))
        assert not self.server.arrived - requests, "a request that the workbook doesn't tell"
        assert requests == Counter({line["Row"]: line["Attempts"] for line in lines if line["Attempts"]})
        verified = verify(self.workbook, self.session())
        assert verified.is_as_written, (verified.differences, verified.others)
        assert verified.written_at is not None
        assert verified.rows == len(lines)

    def _minds_line(self, line: dict[str, Any]) -> None:
        row, status = line["Row"], line["Status"]
        mark = str(line[MARK])
        if mark.startswith("row "):
            assert mark == f"row {row}"
        if status == Status.ACCEPTED:
            assert self.server.taken[row], "accepted, and the server knows nothing of it"
        if row in self.server.asked_for:
            return
        assert self.server.taken[row] <= 1
        if self.server.taken[row]:
            assert status in (Status.ACCEPTED, Status.UNKNOWN), "taken, and the workbook says it was not"
        is_of_another_time = status == Status.UNKNOWN and row in self.server.never_left
        if self.server.taken[row] and row not in self.retold and not is_of_another_time:
            assert str(line[SUBJECT] or "").replace("_x000D_\n", "\r\n") == self.server.sent[row], (
                "it was sent otherwise"
            )

    def to_its_end(self) -> None:
        """Send it as often as it takes."""
        plain = SendOptions(skip_invalid=True, no_preflight=True)
        for _ in range(len(self.course.plan.acts) + 3):
            self.send(self.workbook if self.workbook.exists() else self.list, plain, None)
            self.ends = [(str(line[MARK]), str(line["Status"])) for line in sheet_rows(self.workbook)]
            if not {status for _, status in self.ends} & {"not sent", "rejected"}:
                break
        for status in {status for _, status in self.ends}:
            event(f"ends {status}")


def lived(course: Course) -> Lived:
    """All steps, then plain runs to its end; while requests come and after each workbook what must hold is minded."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        one = Lived(course, Path(folder))
        for step in course.steps:
            one.step(step)
        one.to_its_end()
        return one


def assert_none_twice_and_every_row_stands_once(one: Lived) -> None:
    """By the server's record and the last workbook, in which each row has come to an end."""
    assert one.server.taken_twice() == set()
    assert sorted(mark for mark, _ in one.ends) == sorted(one.marks)
    assert not {status for _, status in one.ends} & {"not sent", "rejected"}


# What is drawn

edits = st.builds(
    Edit,
    st.sampled_from(["change"] * 4 + ["delete", "add", "sort", "break", "mend"]),
    st.integers(0, 20),
    st.sampled_from(VALUES),
)
sendings = st.builds(
    lambda asked: SendOptions(
        skip_invalid=True, no_preflight=True, send_duplicates=asked == "duplicates", resend_unknown=asked == "unknown"
    ),
    st.sampled_from(["", "", "", "duplicates", "unknown"]),
)
steps = st.builds(
    Step,
    edits=st.lists(edits, max_size=4).map(tuple),
    of_list=st.sampled_from([False, False, False, True]),
    sending=sendings,
    disturbance=st.none() | st.none() | st.builds(Disturbance, st.sampled_from(list(At)), st.integers(1, 6)),
    elsewhere=st.sampled_from([False, False, False, True]),
)
courses = st.builds(
    Course,
    rows=st.integers(1, 7),
    plan=st.builds(
        Plan,
        limits=limits(may_repeat=False).map(lambda drawn: replace(drawn, first=None, batch_size=1)),
        keys=st.just(()),
        earlier=st.just({}),
        acts=st.lists(acts.filter(lambda act: act.says in ANSWERS), max_size=14).map(tuple),
        disturbances=st.just(()),
        resumes=st.just(False),
    ),
    steps=st.lists(steps, min_size=1, max_size=5).map(tuple),
)


_PLAIN = SendOptions(skip_invalid=True, no_preflight=True)


def added_row_of_a_killed_run(at: At, *edits: Edit) -> Course:
    """The workbook at hand has no number of a row that the journal has, and then that is edited."""
    limits = SendLimits(concurrency=4, held_seconds=0, may_repeat=False)
    return Course(
        rows=2,
        plan=Plan(limits, (), {}, (), (), resumes=False),
        steps=(
            Step((), False, _PLAIN, None, False),
            Step((Edit("add", 2, "one"),), False, _PLAIN, Disturbance(at, 1), False),
            Step(edits, False, _PLAIN, None, False),
        ),
    )


@settings(quick, max_examples=10)
@given(courses)
@example(added_row_of_a_killed_run(At.AFTER_COMMIT))
@example(added_row_of_a_killed_run(At.AFTER_COMMIT, Edit("change", 0, "=two")))
@example(added_row_of_a_killed_run(At.BEFORE_COMMIT, Edit("change", 0, "=two"), Edit("change", 1, "one")))
@example(added_row_of_a_killed_run(At.BEFORE_COMMIT, Edit("sort", 1, "one"), Edit("break", 0, "one")))
def test_no_row_of_a_mended_workbook_is_accepted_twice_and_every_row_stands_once(course: Course) -> None:
    assert_none_twice_and_every_row_stands_once(lived(course))


@pytest.mark.long
@settings(quick, max_examples=1_500, derandomize=False)
@given(courses)
def test_nor_in_many_more_courses(course: Course) -> None:
    assert_none_twice_and_every_row_stands_once(lived(course))


@pytest.mark.parametrize("says", ANSWERS)
def test_the_answers_mean_what_the_script_says(says: Says, wolkvox: Template) -> None:
    outcome = judge(answered(Act(says, retry_after=5.0)), wolkvox)
    assert outcome.verdict is VERDICT[says]
    assert (outcome.advice_if_rejected is not None) == (says is Says.DOUBTFUL_PAUSE)
    assert outcome.may_be_under_way == (says in (Says.TIMED_OUT_TAKEN, Says.UNKNOWN_NOT_TAKEN))
    assert outcome.retry_after_seconds == (5.0 if isinstance(ANSWERS[says], Response) else 0.0)
