"""Which sheets of a result workbook are not as they were written, and which were added."""

from collections.abc import Iterator, Sequence

from uploader.i18n import Message
from uploader.model.rows import ROW_COLUMN, STATUS_COLUMN
from uploader.readers.cells import text
from uploader.workbooks.read_back.result_workbook import ResultWorkbook

_HEADER_WITHIN = 30
"""Rows in which a header like ours is looked for."""


def changed_sheets(workbook: ResultWorkbook) -> Iterator[Message]:
    """What is wrong with the sheets: a reader would not see what was written, or would see something else first."""
    book, written = workbook.book, _written(workbook)
    for name in written:
        if name not in book.names:
            yield Message("verify.sheet_missing", sheet=name)
        elif name not in book.visible:
            yield Message("verify.sheet_hidden", sheet=name)
    for name, digest in workbook.manifest.other_sheets.items():
        if workbook.sheet_digest(name) not in (None, digest):
            yield Message("verify.sheet_edited", sheet=name)
    ours = [name for name in book.visible if name in written]
    if ours != [name for name in written if name in ours]:
        yield Message("verify.sheets_moved", sheets=tuple(written))
    for name in _added(workbook):
        if _looks_like_ours(workbook, name):
            yield Message("verify.sheet_like_ours", sheet=name)
        elif ours and book.visible.index(name) < book.visible.index(ours[0]):
            yield Message("verify.sheet_in_front", sheet=name)


def added_sheets(workbook: ResultWorkbook) -> list[str]:
    """The sheets that were added behind ours and are unlike them: somebody's notes."""
    named = {change.facts["sheet"] for change in changed_sheets(workbook) if "sheet" in change.facts}
    return [name for name in _added(workbook) if name not in named]


def _written(workbook: ResultWorkbook) -> Sequence[str]:
    """The visible sheets as they were written, in their order."""
    manifest = workbook.manifest
    return manifest.sheets or [*(name for name, _ in workbook.sheets), *manifest.other_sheets]


def _added(workbook: ResultWorkbook) -> list[str]:
    written = _written(workbook)
    return [name for name in workbook.book.visible if name not in written]


def _looks_like_ours(workbook: ResultWorkbook, name: str) -> bool:
    """Whether it has our columns, as a copy has, or a forged one."""
    needed = {workbook.manifest.our_columns[column][1] for column in (ROW_COLUMN, STATUS_COLUMN)}
    rows = workbook.book.sheet(name).values.to_python(nrows=_HEADER_WITHIN)
    return any(needed <= {text(value).strip() for value in row} for row in rows)
