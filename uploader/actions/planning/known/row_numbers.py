"""Which row of the list each row of the file at hand is: in a workbook of ours, by its column `Row`."""

from collections.abc import Callable, Iterable, Iterator, Sequence

from uploader.actions.planning.known.added_rows import KnownRow, numbers_of_added
from uploader.actions.planning.known.job_columns import JobColumns
from uploader.actions.planning.open_list import OpenedList
from uploader.model.job import RowResult
from uploader.model.rows import MAY_HAVE_ARRIVED, Status
from uploader.workbooks.read_back.row_index import RowIndex


class RowNumbers:
    """The number in the list of each row of the file at hand, by its position there; in a list that is its position."""

    def __init__(
        self,
        opened: OpenedList,
        columns: JobColumns,
        last: int,
        known_after: Callable[[int], Iterable[RowResult]],
        *,
        run_died: bool,
    ) -> None:
        """`last` is the highest number known beside the file; `known_after` has the rows with higher numbers.

        `run_died` says that the last run of the rows didn't come to its end.
        """
        self._opened, self._columns, self._known_after, self._run_died = opened, columns, known_after, run_died
        self._is_list = opened.workbook is None
        self._index = RowIndex() if opened.workbook is None else opened.workbook.row_index()
        self._repeated = self._index.repeated()
        self.last = max(last, self._index.highest)
        """The highest number of a row that is known, in the file or beside it."""
        self._added: dict[int, int] = {}
        self._positions: dict[int, int] = {}

    def in_list(self, positions: Sequence[int]) -> Sequence[int]:
        """The numbers of these rows, also of those that were added."""
        return positions if self._is_list else list(map(self._in_list, positions))

    def _in_list(self, position: int) -> int:
        number = self._stated(position)
        if number is None:
            self._added = self._added or self._numbers_of_added()
            number = self._added[position]
        return number

    def _stated(self, position: int) -> int | None:
        """The number that stands in the row; None where the row is a new one."""
        return None if position in self._repeated else self._index.number(position)

    def _numbers_of_added(self) -> dict[int, int]:
        """The numbers of the rows that have none in the workbook, by position."""
        written = () if self._opened.manifest is None else self._opened.manifest.row_digests()
        highest = max(written, default=self._index.highest)
        known = {
            one.row.number: KnownRow(self._columns.at_hand(one.row.cells), one.status in MAY_HAVE_ARRIVED)
            for one in self._known_after(highest)
        }
        added = {position: cells for position, cells in self._rows() if self._stated(position) is None}

        def others() -> Iterator[Sequence[str]]:
            return (cells for at, cells in self._rows() if at not in added)

        return numbers_of_added(added, known, self.last, others, run_died=self._run_died)

    def _rows(self) -> Iterator[tuple[int, Sequence[str]]]:
        """The position of each row in the workbook, and the list's own cells."""
        for records in self._opened.checked.table.texts():
            columns = [records.columns[column] for column in self._opened.checked.listed]
            yield from zip(records.numbers, zip(*columns, strict=True), strict=True)

    def position(self, number: int) -> int:
        """Where the row of that number is in the file at hand."""
        if self._is_list:
            return number
        self._positions = self._positions or dict(zip(self._index.numbers, self._index.positions, strict=True))
        return self._positions.get(number, number)

    def has_number(self, position: int) -> bool:
        """Whether the row has a number that can be one of the list's."""
        return not self._is_list and self._index.number(position) is not None

    def is_not_a_number(self, position: int) -> bool:
        """Whether something else than a row's number stands in its place."""
        return not self._is_list and self._index.is_not_a_number(position)

    def same_above(self, position: int) -> int | None:
        """The position of the row further up that has the same number; None where there is none."""
        return self._repeated[position][1] if position in self._repeated else None

    def status(self, position: int) -> Status | None:
        """What the workbook says became of the row; None where it says nothing, or the number counts for nothing."""
        if self._is_list or position in self._repeated or self._index.is_not_a_number(position):
            return None
        return self._index.status(position)
