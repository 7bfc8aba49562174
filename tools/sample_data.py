"""Writes sample_data/interactions.xlsx from interactions.csv, so that both hold the same list."""

import csv
from pathlib import Path

import xlsxwriter

FOLDER = Path(__file__).parent.parent / "sample_data"
WIDTHS = {"body": 60, "subject": 34}


def main() -> None:
    with (FOLDER / "interactions.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    with xlsxwriter.Workbook(FOLDER / "interactions.xlsx") as book:
        bold = book.add_format({"bold": True})
        text = book.add_format({"num_format": "@", "valign": "top"})
        sheet = book.add_worksheet("Interactions")
        sheet.freeze_panes(1, 0)
        for column, name in enumerate(rows[0]):
            sheet.set_column(column, column, WIDTHS.get(name, 24), text)
            sheet.write_string(0, column, name, bold)
        for number, cells in enumerate(rows[1:], start=1):
            for column, cell in enumerate(cells):
                sheet.write_string(number, column, cell, text)


if __name__ == "__main__":
    main()
