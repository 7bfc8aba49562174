"""Binary workbooks (XLSB): a package as an XLSX is, whose parts are records in place of XML."""

import struct
from collections.abc import Callable, Iterator, Mapping

from uploader.i18n import Message
from uploader.readers.excel.binary.biff12 import integer, records, text
from uploader.readers.excel.binary.grid import Grid
from uploader.readers.excel.binary.number_styles import NumberStyles
from uploader.readers.excel.binary.stored_values import error_text, small_number
from uploader.readers.excel.cell_details import CellDetails
from uploader.readers.excel.package import HostileError, NotReadableError, Package
from uploader.readers.excel.sheet import Sheet
from uploader.readers.excel.size_limits import LAST_COLUMN, MOST_TEXTS

_SHEET, _PROPERTIES = 156, 153
_FORMAT, _STYLES_BEGIN, _STYLES_END, _STYLE = 44, 617, 618, 47
_TEXT = 19
_SHEET_END = 130
_CELL, _CELL_AND_INDEX = struct.Struct("<2I"), struct.Struct("<3I")
_CELL_AND_RK, _CELL_AND_DOUBLE = struct.Struct("<2Ii"), struct.Struct("<2Id")
_SHORT_CELLS = range(12, 19)
"""Cells next to the one before, whose column is left out; each kind is the one 11 before, made shorter."""
_SHORTER_BY = 11
_STYLE_BITS = 0xFFFFFF
_HIDDEN_ROW, _HIDDEN_COLUMN = 0x10, 1
_ROW_FLAGS, _COLUMN_FLAGS, _VALUE = 11, 16, 8


class BinaryBook:
    """An XLSB, while its package is open. Its methods raise HostileError, NotReadableError or one of package.DAMAGE."""

    def __init__(self, package: Package) -> None:
        self._package = package
        self._workbook = package.related("", "/officeDocument") or package.part("xl/workbook.bin") or ""
        if self._workbook not in package.names():
            raise NotReadableError(Message("damage.no_workbook_part"))
        self.sheets: dict[str, bool] = {}
        """Whether each worksheet is visible, by its name."""
        self._parts: dict[str, str] = {}
        self._is_1904 = False
        self._styles: NumberStyles | None = None
        self._texts: list[str] = []
        self._list_sheets()

    def sheet(self, name: str) -> Sheet:
        """The worksheet of this name."""
        if self._styles is None:
            self._texts = self._shared_texts()
            self._styles = self._number_styles()
        return _SheetReader(self._texts, self._styles).read(self._records(self._parts[name]))

    def _list_sheets(self) -> None:
        relations = {id_: (type_, target) for id_, type_, target in self._package.relations(self._workbook)}
        for kind, body in self._records(self._workbook):
            if kind == _PROPERTIES:
                self._is_1904 = bool(body[0] & 1)
            elif kind == _SHEET:
                id_, after = text(body, 8)
                name, _ = text(body, after)
                type_, part = relations.get(id_, ("", ""))
                is_new = part not in self._parts.values()  # a sheet that is listed a thousand times is read once
                if type_.endswith("/worksheet") and part in self._package.names() and is_new:
                    self._parts[name], self.sheets[name] = part, not integer(body, 0)

    def _shared_texts(self) -> list[str]:
        texts = list[str]()
        for kind, body in self._related("/sharedStrings"):
            if kind == _TEXT:
                texts.append(text(body, 1)[0])
                if len(texts) > MOST_TEXTS:
                    raise HostileError(Message("hostile.many_texts"))
        return texts

    def _number_styles(self) -> NumberStyles:
        formats, styles, in_cells = dict[int, str](), list[int](), False
        for kind, body in self._related("/styles"):
            if kind == _FORMAT:
                formats[integer(body, 0, 2)] = text(body, 2)[0]
            elif kind in {_STYLES_BEGIN, _STYLES_END}:
                in_cells = kind == _STYLES_BEGIN
            elif kind == _STYLE and in_cells:
                styles.append(integer(body, 2, 2))
        return NumberStyles(styles, formats, is_1904=self._is_1904)

    def _related(self, kind: str) -> Iterator[tuple[int, bytes]]:
        part = self._package.related(self._workbook, kind)
        return self._records(part) if part is not None and part in self._package.names() else iter(())

    def _records(self, part: str) -> Iterator[tuple[int, bytes]]:
        return records(self._package.blocks(part))


