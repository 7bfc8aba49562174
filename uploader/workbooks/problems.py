"""The problems workbook: the list's rows with what is wrong with each, the faulty cells coloured."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from uploader.checks.rules import advice, told_at
from uploader.model.problems import Problem
from uploader.model.rows import ROW_COLUMN, Row, column_letter
from uploader.workbooks.manifest import Manifest
from uploader.workbooks.xlsx_writer import Cell, TableWriter, free_name, written_aside

_SHEET, _OURS = "Problems", 3
_PROBLEM_COLUMN, _WARNING_COLUMN = "Problem", "Warning"


def write(
    path: Path,
    imprint: Manifest,
    header: Sequence[str],
    rows: Iterable[tuple[Row, Sequence[Problem], Sequence[int]]],
    language: str,
    place: Callable[[int], int] = int,
) -> None:
    """Write the rows, each with what is wrong with it and which of its cells are, to `path`. Raises WorkbookError.

    `place` gives, for a problem's column, that of the list.

    What is wrong is said in `language`; the columns' names are a contract.
    """
    ours = [free_name(name, header) for name in (ROW_COLUMN, _PROBLEM_COLUMN, _WARNING_COLUMN)]
    with written_aside(path) as book:
        names = [Cell(name, book.our_header) for name in ours]
        grid = TableWriter(book, _SHEET, names + [Cell(name, book.header) for name in header], frozen_columns=len(ours))
        for row, found, faulty in rows:
            line = grid.line
            problems, warnings = (
                _told([problem for problem in found if problem.stops is stops], language, place, line)
                for stops in (True, False)
            )
            cells = [Cell(cell, book.fault) if at in faulty else cell for at, cell in enumerate(row.cells)]
            grid.add([row.number, Cell(problems, book.fault) if problems else "", warnings, *cells])
        grid.close()
        columns = (ROW_COLUMN, _PROBLEM_COLUMN, _WARNING_COLUMN)
        places = {column: (at, name) for at, (column, name) in enumerate(zip(columns, ours, strict=True))}
        book.hidden_sheet(replace(imprint, ours=places))


def _told(found: Sequence[Problem], language: str, place: Callable[[int], int], line: int) -> str:
    """What is wrong with a row, at its cells in that line of this workbook."""
    return told_at(
        advice(found, language, place), lambda column: f"{column_letter(_OURS + column if column >= 0 else 0)}{line}"
    )
