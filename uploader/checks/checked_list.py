"""A table whose columns fit a template, and what is wrong with its rows. Opens no files, asks no questions."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from uploader.checks import rules, spreadsheet_damage
from uploader.checks.columns.likeness import overlooked
from uploader.checks.columns.mapping import ColumnMatch, match_columns
from uploader.checks.decimal_signs import NO_SIGNS, DecimalSigns, decimal_signs
from uploader.checks.readings import ReadCells
from uploader.errors import EmptyListError, ListError
from uploader.i18n import Message
from uploader.i18n.rows import some_of
from uploader.model.problems import Problem
from uploader.model.rows import RESULT_COLUMNS, ROW_COLUMN, Row, column_named
from uploader.readers.memory import FLOAT_COLUMN
from uploader.readers.pages import Records
from uploader.readers.scan import MADE_A_DATE
from uploader.readers.snapshot import mode_at, sha256_of
from uploader.readers.suspicious_rows import NO_RECORDS
from uploader.readers.table import Table

if TYPE_CHECKING:
    from uploader.templates.template import Template

__all__ = ["CheckedList", "CheckedRows", "checked_list", "matched", "sha256_of"]

_LOCK_FILES = {"Excel": "~${}", "LibreOffice": ".~lock.{}#"}
"""The lock files that these programs put next to an open file."""

_SEVERAL = 2
_LONGEST_NAME = 60
_MOST_COLUMNS = 16_384 - len((ROW_COLUMN, *RESULT_COLUMNS))
"""What is left of an Excel sheet beside our columns of the result workbook that every template has."""

_NO_FIELD = ""
"""What no template names: the one field of rows that fill none, so that each row is there all the same."""


class CheckedRows(NamedTuple):
    """Some rows of a list, and what is wrong with them."""

    records: Records
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
    """Of the bytes at hand: those that the table was read from."""
    template: "Template"
    """With the decimal signs of the list's numbers."""
    table: Table
    fields: Mapping[str, int]
    """Which column, from 0, fills which field."""
    notes: Sequence[Message]
    """What the person should know about the list as a whole."""
    decimals: DecimalSigns = NO_SIGNS
    """How its numbers are written."""

    @property
    def listed(self) -> Sequence[int]:
        """The positions of the list's own columns."""
        return self.table.listed

    @property
    def unused(self) -> Sequence[int]:
        """The positions of those that fill no field."""
        return [at for at in self.listed if at not in self.fields.values()]

    @property
    def unfilled(self) -> Sequence[str]:
        """The template's fields that no column fills."""
        return [field for field in self.template.columns if field not in self.fields]

    @property
    def header(self) -> list[str]:
        """The names of the list's own columns."""
        return [self.table.header[at] for at in self.listed]

    @property
    def list_fields(self) -> dict[str, int]:
        """Which of the list's own columns, from 0, fills which field."""
        places = {position: at for at, position in enumerate(self.listed)}
        return {field: places[position] for field, position in self.fields.items()}

    @property
    def column_names(self) -> dict[str, str]:
        """What the person calls the column of each field, as a problem names it."""
        return {field: _quoted(self.table.header[position]) or field for field, position in self.fields.items()}

    def check(self, records: Records) -> CheckedRows:
        """The problems of these rows, and the texts they give to each field; the rows come in the list's order."""
        problems = self._of_reader(records)
        reported = {(problem.row, problem.column) for problem in problems}
        fields: dict[str, Sequence[str]] = {}
        misread: list[Problem] = []
        for name, position in self.fields.items():
            cells, column = records.columns[position], self.template.columns[name]
            is_plain = spreadsheet_damage.is_plain(cells)
            if not is_plain:
                damaged = spreadsheet_damage.problems(
                    records.numbers, cells, position, trim=column.trim, sends_text=column.is_untyped
                )
                problems += [problem for problem in damaged if (problem.row, position) not in reported]
            if is_plain and column.sends_as_they_are(cells):
                fields[name] = cells
            elif column.is_text:
                fields[name] = list(map(column.meant, cells))
            else:
                read = ReadCells(
                    cells,
                    column,
                    self.column_names[name],
                    doubtful=name in self.decimals.doubtful,
                    contradiction=self.decimals.contradictions.get(name, ()),
                )
                fields[name] = read.texts()
                misread += read.problems(records.numbers, position)
        stopped = {(problem.row, problem.column) for problem in problems if problem.stops}
        misread = [problem for problem in misread if (problem.row, problem.column) not in stopped]
        problems += misread
        stopped |= {(problem.row, problem.column) for problem in misread}
        template = self.template
        wrong = rules.problems(
            records.numbers,
            fields,
            self.fields,
            template.checked_columns,
            self.column_names,
            template.header_fields,
            template.path_segments,
            template.xml_fields,
        )
        problems += [problem for problem in wrong if (problem.row, problem.column) not in stopped]
        sent = fields or {_NO_FIELD: [""] * len(records.numbers)}
        checked = CheckedRows(records, _without_echoes(problems), sent)
        checked.problems.extend(self._of_files(checked) if template.file_fields else ())
        return checked

    def _of_files(self, rows: CheckedRows) -> Iterator[Problem]:
        """The files that can't go along with their rows."""
        names = self.column_names
        for number, values in zip(rows.records.numbers, rows.values(), strict=True):
            for field, code in self.template.file_problems(values):
                yield Problem(number, self.fields[field], code, {"field": names[field]})

    def _of_reader(self, records: Records) -> list[Problem]:
        """The reader's findings about these rows that concern what is sent."""
        sent, columns = set(self.fields.values()), self.template.columns
        dated = {position for name, position in self.fields.items() if columns[name].date_format is not None}
        numbers = {position for name, position in self.fields.items() if columns[name].is_number}
        noticed = [
            problem
            for problem in self.table.problems.between(records.numbers[0], records.numbers[-1])
            if problem.column is None or problem.column in sent
            if problem.code != MADE_A_DATE or problem.column not in dated
            if problem.code != FLOAT_COLUMN or problem.column not in numbers
        ]
        here = frozenset(records.numbers) if noticed else frozenset()  # the chunk may be a selection of rows
        return [problem for problem in noticed if problem.row in here]

    def rows(self, records: Records, numbers: Mapping[int, int]) -> Iterator[tuple[int, Row]]:
        """Each record's number in the file at hand, and the record by its number in the list, with the list's cells."""
        columns = [records.columns[at] for at in self.listed] if self.table.left_out else records.columns
        cells = zip(*columns, strict=True)
        return ((at, Row(numbers[at], row)) for at, row in zip(records.numbers, cells, strict=True))

    def list_column(self, position: int) -> int:
        """Which of the list's own columns, from 0, is at this position of the file; -1 for one that is not its own."""
        return self.listed.index(position) if position in self.listed else -1

    def faults(self, problems: Iterable[Problem]) -> list[int]:
        """Which of the list's own columns these problems are about."""
        columns = {self.list_column(problem.column) for problem in problems if problem.column is not None}
        return sorted(columns - {-1})

    def read_as(self, before: Mapping[str, str]) -> "CheckedList":
        """The list with the decimal signs of the job that it belongs to."""
        here = self.decimals
        others = {name for name, sign in before.items() if sign and here.signs.get(name, sign) != sign}
        decimals = DecimalSigns({**here.signs, **before}, here.doubtful | others)
        return replace(self, template=self.template.with_decimals(decimals.signs), decimals=decimals)

    def is_unchanged(self) -> bool:
        """Whether the file still has the bytes that were read. Raises ListError where it can't be read any more."""
        return self.table.is_in_memory or sha256_of(self.path) == self.sha256


