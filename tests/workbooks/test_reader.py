"""Workbooks of ours are recognised whatever became of them, those that version 0.1.0 wrote too."""

import os
import re
import shutil
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest

from tests.conftest import measured
from tests.workbooks.test_results import content, job, result, written
from uploader.errors import ListError
from uploader.i18n import Message, render
from uploader.model import advice
from uploader.model.job import Attempt, RowResult
from uploader.model.rows import RESULT_COLUMNS, Row, Status
from uploader.readers import open_file, open_list, table_of
from uploader.workbooks.cell_digests import line_digest
from uploader.workbooks.manifest import PROBLEMS, RESULTS, VERSION, read_manifest
from uploader.workbooks.read_back.reader import manifest_of, open_proven, open_workbook, recognise
from uploader.workbooks.read_back.result_workbook import ResultLine, ResultWorkbook
from uploader.workbooks.results import workbook as results

OLD = Path(__file__).parents[1] / "data" / "version_0_1_0"
OLD_RESULTS = ["results_of_job_1.xlsx", "results_of_job_2.xlsx", "results_of_job_3.xlsx", "sandbox.xlsx"]
HEADER = ["De", "Nombre remitente", "Para", "Nombre destinatario", "Asunto", "Cuerpo", "Punto de enrutamiento"]
FIELDS = ["from", "fromname", "to", "toname", "subject", "body", "rp_id"]


def opened(path: Path) -> ResultWorkbook:
    workbook = open_workbook(path)
    assert workbook is not None
    return workbook


def outcome_digest(line: ResultLine) -> str:
    return line_digest([line.our_cells[name] for name in RESULT_COLUMNS])


@pytest.mark.parametrize("name", OLD_RESULTS)
def test_a_result_workbook_of_version_0_1_0_is_as_it_was_written(name: str) -> None:
    workbook = opened(OLD / name)
    manifest = workbook.manifest
    assert manifest_of(OLD / name) == manifest
    digests, lines = manifest.row_digests(), list(workbook.lines())
    assert [int(line.number) for line in lines] == list(digests) == list(range(2, 11))
    for line in lines:
        assert (line_digest(line.cells), outcome_digest(line)) == digests[int(line.number)], line
        assert line.is_as_written
    assert (workbook.is_intact, manifest.is_older) == (True, True)
    assert {sheet: workbook.sheet_digest(sheet) for sheet in manifest.other_sheets} == manifest.other_sheets
    assert set(manifest.other_sheets) == {"Attempts", "Summary"}
    assert workbook.sheet_digest("no such sheet") is None


def test_what_it_says_of_itself_is_known() -> None:
    manifest = opened(OLD / "results_of_job_1.xlsx").manifest
    assert (manifest.kind, manifest.list_name, manifest.list_sheet) == (RESULTS, "clientes.csv", None)
    assert (manifest.template, manifest.job, manifest.sandbox) == ("wolkvox/add_interaction", 1, False)
    assert (manifest.user, manifest.machine, manifest.zone, manifest.language) == ("ana", "pc-7", "-05:00", "es")
    assert len(manifest.job_key) == 32
    assert manifest.redacted == []
    practice = opened(OLD / "sandbox.xlsx").manifest
    assert (practice.sandbox, practice.redacted, practice.language) == (True, ["Para"], "pt")


@pytest.mark.parametrize("name", [*OLD_RESULTS, "problems.xlsx"])
def test_a_manifest_is_written_as_version_0_1_0_wrote_it(name: str) -> None:
    rows = openpyxl.load_workbook(OLD / name)["uploader"].iter_rows(values_only=True)
    entries = [(str(key), str(text or "")) for key, text in rows]
    manifest = read_manifest(entries)
    assert manifest is not None
    assert list(manifest.entries()) == entries


