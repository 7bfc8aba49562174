"""What is known of a list's rows before it is sent now: from the journal, or from a result workbook made elsewhere."""

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from uploader.actions.planning.job_columns import JobColumns
from uploader.actions.planning.open_list import OpenedList
from uploader.actions.planning.reconcile import Reconciliation
from uploader.actions.planning.recover import FingerprintOf, RecoveredRows
from uploader.actions.session import Session
from uploader.errors import ListError
from uploader.i18n import Message, row_numbers
from uploader.journal import Journal
from uploader.model.job import Job, NewJob, RowState, Sender
from uploader.model.resend import ResendPolicy
from uploader.model.rows import counted
from uploader.workbooks import redaction
from uploader.workbooks.manifest import RESULTS
from uploader.workbooks.reader import manifest_of, open_workbook
from uploader.workbooks.result_workbook import ResultWorkbook


@dataclass(frozen=True, slots=True)
class KnownRows:
    """The job to which the rows of a list belong."""

    key: str
    """The job's."""
    job: Job | None = None
    """None where the list was never sent there."""
    altered: Collection[int] = frozenset()
    """The rows that somebody edited since, as far as only a workbook's own digests say so."""

    def states(self, journal: Journal | None, numbers: Sequence[int]) -> Mapping[int, RowState]:
        """The states of these rows; those that are not known are left out."""
        return {} if journal is None or self.job is None else journal.row_states(self.job.id, numbers)

    def columns(self, opened: OpenedList) -> JobColumns:
        """The job's columns, and where they are in the list at hand."""
        here = opened.checked.header
        return JobColumns(here if self.job is None or not self.job.header else self.job.header, here)

    @property
    def redacted(self) -> Sequence[str]:
        """The columns that its workbooks show as keyed hashes."""
        return () if self.job is None else self.job.redacted


def job_of_workbook(journal: Journal | None, opened: OpenedList, *, sandbox: bool) -> Job | None:
    """The job whose workbook is at hand; None for a list, and for a workbook of rows that went to another world.

    What was practised counts for nothing where rows are sent for real, and the other way round.
    """
    if journal is None or not opened.account or opened.is_of_sandbox != sandbox:
        return None
    return journal.job_with_key(opened.account)


def known_rows(journal: Journal | None, opened: OpenedList, way: NewJob | None, *, sandbox: bool) -> KnownRows:
    """The job of the list at hand, if there is one; nothing is written. `way` has the list, the template and the place.

    Without it, for a list that is only checked, the place does not count.
    """
    job = job_of_workbook(journal, opened, sandbox=sandbox)
    if job is None and journal is not None:
        job = next((one for one in journal.jobs(opened.list_sha256) if _is_same(one, opened, way)), None)
    if job is not None:
        return KnownRows(job.key, job)
    return KnownRows(opened.account if opened.is_of_sandbox == sandbox and opened.account else uuid.uuid4().hex)


def _is_same(job: Job, opened: OpenedList, way: NewJob | None) -> bool:
    """Whether the list at hand is this job's. Read with another header, it is another list."""
    if way is not None and job.way != way.way:
        return False
    if (job.template, job.sheet) != (opened.template.name, opened.list_sheet):
        return False
    here = tuple(opened.checked.header)
    return opened.workbook is not None or not job.header or tuple(job.header[: len(here)]) == here


def reconciliation(
    known: KnownRows, journal: Journal | None, opened: OpenedList, policy: ResendPolicy, session: Session,
    *, sandbox: bool,
) -> Reconciliation:  # fmt: skip
    """The list's rows, to be compared with what is known of them."""
    job, manifest = known.job, opened.manifest
    redacted = set(known.redacted) | set(manifest.redacted if manifest else ())
    return Reconciliation(
        opened,
        known.columns(opened),
        lambda numbers: known.states(journal, numbers),
        policy,
        redaction.redaction_for(session.home, redacted),
        0 if journal is None or job is None else journal.last_row_number(job.id),
        knows_list=job is not None,
        counts_statuses=opened.is_of_sandbox == sandbox,
        altered=known.altered,
    )


def with_workbooks(
    known: KnownRows, journal: Journal, opened: OpenedList, new: NewJob, fingerprint: FingerprintOf, session: Session,
    *, sandbox: bool,
) -> KnownRows:  # fmt: skip
    """What is known, with what a workbook says that the journal doesn't know: the one at hand, or the list's own.

    The latter counts where the journal doesn't know the list at all. What is recovered is written into the journal.
    """
    workbook = opened.workbook
    if workbook is None or workbook.manifest.kind != RESULTS:
        if sandbox or known.job is not None or journal.jobs(opened.list_sha256):
            return known
        beside = (_of_list(path, opened.list_sha256, new.template) for path in opened.results_beside())
        workbook = next((one for one in beside if one is not None), None)
        if workbook is None:
            return known
        known = KnownRows(workbook.manifest.account)
    elif opened.is_of_sandbox != sandbox or (
        known.job is not None and journal.knows_workbook(known.job.id, workbook.manifest.digest)
    ):
        return known
    return _recovered(known, journal, workbook, new, fingerprint, session)


def _of_list(path: Path, list_sha256: str, template: str) -> ResultWorkbook | None:
    """The result workbook at `path`, if it is one of that list."""
    manifest = manifest_of(path)
    if manifest is None or manifest.sandbox:
        return None
    if (manifest.kind, manifest.list_sha256, manifest.template) != (RESULTS, list_sha256, template):
        return None
    try:
        return open_workbook(path)
    except ListError:
        return None


def _recovered(
    known: KnownRows, journal: Journal, workbook: ResultWorkbook, new: NewJob, fingerprint: FingerprintOf,
    session: Session,
) -> KnownRows:  # fmt: skip
    """Import what a workbook says that the journal doesn't know, and tell the person."""
    manifest, path = workbook.manifest, workbook.path.absolute()
    job = known.job
    requests = frozenset() if job is None else journal.attempt_keys(job.id)
    rows = RecoveredRows(workbook, lambda numbers: known.states(journal, numbers), fingerprint, requests)
    columns = JobColumns(job.header if job is not None and job.header else rows.header, rows.header)
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
        (one._replace(row=replace(one.row, cells=columns.of_job(one.row.cells))) for one in rows.rows()),
        rows.attempts,
        manifest.digest,
        path=path,
        job=None if job is None else job.id,
    )
    job = journal.job(number)
    session.tell(_recovered_message(workbook, job))
    if rows.doubtful:
        session.tell(
            Message("recovered.doubtful", count=len(rows.doubtful), numbers=row_numbers(sorted(rows.doubtful)))
        )
    return KnownRows(job.key, job, frozenset(rows.altered))


def _recovered_message(workbook: ResultWorkbook, job: Job) -> Message:
    manifest = workbook.manifest
    code = "recovered.from_machine" if manifest.machine else "recovered.from_elsewhere"
    facts = {"user": manifest.user, "machine": manifest.machine}
    return Message(code, name=workbook.path.name, counts=counted(job.counts), **facts)
