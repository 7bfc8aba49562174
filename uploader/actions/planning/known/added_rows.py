"""The numbers of rows that somebody added to a workbook: new ones, or those that they were given when they were sent.

A run that dies, or whose workbook goes elsewhere, leaves the workbook at hand without these numbers.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import islice

from uploader.model.rows import Row

Cells = Sequence[str]
RowsAfter = Callable[[int], Iterable[Row]]
"""The rows that are known and have a higher number than that one."""

_COMPARED = 100
"""With so many known rows an edited one is compared at the most."""


def numbers_of_added(added: Mapping[int, Cells], known: Mapping[int, Cells], last: int) -> dict[int, int]:
    """The number of each added row, by its position; `known` are numbers that the workbook does not have.

    Those with the same cells come first; then one in which most cells are the same is that row, edited since. It must
    not go as another one beside what was sent. The others are new, and follow after `last`.
    """
    waiting, numbers = dict(known), dict[int, int]()
    of_cells: dict[tuple[str, ...], list[int]] = {}
    for number, cells in known.items():
        of_cells.setdefault(tuple(cells), []).append(number)
    for position, cells in added.items():
        if same := of_cells.get(tuple(cells)):
            numbers[position] = same.pop(0)
            del waiting[numbers[position]]
    for position, cells in added.items():
        if position not in numbers:
            edited = (number for number, before in islice(waiting.items(), _COMPARED) if _is_edited(cells, before))
            number = next(edited, last + 1)
            last = max(last, number)
            numbers[position] = number
            waiting.pop(number, None)
    return numbers


def _is_edited(cells: Cells, before: Cells) -> bool:
    """Whether most cells are the same."""
    same = sum(cell == was for cell, was in zip(cells, before, strict=True))
    return 2 * same > len(cells)
