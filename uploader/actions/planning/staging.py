"""The rows of a planned job, as the journal gets them."""

from collections.abc import Iterator

from uploader.actions.planning.known.held_rows import HeldRow
from uploader.actions.planning.known.reconcile import Batch, Reconciliation
from uploader.actions.planning.plan import Plan
from uploader.actions.session import Session
from uploader.checks.checked_list import CheckedRows
from uploader.errors import ListError
from uploader.i18n import Message
from uploader.journal import Journal, StagedRow
from uploader.model import advice
from uploader.model.events import Advanced, phase
from uploader.model.job import Job
from uploader.model.problems import stopping
from uploader.model.rows import Row, Status
from uploader.workbooks.xlsx.writable import standing_at


def stage(plan: Plan, journal: Journal, session: Session) -> Job:
    """Write what is planned into the journal, in one transaction, and tell what of it stays as it is."""
    new, rows = plan.new, plan.rows
    if new is None or rows is None:
        raise ValueError("only the plan of a list can be staged")
    known = None if plan.known_job is None else plan.known_job.id
    job = journal.job(journal.stage(new, _Staging(plan, rows).rows(session), job=known, others_wait=plan.others_wait))
    manifest = rows.opened.manifest
    if manifest is not None and not journal.wrote_file(job.id, rows.opened.checked.sha256):
        journal.note_edits_read(job.id, manifest.digest)
    elsewhere = job.rows - plan.total
    for message in plan.held_counts.messages(rows.opened.path, elsewhere, sandbox=plan.is_sandbox):
        session.tell(message)
    return job


class _Staging:
    """The rows of a plan, as they are written down."""

    def __init__(self, plan: Plan, rows: Reconciliation) -> None:
        self._plan, self._rows = plan, rows
        self._route, self._checked = plan.route, rows.opened.checked

    def rows(self, session: Session) -> Iterator[StagedRow]:
        """Every row of the list. Raises ListError where the file was changed meanwhile."""
        name = self._rows.opened.path.name
        with phase(session.ui.on_event, "staging", self._checked.table.rows, name):
            for batch in self._rows.batches():
                session.ui.cancel.check()
                yield from map(self._as_it_was, batch.held)
                if batch.going is not None:
                    yield from self._planned(self._checked.check(batch.going), batch)
                session.ui.on_event(Advanced(batch.rows))
            if not (self._checked.is_unchanged() or self._is_as_we_left_it(session)):
                raise ListError(Message("staging.list_changed", name=name))

    def _is_as_we_left_it(self, session: Session) -> bool:
        """Whether nobody but we ourselves wrote the file since it was read: a problems workbook is renewed in place."""
        path = self._checked.path.absolute()
        renewed = session.renewed.get(path)
        return renewed is not None and standing_at(path) == renewed

    def _planned(self, some: CheckedRows, batch: Batch) -> Iterator[StagedRow]:
        stopped = stopping([*some.problems, *batch.problems])
        rows = self._checked.rows(some.records, batch.numbers)
        for (position, row), values in zip(rows, some.values(), strict=True):
            wrong, was_sent = stopped.get(position), row.number in batch.before
            kept = self._kept(row, batch)
            if wrong:
                text, faults = advice.of_problems(wrong, self._checked.list_column), self._checked.faults(wrong)
                places = self._rows.columns.fields({str(at): at for at in faults}).values()
                text = advice.NONE if was_sent else text
                yield StagedRow(kept, Status.INVALID, text, None, faults=sorted(places), keeps_outcome=was_sent)
            else:
                goes = self._plan.policy.duplicates or row.number not in batch.asked
                fingerprint = self._route.fingerprint(values)
                text = advice.NONE if was_sent else advice.NOT_ITS_TURN
                yield StagedRow(kept, Status.NOT_SENT, text, fingerprint, goes, keeps_outcome=was_sent)

    def _kept(self, row: Row, batch: Batch) -> Row:
        """A row with the job's columns."""
        known = batch.states.get(row.number)
        return Row(row.number, self._rows.columns.of_job(row.cells, known.cells if known is not None else ()))

    def _as_it_was(self, held: HeldRow) -> StagedRow:
        """A row that does not go, because of the outcome that it has."""
        state, columns = held.state, self._rows.columns
        row = Row(held.row.number, columns.of_job(held.row.cells, state.cells if state is not None else ()))
        if state is None:
            status = Status.UNKNOWN if held.status is Status.UNKNOWN else Status.SKIPPED
            return StagedRow(row, status, advice.TOLD_BY_WORKBOOK, None)
        can_go = held.status is not Status.INVALID
        fingerprint = self._route.fingerprint(self._route.values(held.row)) if can_go else None
        is_edited = not state.cells and self._rows.is_known_to_be_edited(held.row)
        told = advice.CHANGED_AFTER_FORGETTING if is_edited else advice.NONE
        return StagedRow(row, held.status, told, fingerprint, keeps_outcome=True)
