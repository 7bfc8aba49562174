"""A list opened for a template: columns matched, rows examined, bytes hashed; nothing is kept or sent here."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from dataclasses import field as field_of
from pathlib import Path
from typing import NamedTuple

from uploader.checks import mapping, rules, spreadsheet_damage
from uploader.errors import ColumnError, ListError
from uploader.model.problems import Problem
from uploader.model.rows import RESULT_COLUMNS, Row, column_letter
from uploader.readers import open_list
from uploader.readers.pages import Records
from uploader.readers.scan import DATE_AMONG_TEXT
from uploader.readers.suspicious_rows import IS_NO_RECORD
from uploader.readers.table import Table
from uploader.templates.template import Template
from uploader.workbooks.reader import ResultWorkbook

DEFAULT_TEMPLATE = "wolkvox/add_interaction"
_HASHED_AT_ONCE = 1 << 20

_NO_HEADER = (
    "{name} seems to have no header: row {row} is “{first}”. Put a row with the columns' names above it, or say which "
    "row has them with --header-row."
)
_TAKEN_FOR_HEADER = (
    "Row {row} is taken for the header and is not sent, though it looks like a record: “{first}”. If it is one, put a "
    "row with the columns' names above it."
)
_WAS_OURS = (
    "{name} has the columns of a result workbook, but not its hidden sheet. So it is taken for a list, and its rows "
    "are sent unless the journal of this computer knows them: send the workbook itself instead."
)
_SEVERAL = 2
_ONE_CELL_A_LINE = (
    "{name} has a single column, “{header}”: each line stands in quotes as a whole, or is parted by something else. "
    "Export the list again, or save it as XLSX; or say the delimiter with --delimiter."
)
_OPEN = "{name} is open in {program}: changes that are not saved yet are not sent."
_DATES = "Column {letter} holds dates; {field} goes out as {written}."
_NO_ROWS = "{name} has a header (row {row}: {header}) and no rows below it, so there is nothing to send."


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """Which template, and what was said of how the list is to be read; None leaves it to detection."""

    template: str | None = None
    """None is the one by which a workbook of ours was sent, else the default."""
    mapping: Mapping[str, str] = field_of(default_factory=dict)
    """Field -> column, by name or letter."""
    sheet: str | None = None
    header_row: int | None = None
    encoding: str | None = None
    delimiter: str | None = None


class CheckedRows(NamedTuple):
    """Some rows of a list, and what was found in them."""

    texts: Records
    problems: list[Problem]
    """All that is wrong with them, warnings too."""
    fields: Mapping[str, Sequence[str]]
    """What each row puts into each field."""

    def values(self) -> Iterator[dict[str, str]]:
        """What each row puts into the fields, row by row."""
        return (dict(zip(self.fields, row, strict=True)) for row in zip(*self.fields.values(), strict=True))


@dataclass(frozen=True, slots=True)
class CheckedList:
    """A list that was understood as a table whose columns fit the template."""

    path: Path
    sha256: str
    """Of the file at hand."""
    template: Template
    table: Table
    fields: Mapping[str, int]
    """Which column, from 0, fills which field."""
    notes: Sequence[str]
    """What the person should know of the list as a whole, as sentences."""

    @property
    def own(self) -> ResultWorkbook | None:
        """The workbook of ours that it is."""
        return self.table.own

    @property
    def list_sha256(self) -> str:
        """Of the list as it was first sent."""
        return self.sha256 if self.own is None else self.own.imprint.list_sha256

    @property
    def list_name(self) -> str:
        """The list's file, as it was first sent."""
        return self.path.name if self.own is None else self.own.imprint.list_name

    @property
    def listed(self) -> Sequence[int]:
        """The positions of the list's own columns."""
        return self.table.listed

    @property
    def header(self) -> list[str]:
        """The names of the list's own columns."""
        return [self.table.header[at] for at in self.listed]

    @property
    def list_fields(self) -> dict[str, int]:
        """Which of the list's own columns, from 0, fills which field."""
        places = {position: at for at, position in enumerate(self.listed)}
        return {field: places[position] for field, position in self.fields.items()}

    def examined(self) -> Iterator[CheckedRows]:
        """The rows, some at a time."""
        return map(self.examine, self.table.texts())

    def examine(self, some: Records) -> CheckedRows:
        """What is to be said of these rows, all or some of those that stand together, and what they put into fields."""
        sent, of_column = set(self.fields.values()), self.template.columns
        dated = {position for field, position in self.fields.items() if of_column[field].date_format is not None}
        found = [
            problem
            for problem in self.table.findings.between(some.numbers[0], some.numbers[-1])
            if problem.column is None or problem.column in sent
            if problem.cause != DATE_AMONG_TEXT[0] or problem.column not in dated
        ]
        if found and self.own is not None:  # these may be some rows of several
            here = frozenset(some.numbers)
            found = [problem for problem in found if problem.row in here]
        spoiled = {(problem.row, problem.column) for problem in found}
        fields: dict[str, Sequence[str]] = {}
        for field, position in self.fields.items():
            cells, column = some.columns[position], of_column[field]
            is_plain = spreadsheet_damage.is_plain(cells)
            if not is_plain:
                damaged = spreadsheet_damage.problems(some.numbers, cells, position, trim=column.trim)
                found += [problem for problem in damaged if (problem.row, position) not in spoiled]
            fields[field] = cells if is_plain and column.date_format is None else list(map(column.meant, cells))
        spoiled = _places(found)
        wrong = rules.problems(some.numbers, fields, self.fields, of_column, self.template.header_fields)
        found += [problem for problem in wrong if (problem.row, problem.column) not in spoiled]
        return CheckedRows(some, _told_once(found), fields)

    def rows(self, some: Records, numbers: Mapping[int, int]) -> Iterator[tuple[int, Row]]:
        """Each record's number in the file at hand, and the record by its number in the list, without our columns."""
        columns = some.columns if self.own is None else [some.columns[at] for at in self.listed]
        cells = zip(*columns, strict=True)
        return ((at, Row(numbers[at], row)) for at, row in zip(some.numbers, cells, strict=True))

    def list_column(self, position: int) -> int:
        """Which of the list's own columns, from 0, stands there in the file at hand; -1 is our column `Row`."""
        return self.listed.index(position) if position in self.listed else -1

    def faults(self, found: Iterable[Problem]) -> list[int]:
        """Which of the list's own columns these problems are about."""
        columns = {self.list_column(problem.column) for problem in found if problem.column is not None}
        return sorted(columns - {-1})

    def is_unchanged(self) -> bool:
        """Whether the file's bytes are still those that were hashed."""
        return sha256_of(self.path) == self.sha256


