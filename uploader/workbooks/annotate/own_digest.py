"""Whether a copy of a person's own workbook is as we wrote it: nothing typed in it, and nothing else than before."""

from collections.abc import Collection
from hashlib import sha256

from uploader.readers import ListFile
from uploader.readers.cells import text
from uploader.readers.excel.book import Book
from uploader.workbooks.cell_digests import SheetDigest, line_digest
from uploader.workbooks.digests import sheet_digest
from uploader.workbooks.manifest import HIDDEN_SHEET
from uploader.workbooks.read_back.reader import recognise
from uploader.workbooks.read_back.result_workbook import ResultLine

OUR_NAME = "uploader"
"""Who wrote a note of ours; its text begins with that, too, as Excel begins those of a person."""
NOTE_BEGINS = f"{OUR_NAME}:\n"


def own_digest(book: Book, sheet: str, ours: Collection[int] = ()) -> str:
    """Over the list's sheet without the columns `ours`, from 0, and all notes that are not ours. Raises ListError."""
    digest = SheetDigest(())
    for page in book.sheet(sheet).pages():
        for _, cells in page.rows():
            texts = ["" if at in ours else text(value) for at, value in enumerate(cells)]
            while texts and not texts[-1]:
                texts.pop()
            digest.add(line_digest(texts))
    return sha256(f"{digest} {_comments(book)}".encode()).hexdigest()


def _comments(book: Book) -> str:
    digest = SheetDigest(())
    for name in book.worksheets:
        notes = sorted((one.row, one.column, one.text) for one in book.comments(name))
        for row, column, said in notes:
            if not said.startswith(NOTE_BEGINS):
                digest.add(line_digest([name, str(row), str(column), said]))
    return str(digest)


def other_digests(book: Book, sheet: str) -> dict[str, str]:
    """The digest of each other sheet, by name. Raises ListError."""
    names = (name for name in book.worksheets if name not in (sheet, HIDDEN_SHEET))
    return {name: sheet_digest(book.sheet(name).values, None) for name in names}


def is_untouched(file: ListFile) -> bool:
    """Whether an opened file is such a copy, and every text in it is as it was written. Raises ListError."""
    workbook = recognise(file)
    if workbook is None or file.book is None or workbook.manifest.own is None or not workbook.manifest.is_intact:
        return False
    manifest, own = workbook.manifest, workbook.manifest.own
    if list(manifest.sheets) != file.book.visible:
        return False
    ours = {at for at, _ in manifest.our_columns.values()}
    if ours != set(workbook.our_columns.values()) or own.sheet not in file.book.worksheets:
        return False
    return (
        own_digest(file.book, own.sheet, ours) == own.digest
        and other_digests(file.book, own.sheet) == manifest.other_sheets
        and all(map(_has_our_cells, workbook.lines()))
    )


def _has_our_cells(line: ResultLine) -> bool:
    """Whether our columns have in a row what they were written with: nothing, where it is no row of the list."""
    if line.written is None:
        return not line.number and not any(map(str.strip, line.our_cells.values()))
    return line.digests()[1] == line.written[1]
