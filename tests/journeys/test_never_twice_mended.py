"""A list sent, its workbook mended and sent again, over and over, with any answers and kills in between.

The real `send` with its journal, workbooks and locks; in the place of the wire the server and the clock of
`test_never_twice`.
"""

import asyncio
import json
import shutil
import tempfile
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, cast

import openpyxl
import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from tests.conftest import FIELDS, sheet_rows, write_csv
from tests.sending.test_never_twice import (
    FINAL,
    TAKING,
    TIMEOUT,
    UNKNOWN,
    Act,
    At,
    Disturbance,
    Killed,
    Plan,
    Says,
    World,
    acts,
    limits,
    quick,
)
from uploader.actions.options import ReadOptions, SendOptions
from uploader.actions.send import send
from uploader.actions.session import Session
from uploader.actions.steps.wire import Wire as HandedWire
from uploader.actions.verify import verify
from uploader.journal import RunLedger, open_journal
from uploader.journal.sqlite import journal as journal_module
from uploader.model.http import Request, Response, SendFailure
from uploader.model.job import Summary
from uploader.model.outcomes import Completion, Dispatch
from uploader.model.resend import ResendPolicy
from uploader.model.rows import Status, WaitingRow, column_letter
from uploader.sending.sender import SendReport

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


@dataclass
class ScriptedServer:
    """The server, which minds what it must never see; rows are known by their number."""

    world: World
    acts: Iterator[Act]
    repeats: ResendPolicy = field(default_factory=ResendPolicy)
    accepted: set[int] = field(default_factory=set)
    """Rows that the journal calls accepted."""
    maybe: set[int] = field(default_factory=set)
    """Rows that were taken, or may have been as far as the sender can know."""
    print_of: dict[int, str] = field(default_factory=dict)
    """Of each of these rows the request."""
    taken: Counter[int] = field(default_factory=Counter)
    taken_prints: Counter[str] = field(default_factory=Counter)
    asked_for: set[int] = field(default_factory=set)
    """Rows that were sent again because somebody said so."""
    arrived: Counter[int] = field(default_factory=Counter)
    sent: dict[int, str] = field(default_factory=dict)
    """The subject that was taken."""
    closed: set[int] = field(default_factory=set)

    async def send(self, request: Request) -> Response | SendFailure:
        number, _, subject = request.body.decode().partition(" ")
        row, print_ = int(number), request.fingerprint
        self._minds(row, print_)
        self.arrived[row] += 1
        act = next(self.acts, Act(Says.ACCEPTED))
        if self.taken_prints[print_] and act.says in (*FINAL, Says.DOUBTFUL_PAUSE):
            act = replace(act, says=Says.ACCEPTED)
        if act.says in TAKING:
            self.taken[row] += 1
            self.taken_prints[print_] += 1
            self.sent[row] = subject
        self.maybe.add(row)
        self.print_of[row] = print_
        await asyncio.sleep(TIMEOUT if act.says is Says.TIMED_OUT_TAKEN else act.seconds / 2)
        self.world.moment(At.IN_FLIGHT)
        await asyncio.sleep(act.seconds / 2)
        if act.says not in TAKING | UNKNOWN and not self.taken[row] and row not in self.asked_for:
            self.maybe.discard(row)
        return Response(200, f"{act.says}\0{act.retry_after}".encode(), 1)

    def _minds(self, row: int, print_: str) -> None:
        if row in self.accepted:
            assert self.repeats.duplicates, "a row that was accepted is sent again, and nobody asked for it"
            self.asked_for.add(row)
        elif row in self.maybe:
            assert self.repeats.unknown, "a row that may have arrived is sent again, and nobody asked for it"
            self.asked_for.add(row)
        if not self.repeats.duplicates:
            known = self.accepted if self.repeats.unknown else self.maybe
            prints = {self.print_of[other] for other in known if other in self.print_of}
            assert print_ not in prints, "a request that is known is sent again, and nobody asked for it"

    @asynccontextmanager
    async def opened(self) -> AsyncIterator["ScriptedServer"]:
        yield self

    def restarted(self) -> None:
        """The sender's next process."""


@dataclass
class NotingLedger:
    """The real ledger of one run; the server hears which rows are accepted for good."""

    ledger: RunLedger
    wire: ScriptedServer

    def commit(self, completions: Sequence[Completion], dispatches: Sequence[Dispatch]) -> Mapping[int, Status]:
        held_back = self.ledger.commit(completions, dispatches)
        self.wire.accepted |= {done.dispatch.row.number for done in completions if done.status is Status.ACCEPTED}
        return held_back


