"""Whether the text that a cell shows for a number, or the number itself, is what is meant."""

import operator
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from uploader.readers.cells import number

_COMPARED: Mapping[str, Callable[[float, float], bool]] = {
    "<=": operator.le, ">=": operator.ge, "<": operator.lt, ">": operator.gt, "=": operator.eq, "!=": operator.ne,
}  # fmt: skip
_MARKS_OF_NUMBERS = frozenset("()-−,%'’ \xa0\u202f")
_MONEY = re.compile(
    r"(?:US|R|A|C|CA|MX|RD|COP|CLP|AR|U)?\$|S/\.?|B/\.?|Bs\.?[FSD]?\.?|Gs\.?|[LQC]\.?|kr\.?|COP|USD|BRL|MXN|PEN|CLP|ARS|"
    r"EUR|UYU|PYG|BOB|VES|VEF|CRC|GTQ|HNL|NIO|PAB|DOP|CUP|GBP|JPY|CAD|CHF|SVC|[Pp]esos?|[Ss]oles|[Rr]eais",
)
_UNIT = re.compile(r"\s*[^\W\d_]{1,12}[.²³]?|\s*[°%][CF]?|\s+[^\W\d_][\w /.]*")
"""A text after a number that only says of what it is: `0" kg"`."""
_NEGATIVE_ID = re.compile("[-−]0[0-9]+")
_SHORTEST_PHONE = 1e6
_THOUSANDS = re.compile(r"\d{1,3}(?:[.,\s']\d{3})+")
_FEWEST_DIGITS_OF_PHONE = 7
_NUMBER_WITHIN = re.compile(r"(\d(?:[\d.,\s'’]*\d)?)([eE][-+]?[0-9]{1,3})?", re.ASCII)


@dataclass(slots=True)
class Section:
    """What a number style writes: digits, and texts around and between them."""

    is_currency: bool = False
    is_general: bool = False
    before: str = ""
    after: str = ""
    """Texts around the number."""
    between: str = ""
    """Texts between the digits."""
    symbol: str = ""
    digits: int = 0
    """How many digits are written before the decimals at least."""
    decimals: int = 0
    has_number: bool = False
    is_other_number: bool = False
    """With an exponent, or a fraction."""
    is_scaled: bool = False
    is_grouped: bool = False
    is_filled_up: bool = False
    """It pads with a character up to the column's width, as accountants' formats do."""

    def add(self, element: str, attributes: Mapping[str, str]) -> None:
        """An element of the style."""
        if element == "number":
            self.has_number = True
            self.digits = max(self.digits, int(attributes.get("number:min-integer-digits", 0)))
            self.decimals = max(self.decimals, int(attributes.get("number:decimal-places", 0)))
            self.is_scaled = self.is_scaled or "number:display-factor" in attributes
            self.is_grouped = self.is_grouped or attributes.get("number:grouping") == "true"
        elif element in {"scientific-number", "fraction"}:
            self.is_other_number = True
        elif element == "fill-character":
            self.is_filled_up = True

    def write(self, element: str, text: str) -> None:
        """The text in one."""
        if element == "text" and self.has_number:
            self.after += text
        elif element == "text":
            self.before += text
        elif element == "embedded-text":
            self.between += text
        elif element == "currency-symbol":
            self.symbol += text

    @property
    def literal(self) -> str:
        """All texts outside the digits."""
        return self.before + self.after

    def is_meant(self, shown: str, value: float) -> bool:
        """Whether what is shown for this number is an id, a phone number or a name, and no amount of something."""
        if not self.has_number:
            return True
        if self.decimals or self.is_grouped or not float(value).is_integer() or not _has_digits(shown, value):
            return False
        if value < 0:
            return _NEGATIVE_ID.fullmatch(shown) is not None
        is_amount = self.digits <= 1 and not self.between and not self.before.strip() and not self.symbol
        return not (is_amount and _UNIT.fullmatch(self.after))

    def writes_more(self, number: float) -> bool:
        """Whether what it shows for this number is not just the number."""
        if self.is_other_number or self.is_general:
            return False
        if not self.has_number:
            return bool(self.literal.strip()) and not self.is_filled_up and not self.is_currency
        if self.literal.strip() == "+" and self.digits <= 1 and not self.between and abs(number) < _SHORTEST_PHONE:
            return False  # a change, not a phone
        if self.digits > 1 and not self.decimals:
            return True
        if self.between.strip() or (self.between and not self.digits and self.literal.strip()):
            return True
        return _is_telling(self.literal) or any(sign.isdigit() or sign in "+#-" for sign in self.symbol)


