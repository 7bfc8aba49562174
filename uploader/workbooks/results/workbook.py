"""The result workbook: one line for every row of the list, every request made, and who sent what where and when."""

import heapq
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from operator import itemgetter
from pathlib import Path
from typing import NamedTuple

from uploader.i18n import Message
from uploader.model.job import Attempt, Job, RowResult, RunRecord, Settlement
from uploader.model.rows import ROW_COLUMN, Status
from uploader.workbooks.cell_digests import texts_digest
from uploader.workbooks.columns import attempt_columns, note_of, result_columns, shown_names
from uploader.workbooks.digests import PackedRows
from uploader.workbooks.manifest import Manifest
from uploader.workbooks.notes import Notes
from uploader.workbooks.notes_writer import NotesWriter
from uploader.workbooks.read_back.result_workbook import ATTEMPTS_SHEET, SUMMARY_SHEET
from uploader.workbooks.redaction import Redaction
from uploader.workbooks.results.answer_tally import AnswerTally
from uploader.workbooks.results.row_display import DisplayedRow, RowDisplay
from uploader.workbooks.results.summary import SummarySheet
from uploader.workbooks.xlsx.cells import Cell, CellInput
from uploader.workbooks.xlsx.moving import Place, path_of
from uploader.workbooks.xlsx.sheet_writer import SheetWriter, TableWriter, write_hidden_sheet
from uploader.workbooks.xlsx.xlsx_writer import WorkbookWriter, new_workbook

RESULTS_SHEET = "Results"


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What a result workbook shows."""

    job: Job
    """The newest of the list."""
    rows: Iterable[RowResult]
    attempts: Iterable[Attempt]
    """With their rows' cells where anything is redacted."""
    runs: Sequence[RunRecord]
    settlements: Iterable[Settlement] = ()
    """What people found who looked rows up, in time order as the attempts are."""
    notes: Notes | None = None
    """What a person added to the workbook that this one renews."""
    redaction: Redaction | None = None
    sandbox: bool = False
    language: str = "en"
    face: str = "cli"


class WrittenWorkbook(NamedTuple):
    """A result workbook that was written."""

    digest: str
    """Over all of it."""
    sheets: Sequence[str]
    """Those that hold the rows: more than one only where there are more rows than a sheet has."""
    sha256: str = ""
    """Of the file, hex."""


def write(
    where: Path | Place,
    content: Content,
    on_row: Callable[[int], None] = lambda _: None,
    on_digest: Callable[[str], None] = lambda _: None,
) -> WrittenWorkbook:
    """Write the result workbook to its place. Raises WorkbookError, and OccupiedError where somebody took the place.

    `on_row` is called with 1 after each row and with 0 after each attempt, `on_digest` with the digest before the
    workbook stands there. What they raise ends the writing, and leaves what stands there as it is.
    """
    with new_workbook(where, content.language, content.job.list_name) as book:
        written = _Results(book, path_of(where).name, content, on_row).write()
        on_digest(written.digest)
    return written._replace(sha256=book.sha256)


