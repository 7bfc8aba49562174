"""What a file is, by the bytes inside it and never by its name; what is no list is refused in a sentence."""

import re
import zipfile
from enum import Enum
from pathlib import Path

from uploader.errors import ListError


class Kind(Enum):
    """The formats in which a list can be read; the value is what people call it."""

    TEXT = "CSV"
    XLSX = "XLSX"
    XLSB = "XLSB"
    XLS = "XLS"
    ODS = "ODS"


_HEAD_BYTES = 4096
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = b"PK\x03\x04"
_ENCRYPTED, _STREAMS_OF_XLS = "EncryptedPackage".encode("utf-16-le"), ("Workbook", "Book")
_XLS_WITH_PASSWORD = re.compile(rb"\x09\x08(?:\x08\x00.{8}|\x10\x00.{16})(?:\x86\x00\x00\x00)?\x2f\x00.\x00", re.DOTALL)
"""The record that says how the rest is encrypted, right behind the one that begins a workbook."""
_NOT_A_LIST = {
    b"\x09\x00\x04\x00": "a workbook of Excel 2",
    b"\x09\x02\x06\x00": "a workbook of Excel 3",
    b"\x09\x04\x06\x00": "a workbook of Excel 4",
    b"\x1f\x8b": "a compressed (gzip) file",
    b"7z\xbc\xaf": "a compressed (7z) file",
    b"Rar!": "a compressed (rar) file",
    b"%PDF": "a PDF",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"GIF8": "a picture",
    b"{\\rtf": "an RTF document",
    b"SQLite format 3": "a database",
    b"PAR1": "a Parquet file",
    b"version https://git-lfs": "a pointer to a file that was not fetched (Git LFS)",
}
_MARKUP = {
    "<!doctype html": "a web page (HTML)",
    "<html": "a web page (HTML)",
    "<head": "a web page (HTML)",
    "<table": "a web page (HTML)",
    "<meta": "a web page (HTML)",
    "<?xml": "an XML file",
}
_ZIPPED = {
    "xl/workbook.bin": Kind.XLSB,
    "word/document.xml": "a Word document",
    "ppt/presentation.xml": "a PowerPoint presentation",
    "index/document.iwa": "an Apple Numbers file (File, Export To, Excel…)",
}
_WORKBOOK_NAMES = (".xlsx", ".xlsm", ".xlsb", ".ods")

_SAVE = "Open it in Excel or LibreOffice, save it as XLSX, and send that."


def kind_of(path: Path) -> Kind:
    """The format of the file at `path`. Raises ListError where it can't be read, or is none of these."""
    try:
        if path.is_dir():
            raise ListError(f"{path} is a folder. Give the list itself: a CSV or XLSX file.")
        with path.open("rb") as file:
            head = file.read(_HEAD_BYTES)
    except FileNotFoundError as why:
        raise ListError(f"There is no file {path}. Check the name and the folder.") from why
    except OSError as why:
        raise ListError(f"{path} can't be read: {why.strerror or why}.") from why
    if not head:
        raise ListError(f"{path.name} is empty: it has no bytes in it. Export the list again.")
    if head.startswith(_ZIP):
        return _zipped(path)
    if head.startswith(_OLE):
        return _of_old_office(path)
    what = next((what for mark, what in _NOT_A_LIST.items() if head.startswith(mark)), None) or _markup(head)
    if what is not None:
        fix = "Unpack it, and send the list that is inside." if "compressed" in what else _SAVE
        raise ListError(f"{path.name} is {what}, not a CSV or XLSX file, whatever its name says. {fix}")
    if path.suffix.lower() in _WORKBOOK_NAMES:
        raise ListError(
            f"{path.name} is no workbook, whatever its name says: it is cut off, damaged, or something else. "
            "Export it again; if it is a CSV, name it .csv."
        )
    return Kind.TEXT


def _markup(head: bytes) -> str | None:
    """What kind of markup this is; web pages under a workbook's name are a common export of older systems."""
    text = head.decode("utf-16" if head[:2] in (b"\xff\xfe", b"\xfe\xff") else "latin-1", errors="replace")
    start = text.removeprefix("\ufeff").removeprefix("ï»¿").lstrip().lower()
    return next((what for mark, what in _MARKUP.items() if start.startswith(mark)), None)


def _zipped(path: Path) -> Kind:
    try:
        with zipfile.ZipFile(path) as package:
            names = [name.replace("\\", "/").lower() for name in package.namelist()]
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as why:
        raise ListError(
            f"{path.name} is no whole workbook: it is cut off or damaged. Fetch or export it again. "
            f"If it opens in Excel: {_SAVE[0].lower()}{_SAVE[1:]}"
        ) from why
    for name, what in _ZIPPED.items():
        if name in names:
            if isinstance(what, Kind):
                return what
            raise ListError(f"{path.name} is {what}, not a CSV or XLSX file. Save the list as XLSX, and send that.")
    if "content.xml" in names and not any(name.startswith("xl/") for name in names):
        return Kind.ODS
    if any(name.startswith("xl/") or name == "[content_types].xml" for name in names):
        return Kind.XLSX
    inside = ", ".join(names[:3])
    raise ListError(f"{path.name} is a ZIP archive ({inside}). Unpack it, and send the list that is inside.")


def _of_old_office(path: Path) -> Kind:
    """An .xls, or an XLSX behind a password: both come in the container that old Office used."""
    content = path.read_bytes()
    if _ENCRYPTED in content or _XLS_WITH_PASSWORD.search(content):
        raise ListError(
            f"{path.name} is protected with a password. Open it in Excel, take the password off "
            "(File, Info, Protect Workbook), save it, and send that."
        )
    if any(form.encode("utf-16-le") in content for name in _STREAMS_OF_XLS for form in (name, name.upper())):
        return Kind.XLS
    raise ListError(f"{path.name} is an old Office file, but no Excel workbook. {_SAVE}")
