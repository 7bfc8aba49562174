"""Choose where our workbooks go, and write the result workbook there, or somewhere else if it must be.

They go beside the list. They replace our own workbook of the same list and never anything else.
"""

import os
import stat
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path

from uploader.actions.planning.open_list import OpenedList
from uploader.actions.planning.persons_work import PersonsWork, opened_workbook, unknown_work
from uploader.actions.session import Session
from uploader.errors import ListError, SettingsError, WorkbookError
from uploader.i18n import Message
from uploader.journal import Journal
from uploader.model.events import Advanced, phase
from uploader.model.job import Job, NewJob, RunRecord
from uploader.model.summary import Summary
from uploader.model.workbook_names import fitting, numbered, problems_name
from uploader.readers.snapshot import mode_at
from uploader.workbooks import redaction, results
from uploader.workbooks.manifest import MOST_ROWS, PROBLEMS, RESULTS, Manifest
from uploader.workbooks.moving import FileIdentity, OccupiedError, Place
from uploader.workbooks.notes import notes_of
from uploader.workbooks.reader import manifest_of
from uploader.workbooks.results import WrittenWorkbook
from uploader.workbooks.xlsx_writer import check_writable, standing_at

_FOLDER = "results"


# Where they go


@dataclass(frozen=True, slots=True)
class ResultPlace:
    """Where a job's result workbook may go: never over what a person typed that the journal doesn't know."""

    journal: Journal
    job: NewJob
    session: Session
    sandbox: bool
    known: Job | None = None
    """The job as the journal has it; None where it is new."""
    at_hand: OpenedList | None = None
    """The list whose rows are being sent: if it is a workbook, what was edited in them goes into the journal."""

    def chosen(self, wished: Path) -> Path:
        """`wished`, absolute and known to be writable, or the next name that is free; the person hears why.

        A sandbox run never replaces what a real run wrote. Raises SettingsError.
        """
        wished = wished.absolute()
        _check_place(wished)
        try:
            target = _chosen(
                wished, lambda manifest, path: self._is_ours(manifest) and not self._work(path, manifest), self.session
            )
            check_writable(target)
        except WorkbookError as why:
            raise SettingsError(Message("result_file.not_writable", why=why.message)) from why
        if target != wished:
            self.session.tell(self._why_not(wished, target))
        elif self.at_hand is not None and target == self.at_hand.path.absolute():
            self.session.stood[target] = _as_read(self.at_hand, standing_at(target))
        return target

    def _is_ours(self, manifest: Manifest) -> bool:
        if manifest.sandbox:
            return self.job.list_sha256 == manifest.list_sha256
        return not self.sandbox and manifest.account == self.job.key

    def _work(self, path: Path, manifest: Manifest) -> PersonsWork | None:
        """What a person typed there that would be lost; None for nothing."""
        redaction_there = redaction.redaction_for(self.session.home, manifest.redacted)
        known = self.known if self.known is not None and self.known.key == manifest.account else None
        at_hand = self.at_hand
        if at_hand is not None and at_hand.workbook is not None and at_hand.path.absolute() == path:
            work = unknown_work(at_hand.workbook, self.journal, known, redaction_there)
            return replace(work, edited=[], added=0) or None
        try:
            return unknown_work(opened_workbook(path), self.journal, known, redaction_there) or None
        except ListError as why:
            return PersonsWork(unreadable=why.message)

    def _why_not(self, wished: Path, target: Path) -> Message:
        facts = {"wished": wished.name, "target": target.name}
        manifest = manifest_of(wished)
        work = self._work(wished, manifest) if manifest is not None and self._is_ours(manifest) else None
        if work is None:
            return Message("result_file.kept_by_sandbox" if self.sandbox else "result_file.kept", **facts)
        if work.unreadable is not None:
            return Message("result_file.kept_unread", **facts, why=work.unreadable)
        parts = tuple(work.parts())
        if work.edited or work.added:
            command = Message("command.send_sandbox" if self.sandbox else "command.send", path=str(wished))
            return Message("result_file.kept_work", **facts, work=parts, command=command)
        return Message("result_file.kept_notes", **facts, work=parts)


def _check_place(wished: Path) -> None:
    """Raises SettingsError where no workbook can be written."""
    if stat.S_ISDIR(mode_at(wished)):
        example = str(wished / "results.xlsx")
        raise SettingsError(Message("result_file.is_a_folder", path=str(wished), example=example))
    if wished.suffix.lower() != ".xlsx":
        raise SettingsError(Message("result_file.not_xlsx", name=wished.name))
    if not stat.S_ISDIR(mode_at(wished.parent)):
        raise SettingsError(Message("result_file.no_folder", folder=str(wished.parent), name=wished.name))


