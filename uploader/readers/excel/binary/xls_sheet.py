"""The cells of one sheet of an old .xls, and what they are beyond their values."""

import struct
from collections.abc import Callable, Mapping

from uploader.i18n import Message
from uploader.readers.excel.binary.biff import BOF, EOF, continued, records
from uploader.readers.excel.binary.grid import Grid
from uploader.readers.excel.binary.number_styles import NumberStyles
from uploader.readers.excel.binary.stored_values import error_text, gives_text, small_number
from uploader.readers.excel.cell_details import CellDetails
from uploader.readers.excel.package import NotReadableError
from uploader.readers.excel.sheet import Sheet

_CELL, _NUMBER, _RK, _SHARED = struct.Struct("<3H"), struct.Struct("<3Hd"), struct.Struct("<3Hi"), struct.Struct("<3HI")
_FORMULA, _STYLE_AND_RK, _DOUBLE = struct.Struct("<3H8sHI"), struct.Struct("<Hi"), struct.Struct("<d")
_BOOLEAN, _ROW, _COLUMNS = struct.Struct("<3H2B"), struct.Struct("<H10xI"), struct.Struct("<2H4xH")
_ROW_AND_COLUMN, _MERGED = struct.Struct("<2H"), struct.Struct("<4H")
_NO_NUMBER, _OF_TEXT, _OF_BOOLEAN, _OF_ERROR, _OF_NOTHING = b"\xff\xff", 0, 1, 2, 3
_TO_CALCULATE, _HIDDEN_ROW, _HIDDEN_COLUMN = 2, 0x20, 1
_LAST_OLD_COLUMN, _MOST_PLACES = 256, 4_000_000
"""A sheet has room for 16 million cells, but nobody's list fills a few of them and reaches to the end."""
_FORMULA_WITHOUT_RESULT = "="
"""The text of the formula is not known: it is stored as an expression that only a spreadsheet can write out."""


