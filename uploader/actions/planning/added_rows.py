"""The numbers of rows that somebody added to a workbook: new ones, or those that they were given when they were sent.

A run that dies, or whose workbook goes elsewhere, leaves the workbook at hand without these numbers.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from uploader.actions.planning.job_columns import JobColumns
from uploader.model.rows import Row

RowsAfter = Callable[[int], Iterable[Row]]
"""The rows that are known and have a higher number than that one."""


@dataclass(slots=True)
class AddedRows:
    """Gives each row that was added its number; those that have the same cells, in their order."""

    known_after: RowsAfter
    columns: JobColumns
    highest: Callable[[], int]
    """The highest number of a row in the workbook."""
    last: int
    """The highest number that is taken."""
    _known: dict[tuple[str, ...], list[int]] | None = field(default=None, init=False)
    """The numbers, the highest first, of rows with these cells that the workbook can't have."""

    def number(self, cells: Sequence[str]) -> int:
        """The number of one that has these cells in the workbook at hand."""
        if self._known is None:
            self._known = self._found()
        numbers = self._known.get(tuple(cells))
        if numbers:
            return numbers.pop()
        self.last += 1
        return self.last

    def _found(self) -> dict[tuple[str, ...], list[int]]:
        found: dict[tuple[str, ...], list[int]] = {}
        for row in self.known_after(self.highest()):
            found.setdefault(tuple(self.columns.at_hand(row.cells)), []).insert(0, row.number)
        return found
