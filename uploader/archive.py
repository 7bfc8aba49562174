"""The use cases over jobs that are in the journal: write a workbook again, show them, forget them. Nothing is sent."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from uploader import advice, evidence, jobs, locks, places
from uploader.errors import SettingsError
from uploader.job import Job
from uploader.surroundings import Surroundings

_AGE = re.compile(r"(\d{1,5})\s*d")
_WHICH = "Say which jobs to forget: their numbers, or --older-than 90d."
_NO_AGE = "--older-than {age}: write it in days, as 90d."


def results(
    which: str | None, output: Path | None, around: Surroundings, *, practice: bool = False
) -> tuple[Job, Path]:
    """Write a job's result workbook again, from the journal alone.

    `which` is a job's number or a list's path; None is the last job. Raises SettingsError where there is none.
    """
    with jobs.journal_at(around.home, practice=practice) as journal:
        job = jobs.named(journal, which, "results")
        wished = output or job.results_path
        target, remark = places.for_results(wished, job.list_sha256, practice=practice, job=job.id)
        around.say(remark)
        evidence.write(journal, job, target, practice=practice)
    return job, target


def settle(number: int, row: int, around: Surroundings, *, arrived: bool, practice: bool = False) -> Job:
    """Close a row whose outcome is unknown, after somebody looked; the job as it stands then.

    Raises SettingsError where there is no such row, BusyError where the list is being sent.
    """
    with jobs.journal_at(around.home, practice=practice) as journal:
        job = jobs.remembered(journal.job(number))
        words = advice.settled(arrived=arrived, when=datetime.now().astimezone(), language=around.language)
        with locks.on_list(around.home, job.list_sha256, job.list_path.name, practice=practice):
            journal.settle(job.id, row, arrived=arrived, advice=words)
        return journal.job(job.id)


def history(around: Surroundings, *, practice: bool = False) -> list[Job]:
    """All jobs, the newest first."""
    with jobs.journal_at(around.home, practice=practice) as journal:
        return journal.jobs()


def to_forget(
    numbers: Sequence[int], older_than: str | None, around: Surroundings, *, everything: bool, practice: bool = False
) -> list[Job]:
    """The jobs that are meant, by number or by age, and that are not forgotten yet. Raises SettingsError."""
    if not numbers and older_than is None:
        raise SettingsError(_WHICH)
    with jobs.journal_at(around.home, practice=practice) as journal:
        found = [journal.job(number) for number in dict.fromkeys(numbers)]
        if older_than is not None:
            age = _AGE.fullmatch(older_than.strip())
            if age is None:
                raise SettingsError(_NO_AGE.format(age=older_than))
            latest = datetime.now(UTC) - timedelta(days=int(age[1]))
            old = (job for job in journal.jobs() if datetime.fromisoformat(job.ended_at or job.created_at) < latest)
            found += [job for job in old if job not in found]
    return [job for job in found if everything or job.forgotten_at is None]


def forget(found: Sequence[Job], around: Surroundings, *, everything: bool, practice: bool = False) -> None:
    """Delete the jobs' customer data; hashes stay, so that a row sent again is known, unless `everything`.

    Raises BusyError where one of them is being sent.
    """
    for job in found:
        with (
            locks.on_list(around.home, job.list_sha256, job.list_path.name, practice=practice),
            jobs.journal_at(around.home, practice=practice) as journal,
        ):
            journal.forget(job.id, everything=everything)
