"""A closer look at an ODS file, which also stores what a person sees and may repeat cells many times."""

import re
from html import unescape

from uploader.i18n import Message
from uploader.readers.excel.inspection import CellDetails
from uploader.readers.excel.package import HostileError, Package
from uploader.readers.excel.sheet_xml import attributes

_MOST_ROWS, _MOST_COLUMNS, _MOST_CELLS = 1 << 21, 1 << 15, 20_000_000
"""Twice a sheet's size, and more filled cells than in any list."""
_REPEATS = Message("hostile.repeats")
_TABLE = re.compile(rb"<table:table\s([^>]*)>(.*?)</table:table>", re.DOTALL)
_ROW = re.compile(rb"<table:table-row(\s[^>]*?)?(?:/>|(?<!/)>(.*?)</table:table-row>)", re.DOTALL)
_COLUMN = re.compile(rb"<table:table-column\s([^>]*)>")
_CELL = re.compile(
    rb"<table:(?:covered-)?table-cell(\s[^>]*?)?(?:/>|(?<!/)>(.*?)</table:(?:covered-)?table-cell>)", re.DOTALL
)
_PARAGRAPH = re.compile(rb"<text:p(?:\s[^>]*)?>(.*?)</text:p>", re.DOTALL)
_TAG = re.compile(rb"<[^>]*>")
_DURATION = re.compile(r"(-?)PT(\d+)H(\d+)M(\d+)(?:[.,]\d+)?S")
_THOUSANDS = re.compile(r"\d{1,3}(?:[.,\s']\d{3})+")
_SHORTEST_PHONE = 7
_HOURS_OF_A_DAY = 24


def inspect(package: Package) -> dict[str, CellDetails]:
    """What each table has. Raises HostileError, or one of package.DAMAGE."""
    content = package.whole("content.xml")
    tables = {}
    for table in _TABLE.finditer(content):
        name = attributes(table[1]).get(b"table:name", b"")
        tables[unescape(name.decode())] = _OdsTable().inspect(table[2])
    return tables


class _OdsTable:
    """Goes through one table's rows and cells, keeping count of those that are repeated."""

    def __init__(self) -> None:
        self._details = CellDetails()
        self._filled = 0

    def inspect(self, table: bytes) -> CellDetails:
        self._columns(table)
        row = 1
        for found in _ROW.finditer(table):
            attrs = attributes(found[1] or b"")
            times = int(attrs.get(b"table:number-rows-repeated", 1))
            filled = self._cells(range(row, row + min(times, _MOST_ROWS)), found[2] or b"")
            self._filled += filled * times
            if filled and attrs.get(b"table:visibility") in {b"collapse", b"filter"}:
                self._details.hidden_rows.update(range(row, row + min(times, _MOST_ROWS)))
            row += times
            if row > _MOST_ROWS or self._filled > _MOST_CELLS:
                raise HostileError(_REPEATS)
        return self._details

    def _columns(self, table: bytes) -> None:
        position = 0
        for found in _COLUMN.finditer(table):
            attrs = attributes(found[1])
            times = min(int(attrs.get(b"table:number-columns-repeated", 1)), _MOST_COLUMNS)
            if attrs.get(b"table:visibility") in {b"collapse", b"filter"}:
                self._details.hidden_columns.update(range(position, position + times))
            position += times

    def _cells(self, rows: range, cells: bytes) -> int:
        """Look at the cells of a row that is repeated over these rows; how many are filled."""
        position = filled = 0
        for found in _CELL.finditer(cells):
            attrs = attributes(found[1] or b"")
            times = int(attrs.get(b"table:number-columns-repeated", 1))
            is_filled = b"office:value-type" in attrs
            filled += times * is_filled
            if position + times > _MOST_COLUMNS or filled * len(rows) > _MOST_CELLS:
                raise HostileError(_REPEATS)
            if is_filled and (b"table:number-columns-spanned" in attrs or b"table:number-rows-spanned" in attrs):
                last_row = rows[0] + int(attrs.get(b"table:number-rows-spanned", 1)) - 1
                last = position + int(attrs.get(b"table:number-columns-spanned", 1)) - 1
                self._details.merged[rows[0], position] = (last_row, last)
            if is_filled:
                self._keep(rows, range(position, position + times), attrs, _text(found[2] or b""))
            position += times
        return filled

    def _keep(self, rows: range, positions: range, attrs: dict[bytes, bytes], text: str) -> None:
        is_error = attrs.get(b"calcext:value-type") == b"error"
        shown = (text or "#ERROR!") if is_error else _shown(attrs, text)
        if shown is not None:
            cells = self._details.errors if is_error else self._details.ids
            for position in positions:
                cells.setdefault(position, {}).update(dict.fromkeys(rows, shown))


def _shown(attrs: dict[bytes, bytes], text: str) -> str | None:
    """What a cell means, if that is not its plain value."""
    kind, value = attrs[b"office:value-type"], attrs.get(b"office:value", b"").decode()
    if kind == b"boolean":
        return attrs.get(b"office:boolean-value", b"").decode().upper()
    if kind == b"time":
        duration = _DURATION.fullmatch(attrs.get(b"office:time-value", b"").decode())
        is_long = duration is not None and int(duration[2]) >= _HOURS_OF_A_DAY
        return f"{duration[1]}{int(duration[2])}:{duration[3]}:{duration[4]}" if duration and is_long else None
    is_meant = kind == b"float" and (text in {"TRUE", "FALSE"} or _is_id(text, value))
    return text if is_meant else None


def _is_id(shown: str, value: str) -> bool:
    """Whether a number is shown as an id: padded with zeros, or with marks that don't group thousands."""
    digits = re.sub(r"\D", "", shown)
    if not value.isdigit() or digits.lstrip("0") != value.lstrip("0"):
        return False
    between = re.sub(r"^\D+|\D+$", "", shown)
    has_marks = re.search(r"\D", between) is not None and _THOUSANDS.fullmatch(between) is None
    is_phone = shown.startswith("+") and len(digits) >= _SHORTEST_PHONE
    return has_marks or is_phone or (len(digits) > 1 and digits.startswith("0"))


def _text(content: bytes) -> str:
    return "\n".join(unescape(_TAG.sub(b"", paragraph).decode()) for paragraph in _PARAGRAPH.findall(content)).strip()
