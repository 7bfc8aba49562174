"""Choose where our workbooks go.

They go beside the list. They replace our own workbook of the same list, and never anything else that a person made or
typed.
"""

import os
import stat
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from uploader.actions.planning.known.persons_work import (
    Known,
    PersonsWork,
    is_as_written,
    opened_workbook,
    unknown_work,
)
from uploader.actions.planning.known.reconcile import Reconciliation
from uploader.actions.planning.open_list import OpenedList
from uploader.actions.session import Session
from uploader.checks.checked_list import programs_with
from uploader.errors import JournalError, ListError, SettingsError, WorkbookError
from uploader.i18n import Message
from uploader.journal import Journal
from uploader.model.job import Job, NewJob
from uploader.model.workbook_names import numbered, of_job, problems_name
from uploader.readers.snapshot import is_text, mode_at
from uploader.workbooks import redaction
from uploader.workbooks.manifest import PROBLEMS, RESULTS, Manifest
from uploader.workbooks.read_back.reader import manifest_of
from uploader.workbooks.xlsx.moving import FileIdentity, Place
from uploader.workbooks.xlsx.writable import check_writable, standing_at

_FOLDER = "results"


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

    def chosen(self, wished: Path) -> tuple[Path, Message | None]:
        """`wished`, absolute and known to be writable, or the next name that is free and what the person hears of it.

        A sandbox run never replaces what a real run wrote. Raises SettingsError.
        """
        wished = wished.absolute()
        _check_place(wished)
        try:
            target = chosen_place(wished, self.may_replace, self.session)
            check_writable(target)
        except WorkbookError as why:
            raise SettingsError(Message("result_file.not_writable", why=why.message)) from why
        if target != wished:
            manifest = manifest_of(wished)
            if manifest is not None and self._is_ours(manifest):
                self.session.notes_from[target] = wished
            return target, self._why_not(wished, target)
        if self.at_hand is not None and target == self.at_hand.path.absolute():
            self.session.stood[target] = _as_read(self.at_hand, standing_at(target))
        return target, None

    def may_replace(self, manifest: Manifest, path: Path) -> bool:
        """Whether the workbook there is one of the same list, and nothing that is in it would be gone.

        A program that has it open may save what somebody is typing there, over what we wrote.
        """
        return self._is_ours(manifest) and not programs_with(path) and not self._work(path, manifest)

    def _is_ours(self, manifest: Manifest) -> bool:
        if manifest.kind != RESULTS or manifest.own is not None:
            return False
        if manifest.sandbox:
            return self.job.list_sha256 == manifest.list_sha256
        return not self.sandbox and manifest.job_key == self.job.key

    def _work(self, path: Path, manifest: Manifest) -> PersonsWork:
        """What a person typed there that would be lost."""
        if manifest.sandbox and not self.sandbox and self._was_corrected_in_practice(manifest):
            return PersonsWork(practised=True)
        redacted = redaction.redaction_for(self.session.home, manifest.redacted)
        job = self.known if self.known is not None and self.known.key == manifest.job_key else None
        if job is not None and is_as_written(path, job, self.journal):
            return PersonsWork()
        known = Known.of_job(self.journal, job, redacted, path, manifest.digest)
        return _work_at(path, self.at_hand, known, self.job.header)

    def _was_corrected_in_practice(self, manifest: Manifest) -> bool:
        """Whether rows were practised as corrected, not as in the list: only the workbook and the sandbox know how."""
        if self.at_hand is not None and self.at_hand.job_key == manifest.job_key:
            return False  # those very rows are being sent
        try:
            if not self.session.has_journal(sandbox=True):
                return True
            with self.session.journal(sandbox=True) as practised:
                job = practised.job_with_key(manifest.job_key)
                return job is None or any(sha256 != job.list_sha256 for sha256 in practised.sources(job.id))
        except JournalError:  # nobody can say
            return True

    def _why_not(self, wished: Path, target: Path) -> Message:
        facts = {"wished": wished.name, "target": target.name}
        manifest = manifest_of(wished)
        if manifest is None or manifest.kind != RESULTS:
            return Message("result_file.kept_file", **facts)
        if not self._is_ours(manifest):
            work = PersonsWork() if self.sandbox else self._corrections_of_other(wished, manifest)
            if work:
                return self._kept_work(wished, target, work)
            return Message(_kept_of_other(manifest, sandbox=self.sandbox), **facts)
        for program in programs_with(wished):
            return Message("result_file.kept_open", **facts, program=program)
        work = self._work(wished, manifest)
        if work.unreadable is not None:
            return Message("result_file.kept_unread", **facts, why=work.unreadable)
        if work.edited or work.added or work.practised:
            return self._kept_work(wished, target, work)
        return Message("result_file.kept_notes", **facts, work=tuple(work.parts()))

    def _kept_work(self, wished: Path, target: Path, work: PersonsWork) -> Message:
        command = Message("command.send_sandbox" if self.sandbox else "command.send", path=str(wished))
        facts = {"wished": wished.name, "target": target.name}
        return Message("result_file.kept_work", **facts, work=tuple(work.parts()), command=command)

    def _corrections_of_other(self, path: Path, manifest: Manifest) -> PersonsWork:
        """What was corrected in the workbook of another list, such as an earlier version of this one, and not sent."""
        job = None if manifest.sandbox or not manifest.job_key else self.journal.job_with_key(manifest.job_key)
        if job is None or is_as_written(path, job, self.journal):
            return PersonsWork()
        redacted = redaction.redaction_for(self.session.home, manifest.redacted)
        work = _work_at(path, None, Known.of_job(self.journal, job, redacted, path, manifest.digest), job.header)
        return work if work.edited or work.new_rows else PersonsWork()


