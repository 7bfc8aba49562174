"""Old .xls workbooks, by a reader that knows number formats, errors and hidden rows. It only reads from memory."""

import os
from collections.abc import Iterator
from datetime import timedelta
from itertools import islice
from pathlib import Path
from typing import Any

import xlrd

from uploader.i18n import Message
from uploader.readers.excel.inspection import CellDetails
from uploader.readers.excel.number_formats import says_more
from uploader.readers.excel.package import HostileError, NotReadableError
from uploader.readers.excel.size_limits import sparse
from uploader.readers.snapshot import Snapshot

_LARGEST = 64 << 20
"""Bytes. Lists in this format, which ends at 65,536 rows, are much smaller."""
_MOST_PLACES, _MOST_TIMES_FILLED = 4_000_000, 10
_STREAMS = ("Workbook", "Book")
"""The names of the stream with the workbook; some programs write them in capitals."""


class OldSheet:
    """One sheet's values, as the fast reader gives those of newer workbooks."""

    start = (0, 0)

    def __init__(self, book: Any, sheet: Any) -> None:
        self._book, self._sheet = book, sheet
        self.total_height: int = sheet.nrows
        self.total_width: int = sheet.ncols

    def iter_rows(self) -> Iterator[list[object]]:
        """Every row from the first, all of them equally wide."""
        for row in range(self.total_height):
            kinds, values = self._sheet.row_types(row), self._sheet.row_values(row)
            cells = [
                self._value(row, at, kind, value) for at, (kind, value) in enumerate(zip(kinds, values, strict=True))
            ]
            yield cells + [""] * (self.total_width - len(cells))

    def to_python(self, *, nrows: int | None = None) -> list[list[object]]:
        """The first rows, or all."""
        return list(islice(self.iter_rows(), nrows))

    def _value(self, row: int, position: int, kind: int, value: Any) -> object:
        if kind == xlrd.XL_CELL_DATE:
            return self._moment(value, self._book.xf_list[self._sheet.cell_xf_index(row, position)])
        if kind == xlrd.XL_CELL_BOOLEAN:
            return bool(value)
        return "" if kind in {xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK, xlrd.XL_CELL_ERROR} else value

    def _moment(self, days: float, style: Any) -> object:
        """A date, a time of day or a duration, according to the number format; other numbers stay as they are."""
        code = self._book.format_map[style.format_key].format_str.lower()
        try:
            if "[h" in code or "[m" in code or "[s" in code:
                return timedelta(days=days)
            moment = xlrd.xldate.xldate_as_datetime(days, self._book.datemode)
        except (ArithmeticError, ValueError):
            return days
        return moment.time() if 0 <= days < 1 else moment


def read_sheets(file: Snapshot) -> dict[str, tuple[OldSheet, CellDetails, bool]]:
    """Each sheet's values, what a closer look finds, and whether it is visible, by the sheet's name.

    Raises HostileError, or NotReadableError where the file is damaged.
    """
    if file.size > _LARGEST:
        raise HostileError(Message("hostile.large_xls"))
    with file.open() as content:
        data = content.read()
    for name in _STREAMS:
        data = data.replace(name.upper().encode("utf-16-le"), name.encode("utf-16-le"))
    try:
        with Path(os.devnull).open("w", encoding="utf-8") as nowhere:
            book = xlrd.open_workbook(file_contents=data, formatting_info=True, ragged_rows=True, logfile=nowhere)
            return {
                sheet.name: (OldSheet(book, sheet), _details(book, sheet), not sheet.visibility)
                for sheet in book.sheets()
            }
    except HostileError:
        raise
    except Exception as why:  # a damaged file can raise anything there
        raise NotReadableError(Message("damage.unknown")) from why


def _details(book: Any, sheet: Any) -> CellDetails:
    details = CellDetails()
    filled = sum(sheet.row_len(row) for row in range(sheet.nrows))
    if sheet.nrows * sheet.ncols > _MOST_PLACES and sheet.nrows * sheet.ncols > _MOST_TIMES_FILLED * filled:
        raise HostileError(sparse(filled, sheet.nrows, sheet.ncols))
    masks = {
        number: code
        for number, xf in enumerate(book.xf_list)
        if says_more(code := book.format_map[xf.format_key].format_str)
    }
    for row in range(sheet.nrows):
        for position, kind in enumerate(sheet.row_types(row)):
            if kind == xlrd.XL_CELL_ERROR:
                shown = xlrd.error_text_from_code.get(sheet.cell_value(row, position), "#ERROR!")
                details.errors.setdefault(position, {})[row + 1] = shown
            elif kind == xlrd.XL_CELL_NUMBER and masks:
                code = masks.get(sheet.cell_xf_index(row, position))
                if code is not None:
                    details.note_number(row + 1, position, sheet.cell_value(row, position), code)
    details.hidden_rows.update(row + 1 for row, info in sheet.rowinfo_map.items() if info.hidden)
    details.hidden_columns.update(column for column, info in sheet.colinfo_map.items() if info.hidden)
    for first_row, row_after, first, after in sheet.merged_cells:
        details.merged[first_row + 1, first] = (row_after, after - 1)
    return details
