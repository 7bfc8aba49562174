"""A closer look into an old .xls, by the reader that knows its number formats, errors and hidden rows."""

import os
from io import BytesIO
from pathlib import Path
from typing import Any

from uploader.readers.closer import Look
from uploader.readers.masks import is_mask, masked
from uploader.readers.package import HostileError

_LARGEST = 64 << 20
"""Bytes; no list in this format, which ends at 65,536 rows, comes near."""
_MOST_PLACES, _MOST_TIMES_FILLED = 4_000_000, 10
"""The fast reader keeps a place for every cell of the rectangle around the filled ones."""
_NAMES = {name: name.upper() for name in ("Workbook", "Book")}
"""The stream that holds the workbook, as Excel writes it and as some programs do; the fast reader knows the first."""


def content(path: Path) -> BytesIO:
    """The file as the fast reader takes it. Raises OSError."""
    data = path.read_bytes()
    for usual, odd in _NAMES.items():
        data = data.replace(odd.encode("utf-16-le"), usual.encode("utf-16-le"))
    return BytesIO(data)


def looked_at(path: Path) -> dict[str, Look] | None:
    """What each sheet has, by its name; None where the file is too damaged or odd to tell. Raises HostileError."""
    import xlrd  # noqa: PLC0415  # most lists are no .xls

    if path.stat().st_size > _LARGEST:
        return None
    try:
        with Path(os.devnull).open("w", encoding="utf-8") as nowhere:
            book = xlrd.open_workbook(
                file_contents=content(path).read(), formatting_info=True, ragged_rows=True, logfile=nowhere
            )
            return {sheet.name: _look(book, sheet) for sheet in book.sheets()}
    except HostileError:
        raise
    except Exception:  # noqa: BLE001  # a damaged file can raise anything there; the fast reader says what is wrong
        return None


def _look(book: Any, sheet: Any) -> Look:
    import xlrd  # noqa: PLC0415

    look = Look()
    filled = sum(sheet.row_len(row) for row in range(sheet.nrows))
    if sheet.nrows * sheet.ncols > _MOST_PLACES and sheet.nrows * sheet.ncols > _MOST_TIMES_FILLED * filled:
        raise HostileError(f"its cells are spread as far as row {sheet.nrows:,} and column {sheet.ncols:,}")
    masks = {
        number: code
        for number, xf in enumerate(book.xf_list)
        if is_mask(code := book.format_map[xf.format_key].format_str)
    }
    for row in range(sheet.nrows):
        for position, kind in enumerate(sheet.row_types(row)):
            if kind == xlrd.XL_CELL_ERROR:
                shown = xlrd.error_text_from_code.get(sheet.cell_value(row, position), "#ERROR!")
                look.errors.setdefault(position, {})[row + 1] = shown
            elif kind == xlrd.XL_CELL_NUMBER and masks:
                code = masks.get(sheet.cell_xf_index(row, position))
                shown_id = None if code is None else masked(sheet.cell_value(row, position), code)
                if shown_id is not None:
                    look.ids.setdefault(position, {})[row + 1] = shown_id
    look.hidden_rows.update(row + 1 for row, info in sheet.rowinfo_map.items() if info.hidden)
    look.hidden_columns.update(column for column, info in sheet.colinfo_map.items() if info.hidden)
    for first_row, row_after, first, after in sheet.merged_cells:
        look.merged[first_row + 1, first] = (row_after, after - 1)
    return look
