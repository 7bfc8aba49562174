"""Numbers, errors and formulas as XLS and XLSB store them in a few bytes."""

import re
import struct

_DOUBLE = struct.Struct("<d")
_ERRORS = {
    0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A",
    0x2B: "#GETTING_DATA",
}  # fmt: skip
_ANY_ERROR = "#ERROR!"
_LITERAL_TEXT = 0x17
_ENDS_WITH_TEXT = re.compile(
    rb"(?:\x08|[!Aa][\x1e\x1f\x30\x6f-\x72\x76\x77\x82\xa2]\0|[\x22Bb].(?:[\x0d\x0e\x73\x74\x78]\0|\x50\x01))\Z",
    re.DOTALL,
)
"""Formulas are stored with their last step at the end: `&`, or a function such as TEXT and MID, LEFT or CONCATENATE."""


def error_text(code: int) -> str:
    """What Excel shows for the error of this code."""
    return _ERRORS.get(code, _ANY_ERROR)


def small_number(stored: int) -> float:
    """A number in 30 bits of a signed 32: a whole one or the front of a double; another bit says it is a hundredth."""
    if stored & 2:
        number = float(stored >> 2)
    else:
        (number,) = _DOUBLE.unpack(b"\0\0\0\0" + (stored & ~3).to_bytes(4, "little", signed=True))
    return number / 100 if stored & 1 else number


def gives_text(formula: bytes) -> bool:
    """Whether an XLS formula can only give a text: it is one, joins some, or ends with a function that makes one."""
    steps = formula[2 : 2 + int.from_bytes(formula[:2], "little")]
    if steps[:1] == bytes([_LITERAL_TEXT]) and len(steps) > 2:  # noqa: PLR2004  # its length, and how wide it is
        characters, is_wide = steps[1], steps[2] & 1
        if len(steps) == 3 + (characters << is_wide):
            return True
    return _ENDS_WITH_TEXT.search(steps) is not None
