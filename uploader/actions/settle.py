"""Settle rows whose outcome is unknown, after somebody looked them up."""

from collections.abc import Sequence
from datetime import datetime

from uploader.actions.planning.find_job import Which, named_job, newest_of
from uploader.actions.session import Session, user
from uploader.errors import SettingsError
from uploader.i18n import Message
from uploader.journal.locks import hold_list
from uploader.model import advice
from uploader.model.job import Job


def settle(which: Which, rows: Sequence[int], session: Session, *, arrived: bool, sandbox: bool = False) -> Job:
    """Close these rows, or none of them; the newest job of their list as it is then.

    `which` is a job's number or its list's path. Raises SettingsError where one of the rows is not unknown, BusyError
    where the list is being sent.
    """
    if not rows:
        raise SettingsError(Message("settle.no_rows"))
    numbers = sorted(set(rows))
    with session.journal(sandbox=sandbox) as journal:
        job = named_job(journal, which)
        found = advice.settled(arrived=arrived, who=user(), when=datetime.now().astimezone())
        with hold_list(session.home, job.list_sha256, job.list_path.name, sandbox=sandbox):
            journal.settle(job.id, numbers, arrived=arrived, advice=found)
        return newest_of(journal, journal.job(job.id))
