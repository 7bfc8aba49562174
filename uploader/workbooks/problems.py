"""The problems workbook: the list's rows with what is wrong with each, the faulty cells coloured."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from uploader.i18n import Message, render
from uploader.model import advice
from uploader.model.problems import Problem
from uploader.model.rows import ROW_COLUMN, Row, column_letter
from uploader.workbooks.manifest import Manifest
from uploader.workbooks.sheet_writer import Cell, CellInput, TableWriter, free_name
from uploader.workbooks.xlsx_writer import new_workbook

_SHEET = "Problems"
_COLUMNS = (ROW_COLUMN, "Problem", "Warning")
"""Ours, before the list's own; a contract."""


def write(
    path: Path,
    manifest: Manifest,
    header: Sequence[str],
    rows: Iterable[tuple[Row, Sequence[Problem], Sequence[int]]],
    language: str,
    list_column: Callable[[int], int] = int,
    on_row: Callable[[int], None] = lambda _: None,
) -> None:
    """Write the rows, each with what is wrong with it and which of its cells are, to `path`. Raises WorkbookError.

    `list_column` gives, for a problem's column, that of the list, from 0, or -1 for our column `Row`. `on_row` is
    called with 1 after each row; what it raises ends the writing, and leaves `path` as it was.
    """
    our_names = [free_name(name, header) for name in _COLUMNS]
    with new_workbook(path) as book:
        names = [*(Cell(name, book.our_header) for name in our_names), *(Cell(name, book.header) for name in header)]
        table = TableWriter(book, _SHEET, names, frozen_columns=len(our_names))
        for row, problems, faults in rows:
            stopping, warnings = (
                _sentences([one for one in problems if one.stops is stops], language, list_column, row, table.line)
                for stops in (True, False)
            )
            cells = [Cell(cell, book.fault) if column in faults else cell for column, cell in enumerate(row.cells)]
            problem_cell: CellInput = Cell(stopping, book.fault) if stopping else ""
            table.add([row.number, problem_cell, warnings, *cells])
            on_row(1)
        table.close()
        our_columns = {column: (at, name) for at, (column, name) in enumerate(zip(_COLUMNS, our_names, strict=True))}
        book.hidden_sheet(replace(manifest, our_columns=our_columns))


def _sentences(
    problems: Sequence[Problem], language: str, list_column: Callable[[int], int], row: Row, line: int
) -> str:
    """What is wrong with a row, at its cells in that line of this workbook."""

    def cell(column: int | None) -> str:
        if column is None:
            return render(Message("workbook.row", row=row.number), language)
        return f"{column_letter(len(_COLUMNS) + column if column >= 0 else 0)}{line}"

    return render(advice.of_problems(problems, list_column), language, cell)
