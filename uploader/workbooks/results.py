"""The result workbook: one line for every row of the list, every request made, and who sent what where and when."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timezone
from pathlib import Path
from typing import NamedTuple

from uploader.checks.rules import told_at
from uploader.i18n.words import Words, said
from uploader.model.job import Attempt, Job, RowResult, RunRecord
from uploader.model.rows import RESULT_COLUMNS, ROW_COLUMN, Status, column_letter
from uploader.workbooks.digests import CellValue, of_line
from uploader.workbooks.display_text import as_shown
from uploader.workbooks.manifest import RESULTS, Manifest, RowDigests
from uploader.workbooks.redaction import Redaction
from uploader.workbooks.xlsx_writer import (
    STATUS_FILLS,
    Cell,
    SheetWriter,
    TableWriter,
    WorkbookWriter,
    free_name,
    written_aside,
)

RESULTS_SHEET, ATTEMPTS_SHEET, SUMMARY_SHEET = "Results", "Attempts", "Summary"
_SENT_AT = "Sent at"
_ATTEMPT_COLUMNS = (
    ROW_COLUMN,
    "Attempt",
    _SENT_AT,
    "HTTP status",
    "Response code",
    "Response message",
    "Duration ms",
    "Meaning",
    "Detail",
    "Job",
)
_ANSWERS, _MOST_ANSWERS, _ANSWER_CHARACTERS = 50, 2_000, 500
"""How many answers of each status are told apart, how many are kept in mind, and how much of each."""

_TIME_ZONE = Words("All times are those of the computer that wrote this workbook, UTC{zone}.")
_READING = {
    Status.ACCEPTED: Words("The API said yes to this row. Accepted is not delivered."),
    Status.REJECTED: Words("The API said no to this row. Sent again unchanged, it would fail again."),
    Status.UNKNOWN: Words(
        "It was sent, or may have been, and no usable answer came back. Look it up before sending again."
    ),
    Status.INVALID: Words("It did not pass the checks and was not sent."),
    Status.SKIPPED: Words("Not sent, because the same request was accepted earlier or stands earlier in this list."),
    Status.NOT_SENT: Words(
        "The run ended before its turn, or the answer stopped the run and says nothing about this row."
    ),
}
_MEND = Words(
    "To mend rows: correct their cells in the sheet Results, save this workbook, and send it: uploader send {name}. "
    "Rows that were accepted are not sent again."
)
_HELD_BACK = Words("Changed since, and not sent: {changes}. --send-duplicates sends it so.")
_HELD_BACK_UNKNOWN = Words("Changed since, and not sent: {changes}. --resend-unknown sends it so.")
_CHANGE_CHARACTERS = 200
"""How much of a changed text is shown."""
_PROVE = Words("Whether the rows are as they were written, this tells: uploader verify {name}")
_SANDBOX = Words("Practice: everything went to a practice server, and nothing to the API.")
_LIST, _LIST_SHA256, _SHEET, _ROWS = Words("List"), Words("List SHA-256"), Words("Sheet"), Words("Rows")
_ROWS_ARE_IN = Words("The rows stand in the sheets")
_TEMPLATE, _TEMPLATE_SHA256 = Words("Template"), Words("Template SHA-256")
_SENT_TO, _SETTING = Words("Sent to"), Words("Setting {name}")
_SENT_BY, _COMPUTER, _VERSION = Words("Sent by"), Words("On computer"), Words("Written by uploader")
_STARTED, _ENDED, _STOPPED = Words("Started"), Words("Ended"), Words("Stopped early")
_REQUESTS, _RATE, _PER_MINUTE = Words("Requests"), Words("Rate"), Words("{rate} requests a minute")
_REDACTED, _DIGEST, _JOB = Words("Redacted columns"), Words("Digest of the rows"), Words("Job")
_NO, _NOT_YET = Words("no"), Words("not yet, or the program was killed")
_RUN, _STATUS_TITLE, _READ = Words("Run"), Words("Rows by status"), Words("How to read it")
_BY = Words("Job {job}, to {where}, by {user} on {machine}, uploader {version}")
_AS_TOLD = Words("Job {job}, sent elsewhere by {user} on {machine}, as {name} tells it")
_STATUS, _CODE, _MESSAGE, _ADVICE = "Status", "Response code", "Response message", "Advice"
_OTHERS = Words("… other answers")
_NO_ADVICE = (Status.INVALID, Status.SKIPPED)
"""Each of these rows has its own, so they are counted together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What a result workbook tells."""

    job: Job
    """The newest of the list."""
    rows: Iterable[RowResult]
    attempts: Iterable[Attempt]
    """With their rows' cells where anything is redacted."""
    runs: Sequence[RunRecord]
    redaction: Redaction | None = None
    sandbox: bool = False
    language: str = "en"


