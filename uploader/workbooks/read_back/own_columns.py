"""Know our own columns where a workbook has lost its hidden sheet: saved as CSV, copied into another, or cut down.

A list may well have a column called Status or Row. Ours are known by most of their names together and the words of our
statuses below one of them; without that column nothing says any more what became of a row.
"""

import re
from collections.abc import Sequence

from uploader.model.rows import RESULT_COLUMNS, ROW_COLUMN, STATUS_COLUMN, Status
from uploader.readers import ListFile, read_table
from uploader.readers.cells import text
from uploader.readers.table import Table

_STATUS = STATUS_COLUMN.casefold()
_OTHERS = frozenset(name.casefold() for name in (ROW_COLUMN, *RESULT_COLUMNS)) - {_STATUS}
_WORDS = frozenset(Status)
_MARK = re.compile(r" \(upload(?: \d+)?\)$")
"""What ours have behind their names where the list has such a column, too."""
_SEVERAL, _ALMOST_ALL = 4, 7
"""Of the eight names beside Status: so many with words of ours below a column, so many where that is called Status."""
_HEADER_WITHIN, _LOOKED_AT = 30, 200
"""Rows in which a header is looked for, and rows below it whose words are."""


def status_column(header: Sequence[str], rows: Sequence[Sequence[str]]) -> int | None:
    """Which column says what became of rows, if the others of ours are there, too; `rows` are some from below."""
    names = [_MARK.sub("", name.strip().casefold()) for name in header]
    others = len(_OTHERS.intersection(names))
    if others < _SEVERAL:
        return None
    named = [at for at in range(len(names) - 1, -1, -1) if names[at] == _STATUS]
    unnamed = [at for at, name in enumerate(names) if name not in _OTHERS and at not in named]
    with_words = next((at for at in (*named, *unnamed) if _has_words([row[at] for row in rows if at < len(row)])), None)
    return named[0] if with_words is None and named and others >= _ALMOST_ALL else with_words


def status_column_of(table: Table) -> int | None:
    """Which column of a table says what became of rows, if our others are there, too."""
    records = next(table.texts(), None)
    rows = [] if records is None else list(zip(*(column[:_LOOKED_AT] for column in records.columns), strict=True))
    return status_column(table.header, rows)


def has_our_columns(file: ListFile) -> bool:
    """Whether a sheet of the file, or the text in it, has our columns. Raises ListError where it can't be read."""
    if file.book is None:
        return status_column_of(read_table(file)) is not None
    sheets = (file.book.sheet(name).values for name in file.book.worksheets)
    tops = ([list(map(text, row)) for row in one.to_python(nrows=_HEADER_WITHIN + _LOOKED_AT)] for one in sheets)
    return any(
        status_column(top[at], top[at + 1 :]) is not None for top in tops for at in range(min(_HEADER_WITHIN, len(top)))
    )


def _has_words(cells: Sequence[str]) -> bool:
    """Whether more than half of its values are statuses of ours."""
    filled = [cell.strip().casefold() for cell in cells if cell.strip()]
    return 2 * sum(cell in _WORDS for cell in filled) > len(filled)
