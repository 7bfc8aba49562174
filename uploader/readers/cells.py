"""A workbook's stored values as the text a person means: whole numbers without decimals, dates as YYYY-MM-DD."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from math import inf, isfinite

_EXACT = 1e15
"""Below it a whole number has all its digits; Excel keeps 15."""
_DIGITS = 15
_LAST_SECOND = datetime(9999, 12, 31, 23, 59, 59)  # noqa: DTZ001  # a sheet's dates have no zone
_ANY_DAY = date(2000, 1, 1)
_NO_NUMBER = "#NUM!"
"""What a spreadsheet shows in place of infinity, or of what is no number; only other programs store these."""


class NumberText(str):
    """The text of what was a number, not a text, where it came from."""

    __slots__ = ()


def texts(values: Sequence[object]) -> Sequence[str]:
    """A column's values as text; a column that is text already comes back as it is."""
    kinds = set(map(type, values))
    if kinds <= {str}:
        return values  # type: ignore[return-value]  # just tested
    if kinds == {float}:
        return _numbers(values)  # type: ignore[arg-type]  # just tested
    if kinds == {float, str}:
        numbers = iter(_numbers([value for value in values if isinstance(value, float)]))
        return [value if isinstance(value, str) else next(numbers) for value in values]
    return [value if isinstance(value, str) else text(value) for value in values]


def _numbers(values: Sequence[float]) -> list[str]:
    if all(map(float.is_integer, values)) and not has_too_long(values):
        return list(map(repr, map(int, values)))  # faster than `str`, and the same
    return list(map(number, values))


def text(value: object) -> str:
    """The text of a value that a workbook stores: a str, bool, number, date, time or duration; None is ""."""
    match value:
        case float():
            return number(value)
        case None:
            return ""
        case str():
            return value
        case bool():
            return "TRUE" if value else "FALSE"
        case int():
            return str(value)
        case datetime():
            moment = _to_second(value)
            return moment.strftime("%Y-%m-%d" if moment.time() == time(0) else "%Y-%m-%d %H:%M:%S")
        case date():
            return value.isoformat()
        case time():
            return f"{_to_second(datetime.combine(_ANY_DAY, value)):%H:%M:%S}"
        case timedelta():
            seconds = round(value.total_seconds())
            sign = "-" if seconds < 0 else ""
            minutes, seconds = divmod(abs(seconds), 60)
            return f"{sign}{minutes // 60}:{minutes % 60:02}:{seconds:02}"
        case _:
            return str(value)


def _to_second(moment: datetime) -> datetime:
    """Excel stores a fraction of a day, so a second is off by some microseconds."""
    if not moment.microsecond or moment > _LAST_SECOND:
        return moment
    return (moment + timedelta(milliseconds=500)).replace(microsecond=0)


def number(value: float) -> str:
    """A number without exponent and without a `.0`, to 15 digits, as a spreadsheet shows it."""
    if value.is_integer() and -_EXACT < value < _EXACT:
        return str(int(value))
    if not isfinite(value):
        return _NO_NUMBER
    digits = format(Decimal(repr(value) if value.is_integer() else f"{value:.{_DIGITS}g}"), "f")
    return digits.rstrip("0").rstrip(".") if "." in digits else digits


def is_too_long(value: object) -> bool:
    """Whether a number has more digits than Excel keeps, so that its last ones are zeros that nobody typed."""
    return isinstance(value, float | int) and _EXACT <= abs(value) < inf


def has_too_long(numbers: Sequence[float]) -> bool:
    """Whether that is so for any of some numbers, all of them finite."""
    return max(numbers, default=0) >= _EXACT or min(numbers, default=0) <= -_EXACT


def filled(cells: Sequence[str]) -> int:
    """How many of these texts have anything in them."""
    return sum(bool(cell.strip()) for cell in cells)
