"""One of our workbooks as it is now: the list in it, and what our columns and sheets say."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

from uploader.i18n import Message
from uploader.model.problems import ProblemLog
from uploader.model.rows import RESULT_COLUMNS, ROW_COLUMN, STATUS_COLUMN
from uploader.readers.cells import text
from uploader.readers.excel.book import Book
from uploader.readers.excel.sheet import Sheet
from uploader.readers.excel.source import cell_problems
from uploader.readers.pages import Page, Source
from uploader.workbooks.cell_digests import canonical_text, line_digest
from uploader.workbooks.digests import sheet_digest, total_digest
from uploader.workbooks.manifest import MOST_ROWS, RESULTS, Manifest
from uploader.workbooks.read_back.row_index import RowIndex, row_number
from uploader.workbooks.read_back.written_columns import Places, added_columns, places_of

ATTEMPTS_SHEET, SUMMARY_SHEET = "Attempts", "Summary"
_SAMPLE = 30
"""Rows by whose digests columns are told apart."""


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
    written: tuple[str, str] | None = None
    """The digests with which it was written, of the list's cells and of ours; None where no digest proves anything."""
    outcome_columns: Sequence[str] = RESULT_COLUMNS
    """The keys of its workbook's columns of ours, without `Row`, in the order in which they were written."""

    def digests(self) -> tuple[str, str]:
        """As it is now, of the list's cells and of ours."""
        return line_digest(self.cells), line_digest(self.outcome())

    def outcome(self) -> list[str]:
        """Our cells, in the order in which they were written, without `Row`."""
        return [self.our_cells.get(name, "") for name in self.outcome_columns]

    @property
    def is_as_written(self) -> bool:
        """Whether a digest says that it wasn't changed; without a digest nobody knows."""
        return self.written is not None and self.digests() == self.written


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
    attached: frozenset[str] = frozenset()
    """The sheets to which a person attached what is no text in a cell, and can't be carried on."""
    notes: frozenset[int] = frozenset()
    """The positions of columns that do not count as the list's."""
    written: Places | None = None
    """Where the list's columns are, in the order in which they were written; None where nobody looked."""
    answers: Sequence[int] = ()
    """The positions of columns with values of answers, where they count as the list's."""

    @property
    def path(self) -> Path:
        """Where it is."""
        return self.book.path

    @property
    def list_columns(self) -> list[int]:
        """The positions of the list's own columns; see `without_notes`."""
        if self.written is not None:
            return [at for at in self.written if at is not None]
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
        """The same workbook with the list's columns as they were written, in that order; what was added are notes."""
        written = self.manifest.list_header
        if self.written is not None or self.notes:
            return self
        if not written:  # a version that did not keep their names
            return replace(self, notes=frozenset(added_columns(self.manifest, self._names)))
        names, sample = self._names, self._sample()

        def hits(places: Sequence[int]) -> int:
            return sum(line_digest([texts[at] for at in places]) == digest for texts, digest in sample)

        places = places_of(written, names, hits, len(sample))
        return replace(self, written=places, notes=frozenset(names).difference(places))

    @property
    def _names(self) -> dict[int, str]:
        """Those of the list's own columns, by position."""
        return {at: self.header[at] for at in self.list_columns}

    @property
    def gone_columns(self) -> list[str]:
        """The names of the list's columns that were written and are gone."""
        written = self.written or ()
        return [name for name, at in zip(self.manifest.list_header, written, strict=False) if at is None]

    def renamed_columns(self) -> Iterator[tuple[str, str]]:
        """Of the list's columns that have another name by now, the name that was written and the one at hand."""
        for name, at in zip(self.manifest.list_header, self.written or (), strict=False):
            if at is not None and canonical_text(self.header[at]) != canonical_text(name):
                yield name, self.header[at]

    def names_as_written(self) -> dict[int, str]:
        """Of the list's columns that don't have the name any more that was written, that name, by position."""
        written = zip(self.manifest.list_header, self.written or (), strict=False)
        return {at: name for name, at in written if at is not None and self.header[at] != name}

    @property
    def is_intact(self) -> bool:
        """Whether its hidden sheet is as it was written, so that what its digests say counts."""
        manifest = self.manifest
        if not manifest.is_older:
            return manifest.is_intact
        row, *ours = [name for _, name in manifest.our_columns.values()]
        columns = [row, *(manifest.list_header or self.without_notes().list_header), *ours]
        return total_digest([*columns, *manifest.covered_facts()], manifest.packed_rows) == manifest.digest

    def _sample(self) -> list[tuple[list[str], str]]:
        """Some rows with the digests of their list's cells."""
        digests, sample = self.manifest.row_digests(), []
        for _, texts in self._texts():
            written = digests.get(row_number(texts[self.our_columns[ROW_COLUMN]]))
            if written is not None:
                sample.append((texts, written[0]))
            if len(sample) == _SAMPLE:
                break
        return sample

    def mapping(self) -> dict[str, int]:
        """Which position fills which field, as when it was written; fields whose column is gone are left out.

        A hidden sheet that somebody changed says nothing of that: the columns are mapped as those of any list.
        """
        if not self.manifest.is_intact:
            return {}
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
        own = self.manifest.own is not None  # laid out by a person
        kind = "workbook.read.results" if self.manifest.kind == RESULTS else "workbook.read.problems"
        return Source(
            self.path,
            self._list_pages,
            how=Message(kind, format=self.book.kind.value, list=self.manifest.list_name, sheet=name),
            sheet=name,
            problems=ProblemLog(cell_problems(sheet)),
            notes=[] if own else list(self._notes()),
            hidden_rows=frozenset(sheet.details.hidden_rows if own else ()),
            is_filtered=own and sheet.details.is_filtered,
            hidden_columns=frozenset(sheet.details.hidden_columns if own else ()),
            merged=sheet.merged() if own else {},
            left_out=frozenset(self.our_columns.values()),
            offered_first=self.answers,
        )

    def _notes(self) -> Iterator[Message]:
        for nth, (name, _) in enumerate(self.sheets[1:], start=1):
            yield Message("workbook.read.further_sheet", first=nth * MOST_ROWS + 1, sheet=name)
        hidden = len(self.sheets[0][1].details.hidden_rows)
        if hidden:
            yield Message("workbook.read.hidden_rows", count=hidden)

    def row_index(self) -> RowIndex:
        """Goes once through the rows for our columns `Row` and `Status`."""
        index = RowIndex()
        for page in self.row_pages():
            index.add(page.numbers, self._column(page, ROW_COLUMN), self._column(page, STATUS_COLUMN))
        return index

    def lines(self) -> Iterator[ResultLine]:
        """Its rows as they are now, those without anything in them left out."""
        listed, row_at = self.list_columns, self.our_columns[ROW_COLUMN]
        others = {name: position for name, position in self.our_columns.items() if name != ROW_COLUMN}
        digests, columns = self.manifest.row_digests() if self.is_intact else {}, self.manifest.outcome_columns
        for position, texts in self._texts():
            cells, ours = tuple(texts[at] for at in listed), {name: texts[at] for name, at in others.items()}
            if any(map(str.strip, (*cells, *ours.values(), texts[row_at]))):
                yield ResultLine(
                    position, texts[row_at].strip(), cells, ours, digests.get(row_number(texts[row_at])), columns
                )

    def _texts(self) -> Iterator[tuple[int, list[str]]]:
        """The position of each row, and all its cells."""
        for page in self.row_pages():
            for position, values in page.rows():
                texts = [text(value) for value in values]
                yield position, texts + [""] * (len(self.header) - len(texts))

    def attempts(self) -> Iterator[dict[str, str]]:
        """What a result workbook's sheet of requests says, each line by its columns' names."""
        if ATTEMPTS_SHEET not in self.book.names or self.manifest.own is not None:
            return
        rows = self.book.sheet(ATTEMPTS_SHEET).values.iter_rows()
        header = [text(value) for value in next(rows, [])]
        for row in rows:
            yield dict(zip(header, map(text, row), strict=False))

    def sheet_digest(self, name: str) -> str | None:
        """The digest of one of our other sheets as it is now; None if the sheet is missing."""
        if name not in self.book.names:
            return None
        shown = None if self.manifest.is_older else self.manifest.digest or None
        return sheet_digest(self.book.sheet(name).values, shown)

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

    def row_pages(self) -> Iterator[Page]:
        """All rows below the header."""
        return map(self._below_header, self._pages())

    def _below_header(self, page: Page) -> Page:
        return page.only([at for at, number in enumerate(page.numbers) if number > self.header_row])

    def _column(self, page: Page, name: str) -> Sequence[object]:
        position = self.our_columns.get(name, -1)
        return page.columns[position] if 0 <= position < len(page.columns) else [""] * len(page.numbers)
