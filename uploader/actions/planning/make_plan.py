"""How a plan comes about: every row of a list is looked at, or what the journal has of the rest of a job."""

from array import array
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping

from uploader.actions.options import SendOptions
from uploader.actions.planning.find_job import later_version_of
from uploader.actions.planning.held_rows import HeldCounts
from uploader.actions.planning.plan import HeldBack, Plan, RowsById
from uploader.actions.planning.reconcile import Batch, Reconciliation
from uploader.actions.planning.route import Route, held_back_since
from uploader.actions.session import Session
from uploader.checks.checked_list import CheckedRows
from uploader.checks.duplicates import DuplicateCheck
from uploader.journal import Journal
from uploader.model.events import Advanced, Phase, PhaseEnded
from uploader.model.job import Job, NewJob
from uploader.model.problems import ProblemLog, stopping
from uploader.model.resend import PriorRequest, ResendPolicy
from uploader.model.rows import Status


def make_plan(
    rows: Reconciliation, new: NewJob, route: Route, journal: Journal, options: SendOptions, session: Session
) -> Plan:
    """The plan for a list at hand; every row is looked at, and nothing is written."""
    sandbox = options.is_sandbox
    since = held_back_since(route.template, None, sandbox=sandbox)
    policy = options.policy(route.template, since)
    look = _LookAtRows(rows, route, policy, journal)
    session.ui.on_event(Phase("checking", rows.opened.checked.table.rows, rows.opened.path.name))
    try:
        for batch in rows.batches():
            session.ui.cancel.check()
            session.ui.on_event(Advanced(look.add(batch)))
    finally:
        session.ui.on_event(PhaseEnded("checking"))
    look.end()
    return Plan(
        route=route,
        policy=policy,
        counts=look.counts(),
        is_sandbox=sandbox,
        new=new,
        rows=rows,
        problems=look.problems,
        held=look.held(),
        held_counts=look.held_counts,
        repeated=look.repeated,
        ids=look.ids,
        first=options.first,
    )


class _LookAtRows:
    """Goes along all rows of a list, and keeps what the plan says of them."""

    def __init__(self, rows: Reconciliation, route: Route, policy: ResendPolicy, journal: Journal) -> None:
        self._rows, self._route = rows, route
        self.problems = ProblemLog()
        self.held_counts = HeldCounts()
        self.ids: dict[str, dict[str, array[int]]] = {
            question.ids.column: defaultdict(lambda: array("I"))
            for question in route.template.preflight
            if question.ids is not None and question.ids.column in route.fields
        }
        self._invalid = self._going = self._resent = 0
        self.repeated: frozenset[int] = frozenset()
        """Rows at hand, by position, whose request is that of an earlier row; known after `end`."""

        def find_prior(values: Mapping[str, str]) -> PriorRequest | None:
            return journal.find_prior(route.fingerprint(values), policy)

        self._duplicates = DuplicateCheck(find_prior)
        self._policy = policy

    def add(self, batch: Batch) -> int:
        """Look at some rows; how many they are."""
        self.held_counts.as_edited += batch.as_edited
        for held in batch.held:
            self.held_counts.add(held)
        if batch.going is None:
            return len(batch.held)
        some = self._rows.opened.checked.check(batch.going)
        problems = [*some.problems, *batch.problems]
        self.problems.extend(problems)
        stopped = stopping(problems)
        self._invalid += len(stopped)
        resent = {at for at, number in batch.numbers.items() if number in batch.before and at not in stopped}
        resent = {at for at in resent if batch.before[batch.numbers[at]].status is Status.UNKNOWN}
        known = {problem.row for problem in self._duplicates.problems(some, {*stopped, *resent})}
        self._resent += len(resent)
        self._going += len(some.records.numbers) - len(stopped) - len(known) - len(resent)
        self._keep_ids(some, batch, {*stopped, *known, *resent})
        return len(some.records.numbers) + len(batch.held)

    def _keep_ids(self, some: CheckedRows, batch: Batch, besides: Collection[int]) -> None:
        """The ids of rows that were never sent: one that may have arrived stays unknown."""
        for name, rows_of in self.ids.items():
            for position, value in zip(some.records.numbers, some.fields[name], strict=True):
                if position not in besides:
                    rows_of[value].append(batch.numbers[position])

    def end(self) -> None:
        """No more rows: count those whose request is that of an earlier row."""
        if not self._policy.duplicates:
            self.repeated = frozenset(problem.row for problem in self._duplicates.repeated())

    def held(self) -> list[HeldBack]:
        """The rows that wait and are held back, by what they have in common."""
        held = [HeldBack(prior, rows) for prior, rows in self._duplicates.prior.items()]
        earlier_row = PriorRequest(Status.SKIPPED, 0, 0, "", "")
        return [*held, HeldBack(earlier_row, len(self.repeated))] if self.repeated else held

    def counts(self) -> Mapping[Status, int]:
        """The rows by the status that they would have if nothing was sent."""
        held, stay = self._duplicates.held_back, self.held_counts
        return {
            Status.ACCEPTED: 0,
            Status.REJECTED: 0,
            Status.UNKNOWN: held[Status.UNKNOWN] + stay[Status.UNKNOWN],
            Status.INVALID: self._invalid,
            Status.SKIPPED: held[Status.SKIPPED] + stay[Status.ACCEPTED] + stay[Status.SKIPPED],
            Status.NOT_SENT: self._going - len(self.repeated) + self._resent,
        }


# Of the rest of a job


def plan_rest(job: Job, route: Route, journal: Journal, options: SendOptions) -> Plan:
    """The plan for what is left of a job, from the journal alone."""
    sandbox = options.is_sandbox
    policy = options.policy(route.template, held_back_since(route.template, job.created_at, sandbox=sandbox))
    held: Counter[PriorRequest] = Counter()
    numbers = set()
    for number, prior in journal.known_requests(job.id, policy):
        held[prior.of_day()] += 1
        numbers.add(number)
    ids = _ids_of_rest(job, route, journal, numbers) if route.template.preflight else {}
    waiting = journal.count_waiting(job.id, policy)
    skipped = sum(rows for prior, rows in held.items() if prior.standing is Status.SKIPPED)
    counts = Counter(job.counts)
    counts.subtract(waiting)
    counts[Status.NOT_SENT] += waiting.total() - held.total()
    counts[Status.SKIPPED] += skipped
    counts[Status.UNKNOWN] += held.total() - skipped
    return Plan(
        route=route,
        policy=policy,
        counts=counts,
        is_sandbox=sandbox,
        job=job,
        held=[HeldBack(prior, rows) for prior, rows in held.items()],
        ids=ids,
        first=options.first,
        later=later_version_of(journal, job),
    )


def _ids_of_rest(job: Job, route: Route, journal: Journal, besides: Collection[int]) -> RowsById:
    columns = {question.ids.column for question in route.template.preflight if question.ids is not None}
    ids: dict[str, dict[str, array[int]]] = {
        column: defaultdict(lambda: array("I")) for column in columns if column in route.fields
    }
    for waiting in journal.waiting(job.id, ResendPolicy()) if ids else ():
        if waiting.row.number not in besides:
            values = route.values(waiting.row)
            for column, rows_of in ids.items():
                rows_of[values.get(column, "")].append(waiting.row.number)
    return ids