def test_its_rows_their_statuses_and_its_attempts_are_read() -> None:
    workbook = opened(OLD / "results_of_job_1.xlsx")
    index = workbook.row_index()
    assert [index.number(position) for position in range(2, 11)] == list(range(2, 11))
    assert [index.status(position) for position in range(2, 8)] == [
        Status.ACCEPTED, Status.ACCEPTED, Status.INVALID, Status.UNKNOWN, Status.SKIPPED, Status.REJECTED,
    ]  # fmt: skip
    assert (index.highest, index.repeated()) == (10, {})
    attempts = list(workbook.attempts())
    assert [attempt["Row"] for attempt in attempts] == ["2", "3", "5", "7", "8", "9", "10"]
    assert [attempt["Meaning"] for attempt in attempts[:4]] == ["accepted", "accepted", "unknown", "rejected"]
    assert attempts[0]["Sent at"].startswith("2026-11-25 20:")
    assert {attempt["Job"] for attempt in attempts} == {"1"}


@pytest.mark.parametrize(("name", "first"), [("results_of_job_1.xlsx", 1), ("problems.xlsx", 3)])
def test_its_list_is_a_list_again(name: str, first: int) -> None:
    workbook = opened(OLD / name)
    assert workbook.list_header == HEADER
    assert workbook.mapping() == {field: first + nth for nth, field in enumerate(FIELDS)}
    source = workbook.source()
    assert source.left_out == frozenset(workbook.our_columns.values())
    table = table_of(source, FIELDS, workbook.header_row)
    rows = [
        [record.cells[at] for at in workbook.list_columns] for records in table.texts() for record in records.rows()
    ]
    original = open_list(OLD / "clientes.csv")
    assert rows == [list(record.cells) for records in original.texts() for record in records.rows()]


def test_a_problems_workbook_of_version_0_1_0_is_known() -> None:
    workbook = opened(OLD / "problems.xlsx")
    assert (workbook.manifest.kind, workbook.manifest.language) == (PROBLEMS, "en")
    assert workbook.manifest.list_sha256 == opened(OLD / "results_of_job_1.xlsx").manifest.list_sha256
    (problem,) = (line.our_cells["Problem"] for line in workbook.lines() if line.our_cells["Problem"])
    assert problem == "H4: subject está vacío. Complete la celda."
    assert list(workbook.attempts()) == []