def _told_once(found: list[Problem]) -> list[Problem]:
    """A row that is no record, as a total, lacks most fields: that it is none says why, and stops it instead."""
    odd = {problem.row for problem in found if problem.cause in IS_NO_RECORD}
    stopped = {problem.row for problem in found if problem.stops and problem.row in odd}
    if not stopped:
        return found
    return [
        replace(problem, stops=problem.stops or problem.cause in IS_NO_RECORD) if problem.row in stopped else problem
        for problem in found
        if problem.row not in stopped or problem.column is None or not problem.stops
    ]


def _places(found: Iterable[Problem]) -> set[tuple[int, int | None]]:
    """The cells of which it is said already that they stop their rows."""
    return {(problem.row, problem.column) for problem in found if problem.stops}


Ask = Callable[[ColumnError], str | None]
"""Asks a person which column is meant; the column's letter, or None where none of them is."""


def opened(path: Path, reading: ReadOptions, template: Template, ask: Ask | None = None) -> CheckedList:
    """Read the list's shape and match its columns. Raises ListError, or SettingsError where `reading` is wrong."""
    table = open_list(
        path,
        wanted=mapping.wanted_names(template.columns),
        sheet=reading.sheet,
        header_row=reading.header_row,
        encoding=reading.encoding,
        delimiter=reading.delimiter,
    )
    sha256 = sha256_of(path)
    fields = _matched(table, template, dict(reading.mapping), ask)
    if not table.rows:
        names = ", ".join(name for name in table.header if name)
        raise ListError(_NO_ROWS.format(name=path.name, row=table.header_row, header=names))
    notes = [*table.notes, *_open_elsewhere(path), *_dates(table, fields, template)]
    if table.own is None and set(RESULT_COLUMNS) <= {name.strip() for name in table.header}:
        notes.append(_WAS_OURS.format(name=path.name))
    if not table.has_header():
        notes.append(_TAKEN_FOR_HEADER.format(row=table.header_row, first=_first_row(table)))
    return CheckedList(path, sha256, template, table, fields, notes)


def _matched(table: Table, template: Template, chosen: dict[str, str], ask: Ask | None) -> dict[str, int]:
    """Which column fills which field; what can't be known is asked for, as long as somebody answers."""
    known = {} if table.own is None else table.own.mapping()
    while True:
        try:
            return mapping.matched(table.header, template.columns, chosen, known)
        except ColumnError as why:
            if len(table.header) == 1 and max(map(table.header[0].count, ",;\t|")) >= _SEVERAL:
                raise ListError(_ONE_CELL_A_LINE.format(name=table.path.name, header=table.header[0])) from why
            if not table.has_header():
                told = _NO_HEADER.format(name=table.path.name, row=table.header_row, first=_first_row(table))
                raise ListError(told) from why
            why.first_row = next(([column[0] for column in some.columns] for some in table.texts()), why.first_row)
            answer = None if ask is None else ask(why)
            if answer is None:
                raise
            chosen[why.field] = answer


def _first_row(table: Table) -> str:
    return ", ".join(" ".join(cell.split()) for cell in table.header if cell)


def _open_elsewhere(path: Path) -> Iterator[str]:
    """Excel and LibreOffice leave a small file beside a list that they have open."""
    for program, beside in {"Excel": f"~${path.name}", "LibreOffice": f".~lock.{path.name}#"}.items():
        if (path.parent / beside).exists():
            yield _OPEN.format(name=path.name, program=program)


def _dates(table: Table, fields: Mapping[str, int], template: Template) -> Iterator[str]:
    for field, position in fields.items():
        if position in table.date_columns:
            written = template.columns[field].date_format or "YYYY-MM-DD"
            yield _DATES.format(letter=column_letter(position), field=field, written=written)


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file's bytes, hex. Raises ListError."""
    digest = hashlib.sha256()
    try:
        with path.open("rb") as file:
            while part := file.read(_HASHED_AT_ONCE):
                digest.update(part)
    except OSError as why:
        raise ListError(f"{path} can't be read: {why.strerror or why}.") from why
    return digest.hexdigest()
