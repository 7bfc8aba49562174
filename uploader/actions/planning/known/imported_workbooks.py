"""What workbooks say of a list's rows and the journal doesn't know: it is written into the journal, and told."""

import uuid
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TypeAlias

from uploader.actions.planning.known.known_rows import KnownRows
from uploader.actions.planning.known.recover import RecoveredRows, Sending
from uploader.actions.planning.known.workbooks_beside import (
    files_beside,
    is_of_place,
    is_same_place,
    named_beside,
    workbooks_beside,
)
from uploader.actions.planning.open_list import OpenedList
from uploader.actions.session import Session
from uploader.errors import ListError
from uploader.i18n import Message, row_numbers
from uploader.journal import Journal
from uploader.model.job import Job, NewJob, Sender
from uploader.model.rows import counted
from uploader.model.workbook_names import list_stem
from uploader.readers.snapshot import is_file
from uploader.workbooks.manifest import RESULTS
from uploader.workbooks.read_back.reader import manifest_of, open_workbook
from uploader.workbooks.read_back.result_workbook import ResultWorkbook

ListCells: TypeAlias = Callable[[], Iterable[Sequence[str]]]
"""The list's own cells of each row, as far as a list is at hand."""


def with_workbooks(
    known: KnownRows, journal: Journal, opened: OpenedList, new: NewJob, sending: Sending, session: Session,
    *, sandbox: bool, given: Mapping[str, str],
) -> KnownRows:  # fmt: skip
    """What is known, with what workbooks say that the journal doesn't know: the one at hand, or those beside the list.

    What is recovered is written into the journal. `given` are answers given beforehand. Raises ListError or
    SettingsError where a file leaves it in doubt what was sent.
    """
    workbook = opened.workbook
    if workbook is not None and workbook.manifest.kind == RESULTS:
        if opened.is_of_sandbox != sandbox:
            return known
        if known.job is None and not is_of_place(workbook, new.destination, new.settings, session, given):
            return KnownRows(uuid.uuid4().hex, counts_statuses=False)
        known = _with(known, workbook, journal, new, sending, session, tuple)
    if sandbox:
        return known
    if known.job is not None:
        named = named_beside(opened, new.results_path)
        found = _renewed_elsewhere(known.job, journal, new, named, at_hand=opened.path.absolute())
    else:
        beside = workbooks_beside(
            opened,
            new.destination,
            new.settings,
            session,
            output=new.results_path,
            given=given,
            knows_list=bool(journal.jobs(opened.list_sha256)),
            knows_job=lambda key: journal.job_with_key(key) is not None,
        )
        for one in beside.of_others:
            _remember_other_list(one, journal, new, sending, session, opened.cells)
        found = list(beside.of_list)
        known = KnownRows(found[0].manifest.job_key) if found else known
    for one in found:
        known = _with(known, one, journal, new, sending, session, opened.cells)
    return known


def _remember_other_list(
    workbook: ResultWorkbook, journal: Journal, new: NewJob, sending: Sending, session: Session, list_cells: ListCells
) -> None:
    """What a workbook of another list says becomes a job of its own: a same request in this list is then known.

    The list may be an earlier version of this one, sent from another computer.
    """
    key = workbook.manifest.job_key
    job = journal.job_with_key(key) if key else None
    own = replace(new, results_path=workbook.path.absolute())
    _with(KnownRows(key or uuid.uuid4().hex, job), workbook, journal, own, sending, session, list_cells)


def with_news(
    known: KnownRows, journal: Journal, job: Job, sending: Sending, session: Session, places: Collection[Path]
) -> KnownRows:
    """What is known of a job, with what another computer wrote into its workbooks since.

    `places` are files beside which they may be: the list as it was named, and where the result goes.
    """
    named = list(places)
    for path in () if job.is_in_memory else {job.list_path, *places}:
        with suppress(ListError):
            named += files_beside(path, {list_stem(path.stem), list_stem(Path(job.list_name).stem)})
    for one in _renewed_elsewhere(job, journal, job, named):
        known = _with(known, one, journal, job, sending, session, tuple)
    return known


