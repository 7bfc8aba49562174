"""The only user of XlsxWriter: writes every text as text, and moves the workbook to its place once it is complete."""

import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

import xlsxwriter
from xlsxwriter.exceptions import XlsxWriterException
from xlsxwriter.worksheet import Worksheet as XlsxWorksheet

from uploader.errors import WorkbookError
from uploader.i18n import Message, render
from uploader.model.limits import TEMPORARY
from uploader.model.rows import Status
from uploader.readers.excel.xlsx.cell_styles import CellStyle
from uploader.workbooks.manifest import HIDDEN_SHEET, Manifest
from uploader.workbooks.xlsx.display_text import xml_escaped
from uploader.workbooks.xlsx.moving import AsideFile, FileIdentity, Place, check_folder, path_of, written_aside
from uploader.workbooks.xlsx.package import RowsAside, pack

HEADER_FILL, OUR_HEADER_FILL = "#44546A", "#1F6F8B"
STATUS_FILLS = {
    Status.ACCEPTED: ("#E2F0D9", "#285A1E"),
    Status.REJECTED: ("#F8D7DA", "#8A1C25"),
    Status.UNKNOWN: ("#FFE8B3", "#7A4B00"),
    Status.INVALID: ("#F3D9F0", "#6B2162"),
    Status.SKIPPED: ("#E7E9EC", "#444B54"),
    Status.NOT_SENT: ("#DCE9F7", "#1D4E80"),
}

FAULT = ("#F8D7DA", "#8A1C25")
OUR_FILLS = frozenset(fill for fill, _ in (*STATUS_FILLS.values(), FAULT))
"""Below a header."""
_TEMPORARY_SECONDS = 24 * 3600
"""How the folders begin in which rows wait, and the age from which on nobody is writing them any more."""
_FOOTER_CHARACTERS = 100
"""Of a list's name; Excel takes 255 in all, and each `&` twice."""

Format: TypeAlias = Any
Worksheet: TypeAlias = Any
"""XlsxWriter has no types; these are its Format and its Worksheet."""


class _TextSheet(XlsxWorksheet):  # type: ignore[misc]  # XlsxWriter has no types
    """A sheet that writes every text as text, even if it looks like a number, a formula or an escape.

    XlsxWriter tells texts that look like escapes apart, but not where two of them share an underscore; and a text
    `<r>…</r>` it takes for marked-up XML and writes it as it is. We write no such XML.
    """

    @staticmethod
    def _escape_control_characters(data: str) -> str:
        return xml_escaped(data)

    def _xml_rich_inline_string(self, string: str, attributes: Sequence[tuple[str, Any]] = ()) -> None:
        self._xml_inline_string(string, False, attributes)  # noqa: FBT003  # no spaces at its ends to keep


class _Rows(NamedTuple):
    """Rows of a sheet that XlsxWriter doesn't write."""

    aside: RowsAside
    flush: Callable[[], None]


