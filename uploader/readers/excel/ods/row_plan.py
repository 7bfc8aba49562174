"""Where the cells of a row belong, and of which kind they are: the same for all rows that are written alike."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from uploader.i18n import Message
from uploader.readers.excel.ods.cell_values import CellKind, kind_of
from uploader.readers.excel.ods.document import Attributes
from uploader.readers.excel.ods.structure import Cell
from uploader.readers.excel.ods.styles import Styles
from uploader.readers.excel.package import HostileError
from uploader.readers.excel.size_limits import LAST_COLUMN, LAST_ROW

_HIDDEN = {"collapse", "filter"}


class Columns:
    """A sheet's columns: the styles of cells that have none of their own, and which are hidden."""

    def __init__(self) -> None:
        self._styles: list[tuple[int, str]] = []
        """The position after some columns, and their style."""
        self._end = 0
        self.hidden: set[int] = set()

    def add(self, attributes: Attributes) -> None:
        """Add a column, or several that are alike."""
        end = min(self._end + repeats(attributes, "columns"), LAST_COLUMN)
        if attributes.get("table:visibility") in _HIDDEN:
            self.hidden.update(range(self._end, end))
        self._styles.append((end, attributes.get("table:default-cell-style-name", "")))
        self._end = end

    def style(self, position: int) -> str:
        """The style of the cells in a column."""
        return next((style for end, style in self._styles if position < end), "")


class PlannedCell(NamedTuple):
    """A filled cell."""

    cell: Cell
    kind: CellKind
    positions: range
    """The columns that have it, from 0."""
    spans: tuple[int, int]
    """How many rows and columns it covers."""


class RowPlan(NamedTuple):
    """A row, or several that are alike."""

    cells: Sequence[PlannedCell]
    times: int
    is_hidden: bool
    is_filtered: bool

    @property
    def width(self) -> int:
        """The position after the last filled cell."""
        return self.cells[-1].positions.stop if self.cells else 0

    @property
    def filled(self) -> int:
        """How many cells are filled."""
        return sum(len(cell.positions) for cell in self.cells)


def plan_of(attributes: Attributes, cells: Sequence[Cell], columns: Columns, styles: Styles) -> RowPlan:
    """The plan of a row. Raises ValueError for senseless repeats, HostileError for cells beyond the last column."""
    visibility = attributes.get("table:visibility")
    default = attributes.get("table:default-cell-style-name", "")
    planned = tuple(_planned(cells, default, columns, styles))
    return RowPlan(planned, repeats(attributes, "rows"), visibility in _HIDDEN, visibility == "filter")


def _planned(cells: Sequence[Cell], default: str, columns: Columns, styles: Styles) -> Iterator[PlannedCell]:
    position = 0
    for cell in cells:
        a = cell.attributes
        times = repeats(a, "columns")
        style = a.get("table:style-name") or default or columns.style(position)
        kind = kind_of(cell, style, styles)
        if not kind.is_empty:
            require_column(position + times)
            spans = (min(repeats(a, "rows", "spanned"), LAST_ROW), min(repeats(a, "columns", "spanned"), LAST_COLUMN))
            yield PlannedCell(cell, kind, range(position, position + times), spans)
        position += times


def require_column(end: int) -> None:
    """Raise HostileError where filled cells end beyond the last column."""
    if end > LAST_COLUMN:
        raise HostileError(Message("hostile.beyond_the_end", row=LAST_ROW))


def repeats(attributes: Attributes, what: str, how: str = "repeated") -> int:
    """How often a row, column or cell is there. Raises ValueError."""
    times = int(attributes.get(f"table:number-{what}-{how}", 1))
    if times < 1:
        raise ValueError(times)
    return times
