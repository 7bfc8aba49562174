"""What a file is, by its content and never by its name; a file that is not a list is refused with a reason."""

import json
import re
import zipfile
import zlib
from collections.abc import Mapping
from enum import Enum

from uploader.errors import ListError
from uploader.i18n import Message
from uploader.i18n.rows import some_of
from uploader.readers import pointers
from uploader.readers.snapshot import Snapshot


class Kind(Enum):
    """The formats in which a list can be read; the value is what people call it."""

    TEXT = "CSV"
    XLSX = "XLSX"
    XLSB = "XLSB"
    XLS = "XLS"
    ODS = "ODS"


_HEAD_BYTES = 4096
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_BARE_XLS = (b"\x09\x08\x08\x00", b"\x09\x08\x10\x00")
"""The record that starts a workbook: some programs write its records into a file without the container around them."""
_ZIP = b"PK\x03\x04"
_ENCRYPTED, _STREAMS_OF_XLS = "EncryptedPackage".encode("utf-16-le"), ("Workbook", "Book")
_XLS_WITH_PASSWORD = re.compile(rb"\x09\x08(?:\x08\x00.{8}|\x10\x00.{16})(?:\x86\x00\x00\x00)?\x2f\x00.\x00", re.DOTALL)
"""The record about encryption, right after the one that starts a workbook."""
_NOT_A_LIST = {
    b"\x09\x00\x04\x00": Message("filetype.old_excel", version=2),
    b"\x09\x02\x06\x00": Message("filetype.old_excel", version=3),
    b"\x09\x04\x06\x00": Message("filetype.old_excel", version=4),
    b"\x1f\x8b": Message("filetype.compressed", format="gzip"),
    b"7z\xbc\xaf": Message("filetype.compressed", format="7z"),
    b"Rar!": Message("filetype.compressed", format="rar"),
    b"%PDF": Message("filetype.pdf"),
    b"\x89PNG": Message("filetype.picture"),
    b"\xff\xd8\xff": Message("filetype.picture"),
    b"GIF8": Message("filetype.picture"),
    b"{\\rtf": Message("filetype.rtf"),
    b"SQLite format 3": Message("filetype.database"),
    b"PAR1": Message("filetype.parquet"),
    b"version https://git-lfs": Message("filetype.git_lfs"),
}
_MARKUP = {
    "<!doctype html": Message("filetype.html"),
    "<html": Message("filetype.html"),
    "<head": Message("filetype.html"),
    "<table": Message("filetype.html"),
    "<meta": Message("filetype.html"),
    "mime-version:": Message("filetype.html"),  # a web page with all that belongs to it, which Excel calls .mht or .xls
    "<?xml": Message("filetype.xml"),
    "begin:vcard": Message("filetype.vcard"),
}
_TEXT = r'"(?:[^"\\]|\\.)*"'
_JSON = re.compile(rf"(?:\[\s*)*\{{\s*{_TEXT}\s*:|(?:\[\s*){{2,}}(?:{_TEXT}|-?\d[\d.eE+-]*|null|true|false)\s*[,\]]")
"""How a value begins that no header of a CSV file is: an object with a name, or a list in a list."""
_ZIPPED: Mapping[str, Kind | Message] = {
    "xl/workbook.bin": Kind.XLSB,
    "word/document.xml": Message("filetype.word"),
    "ppt/presentation.xml": Message("filetype.powerpoint"),
    "index/document.iwa": Message("filetype.numbers"),
}
_WAY_OUT = {
    "filetype.compressed": "not_a_list.unpack",
    "filetype.archive": "not_a_list.unpack",
    "filetype.old_excel": "not_a_list.convert",
    "filetype.old_office": "not_a_list.convert",
    "filetype.html": "not_a_list.convert",
    "filetype.xml": "not_a_list.convert",
    "filetype.rtf": "not_a_list.convert",
}
"""The next step for files of these kinds; for all others it is to export the list again."""
_WORKBOOK_NAMES = (".xlsx", ".xlsm", ".xlsb", ".ods")

_FLAT_DOCUMENT = re.compile(
    rb"\s*(?:\xef\xbb\xbf)?\s*<.{0,3000}?<[\w.-]+:document\s[^>]*?urn:oasis:names:tc:opendocument:xmlns:office:1\.0",
    re.DOTALL,
)
"""A document of LibreOffice that was saved as one XML file."""
_OPEN_DOCUMENT = b"application/vnd.oasis.opendocument."
_SPREADSHEET = _OPEN_DOCUMENT + b"spreadsheet"
_LONGEST_MANIFEST = 1 << 20
_MANIFEST, _WHOLLY_ENCRYPTED = "meta-inf/manifest.xml", "encrypted-package"


