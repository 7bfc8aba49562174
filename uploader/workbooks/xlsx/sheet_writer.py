"""Write rows to sheets as a stream, each as high as its texts need, ready to print."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from uploader.workbooks.manifest import MOST_ROWS, CellValue, SheetDigest, line_digest
from uploader.workbooks.xlsx.display_text import as_displayed
from uploader.workbooks.xlsx.xlsx_writer import Format, WorkbookWriter, Worksheet

_WIDTH = (8, 44)
"""Narrowest and widest column, in characters."""
_HEADER_WIDTH = 18
"""A column is as wide as that for its name alone, or as the name's longest word; the rest of the name wraps."""
_MOST_ON_A_PAGE = 220
"""So many characters are still legible side by side; a wider sheet is printed on several pages."""
_PAGE_CHARACTERS, _LEAST_SCALE = 100, 45
"""Characters on a page at 100 % in any spreadsheet program, and the smallest scale that can be read."""

_LETTERS_TO_DIGITS = 11
"""So many letters are as wide as ten digits."""
_MOST_AS_TEXT = 255
"""Characters in a cell whose format is text."""
_MOMENT_WIDTH = 20
_LINE_POINTS, _MOST_LINES = 15, 6
"""A line's height, and how many lines of a long text are shown."""
_FILTER_BUTTON = 3
"""Its width, in characters."""

_REMEMBERED_HEIGHTS = ("row_info", "set_rows", "row_sizes")
"""Where XlsxWriter remembers them; which of these a release has differs."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell with more than its value: a date's or a colour's format."""

    value: CellValue
    format: Format


CellInput: TypeAlias = CellValue | Cell


class SheetWriter:
    """Writes rows to a sheet, each as high as its longest text needs, up to a limit."""

    def __init__(self, book: WorkbookWriter, name: str, widths: Sequence[int]) -> None:
        self.book, self.sheet = book, book.sheet(name)
        self.row = 0
        """The row that comes next, from 0."""
        self.longest = [0] * len(widths)
        """The width that each column's texts would like to have."""
        self.digest = SheetDigest(())
        """Over all rows so far."""
        self._widths = widths
        for column, width in enumerate(widths):
            self.sheet.set_column(column, column, width)

    def add(self, values: Sequence[CellInput]) -> None:
        """Write the next row."""
        cells = [as_cell(value, self.book) for value in values]
        self.digest.add(_digest_of(cells))
        lines = 1
        for column, cell in enumerate(cells):
            width, wraps = _width(cell.value)
            self.longest[column] = max(self.longest[column], width)
            if wraps or width > self._widths[column]:
                lines = max(lines, _line_count(str(cell.value), self._widths[column]))
        if lines > 1:
            self.sheet.set_row(self.row, _LINE_POINTS * min(lines, _MOST_LINES))
        for column, cell in enumerate(cells):
            self._write(column, cell)
        self._forget_heights()
        self.row += 1

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
        for attribute in _REMEMBERED_HEIGHTS:
            getattr(self.sheet, attribute, {}).pop(self.row - 2, None)