def _without_echoes(problems: list[Problem]) -> list[Problem]:
    """A row that is not a record, such as a total, lacks most fields: one problem says so and stops it instead."""
    odd = {problem.row for problem in problems if problem.code in NO_RECORDS}
    stopped = {problem.row for problem in problems if problem.stops and problem.row in odd}
    if not stopped:
        return problems
    return [
        replace(problem, stops=problem.stops or problem.code in NO_RECORDS) if problem.row in stopped else problem
        for problem in problems
        if problem.row not in stopped or problem.column is None or not problem.stops
    ]


def matched(
    table: Table, template: "Template", chosen: Mapping[str, str], known: Mapping[str, int] | None = None
) -> ColumnMatch:
    """Which column fills which field: see `match_columns`.

    Raises ListError where columns are missing because the table has no header, or was not split into cells, and where
    our own columns would have no room beside so many.
    """
    most = _MOST_COLUMNS - len(template.kept_columns)
    if len(table.listed) > most:
        raise ListError(Message("table.no_room_for_ours", name=table.path.name, count=len(table.listed), most=most))
    match = match_columns(table.header, template.checked_columns, chosen, known, table.offered)
    name = table.path.name
    if match.missing and len(table.header) == 1 and max(map(table.header[0].count, ",;\t|")) >= _SEVERAL:
        raise ListError(Message("table.one_cell_a_line", name=name, header=_shortened(table.header[0])))
    if match.missing and not table.has_header():
        raise ListError(Message("table.no_header", name=name, row=table.header_row, first=_header_line(table)))
    return match


