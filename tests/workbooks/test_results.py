import os
import re
import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.conftest import FIELDS, sheet_rows
from uploader.errors import CancelledError, WorkbookError
from uploader.i18n import render
from uploader.model import advice
from uploader.model.cancel import CancelToken
from uploader.model.job import Attempt, Job, RowResult, RunRecord
from uploader.model.problems import Problem
from uploader.model.rows import RESULT_COLUMNS, ROW_COLUMN, Row, Status
from uploader.readers import open_list
from uploader.templates.columns import Column
from uploader.templates.template import Template
from uploader.workbooks import blank, problems, reader, results, sheet_writer, xlsx_writer
from uploader.workbooks.manifest import PROBLEMS, RESULTS, Manifest

SENT_AT = "2026-03-09T17:05:09.123+00:00"


def job(header: tuple[str, ...] = ("a", "b"), **counts: int) -> Job:
    return Job(
        id=7,
        created_at=SENT_AT,
        ended_at=SENT_AT,
        stopped=None,
        user="ana",
        machine="pc-7",
        list_path=Path("/lists/list.csv"),
        list_sha256="ab" * 32,
        sheet=None,
        header=header,
        fields={},
        template="wolkvox/add_interaction",
        template_sha256="cd" * 32,
        template_text="",
        profile_text=None,
        destination="https://wv0042.wolkvox.com",
        settings={"wolkvox_server": "0042"},
        version="0.1.0",
        results_path=Path("/lists/list.results.xlsx"),
        counts={status: counts.get(status.name.lower(), 0) for status in Status},
        account="a1" * 16,
        list_name="list.csv",
        source_sha256="ab" * 32,
    )


def result(number: int, cells: tuple[str, ...], status: Status = Status.ACCEPTED, message: str = "done") -> RowResult:
    return RowResult(Row(number, cells), status, "201", message, advice.NONE, 201, 1, SENT_AT, 15)


RUN = RunRecord(
    job=7,
    started_at=SENT_AT,
    ended_at="2026-03-09T17:06:09.123+00:00",
    user="ana",
    machine="pc-7",
    version="0.1.0",
    template_sha256="cd" * 32,
    destination="https://wv0042.wolkvox.com",
    requests=30,
    stopped=None,
    taken_from=None,
)
PROBLEMS_MANIFEST = Manifest(
    kind=PROBLEMS,
    list_sha256="ab" * 32,
    list_name="list.csv",
    list_sheet=None,
    template="wolkvox/add_interaction",
    template_sha256="cd" * 32,
    our_columns={},
)
ATTEMPT = Attempt(2, 1, SENT_AT, "accepted", "201", "done", 201, 15, "", 7)


def content(
    rows: Iterable[RowResult],
    header: tuple[str, ...] = ("a", "b"),
    attempts: Sequence[Attempt] = (ATTEMPT,),
    **more: Any,
) -> results.Content:
    return results.Content(job=job(header), rows=rows, attempts=attempts, runs=[RUN], **more)


def written(path: Path, *rows: RowResult, header: tuple[str, ...] = ("a", "b")) -> Path:
    results.write(path, content(rows, header))
    return path


def test_the_columns_are_the_contract(tmp_path: Path) -> None:
    path = written(tmp_path / "r.xlsx", result(2, ("x", "y")))
    header = [cell.value for cell in openpyxl.load_workbook(path)["Results"][1]]
    assert header == ["Row", "a", "b", *RESULT_COLUMNS]
    assert RESULT_COLUMNS == (
        "Status", "Response code", "Response message", "Advice", "HTTP status", "Attempts", "Sent at", "Duration ms",
    )  # fmt: skip


def test_text_is_text_and_numbers_are_numbers(tmp_path: Path) -> None:
    cells = ("=1+1", "0012")
    path = written(
        tmp_path / "r.xlsx", result(2, cells), result(3, ("+57", "-5 %")), result(4, ("@x", "https://x.example"))
    )
    page = openpyxl.load_workbook(path)["Results"]
    for row in page.iter_rows(min_row=2, min_col=2, max_col=6):
        assert {cell.data_type for cell in row if cell.value is not None} == {"s"}
        assert all(cell.hyperlink is None for cell in row)
    (first, *_) = sheet_rows(path)
    assert (first["Row"], first["a"], first["b"], first["HTTP status"]) == (2, "=1+1", "0012", 201)
    assert (first["Attempts"], first["Duration ms"]) == (1, 15)
    assert isinstance(first["Sent at"], datetime)
    with zipfile.ZipFile(path) as package:
        sheet = package.read("xl/worksheets/sheet1.xml").decode()
    assert 'numberStoredAsText="1"' in sheet
    assert "<f>" not in sheet


