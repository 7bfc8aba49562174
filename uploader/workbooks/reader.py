"""A workbook of ours, known by its hidden sheet whatever its name: its list as a list again, and what we wrote."""

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from uploader.errors import ListError
from uploader.model.problems import Problem, ProblemLog
from uploader.model.rows import ROW_COLUMN, STATUS_COLUMN, Status
from uploader.readers.cells import text
from uploader.readers.excel.book import Book
from uploader.readers.excel.sheet import Sheet
from uploader.readers.filetype import Kind, kind_of
from uploader.readers.pages import Page, Source
from uploader.workbooks import digests
from uploader.workbooks.manifest import HIDDEN_SHEET, MOST_ROWS, PROBLEMS, RESULTS, Manifest, read

ATTEMPTS_SHEET = "Attempts"
_SHEETS = {RESULTS: "Results", PROBLEMS: "Problems"}
_HEADER_WITHIN = 30
_STATUSES = list(Status)
_NO_NUMBER, _NOT_A_NUMBER = 0, -1

_WHAT = "{kind} workbook of {list}, sheet “{sheet}”"
_KINDS = {RESULTS: "result", PROBLEMS: "problems"}
_LACKS = (
    "{name} is a result workbook, but its column {column} is missing or has lost its name, so it can't be told which "
    "row is which. Put it back, or send the list itself."
)
_FURTHER = "Rows from {first:,} on are those of the sheet “{sheet}”: there they begin with row 1 again."
_HIDDEN = "{rows} hidden, by a filter or by hand; what is said of the others holds for them, too."


class ResultLine(NamedTuple):
    """One row of our rows' sheet, as it stands now."""

    position: int
    """Its number in the workbook at hand."""
    number: str
    """What stands in our column `Row`: the row's number in the list, or nothing."""
    cells: tuple[str, ...]
    """Under the list's own columns."""
    ours: Mapping[str, str]
    """By our column's name, without `Row`."""


@dataclass(frozen=True, slots=True)
class RowIndex:
    """Which row of the list stands where in the workbook at hand, and what its status says; small for any list."""

    positions: "array[int]"
    numbers: "array[int]"
    statuses: bytearray

    def number(self, position: int) -> int | None:
        """The row's number in the list, None where it has none, or none that is one."""
        number = self.numbers[bisect_left(self.positions, position)]
        return number if number > 0 else None

    def is_senseless(self, position: int) -> bool:
        """Whether something stands in `Row` that is no row's number."""
        return self.numbers[bisect_left(self.positions, position)] == _NOT_A_NUMBER

    def status(self, position: int) -> Status | None:
        """What the row's status says, if it is one."""
        at = self.statuses[bisect_left(self.positions, position)]
        return _STATUSES[at - 1] if at else None

    def twice(self) -> dict[int, tuple[int, int]]:
        """The positions whose number stands further up, too: the number, and where."""
        first: dict[int, int] = {}
        found = {}
        for position, number in zip(self.positions, self.numbers, strict=True):
            if number > 0 and first.setdefault(number, position) != position:
                found[position] = (number, first[number])
        return found

    @property
    def last(self) -> int:
        """The highest number of a row."""
        return max(self.numbers, default=0)


