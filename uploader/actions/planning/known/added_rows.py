"""The numbers of rows that somebody added to a workbook: new ones, or those that they were given when they were sent.

A run that dies, or whose workbook goes elsewhere, leaves the workbook at hand without these numbers.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

Cells = Sequence[str]

_COMPARED = 100
"""With so many known rows an edited one is compared at the most."""


@dataclass(frozen=True, slots=True)
class KnownRow:
    """A row that is known and is not in the workbook at hand."""

    cells: Cells
    may_have_arrived: bool = False


def numbers_of_added(
    added: Mapping[int, Cells],
    known: Mapping[int, KnownRow],
    last: int,
    others: Callable[[], Iterable[Cells]] = tuple,
    *,
    run_died: bool = False,
) -> dict[int, int]:
    """The number of each added row, by its position; `known` are numbers that the workbook does not have.

    Those with the same cells come first; then those that are known rows, edited since (`_is_edited`): they must not go
    as others beside what was sent. The others are new, and follow after `last`. `others` is the rest of the workbook;
    `run_died` says that the last run wrote no workbook with the numbers that it gave.
    """
    waiting, numbers = dict(known), dict[int, int]()
    of_cells: dict[tuple[str, ...], list[int]] = {}
    for number, row in known.items():
        of_cells.setdefault(tuple(row.cells), []).append(number)
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
                if number in waiting and _is_edited(cells, compared[number], columns, run_died=run_died)
            )
            number = next(edited, last + 1)
            last = max(last, number)
            numbers[position] = number
            waiting.pop(number, None)
    return numbers


def _own_columns(known: Mapping[int, KnownRow], others: Iterable[Cells]) -> dict[int, Sequence[int]]:
    """For each known row the columns in which it alone has that cell: in a campaign, one text goes to everybody."""
    rows_with = Counter(pair for row in known.values() for pair in enumerate(row.cells))
    for cells in others:
        rows_with.update(pair for pair in enumerate(cells) if pair in rows_with)
    return {
        number: [column for column, cell in enumerate(row.cells) if cell.strip() and rows_with[column, cell] == 1]
        for number, row in known.items()
    }


def _is_edited(cells: Cells, known: KnownRow, columns: Sequence[int], *, run_died: bool) -> bool:
    """Whether that is the known row, by the cells in these columns, which are its own.

    After a run that died it most likely is, so half of them will do. Else the row stands in another workbook: then all
    but one must be the same, and a row that can't have arrived never counts as edited: its cells would be gone.
    """
    same = sum(cells[column] == known.cells[column] for column in columns)
    if run_died:
        return 2 * same >= max(len(columns), 1)
    return known.may_have_arrived and 0 < len(columns) - 1 <= same
