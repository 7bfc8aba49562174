"""Write a template's blank list: its columns, one example row, and what each column means."""

import csv
from collections.abc import Mapping
from io import TextIOWrapper
from pathlib import Path

from uploader.errors import WorkbookError
from uploader.i18n import Message, in_language, render
from uploader.templates.columns.column import Column
from uploader.templates.columns.explained import explained
from uploader.workbooks.xlsx.moving import Place, written_aside
from uploader.workbooks.xlsx.xlsx_writer import new_workbook

_WIDTHS = {True: 26, False: 18}
"""A column's width, by whether it is required."""


def write(path: Path, columns: Mapping[str, Column], language: str = "en") -> None:
    """Write the blank list to `path`, as CSV if its name ends in `.csv`, else as XLSX; nothing is replaced.

    What is said of its columns is in `language`, and so are their names, if the template has some. Raises
    WorkbookError, and OccupiedError where something stands there.
    """
    if path.suffix.lower() == ".csv":
        _write_csv(path, columns, language)
    else:
        _write_xlsx(path, columns, language)


def _write_csv(path: Path, columns: Mapping[str, Column], language: str) -> None:
    try:
        with written_aside(Place(path, None)) as file:
            text = TextIOWrapper(file, encoding="utf-8-sig", newline="")  # Excel recognises UTF-8 only by its mark
            writer = csv.writer(text)
            writer.writerow(column.heading.get(language, name) for name, column in columns.items())
            writer.writerow(column.example for column in columns.values())
            text.detach()
    except OSError as why:
        raise WorkbookError(
            Message("workbook.blank.not_written", path=str(path), why=why.strerror or str(why))
        ) from why


def _write_xlsx(path: Path, columns: Mapping[str, Column], language: str) -> None:
    with new_workbook(Place(path, None), language, path.stem) as book:
        sheet = book.sheet(render(Message("workbook.blank.sheet"), language))
        sheet.repeat_rows(0)
        sheet.freeze_panes(1, 0)
        for position, (name, column) in enumerate(columns.items()):
            # Formatted as text, so that Excel keeps leading zeros.
            sheet.set_column(position, position, _WIDTHS[column.required], book.typed_text)
            heading = column.heading.get(language, name)
            sheet.write_string(0, position, heading, book.our_header if column.required else book.header)
            sheet.write_comment(0, position, explanation(column, language), {"x_scale": 2, "y_scale": 1.2})
        for position, column in enumerate(columns.values()):
            sheet.write_string(1, position, column.example, book.typed_text)
        sheet.write_comment(1, 0, render(Message("workbook.blank.example_row"), language), {"x_scale": 2})


def explanation(column: Column, language: str) -> str:
    """What a column is for and what it may hold, as the comment at its header cell."""
    notes = [Message("workbook.blank.required" if column.required else "workbook.blank.optional")]
    notes += explained(column)
    if column.one_of:
        notes.append(Message("workbook.blank.one_of", values=column.one_of))
    if column.max_length:
        notes.append(Message("workbook.blank.max_length", count=column.max_length))
    if column.aliases:
        notes.append(Message("workbook.blank.aliases", names=column.aliases))
    if column.example:
        notes.append(Message("workbook.blank.example", example=column.example))
    texts = [in_language(column.description, language), *(render(note, language) for note in notes)]
    return "\n".join(text for text in texts if text)
