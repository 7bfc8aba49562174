"""One sheet of a workbook as pages of rows. What its own XML shows replaces values."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Protocol

from uploader.readers.excel.cell_details import CellDetails, Cells
from uploader.readers.excel.number_formats import shown_text
from uploader.readers.pages import PAGE_ROWS, Page

_MOST_KEPT_CELLS = 2_000_000
"""A list is gone through twice, and making values of its cells takes a third of the time."""


class Values(Protocol):
    """A sheet's values as a reader gives them: text, numbers, dates; "" for an empty cell."""

    @property
    def start(self) -> tuple[int, int] | None:
        """Row and column of the first filled cell, from 0. Rows are still given from the top."""

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
    """One sheet: its values as the fast reader keeps them, and what its own XML shows beyond them."""

    values: Values
    details: CellDetails
    _kept: list[Page] = field(default_factory=list)

    def pages(self) -> Iterator[Page]:
        """All rows from row 1, with the texts that replace values."""
        if self._kept:
            yield from self._kept
        elif self.values.total_height * self.values.total_width > _MOST_KEPT_CELLS:
            yield from self._made()
        else:
            kept = []
            for page in self._made():
                kept.append(page)
                yield page
            self._kept.extend(kept)

    def merged(self) -> Mapping[tuple[int, int], tuple[int, int]]:
        """First row and column of each block of merged cells -> its last ones; rows count from 1, columns from 0."""
        ranges = getattr(self.values, "merged_cell_ranges", None) or []
        of_values = {(first[0] + 1, first[1]): (last[0] + 1, last[1]) for first, last in ranges}
        return self.details.merged or of_values

    def _made(self) -> Iterator[Page]:
        replacements = self.details.replacements()
        left = self.values.start[1] if self.values.start else 0
        rows, first = self.values.iter_rows(), 1
        last_replaced = max((row for cells in replacements.values() for row in cells), default=0)
        while page := list(islice(rows, PAGE_ROWS)):
            numbers = list(range(first, first + len(page)))
            columns = [("",) * len(page)] * left + list(zip(*page, strict=True))
            framed = _with_text_formats(Page(numbers, list(columns)), self.details.text_formats)
            yield _with(framed, replacements)
            first += len(page)
        if last_replaced >= first:  # nothing but errors and formulas without a value below the last value
            beyond = sorted({row for cells in replacements.values() for row in cells if row >= first})
            for start in range(0, len(beyond), PAGE_ROWS):
                yield _with(Page(beyond[start : start + PAGE_ROWS], []), replacements)


def _with_text_formats(page: Page, formats: Cells) -> Page:
    """The page with its texts as their number formats show them."""
    first, last = page.numbers[0], page.numbers[-1]
    for position, codes in formats.items():
        if position < len(page.columns):
            column = list(page.columns[position])
            for row, code in codes.items():
                value = column[row - first] if first <= row <= last else None
                shown = shown_text(value, code) if isinstance(value, str) else None
                if shown is not None and shown.is_meant:
                    column[row - first] = shown.text
            page.columns[position] = column
    return page


def _with(page: Page, replacements: Mapping[int, Mapping[int, object]]) -> Page:
    """The page with these in the place of its values."""
    if not page.numbers:
        return page
    count, first, last = len(page.numbers), page.numbers[0], page.numbers[-1]
    places = {row: at for at, row in enumerate(page.numbers)} if last - first + 1 != count else None
    for position, cells in replacements.items():
        if len(cells) > count:
            here = {row: cells[row] for row in page.numbers if row in cells}
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
