"""Which lines of an answer's head are not HTTP: a PHP warning, for example, that was written among the headers."""

import re
from itertools import dropwhile, takewhile

_STATUS_LINE = re.compile(rb"HTTP/\d\.\d [0-9]{3}(?: .*)?")
_HEADER = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+:[^\0\r\x0b\x0c\x7f]*")
_LENGTH = b"content-length:"
_NUMBERS = re.compile(rb"[ \t]*[0-9]+[ \t]*(?:,[ \t]*[0-9]+[ \t]*)*")
_FOLDED = (b" ", b"\t")
"""How a line begins that continues the one before it."""


def malformed_line(head: bytes) -> str:
    """The first malformed lines that follow one another, as one; "" where all that are whole are well formed.

    It may hold whatever the server wrote there, secrets too.
    """
    *whole, _ = head.lstrip(b"\r\n").split(b"\n")
    lines = list(takewhile(bool, (line.removesuffix(b"\r") for line in whole)))
    if lines and not _STATUS_LINE.fullmatch(lines[0]):
        wrong = [lines[0], *takewhile(_is_malformed, lines[1:])]
    else:
        wrong = list(takewhile(_is_malformed, dropwhile(_is_well_formed, lines[1:])))
    return _visible(b" ".join(wrong))


def _is_well_formed(line: bytes) -> bool:
    if line.lower().startswith(_LENGTH):
        return bool(_NUMBERS.fullmatch(line[len(_LENGTH) :]))
    return bool(_HEADER.fullmatch(line)) or line.startswith(_FOLDED)


def _is_malformed(line: bytes) -> bool:
    return not _is_well_formed(line) and not _STATUS_LINE.fullmatch(line)


def _visible(line: bytes) -> str:
    try:
        text = line.decode()
    except UnicodeDecodeError:
        text = line.decode("latin-1")
    return " ".join("".join(one if one.isprintable() else " " for one in text).split())
