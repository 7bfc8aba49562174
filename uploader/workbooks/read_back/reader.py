"""Recognise our own workbooks by their hidden sheet, under any file name."""

from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from uploader.errors import ListError, about
from uploader.i18n import Message
from uploader.model.rows import ROW_COLUMN, STATUS_COLUMN
from uploader.readers import ListFile, open_file
from uploader.readers.cells import text
from uploader.readers.excel.book import Book
from uploader.readers.excel.sheet import Sheet
from uploader.workbooks.manifest import (
    HIDDEN_SHEET,
    MOST_ROWS,
    PROBLEMS,
    RESULTS,
    Manifest,
    has_other_version,
    is_manifest,
    read_manifest,
)
from uploader.workbooks.read_back.own_columns import has_our_columns
from uploader.workbooks.read_back.result_workbook import ATTEMPTS_SHEET, SUMMARY_SHEET, ResultWorkbook

_SHEETS = {RESULTS: "Results", PROBLEMS: "Problems"}
_HEADER_WITHIN = 30
"""Rows in which our header is looked for: somebody may have put lines above it."""
_OWN_HEADER_WITHIN = 300
"""The same in a person's own workbook, where a list's header is looked for as far down."""


class _Header(NamedTuple):
    """Our header on one sheet, or what remains of it."""

    sheet_name: str
    sheet: Sheet
    row: int
    names: list[str]
    our_columns: dict[str, int]


def open_workbook(path: Path) -> ResultWorkbook | None:
    """The workbook at `path`; None if it is not one of ours. Raises ListError."""
    with open_file(path) as file:
        return recognise(file)


def open_proven(path: Path) -> ResultWorkbook | None:
    """The workbook at `path`; None only if it is certainly not one of ours. Raises ListError where that isn't certain.

    It isn't where the file can't be read, or has our columns without a hidden sheet that says of which list.
    """
    with open_file(path) as file:
        workbook = recognise(file)
        if workbook is None and has_our_columns(file):
            raise ListError(Message("workbook.read.no_hidden_sheet", name=path.name))
        return workbook


def manifest_of(path: Path) -> Manifest | None:
    """The manifest of a workbook; None if the file is not one of our workbooks."""
    try:
        with open_file(path) as file:
            return None if file.book is None else _manifest(file.book, file.book.lone_sheet)
    except ListError:
        return None


def recognise(file: ListFile) -> ResultWorkbook | None:
    """An opened file as one of our workbooks, or None.

    Raises ListError for one of ours that can't be understood: by its hidden sheet, or because our columns are missing.
    It stays usable when the file is closed.
    """
    manifest = None if file.book is None else _manifest(file.book, file.book.sheet)
    if file.book is None or manifest is None:
        return None
    candidates = list(_candidates(file.book, file.book.visible, manifest))
    whole = [one for one in candidates if _is_whole(one, manifest)]
    if not whole:
        with about(file.path, manifest.template):
            raise ListError(_unseen(file.book, manifest) or _lacking(file.path, candidates, manifest))
    usual = _SHEETS[manifest.kind] if manifest.own is None else manifest.own.sheet
    first = next((one for one in whole if one.sheet_name == usual), whole[0])  # not a copy that somebody made of it
    for name in {ATTEMPTS_SHEET, *manifest.other_sheets}.intersection(file.book.names):
        file.book.sheet(name)
    sheets = _row_sheets(first, whole)
    attached = frozenset(_attached(file.book, manifest, [name for name, _ in sheets]))
    return ResultWorkbook(file.book, manifest, sheets, first.row, first.names, first.our_columns, attached)


def _attached(book: Book, manifest: Manifest, row_sheets: Sequence[str]) -> Iterator[str]:
    """Those of our sheets with pictures, charts, text boxes or comments of a person's that can't be carried on."""
    if manifest.own is not None:  # the person's own, which nobody writes anew
        return
    for name in {*row_sheets, *manifest.other_sheets}.intersection(book.worksheets):
        ours = manifest.kind == RESULTS and name == SUMMARY_SHEET  # it has one chart
        below_header = name not in row_sheets and any(one.row > 1 for one in book.comments(name))
        if below_header or book.drawings(name) > ours:
            yield name


