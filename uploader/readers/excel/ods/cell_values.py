"""The values of cells, many of one kind at a time."""

import re
from collections.abc import Callable, Sequence
from datetime import date
from enum import Enum, auto
from functools import partial
from math import isinf
from typing import NamedTuple

from uploader.readers.cells import text as plain_text
from uploader.readers.excel.ods import moments
from uploader.readers.excel.ods.shown_numbers import NumberFormat, unstyled
from uploader.readers.excel.ods.structure import Cell
from uploader.readers.excel.ods.styles import Styles

VALUES = frozenset(f"office:{kind}value" for kind in ("", "string-", "date-", "time-", "boolean-"))
FORMULA = "table:formula"
_NUMBERS = frozenset({"float", "percentage", "currency"})
_BOOLEANS = frozenset({"TRUE", "FALSE"})
_VALUE_OF = {
    "string": "office:string-value", "date": "office:date-value", "time": "office:time-value",
    "boolean": "office:boolean-value", **dict.fromkeys(_NUMBERS, "office:value"),
}  # fmt: skip
_ALL_NUMBERS = re.compile(r"[-+0-9.eE\n]*")
_ERROR = re.compile(r"#\S*[!?]|#N/\S+|Err:\d{3}")
_ANY_ERROR = "#ERROR!"
_KEPT_DIGITS = 16
"""A whole number of so many digits may lose some as a number."""
_YEAR_WITHOUT_DATES = 1899
"""Its last days are what a spreadsheet shows where 0, or a negative number, is formatted as a date."""


class Found(Enum):
    """What is to be said about a cell."""

    ERROR = auto()
    NO_RESULT = auto()
    """A formula without one."""
    NO_DATE = auto()
    """What should be a date or a time is none, or the date that is shown for 0."""
    OTHERWISE = auto()
    """What is shown is not what is sent."""


Note = Callable[[Found, int, str, str], None]
"""Takes what was found, at which of the cells, its text, and what is sent in its place."""


class Written(NamedTuple):
    """What is written in cells of one kind; None where nothing is."""

    stored: Sequence[str] | None
    shown: Sequence[str] | None
    formulas: Sequence[str] | None

    def __len__(self) -> int:
        return len(self.stored or self.shown or self.formulas or ())


class CellKind(NamedTuple):
    """What cells have in common that are written alike."""

    is_empty: bool
    type: str
    """`string`, `float` …; "" where none is written."""
    value: str
    """The attribute with the value; "" where there is none."""
    is_error: bool
    has_formula: bool
    format: NumberFormat | None
    is_duration: bool

    @property
    def is_plain(self) -> bool:
        """Whether what is shown doesn't matter."""
        is_number = self.type in _NUMBERS and self.format is not None and self.format.is_plain
        is_read = bool(self.value) and not self.has_formula and not self.is_error
        return is_read and (is_number or self.type not in _NUMBERS)

    def values(self, written: Written, count: int, note: Note) -> Sequence[object]:
        """The values of so many cells."""
        if self.is_error:
            return _errors(written.shown or written.stored or [""] * count, note)
        values = self._of_type(written, count, note)
        if self.has_formula and written.shown is not None:
            return _with_errors(values, written.shown, note)
        return values

    def _of_type(self, written: Written, count: int, note: Note) -> Sequence[object]:
        if written.stored is not None:
            match self.type:
                case "date":
                    return _with_no_dates(_converted(moments.moment, written.stored, note), note)
                case "time":
                    return _converted(partial(moments.duration, is_duration=self.is_duration), written.stored, note)
                case "boolean":
                    return _converted(_boolean, written.stored, note)
                case "string":
                    return written.stored
                case _:
                    return self._numbers(written.stored, written.shown, note)
        if written.shown is not None:
            return written.shown
        for at, formula in enumerate(written.formulas or ()):
            note(Found.NO_RESULT, at, "=" + formula.partition("=")[2], "")
        return [""] * count

    def _numbers(self, stored: Sequence[str], shown: Sequence[str] | None, note: Note) -> Sequence[object]:
        values = _as_numbers(stored, note)
        if shown is None or (stored == shown if self.format is None else self._are_plain(shown)):
            return values
        return [
            self._taken(text, value, shown[at], at, note)
            for at, (text, value) in enumerate(zip(stored, values, strict=True))
        ]

    def _are_plain(self, shown: Sequence[str]) -> bool:
        """Whether all are shown as the numbers that they are; TRUE and FALSE are stored as 1 and 0 by some."""
        return self.format is not None and self.format.is_plain and _BOOLEANS.isdisjoint(shown)

    def _taken(self, stored: str, value: object, shown: str, at: int, note: Note) -> object:
        """The value, or the text that is shown for it."""
        if stored == shown or not isinstance(value, float) or (self.has_formula and is_error(shown)):
            return value
        if shown in _BOOLEANS and value in (0, 1):
            return shown
        text, otherwise = unstyled(stored, value, shown) if self.format is None else self.format.taken(value, shown)
        if otherwise is not None:
            note(Found.OTHERWISE, at, otherwise, plain_text(value))
        return value if text is None else text


