"""Which job is meant, and which is resumed: by number, by list, or the last one."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from uploader.actions.options import SendOptions
from uploader.actions.planning.route import template_of
from uploader.actions.planning.senders import is_sent_from_here
from uploader.actions.session import Session
from uploader.checks.checked_list import sha256_of
from uploader.errors import ListError, SettingsError, TemplateError
from uploader.i18n import Message
from uploader.journal import Journal
from uploader.model.job import Job, NewJob
from uploader.model.questions import Choice, Question
from uploader.model.resend import ResendPolicy
from uploader.model.rows import Status
from uploader.readers.snapshot import mode_at
from uploader.workbooks.read_back.reader import manifest_of

if TYPE_CHECKING:
    from uploader.templates.template import Template

_MOST_CHOICES = 5

Which: TypeAlias = int | str | Path
"""How a person names a job: by its number, or by its list's path or that of its result workbook."""


def number_or_path(which: Which) -> int | Path:
    """The job's number, or the list's path; a file that is called `7` is a list."""
    if isinstance(which, str):
        is_number = which.isdecimal() and which.isascii() and not mode_at(Path(which))
        return int(which) if is_number else Path(which)
    return which


def named_job(journal: Journal, which: Which | None, session: Session) -> Job:
    """The job of that number, the last one of that list, or the last of all. Raises SettingsError.

    Of a team's journal the last one is that which this person sent from this computer.
    """
    return remembered(_last_job(journal, session) if which is None else found_job(journal, which))


def _last_job(journal: Journal, session: Session) -> Job:
    jobs = journal.jobs()
    if not jobs:
        raise SettingsError(Message("find_job.nothing_yet"))
    if not journal.is_shared:
        return jobs[0]
    own = next((job for job in jobs if is_sent_from_here(job, journal)), None)
    if own is None:
        raise SettingsError(Message("find_job.none_from_here", jobs=choices_of(jobs)))
    _tell_of_newer(own, jobs[0], session)
    return own


def _tell_of_newer(own: Job, newest: Job, session: Session) -> None:
    if own.id != newest.id:
        session.tell(Message("find_job.newest_is_others", job=own.id, list=own.list_name, newest=newest.id))


def choices_of(jobs: Sequence[Job]) -> tuple[Message, ...]:
    """Jobs that may be meant, the newest of them, as a fact of a sentence."""
    known = [job for job in jobs if job.forgotten_at is None][:_MOST_CHOICES]
    return tuple(
        Message("find_job.choice", job=job.id, list=job.list_name, user=job.sender.user, machine=job.sender.machine)
        for job in known
    )


def remembered(job: Job) -> Job:
    """The job, if its rows are still there. Raises SettingsError."""
    if job.forgotten_at is not None:
        raise SettingsError(Message("find_job.forgotten", job=job.id, day=job.forgotten_at[:10]))
    return job


def for_rows_sent_before(options: SendOptions, job: Job, template: "Template", journal: Journal) -> SendOptions:
    """The options for what is left of a job; see `SendOptions.resends_by_itself`."""
    is_same = all(run.template_sha256 == template.sha256 for run in journal.runs(job.id))
    return options if is_same else replace(options, resends_by_itself=False)


def job_to_resume(journal: Journal, which: Which | None, options: SendOptions, session: Session) -> Job:
    """The unfinished job that is meant; a person is asked where several might be. Raises SettingsError."""

    def resends_unknown(job: Job) -> bool:
        try:
            template = template_of(job, session)
            return for_rows_sent_before(options, job, template, journal).policy(template).unknown
        except TemplateError:  # that job can't be resumed, which doesn't keep the others from it
            return options.resend_unknown

    if which is not None:
        return _unfinished(journal, which, resends_unknown, session)
    several = [job for job in journal.jobs() if _is_unfinished(job, resends_unknown)]
    if not several:
        code = "find_job.all_finished_in_sandbox" if options.is_sandbox else "find_job.all_finished"
        raise SettingsError(Message(code))
    newest = several[0]
    if journal.is_shared:
        several = [job for job in several if is_sent_from_here(job, journal)] or _none_from_here(several)
    job = several[0] if len(several) == 1 else _chosen(several, session)
    if job.id == several[0].id:
        _tell_of_newer(job, newest, session)
    return job


def _none_from_here(jobs: Sequence[Job]) -> list[Job]:
    raise SettingsError(Message("find_job.none_from_here", jobs=choices_of(jobs)))