class TableWriter:
    """Writes a header and rows: frozen, filtered, as wide as their texts; a full sheet is continued on the next."""

    def __init__(
        self, book: WorkbookWriter, name: str, header: Sequence[Cell], frozen_columns: int, second_part: int = 0
    ) -> None:
        """`second_part` is the column with which a wide sheet begins a new page; 0 if there is none."""
        self._book, self._name, self._header, self._frozen = book, name, header, frozen_columns
        self._second_part = second_part
        self.pages: list[SheetWriter] = []
        """Its sheets: one, and more where one is full."""
        self._begin()

    def _begin(self) -> None:
        name = self._name if not self.pages else f"{self._name} {len(self.pages) + 1}"
        page = SheetWriter(self._book, name, [_WIDTH[1]] * len(self._header))
        self.pages.append(page)
        page.add(self._header)
        page.longest = [0] * len(self._header)  # long names wrap
        page.sheet.set_row(0, _LINE_POINTS * (1 + max(map(_header_lines, self._header), default=1)))
        page.sheet.freeze_panes(1, self._frozen)
        page.sheet.repeat_rows(0)

    @property
    def line(self) -> int:
        """The number, on its sheet, of the row that comes next."""
        return 2 if self.pages[-1].row == MOST_ROWS else self.pages[-1].row + 1

    @property
    def sheet(self) -> Worksheet:
        """The sheet that is being written."""
        return self.pages[-1].sheet

    def explain(self, column: int, text: str) -> None:
        """Write a comment at a column's name."""
        self.sheet.write_comment(0, column, text, {"x_scale": 2, "y_scale": 1 + len(text) // 200})

    def add(self, values: Sequence[CellInput]) -> None:
        """Write the next row."""
        if self.pages[-1].row == MOST_ROWS:
            self.close()
            self._begin()
        self.pages[-1].add(values)

    def comment(self, column: int, text: str) -> None:
        """Write a comment at a cell of the row that was added last."""
        self.sheet.write_comment(self.pages[-1].row - 1, column, as_displayed(text), {"x_scale": 2})

    def close(self) -> None:
        """Set what depends on all rows: filter and widths."""
        page = self.pages[-1]
        page.sheet.autofilter(0, 0, page.row - 1, len(self._header) - 1)
        narrowest, widest = _WIDTH
        wishes = map(max, page.longest, map(_header_width, self._header))
        widths = [min(max(wish, narrowest), widest) for wish in wishes]
        for column, width in enumerate(widths):
            page.sheet.set_column(column, column, width)
        if sum(widths) > _MOST_ON_A_PAGE:
            self._print_on_several_pages(page.sheet, widths)

    def _print_on_several_pages(self, sheet: Worksheet, widths: Sequence[int]) -> None:
        """Each page has the rows' numbers; each part is on one page if it can be read at that size."""
        at = self._second_part
        widest = max(sum(widths[:at]), widths[0] + sum(widths[at:]))
        sheet.set_print_scale(min(100, max(100 * _PAGE_CHARACTERS // widest, _LEAST_SCALE)))
        sheet.repeat_columns(0)
        if at:
            sheet.set_v_pagebreaks([at])


def digest_of_lines(lines: Iterable[Sequence[CellInput]], book: WorkbookWriter) -> str:
    """The digest over the lines of a sheet, before they are written."""
    digest = SheetDigest(())
    for line in lines:
        digest.add(_digest_of([as_cell(value, book) for value in line]))
    return str(digest)


def _digest_of(cells: Sequence[Cell]) -> str:
    return line_digest(_up_to_the_last([cell.value for cell in cells]))


def as_cell(value: CellInput, book: WorkbookWriter) -> Cell:
    """A value with the format that it has where nothing else is said."""
    match value:
        case Cell(value=str(text), format=form):
            return Cell(as_displayed(text, book.language), form)
        case Cell():
            return value
        case str():
            form = book.text if len(value) <= _MOST_AS_TEXT else book.long_text
            return Cell(as_displayed(value, book.language), form)
        case None:
            return Cell("", book.text)
        case _:
            return Cell(value, book.number)


def free_name(name: str, header: Sequence[str]) -> str:
    """The name of a column of ours beside the list's own; where the list has one of that name, ours says `(upload)`."""
    taken = {listed.strip().casefold() for listed in header}
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


def _header_width(name: Cell) -> int:
    """The width that a column needs for its name: its longest word, and the filter's button."""
    text = str(name.value)
    return max(1, *map(len, [*text.split(), text[:_HEADER_WIDTH]])) + _FILTER_BUTTON


def _header_lines(name: Cell) -> int:
    return min(_line_count(str(name.value), min(_header_width(name), _WIDTH[1]) - _FILTER_BUTTON), _MOST_LINES)


def _line_count(text: str, width: int) -> int:
    """Lines that a text takes in a column of that width, which is counted in digits: letters are narrower."""
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
