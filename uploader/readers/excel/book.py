"""A workbook of any format: its sheets by their names. Whatever is wrong with the file is a ListError."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from types import TracebackType
from typing import TYPE_CHECKING, Self

from uploader.errors import ListError
from uploader.i18n import Message
from uploader.readers.excel.package import DAMAGE, EncryptedError, HostileError, NotReadableError, Package
from uploader.readers.excel.sheet import Sheet
from uploader.readers.excel.xlsx import workbook as xlsx
from uploader.readers.excel.xlsx.attachments import Comment
from uploader.readers.excel.xlsx.cell_styles import CellStyle, StyledCell
from uploader.readers.excel.xlsx.workbook import XlsxBook
from uploader.readers.filetype import Kind
from uploader.readers.snapshot import Snapshot

if TYPE_CHECKING:
    from uploader.readers.excel.binary.xls import OldBook
    from uploader.readers.excel.binary.xlsb import BinaryBook
    from uploader.readers.excel.ods import OpenDocument


class Book:
    """An opened workbook. Use it as a context manager; the sheets that it gave stay usable."""

    def __init__(self, file: Snapshot, kind: Kind) -> None:
        self.path, self.kind = file.path, kind
        self._sheets: dict[str, Sheet] = {}
        self._stack = ExitStack()
        try:
            with self._refusing():
                self._book = self._opened(file)
        except BaseException:
            self._stack.close()
            raise
        self.worksheets = list(self._book.sheets)
        """Its sheets with cells, hidden ones too."""
        self.visible = [name for name, is_visible in self._book.sheets.items() if is_visible]
        """Its visible worksheets."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def names(self) -> list[str]:
        """All its sheets, charts too."""
        return [*self.worksheets, *(self._book.others if isinstance(self._book, XlsxBook) else ())]

    def close(self) -> None:
        """Close the file; the sheets that were given stay usable."""
        self.release()
        self._stack.close()

    def release(self) -> None:
        """Give back the memory that only a sheet takes which was not given yet."""
        if isinstance(self._book, XlsxBook):
            self._book.release()

    def sheet(self, name: str) -> Sheet:
        """The sheet of this name. Raises ListError where it is damaged, or would do harm."""
        if name not in self._sheets:
            with self._refusing():
                self._sheets[name] = self._book.sheet(name)
        return self._sheets[name]

    def begin(self, name: str) -> None:
        """Begin to read a sheet that will be wanted soon. What is wrong with it, `sheet` will say."""
        if isinstance(self._book, XlsxBook) and name in self._book.sheets and name not in self._sheets:
            with suppress(ListError), self._refusing():
                self._book.begin(name)

    def lone_sheet(self, name: str) -> Sheet:
        """The sheet of this name, where no other one is wanted: the rest of a large workbook takes no memory then.

        Raises ListError as `sheet` does.
        """
        if not isinstance(self._book, XlsxBook):
            return self.sheet(name)
        with self._refusing():
            return self._book.lone_sheet(name)

    def styled_cells(self, name: str, is_wanted: Callable[[CellStyle], bool]) -> Iterator[StyledCell]:
        """The cells of a sheet whose style is wanted, while the book is open; of an XLSX alone. Raises ListError."""
        if isinstance(self._book, XlsxBook):
            with self._refusing():
                yield from self._book.styled_cells(name, is_wanted)

    def comments(self, name: str) -> list[Comment]:
        """The comments of a sheet, while the book is open; of an XLSX alone. Raises ListError."""
        if not isinstance(self._book, XlsxBook) or name not in self._book.sheets:
            return []
        with self._refusing():
            return list(self._book.comments(name))

    def drawings(self, name: str) -> int:
        """How many pictures, charts and text boxes are on it, while the book is open; of an XLSX alone.

        Raises ListError.
        """
        if not isinstance(self._book, XlsxBook) or name not in self._book.sheets:
            return 0
        with self._refusing():
            return self._book.drawings(name)

    def _opened(self, file: Snapshot) -> "XlsxBook | OldBook | BinaryBook | OpenDocument":
        """The file by its format; importing those of all formats takes as long as reading a small list."""
        match self.kind:
            case Kind.XLSX:
                return XlsxBook(file, self._stack.enter_context(Package(file)))
            case Kind.XLSB:
                from uploader.readers.excel.binary.xlsb import BinaryBook  # noqa: PLC0415

                return BinaryBook(self._stack.enter_context(Package(file)))
            case Kind.XLS:
                from uploader.readers.excel.binary.xls import OldBook  # noqa: PLC0415

                return OldBook(file)
            case _:
                from uploader.readers.excel.ods import OpenDocument  # noqa: PLC0415

                return OpenDocument(file)

    @contextmanager
    def _refusing(self) -> Iterator[None]:
        """Turn whatever is wrong with the file into a ListError."""
        name = self.path.name
        try:
            yield
        except HostileError as why:
            raise ListError(Message("book.hostile", name=name, why=why.message)) from why
        except (xlsx.PasswordError, EncryptedError) as why:
            raise ListError(Message("not_a_list.password", name=name)) from why
        except NotReadableError as why:
            raise ListError(Message("book.damaged", name=name, why=why.message)) from why
        except (*xlsx.DAMAGE, *DAMAGE) as why:
            raise ListError(Message("book.damaged", name=name, why=Message("damage.unknown"))) from why
