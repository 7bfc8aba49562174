"""Workbooks as rows: which sheet holds the list, and what of its cells is not what it seems."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from uploader.errors import ListError, SeveralSheetsError
from uploader.i18n.words import Words
from uploader.model.problems import Problem, ProblemLog
from uploader.readers.cells import text
from uploader.readers.excel.book import Book
from uploader.readers.excel.sheet import Sheet
from uploader.readers.filetype import Kind
from uploader.readers.header import fit
from uploader.readers.pages import Source
from uploader.workbooks.reader import own

_LOOKED_AT = 30
"""Rows of each sheet that are looked at to find the one with the list."""

_OTHER_SHEETS = "Only the sheet “{name}” is read. The workbook also has: {others}."
_LESS_SEEN = {
    Kind.XLSB: (
        "Of an XLSB file only the values are seen: zeros that a number format puts in front, error cells, formulas "
        "without a stored result and hidden rows are not. If it may have any, save it as XLSX in Excel and send that."
    ),
    Kind.XLS: (
        "In an XLS file a formula without a stored result can't be told from a 0 (LibreOffice writes such): look at a "
        "row with preview, or save it as XLSX and send that."
    ),
}
_ERROR, _MEND_ERROR = Words("the cell shows the error {shown}"), Words("Mend its formula, or write the value.")
_NO_VALUE, _MEND_NO_VALUE = (
    Words("the cell has a formula whose result is not stored in the file"),
    Words("Open the list in Excel, save it, and send it again."),
)


def source(path: Path, kind: Kind, wanted: Sequence[str], name: str | None) -> Source:
    """The rows of the sheet that was told, else of the one that holds the list. Raises ListError."""
    with Book(path, kind) as book:
        mine = own(book, path, kind)
        if mine is not None and (name is None or name in (known for known, _ in mine.sheets)):
            return mine.source(_problems(mine.sheets[0][1]))
        chosen, others = (_told(book, path, name), []) if name is not None else _chosen(book, path, wanted)
        sheet = book.sheet(chosen)
    notes = [_OTHER_SHEETS.format(name=chosen, others=", ".join(others))] if others else []
    if kind in _LESS_SEEN:
        notes.append(_LESS_SEEN[kind])
    merged = getattr(sheet.values, "merged_cell_ranges", None) or []
    return Source(
        path,
        sheet.pages,
        how=f"{kind.value}, sheet “{chosen}”",
        sheet=chosen,
        findings=ProblemLog(_problems(sheet)),
        notes=notes,
        hidden_rows=frozenset(sheet.look.hidden_rows),
        is_filtered=sheet.look.is_filtered,
        hidden_columns=frozenset(sheet.look.hidden_columns),
        merged=sheet.look.merged or {(first[0] + 1, first[1]): (last[0] + 1, last[1]) for first, last in merged},
    )


def _told(book: Book, path: Path, name: str) -> str:
    fitting = [known for known in book.names if known.strip().casefold() == name.strip().casefold()]
    if not fitting:
        raise ListError(f"{path.name} has no sheet “{name}”. It has: {', '.join(book.names) or 'none'}.")
    return name if name in fitting else fitting[0]


def _chosen(book: Book, path: Path, wanted: Sequence[str]) -> tuple[str, list[str]]:
    """The only visible sheet with anything in it, else the one whose rows fit the wanted names best; and the others.

    Where nothing is wanted it is the first.
    """
    fits: dict[str, int] = {}
    for name in book.visible:
        rows = _first_rows(book.sheet(name))
        if any(any(cells) for cells in rows):
            fits[name] = max(fit(cells, wanted) for cells in rows)
    if not fits:
        raise ListError(f"{path.name} is empty: no visible sheet of it has anything in it.")
    best = [name for name, count in fits.items() if count == max(fits.values())]
    if len(best) > 1 and wanted:
        raise SeveralSheetsError(
            f"{path.name} has several sheets that could be the list: {', '.join(best)}. "
            f'Say which one: --sheet "{best[0]}".',
            best,
        )
    return best[0], [name for name in fits if name != best[0]]


def _first_rows(sheet: Sheet) -> list[list[str]]:
    shown = sheet.look.shown()
    rows = [[text(value).strip() for value in row] for row in sheet.values.to_python(nrows=_LOOKED_AT)]
    return rows if any(any(row) for row in rows) else [list(column.values()) for column in shown.values()] or rows


def _problems(sheet: Sheet) -> Iterator[Problem]:
    for position, cells in sheet.look.errors.items():
        for row in sorted(cells):
            yield Problem(row, position, _ERROR.format(shown=cells[row]), _MEND_ERROR)
    for position, cells in sheet.look.formulas.items():
        for row in sorted(cells):
            yield Problem(row, position, _NO_VALUE, _MEND_NO_VALUE)
