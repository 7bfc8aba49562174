"""What a person added to a workbook of ours beside the list: columns of notes, and comments and colours of cells.

When the workbook is renewed it is written again. Nobody verifies it.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import NamedTuple

from uploader.model.rows import ROW_COLUMN
from uploader.readers import ListFile, open_file
from uploader.readers.cells import text
from uploader.readers.excel.xlsx.cell_styles import CellStyle
from uploader.workbooks.cell_digests import CellValue, canonical_text
from uploader.workbooks.manifest import MOST_ROWS
from uploader.workbooks.read_back.reader import recognise
from uploader.workbooks.read_back.result_workbook import ResultWorkbook
from uploader.workbooks.read_back.row_index import row_number
from uploader.workbooks.xlsx.colours import OUR_FILLS

NOTES_SHEET = "Notes"
NOTES_COLUMNS = (ROW_COLUMN, "Column", "Note")


class ColumnKey(NamedTuple):
    """By what a column is known again when others were added or moved."""

    name: str
    nth: int
    """How many columns of this name come before it; -1 for a column of ours."""


class LeftNote(NamedTuple):
    """A note whose row is not in the list any more, or is there twice."""

    row: str
    column: str
    note: CellValue


@dataclass(frozen=True, slots=True)
class Notes:
    """What a person added, by the rows' numbers in the list."""

    header: Sequence[str] = ()
    """The names of the person's columns."""
    rows: Mapping[int, Sequence[CellValue]] = field(default_factory=dict)
    """Of each row that has notes, what is in these columns."""
    styles: Mapping[int, Mapping[ColumnKey, CellStyle]] = field(default_factory=dict)
    """The cells that were coloured or made bold."""
    comments: Mapping[int, Mapping[ColumnKey, str]] = field(default_factory=dict)
    """The comments on cells."""
    left: Sequence[LeftNote] = ()
    """What belongs to no row."""
    list_header: Sequence[str] = ()
    """The list's own columns in that workbook."""

    def __bool__(self) -> bool:
        """Whether there are any."""
        return any((self.header, self.rows, self.styles, self.comments, self.left))

    def beside(self, header: Sequence[str]) -> "Notes":
        """Without the columns that the list has by now: they were sent with it, and are in its `header`."""
        taken = Counter(map(canonical_text, header)) - Counter(map(canonical_text, self.list_header))
        kept = []
        for nth, name in enumerate(map(canonical_text, self.header)):
            if taken[name]:
                taken[name] -= 1
            else:
                kept.append(nth)
        rows = {number: [values[nth] for nth in kept] for number, values in self.rows.items()} if kept else {}
        return replace(self, header=[self.header[nth] for nth in kept], rows=rows)

    def left_of(self, written: Iterable[int]) -> Iterator[LeftNote]:
        """What belongs to no row, once these were written."""
        yield from self.left
        for number in sorted(set(self.rows).difference(written)):
            yield from _left(str(number), self.header, self.rows[number])
        for number in sorted(set(self.comments).difference(written)):
            yield from (LeftNote(str(number), key.name, text) for key, text in self.comments[number].items())


def keys_of(names: Iterable[str]) -> list[ColumnKey]:
    """The keys of columns that are not ours, in their order."""
    seen = Counter[str]()
    keys = []
    for name in map(canonical_text, names):
        keys.append(ColumnKey(name, seen[name]))
        seen[name] += 1
    return keys


def notes_of(path: Path) -> Notes | None:
    """What a person added to the workbook at `path`; None if it is not one of ours. Raises ListError."""
    with open_file(path) as file:
        workbook = recognise(file)
        if workbook is None:
            return None
        workbook = workbook.without_notes()
        positions = _positions(workbook)
        names = [workbook.header[at] for at in positions]
        rows, left = _noted(workbook, positions, names)
        filled = {nth for values in rows.values() for nth, value in enumerate(values) if _is_filled(value)}
        used = [nth for nth, name in enumerate(names) if name.strip() or nth in filled]
        keys = _keys(workbook, [positions[nth] for nth in used])
        comments, on_no_row = _comments(file, workbook, keys)
        return Notes(
            [names[nth] for nth in used],
            {number: [values[nth] for nth in used] for number, values in rows.items()},
            _styles(file, workbook, keys),
            comments,
            [*_left_before(workbook), *_above(workbook), *on_no_row, *left],
            workbook.list_header,
        )


def _positions(workbook: ResultWorkbook) -> list[int]:
    """The columns that are neither the list's nor ours, also those without a name."""
    others = {*workbook.list_columns, *workbook.our_columns.values()}
    return [at for at in range(len(workbook.header)) if at not in others]