class WorkbookWriter:
    """A workbook while it is written, with the formats that its sheets share."""

    def __init__(self, file: AsideFile, language: str, title: str, folder: str) -> None:
        self.language = language
        """Of its own texts."""
        self.sha256 = ""
        """Of its bytes, hex, once they are all written."""
        self._footer = _footer(title, language)
        self._file, self._folder = file, Path(folder)
        self._rows: dict[int, _Rows] = {}
        """Of each sheet that has some that XlsxWriter doesn't write, by its number from 1."""
        self._styles: dict[int, int] = {}
        """The number of each format in the file, by its id."""
        self._book = xlsxwriter.Workbook(
            str(self._folder / "workbook.xlsx"),
            {
                "tmpdir": folder,
                "constant_memory": True,  # a row is on disk once the next one begins
                "strings_to_formulas": False,
                "strings_to_numbers": False,
                "strings_to_urls": False,
            },
        )
        self._properties: dict[int, dict[str, Any]] = {}
        """Of each format, by its id."""
        self._styled: dict[tuple[int, CellStyle], Format] = {}
        self._add_formats()

    def _add_formats(self) -> None:
        cell = {"valign": "top", "bottom": 4, "bottom_color": "#C9CDD3"}
        # As text, so that nothing that is typed or edited there becomes a number or a formula.
        self.text = self._format({**cell, "text_wrap": True, "num_format": "@"})
        self.bold = self._format({**cell, "bold": True})
        self.fact = self._format({**cell, "text_wrap": True, "align": "left"})
        self.number = self._format({**cell, "align": "center"})
        self.moment = self._format({**cell, "align": "center", "num_format": "yyyy-mm-dd hh:mm:ss"})
        self.long_text = self._format({**cell, "text_wrap": True})
        """Older Excels show ##### where a cell is formatted as text and has more than 255 characters."""
        self.typed_text = self._format({"num_format": "@", "valign": "top"})
        """For cells that are still to be filled in: Excel keeps zeros at the front of what is typed there."""
        self.fault = self._format({**cell, "text_wrap": True, "num_format": "@", **_colours(*FAULT)})
        self.status = {
            status: self._format({**cell, **_colours(fill, ink)}) for status, (fill, ink) in STATUS_FILLS.items()
        }
        self.header, self.our_header = (
            self._format({"bold": True, "valign": "vcenter", "text_wrap": True, **_colours(fill, "#FFFFFF")})
            for fill in (HEADER_FILL, OUR_HEADER_FILL)
        )

    def _format(self, properties: dict[str, Any]) -> Format:
        form = self._book.add_format(properties)
        self._properties[id(form)] = properties
        return form

    def styled(self, form: Format, style: CellStyle) -> Format:
        """A format with the colour and weight that a person gave a cell."""
        key = (id(form), style)
        if key not in self._styled:
            looks = {"bg_color": style.fill} if style.fill is not None else {}
            self._styled[key] = self._format({**self._properties[id(form)], **looks, "bold": style.bold})
        return self._styled[key]

    def sheet(self, name: str) -> Worksheet:
        """A new empty sheet, printed one page wide, without Excel's warnings of numbers stored as text."""
        sheet = self._book.add_worksheet(name, _TextSheet)
        sheet.ignore_errors({"number_stored_as_text": "A1:XFD1048576"})
        sheet.set_landscape()
        sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.7)
        sheet.set_footer(self._footer)
        sheet.fit_to_pages(1, 0)
        return sheet

    def rows_aside(self, flush: Callable[[], None]) -> RowsAside:
        """Where rows of the sheet that was begun last are written; `flush` writes those that still wait."""
        number = len(self._book.worksheets())
        aside = RowsAside(self._folder / f"rows{number}.xml")
        self._rows[number] = _Rows(aside, flush)
        return aside

    def style_of(self, form: Format) -> int:
        """The number by which a cell of rows that were set aside has that format."""
        found = self._styles.get(id(form))
        if found is None:
            found = self._styles[id(form)] = int(form._get_xf_index())  # XlsxWriter has no other way
        return found

    def hidden_sheet(self, manifest: Manifest) -> None:
        """By this sheet we know a workbook of ours again, and which of its columns are ours."""
        sheet = self.sheet(HIDDEN_SHEET)
        for row, (key, value) in enumerate(manifest.entries()):
            sheet.write_string(row, 0, key)
            sheet.write_string(row, 1, value)
        sheet.hide()

    def bar_chart(self, sheet: Worksheet, cell: str, title: str, first_row: int, colours: Sequence[str]) -> None:
        """Draw numbers as bars, each in its colour: names in column A from `first_row` (from 0) on, numbers in C."""
        chart = self._book.add_chart({"type": "bar"})
        last_row = first_row + len(colours) - 1
        chart.add_series(
            {
                "categories": [sheet.name, first_row, 0, last_row, 0],
                "values": [sheet.name, first_row, 2, last_row, 2],
                "points": [{"fill": {"color": colour}} for colour in colours],
                "data_labels": {"value": True},
                "gap": 40,
            }
        )
        chart.set_title({"name": title, "name_font": {"size": 12}})
        chart.set_legend({"none": True})
        chart.set_y_axis({"reverse": True})
        chart.set_x_axis({"visible": False, "major_gridlines": {"visible": False}, "min": 0})
        sheet.insert_chart(cell, chart, {"object_position": 2})

    def close(self) -> None:
        """Write the file; before that it is only rows on the side."""
        sheets = self._book.worksheets()
        for number, (aside, flush) in self._rows.items():
            flush()
            self._take_the_room_of(aside, sheets[number - 1])
        self._book.close()
        rows = {f"xl/worksheets/sheet{number}.xml": aside for number, (aside, _) in self._rows.items()}
        pack(self._folder / "workbook.xlsx", rows, self._file)

    def _take_the_room_of(self, aside: RowsAside, sheet: Worksheet) -> None:
        """A sheet says how far its cells reach: its first and its last cell are enough for that."""
        rows, columns = aside.last
        if rows:
            sheet.write_blank(0, 0, None, self.text)
            sheet.write_blank(rows - 1, columns - 1, None, self.text)

    def let_go(self) -> None:
        """Of the rows on the side: where the writing broke off, XlsxWriter leaves them open."""
        for aside, _ in self._rows.values():
            aside.close()
        for sheet in self._book.worksheets():
            if sheet.row_data_fh is not None:
                sheet.row_data_fh.close()


