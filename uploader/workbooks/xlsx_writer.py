"""How every sheet of ours is written: as a stream, text as text, pleasant to open; the only door to XlsxWriter."""

import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, TypeAlias

import xlsxwriter
from xlsxwriter.exceptions import XlsxWriterException
from xlsxwriter.worksheet import Worksheet

from uploader.errors import WorkbookError
from uploader.model.rows import Status
from uploader.workbooks.digests import CellValue, Digest, of_line
from uploader.workbooks.display_text import as_shown, escaped
from uploader.workbooks.manifest import HIDDEN_SHEET, MOST_ROWS, Manifest

_WIDTH = (8, 64)
"""Narrowest and widest column, in characters."""

_LETTERS_TO_DIGITS = 11
"""So many letters take the room of ten digits."""
_MOST_AS_TEXT = 255
"""Characters in a cell whose format is text."""
_MOMENT_WIDTH = 20
_LINE_POINTS, _HEADER_POINTS, _MOST_LINES = 15, 24, 6
"""A line's and the header's height, and how many lines of a long text are shown."""
_FILTER_BUTTON = 3
"""Its width, in characters."""

_KNOWN_HEIGHTS = ("row_info", "set_rows", "row_sizes")
"""Where XlsxWriter remembers them; which of these a release has differs."""

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

    value: CellValue
    format: Format


CellInput: TypeAlias = CellValue | Cell


class _Sheet(Worksheet):  # type: ignore[misc]  # XlsxWriter has no types
    """A sheet on which every text is one, whatever it looks like.

    XlsxWriter tells texts that look like escapes apart, but not where two of them share an underscore; and a text
    `<r>…</r>` it takes for marked-up XML and writes it as it is. We write no such XML.
    """

    @staticmethod
    def _escape_control_characters(data: str) -> str:
        return escaped(data)

    def _xml_rich_inline_string(self, string: str, attributes: Sequence[tuple[str, Any]] = ()) -> None:
        self._xml_inline_string(string, False, attributes)  # noqa: FBT003  # no blanks at its ends to be kept


class WorkbookWriter:
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
        # As text, so that nothing that is typed or edited there becomes a number or a formula.
        self.text = self._book.add_format({**cell, "text_wrap": True, "num_format": "@"})
        self.bold = self._book.add_format({**cell, "bold": True})
        self.fact = self._book.add_format({**cell, "text_wrap": True, "align": "left"})
        self.number = self._book.add_format({**cell, "align": "center"})
        self.moment = self._book.add_format({**cell, "align": "center", "num_format": "yyyy-mm-dd hh:mm:ss"})
        self.long_text = self._book.add_format({**cell, "text_wrap": True})
        """Older Excels show ##### where a cell is formatted as text and has more than 255 characters."""
        self.typed_text = self._book.add_format({"num_format": "@", "valign": "top"})
        """For cells that are still to be filled in: Excel keeps zeros at the front of what is typed there."""
        self.fault = self._book.add_format(
            {**cell, "text_wrap": True, "num_format": "@", **_colours("#F8D7DA", "#8A1C25")}
        )
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
        sheet = self._book.add_worksheet(name, _Sheet)
        sheet.ignore_errors({"number_stored_as_text": "A1:XFD1048576"})
        sheet.set_landscape()
        sheet.set_paper(9)  # A4
        sheet.fit_to_pages(1, 0)
        return sheet

    def hidden_sheet(self, imprint: Manifest) -> None:
        """By this sheet we know a workbook of ours again, and which of its columns are ours."""
        sheet = self.sheet(HIDDEN_SHEET)
        for at, (key, value) in enumerate(imprint.pairs()):
            sheet.write_string(at, 0, key)
            sheet.write_string(at, 1, value)
        sheet.hide()

    def bars(self, page: "SheetWriter", title: str, first_row: int, colours: Sequence[str], at: str) -> None:
        """Draw numbers as bars, each in its colour: names in column A of `page` from `first_row` on, numbers in C."""
        chart = self._book.add_chart({"type": "bar"})
        last_row = first_row + len(colours) - 1
        chart.add_series(
            {
                "categories": [page.sheet.name, first_row, 0, last_row, 0],
                "values": [page.sheet.name, first_row, 2, last_row, 2],
                "points": [{"fill": {"color": colour}} for colour in colours],
                "data_labels": {"value": True},
                "gap": 40,
            }
        )
        chart.set_title({"name": title, "name_font": {"size": 12}})
        chart.set_legend({"none": True})
        chart.set_y_axis({"reverse": True})
        chart.set_x_axis({"visible": False, "major_gridlines": {"visible": False}, "min": 0})
        page.sheet.insert_chart(at, chart, {"object_position": 2})

    def close(self) -> None:
        """Write the file; before that it is only rows on the side."""
        self._book.close()


