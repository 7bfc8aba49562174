"""The result workbook of a job, written from the journal to where it should stand, or else where it can."""

import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import chain
from pathlib import Path

from uploader.actions.session import Session
from uploader.cli import progress
from uploader.errors import WorkbookError
from uploader.journal.sqlite import Journal, now
from uploader.model.job import Job, RowResult, RunRecord, Summary
from uploader.workbooks import redaction
from uploader.workbooks import results as results_workbook

_ELSEWHERE = "{why} So it was written to {path}."
_NOWHERE = "{why} Everything is in the journal: `uploader results {job}` writes the workbook."
_FOLDER = "results"
_WRITING = "Writing the workbook"
_SEVERAL_SHEETS = "A sheet has no more than 1,048,575 rows below its header, so those of {name} stand in: {sheets}."


def write(journal: Journal, job: Job, output: Path, around: Session, *, sandbox: bool) -> None:
    """Write the workbook of a list to `output`; `job` is the newest of its jobs. Raises WorkbookError."""
    redacted = redaction.of(around.home, job.redacted)
    with progress.counting(job.rows, around.stream, what=_WRITING, quiet=around.quiet) as advance:
        content = results_workbook.Content(
            job=job,
            rows=_counted(journal.results(job.id), advance),
            attempts=journal.attempts(job.account, with_cells=redacted is not None),
            runs=_runs(journal, job),
            redaction=redacted,
            sandbox=sandbox,
            language=around.language,
        )
        written = results_workbook.write(output, content)
    journal.note_workbook(job, written.digest)
    if len(written.sheets) > 1:
        around.say(_SEVERAL_SHEETS.format(name=output.name, sheets=", ".join(written.sheets)))


def _runs(journal: Journal, job: Job) -> list[RunRecord]:
    """The list's runs; the last one's workbook is written before its end is noted, in case it dies meanwhile."""
    runs = journal.runs(job.account)
    if runs and runs[-1].job == job.id:
        runs[-1] = replace(runs[-1], ended_at=job.ended_at, stopped=job.stopped)
    return runs


def _counted(rows: Iterator[RowResult], advance: Callable[[int], object]) -> Iterator[RowResult]:
    for row in rows:
        yield row
        advance(1)


def with_workbook(
    summary: Summary, journal: Journal, output: Path, around: Session, *, job: int, sandbox: bool
) -> Summary:
    """Write the workbook of a job whose run ends now, elsewhere if it must be.

    A workbook that can't be written anywhere loses nothing.
    """
    ended = replace(journal.job(job), ended_at=now(), stopped=summary.stopped)
    first: WorkbookError | None = None
    for target in chain([output], _spare(output, job, around.home)):
        try:
            write(journal, ended, target, around, sandbox=sandbox)
        except WorkbookError as why:
            first = first or why
            continue
        if first is not None:
            around.say(_ELSEWHERE.format(why=first, path=target))
        return replace(summary, results=target)
    told = _NOWHERE.format(why=first, job=job)
    around.say(told)
    return replace(summary, stopped=summary.stopped or told)


def _spare(output: Path, job: int, home: Path) -> Iterator[Path]:
    """Where a workbook goes that can't stand where it should: beside, in our own folder, in the computer's."""
    name = f"{output.stem}-job{job}{output.suffix}"
    yield output.with_name(name)
    for folder in (home / _FOLDER, Path(tempfile.gettempdir())):
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError:
            continue
        yield folder / name
