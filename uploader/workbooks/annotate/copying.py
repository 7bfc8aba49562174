"""The only user of openpyxl: writes our columns, colours and notes into a person's workbook."""

import warnings
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from copy import copy
from datetime import datetime
from threading import Lock
from typing import IO, Any, cast
from xml.etree.ElementTree import ParseError, fromstring, tostring

from openpyxl import load_workbook
from openpyxl.cell.cell import Cell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Color, Font, PatternFill
from openpyxl.styles.fills import Fill
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import IllegalCharacterError, InvalidFileException
from openpyxl.workbook import Workbook
from openpyxl.worksheet.dimensions import ColumnDimension
from openpyxl.worksheet.worksheet import Worksheet

from uploader.workbooks.annotate.our_columns import Columns, Line, OurCell
from uploader.workbooks.annotate.own_digest import NOTE_BEGINS, OUR_NAME
from uploader.workbooks.manifest import HIDDEN_SHEET
from uploader.workbooks.xlsx.colours import FAULT, OUR_HEADER_FILL
from uploader.workbooks.xlsx.display_text import xml_escaped

COPY_FAILURES = (
    ValueError, TypeError, LookupError, AttributeError, ArithmeticError, OSError, RuntimeError, ParseError,
    zipfile.BadZipFile, IllegalCharacterError, InvalidFileException, NotImplementedError, StopIteration,
)  # fmt: skip
"""What openpyxl raises of workbooks that it can't read or write, as one finds out by giving it some hundreds."""
_NOTE_WIDTH, _NOTE_LINE, _NOTE_LETTERS = 300, 18, 42
"""Pixels, and how many letters are in a line."""
_COLUMN_WIDTH = 48
_NARROW = frozenset({"Row", "Status", "Response code", "HTTP status", "Attempts", "Duration ms"})
_NARROW_WIDTH, _MOMENT_WIDTH = 13, 20
_MOMENT = "yyyy-mm-dd hh:mm:ss"


class LossyError(Exception):
    """openpyxl says itself that it leaves something out."""


