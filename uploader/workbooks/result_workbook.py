"""One of our workbooks as it is now: the list in it, and what our columns and sheets say."""

from array import array
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from uploader.i18n import Message
from uploader.model.problems import ProblemLog
from uploader.model.rows import ROW_COLUMN, STATUS_COLUMN, Status
from uploader.readers.cells import text
from uploader.readers.excel.book import Book
from uploader.readers.excel.sheet import Sheet
from uploader.readers.excel.source import cell_problems
from uploader.readers.pages import Page, Source
from uploader.workbooks.manifest import MOST_ROWS, RESULTS, Manifest, SheetDigest, canonical_text, line_digest

ATTEMPTS_SHEET = "Attempts"
_STATUSES = list(Status)
_NO_NUMBER, _NOT_A_NUMBER = 0, -1
_MOST = 1 << 40
"""No row has a higher number."""


class ResultLine(NamedTuple):
    """One row of the sheet with the list's rows, as it is now."""

    position: int
    """Its number in the workbook at hand."""
    number: str
    """What our column `Row` holds: the row's number in the list, or nothing."""
    cells: tuple[str, ...]
    """Under the list's own columns."""
    our_cells: Mapping[str, str]
    """By our column's name, without `Row`."""


@dataclass(frozen=True, slots=True)
class RowIndex:
    """Which row of the list is where in the workbook at hand, and what its status says; small for any list."""

    positions: "array[int]" = field(default_factory=lambda: array("I"))
    numbers: "array[int]" = field(default_factory=lambda: array("q"))
    statuses: bytearray = field(default_factory=bytearray)

    def number(self, position: int) -> int | None:
        """The row's number in the list; None if `Row` is empty or not a number."""
        number = self.numbers[bisect_left(self.positions, position)]
        return number if number > 0 else None

    def is_not_a_number(self, position: int) -> bool:
        """Whether `Row` holds something that is not a row number."""
        return self.numbers[bisect_left(self.positions, position)] == _NOT_A_NUMBER

    def status(self, position: int) -> Status | None:
        """What the row's status says, if it is one."""
        status = self.statuses[bisect_left(self.positions, position)]
        return _STATUSES[status - 1] if status else None

    def count(self, status: Status) -> int:
        """How many rows have that status."""
        return self.statuses.count(_STATUSES.index(status) + 1)

    def repeated(self) -> dict[int, tuple[int, int]]:
        """The positions whose number is further up, too: the number, and its first position."""
        first: dict[int, int] = {}
        repeated = {}
        for position, number in zip(self.positions, self.numbers, strict=True):
            if number > 0 and first.setdefault(number, position) != position:
                repeated[position] = (number, first[number])
        return repeated

    @property
    def highest(self) -> int:
        """The highest number of a row."""
        return max(self.numbers, default=0)


