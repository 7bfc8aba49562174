"""Days as sheets count them: from 1900, or on an old Mac from 1904; a fraction is a time of day."""

from datetime import datetime, timedelta

_DAY_0, _DAY_0_OF_1904 = datetime(1899, 12, 31), datetime(1904, 1, 1)  # noqa: DTZ001  # a sheet's dates have no zone
_FALSE_LEAP_DAY = 60
"""Excel counts 1900-02-29, which never was."""
_AFTER_THE_LAST = 2_958_466
"""The day after the last one that Excel knows, 9999-12-31."""
_DAYS_BETWEEN = 1462
_SECONDS_OF_A_DAY = 86_400
_LAST_SECOND = 0.5 / _SECONDS_OF_A_DAY


def is_day(days: float, *, is_1904: bool = False) -> bool:
    """Whether a number is a day of the calendar; of others a sheet shows `00/01/1900` or `####`."""
    first, after = (0, _AFTER_THE_LAST - _DAYS_BETWEEN) if is_1904 else (1, _AFTER_THE_LAST)
    return first <= days < after - _LAST_SECOND


def moment(days: float, *, is_1904: bool = False) -> datetime:
    """The day and the second of a number that is a day."""
    seconds = timedelta(seconds=round(days * _SECONDS_OF_A_DAY))
    if is_1904:
        return _DAY_0_OF_1904 + seconds
    return _DAY_0 - timedelta(days=seconds.days >= _FALSE_LEAP_DAY) + seconds
