"""Rows as the XML of a sheet, some of them at a time: column by column, since most columns need no care.

A call for each cell is what makes writing a workbook slow. Of a column of texts it is enough to look once at all of
them together; only where one of them is special, each is looked at.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple, cast

from uploader.model.rows import column_letter
from uploader.workbooks.cell_digests import CellValue, cell_text
from uploader.workbooks.xlsx.cells import (
    LINE_POINTS,
    MOST_AS_TEXT,
    MOST_LINES,
    WIDEST,
    Cell,
    CellInput,
    as_cell,
    letters_in,
    line_count,
    wished_width,
)
from uploader.workbooks.xlsx.display_text import xml_escaped
from uploader.workbooks.xlsx.xlsx_writer import WorkbookWriter

_SPECIAL = ("&", "<", ">", "_x")
"""What a text is escaped for, beside characters that can't be printed."""
_EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001  # a cell knows no zone
"""Day 0 of a date from March 1900 on; before that, Excel counts a day that never was."""
_MARCH_1900 = datetime(1900, 3, 1)  # noqa: DTZ001  # as above
_DAY_SECONDS = 24 * 60 * 60
_EXACT = 10**15
"""Whole numbers below this are written as they are."""
_REMEMBERED, _SHORT = 2_000, 100
"""How many cells are remembered, and the characters of the longest of them."""


class _Drawn(NamedTuple):
    """One cell."""

    xml: str
    """All behind its place: ` s="1"><v>5</v></c>`."""
    text: str
    """As a reader finds it."""
    width: int
    lines: int


class Column(NamedTuple):
    """A column of some rows."""

    xml: Sequence[str]
    """Of each cell, all behind its place: `" s="1"><v>5</v></c>`."""
    texts: Sequence[str]
    """Of each cell, as a reader finds it."""
    width: int
    """That the widest of them would like to have."""
    lines: Mapping[int, int]
    """Of cells that need more than one, by the row, from 0."""