def kind_of(cell: Cell, style: str, styles: Styles) -> CellKind:
    """The kind of a cell that has this style, its own or its column's."""
    a = cell.attributes
    kind = a.get("office:value-type") or a.get("calcext:value-type", "")
    is_error = a.get("calcext:value-type") == "error"
    value = _VALUE_OF.get(kind, "")
    if value not in a or (kind == "string" and cell.paragraphs and styles.adds_to_texts(style)):
        value = ""
    is_empty = not value and not cell.paragraphs and FORMULA not in a and not is_error
    number_format = styles.number_format(style) if kind in _NUMBERS else None
    is_duration = kind == "time" and styles.is_duration(style)
    return CellKind(is_empty, kind, value, is_error, FORMULA in a, number_format, is_duration)


def is_error(shown: str) -> bool:
    """Whether a formula's cell shows an error."""
    return _ERROR.fullmatch(shown.strip()) is not None


def _errors(shown: Sequence[str], note: Note) -> Sequence[object]:
    errors = [text.strip() or _ANY_ERROR for text in shown]
    for at, text in enumerate(errors):
        note(Found.ERROR, at, text, "")
    return errors


def _with_errors(values: Sequence[object], shown: Sequence[str], note: Note) -> Sequence[object]:
    """The values, with errors in their place where cells of formulas show some; older programs only write the text."""
    errors = {at: text.strip() for at, text in enumerate(shown) if text[:1] in "#E" and is_error(text)}
    for at, text in errors.items():
        note(Found.ERROR, at, text, "")
    return [errors.get(at, value) for at, value in enumerate(values)] if errors else values


def _as_numbers(stored: Sequence[str], note: Note) -> Sequence[object]:
    together = "\n".join(stored)
    if _ALL_NUMBERS.fullmatch(together) and "e" not in together and "E" not in together:
        try:
            if max(map(len, stored)) < _KEPT_DIGITS:
                return list(map(float, stored))
        except ValueError:
            pass  # one of them is none
    return _converted(_number, stored, note, Found.ERROR)


def _number(text: str) -> float | str:
    """One number, or the digits of a whole one that would lose some as a number. Raises ValueError."""
    digits = text.strip()
    if not _ALL_NUMBERS.fullmatch(digits):
        raise ValueError(text)
    found = float(digits)
    if isinf(found):
        raise ValueError(text)
    is_long = len(digits) >= _KEPT_DIGITS and digits.lstrip("-").isdigit()
    return digits if is_long and int(digits) != found else found


def _boolean(text: str) -> bool:
    """LibreOffice writes any number that is shown as a boolean. Raises ValueError."""
    known = {"true": True, "false": False}
    return known[text.strip()] if text.strip() in known else float(_number(text)) != 0


def _converted(
    convert: Callable[[str], object], stored: Sequence[str], note: Note, found: Found = Found.NO_DATE
) -> list[object]:
    """The values; where one is none, its text."""
    values = []
    for at, text in enumerate(stored):
        try:
            values.append(convert(text))
        except (ArithmeticError, ValueError):
            note(found, at, text, "")
            values.append(text)
    return values


def _with_no_dates(values: list[object], note: Note) -> list[object]:
    """The values, after those were noted that are shown for 0 or less."""
    for at, value in enumerate(values):
        if isinstance(value, date) and value.year == _YEAR_WITHOUT_DATES:
            note(Found.NO_DATE, at, plain_text(value), "")
    return values
