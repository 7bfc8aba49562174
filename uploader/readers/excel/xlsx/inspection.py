"""A closer look at an XLSX sheet's own XML, for what the fast reader's values don't show.

These are errors, formulas without a stored value, ids that only a number format pads or masks, and hidden cells.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import suppress
from datetime import datetime
from html import unescape
from operator import itemgetter

from uploader.readers.excel import number_formats
from uploader.readers.excel.cell_details import CellDetails
from uploader.readers.excel.day_numbers import is_day, moment
from uploader.readers.excel.package import Package, has_split_characters
from uploader.readers.excel.xlsx.extent import Extent
from uploader.readers.excel.xlsx.odd_marks import (
    COMMENT,
    ERROR,
    ESCAPES,
    FILTER,
    FORMULA,
    HIDDEN,
    NUMBER,
    STYLE,
    OddMarks,
)
from uploader.readers.excel.xlsx.sheet_xml import (
    Patterns,
    attributes,
    blocks_as_written,
    patterns,
    plain,
    position,
    prefix_of,
)
from uploader.readers.excel.xlsx.styles import Styles

_MOST_COLUMNS = 16_384
_USUAL = re.compile(rb'r="([A-Z]+)([0-9]+)" s="([0-9]+)"')
_ANY_ERROR = "#ERROR!"
_STYLE = re.compile(rb"""s=["'](\d{1,9})["']""")
_ERRORS = (b't="e"', b"t='e'", b't="d"', b"t='d'")
"""How cells with errors, or with dates as text, are marked."""
_TEXTS = (b"s", b"str", b"inlineStr")
_ISO_DATE = re.compile(r"(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?))?(?:Z|[+-]\d\d:?\d\d)?")
_ISO_TIME = re.compile(r"T?\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?Z?")
_ENDLESS = 1e9
"""Days that are too many for a duration of the fast reader's."""


def inspect(package: Package, part: str, styles: Styles, strings: str | None) -> CellDetails:
    """What the sheet in this part has; `strings` is the part with the shared texts, if there is one.

    Raises HostileError or one of package.DAMAGE.
    """
    details = CellDetails()
    inspection = extent = odd = None
    for written in blocks_as_written(package, part):
        if inspection is None or extent is None or odd is None:
            prefix = prefix_of(plain(written))
            found, odd = patterns(prefix, tuple(styles.formats), styles.rare), OddMarks(prefix)
            inspection, extent = _Inspection(details, found, styles), Extent(package, part, found)
            inspection.head(plain(written))
        marks = odd.of(written)
        block = plain(written) if COMMENT in marks else written
        inspection.block(block, extent.add(block, marks), marks)
    if extent is not None:
        extent.check(strings)
    return details


class _Inspection:
    """Takes a sheet's XML block by block."""

    def __init__(self, details: CellDetails, found: Patterns, styles: Styles) -> None:
        self._details, self._patterns, self._styles = details, found, styles
        self._rows_before = 0

    def head(self, block: bytes) -> None:
        """The part before the rows, in the first block."""
        for found in self._patterns.column.finditer(block.partition(self._patterns.sheet_data)[0]):
            attrs = attributes(found[1])
            if attrs.get(b"hidden") in {b"1", b"true"}:
                first, last = int(attrs[b"min"]), int(attrs[b"max"])
                self._details.hidden_columns.update(range(first - 1, min(last, _MOST_COLUMNS)))

    def block(self, block: bytes, rows: int, marks: Collection[str]) -> None:
        """One block of so many whole rows, which may have these odd marks."""
        used = self._styles_in(block) if STYLE in marks else frozenset()
        self._unusual_cells(block, used & self._styles.formats.keys(), has_errors=ERROR in marks)
        for (styles, _), pattern in zip(self._styles.rare, self._patterns.rare, strict=True):
            for found in pattern.finditer(block) if not used.isdisjoint(styles) else ():
                self._rare(block, found)
        for start in self._cells_with(block, [self._patterns.formula_start]) if FORMULA in marks else ():
            formula = self._patterns.without_value.match(block, start)
            if formula is not None:
                self._formula(block, formula)
        for found in self._patterns.hidden_row.finditer(block) if HIDDEN in marks else ():
            number = attributes(found[1]).get(b"r")
            self._details.hidden_rows.add(int(number) if number else self._row_at(block, found.end()))
        if ESCAPES in marks and has_split_characters(block):
            self._details.is_misread = True
        if NUMBER in marks and self._patterns.odd_number.search(block):
            self._odd_numbers(block)
        if FILTER in marks and self._patterns.filter in block:
            self._details.is_filtered = True
        self._rows_before += rows

    def _styles_in(self, block: bytes) -> AbstractSet[int]:
        """The styles of the block's cells, where any style says more than a value."""
        says_more = self._styles.formats or self._styles.rare
        return frozenset(map(int, set(_STYLE.findall(block)))) if says_more else frozenset()

    def _unusual_cells(self, block: bytes, styles: AbstractSet[int], *, has_errors: bool) -> None:
        """Errors, dates as text, and cells with these styles, whose formats may show more than their values."""
        usual = self._patterns.usual_number.findall(block) if styles else []
        counts = Counter(map(itemgetter(2), usual))
        named = {b"%d" % style: (b's="%d"' % style, b"s='%d'" % style) for style in styles}
        marks = [*_ERRORS] if has_errors else []
        if any(sum(map(block.count, both)) != counts[style] for style, both in named.items()):
            marks += [mark for both in named.values() for mark in both]
        else:
            self._usual_numbers(usual)
        for start in self._cells_with(block, marks):
            found = self._patterns.whole_cell.match(block, start)
            if found is not None:
                self._unusual(block, found)

    def _cells_with(self, block: bytes, marks: Iterable[bytes]) -> Sequence[int]:
        """Where the cells begin in which these are written."""
        starts = set()
        for mark in marks:
            at = block.find(mark)
            while at >= 0:
                starts.add(block.rfind(self._patterns.cell_start, 0, at))
                at = block.find(mark, at + 1)
        return sorted(starts - {-1})

    def _usual_numbers(self, cells: Iterable[tuple[bytes, bytes, bytes, bytes]]) -> None:
        """Column, row, style and text of cells as Excel writes them."""
        of_columns = defaultdict[tuple[bytes, str], list[tuple[bytes, bytes]]](list)
        codes = {b"%d" % style: code for style, code in self._styles.formats.items()}
        for letters, row, style, text in cells:
            of_columns[letters, codes[style]].append((row, text))
        for (letters, code), of_column in of_columns.items():
            self._details.note_numbers(position(letters), of_column, code)

    def _unusual(self, block: bytes, found: re.Match[bytes]) -> None:
        """An error cell, a date as text, or a cell whose format may show more than its value."""
        usual = _USUAL.fullmatch(found[1]) if found[2].startswith(b"<v>") else None
        if usual is not None:  # as Excel writes it: a list may have a hundred thousand of them
            text, code = found[2][3:].partition(b"<")[0], self._styles.formats[int(usual[3])]
            value = float(text) if text.strip() else None
            shown = None if value is None else number_formats.shown(value, code)
            if shown is not None and value is not None:
                self._details.note_shown(int(usual[2]), position(usual[1]), shown, value, code)
            return
        attrs = attributes(found[1])
        value_of = self._patterns.value.search(found[2])
        kind = attrs.get(b"t", b"n")
        row, at = self._place(block, found.start(), attrs)
        code = self._styles.formats.get(int(attrs.get(b"s", -1)), "")
        if kind == b"e":
            inline = value_of or self._patterns.inline.search(found[2])
            error = unescape(inline[1].decode()) if inline else ""
            self._details.errors.setdefault(at, {})[row] = error or _ANY_ERROR
        elif kind == b"d" and value_of is not None:
            self._iso_date(row, at, unescape(value_of[1].decode()).strip())
        elif kind == b"n" and value_of is not None and value_of[1].strip() and code:
            self._details.note_number(row, at, float(value_of[1]), code)
        elif kind in _TEXTS and number_formats.frames_text(code):
            self._details.note_text_format(row, at, code)

    def _iso_date(self, row: int, at: int, text: str) -> None:
        """A date as text, with or without a time; its zone is left out, as in what a person sees."""
        found = _ISO_DATE.fullmatch(text)
        with suppress(ValueError):  # no day of the calendar
            if found is not None:
                moment = datetime.fromisoformat(f"{found[1]} {(found[2] or '00:00').replace(',', '.')[:15]}")
                self._details.dates.setdefault(at, {})[row] = moment
                return
        if _ISO_TIME.fullmatch(text) is None:
            self._details.no_dates.setdefault(at, {})[row] = text

    def _rare(self, block: bytes, found: re.Match[bytes]) -> None:
        """A number that its format may show otherwise, or that is no day: most of its column are not looked at."""
        start = block.rfind(self._patterns.cell_start, 0, found.start())
        attrs = attributes(block[start : block.index(b">", found.start())])
        if attrs.get(b"t", b"n") == b"n" and found[1].strip():
            row, at = self._place(block, start, attrs)
            value, style = float(found[1]), int(attrs[b"s"])
            if style in self._styles.zeros:
                self._details.note_number(row, at, value, self._styles.zeros[style])
            elif style in self._styles.times and is_day(value, is_1904=self._styles.is_from_1904):
                self._details.note_time(row, at, moment(value, is_1904=self._styles.is_from_1904))
            else:
                self._details.note_day(row, at, value, is_from_1904=self._styles.is_from_1904)
                self._details.is_misread = self._details.is_misread or value >= _ENDLESS

    def _odd_numbers(self, block: bytes) -> None:
        """Numbers with spaces before them, and those with more digits than Excel keeps."""
        self._details.is_misread = self._details.is_misread or self._patterns.padded.search(block) is not None
        for found in self._patterns.long_cell.finditer(block):
            self._long_number(block, found)

    def _long_number(self, block: bytes, found: re.Match[bytes]) -> None:
        attrs = attributes(found[1])
        if attrs.get(b"t", b"n") == b"n" and int(attrs.get(b"s", -1)) not in self._styles.formats:
            row, at = self._place(block, found.start(), attrs)
            self._details.long_numbers.setdefault(at, {})[row] = found[2].decode()

    def _formula(self, block: bytes, found: re.Match[bytes]) -> None:
        """A formula whose value is not stored; only a text may be stored as nothing at all."""
        attrs = attributes(found[1] or b"")
        if not (attrs.get(b"t") == b"str" and found[3]) and attrs.get(b"t") != b"e":
            row, at = self._place(block, found.start(), attrs)
            self._details.formulas.setdefault(at, {})[row] = "=" + unescape((found[2] or b"").decode())

    def _place(self, block: bytes, place: int, attrs: Mapping[bytes, bytes]) -> tuple[int, int]:
        """The row, from 1, and the position, from 0, of the cell that begins at this place of a block."""
        name = attrs.get(b"r")
        if name:
            letters = name.rstrip(b"0123456789")
            return int(name[len(letters) :]), position(letters)
        start = block.rfind(self._patterns.row_start, 0, place)
        at = len(self._patterns.cell.findall(block, max(start, 0), place))
        return self._row_at(block, place), at

    def _row_at(self, block: bytes, place: int) -> int:
        """The number of the row at this place: its own, or the number of rows before it."""
        start = block.rfind(self._patterns.row_start, 0, place)
        row = self._patterns.row.match(block, max(start, 0))
        number = attributes(row[1] or b"").get(b"r") if row else None
        return int(number) if number else self._rows_before + block.count(self._patterns.row_start, 0, place)