def _is_telling(literal: str) -> bool:
    """Whether a text around a number says more than a currency's name and a number's own marks do."""
    words = "".join(" " if sign in _MARKS_OF_NUMBERS else sign for sign in literal).split()
    return not all(map(_is_money, words))


def _is_money(word: str) -> bool:
    return (
        not word.strip(".") or bool(_MONEY.fullmatch(word)) or {unicodedata.category(sign) for sign in word} == {"Sc"}
    )


@dataclass(slots=True)
class NumberFormat:
    """A style for numbers: what it writes, and what instead where a condition is met."""

    section: Section
    others: list[tuple[str, float, Section]]
    is_plain: bool = field(init=False)
    """It shows any number as that number."""

    def __post_init__(self) -> None:
        sections = [self.section, *(section for _, _, section in self.others)]
        self.is_plain = (
            not any(
                section.writes_more(_SHORTEST_PHONE) or section.is_scaled or section.literal.strip() == "+"
                for section in sections
            )
            and not self.others
        )

    def taken(self, value: float, shown: str) -> tuple[str | None, str | None]:
        """The text to take in place of a number, if any; and what is shown where that is neither."""
        section = self._section(value)
        if not shown.strip() or not shown.strip("#"):
            return None, None
        if section.writes_more(value):
            return (shown.strip(), None) if section.is_meant(shown.strip(), value) else (None, shown.strip())
        return None, (shown.strip() if section.is_scaled or (value < 0 and not _is_negative(shown)) else None)

    def _section(self, number: float) -> Section:
        for sign, limit, section in self.others:
            if _COMPARED[sign](number, limit):
                return section
        return self.section


def unstyled(written: str, value: float, shown: str) -> tuple[str | None, str | None]:
    """As NumberFormat.taken, for a cell without a style."""
    shown = shown.strip()
    if _is_id(shown, written):
        return shown, None
    return None, (shown if shown and not _is_number(shown, value) else None)


def _has_digits(shown: str, value: float) -> bool:
    """Whether all digits of a number are shown; without them it was rounded."""
    return re.sub(r"\D", "", number(value)).strip("0") in re.sub(r"\D", "", shown)


def _is_negative(shown: str) -> bool:
    return any(mark in shown for mark in "-−(")


def _is_id(shown: str, value: str) -> bool:
    """Whether a number is shown as an id: padded with zeros, or with marks that don't group thousands."""
    digits = re.sub(r"\D", "", shown)
    if not value.isdigit() or digits.lstrip("0") != value.lstrip("0") or re.search("[^\\W\\d]", shown):
        return False
    between = re.sub(r"^\D+|\D+$", "", shown)
    has_marks = re.search(r"[^\d.,]", between) is not None and _THOUSANDS.fullmatch(between) is None
    is_phone = shown.startswith("+") and len(digits) >= _FEWEST_DIGITS_OF_PHONE
    return has_marks or is_phone or (len(digits) > 1 and between.isdigit() and digits.startswith("0"))


def _is_number(shown: str, value: float) -> bool:
    """Whether a text is this number, with whatever marks for thousands and decimals, rounded or not."""
    found = _NUMBER_WITHIN.search(shown.replace("−", "-"))
    if found is None or _is_telling(shown.replace(found[0], " ", 1)):
        return False
    digits, exponent = re.sub(r"[\s'’]", "", found[1]), found[2] or ""
    meant = value * 100 if "%" in shown else value
    readings = (digits.replace(",", ""), digits.replace(".", "").replace(",", "."))
    return any(
        abs(abs(float(reading + exponent)) - abs(meant)) <= _rounding(reading, exponent, meant)
        for reading in readings
        if reading.count(".") <= 1
    )


def _rounding(reading: str, exponent: str, number: float) -> float:
    """How far a number may be from the one that is shown for it."""
    return abs(number) / 20 if exponent else 0.501 * 10.0 ** -len(reading.partition(".")[2])
