"""The use cases over jobs that are in the journal: write a workbook again, show them, forget them. Nothing is sent."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from uploader.actions.session import Session, user
from uploader.actions.steps import find_job, places, result_file
from uploader.errors import SettingsError
from uploader.journal import locks
from uploader.model import advice
from uploader.model.job import Job
from uploader.workbooks import redaction

_AGE = re.compile(r"(\d{1,5})\s*d")
_WHICH = "Say which jobs to forget: their numbers, or --older-than 90d."
_NO_AGE = "--older-than {age}: write it in days, as 90d."


def results(
    which: str | None,
    output: Path | None,
    around: Session,
    *,
    redact: Sequence[str] = (),
    sandbox: bool = False,
) -> tuple[Job, Path]:
    """Write a job's result workbook again, from the journal alone; columns to `redact` are so in this one.

    `which` is a job's number or a list's path; None is the last job. Raises SettingsError where there is none.
    """
    with find_job.journal_at(around.home, sandbox=sandbox) as journal:
        job = find_job.remembered(find_job.newest_of(journal, find_job.named(journal, which, "results")))
        redacted = [*job.redacted, *redaction.named(redact, job.header)]
        job = replace(job, redacted=tuple(dict.fromkeys(redacted)))
        target, remark = places.for_results(output or job.results_path, job, sandbox=sandbox)
        around.say(remark)
        result_file.write(journal, job, target, around, sandbox=sandbox)
    return job, target


def settle(number: int, row: int, around: Session, *, arrived: bool, sandbox: bool = False) -> Job:
    """Close a row whose outcome is unknown, after somebody looked; the newest job of its list as it stands then.

    Raises SettingsError where there is no such row, BusyError where the list is being sent.
    """
    with find_job.journal_at(around.home, sandbox=sandbox) as journal:
        job = find_job.remembered(journal.job(number))
        when = datetime.now().astimezone()
        words = advice.settled(arrived=arrived, who=user(), when=when, language=around.language)
        with locks.on_list(around.home, job.list_sha256, job.list_path.name, sandbox=sandbox):
            journal.settle(job.id, row, arrived=arrived, advice=words)
        return find_job.newest_of(journal, journal.job(job.id))


def history(around: Session, *, sandbox: bool = False) -> list[Job]:
    """All jobs, the newest first."""
    with find_job.journal_at(around.home, sandbox=sandbox) as journal:
        return journal.jobs()


def to_forget(
    numbers: Sequence[int], older_than: str | None, around: Session, *, everything: bool, sandbox: bool = False
) -> list[Job]:
    """The jobs that are meant, by number or by age, and that are not forgotten yet. Raises SettingsError."""
    if not numbers and older_than is None:
        raise SettingsError(_WHICH)
    with find_job.journal_at(around.home, sandbox=sandbox) as journal:
        # A list's jobs know each other's rows, so they are forgotten together.
        accounts = {journal.job(number).account for number in numbers}
        found = [job for job in journal.jobs() if job.account in accounts]
        if older_than is not None:
            age = _AGE.fullmatch(older_than.strip())
            if age is None:
                raise SettingsError(_NO_AGE.format(age=older_than))
            latest = datetime.now(UTC) - timedelta(days=int(age[1]))
            young = {job.account for job in journal.jobs() if _ended(job) >= latest}
            found += [job for job in journal.jobs() if job.account not in young and job not in found]
    return [job for job in found if everything or job.forgotten_at is None]


def _ended(job: Job) -> datetime:
    return datetime.fromisoformat(job.ended_at or job.created_at)


def forget(found: Sequence[Job], around: Session, *, everything: bool, sandbox: bool = False) -> None:
    """Delete the jobs' customer data; hashes stay, so that a row sent again is known, unless `everything`.

    Raises BusyError where one of them is being sent.
    """
    for job in found:
        with (
            locks.on_list(around.home, job.list_sha256, job.list_path.name, sandbox=sandbox),
            find_job.journal_at(around.home, sandbox=sandbox) as journal,
        ):
            journal.forget(job.id, everything=everything)
