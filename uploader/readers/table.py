"""The table in a list: its header, its width, and its records as chunks of text; it knows no file format."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from uploader.errors import ListError
from uploader.model.rows import column_letter
from uploader.readers import header as header_of
from uploader.readers.cells import text, texts
from uploader.readers.pages import Page, Records, Source
from uploader.readers.scan import Scan

if TYPE_CHECKING:
    import pandas as pd

_SAMPLE_ROWS = 200
_SHOWN_TITLES = 3
_SHOWN_TEXT = 60

_TITLES = "{rows} above the header {stand} not sent: {texts}."
_COMMENTS = "{rows} that begin with {sign} are comments and are not sent."
_HIDDEN_ROWS = "{rows} will be sent too{filtered}. To send only what you see, copy it into a workbook of its own."
_HIDDEN_COLUMNS = "Hidden columns are read too: {letters}."


class Table:
    """A list as text: `header`, and the rows below it that have anything in them."""

    def __init__(
        self, source: Source, header_row: int, header: list[str], sample: Sequence[header_of.NumberedCells]
    ) -> None:
        self.path = source.path
        self.sheet = source.sheet
        self.how = source.how
        self.own = source.own
        """The workbook of ours that it is read from, whose own columns are empty here."""
        self.header_row = header_row
        self._source = source
        above = [row for row in sample if row[0] < header_row]
        below = [cells for number, cells in sample if number > header_row]
        self._sign = header_of.comment_sign(above)
        self._comments = 0
        cells = header[: _filled_width(header)]
        self.first_cells = cells
        """The header's cells as they were found."""
        survey = Scan(source, header_row, cells, len(header), below)
        for page in self._pages():
            survey.seen(page)
        survey.ended()
        self.rows, self._hidden = survey.rows, survey.hidden
        self.findings = survey.findings
        """What the reader itself found wrong, each at its cell."""
        self.date_columns = survey.date_columns
        """The columns that hold dates, as Excel knows them."""
        self.header = _merged_header(source, header_row, cells + [""] * (survey.width - len(cells)), sample)
        """The header's texts; "" over columns without a name."""
        self.notes = [*source.notes, *self._told(above)]
        """What the person should know of the list as a whole, as sentences."""

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

    def texts(self) -> Iterator[Records]:
        """All records as text, some at a time; each call begins anew."""
        width = len(self.header)
        for page in self._pages():
            columns = [texts(column) for column in page.columns[:width]]
            columns += [[""] * len(page.numbers)] * (width - len(columns))
            yield Records(page.numbers, columns)

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
        count = len(self.listed)
        columns = "1 column" if count == 1 else f"{count:,} columns"
        return f"{self.how}, header in row {self.header_row}, {_rows(self.rows)}, {columns}"

    @property
    def listed(self) -> Sequence[int]:
        """The positions of the list's own columns: all but ours."""
        mine = set() if self.own is None else set(self.own.ours.values())
        return [at for at in range(len(self.header)) if at not in mine]

    def has_header(self) -> bool:
        """Whether the header's cells look like names; else the list may have no header at all."""
        return header_of.looks_like_one(self.first_cells)

    def _told(self, above: Sequence[header_of.NumberedCells]) -> Iterator[str]:
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
            filtered = " (the list is filtered)" if self._source.is_filtered else ""
            yield _HIDDEN_ROWS.format(rows=rows, filtered=filtered)
        hidden = sorted(at for at in self._source.hidden_columns if at < len(self.header))
        if hidden:
            yield _HIDDEN_COLUMNS.format(letters=", ".join(map(column_letter, hidden)))


def found(source: Source, wanted: Sequence[str], header_row: int | None) -> Table:
    """The table of a source.

    Its header is the row that was told, else the one that fits the wanted names best, else the one that looks like a
    header. Raises ListError where there is none.
    """
    sample: list[header_of.NumberedCells] = []
    told: header_of.NumberedCells | None = None
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


def _merged_header(
    source: Source, header_row: int, header: list[str], sample: Sequence[header_of.NumberedCells]
) -> list[str]:
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
