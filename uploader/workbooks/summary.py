"""The sheet Summary of a result workbook: who sent what where and when, and how many rows had which answer."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from uploader.i18n import Fact, Message
from uploader.model.job import Job, RunRecord
from uploader.model.rows import Status
from uploader.workbooks.manifest import CellValue
from uploader.workbooks.row_display import DisplayedRow, RowAnswer, RowDisplay
from uploader.workbooks.sheet_writer import Cell, SheetWriter
from uploader.workbooks.xlsx_writer import STATUS_FILLS, WorkbookWriter

SUMMARY_SHEET = "Summary"
_WIDTHS = (31, 72, 31, 60, 12)
_CHART_CELL = "D2"
_ANSWERS, _MOST_ANSWERS, _ANSWER_CHARACTERS = 50, 2_000, 500
"""How many answers of each status are told apart, how many are kept in mind, and how much of each."""
_STATUS, _CODE, _MESSAGE, _ADVICE = "Status", "Response code", "Response message", "Advice"
_MEANING = {
    Status.ACCEPTED: Message("workbook.meaning.accepted"),
    Status.REJECTED: Message("workbook.meaning.rejected"),
    Status.UNKNOWN: Message("workbook.meaning.unknown"),
    Status.INVALID: Message("workbook.meaning.invalid"),
    Status.SKIPPED: Message("workbook.meaning.skipped"),
    Status.NOT_SENT: Message("workbook.meaning.not_sent"),
}
_OWN_ADVICE = (Status.INVALID, Status.SKIPPED)
"""Each of these rows has an advice of its own, so they are counted together."""
_NOT_ENDED = Message("workbook.summary.not_ended")


@dataclass(slots=True)
class AnswerTally:
    """How many rows have which status and answer; what is rare is counted together."""

    statuses: Counter[Status] = field(default_factory=Counter)
    _answers: Counter[RowAnswer] = field(default_factory=Counter)
    _others: Counter[Status] = field(default_factory=Counter)

    def add(self, row: DisplayedRow) -> None:
        """Count one row."""
        status, code, message, advice = row.answer
        self.statuses[status] += 1
        advice = "" if status in _OWN_ADVICE else advice
        answer = RowAnswer(status, code, message[:_ANSWER_CHARACTERS], advice[:_ANSWER_CHARACTERS])
        if answer in self._answers or len(self._answers) < _MOST_ANSWERS:
            self._answers[answer] += 1
        else:
            self._others[status] += 1

    def answers(self) -> Iterator[tuple[RowAnswer, int]]:
        """The commonest answers of each status, and how many rows have each."""
        yield from (pair for pair, is_common in self._ranked() if is_common)

    def others(self) -> Iterator[tuple[Status, int]]:
        """How many rows of each status have another answer."""
        others = Counter(self._others)
        for (answer, rows), is_common in self._ranked():
            if not is_common:
                others[answer.status] += rows
        yield from others.most_common()

    def _ranked(self) -> Iterator[tuple[tuple[RowAnswer, int], bool]]:
        """Every answer and its rows, the most first, and whether it is one of the commonest of its status."""
        seen = Counter[Status]()
        for answer, rows in self._answers.most_common():
            seen[answer.status] += 1
            yield (answer, rows), seen[answer.status] <= _ANSWERS


@dataclass(frozen=True, slots=True, kw_only=True)
class SummarySheet:
    """What the sheet says."""

    job: Job
    runs: Sequence[RunRecord]
    sandbox: bool
    file_name: str
    row_sheets: Sequence[str]
    """Those that hold the rows."""
    digest: str
    """Of the rows."""
    tally: AnswerTally
    display: RowDisplay

    def write(self, book: WorkbookWriter) -> SheetWriter:
        """Write the sheet."""
        page = SheetWriter(book, SUMMARY_SHEET, _WIDTHS)
        for name, value in self._facts():
            page.add([Cell(name, book.bold), Cell(value, book.fact)])
        page.add([])
        self._write_statuses(page)
        page.add([])
        self._write_answers(page)
        page.add([])
        self._write_runs(page)
        return page

    def _facts(self) -> Iterator[tuple[str, CellValue]]:
        if self.sandbox:
            yield "", self._text("sandbox")
        yield from self._list_facts()
        yield self._text("destination"), self.job.destination
        yield from ((self._text("setting", name=name), value) for name, value in self.job.settings.items())
        yield self._text("user"), self.job.user
        yield self._text("machine"), self.job.machine
        yield from self._run_facts()
        if self.job.redacted:
            yield self._text("redacted"), ", ".join(self.job.redacted)
        yield self._text("version"), self.job.version
        yield self._text("job"), self.job.id
        yield self._text("digest"), self.digest
        yield "", self._text("verify", name=self.file_name)
        yield "", self._text("fix", name=self.file_name)

    def _list_facts(self) -> Iterator[tuple[str, CellValue]]:
        job = self.job
        yield self._text("list"), job.list_name
        yield self._text("list_sha256"), job.list_sha256
        if job.sheet:
            yield self._text("sheet"), job.sheet
        yield self._text("rows"), self.tally.statuses.total()
        if len(self.row_sheets) > 1:
            yield self._text("row_sheets"), ", ".join(self.row_sheets)
        yield self._text("template"), job.template
        yield self._text("template_sha256"), job.template_sha256

    def _run_facts(self) -> Iterator[tuple[str, CellValue]]:
        job, runs, display = self.job, self.runs, self.display
        yield self._text("started"), display.moment_text(runs[0].started_at if runs else job.created_at)
        yield self._text("ended"), display.moment_text(job.ended_at) if job.ended_at else display.text(_NOT_ENDED)
        not_stopped = Message("workbook.summary.not_stopped") if job.ended_at else _NOT_ENDED
        yield self._text("stopped"), display.text(job.stopped or not_stopped)
        yield self._text("requests"), sum(run.requests for run in runs)
        rate = _per_minute(runs)
        if rate is not None:
            yield self._text("rate"), self._text("per_minute", rate=f"{rate:,.1f}")

    def _write_statuses(self, page: SheetWriter) -> None:
        """How many rows have which status, and what that means."""
        book = page.book
        header = (_STATUS, self._text("how_to_read"), self._text("rows"))
        page.add([Cell(name, book.our_header) for name in header])
        first = page.row
        for status in Status:
            meaning = self.display.text(_MEANING[status])
            page.add([Cell(status, book.status[status]), meaning, self.tally.statuses[status]])
        colours = [STATUS_FILLS[status][1] for status in Status]
        book.bar_chart(page.sheet, _CHART_CELL, self._text("chart"), first, colours)

    def _write_answers(self, page: SheetWriter) -> None:
        """How many rows have which answer, the most first."""
        book = page.book
        page.add([Cell(name, book.our_header) for name in (_STATUS, _MESSAGE, _CODE, _ADVICE, self._text("rows"))])
        for (status, code, message, advice), rows in self.tally.answers():
            page.add([Cell(status, book.status[status]), message, code, advice, rows])
        for status, rows in self.tally.others():
            page.add([Cell(status, book.status[status]), "", self._text("other_answers"), "", rows])

    def _write_runs(self, page: SheetWriter) -> None:
        """Every run that sent rows of the list."""
        names = ("started", "run", "ended", "stopped", "requests")
        page.add([Cell(self._text(name), page.book.our_header) for name in names])
        for run in self.runs:
            ended = "" if run.ended_at is None else self.display.moment_text(run.ended_at)
            stopped = "" if run.stopped is None else self.display.text(run.stopped)
            page.add([self.display.moment_text(run.started_at), self._run(run), ended, stopped, run.requests])

    def _run(self, run: RunRecord) -> str:
        if run.taken_from is not None:
            name = Path(run.taken_from).name
            return self._text("run_elsewhere", job=run.job, user=run.user, machine=run.machine, name=name)
        where = run.destination
        return self._text("run_here", job=run.job, where=where, user=run.user, machine=run.machine, version=run.version)

    def _text(self, code: str, /, **facts: Fact) -> str:
        return self.display.text(Message(f"workbook.summary.{code}", **facts))


def _per_minute(runs: Sequence[RunRecord]) -> float | None:
    """Requests a minute while rows were sent; None where that can't be known."""
    ended = [run for run in runs if run.ended_at is not None and run.requests and run.taken_from is None]
    seconds = sum(
        (datetime.fromisoformat(run.ended_at or "") - datetime.fromisoformat(run.started_at)).total_seconds()
        for run in ended
    )
    return 60 * sum(run.requests for run in ended) / seconds if seconds > 0 else None
