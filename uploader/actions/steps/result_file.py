"""Choose where our workbooks go, and write the result workbook there, or somewhere else if it must be.

They go beside the list. They replace our own workbook of the same list and never anything else.
"""

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path

from uploader.actions.planning.open_list import OpenedList
from uploader.actions.session import Session
from uploader.errors import SettingsError, WorkbookError
from uploader.i18n import Message
from uploader.journal import Journal
from uploader.model.events import Advanced, phase
from uploader.model.job import Job, NewJob, RunRecord
from uploader.model.summary import Summary
from uploader.model.workbook_names import problems_name
from uploader.workbooks import redaction, results
from uploader.workbooks.manifest import MOST_ROWS, PROBLEMS, RESULTS, Manifest
from uploader.workbooks.reader import manifest_of
from uploader.workbooks.xlsx_writer import check_writable

_FOLDER = "results"


# Where they go


def place_of_results(wished: Path, job: NewJob, session: Session, *, sandbox: bool) -> Path:
    """Where a job's result workbook goes, absolute and known to be writable; the person hears of another place.

    A sandbox run never replaces what a real run wrote. Raises SettingsError.
    """
    wished = wished.absolute()
    if wished.is_dir():
        example = str(wished / "results.xlsx")
        raise SettingsError(Message("result_file.is_a_folder", path=str(wished), example=example))
    if wished.suffix.lower() != ".xlsx":
        raise SettingsError(Message("result_file.not_xlsx", name=wished.name))
    if not wished.parent.is_dir():
        raise SettingsError(Message("result_file.no_folder", folder=str(wished.parent), name=wished.name))

    def may_replace(manifest: Manifest) -> bool:
        if manifest.sandbox:
            return job.list_sha256 == manifest.list_sha256
        return not sandbox and manifest.account == job.account

    target = _free(wished, may_replace)
    try:
        check_writable(target)
    except WorkbookError as why:
        raise SettingsError(Message("result_file.not_writable", why=why.message)) from why
    if target != wished:
        code = "result_file.kept_by_sandbox" if sandbox else "result_file.kept"
        session.tell(Message(code, wished=wished.name, target=target.name))
    return target


def place_of_problems(opened: OpenedList, folder: Path | None) -> Path:
    """Where a list's problems workbook goes, absolute: beside it or into `folder`, or over itself if it is one."""
    manifest, path = opened.manifest, opened.path.absolute()
    if manifest is not None and manifest.kind == PROBLEMS and path.suffix.lower() == ".xlsx" and folder is None:
        return path

    def may_replace(other: Manifest) -> bool:
        return other.kind == PROBLEMS and other.list_sha256 == opened.list_sha256

    return _free((folder or path.parent) / problems_name(opened.list_stem), may_replace)


def _free(wished: Path, may_replace: Callable[[Manifest], bool]) -> Path:
    """`wished`, or the next `…-2` where something has that name that may not be replaced."""
    target, nth = wished, 1
    while os.path.lexists(target):  # False, too, where its folder can't be looked into
        manifest = manifest_of(target)
        if manifest is not None and may_replace(manifest):
            break
        nth += 1
        target = wished.with_name(f"{wished.stem}-{nth}{wished.suffix}")
    return target


# How they are written


def write_results(journal: Journal, job: Job, output: Path, session: Session, *, sandbox: bool) -> None:
    """Write the workbook of a list to `output`; `job` is the newest of its jobs. Raises WorkbookError."""
    redacted = redaction.redaction_for(session.home, job.redacted)
    content = results.Content(
        job=job,
        rows=journal.results(job.id),
        attempts=journal.attempts(job.account, with_cells=redacted is not None),
        runs=_runs(journal, job),
        redaction=redacted,
        sandbox=sandbox,
        language=session.language,
    )

    was_cancelled = session.ui.cancel.is_cancelled  # while rows were sent: what they came to is written all the same

    def on_row(rows: int) -> None:
        if not was_cancelled:
            session.ui.cancel.check()
        session.ui.on_event(Advanced(rows))

    with phase(session.ui.on_event, "writing", job.rows, output.name):
        written = results.write(output, content, on_row)
    journal.note_workbook(job, written.digest)
    if len(written.sheets) > 1:
        sheets, most = tuple(written.sheets), MOST_ROWS - 1
        session.tell(Message("result_file.several_sheets", name=output.name, most=most, sheets=sheets))


def _runs(journal: Journal, job: Job) -> list[RunRecord]:
    """The list's runs; the last one's workbook is written before its end is noted, in case it dies meanwhile."""
    runs = journal.runs(job.account)
    if runs and runs[-1].job == job.id:
        runs[-1] = replace(runs[-1], ended_at=job.ended_at, stopped=job.stopped)
    return runs


def with_results(summary: Summary, journal: Journal, output: Path, session: Session, *, sandbox: bool) -> Summary:
    """Write the workbook of a job whose run ends now, elsewhere if it must be.

    A workbook that can't be written anywhere loses nothing.
    """
    number = summary.job or 0
    now = datetime.now(UTC).isoformat(timespec="milliseconds")
    ended = replace(journal.job(number), ended_at=now, stopped=summary.stopped)
    first: WorkbookError | None = None
    for target in chain([output], _spare(output, number, session.home, sandbox=sandbox)):
        try:
            write_results(journal, ended, target, session, sandbox=sandbox)
        except WorkbookError as why:
            first = first or why
            continue
        if first is not None:
            session.tell(Message("result_file.elsewhere", why=first.message, path=str(target)))
        return replace(summary, results=target)
    nowhere = Message("result_file.nowhere", why=None if first is None else first.message, job=number)
    session.tell(nowhere)
    return replace(summary, stopped=summary.stopped or nowhere)


def _spare(output: Path, job: int, home: Path, *, sandbox: bool) -> Iterator[Path]:
    """Where else a workbook can go: beside the wished place, in our own folder, in a new temporary one.

    Only an earlier one of that job is replaced.
    """
    name, own = f"{output.stem}-job{job}{output.suffix}", home / _FOLDER

    def may_replace(manifest: Manifest) -> bool:
        return (manifest.kind, manifest.job, manifest.sandbox) == (RESULTS, job, sandbox)

    yield _free(output.with_name(name), may_replace)
    with suppress(OSError):
        home.mkdir(parents=True, exist_ok=True, mode=0o700)  # `parents` would make it with the usual mode
        own.mkdir(exist_ok=True, mode=0o700)
        yield _free(own / name, may_replace)
    with suppress(OSError):
        yield Path(tempfile.mkdtemp(prefix="uploader-")) / name
