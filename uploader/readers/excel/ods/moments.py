"""Dates, times and durations as OpenDocument writes them (ISO 8601). Time zones are left out, as sheets do."""

import re
from datetime import date, datetime, time, timedelta

_MOMENT = re.compile(r"(\d{4}-\d\d-\d\d)(?:T(\d\d:\d\d)(?::(\d\d)(?:[.,](\d+))?)?)?(?:Z|[-+]\d\d:?\d\d)?", re.ASCII)
_DURATION = re.compile(
    r"(-?)P(?=[\dT])(?:(\d{1,9})D)?(?:T(?=\d)(?:(\d{1,9})H)?(?:(\d{1,9})M)?(?:(\d{1,9})(?:[.,](\d+))?S)?)?", re.ASCII
)
_DAY = timedelta(days=1)


def moment(text: str) -> date:
    """A date, or a date with a time to the second. Raises ValueError."""
    found = _MOMENT.fullmatch(text.strip())
    if found is None:
        raise ValueError(text)
    day, minutes, seconds, fraction = found.groups()
    if minutes is None:
        return date.fromisoformat(day)
    exact = datetime.fromisoformat(f"{day}T{minutes}:{seconds or '00'}")
    return exact + timedelta(seconds=round(float(f"0.{fraction or 0}")))


def duration(text: str, *, is_duration: bool) -> time | timedelta:
    """A time of day, or a duration where it is none or is said to be one; to the second. Raises ValueError."""
    found = _DURATION.fullmatch(text.strip())
    if found is None:
        raise ValueError(text)
    days, hours, minutes, seconds = (int(part or 0) for part in found.groups()[1:5])
    fraction = round(float(f"0.{found[6] or 0}"))
    length = timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds + fraction)
    if found[1]:
        length = -length
    if is_duration or not timedelta(0) <= length < _DAY:
        return length
    return time(length.seconds // 3600, length.seconds // 60 % 60, length.seconds % 60)
