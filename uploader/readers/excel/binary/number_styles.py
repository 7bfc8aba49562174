"""Numbers as their style shows them: dates, times of day, durations, and ids that a number format pads or masks.

For the workbooks whose cells we read ourselves, XLS and XLSB, which number styles and formats alike.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from enum import Enum, auto

from uploader.readers.cells import number as plain_number
from uploader.readers.excel.cell_details import CellDetails
from uploader.readers.excel.day_numbers import is_day, moment
from uploader.readers.excel.number_formats import BUILT_IN, frames_text, has_day, is_date, is_duration, says_more


class Shown(Enum):
    """What a number format makes of a number."""

    PLAIN = auto()
    MASKED = auto()
    DATE = auto()
    """A day, perhaps with a time."""
    TIME = auto()
    """A time of day alone."""
    DURATION = auto()


def shown_by(code: str) -> Shown:
    """What a number format makes of a number, by its first section."""
    if has_day(code):
        return Shown.DATE
    if is_date(code):
        return Shown.DURATION if is_duration(code) else Shown.TIME
    return Shown.MASKED if says_more(code) else Shown.PLAIN


class NumberStyles:
    """Makes the values of numbers by the number of their style."""

    def __init__(self, formats: Sequence[int], codes: Mapping[int, str], *, is_1904: bool) -> None:
        """`formats`: the format's number of each style; `codes`: the formats that the workbook writes itself."""
        self._is_1904 = is_1904
        kinds = {number: (shown_by(code), code) for number, code in {**BUILT_IN, **codes}.items()}
        plain = Shown.PLAIN, ""
        of_styles = ((style, kinds.get(number, plain)) for style, number in enumerate(formats))
        self.special = {style: kind for style, kind in of_styles if kind != plain and kind[0] is not Shown.PLAIN}
        """The styles whose numbers are not plain; only for these ask `value`."""
        framing = {number: code for number, code in codes.items() if frames_text(code)}
        self.of_texts = {style: framing[number] for style, number in enumerate(formats) if number in framing}
        """The formats of the styles whose texts are shown with more, or less, than the text."""

    def value(self, number: float, style: int, at: tuple[int, int], details: CellDetails) -> object:
        """The value of a number in the cell at this row and position, both from 0; what is odd goes to `details`."""
        shown, code = self.special[style]
        row, position = at
        match shown:
            case Shown.MASKED:
                details.note_number(row + 1, position, number, code)
                return number
            case Shown.DURATION:
                return _duration(number)
            case Shown.TIME if 0 <= number < 1:
                return moment(number, is_1904=True).time()
        if not is_day(number, is_1904=self._is_1904):
            details.no_dates.setdefault(position, {})[row + 1] = plain_number(number)
            return number
        found = moment(number, is_1904=self._is_1904)
        if shown is Shown.TIME:
            details.note_time(row + 1, position, found)
        return found


def _duration(number: float) -> timedelta | float:
    try:
        return timedelta(days=number)
    except (OverflowError, ValueError):
        return number
