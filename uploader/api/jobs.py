"""The functions over what was sent: results, history, settle, verify."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from uploader.api.outcomes import Result, Verification, counts_of
from uploader.api.running import finished
from uploader.api.sentences import reason, sentence
from uploader.api.sessions import Job, PathLike, session_of, which_of

if TYPE_CHECKING:
    import pandas as pd

    from uploader.actions.session import Session


def results(
    source_or_job: "Job | None" = None,
    *,
    output: PathLike | None = None,
    redact: Sequence[str] = (),
    sandbox: bool = False,
    language: str = "en",
    home: PathLike | None = None,
) -> Result:
    """What became of a job, from the journal alone: that of a number, of a list, or the last one.

    The result workbook is written where `output` says. Raises SettingsError where there is no such job.
    """
    session, _ = session_of(language=language, home=home)
    columns = (redact,) if isinstance(redact, str) else tuple(redact)

    def found() -> Result:
        which = None if source_or_job is None else which_of(source_or_job, session, sandbox=sandbox)
        return _of_job(which, session, output, redact=columns, sandbox=sandbox)

    return finished(found, session.ui.cancel)


def settle(
    source_or_job: Job,
    rows: int | Iterable[int],
    *,
    arrived: bool,
    sandbox: bool = False,
    language: str = "en",
    home: PathLike | None = None,
) -> Result:
    """Close rows whose outcome is unknown, after somebody looked them up; what became of the job then.

    Raises SettingsError where one of them is not unknown.
    """
    from uploader.actions.settle import settle as action

    session, _ = session_of(language=language, home=home)
    numbers = [rows] if isinstance(rows, int) else [int(row) for row in rows]

    def settled() -> Result:
        which = which_of(source_or_job, session, sandbox=sandbox)
        job = action(which, numbers, session, arrived=arrived, sandbox=sandbox)
        return _of_job(job.id, session, None, sandbox=sandbox)

    return finished(settled, session.ui.cancel)


def history(*, sandbox: bool = False, language: str = "en", home: PathLike | None = None) -> "pd.DataFrame":
    """The jobs that were sent from this computer, the newest first; the index is the job's number."""
    from uploader.actions.history import history as action
    from uploader.api import frames

    session, _ = session_of(language=language, home=home)
    return finished(lambda: frames.of_jobs(action(session, sandbox=sandbox), language), session.ui.cancel)


def verify(path: PathLike, *, language: str = "en", home: PathLike | None = None) -> Verification:
    """Whether a result workbook is as it was written, by its own digests and by the journal.

    Raises SettingsError where it is no result workbook.
    """
    from uploader.actions.verify import verify as action
    from uploader.api import frames

    session, _ = session_of(language=language, home=home)

    def verified() -> Verification:
        found = action(Path(path).expanduser(), session)
        return Verification(
            found.is_as_written,
            found.rows,
            frames.of_differences(found, language),
            [sentence(one, language) for one in found.others],
            found.knows_list,
            found.written_at,
        )

    return finished(verified, session.ui.cancel)


def _of_job(
    which: int | str | Path | None,
    session: "Session",
    output: PathLike | None,
    *,
    redact: Sequence[str] = (),
    sandbox: bool,
) -> Result:
    from uploader.actions.outcome import job_of
    from uploader.model.exit_codes import of_send
    from uploader.model.summary import Summary

    outcome = job_of(which, session, redact=redact, sandbox=sandbox)
    job = outcome.job
    summary = Summary(job.list_path, job.template, job=job.id, counts=job.counts, stopped=job.stopped)
    result = Result(
        counts=counts_of(job.counts),
        exit_code=int(of_send(summary)),
        job=job.id,
        stopped=reason(job.stopped, session.language),
        _outcome=outcome,
    )
    return result if output is None else replace(result, workbook=result.to_excel(output))
