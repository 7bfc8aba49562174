"""The result workbook of a job, written from the journal to where it should stand, or else where it can."""

import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import chain
from pathlib import Path

from uploader.errors import WorkbookError
from uploader.job import Job, Summary
from uploader.journal import Journal, now
from uploader.workbooks import results as results_workbook

_ELSEWHERE = "{why} So it was written to {path}."
_NOWHERE = "{why} Everything is in the journal: `uploader results {job}` writes the workbook."
_FOLDER = "results"


def write(journal: Journal, job: Job, output: Path, *, practice: bool) -> None:
    """Write the workbook of a job to `output`. Raises WorkbookError."""
    rows, attempts = journal.results(job.id), journal.attempts(job.id)
    results_workbook.write(output, job, rows, attempts, journal.answers(job.id), practice=practice)


def with_workbook(
    summary: Summary,
    journal: Journal,
    output: Path,
    home: Path,
    say: Callable[[str], None],
    *,
    job: int,
    practice: bool,
) -> Summary:
    """Write the workbook of a job whose run ends now, elsewhere if it must be.

    A workbook that can't be written anywhere loses nothing.
    """
    ended = replace(journal.job(job), ended_at=now(), stopped=summary.stopped)
    first: WorkbookError | None = None
    for target in chain([output], _spare(output, job, home)):
        try:
            write(journal, ended, target, practice=practice)
        except WorkbookError as why:
            first = first or why
            continue
        if first is not None:
            say(_ELSEWHERE.format(why=first, path=target))
        return replace(summary, results=target)
    told = _NOWHERE.format(why=first, job=job)
    say(told)
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