def checked_list(
    path: Path,
    sha256: str,
    table: Table,
    template: "Template",
    fields: Mapping[str, int],
    decimals_before: Mapping[str, str] | None = None,
    *,
    may_be_numbers: bool = False,
) -> CheckedList:
    """The list, with notes for the person; for `decimals_before` and `may_be_numbers` see `decimal_signs`.

    Raises EmptyListError where it has no rows, CancelledError.
    """
    if not table.rows:
        names = some_of([_quoted(name) for name in table.header if name.strip()])
        why = Message("table.no_rows", name=path.name, row=table.header_row, header=names)
        raise EmptyListError(why, table.header, table.header_row)
    notes = [*table.notes, *_open_elsewhere(path), *_dates(table, fields, template)]
    notes += overlooked(table.header, template.columns, fields)
    if not table.has_header():
        notes.append(Message("note.taken_for_header", row=table.header_row, first=_header_line(table)))
    decimals = decimal_signs(table, template, fields, decimals_before, may_be_numbers=may_be_numbers)
    notes += _numbers(table, fields, decimals)
    return CheckedList(path, sha256, template.with_decimals(decimals.signs), table, fields, notes, decimals)


def _header_line(table: Table) -> str:
    return ", ".join(" ".join(cell.split()) for cell in table.header if cell)


def programs_with(path: Path) -> list[str]:
    """The programs that have a file open, by their lock files."""
    return [program for program, name in _LOCK_FILES.items() if mode_at(path.parent / name.format(path.name))]


def _open_elsewhere(path: Path) -> Iterator[Message]:
    for program in programs_with(path):
        yield Message("note.open_elsewhere", name=path.name, program=program)


def _dates(table: Table, fields: Mapping[str, int], template: "Template") -> Iterator[Message]:
    for field, position in fields.items():
        if position in table.date_columns:
            written = rules.example_date(template.columns[field].date_format or "%Y-%m-%d")
            yield Message("note.dates", column_name=column_named(table.header, position), format=written)


def _numbers(table: Table, fields: Mapping[str, int], decimals: DecimalSigns) -> Iterator[Message]:
    for name in fields:
        if name in decimals.decisive:
            sign = decimals.signs[name]
            named = column_named(table.header, fields[name])
            yield Message("note.decimal_sign", column_name=named, sign=sign, cell="1.250" if sign == "," else "1,250")


def _quoted(name: str) -> str:
    """A column's name in quotation marks; nothing for a column without a name."""
    return f"“{_shortened(name)}”" if name.strip() else ""


def _shortened(name: str) -> str:
    name = " ".join(name.split())
    return name if len(name) <= _LONGEST_NAME else name[: _LONGEST_NAME - 1] + "…"