def test_it_is_pleasant_to_open(tmp_path: Path) -> None:
    path = written(tmp_path / "r.xlsx", result(2, ("x", "y" * 30)), result(3, ("x", "z"), Status.REJECTED))
    book = openpyxl.load_workbook(path)
    page = book["Results"]
    assert page.freeze_panes == "B2"
    assert page.auto_filter.ref == "A1:K3"
    assert 30 < page.column_dimensions["C"].width < 50
    fills = {page.cell(row, 4).fill.start_color.rgb for row in (2, 3)}
    assert len(fills) == 2
    assert "UTC" in (page["J1"].comment.text if page["J1"].comment else "")
    assert book.sheetnames == ["Results", "Attempts", "Summary", "uploader"]
    assert book["uploader"].sheet_state == "hidden"


def test_long_texts_make_their_row_higher_but_not_without_bound(tmp_path: Path) -> None:
    rows = [result(2, ("x", "y")), result(3, ("x", "two\nlines")), result(4, ("x", "many words " * 5_000))]
    heights = openpyxl.load_workbook(written(tmp_path / "r.xlsx", *rows))["Results"].row_dimensions
    assert [heights[number].height for number in (2, 3, 4)] == [None, 30, 90]


def test_our_columns_give_way_where_the_list_has_their_names(tmp_path: Path) -> None:
    path = written(tmp_path / "r.xlsx", result(2, ("mine", "own", "7")), header=("Status", "advice", "Row"))
    header = [cell.value for cell in openpyxl.load_workbook(path)["Results"][1]]
    assert header[:6] == ["Row (upload)", "Status", "advice", "Row", "Status (upload)", "Response code"]
    assert "Advice (upload)" in header
    manifest = reader.manifest_of(path)
    assert manifest is not None
    assert [at for at, _ in manifest.our_columns.values()] == [0, 4, 5, 6, 7, 8, 9, 10, 11]
    assert list(manifest.our_columns) == [ROW_COLUMN, *RESULT_COLUMNS]
    assert [name for _, name in manifest.our_columns.values()] == [header[0], *header[4:]]


def test_what_excel_can_not_hold_is_cut_with_a_mark_or_shown(tmp_path: Path) -> None:
    path = written(tmp_path / "r.xlsx", result(2, ("x" * 40_000, "bell \x07 null \x00 \x0b end \ufffe")))
    (row,) = sheet_rows(path)
    assert len(row["a"]) == 32_767
    assert "40,000 characters" in row["a"]
    assert row["b"] == "bell ␇ null ␀ ␋ end [U+FFFE]"  # shown in every program, as an escape of Excel's is not
    assert open_list(path, sheet="Results").rows == 1


def test_the_summary_says_who_what_where_and_when(tmp_path: Path) -> None:
    path = written(tmp_path / "r.xlsx", result(2, ("x", "y")))
    told = {
        row[0].value: row[1].value
        for row in openpyxl.load_workbook(path)["Summary"].iter_rows(max_col=2)
        if row[0].value
    }
    assert told["List SHA-256"] == "ab" * 32
    assert told["Template SHA-256"] == "cd" * 32
    assert told["Sent to"] == "https://wv0042.wolkvox.com"
    assert told["Setting wolkvox_server"] == "0042"
    assert told["Sent by"] == "ana"
    assert told["Rows"] == 1
    assert set(Status) <= set(told)


def test_attempts_are_listed(tmp_path: Path) -> None:
    (attempt,) = sheet_rows(written(tmp_path / "r.xlsx", result(2, ("x", "y"))), "Attempts")
    assert (attempt["Row"], attempt["Attempt"], attempt["Response code"], attempt["Job"]) == (2, 1, "201", 7)


