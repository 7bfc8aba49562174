"""Write the result workbook to its place, or somewhere else if it must be."""

from dataclasses import replace
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path

from uploader.actions.session import Session
from uploader.actions.steps.workbooks.places import chosen_place, noted_place, spare_places
from uploader.errors import ListError, WorkbookError
from uploader.i18n import Message
from uploader.journal import Journal
from uploader.model.events import Advanced, phase
from uploader.model.job import Job, RunRecord
from uploader.model.summary import Summary
from uploader.workbooks import redaction
from uploader.workbooks.manifest import MOST_ROWS
from uploader.workbooks.notes import Notes, notes_of
from uploader.workbooks.read_back.reader import manifest_of
from uploader.workbooks.results import workbook as results
from uploader.workbooks.results.workbook import WrittenWorkbook
from uploader.workbooks.xlsx.moving import FileIdentity, OccupiedError, Place
from uploader.workbooks.xlsx.writable import standing_at

_TOLD_AT_ONCE = 100
"""Rows: to tell of each takes longer than to write some."""


def write_results(journal: Journal, job: Job, output: Path, session: Session, *, sandbox: bool) -> Path:
    """Write the workbook of a list to `output`, and give its place; `job` is the newest of its jobs.

    That is another place if somebody saved something there since it was chosen, of which the person hears. Raises
    WorkbookError.
    """
    place = noted_place(output, session)
    while True:
        try:
            written = _written(journal, job, place, session, sandbox=sandbox)
        except (OccupiedError, ListError):  # what can't be read any more is left alone, too
            free = chosen_place(output, lambda *_: False, session)
            session.tell(Message("result_file.changed_meanwhile", wished=place.path.name, target=free.name))
            place = Place(free, None)
        else:
            break
    journal.note_workbook_file(job.id, written.digest, written.sha256)
    session.stood[place.path] = standing_at(place.path)
    if len(written.sheets) > 1:
        sheets, most = tuple(written.sheets), MOST_ROWS - 1
        session.tell(Message("result_file.several_sheets", name=place.path.name, most=most, sheets=sheets))
    return place.path


def _notes(journal: Journal, job: Job, place: Place, session: Session) -> Notes | None:
    """What a person added to the workbook that is renewed, or that was left alone."""
    if place.stood is not None:
        return None if _is_known_without_notes(journal, job, place.stood, place.path) else notes_of(place.path)
    left_alone = session.notes_from.get(place.path)
    try:
        return None if left_alone is None else notes_of(left_alone)
    except ListError:  # it keeps them itself
        return None


def _is_known_without_notes(journal: Journal, job: Job, stood: FileIdentity, path: Path) -> bool:
    """Whether nobody changed the workbook since it was written, without notes: to look for some takes long."""
    if not journal.wrote_file(job.id, stood.sha256):
        return False
    manifest = manifest_of(path)
    return manifest is not None and not manifest.has_notes


def _written(journal: Journal, job: Job, place: Place, session: Session, *, sandbox: bool) -> WrittenWorkbook:
    redacted = redaction.redaction_for(session.home, job.redacted)
    content = results.Content(
        job=job,
        rows=journal.rows(job.id),
        attempts=journal.attempts(job.id, with_cells=redacted is not None),
        settlements=journal.settlements(job.id),
        runs=_runs(journal, job),
        notes=_notes(journal, job, place, session),
        redaction=redacted,
        sandbox=sandbox,
        language=session.language,
        face=session.face,
    )

    done: list[int] = []
    was_cancelled = session.ui.cancel.is_cancelled  # while rows were sent: what they came to is written all the same

    def on_row(rows: int) -> None:
        if not was_cancelled:
            session.ui.cancel.check()
        done.append(rows)
        if len(done) == _TOLD_AT_ONCE:
            tell()

    def tell() -> None:
        session.ui.on_event(Advanced(sum(done)))
        done.clear()

    def on_digest(digest: str) -> None:
        # Before it stands there: nobody may find one that we don't know.
        journal.note_workbook(job.id, digest, place.path)

    with phase(session.ui.on_event, "writing", job.rows, place.path.name):
        written = results.write(place, content, on_row, on_digest)
        tell()
        return written


def _runs(journal: Journal, job: Job) -> list[RunRecord]:
    """The list's runs; the last one's workbook is written before its end is noted, in case it dies meanwhile."""
    runs = journal.runs(job.id)
    if runs:
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
    for place in chain([output], spare_places(output, ended, journal, session, sandbox=sandbox)):
        try:
            target = write_results(journal, ended, place, session, sandbox=sandbox)
        except WorkbookError as why:
            first = first or why
            continue
        if first is not None:
            session.tell(Message("result_file.elsewhere", why=first.message, path=str(target)))
        return replace(summary, results=target)
    nowhere = Message("result_file.nowhere", why=None if first is None else first.message, job=number)
    session.tell(nowhere)
    return replace(summary, stopped=summary.stopped or nowhere)
