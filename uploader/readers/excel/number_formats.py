"""Number formats that write ids: `00000` pads with zeros, `(###) ### ####` puts marks between the digits."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

_TOKEN = re.compile(r'\\(.)|"([^"]*)"|_(.)|\*(.)|\[([^\]]*)\]|([0#?])|(.)', re.DOTALL)
"""An escaped character, a quoted text, a space of some width, a filler, a condition or colour, a digit, others."""
_CONDITION = re.compile(r"(<=|>=|<>|<|>|=)(-?\d+(?:\.\d+)?)")
_PLAIN_MARKS = " ()+-"
"""What a format may write between the digits of an id without quoting it."""
_SHORTEST_PHONE = 1e6
_COMPARED = {
    "<=": lambda a, b: a <= b, ">=": lambda a, b: a >= b, "<>": lambda a, b: a != b,
    "<": lambda a, b: a < b, ">": lambda a, b: a > b, "=": lambda a, b: a == b,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Section:
    """One of a format's sections: digits (`0`, `#`) and literal texts, from left to right."""

    condition: tuple[str, float] | None
    parts: tuple[tuple[str, str], ...]
    """Kind (`digit` or `text`) and content."""
    zeros: int
    """How many digits are written even where the number has none."""
    is_mask: bool
    """Several forced zeros, or marks between the digits. A space that groups thousands is not a mark."""
    has_plus: bool
    """A plus in front, as in phone numbers."""


def _section(condition: tuple[str, float] | None, parts: Sequence[tuple[str, str]]) -> _Section:
    zeros = sum(part == ("digit", "0") for part in parts)
    has_plus = bool(parts) and parts[0][0] == "text" and parts[0][1].startswith("+")
    kinds = [kind for kind, _ in parts]
    is_mask = zeros > 1 or has_plus
    if "digit" in kinds:
        first, last = kinds.index("digit"), len(kinds) - 1 - kinds[::-1].index("digit")
        between = "".join(sign for kind, sign in parts[first:last] if kind == "text")
        if between:
            groups_thousands = not between.strip(" \xa0\u202f") and ("digit", "#") in parts
            is_mask = not groups_thousands or first > 0
    return _Section(condition, tuple(parts), zeros, is_mask and "digit" in kinds, has_plus)


def is_mask(code: str) -> bool:
    """Whether a number format writes ids, so that what a person sees is not the plain number."""
    return any(section is not None and section.is_mask for section in _sections(code))


def masked(number: float, code: str) -> str | None:
    """A whole number as its format shows it.

    None where the number isn't whole or the format is not a mask, so the plain number is what is meant.
    """
    if number < 0 and set(code) == {"0"}:
        padded = masked(-number, code)
        return None if padded is None else f"-{padded}"
    if number < 0 or not number.is_integer():
        return None
    section = _fitting(number, _sections(code))
    if section is None or not section.is_mask:
        return None
    if section.zeros <= 1 and section.has_plus and number < _SHORTEST_PHONE:
        return None  # `+0;-0` is how some write a change
    digits = str(int(number)).zfill(section.zeros)
    if section.zeros == len(section.parts):
        return digits
    return _written(section, list(digits))


def _written(section: _Section, left: list[str]) -> str:
    """The digits in their places, from the right; those without a place come before the first one."""
    first = next(at for at, (kind, _) in enumerate(section.parts) if kind == "digit")
    shown: list[str] = []
    for at in range(len(section.parts) - 1, -1, -1):
        kind, sign = section.parts[at]
        if kind == "text":
            shown.append(sign)
        elif left:
            shown.append(left.pop())
        if at == first:
            shown.extend(reversed(left))
    return "".join(reversed(shown))


def _fitting(number: float, sections: tuple[_Section | None, ...]) -> _Section | None:
    """The section that Excel takes: the first whose condition holds; without conditions the first of all."""
    for section in sections:
        if section is not None and section.condition is not None:
            sign, limit = section.condition
            if not _COMPARED[sign](number, limit):
                continue
        return section
    return None


@lru_cache(maxsize=1024)
def _sections(code: str) -> tuple[_Section | None, ...]:
    """The format's sections; None for one that writes no plain digits (dates, decimals, percent, General)."""
    parts: list[list[tuple[str, str]]] = [[]]
    conditions: list[tuple[str, float] | None] = [None]
    spoiled = [False]
    for escaped, quoted, width, filler, bracket, digit, other in _TOKEN.findall(code):
        if escaped or quoted:
            parts[-1].append(("text", escaped or quoted))
        elif digit:
            parts[-1].append(("digit", "#" if digit == "?" else digit))
        elif bracket:
            condition = _CONDITION.fullmatch(bracket)
            if condition is not None:
                conditions[-1] = (condition[1], float(condition[2]))
        elif other == ";":
            parts.append([])
            conditions.append(None)
            spoiled.append(False)
        elif other in _PLAIN_MARKS and other:
            parts[-1].append(("text", other))
        elif other == "@" or not (width or filler):
            spoiled[-1] = spoiled[-1] or bool(other)
    return tuple(
        None if bad else _section(condition, signs)
        for bad, condition, signs in zip(spoiled, conditions, parts, strict=True)
    )
