"""The trial of the Chinese, Japanese and Korean encodings, by the characters in daily use."""

import re

from uploader.readers.csv.encoding import utf8
from uploader.readers.snapshot import Snapshot

_DAILY = {
    "cp949": ({*range(0xB0, 0xC9)}, 0xA1),
    "cp932": ({0x81, 0x82, 0x83, *range(0x88, 0x99)}, 0x40),
    "euc_jp": ({0xA1, 0xA4, 0xA5, *range(0xB0, 0xD0)}, 0xA1),
    "gb18030": ({0xA1, 0xA3, *range(0xB0, 0xD8)}, 0xA1),
    "big5": ({0xA1, *range(0xA4, 0xC7)}, 0x40),
    "cp950": ({0xA1, *range(0xA4, 0xC7)}, 0x40),
}
"""First bytes and least second byte of the characters in daily use; the smallest sets, which prove most, first."""
_MOSTLY = 0.9
_FEWEST = 6
_FEW_IN_LATIN = 0.1
_IN_A_LATIN_WORD = re.compile("[A-Za-z][^\x00-\x7f](?=[A-Za-z])")
"""One foreign character within a Latin word: garbled Spanish, not Chinese."""
_MOST_LINES = 3_000
_OF_EACH_BLOCK = 1 << 16
_DOUBLE = 2


def codec_of(file: Snapshot) -> str | None:
    """The encoding in which nearly all double bytes are characters in daily use, if there is one."""
    lines = _dense_lines(file)
    return next((codec for codec in _DAILY if _is_daily(lines, codec) and utf8.decodes(file, codec)), None)


def _is_daily(lines: bytes, codec: str) -> bool:
    firsts, least = _DAILY[codec]
    text = lines.decode(codec, "replace")
    letters = [letter.encode(codec, "replace") for letter in text if letter > "\x7f"]
    daily = sum(len(code) == _DOUBLE and code[0] in firsts and code[1] >= least for code in letters)
    is_daily = len(letters) >= _FEWEST and daily >= _MOSTLY * len(letters)
    return is_daily and len(_IN_A_LATIN_WORD.findall(text)) <= _FEW_IN_LATIN * len(letters)


def _dense_lines(file: Snapshot) -> bytes:
    """Whole lines that hold characters over 127, some of each block."""
    lines: list[bytes] = []
    for block in file.blocks():
        if not block.isascii() and len(lines) < _MOST_LINES:
            lines += [line for line in block[:_OF_EACH_BLOCK].splitlines()[:-1] or [block] if not line.isascii()]
    return b"\n".join(lines)
