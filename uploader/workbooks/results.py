"""The result workbook: one line for every row of the list, every request made, and who sent what where and when."""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path

from uploader.model import PRACTICE_KEY, RESULT_COLUMNS, ROW_COLUMN, Attempt, Job, RowResult, Status
from uploader.workbooks.sheets import Book, Cell, Grid, Value, fitting, written_aside

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
        facts = {"kind": "results", "job": str(job.id), PRACTICE_KEY: "yes" if practice else "no"}
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
    sheet = book.sheet(_SHEETS[2])
    sheet.set_column(0, 0, 24, book.text)
    sheet.set_column(1, 1, 44, book.text)
    sheet.set_column(2, 3, 44, book.text)
    sheet.set_column(4, 4, 10, book.text)
    facts: list[tuple[str, Value]] = [
        ("List", job.list_path.name),
        ("List SHA-256", job.list_sha256),
        *([("Sheet", job.sheet)] if job.sheet else []),
        ("Rows", job.rows),
        ("Template", job.template),
        ("Template SHA-256", job.template_sha256),
        ("Sent to", job.destination),
        *((f"Setting {name}", value) for name, value in job.settings.items()),
        ("Sent by", job.user),
        ("On computer", job.machine),
        ("Started", _local(job.created_at).strftime("%Y-%m-%d %H:%M:%S ") + _zone(job.created_at)),
        ("Ended", _ended(job)),
        ("Stopped early", job.stopped or "no"),
        ("Job", job.id),
        ("uploader", job.version),
    ]
    row = 0
    for name, value in facts:
        sheet.write_string(row, 0, name, book.bold)
        if isinstance(value, str):
            sheet.write_string(row, 1, fitting(value), book.text)
        else:
            sheet.write_number(row, 1, value, book.text)
        row += 1
    row = _table(sheet, book, row + 1, ("Status", "How to read it", "Rows"))
    for status in Status:
        sheet.write_string(row, 0, status, book.status[status])
        sheet.write_string(row, 1, _READING[status], book.text)
        sheet.write_number(row, 2, job.counts[status], book.number)
        row += 1
    row = _table(sheet, book, row + 1, ("Status", "Response message", "Response code", "Advice", "Rows"))
    for status, code, message, advice, count in answers:
        sheet.write_string(row, 0, status, book.status[status])
        sheet.write_string(row, 1, fitting(message), book.text)
        sheet.write_string(row, 2, fitting(code), book.text)
        sheet.write_string(row, 3, fitting(advice), book.text)
        sheet.write_number(row, 4, count, book.number)
        row += 1


def _table(sheet: object, book: Book, row: int, names: Sequence[str]) -> int:
    for column, name in enumerate(names):
        sheet.write_string(row, column, name, book.our_header)  # type: ignore[attr-defined]  # XlsxWriter has no types
    return row + 1


def _local(moment: str) -> datetime:
    """A moment of the journal in this computer's time, as Excel keeps times: without a zone."""
    return datetime.fromisoformat(moment).astimezone().replace(tzinfo=None)


def _moment(book: Book, moment: str | None) -> Value:
    return None if moment is None else Cell(_local(moment), book.moment)


def _zone(moment: str) -> str:
    return "UTC" + datetime.fromisoformat(moment).astimezone().isoformat()[-len("+00:00") :]


def _ended(job: Job) -> str:
    if job.ended_at is None:
        return "not yet, or the program was killed"
    return f"{_local(job.ended_at):%Y-%m-%d %H:%M:%S} {_zone(job.ended_at)}"
