"""XLS and XLSB files, built record by record, as programs other than Excel write them and as damage leaves them."""

import struct
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from tests.readers.test_hostile import relations
from uploader.readers.excel.book import Book
from uploader.readers.excel.cell_details import CellDetails
from uploader.readers.filetype import kind_of
from uploader.readers.snapshot import snapshot_of

GENERAL = 0
ROW_HIDDEN, COLUMN_HIDDEN = 0x1000, 1
_TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="bin" ContentType="application/vnd.ms-excel.sheet.binary.macroEnabled.main"/>'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/></Types>'
)


def details_of(path: Path) -> CellDetails:
    """What is seen of a workbook's first sheet beyond its values."""
    snapshot = snapshot_of(path)
    with Book(snapshot, kind_of(snapshot)) as book:
        return book.sheet(book.names[0]).details


def record(kind: int, body: bytes = b"") -> bytes:
    """A record of an XLSB."""
    head = bytes([kind]) if kind < 0x80 else bytes([kind & 0x7F | 0x80, kind >> 7])
    length = len(body)
    while True:
        head += bytes([length & 0x7F | (0x80 if length > 0x7F else 0)])
        length >>= 7
        if not length:
            return head + body


def wide(text: str) -> bytes:
    """A text in an XLSB."""
    return struct.pack("<I", len(text.encode("utf-16-le")) // 2) + text.encode("utf-16-le")


def row(number: int, *cells: bytes, flags: int = 0) -> bytes:
    """A row, from 0, with its cells."""
    return record(0, struct.pack("<IIHHBI", number, 0, 300, flags, 0, 0)) + b"".join(cells)


def cell(kind: int, column: int, value: bytes = b"", style: int = 0) -> bytes:
    return record(kind, struct.pack("<II", column, style) + value)


def real(column: int, number: float, style: int = 0) -> bytes:
    return cell(5, column, struct.pack("<d", number), style)


def inline(column: int, text: str) -> bytes:
    return cell(6, column, wide(text))


def shared(column: int, number: int) -> bytes:
    return cell(7, column, struct.pack("<I", number))


def small(column: int, stored: int, style: int = 0) -> bytes:
    return cell(2, column, struct.pack("<i", stored), style)


def sheet_part(rows: Iterable[bytes], *, before: bytes = b"", after: bytes = b"") -> bytes:
    return b"".join([record(129), before, record(145), *rows, record(146), after, record(130)])


def xlsb(
    path: Path,
    sheets: Mapping[str, bytes],
    *,
    texts: Sequence[str] = (),
    formats: Sequence[str] = (),
    hidden: Sequence[str] = (),
    is_1904: bool = False,
) -> Path:
    """An XLSB with these sheets; style n shows numbers in the n-th format, style 0 plainly."""
    codes = [record(44, struct.pack("<H", 164 + at) + wide(code)) for at, code in enumerate(formats)]
    styles = [record(47, struct.pack("<HH12x", 0, number)) for number in (0, *range(164, 164 + len(formats)))]
    listed = [
        record(156, struct.pack("<II", name in hidden, at) + wide(f"r{at}") + wide(name))
        for at, name in enumerate(sheets, start=1)
    ]
    one = struct.pack("<I", 1)
    targets = [("worksheet", f"worksheets/sheet{at}.bin") for at in range(1, len(sheets) + 1)]
    targets += [("styles", "styles.bin"), ("sharedStrings", "sharedStrings.bin")]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("[Content_Types].xml", _TYPES)
        package.writestr("_rels/.rels", relations(("officeDocument", "xl/workbook.bin")))
        package.writestr("xl/_rels/workbook.bin.rels", relations(*targets))
        workbook = record(153, struct.pack("<I", is_1904)) + record(143) + b"".join(listed) + record(144)
        package.writestr("xl/workbook.bin", record(131) + workbook + record(132))
        package.writestr(
            "xl/styles.bin",
            b"".join(
                [
                    record(278),
                    *codes,
                    record(626, one),
                    record(47, b"\0" * 16),
                    record(627),
                    record(617, one),
                    *styles,
                    record(618),
                    record(279),
                ]
            ),
        )
        items = [record(19, b"\0" + wide(text)) for text in texts]
        package.writestr("xl/sharedStrings.bin", record(159, struct.pack("<II", 1, 1)) + b"".join(items) + record(160))
        for (_, target), content in zip(targets, sheets.values(), strict=False):
            package.writestr("xl/" + target, content)
    return path


def biff(kind: int, body: bytes = b"") -> bytes:
    """A record of an XLS."""
    return struct.pack("<HH", kind, len(body)) + body


def compressed(text: str, size: int = 2) -> bytes:
    """A text of Latin-1 in an XLS of Excel 97 and later."""
    return len(text).to_bytes(size, "little") + b"\0" + text.encode("latin-1")


def label(row: int, column: int, text: bytes) -> bytes:
    """A text of the time before Unicode in its cell."""
    return biff(0x204, struct.pack("<4H", row, column, 0, len(text)) + text)


def number(row: int, column: int, value: float, style: int = 0) -> bytes:
    return biff(0x203, struct.pack("<3Hd", row, column, style, value))


def formula(
    row: int, column: int, result: bytes, flags: int = 0, cache: int = 0, steps: bytes = b"\x1e\x01\0"
) -> bytes:
    """A formula's cell; `steps` are how it is calculated, the number 1 if nothing else is said."""
    head = struct.pack("<3H8sHI", row, column, 0, result, flags, cache)
    return biff(0x06, head + struct.pack("<H", len(steps)) + steps)


def bare_sheet(*cells: bytes, version: int = 0, end: bytes = b"\x0a\0\0\0") -> bytes:
    """A file that is nothing but the records of a sheet."""
    return biff(0x809, struct.pack("<HHI", version, 0x10, 0)) + b"".join(cells) + end


def old_book(
    *records: bytes,
    version: int = 0x600,
    texts: bytes = b"",
    names: Sequence[bytes] = (b"\x04\0List",),
    start: int | None = None,
    before: bytes = b"",
) -> bytes:
    """An XLS, without the container, of one sheet with these records."""
    head = biff(0x809, struct.pack("<HHIII", version, 5, 0, 0, 0)) + before
    size = sum(len(name) + 10 for name in names)
    at = len(head) + size + len(texts) + 4 if start is None else start
    listed = b"".join(biff(0x85, struct.pack("<IBB", at, 0, 0) + name) for name in names)
    sheet = biff(0x809, struct.pack("<HHIII", version, 0x10, 0, 0, 0)) + b"".join(records) + biff(0x0A)
    return head + listed + texts + biff(0x0A) + sheet
