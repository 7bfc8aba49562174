from datetime import datetime, time
from pathlib import Path

import openpyxl
import pytest

from tests.readers.test_hostile import ods
from tests.readers.test_open_list import read
from uploader.errors import ListError
from uploader.readers import open_list
from uploader.readers.cells import text


def far_down(path: Path, *, blank: str | None = None) -> Path:
    """An XLSX whose list begins below many rows without anything to see."""
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    page.cell(1, 1, blank)
    for row, cells in enumerate((("from", "to"), ("1", "2")), start=101):
        for column, cell in enumerate(cells, start=1):
            page.cell(row, column, cell)
    book.save(path)
    return path


@pytest.mark.parametrize("blank", [None, "", "  ", "\n"])
def test_a_sheet_with_many_blank_rows_on_top_is_not_empty(tmp_path: Path, blank: str | None) -> None:
    table = open_list(far_down(tmp_path / "list.xlsx", blank=blank))
    assert (table.header, read(table)) == (["from", "to"], {102: ["1", "2"]})


def test_nor_is_one_of_an_ods(tmp_path: Path) -> None:
    cells = "".join(
        f'<table:table-cell office:value-type="string"><text:p>{name}</text:p></table:table-cell>'
        for name in ("a", "b")
    )
    blank = '<table:table-row table:number-rows-repeated="100"><table:table-cell/></table:table-row>'
    row = f"<table:table-row>{cells}</table:table-row>"
    table = open_list(ods(tmp_path / "list.ods", blank + row + row))
    assert (table.header, read(table)) == (["a", "b"], {102: ["a", "b"]})


def test_a_workbook_without_anything_to_see_is_empty(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    page.cell(100, 3, "  ")
    book.save(tmp_path / "list.xlsx")
    with pytest.raises(ListError, match="empty"):
        open_list(tmp_path / "list.xlsx")


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (datetime(2023, 3, 15, 23, 59, 59, 991_000), "2023-03-16"),
        (datetime(2023, 3, 15, 23, 59, 59, 400_000), "2023-03-15 23:59:59"),
        (datetime(2023, 3, 15, 0, 0, 0, 9_000), "2023-03-15"),
        (datetime(9999, 12, 31, 23, 59, 59, 991_000), "9999-12-31 23:59:59"),
        (time(8, 29, 59, 994_000), "08:30:00"),
        (time(23, 59, 59, 991_000), "00:00:00"),
        (time(8, 30), "08:30:00"),
    ],
)
def test_a_fraction_of_a_second_is_rounded(value: object, shown: str) -> None:
    assert text(value) == shown
