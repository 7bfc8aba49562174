"""The rows of a list that was looked at, each with what was found, for a face that shows them page by page."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from uploader.actions.planning.known.reconcile import Batch
from uploader.actions.session import Session
from uploader.actions.steps.list_check import ListCheck, rows_again
from uploader.checks.row_grid import Filter, GridRow, RowGrid
from uploader.model.problems import Problem, by_row
from uploader.model.rows import Status

__all__ = ["Filter", "GridRow", "RowGrid", "grid_of"]


def grid_of(found: ListCheck, session: Session) -> RowGrid:
    """Every row of the list. Raises CancelledError, and ListError where the file can't be read any more."""
    grid = RowGrid(found.opened.checked.header)
    with rows_again(found, session) as rows:
        for batch in rows.batches():
            session.ui.cancel.check()
            grid.add(_rows(found, batch))
    return grid


def _rows(found: ListCheck, batch: Batch) -> Iterator[GridRow]:
    for held in batch.held:
        yield GridRow(held.position, held.row, held.status, ())
    if batch.going is None:
        return
    checked, numbers = found.opened.checked, batch.going.numbers
    of_rows = _problems(found, numbers)
    for position, row in checked.rows(batch.going, batch.numbers):
        problems = of_rows.get(position, ())
        listed = [_in_list(problem, found) for problem in problems]
        yield GridRow(position, row, _status(problems, is_accepted=row.number in batch.asked), listed)


def _problems(found: ListCheck, numbers: Sequence[int]) -> Mapping[int, Sequence[Problem]]:
    first, last = numbers[0], numbers[-1]
    return by_row([*found.problems.between(first, last), *found.known.between(first, last)])


def _in_list(problem: Problem, found: ListCheck) -> Problem:
    """With the column that it has among the list's own; of one that is not, it is about the row."""
    column = -1 if problem.column is None else found.opened.checked.list_column(problem.column)
    return replace(problem, column=None if column < 0 else column)


def _status(problems: Sequence[Problem], *, is_accepted: bool) -> Status:
    """What the row would be if nothing was sent."""
    codes = {problem.code for problem in problems}
    if any(problem.stops for problem in problems):
        return Status.INVALID
    if is_accepted:
        return Status.ACCEPTED
    return next((status for code, status in _KNOWN.items() if code in codes), Status.NOT_SENT)


_KNOWN = {
    "unknown_before": Status.UNKNOWN,
    "accepted_before": Status.SKIPPED,
    "repeats_row": Status.SKIPPED,
    "repeated": Status.SKIPPED,
}
"""What a row is whose request is known, by what is said of it."""
