"""Cells that are read one by one, put together to rows; a few cells far apart, or endless text, are refused."""

from collections.abc import Iterator
from itertools import islice

from uploader.i18n import Message
from uploader.readers.excel.package import HostileError
from uploader.readers.excel.size_limits import LAST_COLUMN, LAST_ROW, MOST_PLACES, check_text, is_too_sparse, sparse

_FIRST_MEASURED_AT = 4_000_000
"""Empty places between cells. In a file that is made to do harm there may be no end of them."""


class Grid:
    """The values of one sheet, as the fast reader gives those of an XLSX: "" for an empty cell."""

    start = (0, 0)

    def __init__(self, most_places: int = MOST_PLACES) -> None:
        """Of more places than that, at least a tenth must be filled."""
        self._most_places = most_places
        self._rows: dict[int, list[object]] = {}
        self._row: int | None = None
        """The one to which the last cell belongs."""
        self._cells: list[object] = []
        self._gaps, self._measured_at = 0, _FIRST_MEASURED_AT
        self.total_height = self.total_width = 0

    def put(self, row: int, column: int, value: object) -> None:
        """Put a value into a cell; rows and columns count from 0. Raises HostileError."""
        if row != self._row:
            self._row, self._cells = row, self._cells_of(row)
        if column == len(self._cells) < LAST_COLUMN:  # the usual case
            self._cells.append(value)
        else:
            self._put_apart(self._cells, column, value)

    def _cells_of(self, row: int) -> list[object]:
        if not 0 <= row < LAST_ROW:
            raise HostileError(Message("hostile.beyond_the_end", row=LAST_ROW))
        return self._rows.setdefault(row, [])

    def _put_apart(self, cells: list[object], column: int, value: object) -> None:
        gap = column - len(cells)
        if gap < 0:
            cells[column] = value
            return
        if column >= LAST_COLUMN:
            raise HostileError(Message("hostile.beyond_the_end", row=LAST_ROW))
        cells.extend([""] * gap)
        self._gaps += gap
        if self._gaps > self._measured_at:
            self._measured_at *= 2
            self.finish(0)
        cells.append(value)

    def finish(self, longest_text: int) -> None:
        """Take its measure, now that all cells are there. Raises HostileError where it is too much."""
        lengths = list(map(len, self._rows.values()))
        filled = sum(lengths) - self._gaps
        self.total_height, self.total_width = max(self._rows, default=-1) + 1, max(lengths, default=0)
        if is_too_sparse(self.total_height, self.total_width, filled, self._most_places):
            raise HostileError(sparse(filled, self.total_height, self.total_width))
        check_text(longest_text, filled, self._text_lengths())

    def iter_rows(self) -> Iterator[list[object]]:
        """Every row from the first, all of them equally wide."""
        nothing: list[object] = []
        for number in range(self.total_height):
            cells = self._rows.get(number, nothing)
            yield cells + [""] * (self.total_width - len(cells))

    def to_python(self, *, nrows: int | None = None) -> list[list[object]]:
        """The first rows, or all."""
        return list(islice(self.iter_rows(), nrows))

    def _text_lengths(self) -> Iterator[int]:
        return (len(value) for cells in self._rows.values() for value in cells if isinstance(value, str))
