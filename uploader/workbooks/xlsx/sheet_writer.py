"""Write rows to sheets as a stream, each as high as its texts need, ready to print."""

from collections.abc import Callable, Iterable, Sequence
from typing import TypeAlias

from uploader.workbooks.cell_digests import SheetDigest, cell_text, texts_digest
from uploader.workbooks.manifest import HIDDEN_SHEET, MOST_ROWS, Manifest
from uploader.workbooks.xlsx.cells import LINE_POINTS, MOST_LINES, WIDEST, Cell, CellInput, as_cell, line_count
from uploader.workbooks.xlsx.display_text import as_displayed
from uploader.workbooks.xlsx.rows_xml import RowsXml, text_xml
from uploader.workbooks.xlsx.xlsx_writer import WorkbookWriter, Worksheet

_NARROWEST = 8
"""Of a column, in characters."""
_HEADER_WIDTH = 18
"""A column is as wide as that for its name alone, or as the name's longest word; the rest of the name wraps."""
_MOST_ON_A_PAGE = 220
"""So many characters are still legible side by side; a wider sheet is printed on several pages."""
_PAGE_CHARACTERS, _LEAST_SCALE = 100, 45
"""Characters on a page at 100 % in any spreadsheet program, and the smallest scale that can be read."""
_FILTER_BUTTON = 3
"""Its width, in characters."""
_AT_ONCE = 64
"""Rows that are made into XML together."""

OnTexts: TypeAlias = Callable[[Iterable[Sequence[str]]], None]
"""Is told each row's texts, as a reader finds them."""


class SheetWriter:
    """Writes rows to a sheet, each as high as its longest text needs, up to a limit."""

    def __init__(self, book: WorkbookWriter, name: str, widths: Sequence[int], on_texts: OnTexts | None = None) -> None:
        """`on_texts` is told what each row shows, instead of the sheet's digest."""
        self.book, self.sheet = book, book.sheet(name)
        self.row = 0
        """The row that comes next, from 0."""
        self.longest = [0] * len(widths)
        """The width that each column's texts would like to have."""
        self._digest, self._on_texts = SheetDigest(()), on_texts or self._add_to_digest
        self._aside, self._xml = book.rows_aside(self.flush), RowsXml(book, widths)
        self._waiting: list[Sequence[CellInput]] = []
        for column, width in enumerate(widths):
            self.sheet.set_column(column, column, width)

    @property
    def digest(self) -> str:
        """Over all rows so far, hex."""
        self.flush()
        return str(self._digest)

    def add(self, values: Sequence[CellInput]) -> None:
        """Write the next row."""
        if len(self._waiting) == _AT_ONCE or (self._waiting and len(self._waiting[0]) != len(values)):
            self.flush()
        self._waiting.append(values)
        self.row += 1

    def add_header(self, names: Sequence[Cell], height: int) -> None:
        """Write a table's header, that high, in points. Long names wrap, so they make no column wider."""
        self.add(names)
        self._write(self._add_to_digest, height)
        self.longest = [0] * len(self.longest)

    def flush(self) -> None:
        """Write the rows that wait."""
        self._write(self._on_texts)

    def _write(self, on_texts: OnTexts, height: int | None = None) -> None:
        rows, self._waiting = self._waiting, []
        if not rows:
            return
        columns = self._xml.columns(rows)
        for at, column in enumerate(columns):
            self.longest[at] = max(self.longest[at], column.width)
        if columns:
            xml = "".join(self._xml.rows(columns, self.row - len(rows) + 1, height))
            self._aside.add(xml, rows=self.row, columns=len(columns))
        on_texts(zip(*(column.texts for column in columns), strict=True) if columns else [()] * len(rows))

    def _add_to_digest(self, rows: Iterable[Sequence[str]]) -> None:
        for texts in rows:
            self._digest.add(texts_digest(up_to_the_last(texts)))


