import os
import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.conftest import sheet_rows
from uploader.errors import CancelledError, WorkbookError
from uploader.i18n import Message, render
from uploader.i18n.languages import LANGUAGES
from uploader.model import advice
from uploader.model.cancel import CancelToken
from uploader.model.job import Attempt, Job, RowResult, RunRecord, Sender
from uploader.model.rows import RESULT_COLUMNS, ROW_COLUMN, Row, Status
from uploader.readers import open_list
from uploader.workbooks.columns import note_of
from uploader.workbooks.manifest import RESULTS
from uploader.workbooks.read_back import reader
from uploader.workbooks.results import workbook as results
from uploader.workbooks.xlsx import sheet_writer, writable

SENT_AT = "2026-03-09T17:05:09.123+00:00"


def job(header: tuple[str, ...] = ("a", "b"), **counts: int) -> Job:
    return Job(
        id=7,
        created_at=SENT_AT,
        ended_at=SENT_AT,
        stopped=None,
        sender=Sender("ana", "pc-7", "0.1.0"),
        started_at=SENT_AT,
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
        results_path=Path("/lists/list.results.xlsx"),
        counts={status: counts.get(status.name.lower(), 0) for status in Status},
        key="a1" * 16,
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
    sending_seconds=60.0,
)
ATTEMPT = Attempt(2, 1, SENT_AT, "accepted", "201", "done", 201, 15, None, 7)


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
    assert (manifest.kind, manifest.list_sha256, manifest.job_key, manifest.job) == (RESULTS, "ab" * 32, "a1" * 16, 7)
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
    with pytest.raises(WorkbookError, match="Can't write the workbook"):
        written(tmp_path / "nowhere" / "r.xlsx", result(2, ("x", "y")))
    with pytest.raises(WorkbookError, match="Can't write the workbook"):
        writable.check_writable(tmp_path / "nowhere" / "r.xlsx")
    writable.check_writable(tmp_path / "r.xlsx")
    assert list(tmp_path.iterdir()) == []


def test_a_sheet_that_is_full_goes_on_in_the_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheet_writer, "MOST_ROWS", 11)  # Excel's own limit takes half a minute to reach
    path = written(tmp_path / "r.xlsx", *(result(number, ("x", str(number))) for number in range(2, 27)))
    pages = ["Results", "Results 2", "Results 3"]
    assert openpyxl.load_workbook(path).sheetnames[:3] == pages
    assert [row["Row"] for page in pages for row in sheet_rows(path, page)] == list(range(2, 27))


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="an administrator may write anywhere")
def test_a_folder_without_permission_is_told(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(WorkbookError):
        writable.check_writable(tmp_path / "r.xlsx")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_column_of_ours_explains_itself_in_the_reader_s_language(tmp_path: Path, language: str) -> None:
    path = tmp_path / "r.xlsx"
    results.write(path, content([result(2, ("x", "y"))], language=language))
    book = openpyxl.load_workbook(path)
    for sheet, own in (("Results", {"a", "b"}), ("Attempts", set())):
        for cell in book[sheet][1]:
            if cell.value in own:
                assert cell.comment is None
            else:
                assert cell.comment is not None, cell.value
                times = render(Message("workbook.times", zone="+00:00"), language)
                assert cell.comment.text == render(Message(note_of(str(cell.value)), times=times), language)
