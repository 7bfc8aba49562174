"""How a plan comes about: every row of a list is looked at, or what the journal has of the rest of a job."""

from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, MutableMapping, Sequence

from uploader.actions.options import SendOptions
from uploader.actions.planning.find_job import later_version_of
from uploader.actions.planning.known.held_back import HeldBack
from uploader.actions.planning.known.prior_requests import priors_of
from uploader.actions.planning.known.reconcile import Reconciliation
from uploader.actions.planning.plan import Plan, RowsById
from uploader.actions.planning.route import Route
from uploader.actions.planning.survey import rows_by_id, survey_rows
from uploader.actions.session import Session
from uploader.journal import Journal
from uploader.model.job import Job, NewJob
from uploader.model.resend import NAMED_PAIRS, PriorRequest, ResendPolicy, RowPair
from uploader.model.rows import Row, Status


def make_plan(
    rows: Reconciliation, new: NewJob, route: Route, journal: Journal, options: SendOptions, session: Session
) -> Plan:
    """The plan for a list at hand; every row is looked at, and nothing is written."""
    policy = options.policy(route.template, route.template.held_back_since())
    survey = survey_rows(
        rows,
        lambda fields: priors_of(route.fingerprints(fields), journal, policy),
        session,
        id_columns=_id_columns(route),
    )
    return Plan(
        route=route,
        policy=policy,
        counts=survey.counts(),
        is_sandbox=options.is_sandbox,
        new=new,
        rows=rows,
        problems=survey.problems,
        held=survey.held(),
        held_counts=survey.held_counts,
        repeated=survey.repeated,
        ids=survey.ids,
        duplicate_ids=survey.duplicate_ids,
        first=options.first,
    )


# Of the rest of a job


def plan_rest(job: Job, route: Route, journal: Journal, options: SendOptions) -> Plan:
    """The plan for what is left of a job, from the journal alone."""
    policy = options.policy(route.template, route.template.held_back_since())
    held = _held_of_rest(job, policy, journal)
    held_as = {pair.row: prior.held_as for prior, pairs in held.items() for pair in pairs}
    ids, duplicate_ids = _ids_of_rest(job, route, journal, held_as, policy)
    waiting = journal.count_waiting(job.id, policy)
    counts = Counter(job.counts)
    counts.subtract(waiting)
    counts[Status.NOT_SENT] += waiting.total() - len(held_as)
    for prior, pairs in held.items():
        own = sum(pair.row == pair.same_as for pair in pairs) if prior.job == job.id else 0
        counts[prior.status] += own
        counts[prior.held_as] += len(pairs) - own
    return Plan(
        route=route,
        policy=policy,
        counts=counts,
        is_sandbox=options.is_sandbox,
        job=job,
        held=[HeldBack(prior, len(pairs), pairs[:NAMED_PAIRS]) for prior, pairs in held.items()],
        ids=ids,
        duplicate_ids=duplicate_ids,
        first=options.first,
        later=later_version_of(journal, job),
    )


def _held_of_rest(job: Job, policy: ResendPolicy, journal: Journal) -> Mapping[PriorRequest, Sequence[RowPair]]:
    """The rows that wait and are held back, by what they have in common."""
    held: dict[PriorRequest, list[RowPair]] = defaultdict(list)
    for number, prior in journal.known_requests(job.id, policy):
        held[prior.of_day(job.id, number)].append(RowPair(number, prior.row))
    return held


def _ids_of_rest(
    job: Job, route: Route, journal: Journal, held_as: Mapping[int, Status], policy: ResendPolicy
) -> tuple[RowsById, RowsById]:
    """By field and id, the rows that go, and those that are duplicates; what may have arrived stays unknown."""
    columns = _id_columns(route)
    going, duplicates = rows_by_id(columns), rows_by_id(columns)
    if columns:
        skipped = (result.row for result in journal.rows(job.id, status=Status.SKIPPED))
        _add_ids(going if policy.duplicates else duplicates, skipped, route)
        for waiting in journal.waiting(job.id):
            status = held_as.get(waiting.row.number, Status.NOT_SENT)
            ids = {Status.NOT_SENT: going, Status.SKIPPED: duplicates}.get(status, {})
            _add_ids(ids, [waiting.row], route)
    return going, duplicates


def _add_ids(ids: "Mapping[str, MutableMapping[str, array[int]]]", rows: Iterable[Row], route: Route) -> None:
    for row in rows:
        values = route.values(row)
        for column, rows_of in ids.items():
            rows_of[values.get(column, "")].append(row.number)


def _id_columns(route: Route) -> set[str]:
    """The fields that hold ids that the API can be asked for."""
    columns = {question.ids.column for question in route.template.preflight if question.ids is not None}
    return columns & route.fields.keys()
