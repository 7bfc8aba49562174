"""Which job is meant, and which is resumed: by number, by list, or the last one."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

from uploader.actions.planning.open_list import same_bytes
from uploader.actions.session import Session
from uploader.checks.checked_list import sha256_of
from uploader.errors import SettingsError
from uploader.i18n import Message
from uploader.journal import Journal
from uploader.model.job import Job, NewJob
from uploader.model.questions import Choice, Question
from uploader.model.resend import ResendPolicy
from uploader.model.rows import Status
from uploader.model.settings import Settings
from uploader.templates.template import Template, parse
from uploader.workbooks.reader import manifest_of

_SEE_HISTORY = "`uploader history` shows the jobs; with --sandbox, those of the practice server."
_CHANGED = "{which} was changed since it was sent as job {job}: `uploader {command} {job}`."
_NEVER_SENT = "{which} was never sent from this computer. " + _SEE_HISTORY
_NOTHING_YET = "Nothing was sent from this computer yet. " + _SEE_HISTORY
_ALL_FINISHED = "No job is unfinished, so there is nothing to go on with. " + _SEE_HISTORY
_FORGOTTEN = "Job {job} was forgotten on {day}: its rows are no longer in the journal."
_CONTINUED = (
    "Job {job} was gone on with by job {later}: `uploader resume {later}`. What is left of both stands in the result "
    "workbook: uploader send {results}"
)
_TEMPLATE_OF = "the template of job {job}"
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


def job_to_resume(journal: Journal, which: str | None, policy: ResendPolicy, session: Session) -> Job:
    """The unfinished job that is meant; a person is asked where several might be. Raises SettingsError."""
    if which is not None:
        return _unfinished(journal, which, policy)
    several = [job for job in journal.jobs() if is_unfinished(job, policy)]
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


def _unfinished(journal: Journal, which: str, policy: ResendPolicy) -> Job:
    path = Path(which)
    by_path = [job for job in journal.jobs() if job.list_path == path.absolute()]
    if by_path and not which.isdecimal():  # also where the list was edited, moved or deleted since
        same = [job for job in by_path if path.exists() and same_bytes(path, job.source_sha256)]
        job = next((job for job in same or by_path if is_unfinished(job, policy)), (same or by_path)[0])
    else:
        job = named_job(journal, which, "resume")
    return not_continued(job, journal)


def not_continued(job: Job, journal: Journal) -> Job:
    """The job, if no later one does what it left: its own rows are perhaps not what was sent. Raises SettingsError."""
    if job.gone_on_by is not None:
        later = journal.job(job.gone_on_by)
        raise SettingsError(_CONTINUED.format(job=job.id, later=later.id, results=later.results_path))
    return job


def unfinished_job_of(journal: Journal, new: NewJob, policy: ResendPolicy, *, sandbox: bool) -> Job | None:
    """The unfinished job of the very same list, template and destination; None where the list is a new job."""

    def sent_as(job: NewJob) -> tuple[object, ...]:
        where = None if sandbox else job.destination  # a sandbox inside has another port each time
        return (job.source_sha256, job.template_sha256, where, job.settings, job.sheet, tuple(job.header), job.fields)

    last = next((job for job in journal.jobs(new.list_sha256) if sent_as(job) == sent_as(new)), None)
    return last if last is not None and is_unfinished(last, policy) else None


def is_unfinished(job: Job, policy: ResendPolicy) -> bool:
    """Whether rows of the job still wait to be sent, or its last run died before its workbook was written."""
    if job.gone_on_by is not None or job.taken_from is not None:
        return False  # a later job of the same list does what it left
    waits = any(job.counts[status] for status in policy.waiting if status is not Status.SKIPPED)
    return (waits or job.ended_at is None) and job.forgotten_at is None


def newest_of(journal: Journal, job: Job) -> Job:
    """The job that knows what became of all rows of that job's list."""
    return job if job.gone_on_by is None else journal.job(job.gone_on_by)


def later_version_of(journal: Journal, job: Job) -> Job | None:
    """The newest job of the same file after it was changed, if there is one."""
    return next((one for one in journal.jobs() if _is_later_version(one, job)), None)


def _is_later_version(one: Job, job: Job) -> bool:
    return one.id > job.id and one.list_path == job.list_path and one.list_sha256 != job.list_sha256


def template_of(job: Job, session: Session) -> Template:
    """The template as it was when the job was begun, whatever has become of its file."""
    if not job.template_text:  # a journal of an earlier version
        return session.catalog.load(job.template)
    source = _TEMPLATE_OF.format(job=job.id)
    profile = None if job.profile_text is None else (job.profile_text, source)
    return parse(job.template_text, source, job.template, profile)


def destination_name(destination: str, settings: Mapping[str, str]) -> str:
    """A destination as people know it: `https://… (wolkvox_server 0042)`."""
    named = ", ".join(f"{name} {value}" for name, value in settings.items())
    return f"{destination} ({named})" if named else destination


def base_url_of(job: Job, template: Template, settings: Settings) -> str | None:
    """What was given as --base-url when the job was begun, as far as it still holds with these settings."""
    is_same = settings.plain == job.settings
    return job.destination if is_same and template.destination(settings) != job.destination else None


def held_back_since(template: Template, job_created_at: str | None, *, sandbox: bool) -> str:
    """From when on the same request, accepted before, holds a row back; "" is ever.

    A sandbox inside is a new one each time: what was accepted before this job, another one accepted.
    """
    if sandbox:
        return job_created_at or datetime.now(UTC).isoformat(timespec="milliseconds")
    if template.duplicates_within_days is None:
        return ""
    since = datetime.now(UTC) - timedelta(days=template.duplicates_within_days)
    return since.isoformat(timespec="milliseconds")


def _named(journal: Journal, which: str | None, command: str) -> Job:
    if which is not None and which.isdecimal() and not Path(which).exists():
        return journal.job(int(which))
    if which is None:
        last = next(iter(journal.jobs()), None)
        if last is None:
            raise SettingsError(_NOTHING_YET)
        return last
    path = Path(which)
    sha256 = sha256_of(path)
    manifest = manifest_of(path)
    of_workbook = None if manifest is None else journal.newest_job(manifest.account)
    if of_workbook is not None:
        return of_workbook
    jobs = journal.jobs(sha256)
    if jobs:
        return jobs[0]
    changed = next((job for job in journal.jobs() if job.list_path == path.absolute()), None)
    if changed is not None:
        raise SettingsError(_CHANGED.format(which=which, job=changed.id, command=command))
    raise SettingsError(_NEVER_SENT.format(which=which))
