"""Write a copy of a person's own workbook: with the problems of a check marked, or with the statuses of a job."""

from pathlib import Path

from uploader.actions.planning.find_job import Which, named_job
from uploader.actions.session import Session
from uploader.actions.steps.list_check import ListCheck, rows_again
from uploader.actions.steps.workbooks.marked_copy import NOTHING_TO_MARK, write_marked_copy
from uploader.actions.steps.workbooks.status_copy import write_status_copy
from uploader.i18n import Message

__all__ = ["annotate_check", "annotate_job"]


def annotate_check(found: ListCheck, session: Session) -> Path | Message:
    """The place of the copy in which the problems of a finished check are marked, or why there is none."""
    if not found.problems:
        return NOTHING_TO_MARK
    with rows_again(found, session) as rows:
        return write_marked_copy(rows, session)


def annotate_job(which: Which | None, session: Session, *, sandbox: bool = False) -> Path | Message:
    """The place of the copy with what became of a job's rows, or why there is none.

    Raises SettingsError where there is no such job, JournalError where the journal can't be read.
    """
    with session.journal(sandbox=sandbox) as journal:
        return write_status_copy(journal, named_job(journal, which, session), session, sandbox=sandbox)
