"""A workbook's sheets and their values.

The fast reader gives those of XLSX and ODS, after the file was inspected for what would use too much memory.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from types import TracebackType
from typing import Self

import python_calamine as calamine

from uploader.errors import ListError
from uploader.i18n import Message
from uploader.readers.excel import ods, xls, xlsb
from uploader.readers.excel.attachments import Comment, comments, drawings
from uploader.readers.excel.cell_styles import CellStyle, StyledCell, styled_cells
from uploader.readers.excel.inspection import CellDetails, inspect
from uploader.readers.excel.package import DAMAGE, EncryptedError, HostileError, NotReadableError, Package, local
from uploader.readers.excel.plain_copy import plain_copy
from uploader.readers.excel.sheet import Sheet, Values
from uploader.readers.excel.styles import is_from_1904
from uploader.readers.filetype import Kind
from uploader.readers.snapshot import Snapshot

_MOST_COLUMNS = 16_384


_OwnBook = xls.OldBook | xlsb.BinaryBook | ods.OpenDocument
"""Of a format that we read without the fast reader."""


@contextmanager
def _no_panic() -> Iterator[None]:
    """Turn a panic of the fast reader, which is not an ordinary exception, into a damaged file."""
    try:
        yield
    except BaseException as why:
        if type(why).__name__ == "PanicException":
            raise NotReadableError(Message("damage.unknown")) from why
        raise


class Book:
    """An opened workbook. Use it as a context manager; the sheets that it gave stay usable."""

    def __init__(self, file: Snapshot, kind: Kind) -> None:
        self._file, self.path, self.kind = file, file.path, kind
        self._opened: calamine.CalamineWorkbook | None = None
        self._package: Package | None = None
        """Of an XLSX, whose sheets are looked into before they are read."""
        self._own: _OwnBook | None = None
        self._parts: dict[str, str] = {}
        self.names: list[str] = []
        """All its sheets."""
        self.visible: list[str] = []
        """Its visible worksheets."""
        self._sheets: dict[str, Sheet] = {}
        self._stack = ExitStack()
        try:
            self._open()
        except BaseException:
            self._stack.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def worksheets(self) -> list[str]:
        """Its sheets with cells, hidden ones too: charts may stand among `names`."""
        return self.names if self._package is None else list(self._parts)

    def close(self) -> None:
        """Close the file; the sheets that were given stay usable."""
        self.release()
        self._stack.close()

    def release(self) -> None:
        """Give back the memory of the fast reader, which opens the file again for a sheet that was not given yet."""
        self._opened = None

    def sheet(self, name: str) -> Sheet:
        """The sheet of this name. Raises ListError where it is damaged, or would do harm."""
        if name not in self._sheets:
            with self._refusing():
                self._sheets[name] = self._read(name)
        return self._sheets[name]

    def styled_cells(self, name: str, is_wanted: Callable[[CellStyle], bool]) -> Iterator[StyledCell]:
        """The cells of a sheet whose style is wanted, while the book is open; of an XLSX alone. Raises ListError."""
        if self._package is not None:
            with self._refusing():
                yield from styled_cells(self._package, self._workbook, self._parts[name], is_wanted)

    def comments(self, name: str) -> list[Comment]:
        """The comments of a sheet, while the book is open; of an XLSX alone. Raises ListError."""
        if self._package is None or name not in self._parts:
            return []
        with self._refusing():
            return list(comments(self._package, self._parts[name]))

    def drawings(self, name: str) -> int:
        """How many pictures, charts and text boxes are on it, while the book is open; of an XLSX alone.

        Raises ListError.
        """
        if self._package is None or name not in self._parts:
            return 0
        with self._refusing():
            return drawings(self._package, self._parts[name])

    @contextmanager
    def _refusing(self) -> Iterator[None]:
        """Turn whatever is wrong with the file into a ListError."""
        name = self.path.name
        try:
            yield
        except HostileError as why:
            raise ListError(Message("book.hostile", name=name, why=why.message)) from why
        except (calamine.PasswordError, EncryptedError) as why:
            raise ListError(Message("not_a_list.password", name=name)) from why
        except NotReadableError as why:
            raise ListError(Message("book.damaged", name=name, why=why.message)) from why
        except (calamine.CalamineError, calamine.WorksheetNotFound, *DAMAGE) as why:
            # The library's own words are for programmers. They stay in the chain of exceptions.
            raise ListError(Message("book.damaged", name=name, why=Message("damage.unknown"))) from why

    def _open(self) -> None:
        with self._refusing():
            match self.kind:
                case Kind.XLSX:
                    self._list_sheets(self._stack.enter_context(Package(self._file)))
                case Kind.XLS:
                    self._take_sheets(xls.OldBook(self._file))
                case Kind.XLSB:
                    self._take_sheets(xlsb.BinaryBook(self._stack.enter_context(Package(self._file))))
                case _:
                    self._take_sheets(ods.OpenDocument(self._file))

    def _take_sheets(self, book: _OwnBook) -> None:
        self._own = book
        self.names = list(book.sheets)
        self.visible = [name for name, is_visible in book.sheets.items() if is_visible]

    def _list_sheets(self, package: Package) -> None:
        """Names and parts of an XLSX's sheets, in their order."""
        self._package = package
        self._workbook = package.related("", "/officeDocument") or package.part("xl/workbook.xml") or ""
        if self._workbook not in package.names():
            raise NotReadableError(Message("damage.no_workbook_part"))
        relations = {id_: (type_, target) for id_, type_, target in package.relations(self._workbook)}
        for element, attrs in package.elements(self._workbook):
            if element == "sheet" and "name" in attrs:
                id_ = next((value for key, value in attrs.items() if local(key) == "id"), "")
                type_, part = relations.get(id_, ("", ""))
                self.names.append(attrs["name"])
                if type_.endswith("/worksheet") and part in package.names():
                    self._parts[attrs["name"]] = part
                    if attrs.get("state", "visible") == "visible":
                        self.visible.append(attrs["name"])

    def _read(self, name: str) -> Sheet:
        if self._own is not None:
            return self._own.sheet(name)
        package, part = self._package, self._parts.get(name)
        if package is None or part is None:
            raise NotReadableError(Message("damage.unknown"))
        details = inspect(package, self._workbook, part)
        return Sheet(self._values(package, name, details), details)

    def _values(self, package: Package, name: str, details: CellDetails) -> Values:
        if details.has_split_characters or details.has_padded_numbers:
            return self._plain_values(package, self._parts[name])
        try:
            with _no_panic():
                return self._sized(self._book(package).get_sheet_by_name(name))
        except (calamine.CalamineError, calamine.WorksheetNotFound, NotReadableError):
            return self._plain_values(package, self._parts[name])

    def _sized(self, values: calamine.CalamineSheet) -> Values:
        if values.total_width > _MOST_COLUMNS:
            raise NotReadableError(Message("damage.too_wide", count=values.total_width))
        return values

    def _plain_values(self, package: Package, part: str) -> Values:
        """The sheet from a copy that holds it alone, without what the fast reader stumbles over."""
        copy = plain_copy(package, self._workbook, part, is_from_1904=is_from_1904(package, self._workbook))
        with _no_panic():
            return self._sized(calamine.CalamineWorkbook.from_filelike(copy).get_sheet_by_index(0))

    def _book(self, package: Package) -> calamine.CalamineWorkbook:
        if self._opened is None:
            with _no_panic():
                self._opened = self._opened_by_reader(package)
        return self._opened

    def _opened_by_reader(self, package: Package) -> calamine.CalamineWorkbook:
        if package.is_odd():
            return calamine.CalamineWorkbook.from_filelike(package.repaired_copy())
        with self._file.open() as file:
            return calamine.CalamineWorkbook.from_filelike(file)
