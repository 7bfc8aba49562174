"""What we write is read again exactly, by ourselves and by another library, and holds nothing that runs."""

import re
import sys
import zipfile
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import openpyxl
import pytest
import xlsxwriter.worksheet
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import measured
from tests.workbooks.test_results import content, result, written
from uploader.errors import WorkbookError
from uploader.i18n import Message
from uploader.model.job import Attempt
from uploader.model.rows import RESULT_COLUMNS, Status
from uploader.workbooks.cell_digests import line_digest
from uploader.workbooks.read_back import reader
from uploader.workbooks.read_back.result_workbook import ResultWorkbook
from uploader.workbooks.results import workbook as results
from uploader.workbooks.xlsx import xlsx_writer
from uploader.workbooks.xlsx.colours import STATUS_FILLS
from uploader.workbooks.xlsx.display_text import as_displayed
from uploader.workbooks.xlsx.moving import AsideFile

AWKWARD = [
    "=1+1",
    "={1+1}",
    "=cmd|' /C calc'!A0",
    "+57 300 123 4567",
    "-5 %",
    "-2+3",
    "@SUM(A1)",
    "\t=1+1",
    "\n=1+1",
    " =1",
    "'=1",
    "0012",
    "12345678901234567890",
    "1e5",
    "TRUE",
    "#N/A",
    "2026-03-09",
    "http://x.example/a?b=c&d",
    "https://x.example",
    "ftp://x.example",
    "mailto:ana@x.example",
    "internal:Sheet2!A1",
    "external:c:\\x.xlsx",
    "<r><t>rich</t></r>",
    "<r></r>",
    "<r>",
    "<r>&amp;</r>",
    "<r>broken</b></r>",
    "<b>bold</b> & \"more\" 'quotes' ]]>",
    "&lt;&#65;",
    "tab\there",
    "two\r\nlines",
    "two\rlines",
    "two\nlines\n",
    "\r",
    "\n",
    " ",
    "  blanks around  ",
    "_x0041_",
    "_x005F_x0041_",
    "_x0041_x0042_",
    "_x000D_",
    "_X0041_ _x41_",
    "<r>_x0041_\r\n</r>",
    "emoji 🙂 ñ ã 中文",
    "e\u0301 \u200d \u202e \ufeff",
]
XML = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def at(path: Path) -> ResultWorkbook:
    found = reader.open_workbook(path)
    assert found is not None
    return found


def read_again(path: Path) -> list[tuple[str, ...]]:
    return [line.cells for line in at(path).lines()]


def parts(path: Path) -> dict[str, str]:
    with zipfile.ZipFile(path) as package:
        return {name: package.read(name).decode() for name in package.namelist() if name.endswith((".xml", ".rels"))}


@pytest.mark.parametrize("text", AWKWARD)
def test_every_text_is_read_again_exactly(tmp_path: Path, text: str) -> None:
    path = written(tmp_path / "r.xlsx", result(2, (text, "y"), message=text), result(3, ("y", text)))
    lines = list(at(path).lines())
    assert [line.cells for line in lines] == [(text, "y"), ("y", text)]
    assert lines[0].our_cells["Response message"] == text
    page = openpyxl.load_workbook(path)["Results"]
    for cell in (page["B2"], page["F2"], page["C3"]):
        assert (cell.data_type, cell.hyperlink) == ("s", None)


texts = st.lists(
    st.sampled_from([*"_xX0041F=\r\n\t <>r/&\"'", "_x005F_", "_x0041_", "<r>", "</r>", "🙂", "\x00", "\ud83d"])
)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(texts.map("".join), st.text(max_size=20)), min_size=1, max_size=20))
def test_any_text_is_read_again_as_it_was_shown(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str]]
) -> None:
    path = tmp_path_factory.mktemp("any") / "r.xlsx"
    written(path, *(result(number, cells) for number, cells in enumerate(rows, start=2)))
    assert read_again(path) == [tuple(map(as_displayed, row)) for row in rows]
    for text in parts(path).values():
        ET.fromstring(text)