def _renewed_elsewhere(
    job: Job, journal: Journal, new: NewJob, named: Sequence[Path], at_hand: Path | None = None
) -> list[ResultWorkbook]:
    """The workbooks of the job's list that another computer wrote, but for the file at hand, the oldest first.

    Its own may have been renewed, and those that are `named` like its own may have come from elsewhere. One that can't
    be read is no obstacle here: what was sent from this computer is known.
    """
    found = []
    for path in {job.results_path, *journal.workbook_paths(job.id), *named} - {at_hand}:
        manifest = manifest_of(path) if is_file(path) else None
        if manifest is None or (manifest.kind, manifest.sandbox) != (RESULTS, False):
            continue
        is_of_template = manifest.template == job.template or manifest.template_sha256 == job.template_sha256
        is_of_job = manifest.list_sha256 == job.list_sha256 and is_of_template
        is_here = is_same_place(manifest, new.destination, new.settings) is not False
        if is_of_job and is_here and not journal.knows_workbook(job.id, manifest.digest):
            with suppress(ListError):
                found += [one for one in [open_workbook(path)] if one is not None]
    return sorted(found, key=lambda one: one.path.stat().st_mtime)


def _with(
    known: KnownRows, workbook: ResultWorkbook, journal: Journal, new: NewJob, sending: Sending,
    session: Session, list_cells: ListCells,
) -> KnownRows:  # fmt: skip
    if known.job is not None and journal.knows_workbook(known.job.id, workbook.manifest.digest):
        return known
    return _recovered(known, journal, workbook, new, sending, session, list_cells)


def _recovered(
    known: KnownRows, journal: Journal, workbook: ResultWorkbook, new: NewJob, sending: Sending,
    session: Session, list_cells: ListCells,
) -> KnownRows:  # fmt: skip
    """Import what a workbook says that the journal doesn't know, and tell the person."""
    manifest, path = workbook.manifest, workbook.path.absolute()
    job = known.job
    requests = frozenset() if job is None else journal.attempt_keys(job.id)
    settlements = frozenset() if job is None else frozenset(one.key for one in journal.settlements(job.id))
    header = () if job is None else job.header
    rows = RecoveredRows(
        workbook,
        lambda numbers: known.states(journal, numbers),
        sending,
        requests,
        settlements,
        list_cells,
        header,
    )
    columns = rows.columns
    recovered = replace(
        new,
        key=known.key,
        list_path=path if job is None else job.list_path,
        list_sha256=manifest.list_sha256,
        list_name=manifest.list_name,
        source_sha256="",  # its file is not sent as it is
        sheet=manifest.list_sheet,
        header=columns.header,
        fields=columns.fields(rows.fields),
        redacted=tuple(dict.fromkeys([*known.redacted, *manifest.redacted])),
    )
    number = journal.recover(
        recovered,
        Sender(manifest.user, manifest.machine, ""),
        (one._replace(row=one.row._replace(cells=columns.of_job(one.row.cells))) for one in rows.rows()),
        rows.attempts,
        manifest.digest,
        path=path,
        job=None if job is None else job.id,
        settlements=rows.settlements,
    )
    job = journal.job(number)
    session.tell(_recovered_message(workbook, job))
    if rows.doubtful:
        session.tell(
            Message("recovered.doubtful", count=len(rows.doubtful), numbers=row_numbers(sorted(rows.doubtful)))
        )
    return KnownRows(job.key, job, frozenset([*known.altered, *rows.altered]))


def _recovered_message(workbook: ResultWorkbook, job: Job) -> Message:
    manifest = workbook.manifest
    code = "recovered.from_machine" if manifest.machine else "recovered.from_elsewhere"
    facts = {"user": manifest.user, "machine": manifest.machine}
    return Message(code, name=workbook.path.name, counts=counted(job.counts), **facts)
