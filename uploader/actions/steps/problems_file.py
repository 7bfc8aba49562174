"""The problems workbook: the rows of a list with what is wrong in each, written beside it."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from uploader.actions.planning.reconcile import Reconciliation
from uploader.actions.session import Session
from uploader.actions.steps.result_file import place_of_problems
from uploader.errors import WorkbookError
from uploader.model.problems import Problem, by_row
from uploader.model.rows import Row
from uploader.workbooks import problems


def write_problems(
    rows: Reconciliation, session: Session, more: Mapping[int, Sequence[Problem]] | None = None
) -> Path | None:
    """Write it, and give its place; a folder that can't be written to is told, and no obstacle.

    A list that is no file has none beside it. `more`: what else is wrong, by the row's number in the list.
    """
    checked = rows.opened.checked
    if checked.table.is_in_memory:
        return None

    def lines() -> Iterator[tuple[Row, Sequence[Problem], Sequence[int]]]:
        for batch in rows.batches():
            session.ui.cancel.check()
            if batch.going is not None:
                some = checked.check(batch.going)
                of_row = by_row([*some.problems, *batch.problems])
                for position, row in checked.rows(some.records, batch.numbers):
                    besides = (more or {}).get(row.number, [])
                    all_of_row = [*of_row.get(position, []), *map(rows.at_hand, besides)]
                    yield row, all_of_row, checked.faults(problem for problem in all_of_row if problem.stops)

    header, language = checked.header, session.language
    try:
        place = place_of_problems(rows.opened, session)
        problems.write(place, rows.manifest(), header, lines(), language, checked.list_column)
    except WorkbookError as why:
        session.tell(why.message)
        return None
    return place.path