class SheetWriter:
    """Rows on a sheet, one after the other, each as high as its longest text takes in its column, within bounds."""

    def __init__(self, book: WorkbookWriter, name: str, widths: Sequence[int]) -> None:
        self.book, self.sheet = book, book.sheet(name)
        self.row = 0
        """The row that comes next, from 0."""
        self.longest = [0] * len(widths)
        """The width that each column's texts would like to have."""
        self.digest = Digest(())
        """Over all rows so far."""
        self._widths = widths
        for column, width in enumerate(widths):
            self.sheet.set_column(column, column, width)

    def add(self, values: Sequence[CellInput]) -> None:
        """Write the next row."""
        cells = [self._cell(value) for value in values]
        self.digest.add(of_line(_up_to_the_last([cell.value for cell in cells])))
        lines = 1
        for column, cell in enumerate(cells):
            width, wraps = _width(cell.value)
            self.longest[column] = max(self.longest[column], width)
            if wraps or width > self._widths[column]:
                lines = max(lines, _lines(str(cell.value), self._widths[column]))
        if lines > 1:
            self.sheet.set_row(self.row, _LINE_POINTS * min(lines, _MOST_LINES))
        for column, cell in enumerate(cells):
            self._write(column, cell)
        self._forget_heights()
        self.row += 1

    def _cell(self, value: CellInput) -> Cell:
        match value:
            case Cell(value=str(text), format=form):
                return Cell(as_shown(text), form)
            case Cell():
                return value
            case str():
                return Cell(as_shown(value), self.book.text if len(value) <= _MOST_AS_TEXT else self.book.long_text)
            case None:
                return Cell("", self.book.text)
            case _:
                return Cell(value, self.book.number)

    def _write(self, column: int, cell: Cell) -> None:
        match cell.value:
            case None | "":
                self.sheet.write_blank(self.row, column, None, cell.format)
            case str(text):
                self.sheet.write_string(self.row, column, text, cell.format)
            case datetime() as moment:
                self.sheet.write_datetime(self.row, column, moment, cell.format)
            case number:
                self.sheet.write_number(self.row, column, number, cell.format)

    def _forget_heights(self) -> None:
        """XlsxWriter remembers each row's height also once the row is on disk: of 100,000 rows that is 30 MB."""
        for known in _KNOWN_HEIGHTS:
            getattr(self.sheet, known, {}).pop(self.row - 2, None)


class TableWriter:
    """A header and rows below it: frozen, filtered, as wide as its texts; a sheet that is full goes on in the next."""

    def __init__(self, book: WorkbookWriter, name: str, header: Sequence[Cell], frozen_columns: int) -> None:
        self._book, self._name, self._header, self._frozen = book, name, header, frozen_columns
        self.pages: list[SheetWriter] = []
        """Its sheets: one, and more where one is full."""
        self._begin()

    def _begin(self) -> None:
        name = self._name if not self.pages else f"{self._name} {len(self.pages) + 1}"
        page = SheetWriter(self._book, name, [_WIDTH[1]] * len(self._header))
        self.pages.append(page)
        page.add(self._header)
        page.sheet.set_row(0, _HEADER_POINTS)
        page.sheet.freeze_panes(1, self._frozen)
        page.sheet.repeat_rows(0)

    @property
    def line(self) -> int:
        """The number, on its sheet, of the row that comes next."""
        return 2 if self.pages[-1].row == MOST_ROWS else self.pages[-1].row + 1

    @property
    def sheet(self) -> Any:
        """The sheet under way, XlsxWriter's Worksheet."""
        return self.pages[-1].sheet

    def add(self, values: Sequence[CellInput]) -> None:
        """Write the next row."""
        if self.pages[-1].row == MOST_ROWS:
            self.close()
            self._begin()
        self.pages[-1].add(values)

    def close(self) -> None:
        """Set what depends on all rows: filter and widths."""
        page = self.pages[-1]
        page.sheet.autofilter(0, 0, page.row - 1, len(self._header) - 1)
        narrowest, widest = _WIDTH
        for column, (width, name) in enumerate(zip(page.longest, self._header, strict=True)):
            wish = max(width, _width(name.value)[0] + _FILTER_BUTTON)
            page.sheet.set_column(column, column, min(max(wish, narrowest), widest))


def free_name(name: str, header: Sequence[str]) -> str:
    """The name of a column of ours beside the list's own; where the list has one of that name, ours says `(upload)`."""
    taken = {known.strip().casefold() for known in header}
    free, nth = name, 1
    while free.casefold() in taken:
        free = f"{name} (upload)" if nth == 1 else f"{name} (upload {nth})"
        nth += 1
    return free


def _up_to_the_last(values: list[CellValue]) -> list[CellValue]:
    """The values up to the last that is not empty: a reader knows no others."""
    while values and (values[-1] is None or values[-1] == ""):
        values.pop()
    return values


def _lines(text: str, width: int) -> int:
    """Lines that a text takes in a column of that width, which is told in digits: letters are narrower."""
    letters = width * _LETTERS_TO_DIGITS // 10
    return sum(1 + len(line) // letters for line in text[: letters * _MOST_LINES].split("\n"))


def _width(value: CellValue) -> tuple[int, bool]:
    """The width that a value would like its column to have, and whether it has line breaks."""
    match value:
        case None:
            return 0, False
        case str() if len(value) < _WIDTH[1] and "\n" not in value:
            return len(value) + 1, False
        case str():
            lines = value[: _WIDTH[1] * _MOST_LINES].split("\n")
            return max(map(len, lines)) + 1, len(lines) > 1
        case datetime():
            return _MOMENT_WIDTH, False
        case _:
            return len(str(value)) + 1, False


def _colours(fill: str, ink: str) -> dict[str, str]:
    return {"bg_color": fill, "font_color": ink}


@contextmanager
def written_aside(path: Path) -> Iterator[WorkbookWriter]:
    """A Book that is moved to `path` when the block ends well, so that nobody ever sees half a workbook.

    Raises WorkbookError where the folder or the file can't be written.
    """
    check_writable(path)
    aside = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        book = WorkbookWriter(aside)
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
