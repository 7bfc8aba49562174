"""What is wrong with a list's rows, kept small: for each cause and column the numbers of its rows."""

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from uploader.i18n.words import Words
from uploader.model.rows import column_letter

_SHOWN_CELLS = 10
_WORDS = ("the ", "this ", "some ", "after ")
_Cause = tuple[str, str, bool]
"""What is wrong, what mends it, and whether it stops the row."""


_WHOLE_ROW = Words("row {row}")


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with one row. Problems of one `cause` are told together."""

    row: int
    """The row's number as Excel shows it."""
    column: int | None
    """The cell's column, counted from 0; None where the whole row is meant."""
    cause: str
    """What is wrong, without the place: `rp_id is empty`; where we say it, as `Words`."""
    mend: str
    """What the user can do about it, as a sentence."""
    stops: bool = True
    """Whether it keeps the row from being sent; else it is a warning, and the row goes all the same."""

    @property
    def cell(self) -> str:
        """The place as Excel names it: `C14`, or `row 14`."""
        return _WHOLE_ROW.format(row=self.row) if self.column is None else f"{column_letter(self.column)}{self.row}"


class ProblemLog:
    """Collects problems in the order of their rows; a million of one cause take four megabytes."""

    def __init__(self, problems: Iterable[Problem] = ()) -> None:
        self._rows: dict[_Cause, dict[int | None, array[int]]] = {}
        self.extend(problems)

    def __bool__(self) -> bool:
        return bool(self._rows)

    def add(self, problem: Problem) -> None:
        """Keep one problem; those of one cause and column come with rising row numbers."""
        of_cause = self._rows.setdefault((problem.cause, problem.mend, problem.stops), {})
        of_cause.setdefault(problem.column, array("I")).append(problem.row)

    def extend(self, problems: Iterable[Problem]) -> None:
        """Keep several."""
        for problem in problems:
            self.add(problem)

    def between(self, first: int, last: int) -> Iterator[Problem]:
        """Those of the rows `first` to `last`, both included."""
        for (cause, mend, stops), columns in self._rows.items():
            for column, rows in columns.items():
                for row in rows[bisect_left(rows, first) : bisect_right(rows, last)]:
                    yield Problem(row, column, cause, mend, stops)

    def told(self, *, stops: bool) -> list[str]:
        """One line for each cause, the one with most rows first: `rp_id is empty in 12 rows: G4, G9 … Fill in …`.

        `stops` picks the problems, or else the warnings.
        """
        lines = [
            _line(cause, mend, columns)
            for (cause, mend, of_stopping), columns in self._rows.items()
            if of_stopping is stops
        ]
        return [line for _, line in sorted(lines, key=lambda counted: -counted[0])]


def _line(cause: str, mend: str, columns: dict[int | None, "array[int]"]) -> tuple[int, str]:
    """How many rows, and the sentence."""
    if len(columns) == 1:
        count = len(set(next(iter(columns.values()))))
    else:
        count = len({row for rows in columns.values() for row in rows})
    first = sorted((row, -1 if at is None else at) for at, rows in columns.items() for row in rows[:_SHOWN_CELLS])
    cells = [f"row {row}" if at < 0 else f"{column_letter(at)}{row}" for row, at in first]
    more = sum(map(len, columns.values())) > _SHOWN_CELLS
    shown = ", ".join(cells[:_SHOWN_CELLS]) + (" …" if more else ".")
    begin = cause[0].upper() + cause[1:] if cause.startswith(_WORDS) else cause  # a field's name stays as it is
    if set(columns) == {None}:
        return count, f"{begin}: {shown} {mend}" if count == 1 else f"{begin}, {count:,} times: {shown} {mend}"
    rows = "1 row" if count == 1 else f"{count:,} rows"
    return count, f"{begin} in {rows}: {shown} {mend}"
