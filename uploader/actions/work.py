"""Help to send a job that another computer has planned, from the team's journal alone: the list need not be here."""

from dataclasses import replace

from uploader.actions.options import SendOptions
from uploader.actions.planning.find_job import Which, choices_of, job_to_resume, remembered
from uploader.actions.planning.senders import senders_of
from uploader.actions.session import Session
from uploader.actions.steps.join_sending import join_sending
from uploader.actions.steps.writing import writable_journal
from uploader.errors import SettingsError, about
from uploader.i18n import Message
from uploader.journal import Journal
from uploader.model.job import Job
from uploader.model.summary import Summary


def work(which: Which | None, options: SendOptions, session: Session) -> Summary:
    """Send rows of a job beside others until none is left; of the one that is being sent if nothing is said.

    `which` is a job's number or a list's path. Raises an UploaderError like `send`, and SettingsError where the journal
    is this computer's own, or nobody sends the job.
    """
    began = session.working.now()
    with writable_journal(session) as journal:
        if not journal.is_shared:
            raise SettingsError(Message("work.no_team"))
        job = _sent_now(journal) if which is None else job_to_resume(journal, which, options, session)
        with about(job.list_path, job.template), journal.locks.join_list(job.list_sha256, job.list_name):
            job = remembered(journal.job(job.id))
            if not senders_of(job.id, journal):
                raise SettingsError(Message("work.nobody_sends", job=job.id, list=job.list_name))
            summary = join_sending(job, journal, options, session)
    return replace(summary, seconds=summary.seconds or session.working.now() - began)


def _sent_now(journal: Journal) -> Job:
    """The one job that somebody sends. Raises SettingsError."""
    sent = [remembered(journal.job(number)) for number in journal.sent_now()]
    if not sent:
        raise SettingsError(Message("work.nothing_is_sent"))
    if len(sent) > 1:
        raise SettingsError(Message("work.which", jobs=choices_of(sent)))
    return sent[0]
