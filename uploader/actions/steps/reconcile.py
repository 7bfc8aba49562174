"""A list that was sent before, perhaps in its own mended workbook: which rows go now, and which stand as they stood.

Rows are known by their number in the list, wherever they stand in the workbook at hand.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NamedTuple

from uploader.checks.checked_list import CheckedList
from uploader.i18n.words import Words
from uploader.model.job import RowState, arranged
from uploader.model.problems import Problem
from uploader.model.resend import ResendPolicy
from uploader.model.rows import ROW_COLUMN, Row, Status
from uploader.readers.pages import Records
from uploader.workbooks.digests import canonical
from uploader.workbooks.display_text import as_shown, is_cut
from uploader.workbooks.manifest import PROBLEMS, RESULTS, Manifest
from uploader.workbooks.reader import RowIndex
from uploader.workbooks.redaction import Redaction, is_hash

_NO_NUMBER = (
    Words("what stands in the column Row is no number of a row"),
    Words("Leave the cell empty if the row is new; else write the number that the row had."),
)
_NOT_OF_THE_LIST = Words("no row of the list has that number"), _NO_NUMBER[1]
_TWICE = Words("the row number is the same as in line {line}")
_MEND_TWICE = Words("Leave the cell empty if this row is new; else delete the row that is not meant.")
_CUT = (
    Words("the text was cut, because it is too long for a cell, and the whole is not known here"),
    Words("Write the whole text, or send the workbook from the computer that sent the list."),
)
_REDACTED = (
    Words("the value was left out of the workbook (--redact), and it is not known here"),
    Words("Write the value, or send the workbook from the computer that sent the list."),
)

_STAY = {
    Status.ACCEPTED: "{rows} accepted before, and not sent again.",
    Status.UNKNOWN: "{rows} sent before without a usable answer. Not sent again unless you say --resend-unknown: look "
    "them up first.",
    Status.SKIPPED: "{rows} skipped before, and not sent this time either.",
}
_CHANGED = {
    Status.ACCEPTED: "{rows} accepted before, and changed since: row {numbers}. A row that was accepted is not sent "
    "again, and the workbook shows again what was sent; the change stands in its advice. To send it as changed: "
    'uploader send "{name}" --send-duplicates',
    Status.UNKNOWN: "{rows} changed since, though the outcome is unknown: row {numbers}. The workbook shows again what "
    "was sent; the change stands in its advice. To send it as changed, after you have looked it up: "
    'uploader send "{name}" --resend-unknown',
}
_ELSEWHERE = (
    "{rows} known from before, and not in {name}. Nothing becomes of them now; they stand in the result workbook as "
    "they stood."
)
_AS_CHANGED = "These go as they were changed before, which their advice in the workbook says: row {numbers}."
_WOULD_STAY = {
    Status.ACCEPTED: "Accepted before, and changed since: row {numbers} of the list. It would not be sent "
    "again, unless with --send-duplicates.",
    Status.UNKNOWN: "Changed since, though the outcome is unknown: row {numbers} of the list. It would not be "
    "sent again, unless with --resend-unknown.",
}
_SHOWN_ROWS = 20

Standings = Callable[[Sequence[int]], Mapping[int, RowState]]
"""Where the rows with these numbers stand; those that are not known are left out."""


class HeldRow(NamedTuple):
    """A row that does not go."""

    position: int
    """Where it stands in the file at hand."""
    row: Row
    """Its number in the list, and the list's own cells."""
    standing: RowState | None
    """None where only the workbook itself tells it."""
    status: Status
    """`accepted`, `unknown` or `skipped`."""
    is_changed: bool
    """Its cells are not those that were sent."""
    may_go_later: bool
    """It stands changed in its own workbook: that it goes all the same, the person may yet say."""


class Batch(NamedTuple):
    """Some rows of a list, by whether they go."""

    going: Records | None
    """As the file has them, but with the whole values where the workbook shows only what a cell can hold; None where no
    row goes."""
    numbers: Mapping[int, int]
    """The number in the list of each of these, by its number in the file at hand."""
    before: Mapping[int, RowState]
    """Of those that go although they were accepted or are unknown, by number in the list."""
    staying: Sequence[HeldRow]
    problems: Sequence[Problem]
    """What is wrong with the rows that go, besides what every list is checked for."""
    as_changed: Sequence[int] = ()
    """The numbers in the list of those that go as they were changed before the last sending, which held them back."""


