"""Our workbooks keep to the rules by which Excel opens them, and four programs read the same in them."""

import shutil
import subprocess
import zipfile
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest
import python_calamine

from tests.workbooks.sheet_rules import complaints
from tests.workbooks.test_results import SENT_AT, content, job, result
from tests.workbooks.test_xlsx_writer import AWKWARD
from uploader.i18n import Message
from uploader.model import advice
from uploader.model.job import Attempt, RowResult, Settlement
from uploader.model.problems import Problem
from uploader.model.rows import Status
from uploader.readers.excel.xlsx.cell_styles import CellStyle
from uploader.templates.columns.column import Column
from uploader.workbooks import blank, problems
from uploader.workbooks.cell_digests import canonical_text
from uploader.workbooks.manifest import PROBLEMS, Manifest
from uploader.workbooks.notes import ColumnKey, Notes
from uploader.workbooks.results import workbook as results
from uploader.workbooks.xlsx.display_text import as_displayed

LONG = ("x" * 255, "x" * 256, "x" * 32_767, "x" * 32_768, "🙂" * 16_384, "many words " * 50, "line\n" * 20)
ODD = (
    "",
    "a  b",
    "\u00a0x",
    "x\u2003",
    "\x00\x07\x7f\ud800",
    "\ufffe\ufdd0",
    "\u200b",
    "\u2028",
    "日本語" * 20,
    "1e400",
)
TEXTS = (*AWKWARD, *LONG, *ODD)
HEADER = ("a", "_x0041_ <b>", "c\nd")
NOTED = (None, "", " n <&> ", datetime(2026, 1, 2, 3, 4, 5), datetime(2026, 1, 2), 1, 2.5, 1e20, 10**16, -0.1)


def awkward_rows() -> list[RowResult]:
    """Every text in a list's cell and in an answer, with every status; some rows have nothing special."""
    rows = []
    for nth, text in enumerate([*TEXTS, *(f"plain {nth}" for nth in range(70))]):
        status = list(Status)[nth % len(Status)]
        row = result(2 + nth, ("plain", text, TEXTS[-nth % len(TEXTS)] if nth % 3 else "y"), status, text)
        faulty = advice.of_problems([Problem(2 + nth, 1, "empty", {"field": "a"})], int)
        if status is Status.INVALID:
            row = replace(row, faults=[nth % 3], advice=faulty, sent_at=None, http_status=None, duration_ms=None)
        rows.append(row)
    return rows


def awkward_notes(rows: list[RowResult]) -> Notes:
    numbers = [row.row.number for row in rows]
    return Notes(
        header=["note", "when"],
        rows={number: [NOTED[number % len(NOTED)], NOTED[number % 7]] for number in numbers if number % 2},
        styles={number: {ColumnKey("a", 0): CellStyle("#FFFF00", bold=True)} for number in numbers[::5]},
        comments={number: {ColumnKey("a", 0): TEXTS[number % 20], ColumnKey("gone", 0): "lost"} for number in (3, 9)},
    )


@pytest.fixture(scope="module")
def workbook(tmp_path_factory: pytest.TempPathFactory) -> Path:
    rows, path = awkward_rows(), tmp_path_factory.mktemp("rules") / "list.results.xlsx"
    attempts = [
        Attempt(
            row.row.number, 1, SENT_AT, "", row.message, row.message, 201, None, Message("text", text=row.message), 7
        )
        for row in rows
    ]
    settled = [Settlement(5, "arrived", SENT_AT, "ana & <b>", "pc")]
    whole = content(rows, HEADER, attempts, settlements=settled, notes=awkward_notes(rows))
    results.write(path, whole)
    return path


def test_a_result_workbook_keeps_to_the_rules(workbook: Path) -> None:
    assert complaints(workbook) == []


def test_a_small_one_a_problems_workbook_and_a_blank_list_do_too(tmp_path: Path) -> None:
    rows = awkward_rows()
    results.write(tmp_path / "one.xlsx", content(rows[:1], HEADER))
    results.write(tmp_path / "none.xlsx", content([], HEADER, []))
    lines = [problems.Line(row.row, [Problem(row.row.number, 1, "empty", {"field": "a"})], [1]) for row in rows]
    of_list = Manifest.of_job(job(HEADER), {}, sandbox=False, zone="+00:00")
    marked = problems.Content(manifest=replace(of_list, kind=PROBLEMS), header=HEADER, rows=lines, language="es")
    problems.write(tmp_path / "problems.xlsx", marked)
    blank.write(tmp_path / "blank.xlsx", {"to": Column(example="=1+1", required=True), "x": Column()})
    found = {path.name: complaints(path) for path in tmp_path.glob("*.xlsx")}
    assert found == {"one.xlsx": [], "none.xlsx": [], "problems.xlsx": [], "blank.xlsx": []}