def _manifest(book: Book, sheet: Callable[[str], Sheet]) -> Manifest | None:
    """What the hidden sheet says; None where there is none. Raises ListError where this version can't understand it."""
    if HIDDEN_SHEET not in book.worksheets:
        return None
    rows = sheet(HIDDEN_SHEET).values.to_python()
    entries = [(text(row[0]), text(row[1])) for row in rows if len(row) > 1]
    manifest = read_manifest(entries)
    if manifest is None and is_manifest(entries):
        code = "workbook.read.other_version" if has_other_version(entries) else "workbook.read.hidden_sheet_changed"
        raise ListError(Message(code, name=book.path.name))
    return manifest


def _candidates(book: Book, names: Sequence[str], manifest: Manifest) -> Iterator[_Header]:
    """Of each of these sheets the row that is our header, or else the one that has most of it."""
    for name in names:
        sheet = book.sheet(name)
        best = _Header(name, sheet, 0, [], {})
        for number, row in enumerate(_top(sheet, manifest), start=1):
            cells = [text(value) for value in row]
            header = _Header(name, sheet, number, cells, _our_columns(cells, manifest))
            if _is_whole(header, manifest):
                best = header
                break
            best = max(best, header, key=lambda one: len(one.our_columns))
        yield best


def _top(sheet: Sheet, manifest: Manifest) -> Iterator[Sequence[object]]:
    """The rows in which our header is looked for. A person's own list may begin anywhere."""
    if manifest.own is None:
        yield from sheet.values.to_python(nrows=_HEADER_WITHIN)
        return
    for page in sheet.pages():
        yield from (cells for _, cells in islice(page.rows(), _OWN_HEADER_WITHIN))
        return


def _is_whole(header: _Header, manifest: Manifest) -> bool:
    return all(column in header.our_columns for column in _needed(manifest))


def _unseen(book: Book, manifest: Manifest) -> Message | None:
    """What is wrong where the sheet with our columns is there, and somebody has hidden it."""
    hidden = [name for name in book.worksheets if name not in (*book.visible, HIDDEN_SHEET)]
    sheet = next((one.sheet_name for one in _candidates(book, hidden, manifest) if _is_whole(one, manifest)), None)
    return None if sheet is None else Message("workbook.read.sheet_hidden", name=book.path.name, sheet=sheet)


def _row_sheets(first: _Header, whole: Sequence[_Header]) -> list[tuple[str, Sheet]]:
    """The sheet with the rows, and where it is full the next ones."""
    sheets = [(first.sheet_name, first.sheet)]
    by_name = {one.sheet_name: one.sheet for one in whole if one.names == first.names}
    while sheets[-1][1].values.total_height >= MOST_ROWS:
        further = f"{first.sheet_name} {len(sheets) + 1}"
        if further not in by_name:
            break
        sheets.append((further, by_name[further]))
    return sheets


def _lacking(path: Path, candidates: Sequence[_Header], manifest: Manifest) -> Message:
    nearest = max((one.our_columns for one in candidates), key=len, default={})
    column = next((column for column in _needed(manifest) if column not in nearest), ROW_COLUMN)
    _, written_name = manifest.our_columns.get(column, (0, column))
    is_results = manifest.kind == RESULTS
    code = "workbook.read.column_missing" if is_results else "workbook.read.problems_column_missing"
    return Message(code, name=path.name, column=written_name)


def _needed(manifest: Manifest) -> Sequence[str]:
    """Our columns without which it can't be said which row is which."""
    return (ROW_COLUMN, STATUS_COLUMN) if manifest.kind == RESULTS else (ROW_COLUMN,)


def _our_columns(names: Sequence[str], manifest: Manifest) -> dict[str, int]:
    """The positions of our columns in a row of names."""
    columns = {}
    for column, (position, name) in manifest.our_columns.items():
        if position < len(names) and names[position].strip() == name:
            columns[column] = position
        else:
            candidates = [at for at, cell in enumerate(names) if cell.strip() == name]
            if candidates:
                columns[column] = candidates[0] if column == ROW_COLUMN else candidates[-1]
    return columns
