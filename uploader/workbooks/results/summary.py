"""The sheet Summary of a result workbook: who sent what where and when, what the API answered, and what to do next."""

import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from uploader.i18n import Fact, Message
from uploader.model.answers import AnswerGroup
from uploader.model.job import Job, RunRecord
from uploader.model.rows import Status, column_named
from uploader.workbooks.cell_digests import CellValue
from uploader.workbooks.read_back.result_workbook import SUMMARY_SHEET
from uploader.workbooks.results.answer_tally import AnswerTally
from uploader.workbooks.results.row_display import RowDisplay
from uploader.workbooks.xlsx.cells import Cell, CellInput
from uploader.workbooks.xlsx.colours import STATUS_FILLS
from uploader.workbooks.xlsx.sheet_writer import SheetWriter, digest_of_lines
from uploader.workbooks.xlsx.xlsx_writer import WorkbookWriter

_WIDTHS = (31, 64, 31, 50, 12)
_CHART_CELL = "D2"
_STATUS, _CODE, _MESSAGE, _ADVICE = "Status", "Response code", "Response message", "Advice"
_MEANING = {
    Status.ACCEPTED: Message("workbook.meaning.accepted"),
    Status.REJECTED: Message("workbook.meaning.rejected"),
    Status.UNKNOWN: Message("workbook.meaning.unknown"),
    Status.INVALID: Message("workbook.meaning.invalid"),
    Status.SKIPPED: Message("workbook.meaning.skipped"),
    Status.NOT_SENT: Message("workbook.meaning.not_sent"),
}
_NOT_ENDED = Message("workbook.summary.not_ended")


@dataclass(slots=True)
class SummaryLines:
    """The lines of the sheet before they are written: the digest of the workbook stands among them and covers them."""

    book: WorkbookWriter
    display: RowDisplay
    lines: list[Sequence[CellInput]] = field(default_factory=list)
    facts: int = 0
    """How many of them come before the line with the digest."""
    statuses: int = 0
    """How many come before the statuses, without that line."""

    def add(self, line: Sequence[CellInput]) -> None:
        """One more."""
        self.lines.append(line)

    @property
    def digest(self) -> str:
        """Over all of them, without the line that shows the digest of the whole workbook."""
        return digest_of_lines(self.lines, self.book)

    def write(self, digest: str) -> None:
        """Write the sheet, with the digest of the whole workbook."""
        page, shown = SheetWriter(self.book, SUMMARY_SHEET, _WIDTHS), Message("workbook.summary.digest")
        for nth, line in enumerate(self.lines):
            if nth == self.facts:
                page.add([Cell(self.display.text(shown), self.book.bold), Cell(digest, self.book.fact)])
            page.add(line)
        title = self.display.text(Message("workbook.summary.chart"))
        colours = [STATUS_FILLS[status][1] for status in Status]
        self.book.bar_chart(page.sheet, _CHART_CELL, title, self.statuses + 1, colours)


