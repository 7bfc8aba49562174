"""The rows at hand against what is known of them: which go now, and which keep the outcome that they have.

Rows are known by their number in the list, wherever they are in the workbook at hand. A list that was sent before says
nothing new of them: what was edited since, in its workbooks, counts.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from uploader.actions.planning.known.held_rows import EDITABLE, HeldRow
from uploader.actions.planning.known.job_columns import JobColumns
from uploader.actions.planning.known.repeated_keys import repeated_keys
from uploader.actions.planning.known.row_numbers import RowNumbers
from uploader.actions.planning.open_list import OpenedList
from uploader.model.job import RowState
from uploader.model.problems import Problem
from uploader.model.resend import ResendPolicy
from uploader.model.rows import ROW_COLUMN, Row, Status
from uploader.readers.pages import Records
from uploader.workbooks.manifest import PROBLEMS, RESULTS, Manifest
from uploader.workbooks.read_back.written_cells import WrittenCells
from uploader.workbooks.redaction import Redaction, is_hash, shows
from uploader.workbooks.xlsx.display_text import is_cut

RowStates = Callable[[Sequence[int]], Mapping[int, RowState]]
"""The state of the rows with these numbers; those that are not known are left out."""


UnsentCells = Callable[[Sequence[int]], Mapping[int, Sequence[str]]]
"""The cells, as they are known, of the rows from the first to the last of these numbers that are `not sent`."""


class Batch(NamedTuple):
    """Some rows of a list, by whether they go."""

    going: Records | None
    """As the file has them, but with the whole values where the workbook shows only what a cell can hold; None where no
    row goes."""
    numbers: Mapping[int, int]
    """The number in the list of each of these, by its number in the file at hand."""
    states: Mapping[int, RowState]
    """What is known of rows, by number in the list; without those of a list that go as they stand there."""
    before: Mapping[int, RowState]
    """Of those that were accepted or are unknown and are sent anyway, by number in the list."""
    asked: Collection[int]
    """The numbers in the list of those among them that go only if the person says so."""
    held: Sequence[HeldRow]
    problems: Sequence[Problem]
    """What is wrong with the rows that go, besides what every list is checked for."""
    as_edited: Sequence[int] = ()
    """The numbers in the list of those that go with the edits that the last sending held back."""

    @property
    def rows(self) -> int:
        """How many they are."""
        return len(self.numbers) + len(self.held)


@dataclass(slots=True)
class Reconciliation:
    """The rows of a list, each held against what is known of it; can be gone through as often as needed."""

    opened: OpenedList
    columns: JobColumns
    numbers: RowNumbers
    states: RowStates
    unsent_cells: UnsentCells
    policy: ResendPolicy
    redaction: Redaction | None
    job: int | None = None
    """The list's, where it was sent before: all its rows are known beside the file."""
    counts_statuses: bool = True
    """Whether what a workbook at hand says became of its rows counts: not what was practised, where they are sent."""
    only_edited: bool = False
    """Whether rows that were refused or invalid go only if they were edited since."""
    is_ours_of_old: bool = False
    """Whether the workbook at hand was written from what is known: what is as it was written there, is no edit."""
    list_name: str = ""
    """The list's file, as it was first sent."""
    altered: Collection[int] = ()
    """The rows that were edited since, where only the workbook's own digests say so."""
    _written: WrittenCells = field(default_factory=WrittenCells)

    def __post_init__(self) -> None:
        if self.opened.workbook is not None:
            self._written = WrittenCells.of(self.opened.workbook, self.opened.checked.listed)

    @property
    def _is_list(self) -> bool:
        """Whether the file at hand is the list, and no workbook of ours."""
        return self.opened.workbook is None

    def manifest(self) -> Manifest:
        """What a workbook of these rows says of itself; which columns are ours, the workbook adds."""
        opened, checked = self.opened, self.opened.checked
        return Manifest(
            kind=PROBLEMS,
            list_sha256=opened.list_sha256,
            list_name=opened.list_name,
            list_sheet=opened.list_sheet,
            template=opened.template.name,
            template_sha256=opened.template.sha256,
            our_columns={},
            fields={name: (at, checked.header[at]) for name, at in checked.list_fields.items()},
            job_key=opened.job_key,
            sandbox=opened.is_of_sandbox,
            decimals=checked.decimals.signs,
        )

    def batches(self) -> Iterator[Batch]:
        """All rows, some at a time."""
        keys = repeated_keys(self._batches(), self.opened.checked)
        for batch in self._batches():
            repeated = keys.problems(batch.going)
            yield batch._replace(problems=[*batch.problems, *repeated]) if repeated else batch

    def _batches(self) -> Iterator[Batch]:
        for records in self.opened.checked.table.texts():
            yield self._batch(records, self.numbers.in_list(records.numbers))

    def alone(self, held: HeldRow) -> Records:
        """A row that does not go, as if it were in the file at hand alone."""
        columns = [[""] for _ in self.opened.checked.table.header]
        for column, cell in zip(self.opened.checked.listed, held.row.cells, strict=True):
            columns[column] = [cell]
        return Records([held.position], columns)

    def at_hand(self, problem: Problem) -> Problem:
        """A problem of a row of the list, at its place in the workbook at hand."""
        if self._is_list:
            return problem
        column = None if problem.column is None else self.opened.checked.listed[problem.column]
        return replace(problem, row=self.numbers.position(problem.row), column=column)

    def _batch(self, records: Records, numbers: Sequence[int]) -> Batch:
        states = self.states(self._not_as_here(records, numbers)) if self._is_list else self.states(numbers)
        if not states and self._is_list:
            return Batch(records, dict(zip(records.numbers, numbers, strict=True)), {}, {}, (), (), ())
        batch = _BatchUnderWay(self, records, states)
        for at, (position, number) in enumerate(zip(records.numbers, numbers, strict=True)):
            batch.add(at, position, number, states.get(number))
        return batch.made(numbers)

    def _not_as_here(self, records: Records, numbers: Sequence[int]) -> Sequence[int]:
        """The rows of a list but for those that are known as it has them and were not sent: they go as new ones do."""
        if self.job is None or not self.columns.are_alike:
            return numbers
        unsent = self.unsent_cells(numbers)
        here = zip(*(records.columns[column] for column in self.opened.checked.listed), strict=True)
        return [number for number, cells in zip(numbers, map(list, here), strict=True) if unsent.get(number) != cells]

    def status(self, position: int, state: RowState | None) -> Status:
        """A row's status: what the journal knows counts, else what the workbook says of it."""
        if state is not None:
            return state.status
        if self.job is not None or not self.counts_statuses:
            return Status.NOT_SENT
        return self.numbers.status(position) or Status.NOT_SENT

    def goes(self, status: Status, state: RowState | None, *, is_edited: bool) -> bool:
        """Whether a row of that status goes now."""
        match status:
            case Status.ACCEPTED if self._is_list:
                return self.policy.duplicates
            case Status.ACCEPTED:
                return self.policy.duplicates and (is_edited or (state is not None and state.is_edited))
            case Status.UNKNOWN:
                return self.policy.unknown
            case Status.SKIPPED if state is None or state.is_recovered:
                return is_edited or self.policy.duplicates
            case Status.REJECTED | Status.INVALID:
                return is_edited or not self.only_edited
            case _:
                return True

    def may_be_asked(self, status: Status, state: RowState | None) -> bool:
        """Whether a row that does not go is one that a person may want to send once more: of the list as it was."""
        return self._is_list and status is Status.ACCEPTED and state is not None

    def cells_meant(self, here: Sequence[str], state: RowState | None, number: int) -> tuple[list[str], bool]:
        """A row's cells with what a workbook can't show put back, and whether somebody edited them."""
        if state is None or not state.cells:
            return list(here), number in self.altered
        latest, names = self.columns.at_hand(state.cells), self.columns.here
        if self._is_list and latest == here:
            return latest, False
        if self._is_list:
            as_known = zip(here, latest, names, strict=True)
            return [cell if self._shows(known, cell, name) else known for cell, known, name in as_known], False
        sent = set(self.opened.checked.list_fields.values())
        shown = latest if state.sent is None or not state.may_have_arrived else self.columns.at_hand(state.sent)
        shown = [shown[at] if at in sent else cell for at, cell in enumerate(latest)]
        cells = [
            whole if self._shows(cell, whole, name) else cell
            for cell, whole, name in zip(here, shown, names, strict=True)
        ]
        if number in self.altered:
            return cells, True
        if cells != shown and self.is_ours_of_old and self._written.has(number, here):
            return self._written.renewed(here, latest), False
        if any(cells[at] != shown[at] for at in sent):
            return cells, True
        return [latest[at] if at in sent else cell for at, cell in enumerate(cells)], False

    @property
    def own_columns(self) -> Sequence[int]:
        """Which of the columns at hand, from 0, are not a person's notes in a workbook of ours."""
        return self._written.places or range(len(self.opened.checked.header))

    def is_known_to_be_edited(self, row: Row) -> bool:
        """Whether the workbook's digests prove that somebody typed into the row's cells."""
        return row.number in self._written.digests and not self._written.has(row.number, row.cells)

    def was_edited(self, row: Row) -> bool:
        """Whether a row has cells that somebody typed into the workbook at hand."""
        return not self._is_list and not self._written.has(row.number, row.cells)

    def _shows(self, cell: str, whole: str, name: str) -> bool:
        return shows(cell, whole, name, self.redaction) or self._is_hash(cell, name)

    def _is_hash(self, cell: str, name: str) -> bool:
        """Whether nothing is known of a value but a hash: a list's own cell is better, whoever's key made that."""
        return self._is_list and self.redaction is not None and name in self.redaction.columns and is_hash(cell)

    def problems(
        self, position: int, cells: Sequence[str], here: Sequence[str], state: RowState | None
    ) -> Iterator[Problem]:
        """What is wrong with a row of a workbook of ours, besides what every list is checked for."""
        workbook, numbers = self.opened.workbook, self.numbers
        if workbook is None:
            return
        row_column = workbook.our_columns[ROW_COLUMN]
        if numbers.is_not_a_number(position):
            yield Problem(position, row_column, "not_a_row_number")
        same = numbers.same_above(position)
        if same is not None:
            yield Problem(position, row_column, "same_row_number", {"line": same})
        elif state is None and self.job is not None and numbers.has_number(position):
            yield Problem(position, row_column, "not_of_the_list")
        checked, manifest = self.opened.checked, workbook.manifest
        redacted = set(manifest.redacted) if manifest.kind == RESULTS else set()
        for column, name, cell, shown in zip(checked.listed, checked.header, cells, here, strict=True):
            if cell == shown and column in checked.fields.values():
                if is_cut(cell):
                    yield Problem(position, column, "cut_text")
                elif name in redacted and is_hash(cell):
                    yield Problem(position, column, "redacted")


