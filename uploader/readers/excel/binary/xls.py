"""Old .xls workbooks, read record by record: what is not needed for a list can't make it unreadable.

A workbook with a part missing that is needed is refused: a cell whose value can't be read, a sheet without its end.
"""

import codecs
import struct
from functools import cached_property
from typing import NamedTuple

from uploader.i18n import Message
from uploader.readers.excel.binary.biff import BOF, EOF, Texts, continued, records
from uploader.readers.excel.binary.compound import workbook_stream
from uploader.readers.excel.binary.number_styles import NumberStyles
from uploader.readers.excel.binary.xls_sheet import SheetReader
from uploader.readers.excel.package import EncryptedError, HostileError, NotReadableError
from uploader.readers.excel.sheet import Sheet
from uploader.readers.excel.size_limits import MOST_TEXTS
from uploader.readers.snapshot import Snapshot

_LARGEST = 64 << 20
"""Bytes. Lists in this format, which ends at 65,536 rows, are much smaller."""
_MOST_SHEETS = 10_000
_MOST_TIMES_READ = 4
"""How many times the workbook's size all its sheets together may have: each is a part of it, and no two overlap."""
_PASSWORD, _CODEPAGE, _DATES, _FORMAT, _STYLE, _SHEET, _TEXTS = 0x2F, 0x42, 0x22, 0x41E, 0xE0, 0x85, 0xFC
_UNICODE, _SHEET_BOF, _WORKSHEET = 0x600, 0x10, 0
_USUAL_CODEPAGE = 1252
_CODEPAGES = {367: "ascii", 1200: "utf-16-le", 10000: "mac-roman", 32768: "mac-roman", 32769: "cp1252", 65001: "utf-8"}
_SHEET_HEAD, _BOF_HEAD = struct.Struct("<iBB"), struct.Struct("<HH")


class _Place(NamedTuple):
    """A sheet as the workbook lists it."""

    name: str
    offset: int
    is_visible: bool
    is_worksheet: bool


class OldBook:
    """An .xls workbook, in memory. Its methods raise HostileError, NotReadableError or one of package.DAMAGE."""

    def __init__(self, file: Snapshot) -> None:
        """Read all but the sheets. Raises EncryptedError, too."""
        if file.size > _LARGEST:
            raise HostileError(Message("hostile.large_xls"))
        with file.open() as content:
            self._data, self._has_summary = workbook_stream(content.read())
        self._read = 0
        self._is_unicode, first = self._beginning()
        self._codec, self._texts = "", list[str]()
        self._places: list[_Place] = []
        if first == _SHEET_BOF:  # a sheet and nothing else, as simple programs write
            self._places.append(_Place("Sheet1", 0, is_visible=True, is_worksheet=True))
            self._styles = NumberStyles([], {}, is_1904=False)
        else:
            self._read_globals()

    @property
    def sheets(self) -> dict[str, bool]:
        """Whether each worksheet is visible, by its name."""
        return {place.name: place.is_visible for place in self._places if place.is_worksheet}

    def sheet(self, name: str) -> Sheet:
        """The worksheet of this name."""
        nth, place = next((nth, place) for nth, place in enumerate(self._places) if place.name == name)
        offset = place.offset if self._is_start(place.offset) else self._starts[nth]
        reader = SheetReader(self._data, self._texts, self._styles, self._text, has_summary=self._has_summary)
        sheet, size = reader.read(offset)
        self._read += size
        if self._read > _MOST_TIMES_READ * len(self._data):
            raise NotReadableError(Message("damage.unknown"))
        return sheet

    def _beginning(self) -> tuple[bool, int]:
        """Whether its texts are Unicode, and what kind of part it starts with."""
        kind, body, _ = next(records(self._data), (0, b"", 0))
        if kind != BOF:
            raise NotReadableError(Message("damage.unknown"))
        version, part = _BOF_HEAD.unpack_from(body)
        return version == _UNICODE, part

    def _read_globals(self) -> None:
        formats, styles, sheets = list[bytes](), list[int](), list[bytes]()
        is_1904 = False
        for kind, body, after in records(self._data):
            if kind == EOF:
                break
            if kind == _PASSWORD:
                raise EncryptedError
            if kind == _CODEPAGE:
                self._codec = _codec(int.from_bytes(body[:2], "little"))
            elif kind == _DATES:
                is_1904 = body[:1] == b"\1"
            elif kind == _FORMAT:
                formats.append(body)
            elif kind == _STYLE:
                styles.append(int.from_bytes(body[2:4], "little"))
            elif kind == _SHEET:
                sheets.append(body)
            elif kind == _TEXTS:
                self._texts = _shared_texts(continued(body, self._data, after))
        self._places = self._listed(sheets)
        codes = {
            int.from_bytes(body[:2], "little"): self._text([body], 2, short=not self._is_unicode) for body in formats
        }
        self._styles = NumberStyles(styles, codes, is_1904=is_1904)

    def _listed(self, sheets: list[bytes]) -> list[_Place]:
        if len(sheets) > _MOST_SHEETS:
            raise HostileError(Message("hostile.parts", count=len(sheets)))
        return list(map(self._place, sheets))

    def _place(self, body: bytes) -> _Place:
        offset, visibility, type_ = _SHEET_HEAD.unpack_from(body)
        name = self._text([body], _SHEET_HEAD.size, short=True)
        return _Place(name, offset, is_visible=not visibility & 3, is_worksheet=type_ == _WORKSHEET)

    def _text(self, parts: list[bytes], at: int, *, short: bool = False) -> str:
        """The text at this place of a record. Raises NotReadableError where it is cut off."""
        if self._is_unicode:
            return Texts(parts, at).next(short=short) or ""
        content, start = b"".join(parts), at + (1 if short else 2)
        end = start + int.from_bytes(content[at:start], "little")
        if end > len(content):
            raise NotReadableError(Message("damage.unknown"))
        return _of_bytes(content[start:end], self._codec)

    def _is_start(self, offset: int) -> bool:
        return next(records(self._data, offset), (0, b"", 0))[0] == BOF

    @cached_property
    def _starts(self) -> list[int]:
        """Where the sheets start, in the order in which the workbook lists them, whatever places it lists."""
        starts, depth, at = [], 0, 0
        for kind, _, after in records(self._data):
            if kind == BOF:
                starts += [] if depth else [at]
                depth += 1
            elif kind == EOF and depth:
                depth -= 1
            at = after
        return starts[1:]


def _codec(page: int) -> str:
    name = _CODEPAGES.get(page, f"cp{page}")
    try:
        return codecs.lookup(name).name
    except LookupError:
        return ""


def _of_bytes(content: bytes, codec: str) -> str:
    """A text of the time before Unicode. Where no known code page is stated, it is UTF-8 or in the usual one."""
    if not codec:
        try:
            return content.decode("utf-8")
        except UnicodeDecodeError:
            codec = f"cp{_USUAL_CODEPAGE}"
    return content.decode(codec, "replace")


def _shared_texts(parts: list[bytes]) -> list[str]:
    """All texts there are; how many there should be, the record often says wrongly."""
    reader, texts = Texts(parts, at=8), list[str]()
    while (text := reader.next()) is not None:
        texts.append(text)
        if len(texts) > MOST_TEXTS:
            raise HostileError(Message("hostile.many_texts"))
    return texts
