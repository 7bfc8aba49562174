"""Numbers as people write them, and the one way in which they are sent: `1250.50`.

Which of `,` and `.` is the decimal sign is never guessed: where it isn't known, only what reads the same either way, or
makes sense in one way alone, is a number.
"""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Literal, TypeAlias

from uploader.templates.columns.reading import Reading

DecimalSign: TypeAlias = Literal[",", "."]
SIGNS: tuple[DecimalSign, DecimalSign] = (",", ".")
SIGN_OF: Mapping[str, DecimalSign] = {sign: sign for sign in SIGNS}
"""Each by its text."""
AMBIGUOUS = "ambiguous_number"
"""Why a text that is one number with one decimal sign, and another with the other, doesn't fit."""

_SPACES = " \xa0\u2007\u2009\u202f"
"""Those between groups of three digits, of every width."""
_MINUS = "\u2212"
_WHOLE = re.compile(r"-?(?:0|[1-9][0-9]*)")
_CANONICAL = re.compile(rf"{_WHOLE.pattern}(?:\.[0-9]+)?")
_ALWAYS_EXACT = 15
"""A float keeps so many digits, whichever they are."""
_MOST_DIGITS = 400
"""No float has more of them before its decimal sign."""


def _notation(decimal: DecimalSign) -> re.Pattern[str]:
    between = ("." if decimal == "," else ",") + _SPACES
    groups = rf"[1-9][0-9]{{0,2}}(?P<between>[{between}])[0-9]{{3}}(?:(?P=between)[0-9]{{3}})*"
    return re.compile(
        rf"(?P<sign>[-+{_MINUS}]?)(?:(?P<whole>{groups}|[0-9]+)(?:{re.escape(decimal)}(?P<part>[0-9]+))?"
        rf"|{re.escape(decimal)}(?P<lone_part>[0-9]+))"
    )


_NOTATIONS = {decimal: _notation(decimal) for decimal in SIGNS}
_FITTING = [(sign, notation.fullmatch) for sign, notation in _NOTATIONS.items()]
_NOT_A_DIGIT = re.compile(r"[^0-9]")


def number_of(text: str, decimal: DecimalSign | None) -> Reading:
    """A number as it is sent; `decimal` is None where nobody knows the decimal sign."""
    if len(text) < _ALWAYS_EXACT and _WHOLE.fullmatch(text) and text != "-0":
        return Reading(text)
    found = [_written(text, one) for one in (SIGNS if decimal is None else (decimal,))]
    numbers = {reading.text for reading in found if not reading.fault}
    if len(numbers) == 1:
        return Reading(numbers.pop())
    faults = [AMBIGUOUS] if numbers else sorted(reading.fault for reading in found)
    return Reading(text, next((fault for fault in faults if fault != "not_a_number"), "not_a_number"))


def integer_of(text: str, decimal: DecimalSign | None) -> Reading:
    """A whole number as it is sent: without decimals, which may only be zeros."""
    number = number_of(text, decimal)
    whole, _, part = number.text.partition(".")
    if number.fault:
        return number
    return Reading(text, "not_an_integer") if part.strip("0") else Reading(whole)


def fitting_signs(text: str) -> tuple[DecimalSign, ...]:
    """The decimal signs with which a text that has one of them in it is a number; none of all other texts.

    With both it is another number with the one than with the other.
    """
    if "," not in text and "." not in text:
        return ()
    return tuple(sign for sign, is_written in _FITTING if is_written(text))


def is_number(text: str) -> bool:
    """Whether a text is a number as it is sent."""
    return bool(_CANONICAL.fullmatch(text)) and _is_exact(text)


def value_of(number: str) -> int | float:
    """The value of a number as it is sent: an int where it is whole."""
    whole, _, part = number.partition(".")
    return float(number) if part.strip("0") else int(whole)


def plain(number: float) -> str:
    """A number as it is sent."""
    if not float(number).is_integer():
        return format(Decimal(repr(number)), "f")
    return str(int(number))


def _written(text: str, decimal: DecimalSign) -> Reading:
    """A number by the notation of that decimal sign."""
    match = _NOTATIONS[decimal].fullmatch(text)
    if match is None:
        return Reading(text, "not_a_number")
    whole = _NOT_A_DIGIT.sub("", match["whole"] or "0")
    if len(whole) > 1 and whole.startswith("0"):
        return Reading(text, "leading_zeros")
    part = match["part"] or match["lone_part"]
    number = f"{whole}.{part}" if part else whole
    is_negative = match["sign"] in ("-", _MINUS) and number.strip("0.")
    number = f"-{number}" if is_negative else number
    return Reading(number) if _is_exact(number) else Reading(text, "too_many_digits")


def _is_exact(number: str) -> bool:
    """Whether a float is this very number, so that nothing of it is lost in JSON."""
    if len(number) <= _ALWAYS_EXACT:
        return True
    return len(number) <= _MOST_DIGITS and Decimal(number) == Decimal(repr(float(number)))