@dataclass(frozen=True, slots=True, kw_only=True)
class SummarySheet:
    """What the sheet says."""

    job: Job
    runs: Sequence[RunRecord]
    sandbox: bool
    file_name: str
    row_sheets: Sequence[str]
    """Those that hold the rows."""
    tally: AnswerTally
    display: RowDisplay

    def lines(self, book: WorkbookWriter) -> SummaryLines:
        """What it says, ready to be written."""
        page = SummaryLines(book, self.display)
        for name, value in self._facts():
            page.add([Cell(name, book.bold), Cell(value, book.fact)])
        page.facts = len(page.lines)
        for write_part in (
            self._write_statuses,
            self._write_next_steps,
            self._write_answers,
            self._write_mapping,
            self._write_runs,
        ):
            page.add([])
            write_part(page)
        return page

    def _facts(self) -> Iterator[tuple[str, CellValue]]:
        if self.sandbox:
            yield "", self._text("sandbox")
        yield from self._list_facts()
        yield self._text("destination"), self.job.destination
        yield from ((self._text("setting", name=name), value) for name, value in self.job.settings.items())
        yield self._text("user"), self.job.sender.user
        yield self._text("machine"), self.job.sender.machine
        yield from self._run_facts()
        if self.job.redacted:
            yield self._text("redacted"), ", ".join(self.job.redacted)
        yield self._text("version"), self.job.sender.version
        yield self._text("job"), self.job.id

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
            yield self._text("rate"), self._text("per_minute", rate=round(rate, 1))

    def _write_statuses(self, page: SummaryLines) -> None:
        """How many rows have which status, and what that means."""
        book = page.book
        header = (_STATUS, self._text("how_to_read"), self._text("rows"))
        page.add([Cell(name, book.our_header) for name in header])
        page.statuses = len(page.lines)
        for status in Status:
            meaning = self.display.text(_MEANING[status])
            page.add([Cell(status, book.status[status]), meaning, self.tally.statuses[status]])
        for status, said, rows in self._by_whose_word():
            page.add([Cell(status, book.status[status]), self.display.text(said), rows])

    def _by_whose_word(self) -> Iterator[tuple[Status, Message, int]]:
        """Where a person settled rows, how many they were, and how many the API accepted itself."""
        statuses, settled = self.tally.statuses, self.tally.settled
        if settled["arrived"]:
            by_api = statuses[Status.ACCEPTED] - settled["arrived"]
            yield Status.ACCEPTED, Message("workbook.settled.count_by_api"), by_api
            yield Status.ACCEPTED, Message("workbook.settled.count_arrived"), settled["arrived"]
        if settled["not arrived"]:
            yield Status.NOT_SENT, Message("workbook.settled.count_not_arrived"), settled["not arrived"]

    def _write_answers(self, page: SummaryLines) -> None:
        """How many rows have which answer, the most first."""
        book = page.book
        page.add([Cell(name, book.our_header) for name in (_STATUS, _MESSAGE, _CODE, _ADVICE, self._text("rows"))])
        for group in self.tally.answers():
            first = Cell(group.status, book.status[group.status])
            page.add([first, self._message(group), group.code, self.display.text(group.advice), group.rows])
        for status, rows in self.tally.others():
            page.add([Cell(status, book.status[status]), "", self._text("other_answers"), "", rows])

    def _message(self, group: AnswerGroup) -> str:
        """What the API said, with an example where the answers of a group differ."""
        return group.message + (f"\n{self._text('example', message=group.example)}" if group.example else "")

    def _write_next_steps(self, page: SummaryLines) -> None:
        """What the reader can do about the rows that were not accepted."""
        title = self.display.text(Message("workbook.next.title"))
        for nth, step in enumerate(self._next_steps()):
            page.add([Cell("" if nth else title, page.book.bold), self.display.text(step)])

    def _next_steps(self) -> Iterator[Message]:
        job, name, statuses = self.job.id, self.file_name, self.tally.statuses
        if statuses[Status.REJECTED] or statuses[Status.INVALID]:
            yield Message("workbook.next.fix", name=name)
        if statuses[Status.UNKNOWN]:
            yield Message("workbook.next.settle", job=job)
        if statuses[Status.NOT_SENT]:
            yield Message("workbook.next.rest", job=job)
        if statuses[Status.ACCEPTED] + statuses[Status.SKIPPED] == statuses.total():
            yield Message("workbook.next.done")
        elif self.sandbox:
            yield Message("workbook.next.sandbox")
        yield Message("workbook.next.verify", name=name)

    def _write_mapping(self, page: SummaryLines) -> None:
        """Which column filled which field of the request, which fields stayed empty, and what was not sent."""
        header, fields = self.job.header, self.job.fields
        page.add([Cell(self._text(name), page.book.our_header) for name in ("field", "column")])
        named = {position: self.display.text(column_named(header, position)) for position in range(len(header))}
        for name in dict.fromkeys([*_fields_of(self.job.template_text), *fields]):
            column = named.get(fields.get(name, -1))
            page.add([name, column or Cell(self._text("left_empty"), page.book.fact)])
        not_sent = [name for position, name in named.items() if position not in fields.values()]
        if not_sent:
            page.add([Cell(self._text("columns_not_sent"), page.book.bold), ", ".join(not_sent)])

    def _write_runs(self, page: SummaryLines) -> None:
        """Every run that sent rows of the list."""
        names = ("started", "run", "ended", "stopped", "requests")
        page.add([Cell(self._text(name), page.book.our_header) for name in names])
        for nth, run in enumerate(self.runs, start=1):
            ended = "" if run.ended_at is None else self.display.moment_text(run.ended_at)
            stopped = "" if run.stopped is None else self.display.text(run.stopped)
            page.add([self.display.moment_text(run.started_at), self._run(nth, run), ended, stopped, run.requests])

    def _run(self, nth: int, run: RunRecord) -> str:
        if run.taken_from is not None:
            name = Path(run.taken_from).name
            return self._text("run_elsewhere", run=nth, user=run.user, machine=run.machine, name=name)
        where = run.destination
        return self._text("run_here", run=nth, where=where, user=run.user, machine=run.machine, version=run.version)

    def _text(self, code: str, /, **facts: Fact) -> str:
        return self.display.text(Message(f"workbook.summary.{code}", **facts))


def _fields_of(template: str) -> Sequence[str]:
    """The fields that a template fills from columns, in its order; none if an old journal has no template text."""
    columns = tomllib.loads(template).get("columns", {})
    return list(columns)


def _per_minute(runs: Sequence[RunRecord]) -> float | None:
    """Requests per minute while rows were sent; None if unknown."""
    measured = [run for run in runs if run.requests and run.sending_seconds]
    seconds = sum(run.sending_seconds or 0.0 for run in measured)
    return 60 * sum(run.requests for run in measured) / seconds if seconds > 0 else None
