"""The table in a list: its header row, its width, and its records as chunks of text; it knows no file format."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import pandas as pd

from uploader.columns import key
from uploader.errors import ListError
from uploader.model import Problem

Record = tuple[int, list[str]]
"""A row's number as Excel shows it, and its cells as text."""

_HEADER_WITHIN = 30
"""Among how many filled rows the header is looked for."""
_CHUNK_ROWS = 5_000

_TOO_MANY_CELLS = "the row has more cells than the header"
_TOO_MANY_CELLS_MEND = "Put quotes around a text that holds the delimiter, or give the column a name."


@dataclass(frozen=True, slots=True)
class Source:
    """Rows as a file format gives them, before anybody has looked for a table in them."""

    path: Path
    records: Callable[[], Iterator[Record]]
    """All rows from the top, blank ones too; each call begins anew."""
    how: str
    """How it was read: `CSV, UTF-8, delimiter “;”`."""
    sheet: str | None = None
    problems: Sequence[Problem] = ()
    cells_can_shift: bool = False
    """True where a cell too many means that cells stand in the wrong column (delimited text)."""


class Table:
    """A list as text: `header`, and the rows below it that have anything in them."""

    def __init__(self, source: Source, header_row: int, header: list[str]) -> None:
        self.path = source.path
        self.sheet = source.sheet
        self.how = source.how
        self.header_row = header_row
        self._source = source
        width, named = len(header), len(header)
        rows = 0
        problems: list[Problem] = [problem for problem in source.problems if problem.row > header_row]
        for number, cells in self._records():
            rows += 1
            filled = _filled_width(cells)
            width = max(width, filled)
            if filled > named and source.cells_can_shift:
                problems.append(Problem(number, None, _TOO_MANY_CELLS, _TOO_MANY_CELLS_MEND))
        self.rows = rows
        """How many records there are."""
        self.header: list[str] = header + [""] * (width - named)
        """The header's texts; "" over columns without a name."""
        self.problems = problems
        """What the reader itself found wrong, each at its cell."""

    def _records(self) -> Iterator[Record]:
        """The rows below the header that are not blank."""
        return (record for record in self._source.records() if record[0] > self.header_row and _is_filled(record))

    def chunks(self, rows: int = _CHUNK_ROWS) -> Iterator[pd.DataFrame]:
        """DataFrames of text, one column for each position of the header; the index is the row's number in Excel.

        An empty cell is "". No chunk has more than `rows` rows; each call begins anew.
        """
        width = len(self.header)
        records = self._records()
        while page := list(islice(records, rows)):
            yield pd.DataFrame(
                [(cells + [""] * width)[:width] for _, cells in page],
                index=pd.Index([number for number, _ in page], name="row"),
                columns=range(width),
                dtype=object,
            )

    def reading(self) -> str:
        """How the list was read, for people: format, where the header stands, how many rows and columns."""
        rows = "1 row" if self.rows == 1 else f"{self.rows:,} rows"
        return f"{self.how}, header in row {self.header_row}, {rows}, {len(self.header)} columns"


def found(source: Source, wanted: Sequence[str], header_row: int | None) -> Table:
    """The table of a source.

    Its header is the row that was told, else the one that fits the wanted names best, else the first row with
    anything in it. Raises ListError where there is none.
    """
    if header_row is None:
        candidates = _first_rows(source)
    else:
        candidates = [record for record in source.records() if record[0] == header_row and _is_filled(record)]
        if not candidates:
            raise ListError(f"{source.path.name}: row {header_row} is empty or beyond the end, so it is no header row.")
    if not candidates:
        raise ListError(f"{source.path.name} is empty: there is no header row and nothing to send.")
    number, cells = max(candidates, key=lambda record: fit(record[1], wanted))
    header = cells[: _filled_width(cells)]
    return Table(source, number, header)


def _first_rows(source: Source) -> list[Record]:
    """The rows among which the header is looked for: the first that have anything in them."""
    return list(islice(filter(_is_filled, source.records()), _HEADER_WITHIN))


def _is_filled(record: Record) -> bool:
    return any(cell.strip() for cell in record[1])


def fit(cells: Sequence[str], wanted: Sequence[str]) -> int:
    """How many of these cells are names that are wanted, leaving aside how they are written."""
    keys = {key(name) for name in wanted}
    return len({key(cell) for cell in cells if cell.strip()} & keys)


def _filled_width(cells: Sequence[str]) -> int:
    """How many cells there are up to the last one with anything in it."""
    return next((at + 1 for at in range(len(cells) - 1, -1, -1) if cells[at].strip()), 0)
