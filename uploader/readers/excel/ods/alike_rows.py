"""Rows that are written alike, but for the values in them: a list has thousands of these after each other.

What such a row means is found out once, by a parser, of a copy with marks in place of its values; so the pattern that
then takes the others apart can't misread what the parser would have read otherwise.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple
from xml.parsers import expat

from uploader.readers.excel.ods.cell_values import FORMULA, VALUES, Found, Written
from uploader.readers.excel.ods.document import Attributes, Document
from uploader.readers.excel.ods.grid import Row
from uploader.readers.excel.ods.row_plan import PlannedCell, RowPlan
from uploader.readers.excel.ods.structure import Cell, Structure
from uploader.readers.excel.ods.styles import Styles
from uploader.readers.excel.ods.white_space import texts, unescaped

_VARYING = re.compile(r'(value="[^"<]*|formula="[^"<]*|>[^<]+)')
"""What may differ between rows that are alike, with what comes before it."""
_STARTS = ('value="', 'formula="', ">")
_MARK = re.compile("\ue000(\\d+)\ue001")
_OFFICE = "urn:oasis:names:tc:opendocument:xmlns:office:1.0"
_TABLE = "urn:oasis:names:tc:opendocument:xmlns:table:1.0"

Fixed = tuple[str, ...]
"""A row's XML without what varies."""
PlanOf = Callable[[Attributes, Sequence[Cell]], RowPlan]


class Pieces(NamedTuple):
    """A row's XML taken apart."""

    fixed: Fixed
    varying: Sequence[str]


def pieces_of(row: str) -> Pieces:
    """A row's XML, taken apart."""
    pieces = _VARYING.split(row)
    return Pieces(tuple(pieces[::2]), pieces[1::2])


class _Sources(NamedTuple):
    """Which of the varying pieces are what is written in a cell."""

    planned: PlannedCell
    stored: int | None
    shown: Sequence[int | str]
    """One for each of its paragraphs; a text is the same in all rows."""
    formula: int | None

    def used(self) -> Iterator[int]:
        """The pieces that it takes."""
        yield from (at for at in (self.stored, *self.shown, self.formula) if isinstance(at, int))


class AlikeRows:
    """Takes rows apart that are written alike, and makes their values."""

    def __init__(self, pieces: Pieces, plan: RowPlan, sources: Sequence[_Sources]) -> None:
        self.plan, self._sources = plan, sources
        used = sorted({at for source in sources for at in source.used()})
        self._place = {at: place for place, at in enumerate(used)}
        starts = [next(start for start in _STARTS if piece.startswith(start)) for piece in pieces.varying]
        self._used = [(at, len(starts[at])) for at in used]
        self._pattern: re.Pattern[str] | None = None
        self._pieces, self._starts = pieces.fixed, starts
        self.count = 0
        """How many were taken apart."""

    def take(self, varying: Sequence[str]) -> tuple[str, ...]:
        """What of the varying pieces matters."""
        self.count += 1
        return tuple([varying[at][length:] for at, length in self._used])

    @property
    def pattern(self) -> re.Pattern[str]:
        """Matches such a row, and has what matters in its groups."""
        if self._pattern is None:
            self._pattern = re.compile(self._expression())
        return self._pattern

    def _expression(self) -> str:
        parts = [re.escape(self._pieces[0])]
        for at, (start, fixed) in enumerate(zip(self._starts, self._pieces[1:], strict=True)):
            piece = "[^<]+" if start == ">" else '[^"<]*'
            parts += [re.escape(start), f"({piece})" if at in self._place else piece, re.escape(fixed)]
        return "".join(parts)

    def rows(self, taken: Sequence[tuple[str, ...]], note: Callable[[Found, int, int, str, str], None]) -> list[Row]:
        """The rows' values. `note` takes what was found, in which of these rows, at which position, and its texts."""
        pieces, count = list(zip(*taken, strict=True)), len(taken)
        columns: list[Sequence[object]] = [("",) * count] * self.plan.width
        for source in self._sources:
            positions = source.planned.positions

            def note_cell(found: Found, at: int, text: str, sent: str, positions: range = positions) -> None:
                for position in positions:
                    note(found, at, position, text, sent)

            values = source.planned.kind.values(self._written(source, pieces, count), count, note_cell)
            for position in positions:
                columns[position] = values
        return list(zip(*columns, strict=True))

    def _written(self, source: _Sources, pieces: Sequence[Sequence[str]], count: int) -> Written:
        kind = source.planned.kind
        stored = None if source.stored is None else unescaped(pieces[self._place[source.stored]])
        formulas = None if source.formula is None else unescaped(pieces[self._place[source.formula]])
        if stored is not None and kind.type == "string":
            stored = [re.sub(r"[\t\r\n]", " ", text) for text in pieces[self._place[source.stored or 0]]]
            stored = list(unescaped(stored))
        if not source.shown:
            return Written(stored, None, formulas)
        paragraphs = [
            [part] * count if isinstance(part, str) else texts(pieces[self._place[part]]) for part in source.shown
        ]
        shown = paragraphs[0] if len(paragraphs) == 1 else list(map("\n".join, zip(*paragraphs, strict=True)))
        return Written(stored, shown, formulas)


