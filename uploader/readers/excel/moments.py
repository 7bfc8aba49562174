"""Days and times as workbooks store them: as days since 1900, or since 1904."""

from datetime import datetime, timedelta

_DAY_0, _DAY_0_OF_1904 = datetime(1899, 12, 31), datetime(1904, 1, 1)  # noqa: DTZ001  # a sheet's dates have no zone
_FALSE_LEAP_DAY, _DAY_0_AFTER_LEAP_DAY = 60, datetime(1899, 12, 30)  # noqa: DTZ001
"""Excel counts 1900-02-29, which never was, as day 60."""
_DAYS_BETWEEN = 1462
_LAST_MOMENT = 2958465.99999
_SECONDS_OF_A_DAY = 86_400


def is_moment(days: float, *, is_1904: bool) -> bool:
    """Whether it is on a day of the calendar."""
    first, last = (0.0, _LAST_MOMENT - _DAYS_BETWEEN) if is_1904 else (1.0, _LAST_MOMENT)
    return first <= days <= last


def moment_of(days: float, *, is_1904: bool) -> datetime:
    """The moment, to the second; the number must be one."""
    seconds = round(days * _SECONDS_OF_A_DAY)
    if is_1904:
        return _DAY_0_OF_1904 + timedelta(seconds=seconds)
    is_behind = seconds >= _FALSE_LEAP_DAY * _SECONDS_OF_A_DAY
    return (_DAY_0_AFTER_LEAP_DAY if is_behind else _DAY_0) + timedelta(seconds=seconds)