@dataclass(slots=True)
class Reconciliation:
    """The rows of a list, parted with the help of what is known of them."""

    opened: CheckedList
    standings: Standings
    repeats: ResendPolicy
    redaction: Redaction | None
    last_number: int = 0
    """The highest number of a row that is known beside those in the file."""
    knows_list: bool = False
    """Whether all rows of the list are known beside the file."""
    altered: Collection[int] = ()
    """The rows that were changed since, where only the workbook's own digests tell."""
    _marks: RowIndex | None = None
    _twice: Mapping[int, tuple[int, int]] = field(default_factory=dict)
    _positions: dict[int, int] = field(default_factory=dict)
    """Where the row of each number stands in the workbook at hand; made when it is first needed."""

    def __post_init__(self) -> None:
        if self.opened.own is not None:
            self._marks = self.opened.own.marks()
            self._twice = self._marks.twice()
            self.last_number = max(self.last_number, self._marks.last)

    def imprint(self) -> Manifest:
        """What a workbook of these rows says of itself; which columns are ours, it adds."""
        opened, own = self.opened, self.opened.own
        return Manifest(
            kind=PROBLEMS,
            list_sha256=opened.list_sha256,
            list_name=opened.list_name,
            list_sheet=opened.table.sheet if own is None else own.imprint.list_sheet,
            template=opened.template.name,
            template_sha256=opened.template.sha256,
            ours={},
            fields={field: (at, opened.header[at]) for field, at in opened.list_fields.items()},
            account="" if own is None else own.imprint.account,
            sandbox=own is not None and own.imprint.sandbox,
        )

    def parted(self) -> Iterator[Batch]:
        """All rows, some at a time."""
        new = self.last_number
        for texts in self.opened.table.texts():
            if self._marks is None:
                yield self._of(texts, texts.numbers)
                continue
            numbers: list[int] = []
            for position in texts.numbers:
                number = self._number(position)
                if number is None:
                    new += 1
                numbers.append(number or new)
            yield self._of(texts, numbers)

    def _number(self, position: int) -> int | None:
        """The row's number in the list; None where it is a new one."""
        return None if self._marks is None or position in self._twice else self._marks.number(position)

    def alone(self, staying: HeldRow) -> Records:
        """A row that does not go, as if it stood in the file at hand alone."""
        columns = [[""] for _ in self.opened.table.header]
        for column, cell in zip(self.opened.listed, staying.row.cells, strict=True):
            columns[column] = [cell]
        return Records([staying.position], columns)

    def at_hand(self, problem: Problem) -> Problem:
        """A problem of a row of the list, at its place in the workbook at hand."""
        if self._marks is None:
            return problem
        column = None if problem.column is None else self.opened.listed[problem.column]
        self._positions = self._positions or dict(zip(self._marks.numbers, self._marks.positions, strict=True))
        return replace(problem, row=self._positions.get(problem.row, problem.row), column=column)

    def _of(self, texts: Records, numbers: Sequence[int]) -> Batch:
        known = self.standings(numbers)
        is_own = self._marks is not None
        if not known and not is_own:
            return Batch(texts, dict(zip(texts.numbers, numbers, strict=True)), {}, (), ())
        listed, header = self.opened.listed, self.opened.header
        going: list[int] = []
        columns = [list(column) for column in texts.columns]
        staying: list[HeldRow] = []
        before: dict[int, RowState] = {}
        problems: list[Problem] = []
        as_changed: list[int] = []
        for at, (position, number) in enumerate(zip(texts.numbers, numbers, strict=True)):
            standing = known.get(number)
            here = [texts.columns[column][at] for column in listed]
            cells, is_changed = self._meant(here, header, standing, number)
            status = self._status(position, standing)
            if self._goes(status, standing, is_changed=is_changed):
                if standing is not None and standing.is_settled:
                    before[number] = standing
                if is_own and not is_changed and standing is not None and standing.changed is not None:
                    cells = list(standing.changed)
                    as_changed.append(number)
                going.append(at)
                for column, cell in zip(listed, cells, strict=True):
                    columns[column][at] = cell
                problems += self._problems(position, cells, here, standing) if is_own else ()
            else:
                may_go_later = is_own and is_changed and status in _CHANGED
                row = Row(number, tuple(cells))
                staying.append(HeldRow(position, row, standing, status, is_changed, may_go_later))
        picked = Records([texts.numbers[at] for at in going], [[column[at] for at in going] for column in columns])
        of = {texts.numbers[at]: numbers[at] for at in going}
        return Batch(picked if going else None, of, before, staying, problems, as_changed)

    def _status(self, position: int, standing: RowState | None) -> Status:
        """Where a row stands: what the journal knows counts, else what the workbook says of it."""
        if standing is not None:
            return standing.status
        if self._marks is None or self.knows_list or position in self._twice or self._marks.is_senseless(position):
            return Status.NOT_SENT
        return self._marks.status(position) or Status.NOT_SENT

    def _goes(self, status: Status, standing: RowState | None, *, is_changed: bool) -> bool:
        is_own = self._marks is not None
        match status:
            case Status.ACCEPTED if not is_own:
                # The same cells make the same request, if it goes the same way: the journal knows it by that.
                return self.repeats.duplicates or not (is_changed or (standing is not None and standing.is_taken_over))
            case Status.ACCEPTED:
                held_back = standing is not None and standing.changed is not None
                return self.repeats.duplicates and (is_changed or held_back)
            case Status.UNKNOWN:
                return self.repeats.unknown
            case Status.SKIPPED if standing is None or standing.is_taken_over:
                return is_changed or self.repeats.duplicates
            case _:
                return True

    def _meant(
        self, here: Sequence[str], header: Sequence[str], standing: RowState | None, number: int
    ) -> tuple[list[str], bool]:
        """A row's cells with what a workbook can't show put back, and whether somebody changed them."""
        if standing is None or not standing.cells:
            return list(here), number in self.altered
        known = arranged(standing.cells, standing.header, header, here)
        cells = [
            whole if self._is_same(cell, whole, name) else cell
            for cell, whole, name in zip(here, known, header, strict=True)
        ]
        sent = self.opened.list_fields.values()
        is_changed = any(cells[at] != known[at] for at in sent) or number in self.altered
        return (list(here) if self._marks is None else cells), is_changed

    def _is_same(self, cell: str, whole: str, name: str) -> bool:
        """Whether a cell still shows what was written there, or what was read there."""
        if cell == whole:
            return True
        shown = canonical(cell)
        if self._marks is None:
            return shown == canonical(whole)
        is_redacted = self.redaction is not None and name in self.redaction.columns
        if is_redacted and self.redaction is not None and shown == self.redaction.hashed(whole):
            return True
        return shown == canonical(as_shown(whole))

    def _problems(
        self, position: int, cells: Sequence[str], here: Sequence[str], standing: RowState | None
    ) -> Iterator[Problem]:
        own, marks = self.opened.own, self._marks
        if own is None or marks is None:
            return
        if marks.is_senseless(position):
            yield Problem(position, own.ours[ROW_COLUMN], *_NO_NUMBER)
        if position in self._twice:
            _, line = self._twice[position]
            yield Problem(position, own.ours[ROW_COLUMN], _TWICE.format(line=line), _MEND_TWICE)
        elif standing is None and self.knows_list and marks.number(position) is not None:
            yield Problem(position, own.ours[ROW_COLUMN], *_NOT_OF_THE_LIST)
        redacted = set(own.imprint.redacted) if own.imprint.kind == RESULTS else set()
        for column, name, cell, shown in zip(self.opened.listed, self.opened.header, cells, here, strict=True):
            if cell == shown and column in self.opened.fields.values():
                if is_cut(cell):
                    yield Problem(position, column, *_CUT)
                elif name in redacted and is_hash(cell):
                    yield Problem(position, column, *_REDACTED)


