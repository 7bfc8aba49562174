"""Workbooks as rows: which sheet has the list, and which of its cells are not what they seem."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import TypeVar

from uploader.errors import ListError, SeveralSheetsError
from uploader.i18n import Fact, Message
from uploader.i18n.rows import some_of
from uploader.model.problems import Problem, ProblemLog
from uploader.readers.cells import text
from uploader.readers.excel import number_formats
from uploader.readers.excel.book import Book
from uploader.readers.excel.sheet import Sheet
from uploader.readers.header import fit
from uploader.readers.pages import Source, is_blank

_Kept = TypeVar("_Kept")

_LOOKED_AT = 30
"""Rows of each sheet that are looked at to find the one with the list."""


def source_of(book: Book, wanted: Sequence[str], sheet: str | None) -> Source:
    """The rows of the given sheet, else of the one with the list. Raises ListError."""
    name, others = (_named(book, sheet), []) if sheet is not None else _chosen(book, wanted)
    notes = []
    if others:
        notes.append(Message("note.other_sheets", sheet=name, others=_quoted(others), first=others[0]))
    rows = book.sheet(name)
    book.release()  # the table is gone through while the file is still open
    return Source(
        book.path,
        rows.pages,
        how=Message("list.how.sheet", format=book.kind.value, sheet=name),
        sheet=name,
        problems=ProblemLog(cell_problems(rows)),
        notes=notes,
        hidden_rows=frozenset(rows.details.hidden_rows),
        is_filtered=rows.details.is_filtered,
        hidden_columns=frozenset(rows.details.hidden_columns),
        merged=rows.merged(),
    )


def cell_problems(sheet: Sheet) -> Iterator[Problem]:
    """Cells of a sheet that can't be sent, such as errors, and those that are not sent as they are shown."""
    details = sheet.details
    for row, position, shown in _cells(details.errors):
        yield Problem(row, position, "error_cell", {"text": shown})
    for row, position, _ in _cells(details.no_dates):
        yield Problem(row, position, "no_date")
    for row, position, _ in _cells(details.formulas):
        yield Problem(row, position, "no_stored_result")
    for row, position, _ in _cells(details.long_numbers):
        yield Problem(row, position, "long_number", stops=False)
    for row, position, code in _cells(details.text_formats):
        if number_formats.hides_text(code):
            yield Problem(row, position, "shown_as_nothing", stops=False)
    for row, position, cell in _cells(details.otherwise):
        code = "shown_otherwise" if cell.shown else "shown_as_nothing"
        yield Problem(row, position, code, {"shown": cell.shown, "sent": cell.sent} if cell.shown else {}, stops=False)


def _cells(of_columns: Mapping[int, Mapping[int, _Kept]]) -> Iterator[tuple[int, int, _Kept]]:
    """Row, position and what is kept of each cell, from the top of each column."""
    for position, cells in of_columns.items():
        for row in sorted(cells):
            yield row, position, cells[row]


def _named(book: Book, sheet: str) -> str:
    """The sheet with that name, ignoring case and outer spaces."""
    fitting = [name for name in book.names if name.strip().casefold() == sheet.strip().casefold()]
    if not fitting:
        raise ListError(Message("book.no_sheet", name=book.path.name, sheet=sheet, sheets=_quoted(book.names)))
    return sheet if sheet in fitting else fitting[0]


def _chosen(book: Book, wanted: Sequence[str]) -> tuple[str, list[str]]:
    """The only visible sheet with anything in it, else the one whose rows fit the wanted names best; and the others.

    Where nothing is wanted it is the first.
    """
    fits: dict[str, int] = {}
    for name in book.visible:
        rows = _first_rows(book.sheet(name))
        if any(any(cells) for cells in rows):
            fits[name] = max(fit(cells, wanted) for cells in rows)
    if not fits:
        raise ListError(Message("book.empty", name=book.path.name))
    best = [name for name, count in fits.items() if count == max(fits.values())]
    if len(best) > 1 and wanted:
        facts: Mapping[str, Fact] = {"name": book.path.name, "sheets": _quoted(best), "first": best[0]}
        raise SeveralSheetsError(Message("book.several_sheets", **facts), best)
    return best[0], [name for name in fits if name != best[0]]


def _first_rows(sheet: Sheet) -> list[list[str]]:
    """The first rows with anything in them, as text: a list may begin far down."""
    values = [row for row in sheet.values.to_python(nrows=_LOOKED_AT) if not _is_empty(row)]
    if not values and sheet.values.total_height > _LOOKED_AT:
        values = list(islice((row for row in sheet.values.iter_rows() if not _is_empty(row)), _LOOKED_AT))
    if values:
        return [[text(value).strip() for value in row] for row in values]
    return [list(map(text, column.values())) for column in sheet.details.replacements().values()]


def _is_empty(row: Sequence[object]) -> bool:
    return not any(row) and all(is_blank(value) or value is None for value in row)


def _quoted(sheets: Sequence[str]) -> Message:
    return some_of([f"“{name}”" for name in sheets])
