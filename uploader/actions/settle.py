"""Settle a row whose outcome is unknown, after somebody looked it up."""

from datetime import datetime

from uploader.actions.planning.find_job import newest_of, remembered
from uploader.actions.session import Session, user
from uploader.journal.locks import hold_list
from uploader.model import advice
from uploader.model.job import Job


def settle(number: int, row: int, session: Session, *, arrived: bool, sandbox: bool = False) -> Job:
    """Close the row of job `number`; the newest job of its list as it is then.

    Raises SettingsError where there is no such row, BusyError where the list is being sent.
    """
    with session.journal(sandbox=sandbox) as journal:
        job = remembered(journal.job(number))
        text = advice.settled(arrived=arrived, who=user(), when=datetime.now().astimezone())
        with hold_list(session.home, job.list_sha256, job.list_path.name, sandbox=sandbox):
            journal.settle(job.id, row, arrived=arrived, advice=text)
        return newest_of(journal, journal.job(job.id))
