"""White space and references in OpenDocument's texts: a run of it in the XML is one space, or none at an end."""

import re
from collections.abc import Sequence

_RUN = re.compile(r"[ \t\r\n]+")
_REFERENCE = re.compile(r"&(?:#([0-9]{1,7})|#x([0-9A-Fa-f]{1,6})|(amp|lt|gt|quot|apos));|&")
_CHARACTER = re.compile("[\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML can contain."""
_NAMED = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}
_BETWEEN = "\x00"
"""Stands between the texts of a column while all are looked through at once; XML can't contain it."""
_MARKS = ("  ", "\n", "\t", "\r", _BETWEEN + " ")


class Paragraph:
    """Text that comes in pieces."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._after_space = True
        """Whether more white space would add nothing; so it is at the start."""

    def add(self, text: str) -> None:
        """Add some text as it is in the XML."""
        text = collapsed(text)
        if self._after_space and text[:1] == " ":
            text = text[1:]
        if text:
            self._pieces.append(text)
            self._after_space = text[-1] == " "

    def add_exactly(self, text: str) -> None:
        """Add white space that an element stands for."""
        self._pieces.append(text)
        self._after_space = False

    def __str__(self) -> str:
        return "".join(self._pieces)


def collapsed(text: str) -> str:
    """The text with one space for each run of white space."""
    return _RUN.sub(" ", text)


def texts(raw: Sequence[str]) -> Sequence[str]:
    """What pieces of XML between two tags mean, each a paragraph of its own. Raises ValueError."""
    plain = unescaped(raw)
    together = _BETWEEN + _BETWEEN.join(plain)
    if any(mark in together for mark in _MARKS):
        return [collapsed(text).removeprefix(" ") for text in plain]
    return plain


def unescaped(raw: Sequence[str]) -> Sequence[str]:
    """The pieces of XML with their references resolved. Raises ValueError for one that XML doesn't know."""
    if "&" in _BETWEEN.join(raw):
        return [_REFERENCE.sub(_character, text) if "&" in text else text for text in raw]
    return raw


def _character(found: re.Match[str]) -> str:
    decimal, hexadecimal, name = found.groups()
    if name:
        return _NAMED[name]
    code = int(decimal) if decimal else int(hexadecimal or "0", 16)
    if not _CHARACTER.fullmatch(chr(code)):
        raise ValueError(found[0])
    return chr(code)
