"""How every sheet of ours is written: as a stream, text as text, pleasant to open; the only door to XlsxWriter."""

import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, TypeAlias

import xlsxwriter
from xlsxwriter.exceptions import XlsxWriterException

from uploader.errors import WorkbookError
from uploader.model import HIDDEN_SHEET, LIST_SHA256_KEY, Status

_MOST_ROWS = 1_048_576
"""Rows of a sheet, the header's included; Excel has no more."""
_MOST_CHARACTERS = 32_767
_WIDTH = (8, 64)
"""Narrowest and widest column, in characters."""

_MOMENT_WIDTH = 20
_LINE_POINTS, _HEADER_POINTS, _MOST_LINES = 15, 24, 6
"""A line's and the header's height, and how many lines of a long text are shown."""
_FILTER_BUTTON = 3
"""Its width, in characters."""

_CUT = " … [cut here: the whole text of {length:,} characters is in the journal]"

HEADER_FILL, OUR_HEADER_FILL = "#44546A", "#1F6F8B"
STATUS_FILLS = {
    Status.ACCEPTED: ("#E2F0D9", "#285A1E"),
    Status.REJECTED: ("#F8D7DA", "#8A1C25"),
    Status.UNKNOWN: ("#FFE8B3", "#7A4B00"),
    Status.INVALID: ("#F3D9F0", "#6B2162"),
    Status.SKIPPED: ("#E7E9EC", "#444B54"),
    Status.NOT_SENT: ("#DCE9F7", "#1D4E80"),
}

Format: TypeAlias = Any
"""XlsxWriter has no types; this is its Format."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell with more than its value: a date's or a colour's format."""

    value: str | float | datetime | None
    format: Format


Value: TypeAlias = str | float | datetime | Cell | None


class Book:
    """A workbook under way, with the formats that its sheets share."""

    def __init__(self, path: Path) -> None:
        self._book = xlsxwriter.Workbook(
            path,
            {
                "constant_memory": True,  # a row is on disk once the next one begins
                "strings_to_formulas": False,
                "strings_to_numbers": False,
                "strings_to_urls": False,
            },
        )
        cell = {"valign": "top", "bottom": 4, "bottom_color": "#C9CDD3"}
        self.text = self._book.add_format({**cell, "text_wrap": True})
        self.bold = self._book.add_format({**cell, "bold": True})
        self.number = self._book.add_format({**cell, "align": "center"})
        self.moment = self._book.add_format({**cell, "align": "center", "num_format": "yyyy-mm-dd hh:mm:ss"})
        self.typed_text = self._book.add_format({"num_format": "@", "valign": "top"})
        """For cells that are still to be filled in: Excel keeps zeros at the front of what is typed there."""
        self.fault = self._book.add_format({**cell, "text_wrap": True, **_colours("#F8D7DA", "#8A1C25")})
        self.status = {
            status: self._book.add_format({**cell, **_colours(fill, ink)})
            for status, (fill, ink) in STATUS_FILLS.items()
        }
        self.header, self.our_header = (
            self._book.add_format({"bold": True, "valign": "vcenter", "text_wrap": True, **_colours(fill, "#FFFFFF")})
            for fill in (HEADER_FILL, OUR_HEADER_FILL)
        )

    def sheet(self, name: str) -> Any:
        """A new empty sheet, as XlsxWriter's Worksheet, without Excel's warnings of numbers stored as text."""
        sheet = self._book.add_worksheet(name)
        sheet.ignore_errors({"number_stored_as_text": "A1:XFD1048576"})
        sheet.set_landscape()
        sheet.set_paper(9)  # A4
        sheet.fit_to_pages(1, 0)
        return sheet

    def hidden_sheet(self, list_sha256: str, facts: Mapping[str, str]) -> None:
        """By this sheet we know a workbook of ours again, and which of its columns are ours."""
        sheet = self.sheet(HIDDEN_SHEET)
        for at, (key, value) in enumerate({LIST_SHA256_KEY: list_sha256, **facts}.items()):
            sheet.write_string(at, 0, key)
            sheet.write_string(at, 1, value)
        sheet.hide()

    def close(self) -> None:
        """Write the file; before that it is only rows on the side."""
        self._book.close()