@dataclass(frozen=True, slots=True)
class ResultWorkbook:
    """A workbook that we wrote."""

    path: Path
    imprint: Manifest
    kind: Kind
    sheets: Sequence[tuple[str, Sheet]]
    """Those that hold the rows: one, and more only where one is full."""
    header_row: int
    header: Sequence[str]
    """All names of the first sheet's header, ours too."""
    ours: Mapping[str, int]
    """The positions of our columns in the workbook at hand."""

    @property
    def listed(self) -> list[int]:
        """The positions of the list's own columns."""
        mine = set(self.ours.values())
        named = [at for at in range(len(self.header)) if at not in mine]
        while named and not self.header[named[-1]] and named[-1] > max(mine, default=0):
            named.pop()
        return named

    def mapping(self) -> dict[str, int]:
        """Which position fills which field, as it was when the workbook was written; those that can't be found lack."""
        listed = self.listed
        found = {}
        for field, (nth, name) in self.imprint.fields.items():
            under = [at for at in listed if self.header[at] == name]
            if nth < len(listed) and listed[nth] in under:
                found[field] = listed[nth]
            elif len(under) == 1:
                found[field] = under[0]
        return found

    def pages(self) -> Iterator[Page]:
        """All rows of all sheets that hold them; a further sheet's come under numbers behind the last one's."""
        for nth, (_, sheet) in enumerate(self.sheets):
            for page in sheet.pages():
                if nth == 0:
                    yield page
                else:
                    rows = page.only([at for at, number in enumerate(page.numbers) if number > self.header_row])
                    yield Page([number + nth * MOST_ROWS for number in rows.numbers], rows.columns)

    def _below(self) -> Iterator[Page]:
        for page in self.pages():
            yield page.only([at for at, number in enumerate(page.numbers) if number > self.header_row])

    def source(self, findings: Iterable[Problem]) -> Source:
        """Its list as any other, in which our own columns are empty; `findings` is what is wrong with its cells."""
        mine = set(self.ours.values())
        name, sheet = self.sheets[0]

        def pages() -> Iterator[Page]:
            for page in self.pages():
                columns = [("",) * len(page.numbers) if at in mine else it for at, it in enumerate(page.columns)]
                yield Page(page.numbers, list(columns))

        notes = [
            _FURTHER.format(first=nth * MOST_ROWS + 1, sheet=more) for nth, (more, _) in enumerate(self.sheets) if nth
        ]
        hidden = len(sheet.look.hidden_rows)
        if hidden:
            notes.append(_HIDDEN.format(rows="1 row is" if hidden == 1 else f"{hidden:,} rows are"))
        what = _WHAT.format(kind=_KINDS[self.imprint.kind], list=self.imprint.list_name, sheet=name)
        return Source(
            self.path,
            pages,
            how=f"{self.kind.value}, {what}",
            sheet=name,
            notes=notes,
            own=self,
            findings=ProblemLog(findings),
        )

    def marks(self) -> RowIndex:
        """Goes once through the rows for our columns `Row` and `Status`."""
        row_at, status_at = self.ours[ROW_COLUMN], self.ours.get(STATUS_COLUMN, -1)
        known = {status.value: at for at, status in enumerate(_STATUSES, start=1)}
        marks = RowIndex(array("I"), array("q"), bytearray())
        for page in self._below():
            count = len(page.numbers)
            marks.positions.extend(page.numbers)
            marks.numbers.extend(map(_number, page.columns[row_at] if row_at < len(page.columns) else [""] * count))
            statuses = page.columns[status_at] if 0 <= status_at < len(page.columns) else [""] * count
            marks.statuses.extend(known.get(text(status).strip().casefold(), 0) for status in statuses)
        return marks

    def lines(self) -> Iterator[ResultLine]:
        """Its rows as they stand now, those without anything in them left out."""
        listed, row_at = self.listed, self.ours[ROW_COLUMN]
        others = {name: at for name, at in self.ours.items() if name != ROW_COLUMN}
        for page in self._below():
            for position, values in page.rows():
                texts = [text(value) for value in values]
                texts += [""] * (len(self.header) - len(texts))
                cells, ours = tuple(texts[at] for at in listed), {name: texts[at] for name, at in others.items()}
                if any(map(str.strip, (*cells, *ours.values(), texts[row_at]))):
                    yield ResultLine(position, texts[row_at].strip(), cells, ours)


def _number(value: object) -> int:
    """The number in a cell of `Row`; see `_NO_NUMBER` and `_NOT_A_NUMBER`."""
    words = text(value).strip()
    if not words:
        return _NO_NUMBER
    return int(words) if words.isascii() and words.isdecimal() and 0 < int(words) < 1 << 40 else _NOT_A_NUMBER


def imprint_of(path: Path) -> Manifest | None:
    """What a workbook says of itself; None where it is none of ours, or none at all."""
    try:
        kind = kind_of(path)
        if kind is Kind.TEXT:
            return None
        with Book(path, kind) as book:
            return imprinted(book)
    except ListError:
        return None


