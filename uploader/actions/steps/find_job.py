"""Which job is meant, and which goes on: by number, by list, or the last one."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

from uploader.checks import checked_list
from uploader.errors import ListError, SettingsError
from uploader.journal.sqlite import Journal
from uploader.model.job import Job, NewJob
from uploader.model.resend import ResendPolicy
from uploader.model.rows import Status
from uploader.model.settings import Settings
from uploader.templates.catalog import Catalog
from uploader.templates.template import Template, parse
from uploader.workbooks import reader

JOURNAL, SANDBOX_JOURNAL = "journal.db", "sandbox.db"

_SEE_HISTORY = "`uploader history` shows the jobs; with --sandbox, those of the practice server."
_CHANGED = "{which} was changed since it was sent as job {job}: `uploader {command} {job}`."
_NEVER_SENT = "{which} was never sent from this computer. " + _SEE_HISTORY
_NOTHING_YET = "Nothing was sent from this computer yet. " + _SEE_HISTORY
_ALL_FINISHED = "No job is unfinished, so there is nothing to go on with. " + _SEE_HISTORY
_FORGOTTEN = "Job {job} was forgotten on {day}: its rows are no longer in the journal."
_GONE_ON = (
    "Job {job} was gone on with by job {later}: `uploader resume {later}`. What is left of both stands in the result "
    "workbook: uploader send {results}"
)
_TOLD_AS = "the template of job {job}"


def journal_at(home: Path, *, sandbox: bool) -> Journal:
    """The journal; practice has its own and never touches the real one."""
    return Journal(journal_of(home, sandbox=sandbox))


def journal_of(home: Path, *, sandbox: bool) -> Path:
    """Where the journal is."""
    return home / (SANDBOX_JOURNAL if sandbox else JOURNAL)


def named(journal: Journal, which: str | None, command: str) -> Job:
    """The job of that number, the last one of that list, or the last of all. Raises SettingsError.

    `command` is the one to advise where a list was changed and its job must be named by number.
    """
    return remembered(_found(journal, which, command))


def remembered(job: Job) -> Job:
    """The job, if its rows are still there. Raises SettingsError."""
    if job.forgotten_at is not None:
        raise SettingsError(_FORGOTTEN.format(job=job.id, day=job.forgotten_at[:10]))
    return job


def unfinished(journal: Journal, which: str | None, repeats: ResendPolicy) -> Job:
    """The job that is meant to go on: the last unfinished one, if nothing is said. Raises SettingsError."""
    if which is not None:
        path = Path(which)
        by_path = [job for job in journal.jobs() if job.list_path == path.absolute()]
        if by_path and not which.isdecimal():  # also where the list was edited, moved or deleted since
            same = [job for job in by_path if path.exists() and job.source_sha256 == _sha256(path)]
            return next((job for job in same or by_path if is_unfinished(job, repeats)), (same or by_path)[0])
        job = named(journal, which, "resume")
        if job.gone_on_by is not None:
            later = journal.job(job.gone_on_by)
            raise SettingsError(_GONE_ON.format(job=job.id, later=later.id, results=later.results_path))
        return job
    found = all_unfinished(journal, repeats)
    if not found:
        raise SettingsError(_ALL_FINISHED)
    return found[0]


def all_unfinished(journal: Journal, repeats: ResendPolicy) -> list[Job]:
    """The jobs that can go on, the newest first."""
    return [job for job in journal.jobs() if is_unfinished(job, repeats)]


def going_on(journal: Journal, new: NewJob, repeats: ResendPolicy, *, sandbox: bool) -> Job | None:
    """The unfinished job of the very same list, template and destination; None where the list is a new job."""

    def sent_as(job: NewJob) -> tuple[object, ...]:
        where = None if sandbox else job.destination  # a practice server inside has another port each time
        return (job.source_sha256, job.template_sha256, where, job.settings, job.sheet, tuple(job.header), job.fields)

    last = next((job for job in journal.jobs(new.list_sha256) if sent_as(job) == sent_as(new)), None)
    return last if last is not None and is_unfinished(last, repeats) else None


def is_unfinished(job: Job, repeats: ResendPolicy) -> bool:
    """Whether rows of the job still wait to be sent, or its last run died before its workbook stood."""
    if job.gone_on_by is not None or job.taken_from is not None:
        return False  # a later job of the same list does what it left
    waits = any(job.counts[status] for status in repeats.waiting if status is not Status.SKIPPED)
    return (waits or job.ended_at is None) and job.forgotten_at is None


def template_of(job: Job, home: Path) -> Template:
    """The template as it was when the job was begun, whatever has become of its file."""
    if not job.template_text:  # a journal of an earlier version
        return Catalog.of(home).load(job.template)
    source = _TOLD_AS.format(job=job.id)
    profile = None if job.profile_text is None else (job.profile_text, source)
    return parse(job.template_text, source, job.template, profile)


def told_where(destination: str, settings: Mapping[str, str]) -> str:
    """A destination in words: `https://… (wolkvox_server 0042)`."""
    told = ", ".join(f"{name} {value}" for name, value in settings.items())
    return f"{destination} ({told})" if told else destination


def base_url_of(job: Job, template: Template, settings: Settings) -> str | None:
    """What was given as --base-url when the job was begun, as far as it still holds with these settings."""
    is_same = settings.plain == job.settings
    return job.destination if is_same and template.destination(settings) != job.destination else None


def held_back_since(template: Template, job: Job, *, sandbox: bool) -> str:
    """From when on the same request, accepted before, holds a row back; "" is ever.

    A practice server inside is a new one each time: what was accepted before this job, another one accepted.
    """
    if sandbox:
        return job.created_at
    if template.duplicates_within_days is None:
        return ""
    since = datetime.now(UTC) - timedelta(days=template.duplicates_within_days)
    return since.isoformat(timespec="milliseconds")


def _found(journal: Journal, which: str | None, command: str) -> Job:
    if which is not None and which.isdecimal() and not Path(which).exists():
        return journal.job(int(which))
    if which is None:
        last = next(iter(journal.jobs()), None)
        if last is None:
            raise SettingsError(_NOTHING_YET)
        return last
    path = Path(which)
    sha256 = checked_list.sha256_of(path)
    imprint = reader.imprint_of(path)
    of_workbook = None if imprint is None else journal.newest(imprint.account)
    if of_workbook is not None:
        return of_workbook
    jobs = journal.jobs(sha256)
    if jobs:
        return jobs[0]
    changed = next((job for job in journal.jobs() if job.list_path == path.absolute()), None)
    if changed is not None:
        raise SettingsError(_CHANGED.format(which=which, job=changed.id, command=command))
    raise SettingsError(_NEVER_SENT.format(which=which))


def newest_of(journal: Journal, job: Job) -> Job:
    """The job that knows what became of all rows of that job's list."""
    return job if job.gone_on_by is None else journal.job(job.gone_on_by)


def _sha256(path: Path) -> str:
    try:
        return checked_list.sha256_of(path)
    except ListError:
        return ""
