"""Workbooks as rows: which sheet has the list, and which of its cells are not what they seem."""

from collections.abc import Iterator, Mapping, Sequence

from uploader.errors import ListError, SeveralSheetsError
from uploader.i18n import Fact, Message
from uploader.i18n.rows import some_of
from uploader.model.problems import Problem, ProblemLog
from uploader.readers.cells import text
from uploader.readers.excel.book import Book
from uploader.readers.excel.sheet import Sheet
from uploader.readers.filetype import Kind
from uploader.readers.header import fit
from uploader.readers.pages import Source

_LOOKED_AT = 30
"""Rows of each sheet that are looked at to find the one with the list."""
_NOTES_OF_KIND = {Kind.XLSB: Message("note.xlsb_values_only"), Kind.XLS: Message("note.xls_formulas")}
"""What these formats don't show."""


def source_of(book: Book, wanted: Sequence[str], sheet: str | None) -> Source:
    """The rows of the given sheet, else of the one with the list. Raises ListError."""
    name, others = (_named(book, sheet), []) if sheet is not None else _chosen(book, wanted)
    notes = []
    if others:
        notes.append(Message("note.other_sheets", sheet=name, others=_quoted(others), first=others[0]))
    if book.kind in _NOTES_OF_KIND:
        notes.append(_NOTES_OF_KIND[book.kind])
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
    """Cells of a sheet without a value that could be sent: errors, formulas without a stored result, no dates."""
    for position, cells in sheet.details.errors.items():
        for row in sorted(cells):
            yield Problem(row, position, "error_cell", {"text": cells[row]})
    for position, cells in sheet.details.formulas.items():
        for row in sorted(cells):
            yield Problem(row, position, "no_stored_result")
    for position, cells in sheet.details.no_dates.items():
        for row in sorted(cells):
            yield Problem(row, position, "no_date", {"text": cells[row]})


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
    rows = [[text(value).strip() for value in row] for row in sheet.values.to_python(nrows=_LOOKED_AT)]
    if any(any(row) for row in rows):
        return rows
    return [list(column.values()) for column in sheet.details.replacements().values()] or rows


def _quoted(sheets: Sequence[str]) -> Message:
    return some_of([f"“{name}”" for name in sheets])
