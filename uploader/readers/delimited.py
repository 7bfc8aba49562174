"""CSV files as rows of text: which encoding, which delimiter; cells are never guessed at, broken quoting is refused."""

import csv
import sys
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

from uploader.errors import ListError
from uploader.readers.table import Record, Source, fit

_DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
_SAMPLE_ROWS = 100
_LONGEST_CELL = 32 * 1024 * 1024
_NAMES = {"utf-8-sig": "UTF-8", "utf-8": "UTF-8", "utf-16": "UTF-16", "cp1252": "Windows-1252"}
_CONTROL = frozenset(map(chr, range(32))) - frozenset("\t\n\f\r")
_READ_BYTES = 1 << 20

csv.field_size_limit(min(_LONGEST_CELL, sys.maxsize))


def source(path: Path, wanted: Sequence[str], encoding: str | None, delimiter: str | None) -> Source:
    """The rows of a delimited text file. Raises ListError where it is no text, or its quoting is broken."""
    encoding = _checked_encoding(path, encoding) if encoding else _detected_encoding(path)
    if delimiter is not None:
        delimiter = {"tab": "\t", "\\t": "\t"}.get(delimiter.lower(), delimiter)
        if len(delimiter) != 1 or delimiter in '"\r\n':
            raise ListError(f"“{delimiter}” can't be a delimiter: give one character, or the word tab.")
    else:
        delimiter = _detected_delimiter(path, encoding, wanted)
    name = _DELIMITERS.get(delimiter, f"“{delimiter}”")
    chosen = delimiter

    def records() -> Iterator[Record]:
        return _records(path, encoding, chosen)

    how = f"CSV, {_NAMES.get(encoding, encoding)}, delimiter {name}"
    return Source(path, records, how, cells_can_shift=True)


def _records(path: Path, encoding: str, delimiter: str, *, strict: bool = True) -> Iterator[Record]:
    """Every row from the top. Excel counts records, not lines: a cell with line breaks is still one row."""
    number = 0
    try:
        with path.open(encoding=encoding, newline="") as file:
            for number, cells in enumerate(csv.reader(file, delimiter=delimiter, strict=strict), start=1):
                yield number, cells
    except csv.Error as why:
        raise ListError(
            f"{path.name}: the quotation marks in row {number + 1} don't pair up ({why}), so it is not clear where its "
            "cells end; a cut-off file looks like this too. Mend the row, or save the list as XLSX and send that."
        ) from why
    except UnicodeError as why:
        raise ListError(
            f"{path.name}: row {number + 1} or one near it holds bytes that are no {_NAMES.get(encoding, encoding)} "
            "text. Say the right encoding with --encoding, or save the list as XLSX and send that."
        ) from why
    except OSError as why:
        raise ListError(f"{path.name} can't be read: {why.strerror or why}.") from why


def _checked_encoding(path: Path, encoding: str) -> str:
    try:
        "".encode(encoding)
    except (LookupError, UnicodeError) as why:
        raise ListError(
            f"There is no encoding “{encoding}”. Usual ones: utf-8, cp1252 (Windows), utf-16, latin-1."
        ) from why
    with path.open("rb") as file:
        has_mark = file.read(3) == b"\xef\xbb\xbf"
    return "utf-8-sig" if has_mark and encoding.lower().replace("_", "-") in ("utf-8", "utf8") else encoding


def _detected_encoding(path: Path) -> str:
    """UTF-8 if the whole file is UTF-8 (other text hardly ever is, by chance), else Windows-1252."""
    with path.open("rb") as file:
        head = file.read(4)
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "utf-16"
    encoding = next((name for name in ("utf-8-sig", "cp1252") if _decodes(path, name)), None)
    if encoding is not None:
        return encoding
    raise ListError(
        f"{path.name} is neither UTF-8 nor Windows-1252 text. If it is a CSV, say its encoding with --encoding; "
        "else save the list as XLSX and send that."
    )


def _decodes(path: Path, encoding: str) -> bool:
    """Whether all of the file is text in this encoding. Raises ListError where it has signs that no text has."""
    try:
        with path.open(encoding=encoding, newline="") as file:
            while part := file.read(_READ_BYTES):
                if not _CONTROL.isdisjoint(part):
                    raise ListError(
                        f"{path.name} is not a text file, so it is no CSV. Save the list as XLSX or CSV, and send that."
                    )
    except UnicodeDecodeError:
        return False
    return True


def _detected_delimiter(path: Path, encoding: str, wanted: Sequence[str]) -> str:
    """The delimiter that finds most of the wanted names, then the one by which most rows are equally long."""

    def score(delimiter: str) -> tuple[int, float, int]:
        # Not strict: broken quoting is told of the right delimiter, it must not lead to a wrong one.
        records = _records(path, encoding, delimiter, strict=False)
        rows = [cells for _, cells in islice(records, _SAMPLE_ROWS) if any(cells)]
        widths = [len(cells) for cells in rows]
        usual = max(set(widths), key=lambda width: (widths.count(width), width), default=0)
        alike = widths.count(usual) / len(widths) if usual > 1 else 0.0
        return max((fit(cells, wanted) for cells in rows), default=0), alike, usual

    scores = {delimiter: score(delimiter) for delimiter in _DELIMITERS}
    return max(scores, key=lambda delimiter: scores[delimiter])
