"""Who sends a job, from where, and whether still."""

import uuid
from typing import NamedTuple

from uploader.actions.session import sender
from uploader.journal import Journal
from uploader.model.job import Job, RunRecord
from uploader.model.rows import Status

_HELPS = "helps-"


class Sending(NamedTuple):
    """A run of a job, and whether its process still sends."""

    run: RunRecord
    is_alive: bool


def sendings_of(job: int, journal: Journal) -> list[Sending]:
    """Every run of a job, the oldest first."""
    return [Sending(run, _is_alive(run, journal)) for run in journal.runs(job)]


def senders_of(job: int, journal: Journal) -> list[RunRecord]:
    """The runs of a job that live, the oldest first."""
    return [run for run, is_alive in sendings_of(job, journal) if is_alive]


def _is_alive(run: RunRecord, journal: Journal) -> bool:
    return run.ended_at is None and bool(run.key) and journal.locks.is_run_alive(run.key)


def new_run_key(*, helps: bool) -> str:
    """A key for a run, which tells whether it helps another."""
    return f"{_HELPS if helps else ''}{uuid.uuid4().hex}"


def planner_of(job: int, journal: Journal) -> RunRecord | None:
    """The run that the others help, and that writes the result workbook; None where it lives no longer."""
    return next((run for run in senders_of(job, journal) if not run.key.startswith(_HELPS)), None)


def unknown_at_rest(job: int, journal: Journal, *, besides: str = "") -> list[int]:
    """The unknown rows of a job that nobody who lives waits for, but perhaps the run with the key `besides`.

    Rows leave and are answered meanwhile; one that nobody waits for is unknown before and after.
    """
    before = journal.row_numbers(job, Status.UNKNOWN)
    if not before:
        return []
    passing = {*journal.under_way(job, besides=besides)}
    after = {*journal.row_numbers(job, Status.UNKNOWN)}
    return [row for row in before if row in after and row not in passing]


def is_sent_from_here(job: Job, journal: Journal) -> bool:
    """Whether this person has sent it from this computer, alone or beside others."""
    here = sender()[:2]
    return job.sender[:2] == here or any((run.user, run.machine) == here for run in journal.runs(job.id))
