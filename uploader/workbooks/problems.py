"""The problems workbook: the list's rows with what is wrong with each, the faulty cells coloured."""

import json
from collections.abc import Iterable, Sequence
from pathlib import Path

from uploader.model import KIND_KEY, PROBLEMS_KIND, ROW_COLUMN, Problem, Row
from uploader.validation import advice
from uploader.workbooks.sheets import Cell, Grid, written_aside

_SHEET = "Problems"
_PROBLEM_COLUMN, _WARNING_COLUMN = "Problem", "Warning"


def write(
    path: Path, header: Sequence[str], rows: Iterable[tuple[Row, Sequence[Problem]]], list_sha256: str, language: str
) -> None:
    """Write all rows, in the list's order, each with what is wrong with it, to `path`. Raises WorkbookError.

    What is wrong is said in `language`; the columns' names are a contract.
    """
    ours = (ROW_COLUMN, _PROBLEM_COLUMN, _WARNING_COLUMN)
    with written_aside(path) as book:
        names = [Cell(name, book.our_header) for name in ours]
        grid = Grid(book, _SHEET, names + [Cell(name, book.header) for name in header], frozen_columns=len(ours))
        for row, found in rows:
            faulty = {problem.column for problem in found if problem.stops}
            problems = advice((problem for problem in found if problem.stops), language)
            warnings = advice((problem for problem in found if not problem.stops), language)
            cells = [Cell(cell, book.fault) if at in faulty else cell for at, cell in enumerate(row.cells)]
            grid.add([row.number, Cell(problems, book.fault) if problems else "", warnings, *cells])
        grid.close()
        book.hidden_sheet(list_sha256, {KIND_KEY: PROBLEMS_KIND, "our_columns": json.dumps(list(range(len(ours))))})
