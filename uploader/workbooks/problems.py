"""The problems workbook: the list's rows with what is wrong with each, the cells to fix coloured."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

from uploader.i18n import Fact, Message, render
from uploader.model import advice
from uploader.model.problems import Problem
from uploader.model.rows import PROBLEM_COLUMNS, ROW_COLUMN, Row, column_letter
from uploader.workbooks.cell_digests import CellValue, line_digest
from uploader.workbooks.columns import note_of, shown_names
from uploader.workbooks.digests import PackedRows
from uploader.workbooks.manifest import Manifest
from uploader.workbooks.notes import Notes
from uploader.workbooks.notes_writer import NotesWriter
from uploader.workbooks.read_back.result_workbook import SUMMARY_SHEET
from uploader.workbooks.xlsx.cells import Cell, CellInput
from uploader.workbooks.xlsx.display_text import as_displayed
from uploader.workbooks.xlsx.moving import Place, path_of
from uploader.workbooks.xlsx.sheet_writer import SheetWriter, TableWriter, write_hidden_sheet
from uploader.workbooks.xlsx.xlsx_writer import WorkbookWriter, new_workbook

_SHEET = "Problems"
_SUMMARY_WIDTHS = (31, 72)
_COLUMNS = (ROW_COLUMN, *PROBLEM_COLUMNS)
_NONE = ""
"""In the place of a digest: such a row is never as it was written, so that the edits in it count as edits here."""


class Line(NamedTuple):
    """A row of the list."""

    row: Row
    problems: Sequence[Problem] = ()
    """What is wrong with it."""
    faults: Sequence[int] = ()
    """Which of its cells are, from 0."""
    was_edited: bool = False
    """Whether it has cells that somebody typed into another workbook of ours, and that nothing else knows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What a problems workbook shows."""

    manifest: Manifest
    """Of its list; what the workbook says of itself, it adds."""
    header: Sequence[str]
    """Of the list."""
    rows: Iterable[Line]
    language: str
    face: str = "cli"
    own: Sequence[int] | None = None
    """Which of its columns, from 0, are the list's own and not notes of a person; None for all."""
    list_column: Callable[[int], int] = int
    """For a problem's column that of the list, from 0, or -1 for our column `Row`."""
    notes: Notes | None = None
    """What a person added to the workbook that this one renews."""


def write(where: Path | Place, content: Content, on_row: Callable[[int], None] = lambda _: None) -> None:
    """Write the workbook to its place.

    `on_row` is called with 1 after each row; what it raises ends the writing, and leaves what stands there as it is.
    Raises WorkbookError, and OccupiedError where something else stands there by then.
    """
    with new_workbook(where, content.language, content.manifest.list_name) as book:
        _Problems(book, content, path_of(where).name).write(on_row)


class _Problems:
    """A problems workbook while it is written."""

    def __init__(self, book: WorkbookWriter, content: Content, file_name: str) -> None:
        self._book, self._content, self._file_name = book, content, file_name
        self._our_names = shown_names(_COLUMNS, content.header)
        notes = (content.notes or Notes()).beside(content.header)
        self._notes = NotesWriter(book, content.header, notes, before=_COLUMNS, behind=())
        self._own = range(len(content.header)) if content.own is None else content.own
        self._counts, self._digests = _Counts(), PackedRows()

    def write(self, on_row: Callable[[int], None]) -> None:
        """Write all sheets."""
        book, content = self._book, self._content
        ours = [Cell(name, book.our_header) for name in self._our_names]
        names = [*ours, *(Cell(name, book.header) for name in content.header), *self._notes.header]
        table = TableWriter(book, _SHEET, names, frozen_columns=len(_COLUMNS))
        for at, column in enumerate(_COLUMNS):
            table.explain(at, render(Message(note_of(column)), content.language))
        for line in content.rows:
            self._notes.add_to(table, line.row.number, self._line(line, table.line))
            on_row(1)
        table.close()
        pages = [self._write_summary(), *self._notes.write_left()]
        sheets, others = (
            [page.sheet.name for page in table.pages],
            {page.sheet.name: str(page.digest) for page in pages},
        )
        write_hidden_sheet(book, self._manifest(sheets, others))

    def _line(self, one: Line, line: int) -> list[CellInput]:
        row, problems, faults, was_edited = one
        book, language = self._book, self._content.language
        stopping, warnings = (
            _sentences([one for one in problems if one.stops is stops], self._content, row, line)
            for stops in (True, False)
        )
        self._counts.add(stopping, warnings)
        shown = [as_displayed(row.cells[at], language) for at in self._own]
        ours = [as_displayed(text, language) for text in (stopping, warnings)]
        self._digests.add(row.number, _NONE if was_edited else line_digest(shown), line_digest(ours))
        cells = [Cell(cell, book.fault) if column in faults else cell for column, cell in enumerate(row.cells)]
        problem: CellInput = Cell(stopping, book.fault) if stopping else ""
        return [row.number, problem, warnings, *cells]

    def _manifest(self, sheets: Sequence[str], others: Mapping[str, str]) -> Manifest:
        columns = enumerate(zip(_COLUMNS, self._our_names, strict=True))
        return replace(
            self._content.manifest,
            our_columns={column: (at, name) for at, (column, name) in columns},
            list_header=tuple(self._content.header[at] for at in self._own),
            language=self._content.language,
            face=self._content.face,
            sheets=[*sheets, *others],
            other_sheets=others,
            packed_rows=self._digests.packed(),
        ).sealed()

    def _write_summary(self) -> SheetWriter:
        """Which list it is, how many rows have problems, and what to do about them."""
        book, content, manifest = self._book, self._content, self._content.manifest

        def text(code: str, /, **facts: Fact) -> str:
            return render(Message(f"workbook.{code}", **facts), content.language, face=content.face)

        page = SheetWriter(book, SUMMARY_SHEET, _SUMMARY_WIDTHS)
        facts: list[tuple[str, CellValue]] = [
            (text("summary.list"), manifest.list_name),
            (text("summary.list_sha256"), manifest.list_sha256),
            (text("summary.template"), manifest.template),
            (text("summary.rows"), self._counts.rows),
            (text("summary.with_problems"), self._counts.with_problems),
            (text("summary.with_warnings"), self._counts.with_warnings),
            (text("next.title"), text("next.problems", name=self._file_name)),
            ("", text("next.skip_invalid")),
        ]
        for name, value in facts:
            page.add([Cell(name, book.bold), Cell(value, book.fact)])
        return page


@dataclass(slots=True)
class _Counts:
    """How many rows there are, and how many have something wrong."""

    rows: int = 0
    with_problems: int = 0
    with_warnings: int = 0
    """And no problem."""

    def add(self, stopping: str, warnings: str) -> None:
        self.rows += 1
        self.with_problems += bool(stopping)
        self.with_warnings += bool(warnings and not stopping)


def _sentences(problems: Sequence[Problem], content: Content, row: Row, line: int) -> str:
    """What is wrong with a row, at its cells in that line of this workbook."""

    def cell(column: int | None) -> str:
        if column is None:
            return render(Message("workbook.row", row=row.number), content.language)
        return f"{column_letter(len(_COLUMNS) + column if column >= 0 else 0)}{line}"

    return render(advice.of_problems(problems, content.list_column), content.language, cell, face=content.face)
