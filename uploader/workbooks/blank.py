"""The blank list of a template: its columns, one example row, and what each column means."""

import csv
from collections.abc import Mapping
from pathlib import Path

from uploader.errors import WorkbookError
from uploader.templates.columns import Column
from uploader.workbooks.xlsx_writer import written_aside

_SHEET = "List"
_REQUIRED, _OPTIONAL = "Required.", "May be empty."
_EXAMPLE = "This row is an example: write your own over it, or delete it. It is never sent as it stands."
_WIDTHS = {True: 26, False: 18}


def write(path: Path, columns: Mapping[str, Column]) -> None:
    """Write the blank list to `path`, as a CSV where its name ends so, else as XLSX. Raises WorkbookError."""
    if path.suffix.lower() == ".csv":
        _write_csv(path, columns)
    else:
        _write_xlsx(path, columns)


def _write_csv(path: Path, columns: Mapping[str, Column]) -> None:
    try:
        with path.open("w", encoding="utf-8-sig", newline="") as file:  # Excel knows UTF-8 by its mark alone
            writer = csv.writer(file)
            writer.writerow(columns)
            writer.writerow(column.example for column in columns.values())
    except OSError as why:
        raise WorkbookError(f"The blank list {path} can't be written: {why.strerror}.") from why


def _write_xlsx(path: Path, columns: Mapping[str, Column]) -> None:
    with written_aside(path) as book:
        sheet = book.sheet(_SHEET)
        sheet.freeze_panes(1, 0)
        for at, (name, column) in enumerate(columns.items()):
            # Text-formatted, so that Excel keeps the zeros at the front of what is typed.
            sheet.set_column(at, at, _WIDTHS[column.required], book.typed_text)
            sheet.write_string(0, at, name, book.our_header if column.required else book.header)
            sheet.write_comment(0, at, explained(column), {"x_scale": 2, "y_scale": 1.2})
        for at, column in enumerate(columns.values()):
            sheet.write_string(1, at, column.example, book.typed_text)
        sheet.write_comment(1, 0, _EXAMPLE, {"x_scale": 2})


def explained(column: Column) -> str:
    """What a column is for and what it may hold, as the comment at its header cell."""
    parts = [column.description, _REQUIRED if column.required else _OPTIONAL]
    if column.one_of:
        parts.append(f"One of: {', '.join(column.one_of)}.")
    if column.max_length:
        parts.append(f"{column.max_length} characters at the most.")
    if column.example:
        parts.append(f"Example: {column.example}")
    return "\n".join(part for part in parts if part)
