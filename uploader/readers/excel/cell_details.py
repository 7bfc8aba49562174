"""What a sheet's cells are beyond their values: errors, what formats show, numbers that are no days, hidden cells."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple

from uploader.readers.cells import number as plain_number
from uploader.readers.cells import text as as_text
from uploader.readers.excel import number_formats
from uploader.readers.excel.day_numbers import is_day, moment
from uploader.readers.excel.number_formats import Shown

_TIME = "time"
_ZERO, _INEXACT = ord("0"), 16
"""A number with so many digits may not be the same when it is read."""

Cells = dict[int, dict[int, str]]
"""Texts by position (from 0) and row (from 1)."""


class ShownOtherwise(NamedTuple):
    """What a person sees in cells whose plain value is sent: an example that stands for all of a column and format."""

    shown: str
    sent: str


@dataclass(slots=True)
class CellDetails:
    """What a sheet's XML shows beyond its values."""

    errors: Cells = field(default_factory=dict)
    """What Excel shows in error cells, `#N/A`."""
    formulas: Cells = field(default_factory=dict)
    """Formulas without a stored value, `=A1&B1`."""
    ids: Cells = field(default_factory=dict)
    """Numbers as their format shows them, and other cells whose text is what is meant."""
    otherwise: dict[int, dict[int, ShownOtherwise]] = field(default_factory=dict)
    """Numbers that are shown with more, or less, than their plain value, which is sent."""
    no_dates: Cells = field(default_factory=dict)
    """Numbers with the format of a date that are no day of the calendar."""
    long_numbers: Cells = field(default_factory=dict)
    """Whole numbers with more digits than Excel keeps, as the file has them."""
    dates: dict[int, dict[int, date]] = field(default_factory=dict)
    """Dates that are stored as text, and so are not among the values."""
    text_formats: Cells = field(default_factory=dict)
    """The number formats of texts that are shown with more than the text."""
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    is_filtered: bool = False
    merged: dict[tuple[int, int], tuple[int, int]] = field(default_factory=dict)
    """First row and position of each block of merged cells -> its last ones, where the values don't tell."""
    is_misread: bool = False
    """Whether the fast reader would misread some of it.

    That is a character that is written as two escapes, a number with spaces before it, as a program in R writes them,
    or one with the format of a time that is too large for a time.
    """
    _examples: dict[tuple[int, str], ShownOtherwise] = field(default_factory=dict)

    def replacements(self) -> dict[int, dict[int, object]]:
        """All that takes the place of a value."""
        together: dict[int, dict[int, object]] = {}
        for cells in (self.ids, self.dates, self.long_numbers, self.no_dates, self.errors, self.formulas):
            for at, column in cells.items():
                together.setdefault(at, {}).update(column)
        return together

    def note_number(self, row: int, at: int, value: float, code: str) -> None:
        """Keep what a number is shown as, if its format shows anything else than the plain number."""
        shown = number_formats.shown(value, code)
        if shown is not None:
            self.note_shown(row, at, shown, value, code)

    def note_numbers(self, at: int, cells: Iterable[tuple[bytes, bytes]], code: str) -> None:
        """As `note_number`, for many numbers of one column: their rows and texts as the file has them."""
        zeros = number_formats.padded_to(code)
        padded: dict[int, str] = {}
        for row, text in cells:
            if zeros and text.isdigit() and len(text) < _INEXACT and (text[0] != _ZERO or len(text) == 1):
                if len(text) < zeros:
                    padded[int(row)] = text.decode().zfill(zeros)
            elif text.strip():
                self.note_number(int(row), at, float(text), code)
        if padded:
            self.ids.setdefault(at, {}).update(padded)

    def note_shown(self, row: int, at: int, shown: Shown, value: float, code: str) -> None:
        """Keep what is shown, in place of the plain value where it is meant, else beside it."""
        if shown.is_meant:
            self.ids.setdefault(at, {})[row] = shown.text
        else:
            example = self._examples.setdefault((at, code), ShownOtherwise(shown.text, plain_number(value)))
            self.otherwise.setdefault(at, {})[row] = example

    def note_text_format(self, row: int, at: int, code: str) -> None:
        """Keep the number format of a text that is shown with more, or less, than the text."""
        self.text_formats.setdefault(at, {})[row] = code

    def note_time(self, row: int, at: int, of_day: datetime) -> None:
        """Keep a moment of some day that is shown as a time of day alone."""
        example = self._examples.setdefault((at, _TIME), ShownOtherwise(as_text(of_day.time()), as_text(of_day)))
        self.otherwise.setdefault(at, {})[row] = example

    def note_day(self, row: int, at: int, days: float, *, is_from_1904: bool = False) -> None:
        """Keep a number with the format of a day if it is none: a spreadsheet shows `00/01/1900` or `####`.

        On the first day of 1904 there are numbers below 1, which the fast reader takes for times.
        """
        if not is_day(days, is_1904=is_from_1904):
            self.no_dates.setdefault(at, {})[row] = plain_number(days)
        elif days < 1:
            self.dates.setdefault(at, {})[row] = moment(days, is_1904=is_from_1904)
