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
_CURRENCY_AND_LOCALE = re.compile(r"\$(.*?)(?:-(?:[0-9A-Fa-f,]+|[A-Za-z]{1,3}(?:-\w+)+))?")
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
_THOUSANDS = re.compile(r"[ \xa0\u202f]*#+(?:[ \xa0\u202f]##[#0])*[ \xa0\u202f]##0[ \xa0\u202f0]*")
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

    sign: int
    """Of its numbers: 1 if some may be positive, -1 if all are negative, 0 for zeros and where a condition decides."""
    condition: tuple[str, float] | None
    parts: tuple[_Part, ...]

    @property
    def is_account(self) -> bool:
        """Whether it fills the cell's width with a character, as amounts in accounts do."""
        return self.has("fill")

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
        if not self.has("digit", "general", "at") or self.thousands or self.zeros > 1 or "+" in before + after:
            return False
        is_dash = self.has("digit") and ("digit", "0") not in self.parts and "-" in before
        if is_dash or self._says_wrong_sign(before + after) or (between and not self._groups_thousands()):
            return False
        return _is_of_amount(before) and _is_of_amount(after)

    @property
    def hides_zero(self) -> bool:
        """Whether it has no place at which a zero is written, nor anything else: `#,###`."""
        no_place = self.has("digit") and ("digit", "0") not in self.parts
        return no_place and not (self.has("date", "exponent", "fraction", "percent") or any(self.literals()))

    def _says_wrong_sign(self, around: str) -> bool:
        """A dash before a number that is not negative, or none before one that is, not even a colour."""
        has_sign = "-" in around or "(" in around
        return has_sign if self.sign > 0 else self.sign < 0 and not (has_sign or self.has("colour"))

    def _groups_thousands(self) -> bool:
        """Whether spaces stand where they do in amounts: `# ##0`, not `### ### ####`."""
        return _THOUSANDS.fullmatch("".join(sign for kind, sign in self.parts if kind in ("digit", "text"))) is not None


def _literal(parts: Sequence[_Part]) -> str:
    return "".join(sign for kind, sign in parts if kind in _LITERAL)


def _is_of_amount(literal: str) -> bool:
    """Whether a text before or after a number is a currency, or a sign."""
    return not literal.strip(_SIGNS) or _CURRENCY.fullmatch(literal.strip(_SIGNS)) is not None


def says_more(code: str) -> bool:
    """Whether a cell with this number format may show anything else than its plain value."""
    sections = _of_numbers(_sections(code))
    is_plain = all(section.is_plain and not section.hides_zero for section in sections)
    return bool(code) and (not is_plain or frames_text(code))


def is_plain_but_for_zero(code: str) -> bool:
    """Whether it says more only of a zero."""
    sections = _of_numbers(_sections(code))
    if any(section.condition for section in sections) or frames_text(code):
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
    text = _written(section, abs(number)).strip()
    text = f"-{text}" if number < 0 and not hides_sign else text
    plain = plain_number(number)
    return (
        None
        if plain in (text, text.rstrip("0").rstrip("."))
        else Shown(text, bool(text) and _is_meant(number, section))
    )


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
    return section is not None and (
        [kind for kind, _ in section.parts].count("at") != 1 or bool(_literal(section.parts).strip())
    )


def hides_text(code: str) -> bool:
    """Whether texts in a cell with this format are not shown."""
    section = _of_texts(_sections(code))
    return section is not None and not section.has("at")


def shown_text(text: str, code: str) -> Shown | None:
    """What a cell with this text shows; None where that is the text."""
    section = _of_texts(_sections(code))
    if section is None or not frames_text(code):
        return None
    written = "".join(text if kind == "at" else sign for kind, sign in section.parts if kind in ("at", "text"))
    return Shown(written.strip(), section.has("at"))


def _word(section: _Section) -> Shown:
    word = _literal(section.parts).strip()
    return Shown(word, not (section.is_account or _is_of_amount(word)))


def _is_meant(number: float, section: _Section) -> bool:
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
    sections: list[list[_Part]] = [[]]
    conditions: dict[int, tuple[str, float]] = {}
    for found in _TOKEN.finditer(code):
        kind, sign = found.lastgroup or "", found[found.lastgroup or 0]
        if kind == "other" and sign == ";":
            sections.append([])
        elif kind == "bracket" and (limit := _CONDITION.fullmatch(sign)) is not None:
            conditions[len(sections) - 1] = (limit[1], float(limit[2]))
        else:
            sections[-1] += _of_bracket(sign) if kind == "bracket" else _of_sign(kind, sign)
    signs = [0 if conditions else sign for sign in (1, -1)] + [0] * len(sections)
    return tuple(_Section(signs[nth], conditions.get(nth), tuple(parts)) for nth, parts in enumerate(sections))


def _of_bracket(content: str) -> list[_Part]:
    """`[$€-407]` writes a currency, `[h]` a duration; conditions and colours write nothing."""
    if (found := _CURRENCY_AND_LOCALE.fullmatch(content)) is not None:
        sign = found[1]
        return [("text" if re.search(r"[\d+]", sign) else "currency", sign)] if sign else []
    return [("date", "["), ("date", content[0])] if _ELAPSED.fullmatch(content) else [("colour", content)]


def _of_sign(kind: str, sign: str) -> list[_Part]:
    """What one sign outside brackets writes."""
    match kind:
        case "escaped" | "quoted":
            return [("text", sign)] if sign else []
        case "width":
            return [("text", " ")]
        case "ampm":
            return [("date", "h")]
        case "general" | "exponent" | "digit" | "fill":
            return [(kind, sign)]
        case _ if sign in _OF_DATES:
            return [("date", sign)]
        case _:
            special = {".": "point", ",": "comma", "%": "percent", "/": "fraction", "@": "at", "$": "currency"}
            return [(special.get(sign, "text"), sign)]
