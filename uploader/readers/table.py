"""The table in a list: its header, its width, and its records as chunks of text. Independent of file formats."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from uploader.errors import ListError
from uploader.i18n import Message
from uploader.i18n.rows import row_numbers, some_of
from uploader.model.cancel import CancelToken
from uploader.model.rows import column_named
from uploader.readers import header as headers
from uploader.readers.cells import text, texts
from uploader.readers.comments import MARK, Comments
from uploader.readers.header import NumberedCells
from uploader.readers.pages import Page, Records, Source
from uploader.readers.scan import Scan

if TYPE_CHECKING:
    import pandas as pd

_SAMPLE_ROWS = 200
_SHOWN_TITLES = 3
_SHOWN_TEXT = 60


class Table:
    """A list as text: `header`, and the rows below it that have anything in them."""

    def __init__(
        self,
        source: Source,
        header_row: int,
        header: list[str],
        sample: Sequence[NumberedCells],
        cancel: CancelToken | None = None,
        wanted: Sequence[str] = (),
    ) -> None:
        """`wanted` are names that columns may have. Raises ListError where another list begins within this one."""
        self.path = source.path
        self.sheet = source.sheet
        self.how = source.how
        """How the file was read."""
        self.encoding, self.delimiter = source.encoding, source.delimiter
        """Of delimited text; else None."""
        self.is_in_memory = source.is_in_memory
        self.header_row = header_row
        self._source, self._cancel = source, cancel or CancelToken()
        above = [row for row in sample if row[0] < header_row]
        below = [cells for number, cells in sample if number > header_row]
        self._comments = Comments(above, header)
        cells = header[: _filled_width(header)]
        self.first_cells = cells
        """The header's cells as they are in the file."""
        scan = Scan(source, header_row, cells, len(header), below, wanted)
        for page in self._pages():
            scan.seen(page)
            scan.problems.extend(self._comments.doubtful(page))
        scan.ended()
        self.rows, self._hidden = scan.rows, scan.hidden
        self.problems = scan.problems
        """The problems that the reader noticed, each at its cell."""
        self.date_columns = scan.date_columns
        """The columns that contain Excel dates."""
        self.header = _merged_header(source, header_row, cells + [""] * (scan.width - len(cells)), sample)
        """The header's texts; "" over columns without a name."""
        self.notes: Sequence[Message] = [*source.notes, *self._notes()]
        """What the person should know about the list as a whole."""

    def _pages(self) -> Iterator[Page]:
        """The rows below the header, without empty rows and comments. Raises CancelledError."""
        for page in self._source.pages():
            self._cancel.check()
            if not page.numbers or page.numbers[-1] <= self.header_row:
                continue
            kept = page.filled()
            if page.numbers[0] <= self.header_row:
                kept = [at for at in kept if page.numbers[at] > self.header_row]
            records = self._comments.without(page.only(kept))
            if records.numbers:
                yield records

    def texts(self) -> Iterator[Records]:
        """All records as text, some at a time. Each call starts again. Raises CancelledError."""
        width = len(self.header)
        for page in self._pages():
            columns = [texts(column) for column in page.columns[:width]]
            columns += [[""] * len(page.numbers)] * (width - len(columns))
            yield Records(page.numbers, columns)

    def values(self, positions: Sequence[int]) -> Iterator[list[Sequence[object]]]:
        """The values of these columns as the file has them, some records at a time. Raises CancelledError."""
        for page in self._pages():
            yield [page.columns[at] if at < len(page.columns) else () for at in positions]

    @property
    def has_number_cells(self) -> bool:
        """Whether a cell may hold a number that isn't written in anybody's notation."""
        return self.delimiter is None

    def chunks(self) -> "Iterator[pd.DataFrame]":
        """DataFrames of text, one column for each position of the header; the index is the row's number in Excel."""
        from uploader.readers.frame import frames  # noqa: PLC0415  # pandas takes longer to import than a small list

        return frames(self.texts())

    def first_record(self) -> Sequence[str]:
        """The cells of the first record, one for each header cell; empty texts if there is no record."""
        return next(([column[0] for column in some.columns] for some in self.texts()), [""] * len(self.header))

    def reading(self) -> Message:
        """How the list was read, for people: format, where the header is, how many rows and columns."""
        rows = Message("list.rows", count=self.rows)
        columns = Message("list.columns", count=len(self.listed))
        return Message("list.reading", how=self.how, row=self.header_row, rows=rows, columns=columns)

    @property
    def left_out(self) -> frozenset[int]:
        """The positions of columns that are not the list's own, and empty here."""
        return self._source.left_out

    @property
    def listed(self) -> Sequence[int]:
        """The positions of the list's own columns."""
        return [at for at in range(len(self.header)) if at not in self.left_out]

    @property
    def offered(self) -> Sequence[int]:
        """The same in the order in which a person may choose among them."""
        first = self._source.offered_first
        return [*first, *(at for at in self.listed if at not in first)]

    def has_header(self) -> bool:
        """Whether the header's cells look like names. If not, the list may have no header."""
        return headers.looks_like_one(self.first_cells)

    def _notes(self) -> Iterator[Message]:
        titles, comments = self._comments.titles, sorted(self._comments.rows)
        if titles:
            yield Message("note.titles_above", count=len(titles), texts=_quoted(titles))
        if comments:
            yield Message("note.comments", count=len(comments), character=MARK, numbers=row_numbers(comments))
        if self._hidden:
            code = "filtered_rows" if self._source.is_filtered else "hidden_rows"
            yield Message(f"note.{code}", count=self._hidden)
        hidden = sorted(at for at in self._source.hidden_columns if at < len(self.header))
        if hidden:
            yield Message("note.hidden_columns", columns=some_of([column_named(self.header, at) for at in hidden]))


