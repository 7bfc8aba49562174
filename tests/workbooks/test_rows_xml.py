"""Rows that are made into XML together are what XlsxWriter makes of them cell by cell."""

import zipfile
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.workbooks.sheet_rules import complaints
from uploader.model.rows import Status
from uploader.workbooks.cell_digests import cell_text
from uploader.workbooks.manifest import MOST_ROWS
from uploader.workbooks.xlsx.cells import Cell, CellInput, as_cell
from uploader.workbooks.xlsx.display_text import all_displayed, as_displayed
from uploader.workbooks.xlsx.package import RowsAside
from uploader.workbooks.xlsx.sheet_writer import SheetWriter, TableWriter
from uploader.workbooks.xlsx.xlsx_writer import WorkbookWriter, new_workbook

WIDTH = 44
texts = st.one_of(
    st.sampled_from(
        ("", " ", "plain", "Ana Muñoz", "a  b", " x", "x ", "&", "<r>x</r>", "_x0041_", "two\nlines", "\x00")
    ),
    st.text(max_size=12),
    st.sampled_from((WIDTH - 1, WIDTH, WIDTH + 1, 255, 256, 300)).map("x".__mul__),
    st.sampled_from(("32,767 or more " * 2_200, "é" * 16_384, "line\n" * 20)),
)
moments = st.datetimes(datetime(1900, 3, 1), datetime(9999, 12, 31)).map(lambda moment: moment.replace(microsecond=0))
numbers = st.one_of(
    st.integers(-(10**18), 10**18), st.floats(-1e300, 1e300), st.none(), st.sampled_from((0, 1, 10**15))
)
statuses = st.sampled_from(list(Status))


@st.composite
def tables(draw: st.DrawFn) -> list[list[object]]:
    """Rows of five columns: one has texts of every kind, one plain ones, one numbers, one moments, one statuses."""
    kinds = (texts, st.sampled_from(("plain", "Muñoz", "")), numbers, st.one_of(moments, st.none()), statuses)
    rows = draw(st.integers(1, 9))
    columns = [draw(st.lists(draw(st.sampled_from((kind, kinds[1]))), min_size=rows, max_size=rows)) for kind in kinds]
    return [list(row) for row in zip(*columns, strict=True)]


def with_formats(row: Sequence[object], book: WorkbookWriter) -> list[CellInput]:
    return [Cell(str(one), book.status[one]) if isinstance(one, Status) else one for one in row]  # type: ignore[misc]  # rows hold what cells take


def cell_by_cell(book: WorkbookWriter, rows: Sequence[Sequence[CellInput]]) -> None:
    """Write rows as XlsxWriter does it."""
    sheet = book.sheet("theirs")
    for at, row in enumerate(rows):
        for column, one in enumerate(row):
            cell = as_cell(one, book)
            match cell.value:
                case "" | None:
                    sheet.write_blank(at, column, None, cell.format)
                case str(text):
                    sheet.write_string(at, column, text, cell.format)
                case datetime() as moment:
                    sheet.write_datetime(at, column, moment, cell.format)
                case number:
                    sheet.write_number(at, column, number, cell.format)


def sheet_data(path: Path, number: int) -> list[str]:
    with zipfile.ZipFile(path) as package:
        xml = package.read(f"xl/worksheets/sheet{number}.xml").decode()
    assert xml.count("<sheetData>") == xml.count("</sheetData>") == 1
    rows = xml.partition("<sheetData>")[2].partition("</sheetData>")[0].split("</row>")
    return [row.partition(">")[2] for row in rows]


@settings(max_examples=40, deadline=None)
@given(tables())
def test_cells_are_as_xlsxwriter_writes_them(
    tmp_path_factory: pytest.TempPathFactory, table: list[list[object]]
) -> None:
    path = tmp_path_factory.mktemp("rows") / "r.xlsx"
    read: list[Sequence[str]] = []
    with new_workbook(path) as book:
        rows = [with_formats(row, book) for row in table]
        page = SheetWriter(book, "ours", [WIDTH] * 5, read.extend)
        for row in rows:
            page.add(row)
        cell_by_cell(book, rows)
        expected = [tuple(cell_text(as_cell(one, book).value) for one in row) for row in rows]
    assert sheet_data(path, 1) == sheet_data(path, 2)
    assert list(map(tuple, read)) == expected


@settings(max_examples=100, deadline=None)
@given(st.lists(texts, max_size=6))
def test_texts_that_are_looked_at_together_are_shown_as_each_of_them(cells: list[str]) -> None:
    assert list(all_displayed(cells)) == list(map(as_displayed, cells))


def test_a_number_that_is_none_is_written_as_text(tmp_path: Path) -> None:
    """A person's workbook may hold one, and Excel opens no workbook with a cell of that kind."""
    with new_workbook(tmp_path / "r.xlsx") as book:
        page = SheetWriter(book, "ours", [9] * 3)
        page.add([float("nan"), float("inf"), 1.5])
    (row, _) = sheet_data(tmp_path / "r.xlsx", 1)
    assert "<t>nan</t>" in row
    assert "<t>inf</t>" in row
    assert "<v>1.5</v>" in row


def test_rows_of_different_lengths_follow_one_another_and_an_empty_one_leaves_a_gap(tmp_path: Path) -> None:
    with new_workbook(tmp_path / "r.xlsx") as book:
        page = SheetWriter(book, "ours", [9] * 3)
        rows: list[list[CellInput]] = [["a"], ["b", 2], [], ["c", 3, None]]
        for row in rows:
            page.add(row)
    with zipfile.ZipFile(tmp_path / "r.xlsx") as package:
        xml = package.read("xl/worksheets/sheet1.xml").decode()
    assert [f'<row r="{number}">' in xml for number in (1, 2, 3, 4)] == [True, True, False, True]
    assert '<dimension ref="A1:C4"/>' in xml


def test_a_sheet_without_rows_is_one(tmp_path: Path) -> None:
    with new_workbook(tmp_path / "r.xlsx") as book:
        SheetWriter(book, "ours", [9] * 3).add([])
    assert complaints(tmp_path / "r.xlsx") == []
    assert openpyxl.load_workbook(tmp_path / "r.xlsx").sheetnames == ["ours"]


def test_a_sheet_that_has_no_place_for_rows_ends_in_an_error(tmp_path: Path) -> None:
    aside = RowsAside(tmp_path / "rows.xml")
    aside.add('<row r="1"/>', rows=1, columns=1)
    with zipfile.ZipFile(tmp_path / "r.xlsx", "w") as package, pytest.raises(ValueError, match="no place for rows"):
        aside.put_into(package, "sheet1.xml", b"<worksheet><sheetData /></worksheet>")
    aside.close()


def test_the_line_that_comes_next_counts_rows_that_wait_to_be_written(tmp_path: Path) -> None:
    with new_workbook(tmp_path / "r.xlsx") as book:
        table = TableWriter(book, "Results", [Cell("Row", book.our_header)], frozen_columns=1)
        lines = []
        for number in range(200):
            lines.append(table.line)
            table.add([number])
        table.close()
    assert lines == list(range(2, 202))
    assert lines[-1] < MOST_ROWS