def kind_of(file: Snapshot) -> Kind:
    """The format of a file. Raises ListError where it is not one of ours."""
    path, head = file.path, _head(file)
    if not head:
        raise ListError(pointers.empty(path))
    pointer = pointers.pointing(path, head, file.size)
    if pointer is not None:
        raise ListError(pointer)
    if head.startswith(_ZIP):
        return _zipped(file)
    if head.startswith(_OLE):
        return _of_old_office(file)
    if head.startswith(_BARE_XLS):
        return Kind.XLS
    if _FLAT_DOCUMENT.match(head):
        return Kind.ODS
    what = next((what for mark, what in _NOT_A_LIST.items() if head.startswith(mark)), None) or _other_text(head)
    if what is not None:
        raise _other_kind(file, what)
    if path.suffix.lower() in _WORKBOOK_NAMES:
        raise ListError(Message("not_a_list.no_workbook", name=path.name))
    return Kind.TEXT


def _head(file: Snapshot) -> bytes:
    with file.open() as content:
        return content.read(_HEAD_BYTES)


def _other_kind(file: Snapshot, what: Message) -> ListError:
    return ListError(Message(_WAY_OUT.get(what.code, "not_a_list.export"), name=file.path.name, what=what))


def _other_text(head: bytes) -> Message | None:
    """What kind of text this is, if not a table; web pages under a workbook's name are a common export."""
    text = head.decode("utf-16" if head[:2] in (b"\xff\xfe", b"\xfe\xff") else "latin-1", errors="replace")
    start = text.removeprefix("\ufeff").removeprefix("ï»¿").lstrip()
    lowered = start.lower()
    return next((what for mark, what in _MARKUP.items() if lowered.startswith(mark)), None) or _json(start)


def _json(start: str) -> Message | None:
    """Whether a text is JSON, as exports of programs are: one value, or one a line. A header may begin with [, too."""
    first, _, rest = start.partition("\n")
    if rest.lstrip().startswith(("{", "[")) and _is_json(first):
        return Message("filetype.json_lines")
    return Message("filetype.json") if _JSON.match(start) or _is_json(start) else None


def _is_json(text: str) -> bool:
    if not text.startswith(("{", "[")):
        return False
    try:
        json.loads(text)
    except ValueError:
        return False
    return True


def _zipped(file: Snapshot) -> Kind:
    try:
        with file.open() as content, zipfile.ZipFile(content) as package:
            entries = {entry.filename.replace("\\", "/").lower(): entry for entry in package.infolist()}
            names = list(entries)
            if _WHOLLY_ENCRYPTED in names or _is_encrypted(package, entries.get(_MANIFEST)):
                raise ListError(Message("not_a_list.password", name=file.path.name))
            mimetype = _start(package, entries.get("mimetype"))
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as why:  # the last: a zip of a later version
        raise ListError(Message("not_a_list.cut_workbook", name=file.path.name)) from why
    for name, what in _ZIPPED.items():
        if name in names:
            if isinstance(what, Kind):
                return what
            raise _other_kind(file, what)
    if mimetype.startswith(_OPEN_DOCUMENT) and not mimetype.startswith(_SPREADSHEET):
        raise _other_kind(file, Message("filetype.open_document"))
    if "content.xml" in names and not any(name.startswith("xl/") for name in names):
        return Kind.ODS
    if any(name.startswith("xl/") or name == "[content_types].xml" for name in names):
        return Kind.XLSX
    raise _other_kind(file, Message("filetype.archive", inside=some_of(names)))


def _is_encrypted(package: zipfile.ZipFile, manifest: zipfile.ZipInfo | None) -> bool:
    """Whether the parts of an OpenDocument need a password."""
    return b"encryption-data" in _start(package, manifest, _LONGEST_MANIFEST)


def _start(package: zipfile.ZipFile, entry: zipfile.ZipInfo | None, most: int = _HEAD_BYTES) -> bytes:
    """The first bytes of a part; none where it is not there, or can't be unpacked, of which others tell."""
    if entry is None:
        return b""
    try:
        with package.open(entry) as part:
            return part.read(most)
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError):
        return b""


def _of_old_office(file: Snapshot) -> Kind:
    """An .xls, or an XLSX behind a password: both come in the container that old Office used."""
    with file.open() as whole:
        content = whole.read()
    if _ENCRYPTED in content or _XLS_WITH_PASSWORD.search(content):
        raise ListError(Message("not_a_list.password", name=file.path.name))
    if any(form.encode("utf-16-le") in content for name in _STREAMS_OF_XLS for form in (name, name.upper())):
        return Kind.XLS
    raise _other_kind(file, Message("filetype.old_office"))