def _chosen(several: Sequence[Job], session: Session) -> Job:
    choices = tuple(Choice(str(job.id), job.list_name, _state_of(job)) for job in several)
    question = Question("which_job", {}, choices, safe=choices[0].key)
    answer = session.decide([question])[question.id]
    if answer is None:
        raise SettingsError(Message("find_job.none_chosen"))
    return next(job for job in several if str(job.id) == answer)


def _state_of(job: Job) -> Message:
    when = f"{datetime.fromisoformat(job.started_at or job.created_at).astimezone():%Y-%m-%d %H:%M}"
    return Message("job.state", when=when, count=job.counts[Status.NOT_SENT], rows=job.rows)


def _unfinished(journal: Journal, which: Which, resends_unknown: Callable[[Job], bool], session: Session) -> Job:
    path = number_or_path(which)
    by_path = [] if isinstance(path, int) else jobs_at(journal, path)
    if not by_path or isinstance(path, int):
        return named_job(journal, which, session)
    # Also where the list was edited, moved or deleted since.
    same = [job for job in by_path if mode_at(path) and _was_read_from(journal, job, path)] or by_path
    return remembered(next((job for job in same if _is_unfinished(job, resends_unknown)), same[0]))


def _was_read_from(journal: Journal, job: Job, path: Path) -> bool:
    """Whether the file is as it was when rows of the job were read from it."""
    try:
        return journal.was_read_from(job.id, sha256_of(path))
    except ListError:
        return False


def jobs_at(journal: Journal, path: Path) -> list[Job]:
    """The jobs of the list at that path, or of which a result workbook is there; whether it is there still or not."""
    path = path.absolute()
    return [job for job in journal.jobs() if path in _paths(journal, job)]


def _paths(journal: Journal, job: Job) -> set[Path]:
    return {job.list_path, job.results_path, *journal.sources(job.id).values(), *journal.workbook_paths(job.id)}


def says_nothing_new(journal: Journal, job: Job, new: NewJob) -> bool:
    """Whether the list at hand is what the job's rows were read from last, and would be sent in the same way."""
    last = next(reversed([*journal.sources(job.id)]), "")

    def sent_as(job: NewJob) -> tuple[object, ...]:
        return job.template_sha256, tuple(job.header), dict(job.fields)

    return last == new.source_sha256 and sent_as(job) == sent_as(new)


def is_unfinished(job: Job, policy: ResendPolicy) -> bool:
    """Whether rows of the job are still to be sent, or its last run died before its workbook was written."""
    return _is_unfinished(job, lambda _: policy.unknown)


def _is_unfinished(job: Job, resends_unknown: Callable[[Job], bool]) -> bool:
    if job.forgotten_at is not None:
        return False
    if job.ended_at is None or job.waiting:
        return True
    return bool(job.counts[Status.UNKNOWN]) and resends_unknown(job)


def later_version_of(journal: Journal, job: Job) -> Job | None:
    """The newest job of the same file after it was changed, if there is one."""
    same = {one.id for one in journal.jobs(job.list_sha256)}

    def is_later_version(one: Job) -> bool:
        return one.started_at > job.started_at and one.list_path == job.list_path and one.id not in same

    return next(filter(is_later_version, journal.jobs()), None)


def found_job(journal: Journal, which: Which) -> Job:
    """The job as `named_job` finds it, also where its rows were deleted. Raises SettingsError."""
    meant = number_or_path(which)
    return journal.job(meant) if isinstance(meant, int) else _of_file(journal, meant)


def _of_file(journal: Journal, path: Path) -> Job:
    """The newest job of the list, or of the workbook of ours, that is at that path or was."""
    at_path = next(iter(jobs_at(journal, path)), None)
    if not mode_at(path):
        if at_path is None:
            raise _never_sent(journal, path.name)
        return at_path
    sha256 = sha256_of(path)
    manifest = manifest_of(path)
    of_workbook = None if manifest is None else journal.job_with_key(manifest.job_key)
    if of_workbook is not None:
        return of_workbook
    jobs = journal.jobs(sha256)
    if jobs:
        return jobs[0]
    if at_path is not None:
        raise SettingsError(Message("find_job.list_changed", name=path.name, job=at_path.id))
    raise _never_sent(journal, path.name)


def _never_sent(journal: Journal, name: str) -> SettingsError:
    """Of a list that was sent from another place, perhaps by others, the numbers help."""
    same = choices_of([job for job in journal.jobs() if job.list_name == name])
    if same:
        return SettingsError(Message("find_job.same_name", name=name, jobs=same))
    return SettingsError(Message("find_job.never_sent", name=name))