class SheetReader:
    """Takes the records of one sheet. Raises HostileError, NotReadableError or one of package.DAMAGE."""

    def __init__(
        self,
        data: bytes,
        texts: list[str],
        styles: NumberStyles,
        text: Callable[[list[bytes], int], str],
        *,
        has_summary: bool,
    ) -> None:
        self._data, self._texts, self._styles, self._text = data, texts, styles, text
        self._has_summary = has_summary
        self._grid, self._details = Grid(_MOST_PLACES), CellDetails()
        self._awaits: tuple[int, int, int] | None = None
        """Row, column and style of the formula whose text comes next."""
        self._longest = max(map(len, texts), default=0)
        self._takes: Mapping[int, Callable[[bytes, int], None]] = {
            0x06: self._formula, 0x207: self._result, 0x203: self._number, 0x27E: self._small_number,
            0xBD: self._small_numbers, 0xFD: self._shared, 0x204: self._label, 0xD6: self._label,
            0x205: self._boolean_or_error, 0x208: self._hidden_row,
            0x7D: self._hidden_columns, 0xE5: self._merge, 0x9D: self._filtered,
        }  # fmt: skip

    def read(self, offset: int) -> tuple[Sheet, int]:
        """The sheet that starts there, and how many bytes it has."""
        depth = 0
        for kind, body, after in records(self._data, offset):
            take = self._takes.get(kind)
            if take is not None:
                if depth == 1:  # a chart in the sheet is a part of its own
                    take(body, after)
            elif kind == BOF:
                depth += 1
            elif kind == EOF:
                depth -= 1
                if not depth:
                    self._grid.finish(self._longest)
                    return Sheet(self._grid, self._details), after - offset
        raise NotReadableError(Message("damage.unknown"))

    def _value(self, row: int, column: int, style: int, number: float) -> None:
        if style in self._styles.special:
            self._grid.put(row, column, self._styles.value(number, style, (row, column), self._details))
        else:
            self._grid.put(row, column, number)

    def _number(self, body: bytes, _: int) -> None:
        self._value(*_NUMBER.unpack_from(body))

    def _small_number(self, body: bytes, _: int) -> None:
        row, column, style, number = _RK.unpack_from(body)
        self._value(row, column, style, small_number(number))

    def _small_numbers(self, body: bytes, _: int) -> None:
        """Several, side by side: as many as there are, whatever the record says."""
        row, first = _ROW_AND_COLUMN.unpack_from(body)
        cells = body[4:-2]
        for nth, (style, number) in enumerate(_STYLE_AND_RK.iter_unpack(cells[: len(cells) // 6 * 6])):
            self._value(row, first + nth, style, small_number(number))

    def _shared(self, body: bytes, _: int) -> None:
        row, column, style, number = _SHARED.unpack_from(body)
        self._place_text(row, column, style, self._texts[number])

    def _label(self, body: bytes, after: int) -> None:
        row, column, style = _CELL.unpack_from(body)
        text = self._text(continued(body, self._data, after), _CELL.size)
        self._longest = max(self._longest, len(text))
        self._place_text(row, column, style, text)

    def _place_text(self, row: int, column: int, style: int, text: str) -> None:
        self._grid.put(row, column, text)
        if style in self._styles.of_texts:
            self._details.note_text_format(row + 1, column, self._styles.of_texts[style])

    def _boolean_or_error(self, body: bytes, _: int) -> None:
        row, column, _style, value, is_error = _BOOLEAN.unpack_from(body)
        if is_error:
            self._error(row, column, value)
        else:
            self._grid.put(row, column, bool(value))

    def _error(self, row: int, column: int, code: int) -> None:
        self._grid.put(row, column, "")
        self._details.errors.setdefault(column, {})[row + 1] = error_text(code)

    def _formula(self, body: bytes, _: int) -> None:
        row, column, style, result, flags, cache = _FORMULA.unpack_from(body)
        self._awaits = None
        if result[6:] != _NO_NUMBER:
            (number,) = _DOUBLE.unpack(result)
            if not number and (flags & _TO_CALCULATE or gives_text(body[_FORMULA.size :])):
                self._unknown(row, column)
            else:
                self._value(row, column, style, number)
        elif result[0] == _OF_ERROR:
            self._error(row, column, result[2])
        elif result[0] == _OF_BOOLEAN:
            self._grid.put(row, column, bool(result[2]))
        elif result[0] == _OF_NOTHING and (cache or self._has_summary):
            self._grid.put(row, column, "")
        else:
            self._unknown(row, column)
            self._awaits = (row, column, style) if result[0] == _OF_TEXT else None

    def _unknown(self, row: int, column: int) -> None:
        """A formula without a result: programs that can't calculate leave it to the spreadsheet that opens the file.

        They store nothing, or a 0 that asks to be calculated; LibreOffice stores a 0 even for a formula that can only
        give a text, where it saves another program's workbook. Excel stores nothing, too, where the result is an empty
        text, but it keeps numbers of its own beside that, and a summary beside the workbook.
        """
        self._grid.put(row, column, "")
        self._details.formulas.setdefault(column, {})[row + 1] = _FORMULA_WITHOUT_RESULT

    def _result(self, body: bytes, after: int) -> None:
        if self._awaits is None:
            return
        row, column, style = self._awaits
        self._awaits = None
        text = self._text(continued(body, self._data, after), 0)
        self._longest = max(self._longest, len(text))
        self._place_text(row, column, style, text)
        del self._details.formulas[column][row + 1]

    def _hidden_row(self, body: bytes, _: int) -> None:
        if len(body) >= _ROW.size:
            row, flags = _ROW.unpack_from(body)
            if flags & _HIDDEN_ROW:
                self._details.hidden_rows.add(row + 1)

    def _hidden_columns(self, body: bytes, _: int) -> None:
        if len(body) >= _COLUMNS.size:
            first, last, flags = _COLUMNS.unpack_from(body)
            if flags & _HIDDEN_COLUMN:
                self._details.hidden_columns.update(range(first, min(last + 1, _LAST_OLD_COLUMN)))

    def _merge(self, body: bytes, _: int) -> None:
        ranges = body[2 : 2 + _MERGED.size * int.from_bytes(body[:2], "little")]
        for first_row, last_row, first, last in _MERGED.iter_unpack(ranges[: len(ranges) // 8 * 8]):
            self._details.merged[first_row + 1, first] = (last_row + 1, last)

    def _filtered(self, _body: bytes, _: int) -> None:
        self._details.is_filtered = True