@pytest.fixture
def bogota(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    if os.name == "nt":
        pytest.skip("Windows takes no time zone from the environment")
    with monkeypatch.context() as patch:
        patch.setenv("TZ", "America/Bogota")
        time.tzset()
        yield
    time.tzset()


def utc(text: str) -> str | None:
    return datetime.fromisoformat(f"{text}-05:00").isoformat() if text else None


def whole(text: str) -> int | None:
    return int(text) if text else None


@pytest.mark.usefixtures("bogota")
@pytest.mark.parametrize("name", OLD_RESULTS)
def test_the_same_rows_are_written_with_the_same_digests_as_by_version_0_1_0(name: str, tmp_path: Path) -> None:
    """So that each version can say of the other's workbooks whether they are as they were written."""
    old = opened(OLD / name)
    rows = [
        RowResult(
            row=Row(int(line.number), line.cells),
            status=Status(line.our_cells["Status"]),
            code=line.our_cells["Response code"],
            message=line.our_cells["Response message"],
            advice=advice.as_written(line.our_cells["Advice"]),
            http_status=whole(line.our_cells["HTTP status"]),
            attempts=int(line.our_cells["Attempts"]),
            sent_at=utc(line.our_cells["Sent at"]),
            duration_ms=whole(line.our_cells["Duration ms"]),
        )
        for line in old.lines()
    ]
    attempts = [
        Attempt(
            row=int(line["Row"]),
            nth=int(line["Attempt"]),
            sent_at=utc(line["Sent at"]) or "",
            verdict=line["Meaning"],
            code=line["Response code"],
            message=line["Response message"],
            http_status=whole(line["HTTP status"]),
            duration_ms=whole(line["Duration ms"]),
            detail=Message("text", text=line["Detail"]) if line["Detail"] else None,
            job=int(line["Job"]),
        )
        for line in old.attempts()
    ]
    manifest = old.manifest
    again = replace(
        job(tuple(HEADER)),
        id=manifest.job,
        list_sha256=manifest.list_sha256,
        list_name=manifest.list_name,
        template_sha256=manifest.template_sha256,
        fields={field: nth for nth, field in enumerate(FIELDS)},
        key=manifest.job_key,
        redacted=manifest.redacted,
    )
    how = replace(content(rows, attempts=attempts, sandbox=manifest.sandbox, language=manifest.language), job=again)
    results.write(tmp_path / "again.xlsx", how)
    written_now = opened(tmp_path / "again.xlsx").manifest
    assert written_now.other_sheets["Attempts"] == manifest.other_sheets["Attempts"]
    assert written_now.list_header == tuple(HEADER)  # that version did not keep it,
    assert written_now.place  # nor this
    assert written_now.version == VERSION
    now, then = (
        replace(one, other_sheets={}, list_header=(), place="", sheets=(), version="", digest="")
        for one in (written_now, manifest)
    )
    assert now == then


def test_the_file_is_opened_once(tmp_path: Path) -> None:
    path = written(tmp_path / "r.xlsx", result(2, ("x", "y")))
    workbook = opened(path)
    path.unlink()
    assert [line.cells for line in workbook.lines()] == [("x", "y")]
    assert [attempt["Row"] for attempt in workbook.attempts()] == ["2"]
    assert workbook.sheet_digest("Summary") == workbook.manifest.other_sheets["Summary"]
    assert workbook.row_index().highest == 2
    assert table_of(workbook.source(), (), workbook.header_row).rows == 1


def test_how_it_was_read_is_said(tmp_path: Path) -> None:
    with open_file(written(tmp_path / "r.xlsx", result(2, ("x", "y")))) as file:
        workbook = recognise(file)
    assert workbook is not None
    source = workbook.source()
    assert render(source.how, "en") == "XLSX, result workbook of list.csv, sheet “Results”"
    assert list(source.notes) == []


def test_lines_above_columns_moved_and_a_copy_of_the_sheet_do_no_harm(tmp_path: Path) -> None:
    path = written(tmp_path / "r.xlsx", result(2, ("x", "y")), result(3, ("z", "w"), Status.REJECTED))
    book = openpyxl.load_workbook(path)
    sheet = book["Results"]
    copy = book.copy_worksheet(sheet)
    book.move_sheet(copy, -4)
    sheet.insert_cols(1)
    sheet.insert_rows(1, 2)
    sheet["A1"] = "a title"
    book.save(path)
    workbook = opened(path)
    assert ([name for name, _ in workbook.sheets], workbook.header_row) == (["Results"], 3)
    assert [(line.position, line.number, line.cells[1:]) for line in workbook.lines()] == [
        (4, "2", ("x", "y")),
        (5, "3", ("z", "w")),
    ]
    index = workbook.row_index()
    assert (index.number(5), index.status(5)) == (3, Status.REJECTED)


def test_numbers_that_are_none_and_numbers_twice_are_seen(tmp_path: Path) -> None:
    path = written(tmp_path / "r.xlsx", *(result(number, ("x", "y")) for number in range(2, 6)))
    book = openpyxl.load_workbook(path)
    sheet = book["Results"]
    sheet["A3"], sheet["A4"], sheet["A5"] = "three", None, 2
    book.save(path)
    index = opened(path).row_index()
    assert [index.number(position) for position in range(2, 6)] == [2, None, None, 2]
    assert [index.is_not_a_number(position) for position in range(2, 6)] == [False, True, False, False]
    assert index.repeated() == {5: (2, 2)}


@pytest.mark.parametrize(("column", "cell"), [("Row", "A1"), ("Status", "D1")])
def test_a_column_of_ours_that_is_missing_is_told(tmp_path: Path, column: str, cell: str) -> None:
    path = written(tmp_path / "r.xlsx", result(2, ("x", "y")))
    book = openpyxl.load_workbook(path)
    book["Results"][cell] = "something else"
    book.save(path)
    with pytest.raises(ListError, match=rf"r\.xlsx is a result workbook, but its column {column} is missing"):
        open_workbook(path)
    assert manifest_of(path) is not None


def changed(path: Path, change: Callable[[openpyxl.Workbook], None]) -> Path:
    book = openpyxl.load_workbook(path)
    change(book)
    book.save(path)
    return path


def set_hidden(key: str, text: str | None) -> Callable[[openpyxl.Workbook], None]:
    def change(book: openpyxl.Workbook) -> None:
        line = next(line for line in book["uploader"].iter_rows(max_col=2) if line[0].value == key)
        line[1].value = text

    return change


def hide_results(book: openpyxl.Workbook) -> None:
    book.active = book.sheetnames.index("Summary")
    book["Results"].sheet_state = "hidden"


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (set_hidden("version", "5"), "was written by another version of uploader"),
        (set_hidden("version", "17"), "Update uploader on this computer"),
        (set_hidden("version", None), "its hidden sheet was changed"),
        (set_hidden("kind", "letters"), "its hidden sheet was changed"),
        (set_hidden("our_columns", "[3]"), "its hidden sheet was changed"),
        (hide_results, "its sheet “Results” is hidden. Unhide the sheet"),
    ],
)
def test_a_workbook_of_ours_that_is_not_understood_is_never_taken_for_something_else(
    tmp_path: Path, change: Callable[[openpyxl.Workbook], None], why: str
) -> None:
    path = changed(written(tmp_path / "r.xlsx", result(2, ("x", "y"))), change)
    for open_ in (open_workbook, open_proven):
        with pytest.raises(ListError, match=re.escape(why)):
            open_(path)


