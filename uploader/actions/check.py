"""Check a list: every problem at its cell, in one pass. Nothing is sent, and no row is stored."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from uploader.actions.options import ReadOptions
from uploader.actions.planning.known.reconcile import Reconciliation
from uploader.actions.planning.open_list import ListSource, open_list
from uploader.actions.session import Session
from uploader.actions.steps.list_check import ListCheck, check_rows, rows_again
from uploader.errors import about
from uploader.i18n import Message
from uploader.model.summary import Summary


@dataclass(frozen=True, slots=True)
class Check:
    """What the checks found, and how they ended."""

    found: ListCheck
    summary: Summary
    workbook: Path | None
    """Where the problems workbook was written; None where there are no problems, it was not wanted, or could not be."""
    is_workbook_wanted: bool = False
    """Whether it was."""


@contextmanager
def checking(
    source: ListSource, options: ReadOptions, session: Session, *, with_workbook: bool = True, annotate: bool = False
) -> Iterator[Check]:
    """As `check`, for who goes through the rows: the journal that knows them is open until the block ends."""
    began = session.working.now()
    opened = open_list(source, options, session)
    with about(opened.path, opened.template.name), ExitStack() as stack:
        found = check_rows(opened, session, stack)
        for message in found.held_counts.would_stay():
            session.tell(message)
        is_wanted = bool(found.invalid and with_workbook and session.writes_problems)
        workbook = _written(found.rows, session) if is_wanted else None
        if annotate:
            _mark(found, session)
        summary = _summary(found, session.working.now() - began)
        session.ui.show(summary)
        yield Check(found, summary, workbook, is_wanted)


def check(
    source: ListSource, options: ReadOptions, session: Session, *, with_workbook: bool = True, annotate: bool = False
) -> Check:
    """Run the checks alone. Raises an UploaderError.

    Problems are also written as a workbook beside the list, where the session says so and `with_workbook` doesn't say
    otherwise. With `annotate` they are marked in a copy of the person's own workbook, too.
    """
    with checking(source, options, session, with_workbook=with_workbook, annotate=annotate) as done:
        return done


def offer_workbook(done: Check, session: Session) -> Check:
    """After a person has read what is wrong: ask whether they want the problems workbook, and write it."""
    if not done.found.invalid or session.writes_problems is not None or not session.ui.is_attended:
        return done
    from uploader.actions.steps.workbooks.problems_file import wants_problems

    if not wants_problems(session):
        return done
    with rows_again(done.found, session) as rows:
        return replace(done, workbook=_written(rows, session), is_workbook_wanted=True)


def _written(rows: Reconciliation, session: Session) -> Path | None:
    from uploader.actions.steps.workbooks.problems_file import write_problems

    return write_problems(rows, session)


def _mark(found: ListCheck, session: Session) -> None:
    from uploader.actions.steps.workbooks.marked_copy import NOTHING_TO_MARK, write_marked_copy
    from uploader.actions.steps.workbooks.own_workbook import tell_of_copy

    tell_of_copy(write_marked_copy(found.rows, session) if found.problems else NOTHING_TO_MARK, session)


def _summary(found: ListCheck, seconds: float) -> Summary:
    opened, stopped = found.opened, None
    if found.invalid:
        stopped = Message("plan.invalid_rows", count=found.invalid, rows=found.total)
    return Summary(opened.path, opened.template.name, counts=found.counts, seconds=seconds, stopped=stopped, sent=False)