BREAKING = {
    "an element out of order": (b"<sheetData>", b'<autoFilter ref="A1:B2"/><sheetData>'),
    "a format that is not there": (b' s="2"', b' s="99"'),
    "another type": (b't="inlineStr"', b't="inline"'),
    "an attribute": (b'<row r="2"', b'<row r="2" foo="1"'),
    "a row twice": (b'<row r="3"', b'<row r="2"'),
    "a cell of another row": (b'<c r="B3"', b'<c r="B4"'),
    "a cell twice": (b'<c r="C3"', b'<c r="B3"'),
    "no number": (b"<v>2</v>", b"<v>NAN</v>"),
    "spaces that get lost": (b' xml:space="preserve"', b""),
    "an extent": (b'<dimension ref="A1:', b'<dimension ref="A1:A2" x="'),
}


@pytest.mark.parametrize("how", BREAKING)
def test_a_broken_one_is_found(workbook: Path, tmp_path: Path, how: str) -> None:
    old, new = BREAKING[how]
    with zipfile.ZipFile(workbook) as whole, zipfile.ZipFile(tmp_path / "broken.xlsx", "w") as broken:
        for name in whole.namelist():
            part = whole.read(name)
            if name == "xl/worksheets/sheet1.xml":
                assert old in part
                part = part.replace(old, new, 1)
            broken.writestr(name, part)
    assert complaints(tmp_path / "broken.xlsx")


def shown(value: object) -> str:
    """A cell as this or that program gives it: nothing and an empty text, a date and a moment, are the same."""
    match value:
        case datetime():
            return f"{value:%Y-%m-%d %H:%M:%S}".removesuffix(" 00:00:00")
        case float() if value.is_integer():
            return str(int(value))
        case None:
            return ""
        case _:
            return canonical_text(str(value))


def by_openpyxl(path: Path, sheet: str) -> list[list[str]]:
    rows = openpyxl.load_workbook(path)[sheet].iter_rows(values_only=True)
    return [list(map(shown, row)) for row in rows]


def by_calamine(path: Path, sheet: str) -> list[list[str]]:
    rows = python_calamine.load_workbook(path).get_sheet_by_name(sheet).to_python()
    return [[shown(value).replace(" 00:00:00", "") for value in row] for row in rows]


def expected() -> list[list[str]]:
    """The list's cells and the answers, as they belong into the workbook."""
    rows = awkward_rows()
    return [[canonical_text(as_displayed(text)) for text in (*row.row.cells, row.code, row.message)] for row in rows]


def of_list(rows: list[list[str]]) -> list[list[str]]:
    return [[*row[1:4], row[5], row[6]] for row in rows[1:]]


def test_openpyxl_and_calamine_read_what_was_written(workbook: Path) -> None:
    assert of_list(by_calamine(workbook, "Results")) == expected()
    for sheet in ("Results", "Attempts", "Summary", "uploader"):
        assert by_openpyxl(workbook, sheet) == by_calamine(workbook, sheet), sheet
    assert len(by_calamine(workbook, "Attempts")) == 2 + len(awkward_rows())


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_libreoffice_reads_what_was_written(workbook: Path, tmp_path: Path) -> None:
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    saving = ("--headless", "--convert-to", "xlsx", "--outdir", tmp_path / "saved", workbook)
    subprocess.run(["soffice", profile, *saving], check=True, capture_output=True, timeout=240)
    saved = tmp_path / "saved" / workbook.name
    for sheet in ("Results", "Attempts", "Summary"):
        lines = zip(by_calamine(workbook, sheet), by_calamine(saved, sheet), strict=True)
        # Of two escapes that share an underscore LibreOffice decodes the second.
        assert [(ours, theirs) for ours, theirs in lines if ours != theirs and "Ax0042_" not in ours] == [], sheet
    filters = [openpyxl.load_workbook(path)["Results"].auto_filter.ref for path in (saved, workbook)]
    assert filters[0] == filters[1]
