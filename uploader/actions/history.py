"""List the jobs that were sent from this computer, and delete their data. Nothing is sent."""

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from uploader.actions.home.deletion import delete_all
from uploader.actions.home.kept_lists import KeptLists
from uploader.actions.planning.find_job import Which, found_job
from uploader.actions.planning.senders import Sending, sendings_of, unknown_at_rest
from uploader.actions.session import Session, sender
from uploader.actions.steps import writing
from uploader.actions.steps.workbooks.places import spare_folder
from uploader.actions.steps.writing import writable_journal
from uploader.errors import SettingsError
from uploader.i18n import Message
from uploader.journal import Journal
from uploader.model.job import Job
from uploader.model.questions import YES, Question
from uploader.model.rows import Status
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


def tell_of_other_journal(session: Session, *, sandbox: bool = False) -> None:
    """Say why nothing could be sent with the journal that is looked at, if that is so."""
    if not sandbox:
        with session.journal() as journal:
            writing.tell_of_other_journal(journal, session)


def sendings(jobs: Sequence[Job], session: Session, *, sandbox: bool = False) -> dict[int, list[Sending]]:
    """The runs of these jobs, by the job's number: who sent it from where, and who still does."""
    with session.journal(sandbox=sandbox) as journal:
        return {job.id: sendings_of(job.id, journal) for job in jobs}


def under_way(jobs: Sequence[Job], session: Session, *, sandbox: bool = False) -> dict[int, int]:
    """How many of the unknown rows of these jobs somebody still waits for, by the job's number, where there are any."""
    with session.journal(sandbox=sandbox) as journal:
        now = {*journal.sent_now()}
        rest = {job.id: len(unknown_at_rest(job.id, journal)) for job in jobs if job.id in now}
    found = {job.id: job.counts[Status.UNKNOWN] - rest[job.id] for job in jobs if job.id in rest}
    return {job: count for job, count in found.items() if count > 0}


def sent_by_others(jobs: Sequence[Job], session: Session, *, sandbox: bool = False) -> dict[int, list[Sending]]:
    """The runs of those that are being sent, or that somebody else has sent, or that were sent from elsewhere."""
    here = sender()[:2]
    with session.journal(sandbox=sandbox) as journal:
        now = {*journal.sent_now()}
    perhaps = [job for job in jobs if job.ended_at is None or job.id in now or job.sender[:2] != here]
    found = sendings(perhaps, session, sandbox=sandbox) if perhaps else {}

    def are_told(runs: Sequence[Sending]) -> bool:
        return any(is_alive or (run.user, run.machine) != here for run, is_alive in runs)

    return {job: runs for job, runs in found.items() if are_told(runs)}


def jobs_to_forget(
    which: Sequence[Which], older_than: str | None, session: Session, *, everything: bool, sandbox: bool = False
) -> list[Job]:
    """The jobs that are meant, by number, by list or by age, and that are not forgotten yet.

    Raises SettingsError, and JournalError where this user may only look.
    """
    if not which and older_than is None:
        raise SettingsError(Message("history.which_to_forget"))
    with writable_journal(session, sandbox=sandbox) as journal:
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
    """What is deleted with the jobs: copies of result workbooks in our own folder, and all files in the folders of
    lists that are kept for the page."""
    left: Sequence[Path]
    """Workbooks and lists of the person, which are not."""


def files_with_data(jobs: Sequence[Job], session: Session, *, sandbox: bool = False) -> Files:
    """Which files still hold data of these jobs."""
    own = spare_folder(session.home)
    with session.journal(sandbox=sandbox) as journal:
        found = {path for job in jobs for path in _files(journal, job)}
    there = {path for path in found if is_file(path)}
    kept = _of_kept_lists(jobs, found, session, sandbox=sandbox)
    ours = kept | {path for path in there if path.parent == own}
    return Files(sorted(ours), sorted(path for path in there - ours if not _is_among(path, ours)))


def _is_among(path: Path, ours: Iterable[Path]) -> bool:
    """Whether one of ours is that file under another path."""
    real = Path(os.path.realpath(path.parent)) / path.name
    return any(path.name == one.name and real == Path(os.path.realpath(one.parent)) / one.name for one in ours)


def _of_kept_lists(jobs: Sequence[Job], found: Iterable[Path], session: Session, *, sandbox: bool) -> set[Path]:
    """The files in the folders of lists that are kept and were sent by these jobs, but for those of other jobs.

    The files of a job that was sent to the API are not deleted with what was practised with them, nor is the list.
    """
    found = list(found)
    touched = [kept for kept in KeptLists(session.home).lists() if any(map(kept.has, found))]
    if not touched:
        return set()
    others = set(_of_other_jobs(jobs, session, sandbox=sandbox))
    if sandbox and session.has_journal():
        others |= set(_of_other_jobs([], session, sandbox=False))
    ours: set[Path] = set()
    for kept in touched:
        if sandbox:  # the list itself is still to be sent
            others |= {kept.path, kept.folder / kept.name}
        claimed = {path.name for path in others if kept.has(path)}
        mine = {path.name for path in found if kept.has(path)}
        ours |= {path for path in kept.files() if path.name not in claimed and (not claimed or path.name in mine)}
    return ours


def _of_other_jobs(jobs: Sequence[Job], session: Session, *, sandbox: bool) -> Iterator[Path]:
    """The files of jobs besides these that are not forgotten."""
    meant = {job.id for job in jobs}
    with session.journal(sandbox=sandbox) as journal:
        for job in journal.jobs():
            if job.id not in meant and job.forgotten_at is None:
                yield from _files(journal, job)


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

    Our own files go, too: copies of result workbooks, and lists that are kept for the page with what is beside them.

    Raises BusyError, and forgets none, where one of them is being sent; WorkbookError where a file can't be deleted.
    """
    with writable_journal(session, sandbox=sandbox) as journal, ExitStack() as stack:
        jobs = [journal.job(job.id) for job in jobs]  # one that was forgotten may have been sent again meanwhile
        names = {job.list_sha256: job.list_name for job in jobs}
        for list_sha256, name in names.items():
            stack.enter_context(journal.locks.hold_list(list_sha256, name))
        ours = files_with_data(jobs, session, sandbox=sandbox).ours
        lists = KeptLists(session.home)
        emptied = [kept for kept in lists.lists() if any(map(kept.has, ours))]
        delete_all(ours)  # before the journal forgets where they are
        for kept in emptied:
            lists.forget_empty(kept)
        journal.forget([job.id for job in jobs], everything=everything)
