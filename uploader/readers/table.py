"""The table in a list: its header, its width, and its records as chunks of text; it knows no file format."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import islice
from typing import TYPE_CHECKING

from uploader.errors import ListError
from uploader.findings import Findings
from uploader.model import Problem, column_letter
from uploader.readers import header as header_of
from uploader.readers.cells import is_too_long, text, texts
from uploader.readers.pages import Page, Source, Texts, is_blank
from uploader.readers.strays import Strays

if TYPE_CHECKING:
    import pandas as pd

_SAMPLE_ROWS = 200
_MOST_MERGED = 10_000
_SHOWN_TITLES = 3
_SHOWN_TEXT = 60

_TOO_MANY_CELLS = (
    "the row has more cells than the header",
    "Put quotes around a text that holds the delimiter, or give the column a name.",
)
_MORE_DELIMITERS = (
    "the row has more delimiters at its end than the header",
    "Look whether the last one belongs to the text; put quotes around the text if it does.",
)
_TOO_FEW_CELLS = (
    "the row has fewer cells than the header",
    "The missing ones are taken as empty, because Excel leaves them out; look whether the row was cut off.",
)
_TOO_LONG = (
    "the number has more than 15 digits, and Excel has made zeros of the others",
    "Format the column as Text, and write the number again.",
)
DATE_AMONG_TEXT = (
    "Excel has made a date of this cell; it goes out as YYYY-MM-DD",
    "If it is none, format the column as Text, and write the cell again.",
)
_MERGED = (
    "the cell is merged with the one before it, and its value counts for that one alone",
    "Unmerge the cells, and write the value into each.",
)
_TITLES = "{rows} above the header {stand} not sent: {texts}."
_COMMENTS = "{rows} that begin with {sign} are comments and are not sent."
_HIDDEN_ROWS = "{rows} will be sent too{filtered}. To send only what you see, copy it into a workbook of its own."
_HIDDEN_COLUMNS = "Hidden columns are read too: {letters}."


class Table:
    """A list as text: `header`, and the rows below it that have anything in them."""

    def __init__(self, source: Source, header_row: int, header: list[str], sample: Sequence[header_of.Row]) -> None:
        self.path = source.path
        self.sheet = source.sheet
        self.how = source.how
        self.header_row = header_row
        self._source = source
        above = [row for row in sample if row[0] < header_row]
        below = [cells for number, cells in sample if number > header_row]
        self._sign = header_of.comment_sign(above)
        self._header_width, header = len(header), header[: _filled_width(header)]
        self.first_cells = header
        """The header's cells as they were found."""
        self.rows = 0
        """How many records there are."""
        self.findings = Findings(problem for problem in source.findings.between(header_row + 1, 1 << 31))
        """What the reader itself found wrong, each at its cell."""
        self.date_columns: frozenset[int] = frozenset()
        """The columns that hold dates, as Excel knows them."""
        self._comments = self._hidden = 0
        width = self._survey(header, below)
        names = _merged_header(source, header_row, header + [""] * (width - len(header)), sample)
        self.header: list[str] = names
        """The header's texts; "" over columns without a name."""
        self.notes = [*source.notes, *self._told(above)]
        """What the person should know of the list as a whole, as sentences."""

    def _survey(self, header: Sequence[str], first_rows: Sequence[Sequence[str]]) -> int:
        """Go through all rows once: count them, find out the width, and what is odd."""
        width = named = len(header)
        last_row = 0
        strays = Strays(header, first_rows, self.findings)
        dates = _Dates()
        for page in self._pages():
            self.rows += len(page.numbers)
            for position in range(width, len(page.columns)):
                if not all(map(is_blank, page.columns[position])):
                    width = position + 1
            if page.widths is not None:
                self._ragged(page, named)
            if self._source.hidden_rows:
                self._hidden += len(self._source.hidden_rows.intersection(page.numbers))
            for position, column in enumerate(page.columns):
                kinds = set(map(type, column))
                if float in kinds:
                    self._numbers(page, position, column)
                dates.seen(page, position, column, kinds)
            strays.seen(page)
            last_row = page.numbers[-1]
        strays.ended()
        self._merged_cells(last_row, width)
        for position, row in dates.among_text():
            self.findings.add(Problem(row, position, *DATE_AMONG_TEXT, stops=False))
        self.date_columns = dates.columns()
        return width

    def _ragged(self, page: Page, named: int) -> None:
        assert page.widths is not None  # noqa: S101  # the caller looked
        beyond = page.columns[named:]
        for at, width in enumerate(page.widths):
            if width > named and any(not is_blank(column[at]) for column in beyond):
                self.findings.add(Problem(page.numbers[at], None, *_TOO_MANY_CELLS))
            elif width > self._header_width:
                self.findings.add(Problem(page.numbers[at], None, *_MORE_DELIMITERS, stops=False))
            elif width < named:
                self.findings.add(Problem(page.numbers[at], None, *_TOO_FEW_CELLS, stops=False))

    def _numbers(self, page: Page, position: int, column: Sequence[object]) -> None:
        numbers = [value for value in column if isinstance(value, float)]
        if not numbers or not (is_too_long(max(numbers)) or is_too_long(min(numbers))):
            return
        for at, value in enumerate(column):
            if is_too_long(value):
                self.findings.add(Problem(page.numbers[at], position, *_TOO_LONG, stops=False))

    def _merged_cells(self, last_row: int, width: int) -> None:
        """Below the header the value of merged cells counts for the first one; the person sees it over all."""
        covered = (
            (row, position)
            for first, last in self._source.merged.items()
            if first[0] > self.header_row
            for row in range(first[0], min(last[0], last_row) + 1)
            for position in range(first[1], min(last[1] + 1, width))
            if (row, position) != first
        )
        for row, position in sorted(islice(covered, _MOST_MERGED)):
            self.findings.add(Problem(row, position, *_MERGED, stops=False))

    def _pages(self) -> Iterator[Page]:
        """The rows below the header that are neither blank nor comments."""
        self._comments = 0
        for page in self._source.pages():
            if page.numbers and page.numbers[-1] <= self.header_row:
                continue
            kept = page.filled()
            if page.numbers[0] <= self.header_row:
                kept = [at for at in kept if page.numbers[at] > self.header_row]
            page = page.only(kept)  # noqa: PLW2901  # the same rows, without those that don't count
            if self._sign is not None and page.numbers:
                sign = self._sign
                comments = {
                    at
                    for at, (_, cells) in enumerate(page.rows())
                    if header_of.is_comment(list(map(text, cells)), sign)
                }
                self._comments += len(comments)
                page = page.only([at for at in range(len(page.numbers)) if at not in comments])  # noqa: PLW2901
            if page.numbers:
                yield page

    def texts(self) -> Iterator[Texts]:
        """All records as text, some at a time; each call begins anew."""
        width = len(self.header)
        for page in self._pages():
            columns = [texts(column) for column in page.columns[:width]]
            columns += [[""] * len(page.numbers)] * (width - len(columns))
            yield Texts(page.numbers, columns)

    def chunks(self, rows: int | None = None) -> "Iterator[pd.DataFrame]":
        """DataFrames of text, one column for each position of the header; the index is the row's number in Excel.

        An empty cell is "". No chunk has more than `rows` rows (else as many as are fast); each call begins anew.
        """
        import pandas as pd  # noqa: PLC0415  # it takes longer to import than a small list to check

        for some in self.texts():
            step = rows or len(some.numbers)
            for start in range(0, len(some.numbers), step):
                part = slice(start, start + step)
                yield pd.DataFrame(
                    {position: column[part] for position, column in enumerate(some.columns)},
                    index=pd.Index(some.numbers[part], name="row"),
                    columns=range(len(self.header)),
                    dtype=object,
                )

    def reading(self) -> str:
        """How the list was read, for people: format, where the header stands, how many rows and columns."""
        columns = "1 column" if len(self.header) == 1 else f"{len(self.header):,} columns"
        return f"{self.how}, header in row {self.header_row}, {_rows(self.rows)}, {columns}"

    def has_header(self) -> bool:
        """Whether the header's cells look like names; else the list may have no header at all."""
        return header_of.looks_like_one(self.first_cells)

    def _told(self, above: Sequence[header_of.Row]) -> Iterator[str]:
        titles = [cells for _, cells in above if self._sign is None or not header_of.is_comment(cells, self._sign)]
        if titles:
            shown = ["“" + _shortened(" ".join(filter(None, map(str.strip, cells)))) + "”" for cells in titles]
            more = " …" if len(shown) > _SHOWN_TITLES else ""
            stand = "is" if len(titles) == 1 else "are"
            listed = ", ".join(shown[:_SHOWN_TITLES]) + more
            yield _TITLES.format(rows=_rows(len(titles)), stand=stand, texts=listed)
        comments = self._comments + len(above) - len(titles)
        if comments:
            yield _COMMENTS.format(rows=_rows(comments), sign=self._sign)
        if self._hidden:
            rows = "1 hidden row" if self._hidden == 1 else f"{self._hidden:,} hidden rows"
            yield _HIDDEN_ROWS.format(rows=rows, filtered=" (a filter may hide them)")
        hidden = sorted(at for at in self._source.hidden_columns if at < len(self.header))
        if hidden:
            yield _HIDDEN_COLUMNS.format(letters=", ".join(map(column_letter, hidden)))


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


