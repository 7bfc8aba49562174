"""What a number format shows beyond the plain number: zeros of ids, marks, literal texts, words, or nothing at all.

Formats of amounts, percentages and plain numbers say nothing more; formats of dates are told apart, and not written.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import NamedTuple

from uploader.readers.cells import number as plain_number

_TOKEN = re.compile(
    r"(?P<general>General|Standard|Estándar|Geral|Padrão)"
    r'|\\(?P<escaped>.)|"(?P<quoted>[^"]*)(?:"|\Z)|_(?P<width>.)|\*(?P<fill>.)|\[(?P<bracket>[^\]]*)\]'
    r"|(?P<ampm>AM/PM|A/P)|(?P<exponent>[Ee][+-])|(?P<digit>[0#?])|(?P<other>.)",
    re.DOTALL | re.IGNORECASE,
)
_CONDITION = re.compile(r"(<=|>=|<>|<|>|=)(-?\d+(?:\.\d+)?)")
_COMPARED = {
    "<=": lambda a, b: a <= b, ">=": lambda a, b: a >= b, "<>": lambda a, b: a != b,
    "<": lambda a, b: a < b, ">": lambda a, b: a > b, "=": lambda a, b: a == b,
}  # fmt: skip
_ELAPSED = re.compile(r"h+|m+|s+", re.IGNORECASE)
_OF_DATES = frozenset("ymdhsYMDHSeEgGbB")
_SECTION_OF_ZERO, _TEXT_SECTION = 2, 4
"""The section for zeros, from 0, and that for texts, where a format has so many."""
_SIGNS = " \xa0\u202f()+-"
"""What a format may write around an amount without saying more than the number."""
_CURRENCY = re.compile(
    r"[$€£¥¢₡₲₱₹]|R\$|US\$|U\$S|COL\$|MX\$|S/\.?|Bs\.?(?:[SFD]\.?)?|Gs\.?|Q\.?|L\.?|B/\.?|C\$|RD\$|"
    r"USD|EUR|BRL|COP|MXN|ARS|CLP|PEN|UYU|PYG|BOB|VES|VEF|CRC|GTQ|HNL|NIO|PAB|DOP|GBP|CAD|CHF|JPY|pesos?|soles|reais",
    re.IGNORECASE,
)
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


_Part = tuple[str, str]
"""Kind (`digit`, `text`, `currency`, `point`, `comma`, `general`, `at` …) and content."""
_NUMBER, _LITERAL = ("digit", "point", "comma", "general", "at"), ("text", "currency")


@dataclass(frozen=True, slots=True)
class _Section:
    """One of a format's sections: what it writes, from left to right."""

    condition: tuple[str, float] | None
    parts: tuple[_Part, ...]
    is_account: bool
    """Whether it fills the cell's width with a character, as amounts in accounts do."""

    def has(self, *kinds: str) -> bool:
        return any(kind in kinds for kind, _ in self.parts)

    def literals(self) -> tuple[str, str, str]:
        """What it writes before, between and after the places of the number."""
        places = [at for at, (kind, _) in enumerate(self.parts) if kind in _NUMBER]
        first, last = (places[0], places[-1]) if places else (len(self.parts), len(self.parts))
        return _literal(self.parts[:first]), _literal(self.parts[first:last]), _literal(self.parts[last + 1 :])

    def places(self) -> tuple[tuple[_Part, ...], tuple[_Part, ...]]:
        """The parts before the decimal point, and those from it on."""
        point = next((at for at, (kind, _) in enumerate(self.parts) if kind == "point"), len(self.parts))
        return self.parts[:point], self.parts[point:]

    @property
    def zeros(self) -> int:
        """How many digits are written before the decimal point even where the number has none."""
        return self.places()[0].count(("digit", "0"))

    @property
    def thousands(self) -> int:
        """By how many thousands what is shown is smaller than the number: the commas after the last digit."""
        kinds = "".join(kind[0] for kind, _ in self.parts if kind in ("digit", "comma"))
        return len(kinds) - len(kinds.rstrip("c")) if "d" in kinds else 0

    @property
    def is_plain(self) -> bool:
        """Whether what it shows is the number, or the number as an amount, in the usual ways."""
        if self.has("date", "exponent", "fraction", "percent"):
            return True
        before, between, after = self.literals()
        if not self.has("digit", "general", "at") or self.thousands or self.zeros > 1 or "+" in before:
            return False
        is_dash = self.has("digit") and ("digit", "0") not in self.parts and "-" in before
        groups_thousands = not between.strip(" \xa0\u202f") and ("digit", "#") in self.parts and not before.strip()
        return not is_dash and (not between or groups_thousands) and _is_of_amount(before) and _is_of_amount(after)


