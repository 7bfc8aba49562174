"""Who sends a job, from where, and whether still."""

from typing import NamedTuple

from uploader.journal import Journal
from uploader.model.job import RunRecord


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
