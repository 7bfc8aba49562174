"""A closer look at an XLSX sheet's own XML, for what the fast reader's values don't show.

These are errors, formulas without a stored value, ids that only a number format pads or masks, and hidden cells.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import unescape
from typing import NamedTuple

from uploader.readers.excel.number_formats import is_mask, masked
from uploader.readers.excel.package import Package
from uploader.readers.excel.sheet_xml import Patterns, attributes, blocks, patterns, position, prefix_of
from uploader.readers.excel.size_limits import Extent

_MOST_COLUMNS = 16_384
_USUAL = re.compile(rb'r="([A-Z]+)([0-9]+)" s="([0-9]+)"')
_ANY_ERROR = "#ERROR!"

Cells = dict[int, dict[int, str]]
"""Texts by position (from 0) and row (from 1)."""


class ShownOtherwise(NamedTuple):
    """What a person sees in cells whose plain value is sent: an example that stands for all of a column and format."""

    shown: str
    sent: str


@dataclass(slots=True)
class CellDetails:
    """What a sheet's XML shows beyond its values."""

    errors: Cells = field(default_factory=dict)
    """What Excel shows in error cells, `#N/A`."""
    formulas: Cells = field(default_factory=dict)
    """Formulas without a stored value, `=A1&B1`."""
    ids: Cells = field(default_factory=dict)
    """Numbers as their format pads or masks them."""
    otherwise: dict[int, dict[int, ShownOtherwise]] = field(default_factory=dict)
    """Numbers that are shown with more, or less, than their plain value, which is sent."""
    no_dates: Cells = field(default_factory=dict)
    """Numbers with the format of a date that are no day of the calendar; dates and times that are none."""
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    is_filtered: bool = False
    merged: dict[tuple[int, int], tuple[int, int]] = field(default_factory=dict)
    """First row and position of each block of merged cells -> its last ones; only of an ODS."""

    def replacements(self) -> Cells:
        """All texts that take the place of a value."""
        together: Cells = {}
        for cells in (self.ids, self.errors, self.formulas):
            for at, column in cells.items():
                together.setdefault(at, {}).update(column)
        return together


def inspect(package: Package, workbook: str, part: str) -> CellDetails:
    """What the sheet in this part has. Raises HostileError or one of package.DAMAGE."""
    styles = package.related(workbook, "/styles")
    masks = _masks(package, styles) if styles in package.names() else {}
    details = CellDetails()
    inspection = extent = found = None
    for block in blocks(package, part):
        if inspection is None or extent is None or found is None:
            found = patterns(prefix_of(block), tuple(masks))
            inspection, extent = _Inspection(details, found, masks), Extent(package, part, found)
            inspection.head(block)
        rows = block.count(found.row_start)
        extent.add(block, rows)
        inspection.block(block, rows)
    if extent is not None:
        strings = package.related(workbook, "/sharedStrings")
        extent.check(strings if strings in package.names() else None)
    return details


class _Inspection:
    """Takes a sheet's XML block by block."""

    def __init__(self, details: CellDetails, found: Patterns, masks: Mapping[int, str]) -> None:
        self._details, self._patterns, self._masks = details, found, masks
        self._rows_before = 0

    def head(self, block: bytes) -> None:
        """The part before the rows, in the first block."""
        for found in self._patterns.column.finditer(block.partition(self._patterns.sheet_data)[0]):
            attrs = attributes(found[1])
            if attrs.get(b"hidden") in {b"1", b"true"}:
                first, last = int(attrs[b"min"]), int(attrs[b"max"])
                self._details.hidden_columns.update(range(first - 1, min(last, _MOST_COLUMNS)))

    def block(self, block: bytes, rows: int) -> None:
        """One block of so many whole rows."""
        if any(mark in block for mark in self._patterns.marks):
            for found in self._patterns.unusual.finditer(block):
                self._unusual(block, found)
        if self._patterns.formula_start in block:
            for found in self._patterns.without_value.finditer(block):
                self._formula(block, found)
        if b"hidden=" in block:
            for found in self._patterns.hidden_row.finditer(block):
                number = attributes(found[1]).get(b"r")
                self._details.hidden_rows.add(int(number) if number else self._row_at(block, found.end()))
        self._details.is_filtered = self._details.is_filtered or self._patterns.filter in block
        self._rows_before += rows

    def _unusual(self, block: bytes, found: re.Match[bytes]) -> None:
        """An error cell, or one whose style pads or masks numbers."""
        usual = _USUAL.fullmatch(found[1]) if found[2].startswith(b"<v>") else None
        if usual is not None:  # as Excel writes it: a list may have a hundred thousand of them
            shown_id = _shown_id(found[2][3:].partition(b"<")[0], self._masks[int(usual[3])])
            if shown_id is not None:
                self._details.ids.setdefault(position(usual[1]), {})[int(usual[2])] = shown_id
            return
        attrs = attributes(found[1])
        value = self._patterns.value.search(found[2])
        kind = attrs.get(b"t", b"n")
        if kind == b"e":
            inline = value or self._patterns.inline.search(found[2])
            shown = unescape(inline[1].decode()) if inline else ""
            self._keep(self._details.errors, block, found, attrs, shown or _ANY_ERROR)
        elif kind == b"n" and value is not None:
            shown_id = _shown_id(value[1], self._masks[int(attrs[b"s"])])
            if shown_id is not None:
                self._keep(self._details.ids, block, found, attrs, shown_id)

    def _formula(self, block: bytes, found: re.Match[bytes]) -> None:
        """A formula whose value is not stored; only a text may be stored as nothing at all."""
        attrs = attributes(found[1] or b"")
        if not (attrs.get(b"t") == b"str" and found[3]) and attrs.get(b"t") != b"e":
            shown = "=" + unescape((found[2] or b"").decode())
            self._keep(self._details.formulas, block, found, attrs, shown)

    def _keep(
        self, cells: Cells, block: bytes, found: re.Match[bytes], attrs: Mapping[bytes, bytes], shown: str
    ) -> None:
        name = attrs.get(b"r")
        if name:
            letters = name.rstrip(b"0123456789")
            at, row = position(letters), int(name[len(letters) :])
        else:
            row = self._row_at(block, found.start())
            start = block.rfind(self._patterns.row_start, 0, found.start())
            at = len(self._patterns.cell.findall(block, max(start, 0), found.start()))
        cells.setdefault(at, {})[row] = shown

    def _row_at(self, block: bytes, place: int) -> int:
        """The number of the row at this place: its own, or the number of rows before it."""
        start = block.rfind(self._patterns.row_start, 0, place)
        row = self._patterns.row.match(block, max(start, 0))
        number = attributes(row[1] or b"").get(b"r") if row else None
        return int(number) if number else self._rows_before + block.count(self._patterns.row_start, 0, place)


def _shown_id(value: bytes, code: str) -> str | None:
    return masked(float(value), code) if value.strip() else None


def _masks(package: Package, styles: str) -> dict[int, str]:
    """Style number -> number format, for the styles that pad or mask numbers."""
    codes: dict[str, str] = {}
    masks: dict[int, str] = {}
    number, in_cells = 0, False
    for name, attrs in package.elements(styles):
        if name == "numFmt" and "numFmtId" in attrs:
            codes[attrs["numFmtId"]] = attrs.get("formatCode", "")
        elif name in ("cellXfs", "cellStyleXfs", "cellStyles", "dxfs"):
            in_cells = name == "cellXfs"
        elif name == "xf" and in_cells:
            code = codes.get(attrs.get("numFmtId", ""), "")
            if code and is_mask(code):
                masks[number] = code
            number += 1
    return masks