@dataclass(slots=True)
class HeldCounts:
    """Counts rows that do not go, to be told in a few lines."""

    _counts: Counter[Status] = field(default_factory=Counter)
    _changed: list[tuple[Status, int]] = field(default_factory=list)
    as_changed: list[int] = field(default_factory=list)
    """The rows that go as they were changed before the last sending."""

    def add(self, staying: HeldRow) -> None:
        """One more row."""
        self._counts[staying.status] += 1
        if staying.may_go_later:
            self._changed.append((staying.status, staying.row.number))

    def __getitem__(self, status: Status) -> int:
        """How many rows stay as that."""
        return self._counts[status]

    def changed(self) -> Iterator[str]:
        """Which rows would stay though they were changed."""
        for status, words in _WOULD_STAY.items():
            numbers = self._numbers(status)
            if numbers:
                yield words.format(numbers=numbers)

    def told(self, path: Path, elsewhere: int) -> Iterator[str]:
        """How many rows stay, and which of them were changed since; which go as they were changed.

        `elsewhere`: how many rows of the list don't stand in the file at hand.
        """
        if elsewhere:
            yield _ELSEWHERE.format(rows=_rows(elsewhere), name=path.name)
        if self.as_changed:
            yield _AS_CHANGED.format(numbers=_listed(self.as_changed))
        for status, words in _STAY.items():
            if self._counts[status]:
                yield words.format(rows=_rows(self._counts[status]))
        for status, words in _CHANGED.items():
            count = sum(one is status for one, _ in self._changed)
            if count:
                yield words.format(rows=_rows(count), numbers=self._numbers(status), name=path)

    def _numbers(self, status: Status) -> str:
        """The numbers in the list of the rows that stay as that, and were changed."""
        return _listed(sorted(number for one, number in self._changed if one is status))


def _listed(numbers: Sequence[int]) -> str:
    return ", ".join(map(str, numbers[:_SHOWN_ROWS])) + (" …" if len(numbers) > _SHOWN_ROWS else "")


def _rows(count: int) -> str:
    return "1 row was" if count == 1 else f"{count:,} rows were"
