"""Rows that somebody added to a workbook, and that its job knows already: it was sent, and not renewed since."""

from collections.abc import Callable, Mapping, Sequence

from uploader.actions.planning.job_columns import JobColumns
from uploader.model.job import RowState

_AT_ONCE = 500


def added_rows(
    states: Callable[[Sequence[int]], Mapping[int, RowState]], columns: JobColumns, after: int, last: int
) -> dict[tuple[str, ...], list[int]]:
    """The numbers of the job's rows behind the last one of the workbook at hand, by their cells as that has them.

    They have no number in the workbook: the process that sent it died. They are no new ones the next time.
    """
    found: dict[tuple[str, ...], list[int]] = {}
    for first in range(after + 1, last + 1, _AT_ONCE):
        for number, state in sorted(states(range(first, min(first + _AT_ONCE, last + 1))).items()):
            found.setdefault(tuple(columns.at_hand(state.cells)), []).append(number)
    return found
