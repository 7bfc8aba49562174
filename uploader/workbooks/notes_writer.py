"""Write a person's notes and colours again into the workbook that is renewed."""

from collections.abc import Sequence
from datetime import datetime

from uploader.model.rows import RESULT_COLUMNS, ROW_COLUMN
from uploader.workbooks.cell_digests import CellValue
from uploader.workbooks.notes import NOTES_COLUMNS, NOTES_SHEET, ColumnKey, LeftNote, Notes, keys_of
from uploader.workbooks.xlsx.cells import Cell, CellInput, as_cell
from uploader.workbooks.xlsx.sheet_writer import SheetWriter, TableWriter
from uploader.workbooks.xlsx.xlsx_writer import WorkbookWriter


class NotesWriter:
    """A person's columns behind ours, the colours of cells, and a sheet for what belongs to no row."""

    def __init__(
        self,
        book: WorkbookWriter,
        header: Sequence[str],
        notes: Notes,
        before: Sequence[str] = (ROW_COLUMN,),
        behind: Sequence[str] = RESULT_COLUMNS,
    ) -> None:
        """`header` has the list's columns, `notes` what is not among them; ours are before and behind the list's."""
        self._book, self._notes, self._has_none = book, notes, not notes
        self._written = set[int]()
        self._lost: list[LeftNote] = []
        """Comments on cells of columns that are gone."""
        keys = keys_of([*header, *notes.header])
        listed, added = keys[: len(header)], keys[len(header) :]
        first, last = ([ColumnKey(column, -1) for column in ours] for ours in (before, behind))
        self._places = {key: at for at, key in enumerate([*first, *listed, *last, *added])}

    @property
    def header(self) -> list[Cell]:
        """The names of the person's columns."""
        return [Cell(name, self._book.bold) for name in self._notes.header]

    def _noted(self, number: int, line: Sequence[CellInput]) -> Sequence[CellInput]:
        """A line of the sheet with what the person added to it."""
        if number in self._notes.rows or number in self._notes.comments:
            self._written.add(number)
        values = self._notes.rows.get(number, [None] * len(self._notes.header))
        cells = [*line, *map(self._cell, values)]
        for key, style in self._notes.styles.get(number, {}).items():
            at = self._places.get(key)
            if at is not None:
                cell = as_cell(cells[at], self._book)
                cells[at] = Cell(cell.value, self._book.styled(cell.format, style))
        return cells

    def add_to(self, table: TableWriter, number: int, line: Sequence[CellInput]) -> None:
        """Write a line of the sheet with what the person added to it; each row once."""
        if self._has_none:  # as for most lists
            table.add(line)
            return
        table.add(self._noted(number, line))
        for key, text in self._notes.comments.get(number, {}).items():
            at = self._places.get(key)
            if at is None:
                self._lost.append(LeftNote(str(number), key.name, text))
            else:
                table.comment(at, text)

    def write_left(self) -> list[SheetWriter]:
        """Write what belongs to no row to a sheet of its own, if there is anything."""
        left = [*self._notes.left_of(self._written), *self._lost]
        if not left:
            return []
        table = TableWriter(
            self._book, NOTES_SHEET, [Cell(name, self._book.our_header) for name in NOTES_COLUMNS], frozen_columns=1
        )
        for row, column, note in left:
            table.add([row, column, self._cell(note)])
        table.close()
        return table.pages

    def _cell(self, value: CellValue) -> CellInput:
        return Cell(value, self._book.moment) if isinstance(value, datetime) else value
