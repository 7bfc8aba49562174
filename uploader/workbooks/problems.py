"""The problems workbook: the list's rows with what is wrong with each, the faulty cells coloured."""

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path

from uploader.model import KIND_KEY, PROBLEMS_KIND, ROW_COLUMN, Problem, Row
from uploader.workbooks.sheets import Cell, Grid, written_aside

_SHEET = "Problems"
_PROBLEM_COLUMN = "Problem"


def write(
    path: Path, header: Sequence[str], rows: Iterable[Row], problems: Sequence[Problem], list_sha256: str
) -> None:
    """Write all rows, in the list's order, to `path`. Raises WorkbookError."""
    of_row: dict[int, list[Problem]] = defaultdict(list)
    for problem in problems:
        of_row[problem.row].append(problem)
    with written_aside(path) as book:
        names = [Cell(ROW_COLUMN, book.our_header), Cell(_PROBLEM_COLUMN, book.our_header)]
        grid = Grid(book, _SHEET, names + [Cell(name, book.header) for name in header], frozen_columns=2)
        for row in rows:
            found = of_row.get(row.number, [])
            faulty = {problem.column for problem in found}
            told = " ".join(f"{problem.cell}: {problem.cause}. {problem.mend}" for problem in found)
            cells = [Cell(cell, book.fault) if at in faulty else cell for at, cell in enumerate(row.cells)]
            grid.add([row.number, Cell(told, book.fault) if told else "", *cells])
        grid.close()
        book.hidden_sheet(list_sha256, {KIND_KEY: PROBLEMS_KIND, "our_columns": json.dumps([0, 1])})
