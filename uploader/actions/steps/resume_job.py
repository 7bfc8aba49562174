"""The rest of a job: planned from the journal alone, settled, and run."""

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from uploader.actions.options import SendOptions
from uploader.actions.planning.make_plan import plan_rest
from uploader.actions.planning.plan import Plan
from uploader.actions.planning.route import Route
from uploader.actions.session import Session
from uploader.actions.steps.prepare_plan import prepare_plan
from uploader.actions.steps.run_job import nothing_sent, run_job
from uploader.actions.steps.workbooks.places import ResultPlace
from uploader.journal import Journal
from uploader.model.job import Job
from uploader.model.summary import Summary
from uploader.workbooks import redaction


def resume_job(
    job: Job,
    results_path: Path,
    route: Route,
    journal: Journal,
    options: SendOptions,
    session: Session,
    share: Callable[[], None],
) -> Summary:
    """Send what is left of a job, and write its workbook to `results_path`; `share` is as `run_job` has it."""
    other_place = None
    if replace(job, results_path=results_path).wants_workbook:
        results_path, other_place = ResultPlace(journal, job, session, options.is_sandbox, job).chosen(results_path)
    journal.set_results_path(job.id, results_path.absolute())
    journal.add_redacted_columns(job.id, redaction.columns_named(options.redact, job.header))
    with ExitStack() as stack:

        def make() -> Plan:
            return plan_rest(journal.job(job.id), route, journal, options)

        plan = prepare_plan(make, journal, options, session, stack)
        if plan.stops is not None:
            return nothing_sent(plan, plan.stops, session)
        session.tell(other_place)
        return run_job(journal.job(job.id), plan, journal, options, session, share)