def test_nothing_in_the_file_runs_or_leads_out_of_it(tmp_path: Path) -> None:
    header = ("=1+1", "http://x.example")
    rows = [result(number, (text, text), Status.REJECTED, text) for number, text in enumerate(AWKWARD, start=2)]
    attempts = [
        Attempt(2, nth, "2026-03-09T17:05:09.123+00:00", "", text, text, 201, 15, Message("text", text=text), 7)
        for nth, text in enumerate(AWKWARD)
    ]
    path = tmp_path / "r.xlsx"
    results.write(path, content(rows, header, attempts))
    for name, text in parts(path).items():
        root = ET.fromstring(text)
        if name.startswith("xl/worksheets/") and name.endswith(".xml"):
            tags = {element.tag.removeprefix(XML) for element in root.iter()}
            assert not tags & {"f", "hyperlink", "hyperlinks", "dataValidation", "oleObject", "control"}, name
            assert {element.get("t") for element in root.iter(f"{XML}c")} <= {None, "inlineStr", "s"}, name
        if name.endswith(".rels"):
            assert "TargetMode" not in text
            assert "hyperlink" not in text
    assert not [name for name in parts(path) if "externalLink" in name or "vba" in name.casefold()]


def test_the_list_s_cells_are_text_also_once_somebody_types_into_them(tmp_path: Path) -> None:
    path = tmp_path / "r.xlsx"
    invalid = result(3, ("bad", ""), Status.INVALID)
    results.write(path, content([result(2, ("0012", "")), replace(invalid, faults=[0])]))
    page = openpyxl.load_workbook(path)["Results"]
    assert {page[cell].number_format for cell in ("B2", "C2", "B3", "C3")} == {"@"}
    assert page["B3"].fill.start_color.rgb != page["B2"].fill.start_color.rgb  # the faulty cell is coloured
    assert page["C3"].fill.start_color.rgb == page["C2"].fill.start_color.rgb


def test_a_text_that_an_older_excel_would_not_show_as_text_is_formatted_otherwise_and_is_text(tmp_path: Path) -> None:
    path = written(tmp_path / "r.xlsx", result(2, ("1" * 255, "1" * 256)))
    page = openpyxl.load_workbook(path)["Results"]
    assert (page["B2"].number_format, page["C2"].number_format) == ("@", "General")
    assert page["C2"].data_type == "s"


def test_no_cell_is_marked_with_a_green_triangle(tmp_path: Path) -> None:
    path = written(tmp_path / "r.xlsx", result(2, ("0012", "5")))
    sheets_ = [text for name, text in parts(path).items() if re.fullmatch(r"xl/worksheets/sheet\d\.xml", name)]
    assert len(sheets_) == 4
    for text in sheets_:
        assert '<ignoredError sqref="A1:XFD1048576" numberStoredAsText="1"/>' in text


def test_the_statuses_are_drawn_as_bars(tmp_path: Path) -> None:
    rows = [result(2, ("x", "y")), result(3, ("x", "y")), result(4, ("x", "y"), Status.REJECTED)]
    path = written(tmp_path / "r.xlsx", *rows)
    (chart,) = (text for name, text in parts(path).items() if re.fullmatch(r"xl/charts/chart\d\.xml", name))
    assert "<c:barChart>" in chart
    categories, values = (
        re.search(rf"<c:f>Summary!\${column}\$(\d+):\${column}\$(\d+)</c:f>", chart) for column in "AC"
    )
    assert categories is not None
    assert values is not None
    assert categories.groups() == values.groups()
    first, last = map(int, values.groups())
    page = openpyxl.load_workbook(path)["Summary"]
    told = {page.cell(row, 1).value: page.cell(row, 3).value for row in range(first, last + 1)}
    assert told == {**dict.fromkeys(map(str, Status), 0), "accepted": 2, "rejected": 1}
    colours = re.findall(r'<c:dPt>.*?<a:srgbClr val="(\w+)"', chart)
    assert [f"#{colour}" for colour in colours] == [STATUS_FILLS[status][1] for status in Status]


def test_long_texts_make_no_row_higher_than_some_lines_in_any_sheet(tmp_path: Path) -> None:
    long = "many words " * 3_000
    lines = "line\n" * 5_000
    path = tmp_path / "r.xlsx"
    attempts = [
        Attempt(2, 1, "2026-03-09T17:05:09.123+00:00", "", long, lines, 201, 15, Message("text", text=lines), 7)
    ]
    results.write(path, content([result(2, (long, lines)), result(3, ("x", "y"), message=lines)], attempts=attempts))
    for page in openpyxl.load_workbook(path).worksheets[:3]:
        heights = [page.row_dimensions[row].height for row in range(2, page.max_row + 1)]
        assert max(height or 15 for height in heights) <= 90, page.title
        for column in page.column_dimensions.values():
            assert column.width < 80


