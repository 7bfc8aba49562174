"""What a number format shows beyond the plain number: zeros of ids, marks, literal texts, words, or nothing at all.

Formats of amounts, percentages and plain numbers say nothing more; formats of dates are told apart, and not written.
"""

import re
from functools import lru_cache
from typing import NamedTuple

from uploader.readers.cells import number as plain_number
from uploader.readers.excel.number_formats.sections import (
    Section,
    fitting,
    is_of_amount,
    literal,
    of_numbers,
    of_texts,
    sections_of,
)
from uploader.readers.excel.number_formats.written import written

_SECTION_OF_ZERO = 2
"""The section for zeros, from 0, where a format has so many."""
_UNIT = re.compile(r"\s*[^\W\d_]{1,12}[.²³]?|\s*[°%][CF]?|\s+[^\W\d_][\w /.]*")
"""A text after a number that only says of what it is: `0" kg"`."""
_SHORTEST_PHONE = 1e6
BUILT_IN = {
    **dict.fromkeys([*range(14, 18), 22, *range(27, 32), 36, *range(50, 55), 57, 58], "yyyy-mm-dd"),
    **dict.fromkeys([*range(18, 22), *range(32, 36), 45, 47, 55, 56], "h:mm"),
    46: "[h]:mm",
}
"""The formats of days and times that a workbook may use by number alone, each as one of its kind."""


class Shown(NamedTuple):
    """What a person sees in a cell."""

    text: str
    is_meant: bool
    """Whether that is what the cell means. If not, it means the plain value, although it is shown otherwise."""


def says_more(code: str) -> bool:
    """Whether a cell with this number format may show anything else than its plain value."""
    sections = of_numbers(sections_of(code))
    is_plain = all(section.is_plain and not section.hides_zero for section in sections)
    return bool(code) and (not is_plain or frames_text(code))


def is_plain_but_for_zero(code: str) -> bool:
    """Whether it says more only of a zero."""
    sections = of_numbers(sections_of(code))
    if any(section.condition for section in sections) or frames_text(code):
        return False
    return all(section.is_plain for section in sections[:_SECTION_OF_ZERO])


def is_date(code: str) -> bool:
    """Whether a number with this format is a date, a time or a duration."""
    return any(section.has("date") for section in sections_of(code)[:1])


def is_duration(code: str) -> bool:
    """Whether a number with this format is a time that may be longer than a day."""
    return any(part == ("date", "[") for section in sections_of(code)[:1] for part in section.parts)


def has_day(code: str) -> bool:
    """Whether a format of dates shows a day, a month or a year, not only a time."""
    letters = [sign for section in sections_of(code)[:1] for kind, sign in section.parts if kind == "date"]
    if "[" in letters:
        return False
    return any(letter in "dDyYeEbBgG" for letter in letters) or (
        bool(letters) and not any(letter in "hHsS" for letter in letters) and any(letter in "mM" for letter in letters)
    )


def shown(number: float, code: str) -> Shown | None:
    """What a cell with this number shows; None where that is the plain number, an amount, a date or a percentage."""
    usual = _usual(code)
    if usual.is_plain_above_zero and number > 0:
        return None
    if usual.zeros and number >= 0 and number.is_integer():
        plain = str(int(number))
        return Shown(plain.zfill(usual.zeros), is_meant=True) if len(plain) < usual.zeros else None
    sections = of_numbers(sections_of(code))
    at = fitting(number, sections)
    if at is None:
        return None
    section = sections[at]
    if number == 0 and section.hides_zero:
        return Shown("", is_meant=False)
    if section.is_plain:
        return None
    if not section.has("digit", "general", "at"):
        return _word(section)
    hides_sign = at == 1 and not any(one.condition for one in sections)
    text = written(section, abs(number)).strip()
    text = f"-{text}" if number < 0 and not hides_sign else text
    plain = plain_number(number)
    if plain in (text, text.rstrip("0").rstrip(".")):
        return None
    return Shown(text, bool(text) and _is_meant(number, section))


def padded_to(code: str) -> int:
    """To how many digits it fills up whole numbers with zeros, where it does nothing else; else 0."""
    return _usual(code).zeros


class _Usual(NamedTuple):
    """What is most often asked of a format: a list may have a hundred thousand cells of one."""

    is_plain_above_zero: bool
    zeros: int
    """How many digits it pads numbers to, where it does nothing else; else 0."""


@lru_cache(maxsize=1024)
def _usual(code: str) -> _Usual:
    sections = of_numbers(sections_of(code))
    first = sections[0]
    is_first = all(section.condition is None for section in sections)
    only_pads = len(sections) == 1 and is_first and set(first.parts) == {("digit", "0")} and first.zeros > 1
    return _Usual(is_first and first.is_plain, first.zeros if only_pads else 0)


def frames_text(code: str) -> bool:
    """Whether texts in a cell with this format are shown with something around them, or not at all."""
    section = of_texts(sections_of(code))
    return section is not None and (
        [kind for kind, _ in section.parts].count("at") != 1 or bool(literal(section.parts).strip())
    )


def hides_text(code: str) -> bool:
    """Whether texts in a cell with this format are not shown."""
    section = of_texts(sections_of(code))
    return section is not None and not section.has("at")


def shown_text(text: str, code: str) -> Shown | None:
    """What a cell with this text shows; None where that is the text."""
    section = of_texts(sections_of(code))
    if section is None or not frames_text(code):
        return None
    framed = "".join(text if kind == "at" else sign for kind, sign in section.parts if kind in ("at", "text"))
    return Shown(framed.strip(), section.has("at"))


def _word(section: Section) -> Shown:
    word = literal(section.parts).strip()
    return Shown(word, not (section.is_account or is_of_amount(word)))


def _is_meant(number: float, section: Section) -> bool:
    """Whether what is shown is an id, a phone number or a name, and not an amount of something."""
    if not number.is_integer() or section.has("point", "comma") or section.is_account:
        return False
    if number < 0:
        return set(section.parts) == {("digit", "0")} and section.zeros > 1
    before, between, after = section.literals()
    if section.zeros > 1 or between:
        return True
    if before.strip() in ("+", "-"):
        return before.strip() == "+" and number >= _SHORTEST_PHONE  # `+0;-0` is how some write a change
    return bool(before.strip()) or _UNIT.fullmatch(after) is None
