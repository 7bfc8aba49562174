"""A cell with its format, how much room it needs, and what of it a digest covers."""

from datetime import datetime
from typing import NamedTuple, TypeAlias

from uploader.workbooks.cell_digests import CellValue
from uploader.workbooks.xlsx.display_text import as_displayed
from uploader.workbooks.xlsx.xlsx_writer import Format, WorkbookWriter

WIDEST = 44
"""Of a column, in characters."""
LINE_POINTS, MOST_LINES = 15, 6
"""A line's height, and how many lines of a long text are shown."""
MOST_AS_TEXT = 255
"""Characters in a cell whose format is text."""
_LETTERS_TO_DIGITS = 11
"""So many letters are as wide as ten digits."""
_MOMENT_WIDTH = 20


class Cell(NamedTuple):
    """A cell with more than its value: a date's or a colour's format."""

    value: CellValue
    format: Format


CellInput: TypeAlias = CellValue | Cell


def as_cell(value: CellInput, book: WorkbookWriter) -> Cell:
    """A value with the format that it has where nothing else is said."""
    match value:
        case Cell(value=str(text), format=form):
            return Cell(as_displayed(text, book.language), form)
        case Cell():
            return value
        case str():
            text = as_displayed(value, book.language)
            return Cell(text, book.text if len(text) <= MOST_AS_TEXT else book.long_text)
        case None:
            return Cell("", book.text)
        case datetime():
            return Cell(value, book.moment)
        case _:
            return Cell(value, book.number)


def line_count(text: str, width: int) -> int:
    """Lines that a text takes in a column of that width, which is counted in digits: letters are narrower."""
    letters = letters_in(width)
    return sum(1 + len(line) // letters for line in text[: letters * MOST_LINES].split("\n"))


def letters_in(width: int) -> int:
    """How many letters fit into a line of a column of that width."""
    return width * _LETTERS_TO_DIGITS // 10


def wished_width(value: CellValue) -> tuple[int, bool]:
    """The width that a value would like its column to have, and whether it has line breaks."""
    match value:
        case None:
            return 0, False
        case str() if len(value) < WIDEST and "\n" not in value:
            return len(value) + 1, False
        case str():
            lines = value[: WIDEST * MOST_LINES].split("\n")
            return max(map(len, lines)) + 1, len(lines) > 1
        case datetime():
            return _MOMENT_WIDTH, False
        case _:
            return len(str(value)) + 1, False
