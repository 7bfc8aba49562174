"""Settle rows whose outcome is unknown, after somebody looked them up."""

from collections.abc import Sequence
from datetime import UTC, datetime

from uploader.actions.planning.find_job import Which, named_job
from uploader.actions.session import Session, sender
from uploader.actions.steps.writing import writable_journal
from uploader.errors import SettingsError
from uploader.i18n import Message
from uploader.model import advice
from uploader.model.job import Job, Settlement
from uploader.model.rows import Status


def unknown_rows(number: int, session: Session, *, sandbox: bool = False) -> list[int]:
    """The numbers of all rows of that job whose outcome is unknown."""
    with session.journal(sandbox=sandbox) as journal:
        return journal.row_numbers(number, Status.UNKNOWN)


def settle(which: Which, rows: Sequence[int], session: Session, *, arrived: bool, sandbox: bool = False) -> Job:
    """Close these rows, or none of them; the job as it is then.

    `which` is a job's number or its list's path. Raises SettingsError where one of the rows is not unknown, BusyError
    where the list is being sent.
    """
    if not rows:
        raise SettingsError(Message("settle.no_rows"))
    who, now = sender(), datetime.now(UTC)
    said = advice.settled(arrived=arrived, who=who.user, when=now.astimezone())
    with writable_journal(session, sandbox=sandbox) as journal:
        job = named_job(journal, which, session)
        with journal.locks.hold_list(job.list_sha256, job.list_name):
            at = now.isoformat(timespec="milliseconds")
            found = "arrived" if arrived else "not arrived"
            settled = [Settlement(row, found, at, who.user, who.machine) for row in sorted(set(rows))]
            journal.settle(job.id, settled, said)
        return journal.job(job.id)
