"""Which rows of a workbook of ours are as they were written, however old it is.

The journal may know more of a row by now: what an older workbook shows of it, nobody typed there.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Self

from uploader.workbooks.cell_digests import line_digest
from uploader.workbooks.read_back.result_workbook import ResultWorkbook


@dataclass(frozen=True, slots=True)
class WrittenCells:
    """With what the list's cells of each row were written, by the row's number in the list."""

    digests: Mapping[int, str] = field(default_factory=dict, repr=False)
    """Empty where they prove nothing."""
    places: Sequence[int] = ()
    """Of which of a row's cells, in their order; the others are a person's own."""

    @classmethod
    def of(cls, workbook: ResultWorkbook, listed: Sequence[int]) -> Self:
        """Of a workbook, whose rows are given with the cells at these positions."""
        workbook = workbook.without_notes()
        nth_of = {position: nth for nth, position in enumerate(listed)}
        if not workbook.is_intact or any(position not in nth_of for position in workbook.list_columns):
            return cls()
        digests = {number: cells for number, (cells, _) in workbook.manifest.row_digests().items()}
        return cls(digests, [nth_of[position] for position in workbook.list_columns])

    def has(self, number: int, cells: Sequence[str]) -> bool:
        """Whether the row was written with these cells."""
        return number in self.digests and line_digest(cells[at] for at in self.places) == self.digests[number]

    def renewed(self, cells: Sequence[str], latest: Sequence[str]) -> list[str]:
        """The row as it is known by now, with what a person's own columns hold."""
        places = set(self.places)
        return [latest[at] if at in places else cell for at, cell in enumerate(cells)]