def test_xlsxwriter_still_escapes_by_the_hooks_that_we_put_our_own_in_the_place_of(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    escape, rich = "_escape_control_characters", "_xml_rich_inline_string"
    file = AsideFile(tmp_path / "r.xlsx")
    book = xlsx_writer.WorkbookWriter(file, "en", "list.csv", str(tmp_path))
    sheet = book.sheet("Results")
    ours = getattr(type(sheet), escape)
    for hook in (escape, rich):
        theirs = getattr(xlsxwriter.worksheet.Worksheet, hook, None)
        assert callable(theirs)
        assert getattr(type(sheet), hook) is not theirs
    asked: list[str] = []

    def noting(data: str) -> Any:
        asked.append(data)
        return ours(data)

    monkeypatch.setattr(type(sheet), escape, staticmethod(noting))
    sheet.write_string(0, 0, "_x0041_x0042_", book.text)
    sheet.write_string(1, 0, "<r>_x0041_</r>", book.text)
    book.close()
    file.close()
    assert "_x0041_x0042_" in asked
    assert any("_x0041_</r>" in text for text in asked)
    xml = parts(tmp_path / "r.xlsx")["xl/worksheets/sheet1.xml"]
    assert "_x005F_x0041_x005F_x0042_" in xml
    assert "&lt;r&gt;_x005F_x0041_&lt;/r&gt;" in xml


def test_what_is_read_again_has_the_digests_that_were_written(tmp_path: Path) -> None:
    """Also a moment at midnight, of which a reader sees the day alone, texts of blanks, and empty cells."""
    rows = [result(number, (text, "")) for number, text in enumerate(AWKWARD, start=2)]
    midnight = "2026-03-09T00:00:00.000+00:00"
    rows.append(replace(result(99, ("x", "y"), Status.UNKNOWN), sent_at=midnight, http_status=None, duration_ms=None))
    rows.append(replace(result(98, ("x", "y"), Status.NOT_SENT), sent_at=None, code="", message="", attempts=0))
    rows.append(result(100, ("x" * 40_000, "\x00\ud800")))
    path = tmp_path / "r.xlsx"
    digest = results.write(path, content(rows)).digest
    found = at(path)
    told = found.manifest.row_digests()
    lines = list(found.lines())
    assert [int(line.number) for line in lines] == list(told)
    for line in lines:
        cells, outcome = line_digest(line.cells), line_digest([line.our_cells[name] for name in RESULT_COLUMNS])
        assert (cells, outcome) == told[int(line.number)], line
        assert line.is_as_written
    assert digest == found.manifest.digest
    assert found.is_intact
    for name, written_ in found.manifest.other_sheets.items():
        assert found.sheet_digest(name) == written_, name
    assert set(found.manifest.other_sheets) == {"Attempts", "Summary"}


def test_a_moment_is_a_date_in_the_workbook_s_zone(tmp_path: Path) -> None:
    path = written(tmp_path / "r.xlsx", result(2, ("x", "y")))
    cell = openpyxl.load_workbook(path)["Results"]["J2"]
    assert isinstance(cell.value, datetime)
    assert cell.is_date
    assert cell.number_format == "yyyy-mm-dd hh:mm:ss"


def test_a_workbook_whose_writing_broke_off_leaves_nothing_beside_it(tmp_path: Path) -> None:
    def write() -> None:
        with xlsx_writer.new_workbook(tmp_path / "r.xlsx") as book:
            book.sheet("Results")
            raise OSError(28, "No space left on device")

    with pytest.raises(WorkbookError, match="No space left"):
        write()
    assert list(tmp_path.iterdir()) == []


_MANY = """
import sys
from pathlib import Path

sys.path.insert(0, {root!r})
from tests.workbooks.test_results import content, result
from uploader.workbooks.results import workbook as results

body = "long body, two lines\\n" * 40
count = int(sys.argv[1])
rows = (result(number, (f"{number} {body}", str(number)), message=f"case {number}") for number in range(2, 2 + count))
results.write(Path(sys.argv[2]), content(rows))
"""


def test_writing_more_rows_takes_hardly_more_memory(tmp_path: Path) -> None:
    def megabytes(rows: int) -> float:
        (tmp_path / "writes.py").write_text(_MANY.replace("{root!r}", repr(str(Path(__file__).parents[2]))))
        return measured(sys.executable, tmp_path / "writes.py", str(rows), tmp_path / f"{rows}.xlsx")[2]

    few, many = megabytes(5_000), megabytes(30_000)
    # The digests of 25,000 rows are 1 MB; their texts would be 21.
    assert many - few < 8, (few, many)