def _noted(
    workbook: ResultWorkbook, positions: Sequence[int], names: Sequence[str]
) -> tuple[dict[int, list[CellValue]], list[LeftNote]]:
    """The notes of each row, and of those that have no number or another's."""
    rows: dict[int, list[CellValue]] = {}
    left: list[LeftNote] = []
    row_at, seen = workbook.our_columns[ROW_COLUMN], set[int]()
    for page in workbook.row_pages() if positions else ():
        for _, cells in page.rows():
            values = [_value(cells[at]) if at < len(cells) else None for at in positions]
            said = text(cells[row_at]).strip() if row_at < len(cells) else ""
            number = row_number(said)
            is_first = number > 0 and number not in seen
            seen.add(number)
            if not any(map(_is_filled, values)):
                continue
            if is_first:
                rows[number] = values
            else:
                left += _left(said, names, values)
    return rows, left


def _is_filled(value: CellValue) -> bool:
    return value is not None and bool(str(value).strip())


def _left(row: str, header: Sequence[str], values: Sequence[CellValue]) -> Iterator[LeftNote]:
    for name, value in zip(header, values, strict=True):
        if _is_filled(value):
            yield LeftNote(row, name, value)


def _left_before(workbook: ResultWorkbook) -> Iterator[LeftNote]:
    """What belonged to no row when the workbook was written."""
    if NOTES_SHEET in workbook.manifest.other_sheets and NOTES_SHEET in workbook.book.names:
        for line in list(workbook.book.sheet(NOTES_SHEET).values.iter_rows())[1:]:
            row, column, note = [*line, "", "", ""][: len(NOTES_COLUMNS)]
            yield LeftNote(text(row), text(column), _value(note))


def _above(workbook: ResultWorkbook) -> Iterator[LeftNote]:
    """What somebody wrote above our header."""
    for row in workbook.sheets[0][1].values.to_python(nrows=workbook.header_row - 1):
        yield from (LeftNote("", "", value) for value in map(_value, row) if _is_filled(value))


def _keys(workbook: ResultWorkbook, notes: Sequence[int]) -> dict[int, ColumnKey]:
    """The key of the column at each position."""
    theirs = [*workbook.list_columns, *notes]
    keys = dict(zip(theirs, keys_of(workbook.header[at] for at in theirs), strict=True))
    return keys | {at: ColumnKey(column, -1) for column, at in workbook.our_columns.items()}


def _comments(
    file: ListFile, workbook: ResultWorkbook, keys: Mapping[int, ColumnKey]
) -> tuple[dict[int, dict[ColumnKey, str]], list[LeftNote]]:
    """The comments on cells of rows, and those elsewhere, without ours."""
    found: dict[int, dict[ColumnKey, str]] = {}
    left: list[LeftNote] = []
    numbers: Mapping[int, int] | None = None
    ours = set(workbook.our_columns.values())
    for nth, (sheet, _) in enumerate(workbook.sheets if file.book is not None else ()):
        for comment in file.book.comments(sheet) if file.book is not None else ():
            if comment.row == workbook.header_row and comment.column in ours:
                continue
            numbers = numbers or workbook.row_index().by_position()
            number = numbers.get(comment.row + nth * MOST_ROWS, 0)
            if number and comment.column in keys:
                found.setdefault(number, {})[keys[comment.column]] = comment.text
            else:
                name = keys[comment.column].name if comment.column in keys else ""
                left.append(LeftNote(str(number or ""), name, comment.text))
    return found, left


def _styles(
    file: ListFile, workbook: ResultWorkbook, keys: Mapping[int, ColumnKey]
) -> dict[int, Mapping[ColumnKey, CellStyle]]:
    """The cells below the header that a person coloured or made bold."""
    if file.book is None:
        return {}
    found: dict[int, Mapping[ColumnKey, CellStyle]] = {}
    shared: dict[tuple[tuple[ColumnKey, CellStyle], ...], Mapping[ColumnKey, CellStyle]] = {}  # most rows look alike
    numbers: Mapping[int, int] | None = None
    for nth, (sheet, _) in enumerate(workbook.sheets):
        for row, cells in groupby(file.book.styled_cells(sheet, _is_a_persons), key=attrgetter("row")):
            numbers = numbers or workbook.row_index().by_position()
            number = numbers.get(row + nth * MOST_ROWS, 0)
            styles = tuple((keys[cell.column], cell.style) for cell in cells if cell.column in keys)
            if number and styles:
                found[number] = shared.setdefault(styles, dict(styles))
    return found


def _is_a_persons(style: CellStyle) -> bool:
    """Whether it is none of those that we write below a header."""
    return style.bold or (style.fill is not None and style.fill not in OUR_FILLS)


def _value(value: object) -> CellValue:
    """A cell as it can be written again: a text, a number or a moment; None for nothing."""
    match value:
        case None | "":
            return None
        case bool():
            return text(value)
        case int() | float() | datetime():
            return value
        case date():
            return datetime.combine(value, time())
        case _:
            return text(value)
