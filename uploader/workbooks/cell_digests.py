"""The text of a cell, and the digests of lines of cells.

They are made from texts as Excel and LibreOffice keep them, so opening and saving a workbook is not a change.
"""

import hashlib
import re
from binascii import b2a_base64
from collections.abc import Iterable, Sequence
from datetime import datetime
from json.encoder import encode_basestring
from typing import TypeAlias

CellValue: TypeAlias = str | float | datetime | None
"""What a cell holds: a text, a number, a moment without its zone; None where it is empty."""

_LINE_ENDS = re.compile(r"\r\n?")
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
_MOST_PASSES = 100
"""Deeper nesting of escapes is an attack."""
_TO_THE_SECOND, _MIDNIGHT = len("2026-12-31 23:59:59"), " 00:00:00"
"""How much of a moment a cell shows, and what a reader doesn't see."""
_URL_SAFE = bytes.maketrans(b"+/", b"-_")
_DIGEST_BYTES = 12
"""The length of a line's digest: long enough that nobody can forge a second line for it."""


def canonical_text(text: str) -> str:
    """A text reduced to what every spreadsheet program keeps; only for comparison.

    They change line ends, may lose a text of spaces, and LibreOffice decodes texts that only look like escapes.
    """
    if "_x" in text:
        text = _without_escapes(text)
    text = _LINE_ENDS.sub("\n", text) if "\r" in text else text
    return "" if text.isspace() else text


def _without_escapes(text: str) -> str:
    passes = 0
    while passes < _MOST_PASSES and (decoded := _ESCAPE.sub(_decoded, text)) != text:
        text, passes = decoded, passes + 1
    return text


def _decoded(escape: "re.Match[str]") -> str:
    return chr(int(escape[1], 16))


def cell_text(value: CellValue) -> str:
    """What a cell holds, as the text that reading it again gives."""
    match value:
        case None:
            return ""
        case str():
            return canonical_text(value)
        case datetime():
            moment = str(value)[:_TO_THE_SECOND]
            return moment.removesuffix(_MIDNIGHT)
        case float() if value.is_integer():
            return str(int(value))
        case _:
            return str(value)


def line_digest(values: Iterable[CellValue]) -> str:
    """The digest of some cells of a line: 16 characters."""
    return texts_digest(map(cell_text, values))


def texts_digest(texts: Iterable[str]) -> str:
    """The digest of some cells of a line, of which each is the text that `cell_text` gives."""
    line = f"[{', '.join(map(encode_basestring, texts))}]"  # as JSON, of which it is the fastest way
    digest = hashlib.sha256(line.encode("utf-8", "replace")).digest()[:_DIGEST_BYTES]
    return b2a_base64(digest, newline=False).translate(_URL_SAFE).decode()


class SheetDigest:
    """The digest over all lines of a sheet, in their order."""

    def __init__(self, header: Sequence[str]) -> None:
        self._hash = hashlib.sha256(line_digest(header).encode())

    def add(self, line: str) -> None:
        """One more line, by its digest."""
        self._hash.update(line.encode() + b"\n")

    def __str__(self) -> str:
        return self._hash.hexdigest()
