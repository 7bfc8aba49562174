"""How a plan comes about: every row of a list is looked at, or what the journal has of the rest of a job."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

from uploader.actions.options import SendOptions
from uploader.actions.planning.find_job import later_version_of
from uploader.actions.planning.plan import HeldBack, Plan, RowsById
from uploader.actions.planning.reconcile import Reconciliation
from uploader.actions.planning.route import Route, held_back_since
from uploader.actions.planning.survey import rows_by_id, survey_rows
from uploader.actions.session import Session
from uploader.journal import Journal
from uploader.model.job import Job, NewJob
from uploader.model.resend import NAMED_PAIRS, PriorRequest, ResendPolicy, RowPair
from uploader.model.rows import Status


def make_plan(
    rows: Reconciliation, new: NewJob, route: Route, journal: Journal, options: SendOptions, session: Session
) -> Plan:
    """The plan for a list at hand; every row is looked at, and nothing is written."""
    sandbox = options.is_sandbox
    since = held_back_since(route.template, None, sandbox=sandbox)
    policy = options.policy(route.template, since)
    survey = survey_rows(
        rows,
        lambda values: journal.find_prior(route.fingerprint(values), policy),
        session,
        id_columns=_id_columns(route),
    )
    return Plan(
        route=route,
        policy=policy,
        counts=survey.counts(),
        is_sandbox=sandbox,
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
    sandbox = options.is_sandbox
    policy = options.policy(route.template, held_back_since(route.template, job.created_at, sandbox=sandbox))
    held = _held_of_rest(job, policy, journal)
    held_as = {pair.row: prior.held_as for prior, pairs in held.items() for pair in pairs}
    ids, duplicate_ids = _ids_of_rest(job, route, journal, held_as, policy)
    waiting = journal.count_waiting(job.id, policy)
    skipped = sum(len(pairs) for prior, pairs in held.items() if prior.held_as is Status.SKIPPED)
    counts = Counter(job.counts)
    counts.subtract(waiting)
    counts[Status.NOT_SENT] += waiting.total() - len(held_as)
    counts[Status.SKIPPED] += skipped
    counts[Status.UNKNOWN] += len(held_as) - skipped
    return Plan(
        route=route,
        policy=policy,
        counts=counts,
        is_sandbox=sandbox,
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
        held[prior.of_day()].append(RowPair(number, prior.row))
    return held


def _ids_of_rest(
    job: Job, route: Route, journal: Journal, held_as: Mapping[int, Status], policy: ResendPolicy
) -> tuple[RowsById, RowsById]:
    """By field and id, the rows that go, and those that are duplicates; what may have arrived stays unknown."""
    columns = _id_columns(route)
    going, duplicates = rows_by_id(columns), rows_by_id(columns)
    for waiting in journal.waiting(job.id, ResendPolicy(duplicates=True)) if columns else ():
        number, values = waiting.row.number, route.values(waiting.row)
        was_skipped = not waiting.fingerprint and not policy.duplicates
        status = held_as.get(number, Status.SKIPPED if was_skipped else Status.NOT_SENT)
        ids = {Status.NOT_SENT: going, Status.SKIPPED: duplicates}.get(status, {})
        for column, rows_of in ids.items():
            rows_of[values.get(column, "")].append(number)
    return going, duplicates


def _id_columns(route: Route) -> set[str]:
    """The fields that hold ids that the API can be asked for."""
    columns = {question.ids.column for question in route.template.preflight if question.ids is not None}
    return columns & route.fields.keys()
