"""List the jobs that were sent from this computer, and delete their data. Nothing is sent."""

import re
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from uploader.actions.planning.find_job import Which, found_job
from uploader.actions.session import Session
from uploader.actions.steps.places import spare_folder
from uploader.errors import SettingsError, WorkbookError
from uploader.i18n import Message
from uploader.journal import Journal
from uploader.journal.locks import hold_list
from uploader.model.job import Job
from uploader.model.questions import YES, Question
from uploader.model.workbook_names import list_stem, marked_name, problems_name
from uploader.readers.snapshot import is_file

_AGE = re.compile(r"(\d{1,5})\s*d", re.ASCII)


def history(session: Session, which: Which | None = None, *, sandbox: bool = False) -> list[Job]:
    """All jobs, the newest first; with `which`, a job's number or a list's path, those of that list.

    Raises SettingsError where there is none of that number or list.
    """
    with session.journal(sandbox=sandbox) as journal:
        jobs = journal.jobs()
        if which is None:
            return jobs
        return [found_job(journal, which)]


def jobs_to_forget(
    which: Sequence[Which], older_than: str | None, session: Session, *, everything: bool, sandbox: bool = False
) -> list[Job]:
    """The jobs that are meant, by number, by list or by age, and that are not forgotten yet. Raises SettingsError."""
    if not which and older_than is None:
        raise SettingsError(Message("history.which_to_forget"))
    with session.journal(sandbox=sandbox) as journal:
        named = {found_job(journal, one).id for one in which}
        latest = None if older_than is None else _latest(older_than)
        meant = [job for job in journal.jobs() if job.id in named or (latest is not None and _ended(job) < latest)]
    return [job for job in meant if everything or job.forgotten_at is None]


def _latest(older_than: str) -> datetime:
    age = _AGE.fullmatch(older_than.strip())
    if age is None:
        raise SettingsError(Message("history.not_an_age", given=older_than))
    return datetime.now(UTC) - timedelta(days=int(age[1]))


def _ended(job: Job) -> datetime:
    return datetime.fromisoformat(job.ended_at or job.started_at)


class Files(NamedTuple):
    """The files that still hold data of jobs, as far as this computer knows of them."""

    ours: Sequence[Path]
    """Copies of result workbooks in our own folder, which are deleted with the jobs."""
    left: Sequence[Path]
    """Workbooks and lists of the person, which are not."""


def files_with_data(jobs: Sequence[Job], session: Session, *, sandbox: bool = False) -> Files:
    """Which files still hold data of these jobs."""
    own = spare_folder(session.home)
    with session.journal(sandbox=sandbox) as journal:
        found = {path for job in jobs for path in _files(journal, job)}
    there = sorted(path for path in found if is_file(path))
    return Files([path for path in there if path.parent == own], [path for path in there if path.parent != own])


def _files(journal: Journal, job: Job) -> Iterator[Path]:
    lists = [job.list_path, *journal.sources(job.id).values()]
    yield from (*lists, job.results_path, *journal.workbook_paths(job.id))
    for name in (problems_name, marked_name):
        yield from (path.with_name(name(list_stem(path.stem))) for path in lists)


def is_confirmed(session: Session) -> bool:
    """Whether the person confirms it; with nobody to ask, the command itself is the confirmation."""
    question = Question("forget")
    return session.decide([question])[question.id] == YES


def forget(jobs: Sequence[Job], session: Session, *, everything: bool, sandbox: bool = False) -> None:
    """Delete the jobs' customer data; keyed hashes stay, so that a row sent again is known, unless `everything`.

    Copies of result workbooks in our own folder go, too.

    Raises BusyError, and forgets none, where one of them is being sent; WorkbookError where a copy can't be deleted.
    """
    with session.journal(sandbox=sandbox) as journal, ExitStack() as stack:
        jobs = [journal.job(job.id) for job in jobs]  # one that was forgotten may have been sent again meanwhile
        names = {job.list_sha256: job.list_name for job in jobs}
        for list_sha256, name in names.items():
            stack.enter_context(hold_list(session.home, list_sha256, name, sandbox=sandbox))
        copies = files_with_data(jobs, session, sandbox=sandbox).ours
        for copy in copies:  # before the journal forgets where they are
            try:
                copy.unlink(missing_ok=True)
            except OSError as why:
                raise WorkbookError(Message("forget.copy_stays", path=str(copy), why=why.strerror or str(why))) from why
        journal.forget([job.id for job in jobs], everything=everything)
