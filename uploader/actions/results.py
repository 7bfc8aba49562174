"""Write the result workbook of a list again, from the journal alone."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from uploader.actions.planning.find_job import Which, named_job, remembered
from uploader.actions.session import Session
from uploader.actions.steps.workbooks.own_workbook import tell_of_copy
from uploader.actions.steps.workbooks.places import ResultPlace
from uploader.actions.steps.workbooks.result_file import write_results
from uploader.actions.steps.workbooks.status_copy import write_status_copy
from uploader.model.job import Job
from uploader.workbooks import redaction


def results(
    which: Which | None, output: Path | None, session: Session, *, redact: Sequence[str] = (), sandbox: bool = False,
    annotate: bool = False,
) -> tuple[Job, Path]:  # fmt: skip
    """Write it, and give the job and the workbook's place; columns to `redact` are so in this one.

    With `annotate` the statuses are written into a copy of the person's own workbook, too.

    `which` is a job's number, or the path of a list, which may be gone; None is the last job. Raises SettingsError
    where there is none.
    """
    with session.journal(sandbox=sandbox) as journal:
        job = remembered(named_job(journal, which, session))
        redacted = [*job.redacted, *redaction.columns_named(redact, job.header)]
        job = replace(job, redacted=tuple(dict.fromkeys(redacted)))
        target, other_place = ResultPlace(journal, job, session, sandbox, job).chosen(output or job.results_path)
        session.tell(other_place)
        target = write_results(journal, job, target, session, sandbox=sandbox)
        if annotate:
            tell_of_copy(write_status_copy(journal, job, session, sandbox=sandbox), session)
    return job, target
