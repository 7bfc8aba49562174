"""The sheets, columns, rows and cells of a document, and the text in each cell that is the cell's own."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from uploader.i18n import Message
from uploader.readers.excel.ods.document import Attributes
from uploader.readers.excel.ods.styles import Styles
from uploader.readers.excel.ods.white_space import Paragraph
from uploader.readers.excel.package import HostileError

_MOST_SPACES = 64 << 20
"""An element of twenty characters may stand for any number of spaces."""
_TO_THE_SHEETS = {"office:document-content", "office:document", "office:body"}
_STYLES = {"office:styles", "office:automatic-styles"}
_GROUPS = {
    "table:table-header-rows", "table:table-rows", "table:table-row-group",
    "table:table-header-columns", "table:table-columns", "table:table-column-group",
}  # fmt: skip
_CELLS = {"table:table-cell", "table:covered-table-cell"}
_PARAGRAPHS, _LISTS = {"text:p", "text:h"}, {"text:list", "text:list-item", "text:list-header"}
_NOT_SHOWN = {"text:note", "text:ruby-text", "text:tracked-changes"}
_OUTSIDE, _SHEETS, _TABLE, _ROW, _CELL, _TEXT, _STYLE, _OTHER = range(8)
"""What an element may have in it that matters: the last one nothing."""


@dataclass(slots=True)
class Cell:
    """A cell as it is written, possibly for several columns."""

    attributes: Attributes
    paragraphs: list[str] = field(default_factory=list)

    @property
    def text(self) -> str | None:
        """What the cell shows; None where that is not written."""
        return "\n".join(self.paragraphs) if self.paragraphs else None


class Sheets(Protocol):
    """Who takes the sheets."""

    def begin(self, name: str, *, is_visible: bool) -> None:
        """A sheet begins."""

    def column(self, attributes: Attributes) -> None:
        """A column of it, or several that are alike."""

    def row(self, attributes: Attributes, cells: Sequence[Cell]) -> None:
        """A row of it, or several that are alike; its columns were given before."""


class Structure:
    """Finds the sheets in a document's elements."""

    def __init__(self, sheets: Sheets, styles: Styles) -> None:
        self._sheets, self._styles = sheets, styles
        self._within = [_OUTSIDE]
        self._inside = (
            self._inside_document, self._inside_spreadsheet, self._inside_table, self._inside_row, self._inside_cell,
            self._inside_text, self._inside_style, None,
        )  # fmt: skip
        self._row: Attributes = {}
        self._cells: list[Cell] = []
        self._paragraph = Paragraph()
        self._spaces = 0
        self.rows = self.tables = 0
        """How many of them have begun."""
        self.has_spreadsheet = False

    @property
    def is_between_rows(self) -> bool:
        """Whether a row may follow."""
        return self._within[-1] == _TABLE

    def begin(self, name: str, attributes: Attributes) -> None:
        """An element begins."""
        inside = self._inside[self._within[-1]]
        self._within.append(_OTHER if inside is None else inside(name, attributes))

    def end(self, name: str) -> None:
        """An element ends."""
        within = self._within.pop()
        if within == _TEXT and name in _PARAGRAPHS and self._within[-1] == _CELL:
            self._cells[-1].paragraphs.append(str(self._paragraph))
        elif within == _ROW:
            self._sheets.row(self._row, self._cells)

    def text(self, text: str) -> None:
        """Some text."""
        if self._within[-1] == _TEXT:
            self._paragraph.add(text)
        elif self._within[-1] == _STYLE:
            self._styles.text(text)

    def _inside_cell(self, name: str, _: Attributes) -> int:
        if name in _PARAGRAPHS:
            self._paragraph = Paragraph()
            return _TEXT
        return _CELL if name in _LISTS else _OTHER

    def _inside_row(self, name: str, attributes: Attributes) -> int:
        if name not in _CELLS:
            return _OTHER
        self._cells.append(Cell(attributes))
        return _CELL

    def _inside_style(self, name: str, attributes: Attributes) -> int:
        self._styles.begin(name, attributes)
        return _STYLE

    def _inside_document(self, name: str, _: Attributes) -> int:
        if name == "office:spreadsheet":
            self.has_spreadsheet = True
            return _SHEETS
        if name in _STYLES:
            return _STYLE
        return _OUTSIDE if name in _TO_THE_SHEETS else _OTHER

    def _inside_spreadsheet(self, name: str, attributes: Attributes) -> int:
        if name != "table:table":
            return _OTHER
        self.tables += 1
        is_visible = not self._styles.hides_table(attributes.get("table:style-name", ""))
        self._sheets.begin(attributes.get("table:name", ""), is_visible=is_visible)
        return _TABLE

    def _inside_table(self, name: str, attributes: Attributes) -> int:
        if name == "table:table-row":
            self.rows += 1
            self._row, self._cells = attributes, []
            return _ROW
        if name == "table:table-column":
            self._sheets.column(attributes)
        return _TABLE if name in _GROUPS else _OTHER

    def _inside_text(self, name: str, attributes: Attributes) -> int:
        match name:
            case "text:s":
                count = int(attributes.get("text:c", 1))
                self._spaces += count
                if count < 0 or self._spaces > _MOST_SPACES:
                    raise HostileError(Message("hostile.large_row"))
                self._paragraph.add_exactly(" " * count)
            case "text:tab":
                self._paragraph.add_exactly("\t")
            case "text:line-break":
                self._paragraph.add_exactly("\n")
            case _:
                return _TEXT if name.startswith("text:") and name not in _NOT_SHOWN else _OTHER
        return _OTHER
