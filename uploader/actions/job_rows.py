"""A job's rows, page by page: those of a status, or that have a text in them, as a person sees them."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from uploader.actions.outcome import Outcome, Value
from uploader.actions.planning.find_job import named_job
from uploader.actions.session import Session
from uploader.model.answers import AnswerGroup, grouped
from uploader.model.job import Job, RowResult
from uploader.model.rows import Status

__all__ = ["JobRows", "ShownRow", "job_rows"]


class ShownRow(NamedTuple):
    """A row as a person sees it: redacted where the job is, its advice as a sentence."""

    number: int
    cells: Sequence[Value]
    status: Status
    code: str
    message: str
    advice: str
    http_status: int | None
    attempts: int
    sent_at: datetime | None
    duration_ms: int | None
    kept: Sequence[Value] = ()
    """The values of the answer, one for each of the job's columns of them."""


@dataclass(frozen=True, slots=True)
class JobRows:
    """One page of a job's rows."""

    job: Job
    counts: Counter[Status]
    """How many rows with that text have which status."""
    total: int
    """How many rows are wanted, on all pages."""
    skipped: int
    """How many of those that were wanted come before `rows`: fewer than was asked where there are not so many."""
    rows: Sequence[ShownRow]
    answers: Sequence[AnswerGroup]
    """What the API said, the most frequent first."""
    kept_columns: Sequence[str] = ()
    """The names over the values of the answers, as the result workbook has them."""


def job_rows(
    number: int, session: Session, *, sandbox: bool, status: Status | None, text: str, skip: int, limit: int
) -> JobRows:
    """One page of `limit` rows of a job, in the list's order. Raises SettingsError where they were deleted."""
    with session.journal(sandbox=sandbox) as journal:
        job = named_job(journal, number, session)
        counts = journal.count_rows(job.id, text=text)
        total = counts.total() if status is None else counts[status]
        skip = min(skip, max(0, total - 1) // limit * limit)
        found = journal.rows(job.id, status=status, text=text, skip=skip, limit=limit) if total else ()
        outcome = Outcome(job, session, sandbox, session.face)
        rows = list(_shown(outcome, list(found)))
        kept = outcome.columns[len(outcome.columns) - len(job.kept_columns) :]
        return JobRows(job, counts, total, skip, rows, grouped(journal.answers(job.id)), kept)


def _shown(outcome: Outcome, found: Sequence[RowResult]) -> Iterator[ShownRow]:
    width = len(outcome.job.header)
    for result, (number, values) in zip(found, outcome.shown(found), strict=True):
        code, message, advice = map(str, values[width + 1 : width + 4])
        sent_at = None if result.sent_at is None else datetime.fromisoformat(result.sent_at).astimezone()
        ours = (result.http_status, result.attempts, sent_at, result.duration_ms)
        kept = values[len(values) - len(outcome.job.kept_columns) :]
        yield ShownRow(number, values[:width], result.status, code, message, advice, *ours, kept)
