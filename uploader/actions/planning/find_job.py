"""Which job is meant, and which is resumed: by number, by list, or the last one."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TypeAlias

from uploader.actions.options import SendOptions
from uploader.actions.planning.route import template_of
from uploader.actions.session import Session
from uploader.checks.checked_list import same_bytes, sha256_of
from uploader.errors import SettingsError, TemplateError
from uploader.i18n import Message
from uploader.journal import Journal
from uploader.model.job import Job, NewJob
from uploader.model.questions import Choice, Question
from uploader.model.resend import ResendPolicy
from uploader.model.rows import Status
from uploader.workbooks.reader import manifest_of

Which: TypeAlias = int | str | Path
"""How a person names a job: by its number, or by its list's path or that of its result workbook."""


def number_or_path(which: Which) -> int | Path:
    """The job's number, or the list's path; a file that is called `7` is a list."""
    if isinstance(which, str):
        is_number = which.isdecimal() and which.isascii() and not Path(which).exists()
        return int(which) if is_number else Path(which)
    return which


def named_job(journal: Journal, which: Which | None) -> Job:
    """The job of that number, the last one of that list, or the last of all. Raises SettingsError."""
    return remembered(found_job(journal, which))


def remembered(job: Job) -> Job:
    """The job, if its rows are still there. Raises SettingsError."""
    if job.forgotten_at is not None:
        raise SettingsError(Message("find_job.forgotten", job=job.id, day=job.forgotten_at[:10]))
    return job


def job_to_resume(journal: Journal, which: Which | None, options: SendOptions, session: Session) -> Job:
    """The unfinished job that is meant; a person is asked where several might be. Raises SettingsError."""

    def resends_unknown(job: Job) -> bool:
        try:
            return options.policy(template_of(job, session)).unknown
        except TemplateError:  # that job can't be resumed, which doesn't keep the others from it
            return options.resend_unknown

    if which is not None:
        return _unfinished(journal, which, resends_unknown)
    several = [job for job in journal.jobs() if _is_unfinished(job, resends_unknown)]
    if not several:
        code = "find_job.all_finished_in_sandbox" if options.is_sandbox else "find_job.all_finished"
        raise SettingsError(Message(code))
    if len(several) == 1:
        return several[0]
    choices = tuple(Choice(str(job.id), job.list_path.name, _state_of(job)) for job in several)
    question = Question("which_job", {}, choices, safe=choices[0].key)
    answer = session.decide([question])[question.id]
    if answer is None:
        raise SettingsError(Message("find_job.none_chosen"))
    return next(job for job in several if str(job.id) == answer)


def _state_of(job: Job) -> Message:
    when = f"{datetime.fromisoformat(job.created_at).astimezone():%Y-%m-%d %H:%M}"
    return Message("job.state", when=when, count=job.counts[Status.NOT_SENT], rows=job.rows)


def _unfinished(journal: Journal, which: Which, resends_unknown: Callable[[Job], bool]) -> Job:
    path = number_or_path(which)
    by_path = [] if isinstance(path, int) else _by_path(journal, path)
    if by_path and not isinstance(path, int):  # also where the list was edited, moved or deleted since
        same = [job for job in by_path if path.exists() and same_bytes(path, job.source_sha256)]
        job = next((job for job in same or by_path if _is_unfinished(job, resends_unknown)), (same or by_path)[0])
    else:
        job = named_job(journal, which)
    return not_continued(remembered(job), journal)


def _by_path(journal: Journal, path: Path) -> list[Job]:
    """The jobs of the list at that path, the newest first; whether it is still there does not matter."""
    return [job for job in journal.jobs() if job.list_path == path.absolute()]


def not_continued(job: Job, journal: Journal) -> Job:
    """The job, if no later one does what it left: its own rows are perhaps not what was sent. Raises SettingsError."""
    if job.continued_by is not None:
        later = journal.job(job.continued_by)
        raise SettingsError(Message("find_job.continued", job=job.id, later=later.id, results=str(later.results_path)))
    return job


def unfinished_job_of(journal: Journal, new: NewJob, policy: ResendPolicy, *, sandbox: bool) -> Job | None:
    """The unfinished job of the very same list, template and destination; None where the list is a new job."""

    def sent_as(job: NewJob) -> tuple[object, ...]:
        where = None if sandbox else job.destination  # a sandbox inside has another port each time
        return (job.source_sha256, job.template_sha256, where, job.settings, job.sheet, tuple(job.header), job.fields)

    last = next((job for job in journal.jobs(new.list_sha256) if sent_as(job) == sent_as(new)), None)
    return last if last is not None and _is_unfinished(last, lambda _: policy.unknown) else None


def _is_unfinished(job: Job, resends_unknown: Callable[[Job], bool]) -> bool:
    """Whether rows of the job are still to be sent, or its last run died before its workbook was written."""
    if job.continued_by is not None or job.taken_from is not None:
        return False  # a later job of the same list does what it left
    if job.forgotten_at is not None:
        return False
    if job.ended_at is None or job.counts[Status.NOT_SENT]:
        return True
    return bool(job.counts[Status.UNKNOWN]) and resends_unknown(job)


def newest_of(journal: Journal, job: Job) -> Job:
    """The job that knows what became of all rows of that job's list."""
    return job if job.continued_by is None else journal.job(job.continued_by)


def later_version_of(journal: Journal, job: Job) -> Job | None:
    """The newest job of the same file after it was changed, if there is one."""
    return next((one for one in journal.jobs() if _is_later_version(one, job)), None)


def _is_later_version(one: Job, job: Job) -> bool:
    return one.id > job.id and one.list_path == job.list_path and one.list_sha256 != job.list_sha256


def found_job(journal: Journal, which: Which | None) -> Job:
    """The job as `named_job` finds it, also where its rows were deleted. Raises SettingsError."""
    if which is not None:
        meant = number_or_path(which)
        return journal.job(meant) if isinstance(meant, int) else _of_file(journal, meant)
    last = next(iter(journal.jobs()), None)
    if last is None:
        raise SettingsError(Message("find_job.nothing_yet"))
    return last


def _of_file(journal: Journal, path: Path) -> Job:
    """The newest job of the list, or of the workbook of ours, that is at that path or was."""
    by_path = next(iter(_by_path(journal, path)), None)
    if not path.exists():
        by_path = by_path or next((job for job in journal.jobs() if job.results_path == path.absolute()), None)
        if by_path is not None:
            return by_path
    sha256 = sha256_of(path)
    manifest = manifest_of(path)
    of_workbook = None if manifest is None else journal.newest_job(manifest.account)
    if of_workbook is not None:
        return of_workbook
    jobs = journal.jobs(sha256)
    if jobs:
        return jobs[0]
    if by_path is not None:
        raise SettingsError(Message("find_job.list_changed", name=path.name, job=by_path.id))
    raise SettingsError(Message("find_job.never_sent", name=path.name))
