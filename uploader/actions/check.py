"""Check a list: every problem at its cell, in one pass. Nothing is sent, and no row is stored."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from uploader.actions.options import ReadOptions
from uploader.actions.planning.open_list import ListSource, open_list
from uploader.actions.session import Session
from uploader.actions.steps.list_check import ListCheck, check_rows
from uploader.errors import about
from uploader.i18n import Message
from uploader.model.summary import Summary


@dataclass(frozen=True, slots=True)
class Check:
    """What the checks found, and how they ended."""

    found: ListCheck
    summary: Summary
    workbook: Path | None
    """Where the problems workbook was written; None where there are no problems, or it could not be written."""


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
        workbook = _written(found, session) if found.invalid and with_workbook else None
        if annotate:
            _mark(found, session)
        summary = _summary(found, session.working.now() - began)
        session.ui.show(summary)
        yield Check(found, summary, workbook)


def check(
    source: ListSource, options: ReadOptions, session: Session, *, with_workbook: bool = True, annotate: bool = False
) -> Check:
    """Run the checks alone. Problems are also written as a workbook beside the list. Raises an UploaderError.

    With `annotate` they are marked in a copy of the person's own workbook, too.
    """
    with checking(source, options, session, with_workbook=with_workbook, annotate=annotate) as done:
        return done


def _written(found: ListCheck, session: Session) -> Path | None:
    from uploader.actions.steps.problems_file import write_problems  # noqa: PLC0415  # a check that writes needs it

    return write_problems(found.rows, session)


def _mark(found: ListCheck, session: Session) -> None:
    from uploader.actions.steps.marked_copy import NOTHING_TO_MARK, write_marked_copy  # noqa: PLC0415  # as above
    from uploader.actions.steps.own_workbook import tell_of_copy  # noqa: PLC0415

    tell_of_copy(write_marked_copy(found.rows, session) if found.problems else NOTHING_TO_MARK, session)


def _summary(found: ListCheck, seconds: float) -> Summary:
    opened, stopped = found.opened, None
    if found.invalid:
        stopped = Message("plan.invalid_rows", count=found.invalid, rows=found.total)
    return Summary(opened.path, opened.template.name, counts=found.counts, seconds=seconds, stopped=stopped, sent=False)
