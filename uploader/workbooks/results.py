"""The result workbook: one line for every row of the list, every request made, and who sent what where and when."""

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path

from uploader.job import Attempt, Job, RowResult
from uploader.model import JOB_KEY, KIND_KEY, PRACTICE_KEY, RESULT_COLUMNS, RESULTS_KIND, ROW_COLUMN, Status
from uploader.workbooks.sheets import Book, Cell, Grid, Page, Value, written_aside

_SHEETS = ("Results", "Attempts", "Summary")
_ATTEMPT_COLUMNS = (
    ROW_COLUMN,
    "Attempt",
    "Sent at",
    "HTTP status",
    "Response code",
    "Response message",
    "Duration ms",
    "Meaning",
    "Detail",
    "Job",
)
_TIME_ZONE = "Local time of the computer that sent the list: {zone}."
_READING = {
    Status.ACCEPTED: "The API said yes to this row. Accepted is not delivered.",
    Status.REJECTED: "The API said no to this row. Sent again unchanged, it would fail again.",
    Status.UNKNOWN: "It was sent, or may have been, and no usable answer came back. Look it up before sending again.",
    Status.INVALID: "It did not pass the checks and was not sent.",
    Status.SKIPPED: "Not sent, because the same request was accepted earlier or stands earlier in this list.",
    Status.NOT_SENT: "The run ended before its turn, or the answer stopped the run and says nothing about this row.",
}

Answers = Sequence[tuple[Status, str, str, str, int]]
"""Status, code, message, advice, and how many rows: `Journal.answers`."""


def write(
    path: Path,
    job: Job,
    rows: Iterable[RowResult],
    attempts: Iterable[Attempt],
    answers: Answers,
    *,
    practice: bool = False,
) -> None:
    """Write the result workbook of a job to `path`, over what stands there. Raises WorkbookError."""
    with written_aside(path) as book:
        header = [*job.header, *our_names(job.header)]
        _results(book, job, header, rows)
        _attempts(book, job, attempts)
        _summary(book, job, answers)
        ours = [0, *range(len(job.header) + 1, len(header) + 1)]
        facts = {KIND_KEY: RESULTS_KIND, JOB_KEY: str(job.id), PRACTICE_KEY: "yes" if practice else "no"}
        book.hidden_sheet(job.list_sha256, {**facts, "our_columns": json.dumps(ours)})


def our_names(header: Sequence[str]) -> list[str]:
    """The names of our columns behind the list's own; where the list has one of that name, ours says `(upload)`."""
    taken = {name.strip().casefold() for name in header}
    return [f"{name} (upload)" if name.casefold() in taken else name for name in RESULT_COLUMNS]


def _results(book: Book, job: Job, header: Sequence[str], rows: Iterable[RowResult]) -> None:
    listed = len(job.header)
    row_name = f"{ROW_COLUMN} (upload)" if ROW_COLUMN.casefold() in map(str.casefold, job.header) else ROW_COLUMN
    names = [Cell(row_name, book.our_header)]
    names += [Cell(name, book.header if at < listed else book.our_header) for at, name in enumerate(header)]
    grid = Grid(book, _SHEETS[0], names, frozen_columns=1)
    sent_at = 1 + listed + RESULT_COLUMNS.index("Sent at")
    grid.sheet.write_comment(0, sent_at, _TIME_ZONE.format(zone=_zone(job.created_at)))
    for result in rows:
        ours: list[Value] = [
            Cell(result.status, book.status[result.status]),
            result.code,
            result.message,
            result.advice,
            result.http_status,
            result.attempts,
            _moment(book, result.sent_at),
            result.duration_ms,
        ]
        grid.add([result.row.number, *result.row.cells, *ours])
    grid.close()


def _attempts(book: Book, job: Job, attempts: Iterable[Attempt]) -> None:
    grid = Grid(book, _SHEETS[1], [Cell(name, book.our_header) for name in _ATTEMPT_COLUMNS], frozen_columns=1)
    for attempt in attempts:
        grid.add(
            [
                attempt.row,
                attempt.nth,
                _moment(book, attempt.sent_at),
                attempt.http_status,
                attempt.code,
                attempt.message,
                attempt.duration_ms,
                attempt.meaning,
                attempt.detail,
                job.id,
            ]
        )
    grid.close()


def _summary(book: Book, job: Job, answers: Answers) -> None:
    page = Page(book, _SHEETS[2], (24, 66, 16, 66, 10))
    for name, value in _facts(job):
        page.add([Cell(name, book.bold), value])
    page.add([])
    page.add([Cell(name, book.our_header) for name in ("Status", "How to read it", "Rows")])
    for status in Status:
        page.add([Cell(status, book.status[status]), _READING[status], job.counts[status]])
    page.add([])
    names = ("Status", "Response message", "Response code", "Advice", "Rows")
    page.add([Cell(name, book.our_header) for name in names])
    for status, code, message, advice, rows in answers:
        page.add([Cell(status, book.status[status]), message, code, advice, rows])


def _facts(job: Job) -> Iterator[tuple[str, str | int]]:
    yield "List", job.list_path.name
    yield "List SHA-256", job.list_sha256
    if job.sheet:
        yield "Sheet", job.sheet
    yield "Rows", job.rows
    yield "Template", job.template
    yield "Template SHA-256", job.template_sha256
    yield "Sent to", job.destination
    yield from ((f"Setting {name}", value) for name, value in job.settings.items())
    yield "Sent by", job.user
    yield "On computer", job.machine
    yield "Started", _told(job.created_at)
    yield "Ended", "not yet, or the program was killed" if job.ended_at is None else _told(job.ended_at)
    yield "Stopped early", job.stopped or ("no" if job.ended_at else "it did not come to its end")
    yield "Job", job.id
    yield "uploader", job.version


def _local(moment: str) -> datetime:
    """A moment of the journal in this computer's time, as Excel keeps times: without a zone."""
    return datetime.fromisoformat(moment).astimezone().replace(tzinfo=None)


def _moment(book: Book, moment: str | None) -> Value:
    return None if moment is None else Cell(_local(moment), book.moment)


def _zone(moment: str) -> str:
    return "UTC" + datetime.fromisoformat(moment).astimezone().isoformat()[-len("+00:00") :]


def _told(moment: str) -> str:
    return f"{_local(moment):%Y-%m-%d %H:%M:%S} {_zone(moment)}"
