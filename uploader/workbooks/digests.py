"""Digests over what stands in our workbooks: of each line, and of all lines together.

They are taken of texts as Excel and LibreOffice keep them, so that a workbook that was only opened and saved is the
same.
"""

import hashlib
import json
import re
from base64 import urlsafe_b64encode
from collections.abc import Iterable, Sequence
from datetime import datetime, time
from typing import TypeAlias

CellValue: TypeAlias = str | float | datetime | None
"""What a cell holds: a text, a number, a moment without its zone; None where it is empty."""

_LINE_ENDS = re.compile(r"\r\n?")
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
_MOST_PASSES = 100
"""A text that nests escapes deeper than that was made to take time."""
_BYTES = 12
"""Of a line's digest: enough that nobody finds another line with the same."""


def canonical(text: str) -> str:
    """What is left of a text whatever spreadsheet program saved it; only for comparing.

    They change line ends, may lose a text of blanks, and LibreOffice takes some texts for escapes that are none.
    """
    passes = 0
    while passes < _MOST_PASSES and (decoded := _ESCAPE.sub(_decoded, text)) != text:
        text, passes = decoded, passes + 1
    text = _LINE_ENDS.sub("\n", text) if "\r" in text else text
    return text if text.strip() else ""


def _decoded(escape: "re.Match[str]") -> str:
    return chr(int(escape[1], 16))


def written(value: CellValue) -> str:
    """What a cell holds, as the text that reading it again gives."""
    match value:
        case None:
            return ""
        case str():
            return canonical(value)
        case datetime():
            return f"{value:%Y-%m-%d}" if value.time() == time(0) else f"{value:%Y-%m-%d %H:%M:%S}"
        case float() if value.is_integer():
            return str(int(value))
        case _:
            return str(value)


def of_line(values: Iterable[CellValue]) -> str:
    """The digest of some cells of a line: 16 letters."""
    texts = json.dumps([written(value) for value in values], ensure_ascii=False)
    return urlsafe_b64encode(hashlib.sha256(texts.encode("utf-8", "replace")).digest()[:_BYTES]).decode()


class Digest:
    """The digest over all lines of a sheet, in their order."""

    def __init__(self, header: Sequence[str]) -> None:
        self._hash = hashlib.sha256(of_line(header).encode())

    def add(self, line: str) -> None:
        """One more line, by its digest."""
        self._hash.update(line.encode() + b"\n")

    def __str__(self) -> str:
        return self._hash.hexdigest()
