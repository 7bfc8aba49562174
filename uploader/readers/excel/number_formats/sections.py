"""A number format taken apart into its sections: what each writes, from left to right, and for which numbers."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

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
_TEXT_SECTION = 4
"""The section for texts, where a format has so many."""
_SIGNS = " \xa0\u202f()+-"
"""What a format may write around an amount without saying more than the number."""
_CURRENCY = re.compile(
    r"[$€£¥¢₡₲₱₹]|R\$|US\$|U\$S|COL\$|MX\$|S/\.?|Bs\.?(?:[SFD]\.?)?|Gs\.?|Q\.?|L\.?|B/\.?|C\$|RD\$|"
    r"USD|EUR|BRL|COP|MXN|ARS|CLP|PEN|UYU|PYG|BOB|VES|VEF|CRC|GTQ|HNL|NIO|PAB|DOP|GBP|CAD|CHF|JPY|pesos?|soles|reais",
    re.IGNORECASE,
)
_THOUSANDS = re.compile(r"[ \xa0\u202f]*#+(?:[ \xa0\u202f]##[#0])*[ \xa0\u202f]##0[ \xa0\u202f0]*")

Part = tuple[str, str]
"""Kind (`digit`, `text`, `currency`, `point`, `comma`, `general`, `at` …) and content."""
_NUMBER, LITERAL = ("digit", "point", "comma", "general", "at"), ("text", "currency")


@dataclass(frozen=True, slots=True)
class Section:
    """One of a format's sections: what it writes, from left to right."""

    sign: int
    """Of its numbers: 1 if some may be positive, -1 if all are negative, 0 for zeros and where a condition decides."""
    condition: tuple[str, float] | None
    parts: tuple[Part, ...]

    @property
    def is_account(self) -> bool:
        """Whether it fills the cell's width with a character, as amounts in accounts do."""
        return self.has("fill")

    def has(self, *kinds: str) -> bool:
        """Whether it has a part of one of these kinds."""
        return any(kind in kinds for kind, _ in self.parts)

    def literals(self) -> tuple[str, str, str]:
        """What it writes before, between and after the places of the number."""
        places = [at for at, (kind, _) in enumerate(self.parts) if kind in _NUMBER]
        first, last = (places[0], places[-1]) if places else (len(self.parts), len(self.parts))
        return literal(self.parts[:first]), literal(self.parts[first:last]), literal(self.parts[last + 1 :])

    def places(self) -> tuple[tuple[Part, ...], tuple[Part, ...]]:
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
        return is_of_amount(before) and is_of_amount(after)

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


def literal(parts: Sequence[Part]) -> str:
    """What these parts write besides the number."""
    return "".join(sign for kind, sign in parts if kind in LITERAL)


def is_of_amount(literal: str) -> bool:
    """Whether a text before or after a number is a currency, or a sign."""
    return not literal.strip(_SIGNS) or _CURRENCY.fullmatch(literal.strip(_SIGNS)) is not None


@lru_cache(maxsize=1024)
def sections_of(code: str) -> tuple[Section, ...]:
    """The format's sections; at least one."""
    sections: list[list[Part]] = [[]]
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
    return tuple(Section(signs[nth], conditions.get(nth), tuple(parts)) for nth, parts in enumerate(sections))


def _of_bracket(content: str) -> list[Part]:
    """`[$€-407]` writes a currency, `[h]` a duration; conditions and colours write nothing."""
    if (found := _CURRENCY_AND_LOCALE.fullmatch(content)) is not None:
        sign = found[1]
        return [("text" if re.search(r"[\d+]", sign) else "currency", sign)] if sign else []
    return [("date", "["), ("date", content[0])] if _ELAPSED.fullmatch(content) else [("colour", content)]


def _of_sign(kind: str, sign: str) -> list[Part]:
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


def fitting(number: float, sections: Sequence[Section]) -> int | None:
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


def of_numbers(sections: Sequence[Section]) -> Sequence[Section]:
    """Those that numbers are shown by."""
    numeric = sections[: _TEXT_SECTION - 1]
    return numeric[:-1] if len(numeric) > 1 and numeric[-1].has("at") else numeric


def of_texts(sections: Sequence[Section]) -> Section | None:
    """The one that texts are shown by; None where they are shown as they are."""
    if len(sections) >= _TEXT_SECTION:
        return sections[_TEXT_SECTION - 1]
    return sections[-1] if sections[-1].has("at") else None
