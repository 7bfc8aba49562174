"""One cell's value as the text that a person sees, or would type: whole numbers whole, dates as YYYY-MM-DD."""

import re
from datetime import date, datetime, time, timedelta
from decimal import Decimal

_LITERAL = re.compile(r'\\(.)|"([^"]*)"')
"""What a number format writes as it stands: an escaped sign, or a text in quotes."""
_MASK = re.compile(r"[0# ()+-]+")


def text(value: object) -> str:
    """The text of a value that a workbook stores: a str, bool, number, date, time or duration; None is ""."""
    match value:
        case None:
            return ""
        case str():
            return value
        case bool():
            return "TRUE" if value else "FALSE"
        case int():
            return str(value)
        case float():
            return number(value)
        case datetime():
            midnight = value.time() == time(0)
            return value.strftime("%Y-%m-%d") if midnight else f"{_to_second(value):%Y-%m-%d %H:%M:%S}"
        case date():
            return value.isoformat()
        case time():
            return f"{value:%H:%M:%S}"
        case timedelta():
            seconds = round(value.total_seconds())
            sign = "-" if seconds < 0 else ""
            minutes, seconds = divmod(abs(seconds), 60)
            return f"{sign}{minutes // 60}:{minutes % 60:02}:{seconds:02}"
        case _:
            return str(value)


def _to_second(moment: datetime) -> datetime:
    """Excel stores a fraction of a day, so a second is off by some microseconds."""
    return (moment + timedelta(milliseconds=500)).replace(microsecond=0)


def number(value: float) -> str:
    """A number without exponent and without a `.0`: the shortest digits that are the same number."""
    if value == 0:
        return "0"
    digits = format(Decimal(repr(value)), "f")
    return digits.rstrip("0").rstrip(".") if "." in digits else digits


def masked(digits: str, code: str) -> str | None:
    """A whole number as its format shows it: `00000` pads with zeros, `000-000-0000` puts marks between the digits.

    None where the number isn't whole or the format does neither, so that the plain number is what is meant.
    """
    pattern = _LITERAL.sub(lambda found: found[1] or found[2] or "", code.partition(";")[0])
    if not is_mask(code) or not digits.isdigit():
        return None
    first_place = next(at for at, sign in enumerate(pattern) if sign in "0#")
    left = list(digits.zfill(pattern.count("0")))
    shown: list[str] = []
    for at in range(len(pattern) - 1, -1, -1):
        if pattern[at] not in "0#":
            shown.append(pattern[at])
        elif left:
            shown.append(left.pop())
        if at == first_place:
            shown.extend(reversed(left))  # digits for which the format has no place stand before its first one
    return "".join(reversed(shown))


def is_mask(code: str) -> bool:
    """Whether a number format writes ids: several forced zeros, or marks between the digits."""
    pattern = _LITERAL.sub(lambda found: found[1] or found[2] or "", code.partition(";")[0])
    if not _MASK.fullmatch(pattern) or not re.search("[0#]", pattern):
        return False
    marks = set(pattern) - set("0#")
    groups_thousands = marks == {" "} and "#" in pattern
    return pattern.count("0") > 1 if not marks else not groups_thousands
