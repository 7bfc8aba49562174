"""Lists as tables of text: any file that we can read truly, refused in a sentence otherwise."""

from collections.abc import Sequence
from pathlib import Path

from uploader.errors import ListError
from uploader.readers import delimited, workbook
from uploader.readers.table import Table, found

_ZIP = b"PK\x03\x04"
_NOT_A_LIST = {
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1": "an old .xls workbook, or one that is protected with a password",
    b"\x1f\x8b": "a compressed (gzip) file",
    b"%PDF": "a PDF",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"{\\rtf": "an RTF document",
    b"<!DOCTYPE": "a web page (HTML)",
    b"<html": "a web page (HTML)",
    b"<HTML": "a web page (HTML)",
}


def open_list(
    path: Path,
    *,
    wanted: Sequence[str] = (),
    sheet: str | None = None,
    header_row: int | None = None,
    encoding: str | None = None,
    delimiter: str | None = None,
) -> Table:
    """The table in a CSV or XLSX file, told apart by what is inside, not by the name.

    `wanted` are column names that help to find the sheet, the delimiter and the header row; the others say what
    detection would otherwise find out (`header_row` counts from 1). Raises ListError with a sentence that says what is
    wrong and what mends it.
    """
    path = Path(path)
    is_workbook = _looked_at(path)
    if is_workbook:
        told = {"--encoding": encoding, "--delimiter": delimiter}
        source = workbook.source(path, wanted, sheet)
    else:
        told = {"--sheet": sheet}
        source = delimited.source(path, wanted, encoding, delimiter)
    senseless = [option for option, value in told.items() if value is not None]
    if senseless:
        kind = "a workbook" if is_workbook else "a CSV"
        raise ListError(f"{path.name} is {kind}, and {senseless[0]} says nothing about one. Leave the option out.")
    return found(source, wanted, header_row)


def _looked_at(path: Path) -> bool:
    """True for a workbook, False for what may be delimited text; raises ListError for anything else."""
    try:
        if path.is_dir():
            raise ListError(f"{path} is a folder. Give the list itself: a CSV or XLSX file.")
        with path.open("rb") as file:
            head = file.read(64)
    except FileNotFoundError as why:
        raise ListError(f"There is no file {path}. Check the name and the folder.") from why
    except OSError as why:
        raise ListError(f"{path} can't be read: {why.strerror or why}.") from why
    if not head:
        raise ListError(f"{path.name} is empty: it has no bytes in it. Export the list again.")
    for mark, kind in _NOT_A_LIST.items():
        if head.lstrip().startswith(mark):
            raise ListError(f"{path.name} is {kind}, not a CSV or XLSX file. Save the list as XLSX, and send that.")
    if path.suffix.lower() in (".xlsx", ".xlsm") and not head.startswith(_ZIP):
        raise ListError(
            f"{path.name} is no workbook, whatever its name says: it is cut off, damaged, or something else. "
            "Export it again; if it is a CSV, name it .csv."
        )
    return head.startswith(_ZIP)