def _footer(title: str, language: str) -> str:
    """The title at the left, the page's number at the right."""
    page = render(Message("workbook.page", page="&P", pages="&N"), language)
    return f"&L{title[:_FOOTER_CHARACTERS].replace('&', '&&')}&R{page}"


def _colours(fill: str, ink: str) -> dict[str, str]:
    return {"bg_color": fill, "font_color": ink}


@contextmanager
def new_workbook(where: Path | Place, language: str = "en", title: str = "") -> Iterator[WorkbookWriter]:
    """A workbook that is moved to its place when the block ends without an error; nobody ever sees half of one.

    Of a mere path, what stands there now is replaced. `title` is at the foot of each printed page. Raises WorkbookError
    where the folder or the file can't be written, and OccupiedError where something else stands there by then.
    """
    path = path_of(where)
    check_writable(path)
    try:
        place = Place.at(path) if isinstance(where, Path) else where
        with written_aside(place) as file, _folder_for_rows() as folder:
            book = WorkbookWriter(file, language, title, folder)
            try:
                yield book
                book.close()
                book.sha256 = file.sha256()
            finally:
                book.let_go()
    except (OSError, XlsxWriterException) as why:
        raise _not_written(path, why) from why


@contextmanager
def _folder_for_rows() -> Iterator[str]:
    """Where the rows wait until the workbook is closed; what processes left that died is deleted after a day."""
    with suppress(OSError):
        for old in Path(tempfile.gettempdir()).glob(f"{TEMPORARY}*"):
            if time.time() - old.stat().st_mtime > _TEMPORARY_SECONDS:
                shutil.rmtree(old, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix=TEMPORARY, ignore_cleanup_errors=True) as folder:
        yield folder


def check_writable(path: Path) -> None:
    """Raise WorkbookError where a workbook could not be written to `path` later on."""
    try:
        check_folder(path.parent)
        if path.exists():
            with path.open("r+b"):  # refused on Windows while the workbook is open in Excel
                pass
    except OSError as why:
        raise _not_written(path, why) from why


def standing_at(path: Path) -> FileIdentity | None:
    """What stands where a workbook is to go, None for nothing. Raises WorkbookError where nobody can look at it."""
    try:
        return FileIdentity.of(path)
    except OSError as why:
        raise _not_written(path, why) from why


def _not_written(path: Path, why: Exception) -> WorkbookError:
    inner = why.args[0] if isinstance(why, XlsxWriterException) and why.args else why  # its own says the number, too
    reason = inner.strerror if isinstance(inner, OSError) and inner.strerror else str(inner)
    return WorkbookError(Message("workbook.not_written", path=str(path), why=reason))
