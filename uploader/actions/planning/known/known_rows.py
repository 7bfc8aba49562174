"""What the journal knows of a list's rows before it is sent now, and which job they belong to."""

import uuid
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from uploader.actions.planning.known.job_columns import JobColumns, as_known
from uploader.actions.planning.known.reconcile import Reconciliation
from uploader.actions.planning.known.row_numbers import RowNumbers
from uploader.actions.planning.open_list import OpenedList
from uploader.actions.session import Session
from uploader.journal import Journal
from uploader.model.job import Job, NewJob, RowResult, RowState
from uploader.model.resend import ResendPolicy
from uploader.workbooks import redaction
from uploader.workbooks.manifest import RESULTS


@dataclass(frozen=True, slots=True)
class KnownRows:
    """The job to which the rows of a list belong."""

    key: str
    """The job's."""
    job: Job | None = None
    """None where the list was never sent there."""
    altered: Collection[int] = frozenset()
    """The rows that somebody edited since, as far as only a workbook's own digests say so."""
    counts_statuses: bool = True
    """Whether what a workbook at hand says of its rows counts."""

    def states(self, journal: Journal | None, numbers: Sequence[int]) -> Mapping[int, RowState]:
        """The states of these rows; those that are not known are left out."""
        return {} if journal is None or self.job is None else journal.row_states(self.job.id, numbers)

    def unsent_cells(self, journal: Journal | None, numbers: Sequence[int]) -> Mapping[int, Sequence[str]]:
        """The cells, as the journal has them, of the rows from the first to the last of these that are `not sent`."""
        return {} if journal is None or self.job is None else journal.unsent_cells(self.job.id, numbers)

    def rows_after(self, journal: Journal | None, number: int) -> Iterator[RowResult]:
        """The rows with higher numbers."""
        if journal is not None and self.job is not None:
            yield from journal.rows(self.job.id, after=number)

    def columns(self, opened: OpenedList) -> JobColumns:
        """The job's columns, and where they are in the list at hand."""
        here = opened.checked.header
        if self.job is None or not self.job.header:
            return JobColumns(here, here)
        known, sent = self.job.header, frozenset(opened.checked.list_fields.values())
        return JobColumns(known, as_known(known, here, sent, opened.names_as_written), sent)

    @property
    def redacted(self) -> Sequence[str]:
        """The columns that its workbooks show as keyed hashes."""
        return () if self.job is None else self.job.redacted


def job_of_workbook(journal: Journal | None, opened: OpenedList, *, sandbox: bool) -> Job | None:
    """The job whose workbook is at hand; None for a list, and for a workbook of rows that went to another world.

    What was practised counts for nothing where rows are sent for real, and the other way round.
    """
    if journal is None or not opened.job_key or opened.is_of_sandbox != sandbox:
        return None
    return journal.job_with_key(opened.job_key)


def known_rows(journal: Journal | None, opened: OpenedList, way: NewJob | None, *, sandbox: bool) -> KnownRows:
    """The job of the list at hand, if there is one; nothing is written. `way` has the list, the template and the place.

    Without it, for a list that is only checked, the place does not count.
    """
    job = job_of_workbook(journal, opened, sandbox=sandbox)
    if job is None and journal is not None:
        job = next((one for one in journal.jobs(opened.list_sha256) if _is_same(one, opened, way)), None)
    if job is not None:
        return KnownRows(job.key, job)
    return KnownRows(opened.job_key if opened.is_of_sandbox == sandbox and opened.job_key else uuid.uuid4().hex)


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
    opened = opened.read_as(job)
    redacted = set(known.redacted) | set(manifest.redacted if manifest else ())
    columns = known.columns(opened)
    last = 0 if journal is None or job is None else journal.last_row_number(job.id)
    return Reconciliation(
        opened,
        columns,
        RowNumbers(
            opened,
            columns,
            last,
            lambda number: known.rows_after(journal, number),
            run_died=job is not None and job.ended_at is None,
        ),
        lambda numbers: known.states(journal, numbers),
        lambda numbers: known.unsent_cells(journal, numbers),
        policy,
        redaction.redaction_for(session.home, redacted),
        job=None if job is None else job.id,
        list_name=opened.list_name if job is None else job.list_name,
        counts_statuses=known.counts_statuses and opened.is_of_sandbox == sandbox,
        is_ours_of_old=_is_ours_of_old(journal, job, opened),
        altered=known.altered,
    )


def _is_ours_of_old(journal: Journal | None, job: Job | None, opened: OpenedList) -> bool:
    """Whether the workbook was written here, and what is as it was written there is no edit.

    It may be one where rows were read from it after an edit and somebody has changed the file since.
    """
    manifest = opened.manifest
    if journal is None or job is None or manifest is None or manifest.kind != RESULTS:
        return False
    if journal.workbook_written_at(job.id, manifest.digest) is None:
        return False
    return not journal.were_edits_read(job.id, manifest.digest) or opened.checked.sha256 in journal.sources(job.id)
