"""Reads a document's sheets in one pass: rows that are alike by a pattern, all else by a parser."""

import codecs
from collections.abc import Iterable, Sequence
from itertools import product

from uploader.i18n import Message
from uploader.readers.excel.ods.alike_rows import ROW_END, AlikeRows
from uploader.readers.excel.ods.cell_values import FORMULA, Found, Written
from uploader.readers.excel.ods.document import Attributes, Document
from uploader.readers.excel.ods.grid import Grid, Row
from uploader.readers.excel.ods.row_plan import Columns, PlannedCell, RowPlan, plan_of
from uploader.readers.excel.ods.structure import Cell, Structure
from uploader.readers.excel.ods.styles import Styles
from uploader.readers.excel.package import HostileError, NotReadableError

_LONGEST_ROW = 64 << 20


def read(blocks: Iterable[bytes], styles: Styles) -> list[Grid]:
    """The sheets of a document. Raises HostileError, NotReadableError or one of package.DAMAGE."""
    reader = _Reader(styles)
    for text in codecs.iterdecode(blocks, "utf-8"):
        reader.feed(text)
    reader.finish()
    return reader.grids


class _Reader:
    """Takes a document in pieces."""

    def __init__(self, styles: Styles) -> None:
        self.grids: list[Grid] = []
        self._styles = styles
        self._structure = Structure(self, styles)
        self._document = Document(self._structure)
        self._rest, self._is_after_row = "", False
        self._columns = Columns()
        self._alike: AlikeRows | None = None
        """Of the sheet that is read."""

    def feed(self, text: str) -> None:
        """Take the next piece."""
        text, at = self._rest + text, 0
        while True:
            if self._is_after_row and self._alike is not None:
                at = self._alike.take(text, at)
            end = ROW_END.search(text, at)
            if end is None:
                break
            self._document.feed(text[at : end.end()])
            self._is_after_row = self._structure.is_between_rows and self._document.ended_with(end[0])
            at = end.end()
        self._rest = text[at:]
        if len(self._rest) > _LONGEST_ROW:
            raise HostileError(Message("hostile.large_row"))

    def finish(self) -> None:
        """There are no more pieces. Raises ExpatError where some are missing."""
        self._document.feed(self._rest)
        self._document.finish()
        if not self._structure.has_spreadsheet:
            raise NotReadableError(Message("damage.no_workbook_part"))
        for grid in self.grids:
            grid.finish()

    def begin(self, name: str, *, is_visible: bool) -> None:
        """A sheet begins."""
        self._columns = Columns()
        self.grids.append(Grid(name, is_visible=is_visible))
        self._alike = AlikeRows(self.grids[-1], self._columns, self._styles, self._document)

    def column(self, attributes: Attributes) -> None:
        """A column, or several that are alike."""
        self._columns.add(attributes)
        self.grids[-1].details.hidden_columns |= self._columns.hidden

    def row(self, attributes: Attributes, cells: Sequence[Cell]) -> None:
        """A row that was parsed."""
        grid, plan = self.grids[-1], plan_of(attributes, cells, self._columns, self._styles)
        if not plan.cells:
            grid.add_empty(plan.times)
            return
        notes: list[tuple[Found, range, str, str]] = []
        row = _values(plan, notes)
        numbers = range(grid.next_row, grid.next_row + plan.times)
        grid.add_repeated(row, plan.filled, plan.times, plan.filled - len(plan.cells))
        for found, positions, text, sent in notes:
            for number, position in product(numbers, positions):
                grid.note(found, number, position, text, sent)
        grid.hide(numbers, plan)
        grid.merge(numbers[0], plan)


def _values(plan: RowPlan, notes: list[tuple[Found, range, str, str]]) -> Row:
    """The values of a row that was parsed."""
    row: list[object] = [""] * plan.width
    for planned in plan.cells:

        def note(found: Found, _: int, text: str, sent: str, positions: range = planned.positions) -> None:
            notes.append((found, positions, text, sent))

        positions = planned.positions
        row[positions.start : positions.stop] = [planned.kind.values(_written(planned), 1, note)[0]] * len(positions)
    return tuple(row)


def _written(planned: PlannedCell) -> Written:
    a, kind, text = planned.cell.attributes, planned.kind, planned.cell.text
    return Written(
        [a[kind.value]] if kind.value else None,
        None if text is None else [text],
        [a[FORMULA]] if kind.has_formula else None,
    )
