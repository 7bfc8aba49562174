"""Help to send a job that another computer has planned, from the team's journal alone: the list need not be here."""

from dataclasses import replace

from uploader.actions.options import SendOptions
from uploader.actions.planning.find_job import Which, job_to_resume, remembered
from uploader.actions.session import Session
from uploader.actions.steps.join_sending import join_sending
from uploader.actions.steps.writing import writable_journal
from uploader.errors import about
from uploader.model.summary import Summary


def work(which: Which | None, options: SendOptions, session: Session) -> Summary:
    """Send rows of a job beside others until none is left; of the unfinished one if nothing is said.

    `which` is a job's number or a list's path. Raises an UploaderError like `send`, and SettingsError where the journal
    is this computer's own.
    """
    began = session.working.now()
    with writable_journal(session) as journal:
        job = job_to_resume(journal, which, options, session)
        with about(job.list_path, job.template), journal.locks.join_list(job.list_sha256, job.list_name):
            summary = join_sending(remembered(journal.job(job.id)), journal, options, session)
    return replace(summary, seconds=summary.seconds or session.working.now() - began)
