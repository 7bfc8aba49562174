"""Writes sample_data/interactions.xlsx from interactions.csv, so that both hold the same list."""

import csv
from collections.abc import Sequence
from pathlib import Path

import xlsxwriter

FOLDER = Path(__file__).parent.parent / "sample_data"
WIDTHS = (24, 24, 24, 24, 34, 60, 24)


def main() -> None:
    write_list(FOLDER / "interactions.xlsx", rows_of_sample())


def rows_of_sample() -> list[list[str]]:
    """The header and the rows of interactions.csv."""
    with (FOLDER / "interactions.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


def write_list(path: Path, rows: Sequence[Sequence[str]], sheet_name: str = "Interactions") -> None:
    """A workbook with one sheet of texts; the first row is its header."""
    with xlsxwriter.Workbook(path) as book:
        bold = book.add_format({"bold": True})
        text = book.add_format({"num_format": "@", "valign": "top"})
        sheet = book.add_worksheet(sheet_name)
        sheet.freeze_panes(1, 0)
        for column, name in enumerate(rows[0]):
            sheet.set_column(column, column, WIDTHS[column], text)
            sheet.write_string(0, column, name, bold)
        for number, cells in enumerate(rows[1:], start=1):
            for column, cell in enumerate(cells):
                sheet.write_string(number, column, cell, text)


if __name__ == "__main__":
    main()