class Page:
    """Rows on a sheet, one after the other, each as high as its longest text takes in its column, within bounds."""

    def __init__(self, book: Book, name: str, widths: Sequence[int]) -> None:
        self.book, self.sheet = book, book.sheet(name)
        self.row = 0
        """The row that comes next, from 0."""
        self._widths = widths
        for column, width in enumerate(widths):
            self.sheet.set_column(column, column, width)

    def add(self, values: Sequence[Value]) -> None:
        """Write the next row."""
        lines = [_lines(value, self._widths[column]) for column, value in enumerate(values)]
        if max(lines, default=1) > 1:  # XlsxWriter remembers each height: of a hundred thousand rows that is a lot
            self.sheet.set_row(self.row, _LINE_POINTS * min(max(lines), _MOST_LINES))
        for column, value in enumerate(values):
            self._write(column, value)
        self.row += 1

    def _write(self, column: int, value: Value) -> None:
        match value:
            case Cell(value=None | "", format=form):
                self.sheet.write_blank(self.row, column, None, form)
            case Cell(value=str(text), format=form):
                self.sheet.write_string(self.row, column, fitting(text), form)
            case Cell(value=datetime() as moment, format=form):
                self.sheet.write_datetime(self.row, column, moment, form)
            case Cell(value=number, format=form):
                self.sheet.write_number(self.row, column, number, form)
            case None | str():
                self._write(column, Cell(value, self.book.text))
            case _:
                self._write(column, Cell(value, self.book.number))


class Grid:
    """A header and rows below it: frozen, filtered, as wide as its texts; a sheet that is full goes on in the next."""

    def __init__(self, book: Book, name: str, header: Sequence[Cell], frozen_columns: int) -> None:
        self._book, self._name, self._header, self._frozen = book, name, header, frozen_columns
        self._widths = [_width(cell) + _FILTER_BUTTON for cell in header]
        self._pages = 0
        self._begin()

    def _begin(self) -> None:
        self._pages += 1
        name = self._name if self._pages == 1 else f"{self._name} {self._pages}"
        self._page = Page(self._book, name, [_WIDTH[1]] * len(self._header))
        self._page.add(self._header)
        self.sheet.set_row(0, _HEADER_POINTS)
        self.sheet.freeze_panes(1, self._frozen)
        self.sheet.repeat_rows(0)

    @property
    def sheet(self) -> Any:
        """The sheet under way, XlsxWriter's Worksheet."""
        return self._page.sheet

    def add(self, values: Sequence[Value]) -> None:
        """Write the next row."""
        if self._page.row == _MOST_ROWS:
            self.close()
            self._begin()
        self._page.add(values)
        self._widths = [max(width, _width(value)) for width, value in zip(self._widths, values, strict=True)]

    def close(self) -> None:
        """Set what depends on all rows: filter and widths."""
        self.sheet.autofilter(0, 0, self._page.row - 1, len(self._header) - 1)
        narrowest, widest = _WIDTH
        for column, width in enumerate(self._widths):
            self.sheet.set_column(column, column, min(max(width, narrowest), widest))


def fitting(text: str) -> str:
    """A text that Excel can hold in one cell; what is cut says so."""
    if len(text) <= _MOST_CHARACTERS:
        return text
    mark = _CUT.format(length=len(text))
    return text[: _MOST_CHARACTERS - len(mark)] + mark


def _lines(value: Value, width: int) -> int:
    """Lines that a value takes in a column of that width."""
    text = value.value if isinstance(value, Cell) else value
    if not isinstance(text, str) or (len(text) < width and "\n" not in text):
        return 1
    return sum(1 + len(line) // width for line in text[: width * _MOST_LINES].split("\n"))


def _width(value: Value) -> int:
    """The width that a value would like its column to have."""
    match value.value if isinstance(value, Cell) else value:
        case None:
            return 0
        case str() as text:
            return max((len(line) for line in text[: _WIDTH[1] * _MOST_LINES].splitlines()), default=0) + 1
        case datetime():
            return _MOMENT_WIDTH
        case number:
            return len(str(number)) + 1


def _colours(fill: str, ink: str) -> dict[str, str]:
    return {"bg_color": fill, "font_color": ink}


@contextmanager
def written_aside(path: Path) -> Iterator[Book]:
    """A Book that is moved to `path` when the block ends well, so that nobody ever sees half a workbook.

    Raises WorkbookError where the folder or the file can't be written.
    """
    check_writable(path)
    aside = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        book = Book(aside)
        try:
            yield book
        finally:
            book.close()  # also where the block broke off: it lets go of the rows that were kept on the side
        aside.replace(path)
    except (OSError, XlsxWriterException) as why:
        raise _not_written(path, why) from why
    finally:
        aside.unlink(missing_ok=True)


def check_writable(path: Path) -> None:
    """Raise WorkbookError where a workbook could not be written to `path` later on."""
    try:
        with tempfile.NamedTemporaryFile(prefix=".uploader-", dir=path.parent):
            pass
        if path.exists():
            with path.open("r+b"):  # refused on Windows while the workbook is open in Excel
                pass
    except OSError as why:
        raise _not_written(path, why) from why


def _not_written(path: Path, why: Exception) -> WorkbookError:
    reason = why.strerror if isinstance(why, OSError) and why.strerror else why
    return WorkbookError(
        f"The workbook {path} can't be written: {reason}. "
        "Close it if it is open in Excel, check that the disk has room and that you may write to its folder."
    )
