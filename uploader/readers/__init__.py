"""Lists as tables of text: a file that can't be read faithfully is refused with a reason."""

from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from uploader.errors import ListError
from uploader.i18n import Message
from uploader.model.cancel import CancelToken
from uploader.readers.excel import source as excel_source
from uploader.readers.excel.book import Book
from uploader.readers.filetype import Kind, kind_of
from uploader.readers.pages import Source
from uploader.readers.snapshot import Snapshot, snapshot_of
from uploader.readers.table import Table, table_of

__all__ = ["ListFile", "Table", "open_file", "open_list", "read_table", "refuse_senseless", "table_of"]


class ListFile:
    """A file that is read once for everyone who looks into it. Use it as a context manager.

    The sheets that its book gave stay usable afterwards.
    """

    def __init__(self, snapshot: Snapshot, kind: Kind, book: Book | None) -> None:
        self.snapshot, self.kind = snapshot, kind
        self.book = book
        """None for a text file, which is read when needed."""

    @property
    def path(self) -> Path:
        """Where it is."""
        return self.snapshot.path

    @property
    def sha256(self) -> str:
        """Of the bytes that are read, whatever becomes of the file meanwhile."""
        return self.snapshot.sha256

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.book is not None:
            self.book.close()

    def begin(self, sheet: str | None = None) -> None:
        """Begin to read this sheet, or the first one, while something else is done; nothing is raised yet."""
        if self.book is not None:
            for name in [sheet] if sheet is not None else self.book.visible[:1]:
                self.book.begin(name)


def open_file(path: Path, cancel: CancelToken | None = None) -> ListFile:
    """Open a CSV, XLSX, XLSM, XLSB, XLS or ODS file. The type is detected from its content.

    Raises ListError, or CancelledError where `cancel` is set.
    """
    snapshot = snapshot_of(Path(path), cancel)
    kind = kind_of(snapshot)
    return ListFile(snapshot, kind, None if kind is Kind.TEXT else Book(snapshot, kind))


def read_table(
    file: ListFile,
    *,
    wanted: Sequence[str] = (),
    sheet: str | None = None,
    header_row: int | None = None,
    encoding: str | None = None,
    delimiter: str | None = None,
    cancel: CancelToken | None = None,
) -> Table:
    """The table in an opened file.

    `wanted` are column names that help to find the sheet, the delimiter and the header row; without them the shape of
    the table decides. The others say what detection would otherwise find out (`header_row` counts from 1). Raises
    ListError, which says what is wrong and how to fix it, or CancelledError where `cancel` is set.
    """
    refuse_senseless(file, sheet=sheet, encoding=encoding, delimiter=delimiter)
    return table_of(_source(file, wanted, sheet, encoding, delimiter), wanted, header_row, cancel)


def open_list(
    path: Path,
    *,
    wanted: Sequence[str] = (),
    sheet: str | None = None,
    header_row: int | None = None,
    encoding: str | None = None,
    delimiter: str | None = None,
) -> Table:
    """The table in a file: see `read_table`."""
    with open_file(path) as file:
        return read_table(
            file, wanted=wanted, sheet=sheet, header_row=header_row, encoding=encoding, delimiter=delimiter
        )


def _source(
    file: ListFile, wanted: Sequence[str], sheet: str | None, encoding: str | None, delimiter: str | None
) -> Source:
    if file.book is not None:
        return excel_source.source_of(file.book, wanted, sheet)
    from uploader.readers.csv import source as csv_source  # noqa: PLC0415  # a workbook doesn't wait for its tables

    return csv_source.source_of(file.snapshot, wanted, encoding, delimiter)


def refuse_senseless(
    file: ListFile, *, sheet: str | None = None, encoding: str | None = None, delimiter: str | None = None
) -> None:
    """Raises ListError for an option that doesn't apply to a file of this kind."""
    given = {"encoding_of_workbook": encoding, "delimiter_of_workbook": delimiter}
    for code, value in given.items() if file.book is not None else [("sheet_of_csv", sheet)]:
        if value is not None:
            raise ListError(Message(f"hint.{code}", name=file.path.name, value=value))