def _kept_of_other(manifest: Manifest, *, sandbox: bool) -> str:
    """The message about a workbook that a run in the sandbox, or a real one, leaves alone."""
    if not sandbox:
        return "result_file.kept"
    return "result_file.kept_practice" if manifest.sandbox else "result_file.kept_by_sandbox"


def _work_at(path: Path, at_hand: OpenedList | None, known: Known, header: Sequence[str]) -> PersonsWork:
    """What a person did in a workbook that would be lost; what is in the rows of the one at hand is taken in.

    `header` has the list's columns as they will stand there.
    """
    if at_hand is not None and at_hand.workbook is not None and at_hand.path.absolute() == path:
        return unknown_work(at_hand.workbook, known).beside_rows(header)
    try:
        return unknown_work(opened_workbook(path), known)
    except ListError as why:
        return PersonsWork(unreadable=why.message)


def _check_place(wished: Path) -> None:
    """Raises SettingsError where no workbook can stand."""
    if not is_text(wished):
        raise SettingsError(Message("list_file.odd_name", path=ascii(str(wished))))
    if stat.S_ISDIR(mode_at(wished)):
        example = str(wished / "results.xlsx")
        raise SettingsError(Message("result_file.is_a_folder", path=str(wished), example=example))
    if wished.suffix.lower() != ".xlsx":
        raise SettingsError(Message("result_file.not_xlsx", name=wished.name))
    if not stat.S_ISDIR(mode_at(wished.parent)):
        raise SettingsError(Message("result_file.no_folder", folder=str(wished.parent), name=wished.name))


def place_of_problems(rows: Reconciliation, session: Session) -> Place:
    """Where a list's problems workbook goes: beside it or into the session's folder, or over itself if it is one.

    Another name is said, if somebody worked in the one that stands there. Raises WorkbookError.
    """
    opened, known = rows.opened, Known(rows.columns.known, rows.states, rows.redaction, rows.numbers.last)
    manifest, path, folder = opened.manifest, opened.path.absolute(), session.folder
    is_itself = _is_problems(manifest) and path.suffix.lower() == ".xlsx" and folder is None
    wished = path if is_itself else (folder or path.parent).absolute() / problems_name(opened.list_stem)
    found: dict[Path, PersonsWork] = {}

    def may_replace(other: Manifest, target: Path) -> bool:
        if not _is_problems(other) or other.list_sha256 != opened.list_sha256:
            return False
        found[target] = _work_at(target, opened, known, opened.checked.header)
        return not found[target]

    target = chosen_place(wished, may_replace, session)
    work = found.get(wished)
    if work:
        parts = tuple(work.parts()) if work.unreadable is None else (work.unreadable,)
        facts = {"wished": wished.name, "target": target.name, "wished_path": str(wished)}
        session.tell(Message("problems_file.kept_work", work=parts, **facts))
    if target == path:
        return Place(path, _as_read(opened, standing_at(path)))
    return noted_place(target, session)


def _is_problems(manifest: Manifest | None) -> bool:
    """Whether it is a problems workbook, and no copy of a person's own."""
    return manifest is not None and manifest.kind == PROBLEMS and manifest.own is None


def chosen_place(wished: Path, may_replace: Callable[[Manifest, Path], bool], session: Session) -> Path:
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


def noted_place(path: Path, session: Session) -> Place:
    """The place as it was when it was chosen, or as it is now if nobody has chosen it."""
    return Place(path, session.stood[path] if path in session.stood else standing_at(path))


def spare_folder(home: Path) -> Path:
    """Where a result workbook goes that can't be written beside its list."""
    return home / _FOLDER


def spare_places(output: Path, job: Job, journal: Journal, session: Session, *, sandbox: bool) -> Iterator[Path]:
    """Where else a workbook can go: beside the wished place, in our own folder, in a new temporary one.

    Only an earlier one of that job is replaced, and none that a person worked in.
    """
    beside, own = of_job(output, job.id), spare_folder(session.home)
    place = ResultPlace(journal, job, session, sandbox, job)

    def may_replace(manifest: Manifest, path: Path) -> bool:
        return (manifest.job, manifest.sandbox) == (job.id, sandbox) and place.may_replace(manifest, path)

    with suppress(WorkbookError):
        yield chosen_place(beside, may_replace, session)
    with suppress(OSError, WorkbookError):
        session.home.mkdir(parents=True, exist_ok=True, mode=0o700)
        own.mkdir(exist_ok=True, mode=0o700)
        yield chosen_place(own / beside.name, may_replace, session)
    with suppress(OSError):
        yield Path(tempfile.mkdtemp(prefix="uploader-")) / beside.name
