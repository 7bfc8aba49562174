"""Send a list: it is checked, planned, staged in the journal, sent, and given back as a workbook."""

import time
from contextlib import ExitStack
from dataclasses import replace

from uploader.actions.options import ReadOptions, SendOptions
from uploader.actions.planning.open_list import ListSource, OpenedList, open_list
from uploader.actions.planning.senders import senders_of
from uploader.actions.session import Session
from uploader.actions.steps.join_sending import join_sending
from uploader.actions.steps.list_check import check_rows
from uploader.actions.steps.practice.running import sandbox_running
from uploader.actions.steps.send_list import SendList
from uploader.actions.steps.writing import check_may_send
from uploader.errors import BusyError, about
from uploader.i18n import Message
from uploader.journal import Journal
from uploader.journal.locks import ListHold
from uploader.model.summary import Summary

_LONGEST_BEGINNING_SECONDS = 10.0
_BETWEEN_TRIES_SECONDS = 0.25


def send(source: ListSource, read: ReadOptions, options: SendOptions, session: Session) -> Summary:
    """Check, plan, send, and write the result workbook; the summary says how it ended.

    The list may be a result or problems workbook of ours: then its rows are known by their numbers. Raises an
    UploaderError where nothing could be sent, or where the journal failed on the way.
    """
    began = session.working.now()
    check_may_send(session, sandbox=options.is_sandbox)
    options = replace(options, files=read.files)  # rows that were corrected in a workbook have theirs there, too
    opened = open_list(source, read, session)
    with about(opened.path, opened.template.name):
        session.tell(Message("read.as", name=opened.path.name, how=opened.checked.table.reading()))
        for note in opened.checked.notes:
            session.tell(note)
        summary = first_look(opened, options, session) or _send_opened(opened, read, options, session)
    return replace(summary, list_path=opened.path, seconds=summary.seconds or session.working.now() - began)


def _send_opened(opened: OpenedList, read: ReadOptions, options: SendOptions, session: Session) -> Summary:
    sandbox = options.is_sandbox
    with (
        sandbox_running(options, opened.template, session) as sandbox_url,
        session.journal(sandbox=sandbox) as journal,
        ExitStack() as stack,
    ):
        hold = _joined_or_held(opened, journal, options, session, stack)
        if isinstance(hold, Summary):
            return hold
        return SendList(journal, sandbox_url, options, session, hold.share, read.template).send(opened)


def _joined_or_held(
    opened: OpenedList, journal: Journal, options: SendOptions, session: Session, stack: ExitStack
) -> Summary | ListHold:
    """The list is ours alone until `stack` is closed; or it was sent beside others, if the person wants that."""
    latest = time.monotonic() + _LONGEST_BEGINNING_SECONDS
    while True:
        joined = _joined(opened, journal, options, session) if options.join else None
        if joined is not None:
            return joined
        try:
            return stack.enter_context(journal.locks.hold_list(opened.list_sha256, opened.list_name))
        except BusyError:  # somebody else begins to send it just now, who can be joined in a moment
            if not options.join or time.monotonic() >= latest:
                raise
            session.ui.cancel.check()
            time.sleep(_BETWEEN_TRIES_SECONDS)


def _joined(opened: OpenedList, journal: Journal, options: SendOptions, session: Session) -> Summary | None:
    """The list is sent beside others who send it; None where nobody does."""
    with journal.locks.join_list(opened.list_sha256, opened.list_name):
        jobs = journal.jobs(opened.list_sha256)
        job = next((job for job in jobs if senders_of(job.id, journal)), None)
        return None if job is None else join_sending(job, journal, options, session, opened.template)


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
        from uploader.actions.steps.workbooks.marked_copy import write_marked_copy
        from uploader.actions.steps.workbooks.own_workbook import tell_of_copy
        from uploader.actions.steps.workbooks.problems_file import wanted_problems

        wanted_problems(look.rows, session)
        if options.annotate:
            tell_of_copy(write_marked_copy(look.rows, session), session)
    session.tell(Message("plan.fix_and_send"))
    stopped = Message("plan.invalid_rows", count=look.invalid, rows=look.total)
    summary = Summary(opened.path, opened.template.name, counts=look.counts, stopped=stopped, sent=False)
    session.ui.show(summary)
    return summary
