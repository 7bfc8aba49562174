"""Examples that are dates: how their column has them sent, where the example shows it."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from uploader.templates.columns.dates import is_dated
from uploader.templates.importers.draft.bodies.cells import trimmed

_ISO = re.compile(
    r"\d{4}-\d\d-\d\d(?:(?P<between>[T ])\d\d:\d\d(?P<seconds>:\d\d(?P<fraction>\.0+)?)?(?P<zone>Z|[+-]\d\d:?\d\d)?)?"
)
_BY_COUNTRY = re.compile(r"\d\d(?P<sign>[/.-])\d\d(?P=sign)\d{4}(?P<time> \d\d:\d\d(?P<seconds>:\d\d)?)?")


class Dates(NamedTuple):
    """How dates are written; empty of what are none."""

    formats: tuple[str, ...] = ()
    """As strftime writes them; two where the day may be first or the month."""
    zone: str = ""
    """What is said of it after the time: a constant, since cells have none."""


def dates_of(examples: Sequence[str]) -> Dates:
    """How all of these are written, if all are dates and written alike."""
    if not examples or any(one != trimmed(one) for one in examples):
        return Dates()
    given = _of_iso(examples[0]) or _of_a_country(examples[0])
    return given._replace(formats=tuple(one for one in given.formats if _writes(one, examples)))


def _writes(date_format: str, examples: Sequence[str]) -> bool:
    """Whether each is a date that comes out as it is."""
    return all(
        is_dated(one, date_format) and datetime.strptime(one, date_format).strftime(date_format) == one  # noqa: DTZ007  # it has no zone
        for one in examples
    )


def _of_iso(example: str) -> Dates | None:
    found = _ISO.fullmatch(example)
    if found is None:
        return None
    zone = found["zone"] or ""
    seconds = f":%S{found['fraction'] or ''}" if found["seconds"] else ""
    time = f"{found['between']}%H:%M{seconds}{zone}" if found["between"] else ""
    return Dates((f"%Y-%m-%d{time}",), zone)


def _of_a_country(example: str) -> Dates:
    found = _BY_COUNTRY.fullmatch(example)
    if found is None:
        return Dates()
    time = f" %H:%M{':%S' if found['seconds'] else ''}" if found["time"] else ""
    return Dates(tuple(f"{found['sign'].join(parts)}{time}" for parts in (("%d", "%m", "%Y"), ("%m", "%d", "%Y"))))
