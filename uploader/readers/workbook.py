"""XLSX files as rows of text, by the fast reader; cells that need more than their value are looked at in the XML."""

from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

import python_calamine as calamine

from uploader.errors import ListError
from uploader.model import HIDDEN_SHEET, KIND_KEY, RESULTS_KIND, Problem
from uploader.readers.cells import masked, text
from uploader.readers.sheetxml import NotReadableError, Unusual, unusual_cells
from uploader.readers.table import Record, Source, fit

_LOOKED_AT = 30
"""Rows of each sheet that are looked at to find the one with the list."""

_SAVE_AGAIN = "Open it in Excel or LibreOffice, save it as XLSX under another name, and send that."


def source(path: Path, wanted: Sequence[str], sheet: str | None) -> Source:
    """The rows of the sheet that was told, else of the one that holds the list. Raises ListError."""
    book = _opened(path)
    if sheet is None:
        _refuse_results(book, path)
    name = _told(book, path, sheet) if sheet is not None else _chosen(book, path, wanted)
    try:
        page = book.get_sheet_by_name(name)
    except calamine.CalamineError as why:
        raise ListError(f"{path.name}: the sheet “{name}” can't be read, it seems damaged. {_SAVE_AGAIN}") from why
    try:
        unusual = unusual_cells(path, name)
    except NotReadableError as why:
        raise ListError(
            f"{path.name}: the sheet “{name}” can't be examined: it is damaged, or no XLSX inside. {_SAVE_AGAIN}"
        ) from why
    return Source(
        path,
        partial(_records, page, unusual),
        how=f"XLSX, sheet “{name}”",
        sheet=name,
        problems=tuple(_problems(unusual)),
    )


def _opened(path: Path) -> calamine.CalamineWorkbook:
    try:
        return calamine.CalamineWorkbook.from_path(path)
    except calamine.PasswordError as why:
        raise ListError(
            f"{path.name} is protected with a password. Open it in Excel, take the password off "
            "(File, Info, Protect Workbook), save it, and send that."
        ) from why
    except calamine.ZipError as why:
        raise ListError(
            f"{path.name} is no whole XLSX file: it is cut off, damaged, or something else under that name. "
            f"Fetch or export it again. If it opens in Excel: {_SAVE_AGAIN[0].lower()}{_SAVE_AGAIN[1:]}"
        ) from why
    except calamine.CalamineError as why:
        raise ListError(f"{path.name} can't be read as a workbook, it seems damaged. {_SAVE_AGAIN}") from why
    except OSError as why:
        raise ListError(f"{path.name} can't be read: {why.strerror or why}.") from why


def _refuse_results(book: calamine.CalamineWorkbook, path: Path) -> None:
    """A result workbook holds rows that were accepted; sent as a list, they would arrive again."""
    if HIDDEN_SHEET in book.sheet_names:
        rows = book.get_sheet_by_name(HIDDEN_SHEET).to_python()
        if [KIND_KEY, RESULTS_KIND] in [row[:2] for row in rows]:
            raise ListError(
                f"{path.name} is a result workbook, not a list: sent, the rows that were accepted would arrive again. "
                "Copy the rows that you want to send, with the header, into a new workbook, and send that."
            )


def _told(book: calamine.CalamineWorkbook, path: Path, sheet: str) -> str:
    fitting = [name for name in book.sheet_names if name.strip().casefold() == sheet.strip().casefold()]
    if not fitting:
        raise ListError(f"{path.name} has no sheet “{sheet}”. It has: {', '.join(book.sheet_names) or 'none'}.")
    return sheet if sheet in fitting else fitting[0]


def _chosen(book: calamine.CalamineWorkbook, path: Path, wanted: Sequence[str]) -> str:
    """The only visible sheet with anything in it, else the one whose rows fit the wanted names best."""
    fits: dict[str, int] = {}
    for about in book.sheets_metadata:
        if about.visible == calamine.SheetVisibleEnum.Visible and about.typ == calamine.SheetTypeEnum.WorkSheet:
            rows = _first_rows(book, path, about.name)
            if any(any(cells) for cells in rows):
                fits[about.name] = max(fit(cells, wanted) for cells in rows)
    if not fits:
        raise ListError(f"{path.name} is empty: no visible sheet of it has anything in it.")
    best = [name for name, count in fits.items() if count == max(fits.values())]
    if len(best) > 1:
        raise ListError(
            f"{path.name} has several sheets that could be the list: {', '.join(best)}. "
            f'Say which one: --sheet "{best[0]}".'
        )
    return best[0]


def _first_rows(book: calamine.CalamineWorkbook, path: Path, sheet: str) -> list[list[str]]:
    try:
        rows = book.get_sheet_by_name(sheet).to_python(nrows=_LOOKED_AT)
    except calamine.CalamineError as why:
        raise ListError(f"{path.name}: the sheet “{sheet}” can't be read, it seems damaged. {_SAVE_AGAIN}") from why
    return [[text(value).strip() for value in row] for row in rows]


def _records(page: calamine.CalamineSheet, unusual: Unusual) -> Iterator[Record]:
    """Every row from row 1; error cells hold what Excel shows, formulas without a value the formula."""
    replaced: dict[int, dict[int, str]] = {}
    for (row, position), shown in (unusual.errors | unusual.formulas).items():
        replaced.setdefault(row, {})[position] = shown
    left = [""] * (page.start[1] if page.start else 0)
    number = 0
    for number, values in enumerate(page.iter_rows(), start=1):
        cells = left + [text(value) for value in values]
        for position, cell in enumerate(cells):
            code = unusual.formats.get((number, position))
            if code is not None:
                cells[position] = masked(cell, code) or cell
        yield number, _with(cells, replaced.get(number, {}))
    for beyond in sorted(row for row in replaced if row > number):
        yield beyond, _with([], replaced[beyond])


def _with(cells: list[str], replaced: dict[int, str]) -> list[str]:
    for position, shown in replaced.items():
        cells += [""] * (position + 1 - len(cells))
        cells[position] = shown
    return cells


def _problems(unusual: Unusual) -> Iterator[Problem]:
    for (row, position), shown in unusual.errors.items():
        yield Problem(row, position, f"the cell shows the error {shown}", "Mend its formula, or write the value.")
    for row, position in unusual.formulas:
        yield Problem(
            row,
            position,
            "the cell has a formula whose result is not stored in the file",
            "Open the list in Excel, save it, and send it again.",
        )
