"""Rows of cells that are written alike, but for the values in them: a list has thousands after each other."""

import re
from collections.abc import Callable, Sequence
from functools import partial
from typing import NamedTuple

from uploader.readers.excel.ods.alike_cells import AlikeCells, Writing, writing_of
from uploader.readers.excel.ods.cell_values import Found, kind_of
from uploader.readers.excel.ods.document import Document
from uploader.readers.excel.ods.grid import Grid, Row
from uploader.readers.excel.ods.probe import Fixed, Pieces, Probe, expression, split
from uploader.readers.excel.ods.row_plan import Columns, RowPlan, plan_of, require_column
from uploader.readers.excel.ods.styles import Styles

ROW_END = re.compile(r"</(?:[\w.-]+:)?table-row>")
_TABLES = re.compile(r"urn:[\w:]+:xmlns:table:1\.0")
_MOST_WRITINGS, _MOST_SHAPES, _MOST_SEEN = 1000, 5000, 20_000
"""So many ways of writing cells and rows are kept, and of so many cells it is known that they were seen once."""
_WORTH_A_PATTERN, _MOST_PATTERNS = 10, 50
"""A pattern for whole rows takes as long to make as some hundred cells to take apart."""

_NoteAt = Callable[[Found, int, int, str, str], None]
"""Takes what was found, at which row of the run, at which position, and its texts."""


class _Start(NamedTuple):
    """How some rows start: their start tag, and what is before it."""

    xml: str
    end: str
    """The end tag that belongs to it."""
    plan: RowPlan


class _Shape:
    """Rows whose cells are written alike, one by one."""

    def __init__(self, start: _Start, writings: Sequence[Writing], cells: Sequence[AlikeCells | None]) -> None:
        self.start, self.cells = start, cells
        self._writings = writings
        self._filled = [some for some in cells if some is not None]
        self.width = self._filled[-1].positions.stop if self._filled else 0
        self.filled = sum(len(some.positions) for some in self._filled)
        self.count = 0
        """How many were taken cell by cell."""
        self.places: list[int] = []
        """Where in the run those are that were taken cell by cell."""
        self.matched: list[int] = []
        """Where those are that the pattern matched, and what it found in them."""
        self.groups: list[tuple[str, ...]] = []

    def pattern(self, cell_start: str) -> re.Pattern[str]:
        """Matches such a row."""
        parts = [re.escape(self.start.xml)]
        for writing, cells in zip(self._writings, self.cells, strict=True):
            parts += [re.escape(cell_start), expression(writing.pieces, ()) if cells is None else cells.expression]
        return re.compile("".join(parts) + re.escape(self.start.end))

    def rows(self, note: _NoteAt) -> list[Row]:
        """The values of the rows that the pattern matched."""
        groups, count, at = list(zip(*self.groups, strict=True)), len(self.groups), 0
        columns: list[Sequence[object]] = [("",) * count] * self.width
        for cells in self._filled:
            values = cells.values(groups[at : at + cells.groups], count, partial(_note, note, self.matched, cells))
            at += cells.groups
            columns[cells.positions.start : cells.positions.stop] = [values] * len(cells.positions)
        return list(zip(*columns, strict=True))

    def forget(self) -> None:
        """Begin another run."""
        self.places, self.matched, self.groups = [], [], []


