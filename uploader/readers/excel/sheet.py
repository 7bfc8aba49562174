"""One sheet of a workbook as pages of rows, what a closer look found standing in the place of values."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Protocol

from uploader.readers.excel.inspection import CellDetails
from uploader.readers.pages import PAGE_ROWS, Page

_MOST_KEPT_CELLS = 2_000_000
"""A list is gone through twice, and making values of its cells takes a third of the time."""


class Values(Protocol):
    """A sheet's values as a reader gives them: text, numbers, dates; "" for an empty cell."""

    @property
    def start(self) -> tuple[int, int] | None:
        """Row and column of the first filled cell, from 0; rows are given from the top all the same."""

    @property
    def total_height(self) -> int:
        """How many rows there are, from the top."""

    @property
    def total_width(self) -> int:
        """How many columns there are, from the left."""

    def iter_rows(self) -> Iterator[Sequence[object]]:
        """Every row, from `start`'s column on, all equally wide."""

    def to_python(self, *, nrows: int | None = None) -> Sequence[Sequence[object]]:
        """The first rows, or all."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: its values as the fast reader keeps them, and what a closer look found."""

    values: Values
    look: CellDetails
    _kept: list[Page] = field(default_factory=list)

    def pages(self) -> Iterator[Page]:
        """All rows from row 1, what the closer look found standing in the place of values."""
        if self._kept:
            yield from self._kept
        elif self.values.total_height * self.values.total_width > _MOST_KEPT_CELLS:
            yield from self._made()
        else:
            made = []
            for page in self._made():
                made.append(page)
                yield page
            self._kept.extend(made)

    def _made(self) -> Iterator[Page]:
        shown = self.look.shown()
        left = self.values.start[1] if self.values.start else 0
        rows, first = self.values.iter_rows(), 1
        last_shown = max((row for cells in shown.values() for row in cells), default=0)
        while page := list(islice(rows, PAGE_ROWS)):
            numbers = list(range(first, first + len(page)))
            columns = [("",) * len(page)] * left + list(zip(*page, strict=True))
            yield _with(Page(numbers, list(columns)), shown)
            first += len(page)
        if last_shown >= first:  # nothing but errors and formulas without a value below the last value
            beyond = sorted({row for cells in shown.values() for row in cells if row >= first})
            for start in range(0, len(beyond), PAGE_ROWS):
                yield _with(Page(beyond[start : start + PAGE_ROWS], []), shown)


def _with(page: Page, shown: dict[int, dict[int, str]]) -> Page:
    """The page with these texts in the place of its values."""
    if not page.numbers:
        return page
    count, first, last = len(page.numbers), page.numbers[0], page.numbers[-1]
    places = {row: at for at, row in enumerate(page.numbers)} if last - first + 1 != count else None
    for position, cells in shown.items():
        if len(cells) > count:
            here = {row: text for row in page.numbers if (text := cells.get(row)) is not None}
        else:
            here = {row: text for row, text in cells.items() if first <= row <= last}
        if here:
            while len(page.columns) <= position:
                page.columns.append([""] * count)
            column = list(page.columns[position])
            for row, text in here.items():
                column[places[row] if places else row - first] = text
            page.columns[position] = column
    return page
