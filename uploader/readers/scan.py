"""Goes once through a table's rows before anybody uses them: how many, how wide, and what is odd about them."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import islice

from uploader.i18n.words import Words
from uploader.model.problems import Problem, ProblemLog
from uploader.readers.cells import is_too_long
from uploader.readers.pages import Page, Source, is_blank
from uploader.readers.suspicious_rows import SuspiciousRows

_MOST_MERGED = 10_000
_LAST_ROW = 1 << 31

_TOO_MANY_CELLS = (
    Words("the row has more cells than the header"),
    Words("Put quotes around a text that holds the delimiter, or give the column a name."),
)
_MORE_DELIMITERS = (
    Words("the row has more delimiters at its end than the header"),
    Words("Look whether the last one belongs to the text; put quotes around the text if it does."),
)
_TOO_FEW_CELLS = (
    Words("the row has fewer cells than the header"),
    Words("The missing ones are taken as empty, because Excel leaves them out; look whether the row was cut off."),
)
_TOO_LONG = (
    Words("the number has more than 15 digits, and Excel has made zeros of the others"),
    Words("Format the column as Text, and write the number again."),
)
DATE_AMONG_TEXT = (
    Words("Excel has made a date of this cell; it goes out as YYYY-MM-DD"),
    Words("If it is none, format the column as Text, and write the cell again."),
)
_MERGED = (
    Words("the cell is merged with the one before it, and its value counts for that one alone"),
    Words("Unmerge the cells, and write the value into each."),
)


class Scan:
    """Watches the pages of a table, blank rows left out, and keeps what is to be known of the whole.

    `header` are the header's cells up to the last filled one, `header_cells` is how many its row has in the file;
    `first_rows` are some rows below it.
    """

    def __init__(
        self,
        source: Source,
        header_row: int,
        header: Sequence[str],
        header_cells: int,
        first_rows: Sequence[Sequence[str]],
    ) -> None:
        self.rows = self.hidden = 0
        """How many records there are, and how many of them are hidden."""
        self.width = len(header)
        """How many columns have a name or anything in them."""
        self.findings = ProblemLog(source.findings.between(header_row + 1, _LAST_ROW))
        """What is wrong, each at its cell."""
        self._source, self._header_row = source, header_row
        self._named, self._header_cells = len(header), header_cells
        self._last_row = 0
        self._strays = SuspiciousRows(header, first_rows, self.findings)
        self._dates = _Dates()

    def seen(self, page: Page) -> None:
        """Look at one page."""
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
                self._numbers(page, position, column)
            self._dates.seen(page, position, column, kinds)
        self._strays.seen(page)

    def ended(self) -> None:
        """No more pages: say what only the whole tells."""
        self._strays.ended()
        self._merged_cells()
        for position, row in self._dates.among_text():
            self.findings.add(Problem(row, position, *DATE_AMONG_TEXT, stops=False))

    @property
    def date_columns(self) -> frozenset[int]:
        """The columns that mostly hold dates, as Excel knows them."""
        return self._dates.columns()

    def _ragged(self, page: Page, widths: Sequence[int]) -> None:
        beyond = page.columns[self._named :]
        for at, width in enumerate(widths):
            if width > self._named and any(not is_blank(column[at]) for column in beyond):
                self.findings.add(Problem(page.numbers[at], None, *_TOO_MANY_CELLS))
            elif width > self._header_cells:
                self.findings.add(Problem(page.numbers[at], None, *_MORE_DELIMITERS, stops=False))
            elif width < self._named:
                self.findings.add(Problem(page.numbers[at], None, *_TOO_FEW_CELLS, stops=False))

    def _numbers(self, page: Page, position: int, column: Sequence[object]) -> None:
        numbers = [value for value in column if isinstance(value, float)]
        if is_too_long(max(numbers)) or is_too_long(min(numbers)):
            for at, value in enumerate(column):
                if is_too_long(value):
                    self.findings.add(Problem(page.numbers[at], position, *_TOO_LONG, stops=False))

    def _merged_cells(self) -> None:
        """Below the header the value of merged cells counts for the first one; the person sees it over all."""
        covered = (
            (row, position)
            for first, last in self._source.merged.items()
            if first[0] > self._header_row
            for row in range(first[0], min(last[0], self._last_row) + 1)
            for position in range(first[1], min(last[1] + 1, self.width))
            if (row, position) != first
        )
        for row, position in sorted(islice(covered, _MOST_MERGED)):
            self.findings.add(Problem(row, position, *_MERGED, stops=False))


class _Dates:
    """Which columns hold dates, and how many other things beside them."""

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
        """Position and row of every date in a column that mostly holds other things."""
        for position in self._rows.keys() - self.columns():
            for row in self._rows[position]:
                yield position, row

    def columns(self) -> frozenset[int]:
        """The columns that mostly hold dates."""
        return frozenset(position for position, rows in self._rows.items() if len(rows) >= self._others[position])
