"""XLSX and XLSM: each sheet is inspected for what its values don't show and for what would do harm, then read fast."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cached_property

import python_calamine as calamine

from uploader.i18n import Message
from uploader.readers.excel.ahead import Ahead
from uploader.readers.excel.cell_details import CellDetails
from uploader.readers.excel.package import NotReadableError, Package, local
from uploader.readers.excel.sheet import Sheet, Values
from uploader.readers.excel.size_limits import LAST_COLUMN
from uploader.readers.excel.xlsx import attachments, cell_styles
from uploader.readers.excel.xlsx.attachments import Comment
from uploader.readers.excel.xlsx.cell_styles import CellStyle, StyledCell
from uploader.readers.excel.xlsx.extent import refuse_many_texts
from uploader.readers.excel.xlsx.inspection import inspect
from uploader.readers.excel.xlsx.styles import is_from_1904, styles_of
from uploader.readers.snapshot import Snapshot

PasswordError = calamine.PasswordError
DAMAGE = (calamine.CalamineError, calamine.WorksheetNotFound)
"""What the fast reader raises of a file that it can't read. Its own words are for programmers."""


@contextmanager
def _no_panic() -> Iterator[None]:
    """Turn a panic of the fast reader, which is not an ordinary exception, into a damaged file."""
    try:
        yield
    except BaseException as why:
        if type(why).__name__ == "PanicException":
            raise NotReadableError(Message("damage.unknown")) from why
        raise


class XlsxBook:
    """An XLSX, while its package is open. Its methods raise HostileError, NotReadableError or one of DAMAGE."""

    def __init__(self, file: Snapshot, package: Package) -> None:
        self._file, self._package = file, package
        self._opened: Ahead[calamine.CalamineWorkbook] | None = None
        self._begun: dict[str, tuple[CellDetails, Ahead[Values]]] = {}
        self._workbook = package.related("", "/officeDocument") or package.part("xl/workbook.xml") or ""
        if self._workbook not in package.names():
            raise NotReadableError(Message("damage.no_workbook_part"))
        self.others: list[str] = []
        """The names of its sheets without cells, such as charts."""
        self.sheets: dict[str, bool] = {}
        """Whether each worksheet is visible, by its name."""
        self._parts: dict[str, str] = {}
        self._list_sheets()

    def sheet(self, name: str) -> Sheet:
        """The worksheet of this name."""
        self.begin(name)
        details, values = self._begun.pop(name)
        return Sheet(values.result(), details)

    def begin(self, name: str) -> None:
        """Begin to read the worksheet of this name. The fast reader takes nothing whose size is not known yet."""
        if name not in self._begun:
            styles, opened = styles_of(self._package, self._workbook), self._opening()
            details = inspect(self._package, self._parts[name], styles, self._strings)
            self._begun[name] = details, Ahead(lambda: self._values(name, opened, is_misread=details.is_misread))

    def lone_sheet(self, name: str) -> Sheet:
        """The worksheet of this name, where no other one is wanted.

        The fast reader takes the whole file into memory. A copy with one sheet is smaller, unless sheets share texts.
        """
        if self._strings is not None:
            return self.sheet(name)
        details = inspect(self._package, self._parts[name], styles_of(self._package, self._workbook), None)
        return Sheet(self._copied_values(name), details)

    def styled_cells(self, name: str, is_wanted: Callable[[CellStyle], bool]) -> Iterator[StyledCell]:
        """The cells of a sheet whose style is wanted."""
        return cell_styles.styled_cells(self._package, self._workbook, self._parts[name], is_wanted)

    def comments(self, name: str) -> Iterator[Comment]:
        """The comments of a sheet."""
        return attachments.comments(self._package, self._parts[name])

    def drawings(self, name: str) -> int:
        """How many pictures, charts and text boxes are on a sheet."""
        return attachments.drawings(self._package, self._parts[name])

    def release(self) -> None:
        """Give back the memory of the fast reader, which opens the file again for a sheet that was not given yet."""
        self._opened = None

    def _list_sheets(self) -> None:
        """Names and parts of its sheets, in their order."""
        relations = {id_: (type_, target) for id_, type_, target in self._package.relations(self._workbook)}
        for element, attrs in self._package.elements(self._workbook):
            if element == "sheet" and "name" in attrs:
                id_ = next((value for key, value in attrs.items() if local(key) == "id"), "")
                type_, part = relations.get(id_, ("", ""))
                if type_.endswith("/worksheet") and part in self._package.names():
                    self._parts[attrs["name"]] = part
                    self.sheets[attrs["name"]] = attrs.get("state", "visible") == "visible"
                else:
                    self.others.append(attrs["name"])

    def _values(self, name: str, opened: Ahead[calamine.CalamineWorkbook], *, is_misread: bool) -> Values:
        """The values by the fast reader; of a plain copy where it stumbles over the file, or would read it wrongly."""
        if not is_misread:
            try:
                with _no_panic():
                    return _sized(opened.result().get_sheet_by_name(name))
            except (*DAMAGE, NotReadableError):
                pass
        return self._copied_values(name)

    def _copied_values(self, name: str) -> Values:
        """The values in a plain copy of the sheet."""
        from uploader.readers.excel.xlsx.plain_copy import plain_copy  # noqa: PLC0415  # rare, and slow to import

        from_1904 = is_from_1904(self._package, self._workbook)
        copy = plain_copy(self._package, self._workbook, self._parts[name], is_from_1904=from_1904)
        with _no_panic():
            return _sized(calamine.CalamineWorkbook.from_filelike(copy).get_sheet_by_index(0))

    @cached_property
    def _strings(self) -> str | None:
        """The part with the shared texts."""
        part = self._package.related(self._workbook, "/sharedStrings")
        return part if part in self._package.names() else None

    def _opening(self) -> Ahead[calamine.CalamineWorkbook]:
        if self._opened is None:
            if self._strings is not None:
                refuse_many_texts(self._package, self._strings)
            self._opened = Ahead(self._open)
        return self._opened

    def _open(self) -> calamine.CalamineWorkbook:
        """The workbook for the fast reader, which takes in the shared texts at once: `is_odd` has gone through them."""
        if self._package.is_odd():
            return calamine.CalamineWorkbook.from_filelike(self._package.repaired_copy())
        with self._file.open() as file:
            return calamine.CalamineWorkbook.from_filelike(file)


def _sized(values: calamine.CalamineSheet) -> Values:
    if values.total_width > LAST_COLUMN:
        raise NotReadableError(Message("damage.too_wide", count=values.total_width))
    return values