def _literal(parts: Sequence[_Part]) -> str:
    return "".join(sign for kind, sign in parts if kind in _LITERAL)


def _is_of_amount(literal: str) -> bool:
    """Whether a text before or after a number is a currency, or a sign."""
    return not literal.strip(_SIGNS) or _CURRENCY.fullmatch(literal.strip(_SIGNS)) is not None


def says_more(code: str) -> bool:
    """Whether a cell with this number format may show anything else than its plain value."""
    return bool(code) and (not all(section.is_plain for section in _of_numbers(_sections(code))) or frames_text(code))


def is_plain_but_for_zero(code: str) -> bool:
    """Whether it says more only of a zero."""
    sections = _of_numbers(_sections(code))
    if len(sections) <= _SECTION_OF_ZERO or any(section.condition for section in sections) or frames_text(code):
        return False
    return all(section.is_plain for section in sections[:_SECTION_OF_ZERO])


def is_date(code: str) -> bool:
    """Whether a number with this format is a date, a time or a duration."""
    return any(section.has("date") for section in _sections(code)[:1])


def is_duration(code: str) -> bool:
    """Whether a number with this format is a time that may be longer than a day."""
    return any(part == ("date", "[") for section in _sections(code)[:1] for part in section.parts)


def has_day(code: str) -> bool:
    """Whether a format of dates shows a day, a month or a year, not only a time."""
    letters = [sign for section in _sections(code)[:1] for kind, sign in section.parts if kind == "date"]
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
    sections = _of_numbers(_sections(code))
    at = _fitting(number, sections)
    if at is None or sections[at].is_plain:
        return None
    section = sections[at]
    if not section.has("digit", "general", "at"):
        return _word(section)
    hides_sign = at == 1 and not any(one.condition for one in sections)
    text = _written(section, abs(number)).strip()
    text = f"-{text}" if number < 0 and not hides_sign else text
    plain = plain_number(number)
    return None if plain in (text, text.rstrip("0").rstrip(".")) else Shown(text, _is_meant(number, section))


class _Usual(NamedTuple):
    """What is most often asked of a format: a list may have a hundred thousand cells of one."""

    is_plain_above_zero: bool
    zeros: int
    """How many digits it pads numbers to, where it does nothing else; else 0."""


@lru_cache(maxsize=1024)
def _usual(code: str) -> _Usual:
    sections = _of_numbers(_sections(code))
    first = sections[0]
    is_first = all(section.condition is None for section in sections)
    only_pads = len(sections) == 1 and is_first and set(first.parts) == {("digit", "0")} and first.zeros > 1
    return _Usual(is_first and first.is_plain, first.zeros if only_pads else 0)


def frames_text(code: str) -> bool:
    """Whether texts in a cell with this format are shown with something around them, or not at all."""
    section = _of_texts(_sections(code))
    return section is not None and (not section.has("at") or bool(_literal(section.parts).strip()))


def shown_text(text: str, code: str) -> Shown | None:
    """What a cell with this text shows; None where that is the text."""
    section = _of_texts(_sections(code))
    if section is None or not frames_text(code):
        return None
    written = "".join(text if kind == "at" else sign for kind, sign in section.parts if kind in ("at", "text"))
    return Shown(written.strip(), section.has("at"))


def _word(section: _Section) -> Shown:
    word = _literal(section.parts).strip()
    return Shown(word, bool(word))


def _is_meant(number: float, section: _Section) -> bool:
    """Whether what is shown is an id, a phone number or a name, and not an amount of something."""
    if not number.is_integer() or section.has("point", "comma") or section.is_account:
        return False
    if number < 0:
        return set(section.parts) == {("digit", "0")}
    before, between, after = section.literals()
    if section.zeros > 1 or between:
        return True
    if before.strip() in ("+", "-"):
        return before.strip() == "+" and number >= _SHORTEST_PHONE  # `+0;-0` is how some write a change
    return bool(before.strip()) or _UNIT.fullmatch(after) is None


def _written(section: _Section, number: float) -> str:
    """The number in the places of its digits."""
    if not section.has("digit"):
        plain = plain_number(number)
        return "".join(plain if kind in ("general", "at") else sign for kind, sign in section.parts)
    before, after = section.places()
    whole, fraction = _rounded(after, number / 1000**section.thousands if section.thousands else number)
    return _whole_part(before, whole, groups=section.has("comma") and not section.thousands) + _decimals(
        after, fraction
    )


