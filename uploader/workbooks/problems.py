"""The problems workbook: the list's rows with what is wrong with each, the cells to fix coloured."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from uploader.i18n import Fact, Message, render
from uploader.model import advice
from uploader.model.problems import Problem
from uploader.model.rows import ROW_COLUMN, Row, column_letter
from uploader.workbooks.column_notes import COLUMN_NOTES
from uploader.workbooks.manifest import CellValue, Manifest
from uploader.workbooks.moving import Place, path_of
from uploader.workbooks.sheet_writer import Cell, CellInput, SheetWriter, TableWriter, free_name
from uploader.workbooks.xlsx_writer import WorkbookWriter, new_workbook

_SHEET, _SUMMARY_SHEET = "Problems", "Summary"
_SUMMARY_WIDTHS = (31, 72)
_COLUMNS = (ROW_COLUMN, "Problem", "Warning")
"""Ours, before the list's own; a contract."""


def write(
    where: Path | Place,
    manifest: Manifest,
    header: Sequence[str],
    rows: Iterable[tuple[Row, Sequence[Problem], Sequence[int]]],
    language: str,
    list_column: Callable[[int], int] = int,
    on_row: Callable[[int], None] = lambda _: None,
) -> None:
    """Write the rows, each with what is wrong with it and which of its cells are, to its place.

    `list_column` gives, for a problem's column, that of the list, from 0, or -1 for our column `Row`. `on_row` is
    called with 1 after each row; what it raises ends the writing, and leaves what stands there as it is. Raises
    WorkbookError, and OccupiedError where something else stands there by then.
    """
    our_names = [free_name(name, header) for name in _COLUMNS]
    with new_workbook(where, language, manifest.list_name) as book:
        names = [*(Cell(name, book.our_header) for name in our_names), *(Cell(name, book.header) for name in header)]
        table = TableWriter(book, _SHEET, names, frozen_columns=len(our_names))
        for at, column in enumerate(_COLUMNS):
            table.explain(at, render(Message(COLUMN_NOTES[column]), language))
        counts = _Counts()
        for row, problems, faults in rows:
            stopping, warnings = (
                _sentences([one for one in problems if one.stops is stops], language, list_column, row, table.line)
                for stops in (True, False)
            )
            counts.add(stopping, warnings)
            cells = [Cell(cell, book.fault) if column in faults else cell for column, cell in enumerate(row.cells)]
            problem_cell: CellInput = Cell(stopping, book.fault) if stopping else ""
            table.add([row.number, problem_cell, warnings, *cells])
            on_row(1)
        table.close()
        _write_summary(book, manifest, counts, path_of(where).name)
        our_columns = {column: (at, name) for at, (column, name) in enumerate(zip(_COLUMNS, our_names, strict=True))}
        book.hidden_sheet(replace(manifest, our_columns=our_columns).sealed())


@dataclass(slots=True)
class _Counts:
    """How many rows there are, and how many have something wrong."""

    rows: int = 0
    with_problems: int = 0
    with_warnings: int = 0
    """And no problem."""

    def add(self, stopping: str, warnings: str) -> None:
        self.rows += 1
        self.with_problems += bool(stopping)
        self.with_warnings += bool(warnings and not stopping)


def _write_summary(book: WorkbookWriter, manifest: Manifest, counts: _Counts, file_name: str) -> None:
    """Which list it is, how many rows have problems, and what to do about them."""

    def text(code: str, /, **facts: Fact) -> str:
        return render(Message(f"workbook.{code}", **facts), book.language)

    page = SheetWriter(book, _SUMMARY_SHEET, _SUMMARY_WIDTHS)
    facts: list[tuple[str, CellValue]] = [
        (text("summary.list"), manifest.list_name),
        (text("summary.list_sha256"), manifest.list_sha256),
        (text("summary.template"), manifest.template),
        (text("summary.rows"), counts.rows),
        (text("summary.with_problems"), counts.with_problems),
        (text("summary.with_warnings"), counts.with_warnings),
        (text("next.title"), text("next.problems", name=file_name)),
        ("", text("next.skip_invalid")),
    ]
    for name, value in facts:
        page.add([Cell(name, book.bold), Cell(value, book.fact)])


def _sentences(
    problems: Sequence[Problem], language: str, list_column: Callable[[int], int], row: Row, line: int
) -> str:
    """What is wrong with a row, at its cells in that line of this workbook."""

    def cell(column: int | None) -> str:
        if column is None:
            return render(Message("workbook.row", row=row.number), language)
        return f"{column_letter(len(_COLUMNS) + column if column >= 0 else 0)}{line}"

    return render(advice.of_problems(problems, list_column), language, cell)