class TableWriter:
    """Writes a header and rows: frozen, filtered, as wide as their texts; a full sheet is continued on the next."""

    def __init__(
        self,
        book: WorkbookWriter,
        name: str,
        header: Sequence[Cell],
        frozen_columns: int,
        second_part: int = 0,
        on_texts: OnTexts | None = None,
    ) -> None:
        """`second_part` is the column with which a wide sheet begins a new page; 0 if there is none.

        `on_texts` is told what each row below the header shows, instead of the sheets' digests.
        """
        self._book, self._name, self._header, self._frozen = book, name, header, frozen_columns
        self._second_part, self._on_texts = second_part, on_texts
        self.pages: list[SheetWriter] = []
        """Its sheets: one, and more where one is full."""
        self._begin()

    def _begin(self) -> None:
        name = self._name if not self.pages else f"{self._name} {len(self.pages) + 1}"
        page = SheetWriter(self._book, name, [WIDEST] * len(self._header), self._on_texts)
        self.pages.append(page)
        page.add_header(self._header, LINE_POINTS * (1 + max(map(_header_lines, self._header), default=1)))
        page.sheet.freeze_panes(1, self._frozen)
        page.sheet.repeat_rows(0)

    @property
    def line(self) -> int:
        """The number, on its sheet, of the row that comes next."""
        return 2 if self.pages[-1].row == MOST_ROWS else self.pages[-1].row + 1

    @property
    def sheet(self) -> Worksheet:
        """The sheet that is being written."""
        return self.pages[-1].sheet

    def explain(self, column: int, text: str) -> None:
        """Write a comment at a column's name."""
        self.sheet.write_comment(0, column, text, {"x_scale": 2, "y_scale": 1 + len(text) // 200})

    def add(self, values: Sequence[CellInput]) -> None:
        """Write the next row."""
        if self.pages[-1].row == MOST_ROWS:
            self.close()
            self._begin()
        self.pages[-1].add(values)

    def comment(self, column: int, text: str) -> None:
        """Write a comment at a cell of the row that was added last."""
        self.sheet.write_comment(self.pages[-1].row - 1, column, as_displayed(text), {"x_scale": 2})

    def close(self) -> None:
        """Set what depends on all rows: filter and widths."""
        page = self.pages[-1]
        page.flush()
        page.sheet.autofilter(0, 0, page.row - 1, len(self._header) - 1)
        wishes = map(max, page.longest, map(_header_width, self._header))
        widths = [min(max(wish, _NARROWEST), WIDEST) for wish in wishes]
        for column, width in enumerate(widths):
            page.sheet.set_column(column, column, width)
        if sum(widths) > _MOST_ON_A_PAGE:
            self._print_on_several_pages(page.sheet, widths)

    def _print_on_several_pages(self, sheet: Worksheet, widths: Sequence[int]) -> None:
        """Each page has the rows' numbers; each part is on one page if it can be read at that size."""
        at = self._second_part
        widest = max(sum(widths[:at]), widths[0] + sum(widths[at:]))
        sheet.set_print_scale(min(100, max(100 * _PAGE_CHARACTERS // widest, _LEAST_SCALE)))
        sheet.repeat_columns(0)
        if at:
            sheet.set_v_pagebreaks([at])


def write_hidden_sheet(book: WorkbookWriter, manifest: Manifest) -> None:
    """By this sheet we know a workbook of ours again, and which of its columns are ours."""
    sheet = book.sheet(HIDDEN_SHEET)
    aside = book.rows_aside(lambda: None)
    for number, (key, text) in enumerate(manifest.entries(), start=1):
        cells = f'<c r="A{number}"{text_xml(key)}<c r="B{number}"{text_xml(text)}'
        aside.add(f'<row r="{number}">{cells}</row>', rows=number, columns=2)
    sheet.hide()


def digest_of_lines(lines: Iterable[Sequence[CellInput]], book: WorkbookWriter) -> str:
    """The digest over the lines of a sheet, before they are written."""
    digest = SheetDigest(())
    for line in lines:
        digest.add(texts_digest(up_to_the_last([cell_text(as_cell(value, book).value) for value in line])))
    return str(digest)


def up_to_the_last(texts: Sequence[str]) -> Sequence[str]:
    """The texts up to the last that is not empty: a reader knows no others."""
    last = len(texts)
    while last and not texts[last - 1]:
        last -= 1
    return texts[:last]


def _header_width(name: Cell) -> int:
    """The width that a column needs for its name: its longest word, and the filter's button."""
    text = str(name.value)
    return max(1, *map(len, [*text.split(), text[:_HEADER_WIDTH]])) + _FILTER_BUTTON


def _header_lines(name: Cell) -> int:
    return min(line_count(str(name.value), min(_header_width(name), WIDEST) - _FILTER_BUTTON), MOST_LINES)
