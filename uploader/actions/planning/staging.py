"""The rows of a planned job, as the journal gets them."""

from collections.abc import Iterator

from uploader.actions.planning.held_rows import HeldRow
from uploader.actions.planning.plan import Plan
from uploader.actions.planning.reconcile import Batch
from uploader.actions.planning.route import Route
from uploader.actions.session import Session
from uploader.checks.checked_list import CheckedRows
from uploader.errors import ListError
from uploader.i18n import Message
from uploader.journal import Journal, Kept, StagedRow
from uploader.model import advice
from uploader.model.events import Advanced, phase
from uploader.model.job import Job, NewJob
from uploader.model.problems import stopping
from uploader.model.resend import PriorRequest
from uploader.model.rows import Row, Status


def stage(plan: Plan, journal: Journal, session: Session) -> Job:
    """Write the planned job and all its rows into the journal, in one transaction, and tell what of them stays."""
    if plan.new is None or plan.rows is None:
        raise ValueError("only the plan of a list can be staged")
    job = journal.job(journal.stage(plan.new, staged_rows(plan, session)))
    path = plan.rows.opened.path
    for message in plan.held_counts.messages(path, journal.count_rows_elsewhere(job.id), sandbox=plan.is_sandbox):
        session.tell(message)
    return job


def staged_rows(plan: Plan, session: Session) -> Iterator[StagedRow]:
    """Every row of the list, for the journal. Raises ListError where the file was changed meanwhile."""
    rows, new = plan.rows, plan.new
    if rows is None or new is None:
        return
    with phase(session.ui.on_event, "staging", rows.opened.checked.table.rows, rows.opened.path.name):
        for batch in rows.batches():
            session.ui.cancel.check()
            for held in batch.held:
                yield _as_it_was(held, plan.route, new)
            if batch.going is not None:
                yield from _staged(rows.opened.checked.check(batch.going), batch, plan)
            session.ui.on_event(Advanced(batch.rows))
        if not rows.opened.checked.is_unchanged():
            raise ListError(Message("staging.list_changed", name=rows.opened.path.name))


def _staged(some: CheckedRows, batch: Batch, plan: Plan) -> Iterator[StagedRow]:
    checked, route = plan.rows.opened.checked, plan.route  # type: ignore[union-attr]  # tested by the caller
    stopped = stopping([*some.problems, *batch.problems])
    rows = checked.rows(some.records, batch.numbers)
    for (position, row), values in zip(rows, some.values(), strict=True):
        wrong, before = stopped.get(position), batch.before.get(row.number)
        earlier = None if before is None else before.job
        if wrong:
            text = advice.of_problems(wrong, checked.list_column)
            yield StagedRow(row, Status.INVALID, text, None, earlier, faults=checked.faults(wrong))
        elif before is not None and before.status is Status.UNKNOWN:
            yield StagedRow(row, Status.UNKNOWN, advice.UNDER_WAY, route.fingerprint(values), earlier)
        else:
            yield StagedRow(row, Status.NOT_SENT, advice.NOT_ITS_TURN, route.fingerprint(values), earlier)


def _as_it_was(held: HeldRow, route: Route, new: NewJob) -> StagedRow:
    """A row that does not go, because of the outcome that it has."""
    state, row = held.state, held.row
    if state is None:
        status = Status.UNKNOWN if held.status is Status.UNKNOWN else Status.SKIPPED
        return StagedRow(row, status, advice.TOLD_BY_WORKBOOK, None, kept=Kept.AS_BEFORE)
    prior = PriorRequest(state.status, state.job, row.number, new.list_name, state.at)
    text = advice.held_back(prior)
    if held.status is Status.UNKNOWN:  # --resend-unknown sends it as it is now
        return StagedRow(row, Status.UNKNOWN, text, _fingerprint(row, route), state.job)
    if held.may_go_later:
        return StagedRow(row, Status.SKIPPED, text, _fingerprint(row, route), state.job)
    return StagedRow(row, Status.SKIPPED, text, None, state.job, Kept.AS_BEFORE)


def _fingerprint(row: Row, route: Route) -> str:
    return route.fingerprint(route.values(row))