def test_a_workbook_is_known_again_by_its_list(tmp_path: Path) -> None:
    path = written(tmp_path / "r.xlsx", result(2, ("x", "y")))
    manifest = reader.manifest_of(path)
    assert manifest is not None
    assert (manifest.kind, manifest.list_sha256, manifest.account, manifest.job) == (RESULTS, "ab" * 32, "a1" * 16, 7)
    assert reader.open_workbook(path) is not None
    other = openpyxl.Workbook()
    other.save(tmp_path / "other.xlsx")
    assert reader.manifest_of(tmp_path / "other.xlsx") is None
    assert reader.open_workbook(tmp_path / "other.xlsx") is None
    (tmp_path / "text.xlsx").write_text("no workbook")
    assert reader.manifest_of(tmp_path / "text.xlsx") is None


def test_half_a_workbook_is_never_seen(tmp_path: Path) -> None:
    def breaks() -> Iterator[RowResult]:
        yield result(2, ("x", "y"))
        raise ZeroDivisionError

    path = written(tmp_path / "r.xlsx", result(2, ("before", "y")))
    with pytest.raises(ZeroDivisionError):
        results.write(path, content(breaks()))
    assert sheet_rows(path)[0]["a"] == "before"
    assert [entry.name for entry in tmp_path.iterdir()] == ["r.xlsx"]


def test_it_says_how_far_it_is(tmp_path: Path) -> None:
    rows = [result(number, ("x", "y")) for number in range(2, 7)]
    steps: list[int] = []
    results.write(tmp_path / "r.xlsx", content(rows, attempts=[ATTEMPT, ATTEMPT]), steps.append)
    assert steps == [1, 1, 1, 1, 1, 0, 0]


@pytest.mark.parametrize("last", [0, 3, 6])  # in the first row, in the middle, and among the attempts
def test_a_writing_that_is_cancelled_leaves_everything_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, last: int
) -> None:
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    path = written(tmp_path / "r.xlsx", result(2, ("before", "y")))
    before, cancel, steps = path.read_bytes(), CancelToken(), count()

    def on_row(_: int) -> None:
        if next(steps) == last:
            cancel.cancel()
        cancel.check()

    rows = (result(number, ("x", "y")) for number in range(2, 7))
    with pytest.raises(CancelledError):
        results.write(path, content(rows, attempts=[ATTEMPT, ATTEMPT]), on_row)
    assert path.read_bytes() == before
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["r.xlsx", "temporary"]
    assert list((tmp_path / "temporary").iterdir()) == []


def test_a_place_that_can_not_be_written_is_told(tmp_path: Path) -> None:
    with pytest.raises(WorkbookError, match="can't be written"):
        written(tmp_path / "nowhere" / "r.xlsx", result(2, ("x", "y")))
    with pytest.raises(WorkbookError, match="can't be written"):
        xlsx_writer.check_writable(tmp_path / "nowhere" / "r.xlsx")
    xlsx_writer.check_writable(tmp_path / "r.xlsx")
    assert list(tmp_path.iterdir()) == []


def test_a_sheet_that_is_full_goes_on_in_the_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheet_writer, "MOST_ROWS", 11)  # Excel's own limit takes half a minute to reach
    path = written(tmp_path / "r.xlsx", *(result(number, ("x", str(number))) for number in range(2, 27)))
    pages = ["Results", "Results 2", "Results 3"]
    assert openpyxl.load_workbook(path).sheetnames[:3] == pages
    assert [row["Row"] for page in pages for row in sheet_rows(path, page)] == list(range(2, 27))


def in_english(problem: Problem) -> str:
    return f"{render(problem.cause, 'en')}. {render(problem.fix, 'en')}"


def test_problems_stand_beside_their_rows_with_the_bad_cells_coloured(tmp_path: Path) -> None:
    path = tmp_path / "p.xlsx"
    empty = Problem(4, 0, "empty", {"field": "a"})
    odd = Problem(2, 1, "outer_spaces", stops=False)
    rows = [(Row(2, ("x", "y")), [odd], []), (Row(4, ("", "z")), [empty], [0])]
    steps: list[int] = []
    problems.write(path, PROBLEMS_MANIFEST, ("a", "b"), rows, "en", on_row=steps.append)
    assert steps == [1, 1]
    page = openpyxl.load_workbook(path)["Problems"]
    good, bad = sheet_rows(path, "Problems")
    assert (good["Row"], good["Problem"], good["Warning"], good["a"]) == (2, None, f"E2: {in_english(odd)}", "x")
    assert (bad["Row"], bad["Problem"], bad["b"]) == (4, f"D3: {in_english(empty)}", "z")
    assert page["D3"].fill.start_color.rgb not in ("00000000", page["D2"].fill.start_color.rgb)
    assert page["E3"].fill.start_color.rgb == page["E2"].fill.start_color.rgb
    told = reader.manifest_of(path)
    assert told is not None
    assert (told.kind, told.list_sha256) == (PROBLEMS, "ab" * 32)
    assert dict(told.our_columns) == {"Row": (0, "Row"), "Problem": (1, "Problem"), "Warning": (2, "Warning")}


