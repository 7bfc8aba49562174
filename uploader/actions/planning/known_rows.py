"""What is known of a list's rows before it is sent now: from the journal, or from a result workbook made elsewhere.

All jobs of one list, sent with one template to one place, belong together; its workbooks carry their common mark.
"""

import uuid
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from uploader.actions.planning.open_list import OpenedList
from uploader.actions.planning.reconcile import Reconciliation
from uploader.actions.planning.recover import FingerprintOf, RecoveredRows
from uploader.actions.planning.workbooks_beside import is_of_place, workbooks_beside
from uploader.actions.session import Session
from uploader.errors import SettingsError
from uploader.i18n import Message, row_numbers
from uploader.journal import Journal
from uploader.model.job import Job, NewJob, RowState
from uploader.model.resend import ResendPolicy
from uploader.model.rows import counted
from uploader.workbooks import redaction
from uploader.workbooks.manifest import RESULTS
from uploader.workbooks.result_workbook import ResultWorkbook


@dataclass(frozen=True, slots=True)
class KnownRows:
    """The jobs of a list, of which the newest knows all rows."""

    account: str
    """What the jobs have in common; "" where nothing is known and nothing is about to be sent."""
    newest: Job | None = None
    """None where the list was never sent."""
    altered: Collection[int] = frozenset()
    """The rows that somebody edited since, as far as only a workbook's own digests say so."""
    counts_statuses: bool = True
    """Whether what a workbook at hand says of its rows counts."""

    def states(self, journal: Journal | None, numbers: Sequence[int]) -> Mapping[int, RowState]:
        """The states of these rows; those that are not known are left out."""
        return {} if journal is None or self.newest is None else journal.row_states(self.newest.id, numbers)

    @property
    def redacted(self) -> Sequence[str]:
        """The columns that its workbooks show as keyed hashes."""
        return () if self.newest is None else self.newest.redacted


def known_rows(journal: Journal | None, opened: OpenedList, new: NewJob | None, *, sandbox: bool) -> KnownRows:
    """What the journal knows of a list at hand; nothing is written. `new` is the job that is about to begin, if any.

    A sandbox inside is a new one each time, so what an earlier one accepted doesn't count for a list; for a workbook of
    its rows, it does. Raises SettingsError where a workbook is of a sandbox and this is none.
    """
    if opened.account:
        if opened.is_of_sandbox and not sandbox:
            raise SettingsError(Message("recovered.of_sandbox", name=opened.path.name))
        return KnownRows(opened.account, None if journal is None else journal.newest_job(opened.account))
    if journal is None or new is None or sandbox:
        return KnownRows(uuid.uuid4().hex)
    account = next((job.account for job in journal.jobs(opened.list_sha256) if _same_way(job, new)), None)
    return KnownRows(uuid.uuid4().hex) if account is None else KnownRows(account, journal.newest_job(account))


def rows_seen(journal: Journal | None, opened: OpenedList) -> KnownRows:
    """What the journal knows of a list that is only checked: its destination is not known yet."""
    if opened.account:
        return known_rows(journal, opened, None, sandbox=opened.is_of_sandbox)
    jobs = [] if journal is None else journal.jobs(opened.list_sha256)
    account = next((job.account for job in jobs if job.template == opened.template.name), "")
    return KnownRows(account, journal.newest_job(account) if journal is not None and account else None)


def _same_way(job: Job, new: NewJob) -> bool:
    def way(one: NewJob) -> tuple[object, ...]:
        return one.template, one.destination, one.settings, one.sheet

    return way(job) == way(new)


def reconciliation(
    known: KnownRows, journal: Journal | None, opened: OpenedList, policy: ResendPolicy, home: Path
) -> Reconciliation:
    """The list's rows, to be compared with what is known of them."""
    newest, manifest = known.newest, opened.manifest
    redacted = set(known.redacted) | set(manifest.redacted if manifest else ())
    return Reconciliation(
        opened,
        lambda numbers: known.states(journal, numbers),
        policy,
        redaction.redaction_for(home, redacted),
        0 if journal is None or newest is None else journal.last_row_number(newest.id),
        newest is not None,
        known.counts_statuses,
        known.altered,
    )


def with_workbooks(
    known: KnownRows, journal: Journal, opened: OpenedList, new: NewJob, fingerprint: FingerprintOf, session: Session,
    *, sandbox: bool, given: Mapping[str, str],
) -> KnownRows:  # fmt: skip
    """What is known, with what a workbook says that the journal doesn't know: the one at hand, or the list's own.

    The latter counts where the journal doesn't know the list at all. What is recovered is written into the journal.
    """
    workbook = opened.workbook
    if workbook is None or workbook.manifest.kind != RESULTS:
        if sandbox or known.newest is not None or journal.jobs(opened.list_sha256):
            return known
        beside = workbooks_beside(opened, new.destination, new.settings, session, output=new.results_path, given=given)
        if not beside or journal.newest_job(beside[0].manifest.account) is not None:
            return known
        known = KnownRows(beside[0].manifest.account)
        for one in beside:
            known = _recovered(known, journal, one, new, fingerprint, session, opened.cells_of)
        return known
    if known.newest is None and not is_of_place(workbook, new.destination, new.settings, session, given):
        return KnownRows(uuid.uuid4().hex, counts_statuses=False)
    if known.newest is not None and journal.knows_workbook(known.account, workbook.manifest.digest):
        return known
    return _recovered(known, journal, workbook, new, fingerprint, session, lambda _: {})


def _recovered(
    known: KnownRows, journal: Journal, workbook: ResultWorkbook, new: NewJob, fingerprint: FingerprintOf,
    session: Session, list_cells: Callable[[Collection[int]], Mapping[int, Sequence[str]]],
) -> KnownRows:  # fmt: skip
    """Import what a workbook says that the journal doesn't know, and tell the person."""
    manifest = workbook.manifest
    requests = frozenset() if known.newest is None else journal.attempt_keys(known.account)
    rows = RecoveredRows(workbook, lambda numbers: known.states(journal, numbers), fingerprint, requests, list_cells)
    job = replace(
        new,
        user=manifest.user,
        machine=manifest.machine,
        list_path=workbook.path.absolute(),
        list_sha256=manifest.list_sha256,
        sheet=manifest.list_sheet,
        header=rows.header,
        fields=rows.fields,
        account=known.account,
        list_name=manifest.list_name,
        source_sha256="",  # its file is never sent as it is
        redacted=manifest.redacted,
        taken_from=workbook.path.absolute(),
    )
    journal.recover(job, rows.rows(), rows.attempts, manifest.digest)
    newest = journal.newest_job(known.account)
    session.tell(_recovered_message(workbook, newest))
    if rows.doubtful:
        session.tell(
            Message("recovered.doubtful", count=len(rows.doubtful), numbers=row_numbers(sorted(rows.doubtful)))
        )
    return KnownRows(known.account, newest, frozenset(rows.altered))


def _recovered_message(workbook: ResultWorkbook, newest: Job | None) -> Message:
    manifest = workbook.manifest
    code = "recovered.from_machine" if manifest.machine else "recovered.from_elsewhere"
    counts = counted(newest.counts if newest is not None else {})
    return Message(code, name=workbook.path.name, counts=counts, user=manifest.user, machine=manifest.machine)