def table_of(
    source: Source, wanted: Sequence[str] = (), header_row: int | None = None, cancel: CancelToken | None = None
) -> Table:
    """The table of a source.

    Its header is the row that was given, else the one that fits the wanted names best, else the one that looks like a
    header. Raises ListError where there is none, CancelledError where `cancel` is set.
    """
    sample, given = _first_rows(source, header_row, cancel or CancelToken())
    if header_row is not None and given is None:
        raise ListError(Message("table.no_such_header_row", name=source.path.name, row=header_row))
    if not sample:
        raise ListError(Message("table.empty", name=source.path.name))
    number, cells = given or sample[headers.header_position(sample, wanted)]
    return Table(source, number, list(cells), sample, cancel, wanted)


def _first_rows(
    source: Source, header_row: int | None, cancel: CancelToken
) -> tuple[list[NumberedCells], NumberedCells | None]:
    """The first rows that have anything in them, and the one that was given as the header's."""
    sample: list[NumberedCells] = []
    given: NumberedCells | None = None
    for page in source.pages():
        cancel.check()
        filled = page.only(page.filled())
        widths = filled.widths or [len(filled.columns)] * len(filled.numbers)
        for (number, values), width in zip(filled.rows(), widths, strict=True):
            if number == header_row or len(sample) < _SAMPLE_ROWS:
                row = (number, list(map(text, values[:width])))
                given = row if number == header_row else given
                sample += [row] if len(sample) < _SAMPLE_ROWS else []
        if len(sample) >= _SAMPLE_ROWS and (header_row is None or page.numbers[-1:] >= [header_row]):
            break
    return sample, given


def _merged_header(source: Source, header_row: int, header: list[str], sample: Sequence[NumberedCells]) -> list[str]:
    """The header, with the text of merged cells repeated over all covered columns that have data below."""
    of_row = dict(sample)
    below = [cells for number, cells in sample if number > header_row]
    names = list(header)
    for (first_row, first), (last_row, last) in source.merged.items():
        if first_row <= header_row <= last_row and first_row in of_row:
            row = of_row[first_row]
            name = row[first] if first < len(row) else ""
            for position in range(first, min(last + 1, len(names))):
                is_used = position == first or any(len(cells) > position and cells[position].strip() for cells in below)
                if not names[position].strip() and is_used:
                    names[position] = name
    return names


def _filled_width(cells: Sequence[str]) -> int:
    """How many cells there are up to the last filled one."""
    return next((at + 1 for at in range(len(cells) - 1, -1, -1) if cells[at].strip()), 0)


def _quoted(rows: Sequence[Sequence[str]]) -> str:
    """The texts of the first of these rows, in quotation marks."""
    quoted = ["“" + _shortened(" ".join(filter(None, map(str.strip, cells)))) + "”" for cells in rows[:_SHOWN_TITLES]]
    return ", ".join(quoted) + (" …" if len(rows) > _SHOWN_TITLES else "")


def _shortened(line: str) -> str:
    line = " ".join(line.split())
    return line if len(line) <= _SHOWN_TEXT else line[: _SHOWN_TEXT - 1] + "…"