def _rounded(after: Sequence[_Part], number: float) -> tuple[str, str]:
    """The digits before and after the decimal point that are shown."""
    places = [sign for kind, sign in after if kind == "digit"]
    exact = Decimal(repr(number)).quantize(Decimal(1).scaleb(-len(places)), ROUND_HALF_UP)
    whole, _, fraction = format(exact, "f").partition(".")
    forced = len("".join(places).rstrip("#?"))
    return whole, fraction[:forced] + fraction[forced:].rstrip("0")


def _whole_part(parts: Sequence[_Part], whole: str, *, groups: bool) -> str:
    """The whole digits in their places, from the right; those without a place come before the first one."""
    left = [] if whole == "0" else list(whole)
    places = sum(kind == "digit" for kind, _ in parts)
    shown: list[str] = []
    written = 0
    for kind, sign in reversed(parts):
        if kind in _LITERAL:
            shown.append(sign)
        elif kind == "digit":
            places -= 1
            digits = [left.pop() if left else "0" * (sign == "0")]
            if places == 0:
                digits += reversed(left)
            for digit in filter(None, digits):
                shown.append(digit + "," * (groups and written > 0 and written % 3 == 0))
                written += 1
    return "".join(reversed(shown))


def _decimals(parts: Sequence[_Part], fraction: str) -> str:
    """The decimal point, the digits after it in their places, and what follows."""
    left = list(fraction)
    shown = ""
    for kind, sign in parts:
        if kind == "digit":
            shown += left.pop(0) if left else ""
        elif kind in _LITERAL or (kind == "point" and fraction):
            shown += sign
    return shown


def _fitting(number: float, sections: Sequence[_Section]) -> int | None:
    """Which section Excel takes: the first whose condition holds; without one, by the number's sign."""
    last = len(sections) - 1
    for at, section in enumerate(sections):
        if section.condition is not None:
            sign, limit = section.condition
            if _COMPARED[sign](number, limit):
                return at
        elif at == last or (at == 0 and (number > 0 or (number == 0 and last == 1))) or (at == 1 and number < 0):
            return at
    return None


def _of_numbers(sections: Sequence[_Section]) -> Sequence[_Section]:
    """Those that numbers are shown by."""
    numeric = sections[: _TEXT_SECTION - 1]
    return numeric[:-1] if len(numeric) > 1 and numeric[-1].has("at") else numeric


def _of_texts(sections: Sequence[_Section]) -> _Section | None:
    """The one that texts are shown by; None where they are shown as they are."""
    if len(sections) >= _TEXT_SECTION:
        return sections[_TEXT_SECTION - 1]
    return sections[-1] if sections[-1].has("at") else None


@lru_cache(maxsize=1024)
def _sections(code: str) -> tuple[_Section, ...]:
    """The format's sections; at least one."""
    sections: list[_Section] = []
    parts: list[tuple[str, str]] = []
    condition: tuple[str, float] | None = None
    is_account = False
    for found in _TOKEN.finditer(code):
        kind, sign = found.lastgroup or "", found[found.lastgroup or 0]
        if kind == "other" and sign == ";":
            sections.append(_Section(condition, tuple(parts), is_account))
            parts, condition, is_account = [], None, False
        elif kind == "bracket":
            limit = _CONDITION.fullmatch(sign)
            if limit is not None:
                condition = (limit[1], float(limit[2]))
            parts += _of_bracket(sign)
        elif kind == "fill":
            is_account = True
        else:
            parts += _of_sign(kind, sign)
    sections.append(_Section(condition, tuple(parts), is_account))
    return tuple(sections)


def _of_bracket(content: str) -> list[tuple[str, str]]:
    """`[$€-407]` writes a currency, `[h]` a duration; conditions and colours write nothing."""
    if content.startswith("$"):
        sign = content[1:].rpartition("-")[0] if "-" in content else content[1:]
        is_currency = not sign or not re.search(r"[\d+]", sign)
        return [("currency" if is_currency else "text", sign)] if sign else []
    return [("date", "["), ("date", content[0])] if _ELAPSED.fullmatch(content) else []


def _of_sign(kind: str, sign: str) -> list[tuple[str, str]]:
    """What one sign outside brackets writes."""
    match kind:
        case "escaped" | "quoted":
            return [("text", sign)] if sign else []
        case "width":
            return [("text", " ")]
        case "ampm":
            return [("date", "h")]
        case "general" | "exponent" | "digit":
            return [(kind, sign)]
        case _ if sign in _OF_DATES:
            return [("date", sign)]
        case _:
            special = {".": "point", ",": "comma", "%": "percent", "/": "fraction", "@": "at", "$": "currency"}
            return [(special.get(sign, "text"), sign)]