@dataclass
class Lived:
    """One course: a folder with a list, its workbook, and a home."""

    course: Course
    folder: Path
    marks: list[str] = field(default_factory=list)
    """Of every row of the list, and of every one that was added and sent."""
    is_elsewhere: bool = False
    retold: set[int] = field(default_factory=set)
    """Rows that somebody changed where only a workbook tells of them."""
    is_told: bool = False
    """The workbook tells all that was sent."""
    last: int = 0
    """Counts the rows that were added."""

    def __post_init__(self) -> None:
        self.world = World(self.course.plan, self.folder / "home" / "journal.db")
        self.wire = ScriptedServer(self.world, iter(self.course.plan.acts))
        self.world.server = self.wire  # type: ignore[assignment]
        self.list, self.workbook = self.folder / "list.csv", self.folder / "list.results.xlsx"
        self.marks = [f"row {number}" for number in range(2, 2 + self.course.rows)]
        rows = [self._row(mark, f"subject of {mark}") for mark in self.marks]
        write_csv(self.list, rows)
        self.session = Session(
            home=self.folder / "home",
            environment={"WOLKVOX_SERVER": "0042", "WOLKVOX_TOKEN": "secret"},
            wire=HandedWire(send_rows=self.send_rows),
        )

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
            self.wire.print_of.pop(row, None)

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
            shutil.rmtree(self.session.home)
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
        self.wire.repeats = sending.policy()
        self.marks += added
        summary: Summary | None = None
        self.is_told = False
        with suppress(Killed):
            summary = send(path, ReadOptions(), sending, self.session)
        if summary is not None:
            assert summary.results == self.workbook, "the workbook went elsewhere"
            self.minds()
            self.is_told = True

    def send_rows(
        self, rows: Iterator[WaitingRow], ledger: RunLedger, *, build: Callable[[WaitingRow], Request], **_: Any
    ) -> SendReport:
        """As `sending.sender.send_rows`, on this wire and by this clock."""
        world, wire = self.world, self.wire
        with open_journal(world.path) as journal:
            known = list(journal.results(journal.jobs()[0].id))
        wire.accepted = {
            one.row.number for one in known if one.status is Status.ACCEPTED and one.row.number in wire.maybe
        }

        def numbered(waiting: WaitingRow) -> Request:
            request = build(waiting)
            body = f"{waiting.row.number} {json.loads(request.body)[SUBJECT]}"
            return replace(request, body=body.encode())

        noting = NotingLedger(ledger, wire)
        return world.send(
            rows, cast(RunLedger, noting), build=numbered, open_transport=wire.opened, confirm=lambda _: False
        )

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
        assert not self.wire.arrived - requests, "a request that the workbook doesn't tell"
        assert requests == Counter({line["Row"]: line["Attempts"] for line in lines if line["Attempts"]})
        verified = verify(self.workbook, self.session)
        assert verified.is_as_written, (verified.differences, verified.others)
        assert verified.written_at is not None
        assert verified.rows == len(lines)

    def _minds_line(self, line: dict[str, Any]) -> None:
        row, status = line["Row"], line["Status"]
        mark = str(line[MARK])
        if mark.startswith("row "):
            assert mark == f"row {row}"
        if status == Status.ACCEPTED:
            assert self.wire.taken[row], "accepted, and the server knows nothing of it"
        if row in self.wire.asked_for:
            return
        assert self.wire.taken[row] <= 1
        if self.wire.taken[row]:
            assert status in (Status.ACCEPTED, Status.UNKNOWN), "taken, and the workbook says it was not"
        if self.wire.taken[row] and row not in self.retold:
            assert str(line[SUBJECT] or "").replace("_x000D_\n", "\r\n") == self.wire.sent[row], "it was sent otherwise"

    def minds_the_end(self) -> None:
        """Sent as often as it takes, every row comes to an end."""
        plain = SendOptions(skip_invalid=True, no_preflight=True)
        for _ in range(len(self.course.plan.acts) + 3):
            self.send(self.workbook if self.workbook.exists() else self.list, plain, None)
            left = {str(line["Status"]) for line in sheet_rows(self.workbook)} & {"not sent", "rejected"}
            if not left:
                break
        for status in {str(line["Status"]) for line in sheet_rows(self.workbook)}:
            event(f"ends {status}")
        assert not left


def lived(course: Course) -> None:
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder, pytest.MonkeyPatch.context() as patch:
        life = Lived(course, Path(folder))
        patch.setattr(journal_module, "Connection", life.world.connected)
        for step in course.steps:
            life.step(step)
        life.minds_the_end()


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
        limits=limits(may_repeat=False).map(lambda drawn: replace(drawn, first=None)),
        keys=st.just(()),
        earlier=st.just({}),
        acts=st.lists(acts, max_size=14).map(tuple),
        disturbances=st.just(()),
        resumes=st.just(False),
    ),
    steps=st.lists(steps, min_size=1, max_size=5).map(tuple),
)


@settings(quick, max_examples=25)
@given(courses)
def test_no_row_of_a_mended_workbook_is_accepted_twice_and_every_row_stands_once(course: Course) -> None:
    lived(course)


@pytest.mark.long
@settings(quick, max_examples=1_500, derandomize=False)
@given(courses)
def test_nor_in_many_more_courses(course: Course) -> None:
    lived(course)