def alike_rows(pieces: Pieces, namespaces: Mapping[str, str], styles: Styles, plan_of: PlanOf) -> AlikeRows | None:
    """How rows that are written as this one are read; None where they need a parser. Raises as `plan_of` does."""
    probe = _Probe()
    if not _parsed(_marked(pieces), namespaces, styles, probe) or len(probe.rows) != 1 or probe.columns:
        return None
    attributes, cells = probe.rows[0]
    if "\ue000" in "".join(attributes.values()):
        return None
    plan = plan_of(attributes, cells)
    sources = [_sources(planned) for planned in plan.cells]
    is_usual = plan.times == 1 and plan.cells and all(planned.spans == (1, 1) for planned in plan.cells)
    whole = [source for source in sources if source is not None]
    if not is_usual or len(whole) < len(sources) or any(map(_has_stray_mark, cells)):
        return None
    return AlikeRows(pieces, plan, whole)


class _Probe:
    """Takes what a parser finds in one row."""

    def __init__(self) -> None:
        self.rows: list[tuple[Attributes, Sequence[Cell]]] = []
        self.columns = 0

    def begin(self, name: str, *, is_visible: bool) -> None:
        """The table around it."""

    def column(self, _: Attributes) -> None:
        """Something that is no row."""
        self.columns += 1

    def row(self, attributes: Attributes, cells: Sequence[Cell]) -> None:
        """The row."""
        self.rows.append((attributes, cells))


def _marked(pieces: Pieces) -> str:
    marked = [pieces.fixed[0]]
    for at, (piece, fixed) in enumerate(zip(pieces.varying, pieces.fixed[1:], strict=True)):
        start = next(start for start in _STARTS if piece.startswith(start))
        marked += [f"{start}\ue000{at}\ue001", fixed]
    return "".join(marked)


def _parsed(row: str, namespaces: Mapping[str, str], styles: Styles, probe: _Probe) -> bool:
    declared = "".join(f' xmlns{":" * bool(prefix)}{prefix}="{uri}"' for prefix, uri in namespaces.items())
    document = Document(Structure(probe, styles))
    try:
        document.feed(f'<o_:document-content xmlns:o_="{_OFFICE}" xmlns:t_="{_TABLE}"{declared}><o_:body>')
        document.feed(f"<o_:spreadsheet><t_:table>{row}</t_:table></o_:spreadsheet></o_:body></o_:document-content>")
        document.finish()
    except (expat.ExpatError, ValueError):
        return False
    return True


def _has_stray_mark(cell: Cell) -> bool:
    """Whether something varies that must not, in a cell that may be an empty one."""
    return any("\ue000" in value for name, value in cell.attributes.items() if name not in VALUES and name != FORMULA)


def _sources(planned: PlannedCell) -> _Sources | None:
    """From where a cell's values come; None where that is not plain."""
    a, kind = planned.cell.attributes, planned.kind
    stored = _MARK.fullmatch(a[kind.value]) if kind.value else None
    formula = _MARK.fullmatch(a[FORMULA]) if kind.has_formula else None
    if (kind.value and not stored) or (kind.has_formula and not formula):
        return None
    shown = list(map(_paragraph, () if kind.is_plain else planned.cell.paragraphs))
    if any(part is None for part in shown):
        return None
    parts = [part for part in shown if part is not None]
    return _Sources(planned, int(stored[1]) if stored else None, parts, int(formula[1]) if formula else None)


def _paragraph(text: str) -> int | str | None:
    """The mark that a paragraph is, or its text where it has no mark; else None."""
    mark = _MARK.fullmatch(text)
    if mark is not None:
        return int(mark[1])
    return None if "\ue000" in text else text