def place_of_problems(opened: OpenedList, session: Session) -> Place:
    """Where a list's problems workbook goes: beside it or into the session's folder, or over itself if it is one.

    Raises WorkbookError.
    """
    manifest, path, folder = opened.manifest, opened.path.absolute(), session.folder
    if manifest is not None and manifest.kind == PROBLEMS and path.suffix.lower() == ".xlsx" and folder is None:
        return Place(path, _as_read(opened, standing_at(path)))

    def may_replace(other: Manifest, _: Path) -> bool:
        return other.kind == PROBLEMS and other.list_sha256 == opened.list_sha256

    wished = (folder or path.parent) / problems_name(opened.list_stem)
    return _place(_chosen(wished, may_replace, session), session)


def _chosen(wished: Path, may_replace: Callable[[Manifest, Path], bool], session: Session) -> Path:
    """`wished`, or the next `…-2` where something has that name that may not be replaced; what stands there is noted.

    Raises WorkbookError.
    """
    target, nth = wished, 1
    while os.path.lexists(target):  # False, too, where its folder can't be looked into
        standing = standing_at(target)  # before it is looked into
        manifest = manifest_of(target)
        if manifest is not None and may_replace(manifest, target):
            session.stood[target] = standing
            return target
        nth += 1
        target = numbered(wished, nth)
    session.stood[target] = None
    return target


def _as_read(opened: OpenedList, standing: FileIdentity | None) -> FileIdentity | None:
    """What stood at the place of a list when it was read: it may have been saved again since."""
    return standing and replace(standing, sha256=opened.checked.sha256)


def _place(path: Path, session: Session) -> Place:
    """The place as it was when it was chosen, or as it is now if nobody has chosen it."""
    return Place(path, session.stood[path] if path in session.stood else standing_at(path))


# How they are written


def write_results(journal: Journal, job: Job, output: Path, session: Session, *, sandbox: bool) -> Path:
    """Write the workbook of a list to `output`, and give its place; `job` is the newest of its jobs.

    That is another place if somebody saved something there since it was chosen, of which the person hears. Raises
    WorkbookError.
    """
    place = _place(output, session)
    while True:
        try:
            written = _written(journal, job, place, session, sandbox=sandbox)
        except (OccupiedError, ListError):  # what can't be read any more is left alone, too
            free = _chosen(output, lambda *_: False, session)
            session.tell(Message("result_file.changed_meanwhile", wished=place.path.name, target=free.name))
            place = Place(free, None)
        else:
            break
    session.stood[place.path] = standing_at(place.path)
    if len(written.sheets) > 1:
        sheets, most = tuple(written.sheets), MOST_ROWS - 1
        session.tell(Message("result_file.several_sheets", name=place.path.name, most=most, sheets=sheets))
    return place.path


def _written(journal: Journal, job: Job, place: Place, session: Session, *, sandbox: bool) -> WrittenWorkbook:
    redacted = redaction.redaction_for(session.home, job.redacted)
    content = results.Content(
        job=job,
        rows=journal.rows(job.id),
        attempts=journal.attempts(job.id, with_cells=redacted is not None),
        settlements=journal.settlements(job.id),
        runs=_runs(journal, job),
        notes=None if place.stood is None else notes_of(place.path),
        redaction=redacted,
        sandbox=sandbox,
        language=session.language,
    )

    was_cancelled = session.ui.cancel.is_cancelled  # while rows were sent: what they came to is written all the same

    def on_row(rows: int) -> None:
        if not was_cancelled:
            session.ui.cancel.check()
        session.ui.on_event(Advanced(rows))

    def on_digest(digest: str) -> None:
        # Before it is in place: nobody may find a workbook that the journal doesn't know.
        journal.note_workbook(job.id, digest, place.path)

    with phase(session.ui.on_event, "writing", job.rows, place.path.name):
        return results.write(place, content, on_row, on_digest)


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
    for place in chain([output], _spare(output, number, session, sandbox=sandbox)):
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


def spare_folder(home: Path) -> Path:
    """Where a result workbook goes that can't be written beside its list."""
    return home / _FOLDER


def _spare(output: Path, job: int, session: Session, *, sandbox: bool) -> Iterator[Path]:
    """Where else a workbook can go: beside the wished place, in our own folder, in a new temporary one.

    Only an earlier one of that job is replaced.
    """
    name, own = fitting(output.stem, f"-job{job}{output.suffix}"), spare_folder(session.home)

    def may_replace(manifest: Manifest, _: Path) -> bool:
        return (manifest.kind, manifest.job, manifest.sandbox) == (RESULTS, job, sandbox)

    with suppress(WorkbookError):
        yield _chosen(output.with_name(name), may_replace, session)
    with suppress(OSError, WorkbookError):
        session.home.mkdir(parents=True, exist_ok=True, mode=0o700)
        own.mkdir(exist_ok=True, mode=0o700)
        yield _chosen(own / name, may_replace, session)
    with suppress(OSError):
        yield Path(tempfile.mkdtemp(prefix="uploader-")) / name
