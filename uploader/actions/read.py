"""Read a list as a table of text, whatever its columns are; nothing is checked."""

from dataclasses import dataclass
from pathlib import Path

from uploader.actions.options import DEFAULT_TEMPLATE, ReadOptions
from uploader.actions.session import Session
from uploader.checks.columns.mapping import wanted_names
from uploader.model.events import phase
from uploader.readers import Table, open_file, read_table

__all__ = ["ReadList", "Table", "read", "sheet_names"]


@dataclass(frozen=True, slots=True)
class ReadList:
    """A list that was read."""

    table: Table
    sha256: str
    """Of the file's bytes."""
    format: str
    """As people call it: CSV, XLSX, …"""


def sheet_names(path: Path, session: Session) -> list[str]:
    """The visible sheets of a workbook; none for a text. Raises ListError."""
    with open_file(path, session.ui.cancel) as file:
        return [] if file.book is None else file.book.visible


def read(path: Path, options: ReadOptions, session: Session) -> ReadList:
    """The list at `path`; the template only helps to find its sheet and its header. Raises an UploaderError."""
    template = session.catalog.load(options.template or DEFAULT_TEMPLATE)
    with phase(session.ui.on_event, "reading", 0, str(path)), open_file(path, session.ui.cancel) as file:
        table = read_table(
            file,
            wanted=wanted_names(template.columns),
            sheet=options.sheet,
            header_row=options.header_row,
            encoding=options.encoding,
            delimiter=options.delimiter,
            cancel=session.ui.cancel,
        )
        return ReadList(table, file.sha256, file.kind.value)