@dataclass(frozen=True, slots=True)
class ResultWorkbook:
    """A workbook that we wrote."""

    book: Book
    manifest: Manifest
    sheets: Sequence[tuple[str, Sheet]]
    """Those that hold the rows, by name: one, and more only where one is full."""
    header_row: int
    header: Sequence[str]
    """All names of the first sheet's header, ours too."""
    our_columns: Mapping[str, int]
    """The positions of our columns in the workbook at hand."""
    notes: frozenset[int] = frozenset()
    """The positions of columns that do not count as the list's."""

    @property
    def path(self) -> Path:
        """Where it is."""
        return self.book.path

    @property
    def list_columns(self) -> list[int]:
        """The positions of the list's own columns."""
        ours = set(self.our_columns.values())
        positions = [at for at in range(len(self.header)) if at not in ours and at not in self.notes]
        while positions and not self.header[positions[-1]] and positions[-1] > max(ours, default=0):
            positions.pop()
        return positions

    @property
    def list_header(self) -> list[str]:
        """The names of the list's own columns."""
        return [self.header[position] for position in self.list_columns]

    def without_notes(self) -> "ResultWorkbook":
        """The same workbook, in which the columns that somebody added since are not the list's."""
        return replace(self, notes=frozenset(self._added_columns()))

    def _added_columns(self) -> Sequence[int]:
        """The columns that are more than were written: those with other names, or else the last ones."""
        listed = self.list_columns
        more = len(listed) - self._written_width
        if more <= 0:
            return ()
        filling = dict(self.manifest.fields.values())  # all that an older workbook knows of its columns' names
        written = Counter(map(canonical_text, self.manifest.list_header or filling.values()))
        added = []
        for position in listed:
            name = canonical_text(self.header[position])
            if not written[name]:
                added.append(position)
            written[name] -= min(1, written[name])
        return added[-more:] if len(added) >= more else listed[-more:]

    @property
    def _written_width(self) -> int:
        """How many columns of the list were written: they are between our column `Row` and the others."""
        return min(position for name, (position, _) in self.manifest.our_columns.items() if name != ROW_COLUMN) - 1

    def mapping(self) -> dict[str, int]:
        """Which position fills which field, as when it was written; fields whose column is gone are left out."""
        listed = self.list_columns
        mapping = {}
        for name, (nth, column) in self.manifest.fields.items():
            candidates = [position for position in listed if self.header[position] == column]
            if nth < len(listed) and listed[nth] in candidates:
                mapping[name] = listed[nth]
            elif len(candidates) == 1:
                mapping[name] = candidates[0]
        return mapping

    def source(self) -> Source:
        """Its list as any other, in which our own columns are empty."""
        name, sheet = self.sheets[0]
        kind = "workbook.read.results" if self.manifest.kind == RESULTS else "workbook.read.problems"
        return Source(
            self.path,
            self._list_pages,
            how=Message(kind, format=self.book.kind.value, list=self.manifest.list_name, sheet=name),
            sheet=name,
            problems=ProblemLog(cell_problems(sheet)),
            notes=list(self._notes()),
            left_out=frozenset(self.our_columns.values()),
        )

    def _notes(self) -> Iterator[Message]:
        for nth, (name, _) in enumerate(self.sheets[1:], start=1):
            yield Message("workbook.read.further_sheet", first=nth * MOST_ROWS + 1, sheet=name)
        hidden = len(self.sheets[0][1].details.hidden_rows)
        if hidden:
            yield Message("workbook.read.hidden_rows", count=hidden)

    def row_index(self) -> RowIndex:
        """Goes once through the rows for our columns `Row` and `Status`."""
        codes = {status.value: code for code, status in enumerate(_STATUSES, start=1)}
        index = RowIndex()
        for page in self._rows_below_header():
            index.positions.extend(page.numbers)
            index.numbers.extend(map(_number, self._column(page, ROW_COLUMN)))
            statuses = self._column(page, STATUS_COLUMN)
            index.statuses.extend(codes.get(text(status).strip().casefold(), 0) for status in statuses)
        return index

    def lines(self) -> Iterator[ResultLine]:
        """Its rows as they are now, those without anything in them left out."""
        listed, row_at = self.list_columns, self.our_columns[ROW_COLUMN]
        others = {name: position for name, position in self.our_columns.items() if name != ROW_COLUMN}
        for page in self._rows_below_header():
            for position, values in page.rows():
                texts = [text(value) for value in values]
                texts += [""] * (len(self.header) - len(texts))
                cells, ours = tuple(texts[at] for at in listed), {name: texts[at] for name, at in others.items()}
                if any(map(str.strip, (*cells, *ours.values(), texts[row_at]))):
                    yield ResultLine(position, texts[row_at].strip(), cells, ours)

    def attempts(self) -> Iterator[dict[str, str]]:
        """What a result workbook's sheet of requests says, each line by its columns' names."""
        if ATTEMPTS_SHEET not in self.book.names:
            return
        rows = self.book.sheet(ATTEMPTS_SHEET).values.iter_rows()
        header = [text(value) for value in next(rows, [])]
        for row in rows:
            yield dict(zip(header, map(text, row), strict=False))

    def sheet_digest(self, name: str) -> str | None:
        """The digest of one of our other sheets as it is now; None if the sheet is missing."""
        if name not in self.book.names:
            return None
        digest = SheetDigest([])
        values = self.book.sheet(name).values
        if values.start is not None:
            left = [""] * values.start[1]
            for row in values.iter_rows():
                texts = [*left, *map(text, row)]
                digest.add(line_digest(islice(texts, _filled_width(texts))))
        return str(digest)

    def _pages(self) -> Iterator[Page]:
        """All rows of all sheets that hold them; a further sheet's come under numbers behind the last one's."""
        for nth, (_, sheet) in enumerate(self.sheets):
            for page in sheet.pages():
                if nth == 0:
                    yield page
                else:
                    rows = self._below_header(page)
                    yield Page([number + nth * MOST_ROWS for number in rows.numbers], rows.columns)

    def _list_pages(self) -> Iterator[Page]:
        ours = set(self.our_columns.values())
        for page in self._pages():
            blank = ("",) * len(page.numbers)
            yield Page(page.numbers, [blank if at in ours else column for at, column in enumerate(page.columns)])

    def _rows_below_header(self) -> Iterator[Page]:
        return map(self._below_header, self._pages())

    def _below_header(self, page: Page) -> Page:
        return page.only([at for at, number in enumerate(page.numbers) if number > self.header_row])

    def _column(self, page: Page, name: str) -> Sequence[object]:
        position = self.our_columns.get(name, -1)
        return page.columns[position] if 0 <= position < len(page.columns) else [""] * len(page.numbers)


def _number(value: object) -> int:
    """The number in a cell of `Row`; see `_NO_NUMBER` and `_NOT_A_NUMBER`."""
    digits = text(value).strip()
    if not digits:
        return _NO_NUMBER
    return int(digits) if digits.isascii() and digits.isdecimal() and 0 < int(digits) < _MOST else _NOT_A_NUMBER


def _filled_width(texts: Sequence[str]) -> int:
    return next((at + 1 for at in range(len(texts) - 1, -1, -1) if texts[at].strip()), 0)
