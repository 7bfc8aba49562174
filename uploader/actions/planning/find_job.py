"""Which job is meant, and which is resumed: by number, by list, or the last one."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

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

_SEE_HISTORY = "`uploader history` shows the jobs; with --sandbox, those of the practice server."
_CHANGED = "{which} was changed since it was sent as job {job}: `uploader {command} {job}`."
_NEVER_SENT = "{which} was never sent from this computer. " + _SEE_HISTORY
_NOTHING_YET = "Nothing was sent from this computer yet. " + _SEE_HISTORY
_ALL_FINISHED = "No job is unfinished, so there is nothing to continue. " + _SEE_HISTORY
_FORGOTTEN = "Job {job} was forgotten on {day}: its rows are no longer in the journal."
_CONTINUED = (
    "Job {job} was continued by job {later}: `uploader resume {later}`. What is left of both is in the result "
    "workbook: uploader send {results}"
)
_NOTHING_SENT = "Nothing was sent."


def named_job(journal: Journal, which: str | None, command: str) -> Job:
    """The job of that number, the last one of that list, or the last of all. Raises SettingsError.

    `command` is the one to advise where a list was changed and its job must be named by number.
    """
    return remembered(_named(journal, which, command))


def remembered(job: Job) -> Job:
    """The job, if its rows are still there. Raises SettingsError."""
    if job.forgotten_at is not None:
        raise SettingsError(_FORGOTTEN.format(job=job.id, day=job.forgotten_at[:10]))
    return job


def job_to_resume(journal: Journal, which: str | None, options: SendOptions, session: Session) -> Job:
    """The unfinished job that is meant; a person is asked where several might be. Raises SettingsError."""

    def resends_unknown(job: Job) -> bool:
        try:
            return options.policy(template_of(job, session)).unknown
        except TemplateError:  # it can't go on as it is, and is no obstacle to the others
            return options.resend_unknown

    if which is not None:
        return _unfinished(journal, which, resends_unknown)
    several = [job for job in journal.jobs() if _is_unfinished(job, resends_unknown)]
    if not several:
        raise SettingsError(_ALL_FINISHED)
    if len(several) == 1:
        return several[0]
    choices = tuple(Choice(str(job.id), job.list_path.name, _state_of(job)) for job in several)
    question = Question("which_job", {}, choices, safe=choices[0].key)
    answer = session.decide([question])[question.id]
    if answer is None:
        raise SettingsError(_NOTHING_SENT)
    return next(job for job in several if str(job.id) == answer)


def _state_of(job: Job) -> Message:
    when = f"{datetime.fromisoformat(job.created_at).astimezone():%Y-%m-%d %H:%M}"
    return Message("job.state", when=when, count=job.counts[Status.NOT_SENT], rows=job.rows)


def _unfinished(journal: Journal, which: str, resends_unknown: Callable[[Job], bool]) -> Job:
    path = Path(which)
    by_path = [job for job in journal.jobs() if job.list_path == path.absolute()]
    if by_path and not which.isdecimal():  # also where the list was edited, moved or deleted since
        same = [job for job in by_path if path.exists() and same_bytes(path, job.source_sha256)]
        job = next((job for job in same or by_path if _is_unfinished(job, resends_unknown)), (same or by_path)[0])
    else:
        job = named_job(journal, which, "resume")
    return not_continued(job, journal)


def not_continued(job: Job, journal: Journal) -> Job:
    """The job, if no later one does what it left: its own rows are perhaps not what was sent. Raises SettingsError."""
    if job.continued_by is not None:
        later = journal.job(job.continued_by)
        raise SettingsError(_CONTINUED.format(job=job.id, later=later.id, results=later.results_path))
    return job


def unfinished_job_of(journal: Journal, new: NewJob, policy: ResendPolicy, *, sandbox: bool) -> Job | None:
    """The unfinished job of the very same list, template and destination; None where the list is a new job."""

    def sent_as(job: NewJob) -> tuple[object, ...]:
        where = None if sandbox else job.destination  # a sandbox inside has another port each time
        return (job.source_sha256, job.template_sha256, where, job.settings, job.sheet, tuple(job.header), job.fields)

    last = next((job for job in journal.jobs(new.list_sha256) if sent_as(job) == sent_as(new)), None)
    return last if last is not None and _is_unfinished(last, lambda _: policy.unknown) else None


def _is_unfinished(job: Job, resends_unknown: Callable[[Job], bool]) -> bool:
    """Whether rows of the job still wait to be sent, or its last run died before its workbook was written."""
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


def _named(journal: Journal, which: str | None, command: str) -> Job:
    if which is not None and which.isdecimal() and not Path(which).exists():
        return journal.job(int(which))
    if which is None:
        last = next(iter(journal.jobs()), None)
        if last is None:
            raise SettingsError(_NOTHING_YET)
        return last
    path = Path(which)
    by_path = next((job for job in journal.jobs() if job.list_path == path.absolute()), None)
    if by_path is not None and not path.exists():
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
        raise SettingsError(_CHANGED.format(which=which, job=by_path.id, command=command))
    raise SettingsError(_NEVER_SENT.format(which=which))
