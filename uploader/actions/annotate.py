"""Write a copy of a person's own workbook: with the problems of a check marked, or with the statuses of a job."""

from pathlib import Path

from uploader.actions.planning.find_job import Which, named_job
from uploader.actions.session import Session
from uploader.actions.steps.list_check import ListCheck
from uploader.actions.steps.marked_copy import NOTHING_TO_MARK, write_marked_copy
from uploader.actions.steps.status_copy import write_status_copy
from uploader.i18n import Message

__all__ = ["annotate_check", "annotate_job"]


def annotate_check(found: ListCheck, session: Session) -> Path | Message:
    """The place of the copy in which the problems of a finished check are marked, or why there is none."""
    return write_marked_copy(found.rows, session) if found.problems else NOTHING_TO_MARK


def annotate_job(which: Which | None, session: Session, *, sandbox: bool = False) -> Path | Message:
    """The place of the copy with what became of a job's rows, or why there is none.

    Raises SettingsError where there is no such job, JournalError where the journal can't be read.
    """
    with session.journal(sandbox=sandbox) as journal:
        return write_status_copy(journal, named_job(journal, which), session, sandbox=sandbox)