class Copy:
    """A person's workbook while columns of ours are written to it. Methods raise one of COPY_FAILURES or LossyError."""

    def __init__(self, original: IO[bytes], columns: Columns) -> None:
        with _no_losses():
            self._book: Workbook = load_workbook(original, rich_text=True)
        self._columns = columns
        self._sheet: Worksheet = self._book[columns.sheet]
        self._styles: dict[object, Any] = {}
        self.fills: dict[tuple[int, int], str] = {}
        """The fills that coloured cells had before, as XML, by row and column from 0."""
        self.changed: set[str] = set()
        """The cells in whose values the copy is another."""
        self._clear()

    def _clear(self) -> None:
        """Take away what is ours from before."""
        if HIDDEN_SHEET in self._book.sheetnames:
            del self._book[HIDDEN_SHEET]
        stale, marked = set(self._columns.stale), _rgb(FAULT[0])
        cells = cast("Any", self._sheet)._cells.values()  # a walk over rows would make those between
        for cell in [one for one in cells if isinstance(one, Cell)]:
            if cell.comment is not None and str(cell.comment.text).startswith(NOTE_BEGINS):
                cell.comment = None
            if cell.column - 1 in stale:
                cell.value = None
                cell.style = "Normal"
                self.changed.add(cell.coordinate)
            elif stale and cell.fill.fgColor.rgb == marked:
                before = self._columns.fills.get((cell.row, cell.column - 1))
                cell.fill = PatternFill() if before is None else _fill(before)

    def write(self, lines: Iterable[Line]) -> None:
        """Write our columns."""
        self._write_header()
        for line in lines:
            self._mark(line)
            for nth, ours in enumerate(line.cells):
                self._put(self._cell(line.position, self._columns.first + nth), ours)

    def _cell(self, row: int, column: int) -> Cell:
        """The cell at a row and a column from 0. Raises LossyError for one under a merged one."""
        cell = self._sheet.cell(row, column + 1)
        if not isinstance(cell, Cell):
            raise LossyError(cell.coordinate)
        return cell

    def _write_header(self) -> None:
        columns = self._columns
        self._make_room(columns.first, columns.first + len(columns.names) - 1)
        for nth, (name, shown) in enumerate(columns.names.items()):
            cell = self._cell(columns.header_row, columns.first + nth)
            self._put(cell, OurCell(shown, (OUR_HEADER_FILL, "#FFFFFF")))
            cell.font = _inked(cell.font, "#FFFFFF", bold=True)
            if columns.notes.get(name):
                cell.comment = _note(columns.notes[name])
            width = _NARROW_WIDTH if name in _NARROW else _MOMENT_WIDTH if name == "Sent at" else _COLUMN_WIDTH
            letter = get_column_letter(columns.first + nth + 1)
            self._sheet.column_dimensions[letter] = ColumnDimension(self._sheet, index=letter, width=width)

    def _make_room(self, first: int, last: int) -> None:
        """Columns that have a look together with those beyond, up to the last of the sheet perhaps, are parted."""
        dimensions = self._sheet.column_dimensions
        for letter, wide in list(dimensions.items()):
            begins, ends = wide.min or 0, wide.max or 0
            if ends <= first or begins > last + 1:  # these count from 1
                continue
            if ends > last + 1:
                beyond = get_column_letter(last + 2)
                rest = copy(wide)
                rest.index, rest.min, rest.max = beyond, last + 2, ends
                dimensions[beyond] = rest
            if begins <= first:
                wide.max = first
            else:
                del dimensions[letter]

    def _mark(self, line: Line) -> None:
        for column, said in line.faults.items():
            cell = self._cell(line.position, column)
            if cell.fill.fill_type is not None:
                self.fills[line.position, column] = tostring(cell.fill.to_tree(), "unicode")
            cell.fill = PatternFill("solid", fgColor=_rgb(FAULT[0]))
            if cell.comment is None:
                cell.comment = _note(said)

    def _put(self, cell: Cell, ours: OurCell) -> None:
        value = ours.value
        self.changed.add(cell.coordinate)
        if isinstance(value, str):
            cell.value = xml_escaped(value)
            cell.data_type = "s"  # whatever it begins with
        else:
            cell.value = value
        self._dress(cell, (ours.colours, type(value)))

    def _dress(self, cell: Cell, look: tuple[tuple[str, str] | None, type]) -> None:
        """Each look is made once: a cell's format is slow to make."""
        if look not in self._styles:
            colours, kind = look
            cell.style = "Normal"
            cell.number_format = "@" if kind is str else _MOMENT if kind is datetime else "General"
            cell.alignment = Alignment(vertical="top")  # not wrapped: the rows keep their heights
            if colours is not None:
                cell.fill = PatternFill("solid", fgColor=_rgb(colours[0]))
                cell.font = _inked(cell.font, colours[1])
            self._styles[look] = copy(cast("Any", cell)._style)  # its formats' numbers; there is no public way
        else:
            cast("Any", cell)._style = copy(self._styles[look])

    def save(self, entries: Iterable[tuple[str, str]], into: IO[bytes], *, recalculates: bool) -> None:
        """Write the hidden sheet with these lines, and all of it to a file. Excel `recalculates` it, or does not."""
        hidden = self._book.create_sheet(HIDDEN_SHEET)
        hidden.sheet_state = "hidden"
        for row, entry in enumerate(entries, start=1):
            for column, said in enumerate(entry, start=1):
                cell = hidden.cell(row, column, xml_escaped(said))
                cell.data_type = "s"
        self._book.properties.lastModifiedBy = OUR_NAME
        calculation = self._book.calculation
        if calculation is not None:
            calculation.fullCalcOnLoad = recalculates  # not where it wasn't: the values of formulas are put back
        with _no_losses():
            self._book.save(into)


_LISTENING = Lock()
"""Warnings are the whole process's: two copies at once would hear each other's."""


@contextmanager
def _no_losses() -> Iterator[None]:
    """What openpyxl warns of in the block is lost, but for what is put back. Raises LossyError."""
    with _LISTENING, warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        yield
    for one in map(str, (one.message for one in warned)):
        if "extension is not supported" not in one:  # they are looked for beforehand, and put back
            raise LossyError(one)


def _note(said: str) -> Comment:
    text = NOTE_BEGINS + said
    lines = sum(1 + len(line) // _NOTE_LETTERS for line in text.split("\n"))
    return Comment(xml_escaped(text), OUR_NAME, width=_NOTE_WIDTH, height=_NOTE_LINE * (lines + 1))


def _inked(font: Any, ink: str, *, bold: bool = False) -> Font:
    """The workbook's usual font in that colour."""
    inked: Font = copy(font)
    inked.color = Color(rgb=_rgb(ink))
    inked.b = bold
    return inked


def _fill(xml: str) -> Any:
    return Fill.from_tree(cast("Any", fromstring(xml)))  # noqa: S314  # as openpyxl wrote it


def _rgb(colour: str) -> str:
    """`#FFC7CE` as openpyxl has it."""
    return f"FF{colour.removeprefix('#')}"
