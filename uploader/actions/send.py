"""Send a list: it is checked, planned, staged in the journal, sent, and given back as a workbook."""

import platform
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from uploader import __version__
from uploader.actions.options import ReadOptions, SendOptions
from uploader.actions.planning.find_job import unfinished_job_of
from uploader.actions.planning.known_rows import known_rows, reconciliation, with_workbooks
from uploader.actions.planning.make_plan import make_plan
from uploader.actions.planning.open_list import ListSource, OpenedList, open_list
from uploader.actions.planning.plan import Plan
from uploader.actions.planning.route import Route, destination_name, route_of
from uploader.actions.planning.staging import stage
from uploader.actions.session import Session, user
from uploader.actions.steps.list_check import check_rows
from uploader.actions.steps.prepare_plan import prepare_plan
from uploader.actions.steps.problems_file import write_problems
from uploader.actions.steps.result_file import place_of_results
from uploader.actions.steps.resume_job import resume_job
from uploader.actions.steps.run_job import nothing_sent, run_job
from uploader.actions.steps.sandbox_running import sandbox_running
from uploader.errors import about
from uploader.i18n import Message
from uploader.journal import Journal
from uploader.journal.locks import hold_list
from uploader.model.job import Job, NewJob
from uploader.model.rows import Row, Status
from uploader.model.summary import Summary
from uploader.model.workbook_names import dated
from uploader.workbooks import redaction


def send(source: ListSource, read: ReadOptions, options: SendOptions, session: Session) -> Summary:
    """Check, plan, send, and write the result workbook; the summary says how it ended.

    The list may be a result or problems workbook of ours: then its rows are known by their numbers. Raises an
    UploaderError where nothing could be sent, or where the journal failed on the way.
    """
    began = session.working.now()
    opened = open_list(source, read, session)
    with about(opened.path, opened.template.name):
        session.tell(Message("read.as", name=opened.path.name, how=opened.checked.table.reading()))
        for note in opened.checked.notes:
            session.tell(note)
        summary = first_look(opened, options, session) or _send_opened(opened, options, session)
    return replace(summary, list_path=opened.path, seconds=summary.seconds or session.working.now() - began)


def _send_opened(opened: OpenedList, options: SendOptions, session: Session) -> Summary:
    sandbox = options.is_sandbox
    with (
        sandbox_running(options) as sandbox_url,
        hold_list(session.home, opened.list_sha256, opened.list_name, sandbox=sandbox),
        session.journal(sandbox=sandbox) as journal,
        ExitStack() as stack,
    ):
        before = known_rows(journal, opened, None, sandbox=sandbox).newest
        route = route_of(opened.template, opened.checked.list_fields, before, sandbox_url, options, session)
        new = _new_job(opened, route, options, session)
        job = unfinished_job_of(journal, new, options.policy(opened.template), sandbox=sandbox)
        if job is not None:
            return resume_job(job, new.results_path, route, journal, options, session)
        plan = prepare_plan(_plan_maker(opened, new, route, journal, options, session), options, session, stack)
        if plan.stops is not None:
            return nothing_sent(plan, plan.stops, session)
        return run_job(stage(plan, journal, session), plan, journal, options, session)


def first_look(opened: OpenedList, options: SendOptions, session: Session) -> Summary | None:
    """A person hears that rows are bad before they are asked for server and token.

    With nobody there to send the others, that is the end.
    """
    if session.has_settings(opened.template, sandbox=options.is_sandbox):
        return None
    with ExitStack() as stack:
        look = check_rows(opened, session, stack)
        if look.invalid == 0:
            return None
        session.ui.show(look)
        if session.ui.is_attended or options.skip_invalid:
            return None
        path = write_problems(look.rows, session)
    if path is not None:
        session.tell(Message("plan.problems_file", path=str(path)))
    session.tell(Message("plan.fix_and_send"))
    stopped = Message("plan.invalid_rows", count=look.invalid, rows=look.total)
    summary = Summary(opened.path, opened.template.name, counts=look.counts, stopped=stopped, sent=False)
    session.ui.show(summary)
    return summary


def _plan_maker(
    opened: OpenedList, new: NewJob, route: Route, journal: Journal, options: SendOptions, session: Session
) -> Callable[[], Plan]:
    """Makes the plan of a new job, with all that is known of its rows."""
    sandbox = options.is_sandbox
    other = None if sandbox or options.send_duplicates else _other_destination(journal, opened, new, session)
    known = known_rows(journal, opened, new, sandbox=sandbox)

    def fingerprint(row: Row, fields: Mapping[str, int]) -> str:
        return route.fingerprint(route.template.values(row, fields))

    known = with_workbooks(known, journal, opened, new, fingerprint, session, sandbox=sandbox, given=options.answers)
    redacted = [*redaction.columns_named(options.redact, opened.checked.header), *known.redacted]
    new = replace(new, account=known.account, redacted=tuple(dict.fromkeys(redacted)))
    if new.wants_workbook:
        new = replace(new, results_path=place_of_results(new.results_path, new, session, sandbox=sandbox))
    rows = reconciliation(known, journal, opened, options.policy(opened.template), session.home)
    return lambda: replace(make_plan(rows, new, route, journal, options, session), other=other)


def _other_destination(journal: Journal, opened: OpenedList, new: NewJob, session: Session) -> Job | None:
    """The newest job by which rows of this list were accepted at another place, which holds none back.

    None for a workbook of a list that the journal knows: that its rows go elsewhere than before is told.
    """
    before = journal.newest_job(new.account) if new.account else None
    here = (new.destination, new.settings)
    if before is not None:
        if (before.destination, before.settings) != here:
            there = destination_name(before.destination, before.settings)
            session.tell(Message("send.now_elsewhere", before=there, job=before.id, after=destination_name(*here)))
        return None
    accepted = (job for job in journal.jobs(opened.list_sha256) if job.counts[Status.ACCEPTED])
    return next((job for job in accepted if (job.destination, job.settings) != here), None)


def _results_path(opened: OpenedList, options: SendOptions, session: Session) -> Path:
    wished = options.output or opened.results_path
    return dated(wished, session.today()) if options.dated else wished


def _new_job(opened: OpenedList, route: Route, options: SendOptions, session: Session) -> NewJob:
    template = opened.template
    return NewJob(
        user=user(),
        machine=platform.node(),
        list_path=opened.path.absolute(),
        list_sha256=opened.list_sha256,
        sheet=opened.list_sheet,
        header=opened.checked.header,
        fields=opened.checked.list_fields,
        template=template.name,
        template_sha256=template.sha256,
        template_text=template.text,
        profile_text=template.profile_text,
        destination=route.destination,
        settings=route.settings.plain,
        version=__version__,
        results_path=_results_path(opened, options, session).absolute(),
        account=opened.account,
        list_name=opened.list_name,
        source_sha256=opened.checked.sha256,
    )