def drop_hidden_sheet(book: openpyxl.Workbook) -> None:
    del book["uploader"]


def rename_hidden_sheet(book: openpyxl.Workbook) -> None:
    book["uploader"].title = "Hoja1"


@pytest.mark.parametrize("change", [drop_hidden_sheet, rename_hidden_sheet])
def test_our_columns_without_their_hidden_sheet_prove_nothing(
    tmp_path: Path, change: Callable[[openpyxl.Workbook], None]
) -> None:
    path = changed(written(tmp_path / "r.xlsx", result(2, ("x", "y"))), change)
    assert open_workbook(path) is None
    with pytest.raises(ListError, match="not its hidden sheet, which says which list it belongs to"):
        open_proven(path)


def test_what_is_certainly_not_ours_is_proven_so(tmp_path: Path) -> None:
    (tmp_path / "a.results.csv").write_text("a,b\n1,2\n")
    assert open_proven(tmp_path / "a.results.csv") is None
    book = openpyxl.Workbook()
    book.create_sheet("uploader")["A1"] = "a sheet of their own"  # by chance with the name of ours
    book.create_chartsheet("Gráfico")
    book.worksheets[0].append(["Row", "Status"])
    book.save(tmp_path / "b.results.xlsx")
    assert open_proven(tmp_path / "b.results.xlsx") is None


def test_hidden_rows_are_told(tmp_path: Path) -> None:
    path = written(tmp_path / "r.xlsx", result(2, ("x", "y")), result(3, ("x", "y")), result(4, ("x", "y")))
    book = openpyxl.load_workbook(path)
    for row in (3, 4):
        book["Results"].row_dimensions[row].hidden = True
    book.save(path)
    (note,) = opened(path).source().notes
    assert (note.code, note.facts) == ("workbook.read.hidden_rows", {"count": 2})
    assert render(note, "en").startswith("2 rows are hidden by a filter or by hand")


def test_a_text_is_no_workbook_of_ours(tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_text("a,b\n1,2\n")
    assert open_workbook(tmp_path / "list.csv") is None
    assert manifest_of(tmp_path / "list.csv") is None
    assert manifest_of(tmp_path / "nowhere.xlsx") is None


def test_a_large_workbook_is_known_again_in_little_memory(tmp_path: Path) -> None:
    def megabytes(path: Path) -> float:
        command = "import sys, pathlib; from uploader.workbooks.read_back.reader import manifest_of as of"
        said, _, most = measured(sys.executable, "-c", f"{command}; print(of(pathlib.Path(sys.argv[1])).digest)", path)
        assert said == opened(small).manifest.digest
        return most

    small, large = written(tmp_path / "small.xlsx", result(2, ("x", "y"))), tmp_path / "large.xlsx"
    shutil.copy(small, large)
    with zipfile.ZipFile(large, "a") as package:
        package.writestr("xl/media/image1.png", os.urandom(48 << 20))
    assert megabytes(large) < megabytes(small) + 24