class AlikeRows:
    """Takes the rows of a sheet apart, as far as they are written as others before them."""

    def __init__(self, grid: Grid, columns: Columns, styles: Styles, document: Document) -> None:
        self._grid, self._columns, self._styles, self._document = grid, columns, styles, document
        prefix = next((key for key, uri in document.namespaces.items() if key and _TABLES.fullmatch(uri)), "")
        self._cell_start = f"<{prefix}:table-cell"
        self._starts: dict[str, _Start | None] = {}
        self._writings: dict[Fixed, Writing | None] = {}
        self._seen: set[int] = set()
        self._cells: dict[tuple[Writing, int], AlikeCells | None] = {}
        self._shapes: dict[tuple[str, tuple[Writing, ...]], _Shape] = {}
        self._patterns: dict[_Shape, re.Pattern[str]] = {}
        self._last: _Shape | None = None
        """Of the last row, if it has a pattern."""
        self._count = 0
        """How many rows are in the run: they were taken, and have no values yet."""
        self._run: set[_Shape] = set()
        self._taken: dict[AlikeCells, tuple[list[int], list[list[str]]]] = {}
        """Of the rows that were taken cell by cell: where they are, and what is in them."""

    def take(self, text: str, at: int) -> int:
        """Take rows, from this place on, for as long as they are known; the place after them."""
        while True:
            at = self._match(text, at)
            end = ROW_END.search(text, at)
            if end is None or not self._by_cell(text[at : end.start()], end[0]):
                break
            at = end.end()
        self._flush()
        return at

    def _match(self, text: str, at: int) -> int:
        """Take the rows that are written as the last one was."""
        if self._last is not None:
            match, groups, before = self._patterns[self._last].match, self._last.groups, len(self._last.groups)
            while found := match(text, at):
                groups.append(found.groups())
                at = found.end()
            count = len(groups) - before
            self._last.matched.extend(range(self._count, self._count + count))
            self._count += count
            self._run.add(self._last)
        return at

    def _by_cell(self, row: str, end: str) -> bool:
        """Take one row, whose end tag was cut off. False where it must be parsed."""
        first, *rest = row.split(self._cell_start)
        start = self._start(first)
        pieces = list(map(split, rest))
        writings = tuple([self._writing(some) for some in pieces])
        if start is None or start.end != end or None in writings:
            return False
        shape = self._shape(start, writings)  # type: ignore[arg-type]  # just tested
        if not shape.filled:
            return False
        for cells, some in zip(shape.cells, pieces, strict=True):
            if cells is not None:
                places, taken = self._taken.setdefault(cells, ([], []))
                places.append(self._count)
                taken.append(some)
        shape.places.append(self._count)
        self._count += 1
        self._run.add(shape)
        self._choose_pattern(shape)
        return True

    def _choose_pattern(self, shape: _Shape) -> None:
        shape.count += 1
        if shape.count == _WORTH_A_PATTERN and len(self._patterns) < _MOST_PATTERNS:
            self._patterns[shape] = shape.pattern(self._cell_start)
        if shape in self._patterns:
            self._last = shape

    def _start(self, xml: str) -> _Start | None:
        """How a row starts; None where that must be parsed."""
        if xml not in self._starts and len(self._starts) < _MOST_WRITINGS and self._document.has_one_meaning:
            self._starts[xml] = self._made_start(xml)
        return self._starts.get(xml)

    def _made_start(self, xml: str) -> _Start | None:
        tag = re.split(r"[\s>]", xml.rpartition("<")[2], maxsplit=1)[0]
        probe = Probe(self._document.namespaces)
        end = f"</{tag}>"
        if not probe.parse(xml + end) or len(probe.rows) != 1:
            return None
        attributes, cells = probe.rows[0]
        plan = plan_of(attributes, cells, self._columns, self._styles)
        is_usual = plan.times == 1 and not cells and "table:default-cell-style-name" not in attributes
        return _Start(xml, end, plan) if is_usual else None

    def _writing(self, pieces: list[str]) -> Writing | None:
        """How a cell is written; None where it must be parsed. It is found out when a second one comes."""
        fixed = tuple(pieces[::2])
        if fixed in self._writings:
            return self._writings[fixed]
        number = hash(fixed)
        if number in self._seen and len(self._writings) < _MOST_WRITINGS and self._document.has_one_meaning:
            cell = Pieces(fixed, pieces[1::2])
            self._writings[fixed] = writing_of(cell, self._cell_start, self._document.namespaces)
            return self._writings[fixed]
        if len(self._seen) < _MOST_SEEN:
            self._seen.add(number)
        return None

    def _shape(self, start: _Start, writings: tuple[Writing, ...]) -> _Shape:
        known = self._shapes.get((start.xml, writings))
        if known is not None:
            return known
        cells, position = [], 0
        for writing in writings:
            cells.append(self._alike(writing, position))
            position += writing.times
        shape = _Shape(start, writings, cells)
        if len(self._shapes) < _MOST_SHAPES:
            self._shapes[start.xml, writings] = shape
        return shape

    def _alike(self, writing: Writing, position: int) -> AlikeCells | None:
        """What makes the values of cells in a column; None where they are empty. Raises HostileError."""
        key = (writing, position)
        if key not in self._cells:
            kind = kind_of(writing.cell, writing.style or self._columns.style(position), self._styles)
            if not kind.is_empty:
                require_column(position + writing.times)
            self._cells[key] = None if kind.is_empty else AlikeCells(writing, kind, position)
        return self._cells[key]

    def _flush(self) -> None:
        """Make the values of the rows in the run."""
        first = self._grid.next_row
        rows: list[Row] = [()] * self._count

        def note(found: Found, place: int, position: int, text: str, sent: str) -> None:
            self._grid.note(found, first + place, position, text, sent)

        self._fill_by_cell(rows, note)
        for shape in self._run:
            for place, row in zip(shape.matched, shape.rows(note) if shape.matched else (), strict=True):
                rows[place] = row
            self._grid.hide([first + place for place in (*shape.places, *shape.matched)], shape.start.plan)
        if rows:
            filled = sum(shape.filled * (len(shape.places) + len(shape.matched)) for shape in self._run)
            self._grid.add(rows, filled)
        for shape in self._run:
            shape.forget()
        self._count, self._run, self._taken = 0, set(), {}

    def _fill_by_cell(self, rows: list[Row], note: _NoteAt) -> None:
        """Put the values in their places of the rows that were taken cell by cell."""
        made: dict[int, list[object]] = {place: [""] * shape.width for shape in self._run for place in shape.places}
        for cells, (places, taken) in self._taken.items():
            values = cells.values(cells.columns(taken), len(places), partial(_note, note, places, cells))
            for position in cells.positions:
                for place, value in zip(places, values, strict=True):
                    made[place][position] = value
        for place, row in made.items():
            rows[place] = tuple(row)


def _note(note: _NoteAt, places: Sequence[int], cells: AlikeCells, found: Found, at: int, text: str, sent: str) -> None:
    for position in cells.positions:
        note(found, places[at], position, text, sent)