class Written(NamedTuple):
    """A result workbook that was written."""

    digest: str
    """Of its rows."""
    sheets: Sequence[str]
    """Those that hold the rows: more than one only where there are more rows than a sheet has."""


def write(path: Path, content: Content) -> Written:
    """Write the result workbook to `path`, over what stands there. Raises WorkbookError."""
    with written_aside(path) as book:
        return _Results(book, path.name, content).written()


@dataclass(frozen=True, slots=True)
class Shown:
    """A row as the workbook shows it."""

    number: int
    cells: Sequence[str]
    outcome: Sequence[CellValue]
    """In our columns, in their order."""

    def digests(self) -> tuple[str, str]:
        """Of the list's cells, and of ours."""
        return of_line(self.cells), of_line(self.outcome)


@dataclass(frozen=True, slots=True)
class Showing:
    """How rows are shown: in which time zone, and what of them is not."""

    header: Sequence[str]
    zone: timezone
    redaction: Redaction | None
    language: str

    def redacted(self, result: RowResult) -> RowResult:
        """The row without the values that are not to be shown."""
        if self.redaction is None:
            return result
        cells = result.row.cells
        code, message, advice = (
            self.redaction.text(text, self.header, cells) for text in (result.code, result.message, result.advice)
        )
        row = replace(result.row, cells=tuple(self.redaction.cells(self.header, cells)))
        held_back = {
            at: self.redaction.hashed(text) if self.header[at] in self.redaction.columns else text
            for at, text in result.held_back.items()
        }
        return replace(result, row=row, code=code, message=message, advice=advice, held_back=held_back)

    def shown(self, result: RowResult, line: int) -> Shown:
        """The row as it is written in that line of its sheet."""
        result = self.redacted(result)
        advice = told_at(result.advice, lambda column: f"{column_letter(1 + column)}{line}")
        if result.held_back:
            advice = f"{advice} {self._held_back(result)}".strip()
        texts = [as_shown(text) for text in (result.code, result.message, advice)]
        numbers = [result.http_status, result.attempts, self.moment(result.sent_at), result.duration_ms]
        cells = [as_shown(cell) for cell in result.row.cells]
        return Shown(result.row.number, cells, [result.status, *texts, *numbers])

    def _held_back(self, result: RowResult) -> str:
        """What was changed since the row was sent, and did not go."""
        changes = "; ".join(f"{self.header[at]}: {text[:_CHANGE_CHARACTERS]}" for at, text in result.held_back.items())
        words = _HELD_BACK_UNKNOWN if result.status is Status.UNKNOWN else _HELD_BACK
        return said(words.format(changes=changes), self.language)

    def moment(self, moment: str | None) -> datetime | None:
        """A moment of the journal in the workbook's zone, as Excel keeps times: to the second, without a zone."""
        if moment is None:
            return None
        return datetime.fromisoformat(moment).astimezone(self.zone).replace(tzinfo=None, microsecond=0)