class RowsXml:
    """Makes the XML of rows of one sheet, whose columns are that wide."""

    def __init__(self, book: WorkbookWriter, widths: Sequence[int]) -> None:
        self._book, self._widths = book, widths
        self._opening = [f'<c r="{column_letter(at)}' for at in range(len(widths))]
        self._remembered: dict[tuple[CellInput, int], _Drawn] = {}
        """Cells as they were drawn, with the width of their column: words and small numbers come again and again."""

    def columns(self, rows: Sequence[Sequence[CellInput]]) -> list[Column]:
        """The columns of some rows, all of one length."""
        return [self._column(cells, width) for cells, width in zip(zip(*rows, strict=True), self._widths, strict=False)]

    def rows(self, columns: Sequence[Column], first: int, height: int | None = None) -> Iterator[str]:
        """Each row's XML; `first` is the number of the first, from 1. `height` is theirs, in points, if it is known."""
        lines = _lines(columns)
        pieces = [""] * (3 * len(columns))
        pieces[::3] = self._opening[: len(columns)]
        for at, cells in enumerate(zip(*(column.xml for column in columns), strict=True)):
            number = str(first + at)
            points = height or LINE_POINTS * min(lines.get(at, 1), MOST_LINES)
            pieces[1::3], pieces[2::3] = [number] * len(columns), cells
            yield f'<row r="{number}"{_height(points)}>{"".join(pieces)}</row>'

    def _column(self, cells: Sequence[CellInput], width: int) -> Column:
        kinds = set(map(type, cells))
        if kinds == {str}:
            plain = self._plain_texts(cast("Sequence[str]", cells), width)
            if plain is not None:
                return plain
        if kinds == {int} and max(map(abs, cast("Sequence[int]", cells))) < _EXACT:
            return self._whole_numbers(list(map(str, cells)))
        if kinds == {datetime}:
            return self._moments(cast("Sequence[datetime]", cells))
        drawn = [self._drawn(cell, width) for cell in cells]
        lines = {at: one.lines for at, one in enumerate(drawn) if one.lines > 1}
        return Column([one.xml for one in drawn], [one.text for one in drawn], max(one.width for one in drawn), lines)

    def _plain_texts(self, texts: Sequence[str], width: int) -> Column | None:
        """A column of texts that are in the XML, and to a reader, as they are; None where one of them is not."""
        lengths = list(map(len, texts))
        longest = max(lengths)
        if longest > MOST_AS_TEXT or not _are_plain(texts):
            return None
        style = self._book.style_of(self._book.text)
        opening, empty = f'" s="{style}" t="inlineStr"><is><t>', f'" s="{style}"/>'
        xml = [f"{opening}{text}</t></is></c>" if text else empty for text in texts]
        lines = {}
        if longest >= width:
            letters = letters_in(width)
            lines = {at: 1 + length // letters for at, length in enumerate(lengths) if length >= letters}
        return Column(xml, texts, min(longest, WIDEST * MOST_LINES) + 1, lines)

    def _whole_numbers(self, texts: Sequence[str]) -> Column:
        opening = f'" s="{self._book.style_of(self._book.number)}"><v>'
        return Column([f"{opening}{text}</v></c>" for text in texts], texts, max(map(len, texts)) + 1, {})

    def _moments(self, moments: Sequence[datetime]) -> Column:
        opening = f'" s="{self._book.style_of(self._book.moment)}"><v>'
        xml = [f"{opening}{_serial(moment):.16G}</v></c>" for moment in moments]
        return Column(xml, list(map(cell_text, moments)), wished_width(moments[0])[0], {})

    def _drawn(self, cell: CellInput, width: int) -> _Drawn:
        value = cell.value if isinstance(cell, Cell) else cell
        if isinstance(value, datetime | float) or (isinstance(value, str) and len(value) > _SHORT):
            return self._draw(as_cell(cell, self._book), width)
        key = (cell, width)
        drawn = self._remembered.get(key)
        if drawn is None:
            if len(self._remembered) >= _REMEMBERED:
                self._remembered.clear()
            drawn = self._remembered[key] = self._draw(as_cell(cell, self._book), width)
        return drawn

    def _draw(self, cell: Cell, column: int) -> _Drawn:
        value = cell.value
        width, wraps = wished_width(value)
        lines = line_count(str(value), column) if wraps or width > column else 1
        return _Drawn(f'" s="{self._book.style_of(cell.format)}"{_content(value)}', cell_text(value), width, lines)


def _are_plain(texts: Sequence[str]) -> bool:
    """Whether none of the texts is escaped, has a space at an end, or is otherwise special; empty ones are not."""
    joined = " ".join(filter(None, texts))
    if not joined.isprintable() or any(mark in joined for mark in _SPECIAL):
        return False
    return not joined or "  " not in f" {joined} "


def _content(value: CellValue) -> str:
    """A cell behind its format."""
    match value:
        case None | "":
            return "/>"
        case str():
            return text_xml(value)
        case datetime():
            return f"><v>{_serial(value):.16G}</v></c>"
        case float() if not math.isfinite(value):
            return text_xml(str(value))
        case _:
            return f"><v>{value:.16G}</v></c>"


def text_xml(text: str) -> str:
    """A cell of text behind its place and format."""
    escaped = xml_escaped(text)
    keeps = ' xml:space="preserve"' if escaped[:1].isspace() or escaped[-1:].isspace() else ""
    escaped = escaped.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return f' t="inlineStr"><is><t{keeps}>{escaped}</t></is></c>'


def _serial(moment: datetime) -> float:
    """A moment as Excel counts: in days."""
    passed = moment - _EPOCH
    days = passed.days if moment >= _MARCH_1900 else passed.days - 1
    return days + (passed.seconds + passed.microseconds / 1e6) / _DAY_SECONDS


def _lines(columns: Sequence[Column]) -> Mapping[int, int]:
    """How many lines the rows have that have more than one."""
    lines: dict[int, int] = {}
    for column in columns:
        for at, count in column.lines.items():
            lines[at] = max(count, lines.get(at, 1))
    return lines


def _height(points: int) -> str:
    return f' ht="{points}" customHeight="1"' if points != LINE_POINTS else ""
