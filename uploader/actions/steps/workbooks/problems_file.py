"""The problems workbook: the rows of a list with what is wrong in each, written beside it."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from uploader.actions.planning.known.reconcile import Batch, Reconciliation
from uploader.actions.session import Session
from uploader.actions.steps.workbooks.places import place_of_problems
from uploader.actions.steps.workbooks.problem_rows import problem_rows
from uploader.errors import ListError, WorkbookError
from uploader.i18n import Message
from uploader.model.events import Advanced, phase
from uploader.model.problems import Problem
from uploader.model.questions import YES, Question
from uploader.workbooks import problems
from uploader.workbooks.manifest import PROBLEMS
from uploader.workbooks.notes import notes_of
from uploader.workbooks.problems import Line
from uploader.workbooks.xlsx.writable import standing_at


def wanted_problems(
    rows: Reconciliation, session: Session, more: Mapping[int, Sequence[Problem]] | None = None, *, asks: bool = True
) -> None:
    """Write it if it is wanted, and tell where it is; else how to get it, if nobody was asked. `more` as below.

    `asks`: whether a person may be asked now.
    """
    if rows.opened.checked.table.is_in_memory or session.writes_problems is False:
        return
    is_asked = session.writes_problems is None and asks and session.ui.is_attended
    if session.writes_problems or (is_asked and wants_problems(session)):
        path = write_problems(rows, session, more)
        if path is not None:
            session.tell(Message("plan.problems_file", path=str(path)))
    elif not is_asked:
        session.tell(Message("plan.problems_on_request"))


def wants_problems(session: Session) -> bool:
    """Whether the person who is asked now wants the workbook; nobody does where nobody is there."""
    question = Question("problems_workbook")
    return session.decide([question])[question.id] == YES


def write_problems(
    rows: Reconciliation, session: Session, more: Mapping[int, Sequence[Problem]] | None = None
) -> Path | None:
    """Write it, and give its place; a folder that can't be written to is told, and no obstacle.

    A list that is no file has none beside it. `more`: what else is wrong, by the row's number in the list.
    """
    checked = rows.opened.checked
    if checked.table.is_in_memory:
        return None
    try:
        place = place_of_problems(rows, session)
        content = problems.Content(
            manifest=rows.manifest(),
            header=checked.header,
            rows=_lines(rows, session, more or {}),
            language=session.language,
            face=session.face,
            own=rows.own_columns,
            list_column=checked.list_column,
            notes=None if place.stood is None else notes_of(place.path),
        )
        with phase(session.ui.on_event, "writing", checked.table.rows, place.path.name):
            problems.write(place, content)
        if place.path == checked.path.absolute():
            session.renewed[place.path] = standing_at(place.path)
    except (WorkbookError, ListError) as why:
        session.tell(why.message)
        return None
    return place.path


def _lines(rows: Reconciliation, session: Session, more: Mapping[int, Sequence[Problem]]) -> Iterator[Line]:
    """The rows that go; of a problems workbook also those that stay as they are: people work in all its rows."""
    manifest = rows.opened.manifest
    keeps_all = manifest is not None and manifest.kind == PROBLEMS
    for batch in rows.batches():
        session.ui.cancel.check()
        session.ui.on_event(Advanced(batch.rows))
        lines = list(_going(rows, batch, more))
        if keeps_all:
            lines += [(held.position, Line(held.row, was_edited=rows.was_edited(held.row))) for held in batch.held]
            lines.sort(key=lambda line: line[0])
        yield from (line for _, line in lines)


def _going(rows: Reconciliation, batch: Batch, more: Mapping[int, Sequence[Problem]]) -> Iterator[tuple[int, Line]]:
    for position, row, found in problem_rows(rows, batch, more):
        faults = rows.opened.checked.faults(problem for problem in found if problem.stops)
        yield position, Line(row, found, faults, rows.was_edited(row))