def test_problems_are_at_the_cells_of_their_own_workbook_and_in_its_language(tmp_path: Path) -> None:
    path = tmp_path / "p.xlsx"
    found = [
        Problem(40, 7, "empty", {"field": "b"}),
        Problem(40, 9, "empty", {"field": "Row"}),
        Problem(40, None, "example_row"),
    ]
    problems.write(
        path, PROBLEMS_MANIFEST, ("a", "b"), [(Row(40, ("x", "")), found, [1])], "es", {7: 1, 9: -1}.__getitem__
    )
    (line,) = sheet_rows(path, "Problems")
    assert line["Problem"].startswith(
        "E2: b está vacío. Complete la celda. A2: Row está vacío. Complete la celda. fila 40: "
    )


def test_a_problems_workbook_that_is_cancelled_is_not_there(tmp_path: Path) -> None:
    def on_row(_: int) -> None:
        raise CancelledError

    with pytest.raises(CancelledError):
        problems.write(tmp_path / "p.xlsx", PROBLEMS_MANIFEST, ("a",), [(Row(2, ("x",)), [], [])], "en", on_row=on_row)
    assert list(tmp_path.iterdir()) == []


def test_a_blank_list_explains_itself_in_the_language_that_is_wished(tmp_path: Path) -> None:
    columns = {"id": Column(required=True, description="The id.", one_of=("1", "2"), max_length=1, example="1")}
    explained = {language: blank.explanation(columns["id"], language) for language in ("en", "es", "pt")}
    assert explained == {
        "en": "The id.\nRequired.\nOne of: 1, 2.\n1 character at the most.\nExample: 1",
        "es": "The id.\nObligatorio.\nUno de estos: 1, 2.\nMáximo 1 carácter.\nEjemplo: 1",
        "pt": "The id.\nObrigatório.\nUm destes: 1, 2.\nNo máximo 1 caractere.\nExemplo: 1",
    }
    blank.write(tmp_path / "blank.xlsx", columns, "es")
    page = openpyxl.load_workbook(tmp_path / "blank.xlsx").worksheets[0]
    assert page["A1"].comment is not None
    assert page["A1"].comment.text == explained["es"]
    assert page["A2"].comment is not None
    assert page["A2"].comment.text.startswith("Esta fila es un ejemplo")


def test_a_blank_list_has_columns_an_example_explanations_and_text_cells(tmp_path: Path, wolkvox: Template) -> None:
    path = tmp_path / "blank.xlsx"
    blank.write(path, wolkvox.columns)
    page = openpyxl.load_workbook(path).worksheets[0]
    assert [cell.value for cell in page[1]] == list(FIELDS)
    assert [cell.value for cell in page[2]] == [column.example for column in wolkvox.columns.values()]
    for cell in page[1]:
        assert cell.comment is not None
        assert wolkvox.columns[str(cell.value)].description in cell.comment.text
        assert page.column_dimensions[str(cell.coordinate)[0]].width > 10
        assert page[f"{str(cell.coordinate)[0]}2"].number_format == "@"
    with zipfile.ZipFile(path) as package:  # the columns themselves are text, so that what is typed below stays so
        columns = re.findall(
            r'<col min="(\d)" max="(\d)"[^>]*style="[1-9]', package.read("xl/worksheets/sheet1.xml").decode()
        )
    assert {at for first, last in columns for at in range(int(first), int(last) + 1)} == set(range(1, len(FIELDS) + 1))
    assert open_list(path).header == list(FIELDS)


def test_a_blank_list_may_be_a_csv(tmp_path: Path, wolkvox: Template) -> None:
    path = tmp_path / "blank.csv"
    blank.write(path, wolkvox.columns)
    table = open_list(path, wanted=FIELDS)
    assert (table.header, table.rows) == (list(FIELDS), 1)
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="an administrator may write anywhere")
def test_a_folder_without_permission_is_told(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(WorkbookError):
        xlsx_writer.check_writable(tmp_path / "r.xlsx")