@dataclass(slots=True)
class _Results:
    """One result workbook under way."""

    book: WorkbookWriter
    name: str
    """Of its file."""
    content: Content
    counts: Counter[Status] = field(default_factory=Counter)
    answers: Counter[tuple[Status, str, str, str]] = field(default_factory=Counter)
    others: Counter[Status] = field(default_factory=Counter)
    showing: Showing = field(init=False)
    sheets: Sequence[str] = ()
    """Those that hold the rows."""

    def __post_init__(self) -> None:
        job = self.content.job
        offset = datetime.fromisoformat(job.created_at).astimezone().utcoffset()
        zone = timezone(offset) if offset else timezone.utc  # noqa: UP017  # one kind of zone
        self.showing = Showing(job.header, zone, self.content.redaction, self.content.language)

    def written(self) -> Written:
        """Write all sheets."""
        job, content = self.content.job, self.content
        header = list(job.header)
        ours = [free_name(name, header) for name in (ROW_COLUMN, *RESULT_COLUMNS)]
        imprint = Manifest(
            kind=RESULTS,
            list_sha256=job.list_sha256,
            list_name=job.list_name,
            list_sheet=job.sheet,
            template=job.template,
            template_sha256=job.template_sha256,
            ours=_places(header, ours),
            fields={name: (at, header[at]) for name, at in job.fields.items() if at < len(header)},
            account=job.account,
            job=job.id,
            sandbox=content.sandbox,
            redacted=job.redacted,
            zone=self._zone,
            user=job.user,
            machine=job.machine,
            language=content.language,
        )
        lines = RowDigests([ours[0], *header, *ours[1:], *imprint.facts()])
        sheets = self.sheets = [page.sheet.name for page in self._rows(header, ours, lines)]
        attempts = self._attempts()
        summary = self._summary(lines.total)
        others = {page.sheet.name: str(page.digest) for page in (*attempts, summary)}
        self.book.hidden_sheet(replace(imprint, others=others, digest=lines.total, packed=lines.packed()))
        return Written(lines.total, sheets)

    def _rows(self, header: Sequence[str], ours: Sequence[str], lines: RowDigests) -> list[SheetWriter]:
        book = self.book
        names = [Cell(ours[0], book.our_header)]
        names += [Cell(name, book.header) for name in header] + [Cell(name, book.our_header) for name in ours[1:]]
        grid = TableWriter(book, RESULTS_SHEET, names, frozen_columns=1)
        sent_at = 1 + len(header) + RESULT_COLUMNS.index(_SENT_AT)
        grid.sheet.write_comment(0, sent_at, self._said(_TIME_ZONE.format(zone=self._zone)), {"x_scale": 2})
        for result in self.content.rows:
            shown = self.showing.shown(result, grid.line)
            self._count(self.showing.redacted(result))
            lines.add(shown.number, *shown.digests())
            faulty = result.faults if result.status is Status.INVALID else ()
            cells = [Cell(cell, book.fault) if at in faulty else cell for at, cell in enumerate(shown.cells)]
            status, *others = shown.outcome
            outcome = [Cell(one, book.moment) if isinstance(one, datetime) else one for one in others]
            grid.add([shown.number, *cells, Cell(status, book.status[result.status]), *outcome])
        grid.close()
        return grid.pages

    def _count(self, result: RowResult) -> None:
        self.counts[result.status] += 1
        advice = "" if result.status in _NO_ADVICE else result.advice
        answer = (result.status, result.code, result.message[:_ANSWER_CHARACTERS], advice[:_ANSWER_CHARACTERS])
        if answer in self.answers or len(self.answers) < _MOST_ANSWERS:
            self.answers[answer] += 1
        else:
            self.others[result.status] += 1

    def _attempts(self) -> list[SheetWriter]:
        book, redaction, header = self.book, self.content.redaction, self.content.job.header
        grid = TableWriter(
            book, ATTEMPTS_SHEET, [Cell(name, book.our_header) for name in _ATTEMPT_COLUMNS], frozen_columns=1
        )
        grid.sheet.write_comment(
            0, _ATTEMPT_COLUMNS.index(_SENT_AT), self._said(_TIME_ZONE.format(zone=self._zone)), {"x_scale": 2}
        )
        for attempt in self.content.attempts:
            texts = [attempt.code, attempt.message, attempt.detail]
            if redaction is not None:
                texts = [redaction.text(text, header, attempt.cells) for text in texts]
            code, message, detail = texts
            sent = self.showing.moment(attempt.sent_at)
            grid.add(
                [
                    attempt.row,
                    attempt.nth,
                    sent and Cell(sent, book.moment),
                    attempt.http_status,
                    code,
                    message,
                    attempt.duration_ms,
                    attempt.meaning,
                    detail,
                    attempt.job,
                ]
            )
        grid.close()
        return grid.pages

    def _summary(self, digest: str) -> SheetWriter:
        book = self.book
        page = SheetWriter(book, SUMMARY_SHEET, (31, 72, 31, 60, 12))
        for name, value in self._facts(digest):
            page.add([Cell(self._said(name), book.bold), Cell(value, book.fact)])
        page.add([])
        page.add([Cell(self._said(text), book.our_header) for text in (_STATUS, _READ, _ROWS)])
        first = page.row
        for status in Status:
            page.add([Cell(status, book.status[status]), self._said(_READING[status]), self.counts[status]])
        book.bars(page, self._said(_STATUS_TITLE), first, [STATUS_FILLS[status][1] for status in Status], "D2")
        page.add([])
        page.add([Cell(self._said(text), book.our_header) for text in (_STATUS, _MESSAGE, _CODE, _ADVICE, _ROWS)])
        for status, code, message, advice, rows in self._told_answers():
            page.add([Cell(status, book.status[status]), message, code, advice, rows])
        page.add([])
        self._told_runs(page)
        return page

    def _facts(self, digest: str) -> Iterator[tuple[str, CellValue]]:
        job, runs = self.content.job, self.content.runs
        if self.content.sandbox:
            yield "", self._said(_SANDBOX)
        yield _LIST, job.list_name
        yield _LIST_SHA256, job.list_sha256
        if job.sheet:
            yield _SHEET, job.sheet
        yield _ROWS, self.counts.total()
        if len(self.sheets) > 1:
            yield _ROWS_ARE_IN, ", ".join(self.sheets)
        yield _TEMPLATE, job.template
        yield _TEMPLATE_SHA256, job.template_sha256
        yield _SENT_TO, job.destination
        yield from ((self._said(_SETTING.format(name=name)), value) for name, value in job.settings.items())
        yield _SENT_BY, job.user
        yield _COMPUTER, job.machine
        yield _STARTED, self._told(runs[0].started_at if runs else job.created_at)
        yield _ENDED, self._told(job.ended_at) if job.ended_at else self._said(_NOT_YET)
        yield _STOPPED, job.stopped or self._said(_NO if job.ended_at else _NOT_YET)
        yield _REQUESTS, sum(run.requests for run in runs)
        rate = _per_minute(runs)
        if rate is not None:
            yield _RATE, self._said(_PER_MINUTE.format(rate=f"{rate:,.1f}"))
        if job.redacted:
            yield _REDACTED, ", ".join(job.redacted)
        yield _VERSION, job.version
        yield _JOB, job.id
        yield _DIGEST, digest
        yield "", self._said(_PROVE.format(name=self.name))
        yield "", self._said(_MEND.format(name=self.name))

    def _told_answers(self) -> Iterator[tuple[Status, str, str, str, int]]:
        """How many rows stand where for which answer, the most first; what is rare is counted together."""
        told, others = Counter[Status](), Counter(self.others)
        for (status, code, message, advice), rows in self.answers.most_common():
            if told[status] < _ANSWERS:
                told[status] += 1
                yield status, code, message, advice, rows
            else:
                others[status] += rows
        for status, rows in others.most_common():
            yield status, "", self._said(_OTHERS), "", rows

    def _told_runs(self, page: SheetWriter) -> None:
        """Every run that sent rows of the list."""
        names = (_STARTED, _RUN, _ENDED, _STOPPED, _REQUESTS)
        page.add([Cell(self._said(name), self.book.our_header) for name in names])
        for run in self.content.runs:
            words = _BY if run.taken_from is None else _AS_TOLD
            facts = {"job": run.job, "where": run.destination, "user": run.user, "machine": run.machine}
            name = "" if run.taken_from is None else Path(run.taken_from).name
            told = self._said(words.format(**facts, version=run.version, name=name))
            ended = "" if run.ended_at is None else self._told(run.ended_at)
            page.add([self._told(run.started_at), told, ended, run.stopped or "", run.requests])

    def _said(self, text: str) -> str:
        return said(text, self.content.language)

    @property
    def _zone(self) -> str:
        return datetime(2000, 1, 1, tzinfo=self.showing.zone).isoformat()[-len("+00:00") :]

    def _told(self, moment: str) -> str:
        return f"{self.showing.moment(moment):%Y-%m-%d %H:%M:%S} UTC{self._zone}"


def _places(header: Sequence[str], ours: Sequence[str]) -> Mapping[str, tuple[int, str]]:
    """Where each of our columns stands, and its name there."""
    positions = [0, *range(len(header) + 1, len(header) + len(ours))]
    columns = (ROW_COLUMN, *RESULT_COLUMNS)
    return {column: (at, name) for column, at, name in zip(columns, positions, ours, strict=True)}


def _per_minute(runs: Sequence[RunRecord]) -> float | None:
    """Requests a minute while rows were sent; None where that can't be known."""
    ended = [run for run in runs if run.ended_at is not None and run.requests and run.taken_from is None]
    seconds = sum(
        (datetime.fromisoformat(run.ended_at or "") - datetime.fromisoformat(run.started_at)).total_seconds()
        for run in ended
    )
    return 60 * sum(run.requests for run in ended) / seconds if seconds > 0 else None
