"""Scan a table's rows once before they are used: how many, how wide, and what is odd about them."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import islice
from math import isfinite
from typing import cast

from uploader.errors import ListError
from uploader.i18n import Message
from uploader.i18n.rows import some_of
from uploader.model.problems import Problem, ProblemLog
from uploader.readers.cells import has_too_long, is_too_long, text
from uploader.readers.csv.dialect import is_row
from uploader.readers.pages import Page, Source, is_blank
from uploader.readers.suspicious_rows import SuspiciousRows

_MOST_MERGED = 10_000
_LAST_ROW = 1 << 31

MADE_A_DATE = "made_a_date"
"""The code of a date in a column that is mostly something else."""


class Scan:
    """Collects what is known about a table as a whole from its pages, without empty rows.

    `header` are the header's cells up to the last filled one, `header_cells` is how many its row has in the file;
    `first_rows` are some rows below it, `wanted` are names that columns may have.
    """

    def __init__(
        self,
        source: Source,
        header_row: int,
        header: Sequence[str],
        header_cells: int,
        first_rows: Sequence[Sequence[str]],
        wanted: Sequence[str] = (),
    ) -> None:
        self.rows = self.hidden = 0
        """How many records there are, and how many of them are hidden."""
        self.width = len(header)
        """How many columns have a name or anything in them."""
        self.problems = ProblemLog(source.problems.between(header_row + 1, _LAST_ROW))
        """The problems, each at its cell."""
        self._source, self._header_row = source, header_row
        self._named, self._header_cells = len(header), header_cells
        self._last_row = self._in_one_cell = 0
        self._suspicious = SuspiciousRows(header, first_rows, self.problems, wanted)
        self._dates = _Dates()

    def seen(self, page: Page) -> None:
        """Look at one page. Raises ListError where another list with other columns begins in it."""
        self.rows += len(page.numbers)
        self._last_row = page.numbers[-1]
        for position in range(self.width, len(page.columns)):
            if not all(map(is_blank, page.columns[position])):
                self.width = position + 1
        if page.widths is not None:
            self._ragged(page, page.widths)
        if self._source.hidden_rows:
            self.hidden += len(self._source.hidden_rows.intersection(page.numbers))
        for position, column in enumerate(page.columns):
            kinds = set(map(type, column))
            if float in kinds:
                self._numbers(page, position, column, only_numbers=len(kinds) == 1)
            self._dates.seen(page, position, column, kinds)
        if (other := self._suspicious.seen(page)) is not None:
            raise self._other_columns(page, other)

    def ended(self) -> None:
        """Finish: add what only the whole table shows. Raises ListError where each row is in one cell."""
        if self._in_one_cell == self.rows > 0:
            raise ListError(Message("csv.rows_in_one_cell", name=self._source.path.name, count=self._named))
        self._suspicious.ended()
        self._merged_cells()
        for position, row in self._dates.among_text():
            self.problems.add(Problem(row, position, MADE_A_DATE, stops=False))

    @property
    def date_columns(self) -> frozenset[int]:
        """The columns that mostly contain Excel dates."""
        return self._dates.columns()

    def _other_columns(self, page: Page, at: int) -> ListError:
        names = [str(column[at]) for column in page.columns if not is_blank(column[at])]
        row, name = page.numbers[at], self._source.path.name
        return ListError(Message("table.other_columns", name=name, row=row, first=some_of(names)))

    def _ragged(self, page: Page, widths: Sequence[int]) -> None:
        beyond = page.columns[self._named :]
        for at, width in enumerate(widths):
            if width > self._named and any(not is_blank(column[at]) for column in beyond):
                self.problems.add(Problem(page.numbers[at], None, "too_many_cells"))
            elif width > self._header_cells:
                self.problems.add(Problem(page.numbers[at], None, "more_delimiters", stops=False))
            elif width < self._named:
                self._narrow(page, at, width)

    def _narrow(self, page: Page, at: int, width: int) -> None:
        """A row with fewer cells than the header: what has no delimiter of ours may have another."""
        is_in_one_cell = width == 1 and is_row(text(page.columns[0][at]), self._named)
        self._in_one_cell += is_in_one_cell
        code = "row_in_one_cell" if is_in_one_cell else "too_few_cells"
        self.problems.add(Problem(page.numbers[at], None, code, stops=is_in_one_cell))

    def _numbers(self, page: Page, position: int, column: Sequence[object], *, only_numbers: bool) -> None:
        numbers = cast("Sequence[float]", column) if only_numbers else [one for one in column if isinstance(one, float)]
        are_finite = all(map(isfinite, numbers))
        if not are_finite:  # some programs write `NaN`, and a spreadsheet shows an error
            for at, value in enumerate(column):
                if isinstance(value, float) and not isfinite(value):
                    self.problems.add(Problem(page.numbers[at], position, "error_cell", {"text": text(value)}))
        if not are_finite or has_too_long(numbers):
            for at, value in enumerate(column):
                if is_too_long(value):
                    self.problems.add(Problem(page.numbers[at], position, "rounded_number", stops=False))

    def _merged_cells(self) -> None:
        """Below the header only the first of merged cells has the value, although a person sees it in all of them."""
        covered = (
            (row, position)
            for first, last in self._source.merged.items()
            if first[0] > self._header_row
            for row in range(first[0], min(last[0], self._last_row) + 1)
            for position in range(first[1], min(last[1] + 1, self.width))
            if (row, position) != first
        )
        for row, position in sorted(islice(covered, _MOST_MERGED)):
            self.problems.add(Problem(row, position, "merged", stops=False))


class _Dates:
    """Which columns contain dates, and how many other values."""

    def __init__(self) -> None:
        self._rows: dict[int, list[int]] = {}
        self._others: Counter[int] = Counter()

    def seen(self, page: Page, position: int, column: Sequence[object], kinds: set[type]) -> None:
        dates: list[int] = []
        if any(issubclass(kind, date) for kind in kinds):
            dates = [number for number, value in zip(page.numbers, column, strict=True) if isinstance(value, date)]
        if dates:
            self._rows.setdefault(position, []).extend(dates)
        self._others[position] += len(column) - column.count("") - len(dates)

    def among_text(self) -> Iterator[tuple[int, int]]:
        """Position and row of every date in a column that is mostly something else."""
        for position in self._rows.keys() - self.columns():
            for row in self._rows[position]:
                yield position, row

    def columns(self) -> frozenset[int]:
        """The columns that mostly contain dates."""
        return frozenset(position for position, rows in self._rows.items() if len(rows) >= self._others[position])