def found(source: Source, wanted: Sequence[str], header_row: int | None) -> Table:
    """The table of a source.

    Its header is the row that was told, else the one that fits the wanted names best, else the one that looks like a
    header. Raises ListError where there is none.
    """
    sample: list[header_of.Row] = []
    told: header_of.Row | None = None
    for page in source.pages():
        filled = page.only(page.filled())
        widths = filled.widths or [len(filled.columns)] * len(filled.numbers)
        for (number, values), width in zip(filled.rows(), widths, strict=True):
            if number == header_row or len(sample) < _SAMPLE_ROWS:
                row = (number, list(map(text, values[:width])))
                told = row if number == header_row else told
                sample += [row] if len(sample) < _SAMPLE_ROWS else []
        if len(sample) >= _SAMPLE_ROWS and (header_row is None or page.numbers[-1] >= header_row):
            break
    if header_row is not None and told is None:
        raise ListError(f"{source.path.name}: row {header_row} is empty or beyond the end, so it is no header row.")
    if not sample:
        raise ListError(f"{source.path.name} is empty: there is no header row and nothing to send.")
    number, cells = told or sample[header_of.found(sample, wanted)]
    return Table(source, number, list(cells), sample)


def _merged_header(source: Source, header_row: int, header: list[str], sample: Sequence[header_of.Row]) -> list[str]:
    """The header with the texts of merged cells over all columns that they cover and that have something below."""
    of_row = dict(sample)
    below = [cells for number, cells in sample if number > header_row]
    names = list(header)
    for (first_row, first), (last_row, last) in source.merged.items():
        if first_row <= header_row <= last_row and first_row in of_row:
            row = of_row[first_row]
            name = row[first] if first < len(row) else ""
            for position in range(first, min(last + 1, len(names))):
                is_used = position == first or any(len(cells) > position and cells[position].strip() for cells in below)
                if not names[position].strip() and is_used:
                    names[position] = name
    return names


def _filled_width(cells: Sequence[str]) -> int:
    """How many cells there are up to the last one with anything in it."""
    return next((at + 1 for at in range(len(cells) - 1, -1, -1) if cells[at].strip()), 0)


def _rows(count: int) -> str:
    return "1 row" if count == 1 else f"{count:,} rows"


def _shortened(words: str) -> str:
    words = " ".join(words.split())
    return words if len(words) <= _SHOWN_TEXT else words[: _SHOWN_TEXT - 1] + "…"