def imprinted(book: Book) -> Manifest | None:
    """What an opened workbook says of itself; None where it is none of ours."""
    if HIDDEN_SHEET not in book.names:
        return None
    rows = book.sheet(HIDDEN_SHEET).values.to_python()
    return read((text(row[0]), text(row[1])) for row in rows if len(row) > 1)


def at(path: Path) -> ResultWorkbook | None:
    """The workbook at `path` as one of ours; None where it is none. Raises ListError."""
    kind = kind_of(path)
    if kind is Kind.TEXT:
        return None
    with Book(path, kind) as book:
        return own(book, path, kind)


def own(book: Book, path: Path, kind: Kind) -> ResultWorkbook | None:
    """An opened workbook as one of ours; None where it is none. Raises ListError where our columns are gone."""
    imprint = imprinted(book)
    if imprint is None:
        return None
    found: list[tuple[str, Sheet, int, list[str], dict[str, int]]] = []
    nearest: dict[str, int] = {}
    for name in book.visible:
        sheet = book.sheet(name)
        top = [[text(value) for value in row] for row in sheet.values.to_python(nrows=_HEADER_WITHIN)]
        for number, header in enumerate(top, start=1):
            ours = _places(header, imprint)
            if all(column in ours for column in _needed(imprint)):
                found.append((name, sheet, number, header, ours))
                break
            nearest = max(nearest, ours, key=len)
    if not found:
        column = next((one for one in _needed(imprint) if one not in nearest), ROW_COLUMN)
        _, written = imprint.ours.get(column, (0, column))
        raise ListError(_LACKS.format(name=path.name, column=written))
    found.sort(key=lambda one: one[0] != _SHEETS[imprint.kind])  # a copy that somebody made of it comes after it
    name, sheet, header_row, header, ours = found[0]
    sheets, of_name = [(name, sheet)], {one[0]: one[1] for one in found if one[3] == header}
    while sheets[-1][1].values.total_height >= MOST_ROWS:
        further = f"{name} {len(sheets) + 1}"
        if further not in of_name:
            break
        sheets.append((further, of_name[further]))
    return ResultWorkbook(path, imprint, kind, sheets, header_row, header, ours)


def _needed(imprint: Manifest) -> Sequence[str]:
    """Our columns without which nothing can be told."""
    return (ROW_COLUMN, STATUS_COLUMN) if imprint.kind == RESULTS else (ROW_COLUMN,)


def _places(header: Sequence[str], imprint: Manifest) -> dict[str, int]:
    """Where our columns stand in a row of names."""
    found = {}
    for column, (position, name) in imprint.ours.items():
        if position < len(header) and header[position].strip() == name:
            found[column] = position
        else:
            under = [at for at, cell in enumerate(header) if cell.strip() == name]
            if under:
                found[column] = under[0] if column == ROW_COLUMN else under[-1]
    return found


def attempts(path: Path) -> Iterator[dict[str, str]]:
    """What a result workbook's sheet of requests says, each line by its columns' names."""
    with Book(path, kind_of(path)) as book:
        if ATTEMPTS_SHEET not in book.names:
            return
        rows = book.sheet(ATTEMPTS_SHEET).values.iter_rows()
        header = [text(value) for value in next(rows, [])]
        for row in rows:
            yield dict(zip(header, map(text, row), strict=False))


def digest_of(path: Path, sheet: str) -> str | None:
    """The digest over all lines of one of our other sheets, as it stands now; None where it is gone."""
    with Book(path, kind_of(path)) as book:
        if sheet not in book.names:
            return None
        values = book.sheet(sheet).values
        if values.start is None:
            return str(digests.Digest([]))
        digest = digests.Digest([])
        left = values.start[1]
        for row in values.iter_rows():
            texts = [""] * left + [text(value) for value in row]
            digest.add(digests.of_line(list(islice(texts, _width(texts)))))
        return str(digest)


def _width(texts: Sequence[str]) -> int:
    return next((at + 1 for at in range(len(texts) - 1, -1, -1) if texts[at].strip()), 0)
