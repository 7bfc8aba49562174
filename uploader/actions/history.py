"""List the jobs that were sent from this computer, and delete their data. Nothing is sent."""

import re
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta

from uploader.actions.planning.find_job import Which, found_job
from uploader.actions.session import Session
from uploader.errors import SettingsError
from uploader.i18n import Message
from uploader.journal.locks import hold_list
from uploader.model.job import Job
from uploader.model.questions import YES, Question

_AGE = re.compile(r"(\d{1,5})\s*d", re.ASCII)


def history(session: Session, which: Which | None = None, *, sandbox: bool = False) -> list[Job]:
    """All jobs, the newest first; with `which`, a job's number or a list's path, those of that list.

    Raises SettingsError where there is none of that number or list.
    """
    with session.journal(sandbox=sandbox) as journal:
        jobs = journal.jobs()
        if which is None:
            return jobs
        account = found_job(journal, which).account
        return [job for job in jobs if job.account == account]


def jobs_to_forget(
    which: Sequence[Which], older_than: str | None, session: Session, *, everything: bool, sandbox: bool = False
) -> list[Job]:
    """The jobs that are meant, by number, by list or by age, and that are not forgotten yet. Raises SettingsError."""
    if not which and older_than is None:
        raise SettingsError(Message("history.which_to_forget"))
    with session.journal(sandbox=sandbox) as journal:
        # A list's jobs know each other's rows, so they are forgotten together.
        accounts = {found_job(journal, one).account for one in which}
        jobs = journal.jobs()
        meant = [job for job in jobs if job.account in accounts]
        if older_than is not None:
            latest = _latest(older_than)
            young = {job.account for job in jobs if _ended(job) >= latest}
            meant += [job for job in jobs if job.account not in young and job not in meant]
    return [job for job in meant if everything or job.forgotten_at is None]


def _latest(older_than: str) -> datetime:
    age = _AGE.fullmatch(older_than.strip())
    if age is None:
        raise SettingsError(Message("history.not_an_age", given=older_than))
    return datetime.now(UTC) - timedelta(days=int(age[1]))


def _ended(job: Job) -> datetime:
    return datetime.fromisoformat(job.ended_at or job.created_at)


def is_confirmed(session: Session) -> bool:
    """Whether the person confirms it; with nobody to ask, the command itself is the confirmation."""
    question = Question("forget")
    return session.decide([question])[question.id] == YES


def forget(jobs: Sequence[Job], session: Session, *, everything: bool, sandbox: bool = False) -> None:
    """Delete the jobs' customer data; hashes stay, so that a row sent again is known, unless `everything`.

    Raises BusyError, and forgets none, where one of them is being sent.
    """
    names = {job.list_sha256: job.list_path.name for job in jobs}
    with session.journal(sandbox=sandbox) as journal, ExitStack() as stack:
        for list_sha256, name in names.items():
            stack.enter_context(hold_list(session.home, list_sha256, name, sandbox=sandbox))
        for job in jobs:
            journal.forget(job.id, everything=everything)
