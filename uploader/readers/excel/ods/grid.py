"""One sheet's values, row by row, and what is to be said about its cells; repeats are counted before they are made."""

import re
from collections.abc import Iterator, Sequence
from itertools import islice

from uploader.i18n import Message
from uploader.readers.excel.cell_details import CellDetails, ShownOtherwise
from uploader.readers.excel.ods.cell_values import Found
from uploader.readers.excel.ods.row_plan import RowPlan
from uploader.readers.excel.package import HostileError
from uploader.readers.excel.size_limits import LAST_COLUMN, LAST_ROW, refuse_sparse

_MOST_REPEATED, _MOST_REPEATED_TEXT = 2_000_000, 512 << 20
"""Filled cells, and characters in them, that are only written as repeats of others."""
_MOST_EXAMPLES = 1000
_DIGITS = re.compile(r"\d[\d.,\s]*")

Row = tuple[object, ...]


class OdsValues:
    """A sheet's values, as the fast reader gives those of other workbooks. Rows are kept up to the last filled one."""

    start = (0, 0)

    def __init__(self) -> None:
        self._rows: list[Row] = []
        self.total_width = 0

    @property
    def total_height(self) -> int:
        """How many rows there are, from the top."""
        return len(self._rows)

    def iter_rows(self) -> Iterator[Sequence[object]]:
        """Every row from the first, all of them equally wide."""
        width = self.total_width
        for row in self._rows:
            yield row if len(row) == width else row + ("",) * (width - len(row))

    def to_python(self, *, nrows: int | None = None) -> Sequence[Sequence[object]]:
        """The first rows, or all."""
        return list(islice(self.iter_rows(), nrows))

    def extend(self, rows: Sequence[Row]) -> None:
        """Add rows below."""
        self._rows += rows
        self.total_width = max(self.total_width, max(map(len, rows), default=0))


class Grid:
    """A sheet while it is read."""

    def __init__(self, name: str, *, is_visible: bool) -> None:
        self.name, self.is_visible = name, is_visible
        self.values, self.details = OdsValues(), CellDetails()
        self._cells_of = {
            Found.ERROR: self.details.errors,
            Found.NO_RESULT: self.details.formulas,
            Found.NO_DATE: self.details.no_dates,
        }
        self._examples: dict[tuple[int, str], ShownOtherwise] = {}
        self._empty = 0
        """Rows without anything after the last filled one."""
        self._filled = self._repeated = self._repeated_text = 0

    @property
    def next_row(self) -> int:
        """The number of the next row."""
        return self.values.total_height + self._empty + 1

    def note(self, found: Found, row: int, position: int, text: str, sent: str) -> None:
        """Keep what was found at a cell; `sent` is what is sent where it shows something else."""
        if found is not Found.OTHERWISE:
            self._cells_of[found].setdefault(position, {})[row] = text
            return
        looks = _DIGITS.sub("0", text) if len(self._examples) < _MOST_EXAMPLES else ""
        example = self._examples.setdefault((position, looks), ShownOtherwise(text, sent))
        self.details.otherwise.setdefault(position, {})[row] = example

    def add_empty(self, times: int) -> None:
        """Rows without anything."""
        self._empty += times

    def add(self, rows: Sequence[Row], filled: int) -> None:
        """Rows, with so many filled cells in them together; the first and the last have some."""
        if self._empty:
            self._require_place(self.next_row)
            self.values.extend([()] * self._empty)
            self._empty = 0
        self.values.extend(rows)
        self._filled += filled
        self._require_place(self.values.total_height)

    def add_repeated(self, row: Row, filled: int, times: int, columns_repeated: int) -> None:
        """One row so many times; `columns_repeated` are the cells in it that are repeats of others."""
        self._require_place(self.next_row + times - 1)
        self._repeated += filled * (times - 1) + columns_repeated * times
        text = max((len(value) for value in row if isinstance(value, str)), default=0)
        self._repeated_text += text * (filled * (times - 1) + columns_repeated * times)
        if self._repeated > _MOST_REPEATED:
            raise HostileError(Message("hostile.repeats"))
        if self._repeated_text > _MOST_REPEATED_TEXT:
            raise HostileError(Message("hostile.long_texts", gigabytes=round(self._repeated_text / 2**30, 1)))
        self.add([row] * times, filled * times)

    def hide(self, numbers: Sequence[int], plan: RowPlan) -> None:
        """Keep which of its rows are hidden."""
        if plan.is_hidden:
            self.details.hidden_rows.update(numbers)
            self.details.is_filtered = self.details.is_filtered or plan.is_filtered

    def merge(self, row: int, plan: RowPlan) -> None:
        """Keep which of a row's cells are merged with others."""
        for cell in plan.cells:
            rows, columns = cell.spans
            if rows > 1 or columns > 1:
                first = cell.positions.start
                self.details.merged[row, first] = (row + rows - 1, first + columns - 1)

    def _require_place(self, last_row: int) -> None:
        if last_row > LAST_ROW or self.values.total_width > LAST_COLUMN:
            raise HostileError(Message("hostile.beyond_the_end", row=LAST_ROW))

    def finish(self) -> None:
        """There are no more rows. Raises HostileError where the filled cells are far apart."""
        refuse_sparse(self._filled, self.values.total_height, self.values.total_width)