class _BatchUnderWay:
    """Some rows of which something is known, parted one by one."""

    def __init__(self, all_rows: Reconciliation, records: Records, states: Mapping[int, RowState]) -> None:
        self._all, self._records, self._states = all_rows, records, states
        self._listed = all_rows.opened.checked.listed
        self._columns = [list(column) for column in records.columns]
        self._going: list[int] = []
        self._held: list[HeldRow] = []
        self._before: dict[int, RowState] = {}
        self._asked: list[int] = []
        self._problems: list[Problem] = []
        self._as_edited: list[int] = []

    def add(self, at: int, position: int, number: int, state: RowState | None) -> None:
        """The row at `at` of these records."""
        here = [self._records.columns[column][at] for column in self._listed]
        cells, is_edited = self._all.cells_meant(here, state, number)
        status = self._all.status(position, state)
        goes = self._all.goes(status, state, is_edited=is_edited)
        if goes or self._all.may_be_asked(status, state):
            if state is not None and state.may_have_arrived:
                self._before[number] = state
            if not goes:
                self._asked.append(number)
            elif not is_edited and state is not None and state.is_edited:
                self._as_edited.append(number)  # with the edit that was held back
            self._add_going(at, position, cells, here, state)
        else:
            may_go_later = self._is_ours and is_edited and status in EDITABLE
            self._held.append(HeldRow(position, Row(number, tuple(cells)), state, status, may_go_later))

    @property
    def _is_ours(self) -> bool:
        return self._all.opened.workbook is not None

    def _add_going(
        self, at: int, position: int, cells: Sequence[str], here: Sequence[str], state: RowState | None
    ) -> None:
        self._going.append(at)
        if cells != here:
            for column, cell in zip(self._listed, cells, strict=True):
                self._columns[column][at] = cell
        if self._is_ours:
            self._problems += self._all.problems(position, cells, here, state)

    def made(self, numbers: Sequence[int]) -> Batch:
        """All of them."""
        records = self._records
        going = None
        if self._going:
            columns: list[list[str]] = self._columns
            if len(self._going) < len(records.numbers):
                columns = [[column[at] for at in self._going] for column in columns]
            going = Records([records.numbers[at] for at in self._going], columns)
        of = {records.numbers[at]: numbers[at] for at in self._going}
        return Batch(going, of, self._states, self._before, self._asked, self._held, self._problems, self._as_edited)