class _Results:
    """A result workbook while it is written."""

    def __init__(self, book: WorkbookWriter, file_name: str, content: Content, on_row: Callable[[int], None]) -> None:
        self._book, self._file_name, self._content, self._on_row = book, file_name, content, on_row
        self._display = RowDisplay.of_job(content.job, content.redaction, content.language, content.face)
        self._tally = AnswerTally()
        self._request_ids: dict[int, str] = {}
        self._statuses = {status: Cell(str(status), book.status[status]) for status in Status}
        header = content.job.header
        self._columns = result_columns(content.job.kept_columns)
        notes = (content.notes or Notes()).beside(header)
        self._notes = NotesWriter(book, header, notes, behind=self._columns)
        self._our_names = shown_names((ROW_COLUMN, *self._columns), header)

    def write(self) -> WrittenWorkbook:
        """Write all sheets."""
        digests = PackedRows()
        rows = self._write_rows(digests)
        attempts = self._write_attempts()
        row_sheets = [page.sheet.name for page in rows]
        summary = self._summary(row_sheets).lines(self._book)
        notes = self._notes.write_left()
        others = {page.sheet.name: str(page.digest) for page in (*attempts, *notes)} | {SUMMARY_SHEET: summary.digest}
        manifest = replace(
            self._manifest(), sheets=[*row_sheets, *others], other_sheets=others, packed_rows=digests.packed()
        ).sealed()
        summary.write(manifest.digest)
        write_hidden_sheet(self._book, manifest)
        return WrittenWorkbook(manifest.digest, row_sheets)

    def _manifest(self) -> Manifest:
        content, job, header = self._content, self._content.job, self._content.job.header
        fields = {name: (column, header[column]) for name, column in job.fields.items() if column < len(header)}
        return replace(
            Manifest.of_job(job, fields, sandbox=content.sandbox, zone=self._display.zone_text),
            our_columns=self._our_columns(),
            request_ids=self._request_ids,
            list_header=tuple(header),
            language=content.language,
            face=content.face,
            has_notes=bool(content.notes),
        )

    def _our_columns(self) -> Mapping[str, tuple[int, str]]:
        """For each of our columns its place, and its name there: the first before the list's own, the others behind."""
        columns, before = (ROW_COLUMN, *self._columns), len(self._content.job.header)
        places = [0, *range(before + 1, before + len(columns))]
        return {column: (at, name) for column, at, name in zip(columns, places, self._our_names, strict=True)}

    def _write_rows(self, digests: PackedRows) -> list[SheetWriter]:
        book, header = self._book, self._content.job.header
        own = 1 + len(header)

        def on_texts(rows: Iterable[Sequence[str]]) -> None:
            for texts in rows:
                outcome = texts[own : own + len(self._columns)]
                digests.add(texts[0], texts_digest(texts[1:own]), texts_digest(outcome))

        row_name, *outcome_names = [Cell(name, book.our_header) for name in self._our_names]
        names = [row_name, *(Cell(name, book.header) for name in header), *outcome_names, *self._notes.header]
        table = TableWriter(book, RESULTS_SHEET, names, frozen_columns=1, second_part=own, on_texts=on_texts)
        self._explain(table, [ROW_COLUMN, *[""] * len(header), *self._columns])
        for result in self._rows():
            row = self._display.displayed(result, table.line)
            self._tally.add(row)
            if result.request_id:
                self._request_ids[row.number] = result.request_id
            self._notes.add_to(table, row.number, self._line(row, result))
            self._on_row(1)
        table.close()
        return table.pages

    def _rows(self) -> Iterator[RowResult]:
        """The rows; those that were practised with the edits that were held back: from here they go for real."""
        for result in self._content.rows:
            if not (self._content.sandbox and result.held_back):
                yield result
                continue
            cells = tuple(result.held_back.get(at, cell) for at, cell in enumerate(result.row.cells))
            yield replace(result, row=result.row._replace(cells=cells))

    def _line(self, row: DisplayedRow, result: RowResult) -> list[CellInput]:
        cells: Sequence[CellInput] = row.cells
        if result.faults and result.status is Status.INVALID:
            fault = self._book.fault
            cells = [Cell(cell, fault) if at in result.faults else cell for at, cell in enumerate(row.cells)]
        _, *others = row.outcome
        return [row.number, *cells, self._statuses[result.status], *others]

    def _write_attempts(self) -> list[SheetWriter]:
        book = self._book
        columns = attempt_columns(self._content.job.kept_columns)
        names = [Cell(name, book.our_header) for name in shown_names(columns, ())]
        table = TableWriter(book, ATTEMPTS_SHEET, names, frozen_columns=1)
        self._explain(table, columns)
        for line in self._attempt_lines():
            table.add(line)
            self._on_row(0)
        table.close()
        return table.pages

    def _attempt_lines(self) -> Iterator[Sequence[CellInput]]:
        """Of every request and of every settlement, in the order of time."""
        requests, settlements = self._content.attempts, list(self._content.settlements)
        if not settlements:
            return map(self._attempt_line, requests)
        sent = ((datetime.fromisoformat(one.sent_at), self._attempt_line(one)) for one in requests)
        closed = ((datetime.fromisoformat(one.at), self._settlement_line(one)) for one in settlements)
        return (line for _, line in heapq.merge(sent, closed, key=itemgetter(0)))

    def _attempt_line(self, attempt: Attempt) -> Sequence[CellInput]:
        return self._display.attempt_line(attempt, self._display.moment(attempt.sent_at))

    def _settlement_line(self, settlement: Settlement) -> Sequence[CellInput]:
        """Nothing was sent and nothing answered, so what the API says stays empty."""
        by = self._display.settlement_text(settlement)
        return [settlement.row, None, None, None, "", "", None, settlement.found, by, self._content.job.id]

    def _explain(self, table: TableWriter, columns: Sequence[str]) -> None:
        """Say at each header of ours what the column holds; its name is the same in every language."""
        display = self._display
        times = Message("workbook.times", zone=display.zone_text)
        for at, column in enumerate(columns):
            if column:
                table.explain(at, display.text(Message(note_of(column), times=times)))

    def _summary(self, row_sheets: Sequence[str]) -> SummarySheet:
        content = self._content
        return SummarySheet(
            job=content.job,
            runs=content.runs,
            sandbox=content.sandbox,
            file_name=self._file_name,
            row_sheets=row_sheets,
            tally=self._tally,
            display=self._display,
        )
