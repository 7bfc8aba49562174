"""What is left of a job is sent beside others who send it: they have planned it, and they write its workbook."""

from collections.abc import Sequence
from contextlib import ExitStack
from datetime import datetime

from uploader.actions.options import SendOptions
from uploader.actions.planning.destination import destination_name, way_of
from uploader.actions.planning.find_job import for_rows_sent_before
from uploader.actions.planning.make_plan import plan_rest
from uploader.actions.planning.plan import Plan
from uploader.actions.planning.route import route_of, template_of
from uploader.actions.planning.senders import senders_of
from uploader.actions.session import Session
from uploader.actions.steps.prepare_plan import prepare_plan
from uploader.actions.steps.run_job import join_job, nothing_sent
from uploader.errors import SettingsError, TemplateError
from uploader.i18n import Message
from uploader.journal import Journal
from uploader.model.job import Job, RunRecord
from uploader.model.summary import Summary
from uploader.templates.template import Template


def join_sending(
    job: Job, journal: Journal, options: SendOptions, session: Session, at_hand: Template | None = None
) -> Summary:
    """Send what nobody has taken of a job that this computer has joined; the summary says how that ended.

    The template is the job's own, whatever is `at_hand`, and so are the plain settings; the secret ones are this
    person's. Raises SettingsError where these lead elsewhere, or where files that go along are not here.
    """
    template = template_of(job, session).with_files(options.files)
    if template.file_fields and options.files is None:
        raise SettingsError(Message("resume.files", job=job.id))
    options = for_rows_sent_before(options, job, template, journal)
    route = route_of(template, job.fields, job, None, options, session)
    there, here = (job.destination, dict(job.settings)), (route.destination, dict(route.settings.plain))
    if here != there:
        before, after = destination_name(*there), destination_name(*here)
        raise SettingsError(Message("work.goes_elsewhere", job=job.id, before=before, after=after))
    session.tell(Message("work.joins", job=job.id, list=job.list_name, count=job.waiting, rows=job.rows))
    if (at_hand is None or at_hand.sha256 != job.template_sha256) and not _is_known_here(job, session):
        session.tell(Message("work.template_of_job", template=job.template))
    session.tell(_sent_by(senders_of(job.id, journal)))

    def make() -> Plan:
        return plan_rest(journal.job(job.id), route, journal, options)

    with ExitStack() as stack:
        plan = prepare_plan(make, journal, options, session, stack)
        if plan.stops is not None:
            return nothing_sent(plan, plan.stops, session)
        now = journal.job(job.id)
        if way_of(now) != way_of(job):  # while a place was waited for, the connection was lost, and with it the list
            raise SettingsError(Message("work.planned_anew", job=job.id))
        return join_job(now, plan, journal, options, session)


def _is_known_here(job: Job, session: Session) -> bool:
    """Whether the template of that name is here, and the same."""
    try:
        return session.catalog.load(job.template).sha256 == job.template_sha256
    except TemplateError:
        return False


def _sent_by(senders: Sequence[RunRecord]) -> Message | None:
    if not senders:
        return None
    return Message("work.sent_by", who=tuple(map(_sender, senders)))


def _sender(run: RunRecord) -> Message:
    since = f"{datetime.fromisoformat(run.started_at).astimezone():%H:%M}"
    return Message("work.sender", user=run.user, machine=run.machine, since=since)
