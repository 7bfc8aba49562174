"""The numbers of rows that somebody added to a workbook: new ones, or those that they were given when they were sent.

A run that dies, or whose workbook goes elsewhere, leaves the workbook at hand without these numbers.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import islice

from uploader.model.rows import Row

Cells = Sequence[str]
RowsAfter = Callable[[int], Iterable[Row]]
"""The rows that are known and have a higher number than that one."""

_COMPARED = 100
"""With so many known rows an edited one is compared at the most."""


def numbers_of_added(
    added: Mapping[int, Cells], known: Mapping[int, Cells], last: int, others: Callable[[], Iterable[Cells]] = tuple
) -> dict[int, int]:
    """The number of each added row, by its position; `known` are numbers that the workbook does not have.

    Those with the same cells come first; then one in which half of a known row's own cells are the same is that row,
    edited since: it must not go as another one beside what was sent. Its own are those that no other row has, `others`
    being the rest of the workbook: in a campaign, the same text goes to everybody. The others are new, and follow after
    `last`.
    """
    waiting, numbers = dict(known), dict[int, int]()
    of_cells: dict[tuple[str, ...], list[int]] = {}
    for number, cells in known.items():
        of_cells.setdefault(tuple(cells), []).append(number)
    for position, cells in added.items():
        if same := of_cells.get(tuple(cells)):
            numbers[position] = same.pop(0)
            del waiting[numbers[position]]
    compared = dict(islice(waiting.items(), _COMPARED))
    own = _own_columns(compared, others()) if compared and len(numbers) < len(added) else {}
    for position, cells in added.items():
        if position not in numbers:
            edited = (
                number
                for number, columns in own.items()
                if number in waiting and _is_edited(cells, compared[number], columns)
            )
            number = next(edited, last + 1)
            last = max(last, number)
            numbers[position] = number
            waiting.pop(number, None)
    return numbers


def _own_columns(known: Mapping[int, Cells], others: Iterable[Cells]) -> dict[int, Sequence[int]]:
    """For each known row the columns in which no other row has the same cell."""
    rows_with = Counter(pair for cells in known.values() for pair in enumerate(cells))
    for cells in others:
        rows_with.update(pair for pair in enumerate(cells) if pair in rows_with)
    return {
        number: [column for column, cell in enumerate(cells) if rows_with[column, cell] == 1]
        for number, cells in known.items()
    }


def _is_edited(cells: Cells, before: Cells, columns: Sequence[int]) -> bool:
    """Whether half of the cells in these columns are the same; where there are none, nobody can tell."""
    return 2 * sum(cells[column] == before[column] for column in columns) >= max(len(columns), 1)
