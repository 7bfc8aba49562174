"""Resume an unfinished job, from the journal alone: the list may have been moved, edited or deleted since."""

from dataclasses import replace
from pathlib import Path

from uploader.actions.options import SendOptions
from uploader.actions.planning.find_job import (
    Which,
    for_rows_sent_before,
    job_to_resume,
    number_or_path,
    remembered,
)
from uploader.actions.planning.route import route_of, template_of
from uploader.actions.session import Session
from uploader.actions.steps.practice.running import sandbox_running
from uploader.actions.steps.resume_job import resume_job
from uploader.actions.steps.send_list import SendList
from uploader.actions.steps.writing import check_copied, writable_journal
from uploader.checks.checked_list import sha256_of
from uploader.errors import ListError, SettingsError, about
from uploader.i18n import Message
from uploader.journal import Journal
from uploader.model.job import Job
from uploader.model.summary import Summary
from uploader.model.workbook_names import dated
from uploader.readers.snapshot import is_file


def resume(which: Which | None, options: SendOptions, session: Session) -> Summary:
    """Send what is left of a job, and write its workbook; of the last one if nothing is said.

    `which` is a job's number or a list's path. Raises an UploaderError like `send`.
    """
    began = session.working.now()
    sandbox = options.is_sandbox
    with writable_journal(session, sandbox=sandbox) as journal:
        check_copied(journal, session)
        with about(_as_path(which), None):
            job = job_to_resume(journal, which, options, session)
        with about(job.list_path, job.template):
            summary = _resumed(job, _as_path(which), journal, options, session)
    return replace(summary, seconds=summary.seconds or session.working.now() - began)


def _resumed(job: Job, named: Path | None, journal: Journal, options: SendOptions, session: Session) -> Summary:
    template, sandbox = template_of(job, session).with_files(options.files), options.is_sandbox
    if template.file_fields and options.files is None:
        raise SettingsError(Message("resume.files", job=job.id))
    session.tell(_list_now(job, journal, sandbox=sandbox))
    with (
        sandbox_running(options, template, session) as sandbox_url,
        journal.locks.hold_list(job.list_sha256, job.list_name) as hold,
    ):
        job = remembered(journal.job(job.id))  # another run may have had the list until now
        options = for_rows_sent_before(options, job, template, journal)
        route = route_of(template, job.fields, job, sandbox_url, options, session)
        sending = SendList(journal, sandbox_url, options, session, hold.share)
        results_path = _results_path(job, options, session)
        job = sending.news_of(job, route, [path.absolute() for path in (named, results_path) if path is not None])
        corrected = sending.send_corrected(job, route, only_edited=True)
        if corrected is not None:
            return corrected
        return resume_job(job, results_path, route, journal, options, session, hold.share)


def _as_path(which: Which | None) -> Path | None:
    """The list that the person named, if it was not a job."""
    path = None if which is None else number_or_path(which)
    return path if isinstance(path, Path) else None


def _results_path(job: Job, options: SendOptions, session: Session) -> Path:
    """Where its workbook goes: where it is to go now, else where it went; if that folder is gone, here."""
    wished = options.output or (dated(job.results_path, session.today()) if options.dated else job.results_path)
    return wished if wished.parent.is_dir() else Path.cwd() / wished.name


def _list_now(job: Job, journal: Journal, *, sandbox: bool) -> Message | None:
    """What has become of a job's list since; None if nothing."""
    if job.is_in_memory or job.list_path not in journal.sources(job.id).values():
        return None  # it is known from its workbook alone, which was renewed perhaps
    if not is_file(job.list_path):
        return Message("resume.list_is_gone", path=str(job.list_path))
    if not _is_as_read(job, journal):
        command = Message("command.send_sandbox" if sandbox else "command.send", path=str(job.list_path))
        return Message("resume.list_was_edited", path=str(job.list_path), command=command)
    return None


def _is_as_read(job: Job, journal: Journal) -> bool:
    """Whether the file at the list's place has the bytes that were read from it, or that we wrote there ourselves."""
    try:
        sha256 = sha256_of(job.list_path)
    except ListError:
        return False
    return sha256 == job.list_sha256 or journal.was_read_from(job.id, sha256) or journal.wrote_file(job.id, sha256)
