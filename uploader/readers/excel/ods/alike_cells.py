"""Cells that are written alike, but for the values in them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from uploader.readers.excel.ods.cell_values import FORMULA, VALUES, CellKind, Note, Written
from uploader.readers.excel.ods.probe import Pieces, Probe, expression, has_mark, parts_of, start_of
from uploader.readers.excel.ods.row_plan import repeats
from uploader.readers.excel.ods.structure import Cell
from uploader.readers.excel.ods.white_space import Paragraph, texts, unescaped

_Parts = Sequence[int | str]
"""Of a paragraph: varying pieces by their numbers, and white space that an element stands for."""

_LONGEST_TEXT = 1000
"""Of what doesn't vary in a cell's text: an element may stand for any number of spaces, which only a parser counts."""


@dataclass(frozen=True, slots=True, eq=False)
class Writing:
    """How some cells are written."""

    pieces: Pieces
    """One of them."""
    cell: Cell
    """What a parser makes of it."""
    times: int
    """In how many columns it is."""
    style: str


def writing_of(pieces: Pieces, before: str, namespaces: Mapping[str, str]) -> Writing | None:
    """How cells are written like this one; `before` belongs before its XML. None where they need a parser."""
    probe = Probe(namespaces)
    if "<!" in "".join(pieces.fixed) or not probe.parse_cells(before + pieces.marked()):
        return None
    cells = probe.rows[0][1]
    if len(cells) != 1 or _has_stray_mark(cells[0]) or len(cells[0].text or "") > _LONGEST_TEXT:
        return None
    a = cells[0].attributes
    if repeats(a, "columns", "spanned") > 1 or repeats(a, "rows", "spanned") > 1:
        return None
    return Writing(pieces, cells[0], repeats(a, "columns"), a.get("table:style-name", ""))


def _has_stray_mark(cell: Cell) -> bool:
    """Whether anything varies but its values and texts."""
    is_stray = [has_mark(value) for name, value in cell.attributes.items() if name not in VALUES and name != FORMULA]
    return any(is_stray)


class AlikeCells:
    """Makes the values of cells that are written alike and are in the same columns."""

    def __init__(self, writing: Writing, kind: CellKind, position: int) -> None:
        self.kind, self.positions = kind, range(position, position + writing.times)
        a = writing.cell.attributes
        self._stored = parts_of(a[kind.value]) if kind.value else []
        self._formula = parts_of(a[FORMULA]) if kind.has_formula else []
        self._paragraphs = [] if kind.is_plain else [parts_of(text) for text in writing.cell.paragraphs]
        self._used = sorted(set(self._numbers()))
        self._cuts = [(2 * at + 1, len(start_of(writing.pieces.varying[at]))) for at in self._used]
        self.expression = expression(writing.pieces, self._used)
        """Matches such a cell, but for what is before it, with what `values` takes in its groups."""
        self.groups = len(self._used)

    def _numbers(self) -> Iterator[int]:
        for parts in (self._stored, self._formula, *self._paragraphs):
            yield from (part for part in parts if isinstance(part, int))

    def columns(self, split: Sequence[Sequence[str]]) -> Sequence[Sequence[str]]:
        """What `values` takes, of the XML of cells that were split."""
        return [[pieces[at][cut:] for pieces in split] for at, cut in self._cuts]

    def values(self, taken: Sequence[Sequence[str]], count: int, note: Note) -> Sequence[object]:
        """The values of so many cells, by what was taken of all, one sequence for each group."""
        pieces = dict(zip(self._used, taken, strict=True))
        stored = self._attributes(self._stored, pieces) if self.kind.value else None
        formulas = self._attributes(self._formula, pieces) if self.kind.has_formula else None
        return self.kind.values(Written(stored, self._shown(pieces, count), formulas), count, note)

    def _attributes(self, parts: _Parts, pieces: Mapping[int, Sequence[str]]) -> Sequence[str]:
        raw = pieces[next(part for part in parts if isinstance(part, int))]
        if self.kind.type == "string":
            raw = [text.replace("\n", " ").replace("\t", " ") for text in raw]
        return unescaped(raw)

    def _shown(self, pieces: Mapping[int, Sequence[str]], count: int) -> Sequence[str] | None:
        if not self._paragraphs:
            return None
        paragraphs = [_paragraph(parts, pieces, count) for parts in self._paragraphs]
        return paragraphs[0] if len(paragraphs) == 1 else list(map("\n".join, zip(*paragraphs, strict=True)))


def _paragraph(parts: _Parts, pieces: Mapping[int, Sequence[str]], count: int) -> Sequence[str]:
    """One paragraph of all cells."""
    match parts:
        case [int(at)]:
            return texts(pieces[at])
        case _:
            columns = [[part] * count if isinstance(part, str) else unescaped(pieces[part]) for part in parts]
            exact = [isinstance(part, str) for part in parts]
            return [_joined(row, exact) for row in zip(*columns, strict=True)] if parts else [""] * count


def _joined(pieces: Sequence[str], exact: Sequence[bool]) -> str:
    paragraph = Paragraph()
    for piece, is_exact in zip(pieces, exact, strict=True):
        if is_exact:
            paragraph.add_exactly(piece)
        else:
            paragraph.add(piece)
    return str(paragraph)
