"""A number as a section of its format writes it: its digits in their places, from the right."""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

from uploader.readers.cells import number as plain_number
from uploader.readers.excel.number_formats.sections import LITERAL, Part, Section


def written(section: Section, number: float) -> str:
    """The number in the places of its digits."""
    if not section.has("digit"):
        plain = plain_number(number)
        return "".join(plain if kind in ("general", "at") else sign for kind, sign in section.parts)
    before, after = section.places()
    whole, fraction = _rounded(after, number / 1000**section.thousands if section.thousands else number)
    return _whole_part(before, whole, groups=section.has("comma") and not section.thousands) + _decimals(
        after, fraction
    )


def _rounded(after: Sequence[Part], number: float) -> tuple[str, str]:
    """The digits before and after the decimal point that are shown."""
    places = [sign for kind, sign in after if kind == "digit"]
    exact = Decimal(repr(number)).quantize(Decimal(1).scaleb(-len(places)), ROUND_HALF_UP)
    whole, _, fraction = format(exact, "f").partition(".")
    forced = len("".join(places).rstrip("#?"))
    return whole, fraction[:forced] + fraction[forced:].rstrip("0")


def _whole_part(parts: Sequence[Part], whole: str, *, groups: bool) -> str:
    """The whole digits in their places, from the right; those without a place come before the first one."""
    left = [] if whole == "0" else list(whole)
    places = sum(kind == "digit" for kind, _ in parts)
    shown: list[str] = []
    count = 0
    for kind, sign in reversed(parts):
        if kind in LITERAL:
            shown.append(sign)
        elif kind == "digit":
            places -= 1
            digits = [left.pop() if left else "0" * (sign == "0")]
            if places == 0:
                digits += reversed(left)
            for digit in filter(None, digits):
                shown.append(digit + "," * (groups and count > 0 and count % 3 == 0))
                count += 1
    return "".join(reversed(shown))


def _decimals(parts: Sequence[Part], fraction: str) -> str:
    """The decimal point, the digits after it in their places, and what follows."""
    left = list(fraction)
    shown = ""
    for kind, sign in parts:
        if kind == "digit":
            shown += left.pop(0) if left else ""
        elif kind in LITERAL or (kind == "point" and fraction):
            shown += sign
    return shown
