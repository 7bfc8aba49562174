"""How the sheets come out of a printer."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.workbooks.test_problems import content as problems_content
from tests.workbooks.test_results import content, job, result
from uploader.model.rows import RESULT_COLUMNS, Row
from uploader.workbooks import problems
from uploader.workbooks.results import workbook as results


def pages(path: Path, header: tuple[str, ...], cell: str = "x", language: str = "en") -> list[Any]:
    whole = content([result(2, (cell,) * len(header))], header, language=language)
    results.write(path, replace(whole, job=replace(job(header), list_name="R&D list.csv")))
    return list(openpyxl.load_workbook(path).worksheets[:3])


@pytest.mark.parametrize(
    ("language", "page_of_pages"), [("en", "Page &P of &N"), ("es", "Página &P de &N"), ("pt", "Página &P de &N")]
)
def test_every_page_is_landscape_and_has_the_list_s_name_and_its_number(
    tmp_path: Path, language: str, page_of_pages: str
) -> None:
    for page in pages(tmp_path / "r.xlsx", ("a", "b"), language=language):
        assert page.page_setup.orientation == "landscape"
        assert page.page_setup.paperSize is None, "the printer's own: letter in Medellín, A4 in São Paulo"
        assert page.oddFooter.left.text == "R&&D list.csv"
        assert page.oddFooter.right.text == page_of_pages
        assert page.page_margins.left < 0.5


def test_a_narrow_sheet_is_one_page_wide_with_its_header_on_each_page(tmp_path: Path) -> None:
    rows, attempts, summary = pages(tmp_path / "r.xlsx", ("a", "b"))
    for page in (rows, attempts, summary):
        assert page.sheet_properties.pageSetUpPr.fitToPage
        assert (page.page_setup.fitToWidth, page.page_setup.fitToHeight) == (None, 0), "one page wide is the default"
    assert (rows.print_title_rows, attempts.print_title_rows) == ("$1:$1", "$1:$1")


def test_a_wide_list_has_its_own_columns_on_one_page_and_ours_on_the_next(tmp_path: Path) -> None:
    header = tuple("abcdef")
    rows, *_ = pages(tmp_path / "r.xlsx", header, "many words " * 9)
    assert not rows.sheet_properties.pageSetUpPr or not rows.sheet_properties.pageSetUpPr.fitToPage
    assert [part.id for part in rows.col_breaks.brk] == [1 + len(header)]
    assert rows.cell(1, 2 + len(header)).value == RESULT_COLUMNS[0]
    assert (rows.print_title_rows, rows.print_title_cols) == ("$1:$1", "$A:$A")
    assert 45 <= int(rows.page_setup.scale or 100) < 100


def test_a_wide_problems_workbook_is_printed_on_several_pages_with_the_rows_numbers(tmp_path: Path) -> None:
    path = tmp_path / "p.xlsx"
    problems.write(path, problems_content(tuple("abcdef"), [(Row(2, ("many words " * 9,) * 6), [], [])], "es"))
    page: Any = openpyxl.load_workbook(path)["Problems"]
    assert page.oddFooter.left.text == "list.csv"
    assert not page.sheet_properties.pageSetUpPr or not page.sheet_properties.pageSetUpPr.fitToPage
    assert page.page_setup.scale == 45
    assert (page.print_title_rows, page.print_title_cols) == ("$1:$1", "$A:$A")
    assert list(page.col_breaks.brk) == []


def test_a_long_column_name_wraps_and_does_not_make_its_column_wide(tmp_path: Path) -> None:
    rows, *_ = pages(tmp_path / "r.xlsx", ("the name of a column that somebody wrote as a whole sentence", ""))
    assert rows.column_dimensions["B"].width < 25
    assert rows.column_dimensions["C"].width >= 8
    assert rows.row_dimensions[1].height >= 60
    assert rows["B1"].alignment.wrap_text
