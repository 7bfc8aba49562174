"""Workbooks as people make them: titles, another sheet in front, formulas with values, notes, rules, a filter."""

import zipfile
from collections.abc import Callable, Mapping, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.comments import Comment
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import Font, PatternFill
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation

from tests.conftest import FIELDS

SHEET, HEADER_ROW, FIRST_COLUMN = "Clientes", 3, 2
"""The list begins in column B, below a title."""
YELLOW = "FFFFFF00"
RP_ID = FIRST_COLUMN + FIELDS.index("rp_id")


def own_workbook(path: Path, rows: Sequence[Sequence[str]]) -> Path:
    """A person's workbook with these rows, the first in row 4; column `Total` has formulas, with their values."""
    book = openpyxl.Workbook()
    front = book.worksheets[0]
    front.title, front["A1"], front["B2"] = "Info", "Campaña", 3
    sheet = book.create_sheet(SHEET)
    sheet["B1"] = "Mi lista"
    sheet["B1"].font = Font(bold=True, size=16)
    sheet.merge_cells("B1:E1")
    width = FIRST_COLUMN + len(FIELDS)
    for column, name in enumerate([*FIELDS, "Status", "Total"], FIRST_COLUMN):
        sheet.cell(HEADER_ROW, column, name).font = Font(bold=True)
    for row, cells in enumerate(rows, HEADER_ROW + 1):
        for column, cell in enumerate(cells, FIRST_COLUMN):
            sheet.cell(row, column).value = cell
            sheet.cell(row, column).data_type = "s" if cell else "n"
        sheet.cell(row, width, "mío")
        sheet.cell(row, width + 1, f"=1+{row}")
    sheet.cell(HEADER_ROW + 1, RP_ID).fill = PatternFill("solid", fgColor=YELLOW)
    sheet.freeze_panes = "C4"
    sheet.auto_filter.ref = f"B3:J{HEADER_ROW + len(rows)}"
    sheet["C5"].comment = Comment("Ana:\nllamar el lunes", "Ana", width=400, height=200)
    choice = DataValidation(type="list", formula1='"mío,tuyo"')
    choice.add("I4:I99")
    sheet.add_data_validation(choice)
    rule: Any = CellIsRule
    green = rule(operator="greaterThan", formula=["5"], fill=PatternFill(bgColor="FF00FF00"))
    sheet.conditional_formatting.add("J4:J99", green)
    sheet.column_dimensions["C"].width = 33
    book.defined_names["zona"] = DefinedName("zona", attr_text="Info!$B$2")
    book.save(path)
    return with_values(path)


def with_values(path: Path) -> Path:
    """With the values of the formulas `=1+n`, as Excel stores them; openpyxl stores none."""

    def calculated(xml: bytes) -> bytes:
        text = xml.decode()
        for row in range(1, 400):
            text = text.replace(f"<f>1+{row}</f><v />", f"<f>1+{row}</f><v>{row + 1}</v>")
        return text.encode()

    return changed_part(path, "xl/worksheets/sheet2.xml", calculated)


def changed_part(path: Path, part: str, change: Callable[[bytes], bytes]) -> Path:
    """The package with a part that is another."""
    return with_parts(path, {}, {part: change})


def with_parts(path: Path, added: Mapping[str, bytes], changed: Mapping[str, Callable[[bytes], bytes]]) -> Path:
    """The package with more parts, and with some that are others."""
    out = BytesIO()
    with zipfile.ZipFile(path) as package, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as into:
        for name in package.namelist():
            data = package.read(name)
            into.writestr(name, changed[name](data) if name in changed else data)
        for name, data in added.items():
            into.writestr(name, data)
    path.write_bytes(out.getvalue())
    return path


def edited(path: Path, edits: Mapping[tuple[int, int], Any], sheet: str = SHEET) -> Path:
    """Opened, cells changed by row and column from 1, and saved, as in Excel: formulas keep their values."""
    book = openpyxl.load_workbook(path, rich_text=True)
    for (row, column), value in edits.items():
        book[sheet].cell(row, column).value = value
    book.save(path)
    return with_values(path)


def our_cells(path: Path, name: str, sheet: str = SHEET) -> list[Any]:
    """What the column of ours of that name holds, below the header."""
    book = openpyxl.load_workbook(path)
    rows = list(book[sheet].iter_rows(min_row=HEADER_ROW, values_only=True))
    at = rows[0].index(name)
    return [row[at] for row in rows[1:]]