class _SheetReader:
    """Takes the records of one sheet."""

    def __init__(self, texts: list[str], styles: NumberStyles) -> None:
        self._texts, self._styles = texts, styles
        self._special = styles.special
        self._grid, self._details = Grid(), CellDetails()
        self._put = self._grid.put
        self._row = self._column = -1
        self._longest = max(map(len, texts), default=0)
        self._takes: Mapping[int, Callable[[bytes], None]] = {
            0: self._begin_row, 1: self._blank, 2: self._small_number, 3: self._error, 4: self._boolean,
            5: self._number, 6: self._text, 7: self._shared, 8: self._text, 9: self._number,
            10: self._boolean, 11: self._error, 62: self._rich_text, 60: self._hidden_columns,
            161: self._filtered, 176: self._merge,
        }  # fmt: skip

    def read(self, found: Iterator[tuple[int, bytes]]) -> Sheet:
        """The sheet of these records."""
        takes = self._takes
        for kind, body in found:
            if kind in takes:
                takes[kind](body)
            elif kind in _SHORT_CELLS:
                takes[kind - _SHORTER_BY]((self._column + 1).to_bytes(4, "little") + body)
            elif kind == _SHEET_END:
                self._grid.finish(self._longest)
                return Sheet(self._grid, self._details)
        raise NotReadableError(Message("damage.unknown"))

    def _begin_row(self, body: bytes) -> None:
        self._row, self._column = integer(body, 0), -1
        if body[_ROW_FLAGS] & _HIDDEN_ROW:
            self._details.hidden_rows.add(self._row + 1)

    def _place(self, column: int, value: object) -> None:
        self._column = column
        self._put(self._row, column, value)

    def _value(self, column: int, style: int, number: float) -> None:
        self._column, style = column, style & _STYLE_BITS
        if style in self._special:
            self._put(self._row, column, self._styles.value(number, style, (self._row, column), self._details))
        else:
            self._put(self._row, column, number)

    def _blank(self, body: bytes) -> None:
        self._column = integer(body, 0)

    def _number(self, body: bytes) -> None:
        self._value(*_CELL_AND_DOUBLE.unpack_from(body))

    def _small_number(self, body: bytes) -> None:
        column, style, stored = _CELL_AND_RK.unpack_from(body)
        self._value(column, style, small_number(stored))

    def _shared(self, body: bytes) -> None:
        self._column, style, number = _CELL_AND_INDEX.unpack_from(body)
        self._put(self._row, self._column, self._texts[number])
        self._note_format(style)

    def _text(self, body: bytes) -> None:
        self._place_text(body, text(body, _VALUE)[0])

    def _rich_text(self, body: bytes) -> None:
        self._place_text(body, text(body, _VALUE + 1)[0])

    def _place_text(self, body: bytes, found: str) -> None:
        column, style = _CELL.unpack_from(body)
        self._longest = max(self._longest, len(found))
        self._place(column, found)
        self._note_format(style)

    def _note_format(self, style: int) -> None:
        style &= _STYLE_BITS
        if style in self._styles.of_texts:
            self._details.note_text_format(self._row + 1, self._column, self._styles.of_texts[style])

    def _boolean(self, body: bytes) -> None:
        self._place(integer(body, 0), bool(body[_VALUE]))

    def _error(self, body: bytes) -> None:
        column = integer(body, 0)
        self._place(column, "")
        self._details.errors.setdefault(column, {})[self._row + 1] = error_text(body[_VALUE])

    def _hidden_columns(self, body: bytes) -> None:
        first, last = _CELL.unpack_from(body)
        if body[_COLUMN_FLAGS] & _HIDDEN_COLUMN:
            self._details.hidden_columns.update(range(first, min(last + 1, LAST_COLUMN)))

    def _filtered(self, _: bytes) -> None:
        self._details.is_filtered = True

    def _merge(self, body: bytes) -> None:
        first_row, last_row, first, last = (integer(body, at) for at in (0, 4, 8, 12))
        self._details.merged[first_row + 1, first] = (last_row + 1, last)
