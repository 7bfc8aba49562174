"""Reads a document's sheets in one pass: rows that are alike by a pattern, all else by a parser."""

import codecs
import re
from collections.abc import Iterable, Sequence
from functools import partial
from itertools import product

from uploader.i18n import Message
from uploader.readers.excel.ods.alike_rows import AlikeRows, Fixed, Pieces, alike_rows, pieces_of
from uploader.readers.excel.ods.cell_values import FORMULA, Found, Written
from uploader.readers.excel.ods.document import Attributes, Document
from uploader.readers.excel.ods.grid import Grid, Row
from uploader.readers.excel.ods.row_plan import Columns, PlannedCell, RowPlan, plan_of
from uploader.readers.excel.ods.structure import Cell, Structure
from uploader.readers.excel.ods.styles import Styles
from uploader.readers.excel.package import HostileError, NotReadableError

_LONGEST_ROW = 64 << 20
_ROW_END = re.compile(r"</(?:[\w.-]+:)?table-row>")
_MOST_ALIKE, _MOST_SEEN = 1000, 20_000
"""So many ways of writing rows are kept, and of so many it is known that they were seen once."""
_WORTH_A_PATTERN, _MOST_PATTERNS = 10, 50
"""A pattern for a way of writing rows takes as long to make as some hundred rows to take apart."""


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
        self._run: list[tuple[AlikeRows, tuple[str, ...]]] = []
        """Rows that were taken apart, and have no values yet."""
        self._forget()

    def _forget(self) -> None:
        """Begin with a sheet, whose columns have styles of their own."""
        self._columns = Columns()
        self._alike: dict[Fixed, AlikeRows | None] = {}
        self._seen: set[int] = set()
        self._patterns: set[AlikeRows] = set()
        self._last: AlikeRows | None = None

    def feed(self, text: str) -> None:
        """Take the next piece."""
        text, at = self._rest + text, 0
        while True:
            if self._is_after_row:
                at = self._rows_alike(text, at)
            end = _ROW_END.search(text, at)
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
        self.grids.append(Grid(name, is_visible=is_visible))
        self._forget()

    def column(self, attributes: Attributes) -> None:
        """A column, or several that are alike."""
        self._columns.add(attributes)
        self.grids[-1].details.hidden_columns |= self._columns.hidden

    def row(self, attributes: Attributes, cells: Sequence[Cell]) -> None:
        """A row that was parsed."""
        grid, plan = self.grids[-1], self._plan(attributes, cells)
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

    def _plan(self, attributes: Attributes, cells: Sequence[Cell]) -> RowPlan:
        return plan_of(attributes, cells, self._columns, self._styles)

    def _rows_alike(self, text: str, at: int) -> int:
        """Take rows apart, from this place on, for as long as that can be done; the place after them."""
        while True:
            at = self._by_pattern(text, at)
            end = _ROW_END.search(text, at)
            if end is None:
                break
            pieces = pieces_of(text[at : end.end()])
            alike = self._way_of(pieces)
            if alike is None:
                break
            self._run.append((alike, alike.take(pieces.varying)))
            self._choose_pattern(alike)
            at = end.end()
        self._flush()
        return at

    def _by_pattern(self, text: str, at: int) -> int:
        last = self._last
        if last is not None:
            match, run = last.pattern.match, self._run
            while found := match(text, at):
                run.append((last, found.groups()))
                at = found.end()
        return at

    def _choose_pattern(self, alike: AlikeRows) -> None:
        if alike.count >= _WORTH_A_PATTERN and len(self._patterns) < _MOST_PATTERNS:
            self._patterns.add(alike)
        if alike in self._patterns:
            self._last = alike

    def _way_of(self, pieces: Pieces) -> AlikeRows | None:
        """How rows that are written like this one are taken apart; it is found out when a second one comes."""
        if pieces.fixed in self._alike:
            return self._alike[pieces.fixed]
        number = hash(pieces.fixed)
        if number in self._seen and len(self._alike) < _MOST_ALIKE and self._document.has_one_meaning:
            self._alike[pieces.fixed] = alike_rows(pieces, self._document.namespaces, self._styles, self._plan)
            return self._alike[pieces.fixed]
        if len(self._seen) < _MOST_SEEN:
            self._seen.add(number)
        return None

    def _flush(self) -> None:
        """Make the values of the rows that were taken apart."""
        grid, run = self.grids[-1], self._run
        rows: list[Row] = [()] * len(run)
        places: dict[AlikeRows, list[int]] = {}
        for place, (alike, _) in enumerate(run):
            places.setdefault(alike, []).append(place)
        for alike, mine in places.items():
            numbers = [grid.next_row + place for place in mine]
            made = alike.rows([run[place][1] for place in mine], partial(_note, grid, numbers))
            for place, row in zip(mine, made, strict=True):
                rows[place] = row
            grid.hide(numbers, alike.plan)
        if run:
            grid.add(rows, sum(alike.plan.filled * len(mine) for alike, mine in places.items()))
        self._run = []


def _note(grid: Grid, numbers: Sequence[int], found: Found, at: int, position: int, text: str, sent: str) -> None:
    grid.note(found, numbers[at], position, text, sent)


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
