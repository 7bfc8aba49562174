"""Dates as the readers write them, and as a template wants them to be sent."""

import re
from datetime import datetime
from typing import Annotated, TypeAlias

from pydantic import AfterValidator

from uploader.i18n import Message
from uploader.templates.values.faults import FaultError

_DATES = ("%Y-%m-%d", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M")
"""How the readers write dates, and exports that leave out the seconds."""
_LONGEST_FORMAT = 100
_OTHER_DIGIT = re.compile(r"[^\D0-9]")


def _writes_dates(text: str) -> str:
    moment = datetime(2026, 12, 31)  # noqa: DTZ001  # any day
    try:
        is_whole = len(text) <= _LONGEST_FORMAT and datetime.strptime(moment.strftime(text), text) == moment  # noqa: DTZ007  # it has no zone
    except (ValueError, re.error):
        is_whole = False
    if not is_whole:
        raise FaultError(Message("template.fault.date_format"))
    return text


DateFormat: TypeAlias = Annotated[str, AfterValidator(_writes_dates)]


def dated(text: str, date_format: str) -> str:
    """A date as that format writes it; a text that the readers didn't write as one stays as it is."""
    for written in _DATES:
        try:
            return datetime.strptime(text, written).strftime(date_format)  # noqa: DTZ007  # it has no zone
        except ValueError:
            continue
    return text


def is_dated(text: str, date_format: str) -> bool:
    """Whether a text is a date as that format writes it."""
    if _OTHER_DIGIT.search(text):  # strptime takes the digits of every script
        return False
    try:
        return bool(datetime.strptime(text, date_format))  # noqa: DTZ007  # it has no zone
    except ValueError:
        return False
