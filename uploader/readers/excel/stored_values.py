"""Numbers and errors as XLS and XLSB store them in a few bytes."""

import struct

_DOUBLE = struct.Struct("<d")
_ERRORS = {
    0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A",
    0x2B: "#GETTING_DATA",
}  # fmt: skip
_ANY_ERROR = "#ERROR!"


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
