"""Values of the answers in a result workbook: columns behind ours, under names that nothing else has."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.conftest import sheet_rows
from tests.workbooks.test_results import ATTEMPT, RUN, job, result
from uploader.i18n import Message, render
from uploader.i18n.languages import LANGUAGES
from uploader.model.job import RowResult
from uploader.model.rows import ATTEMPT_COLUMNS, RESULT_COLUMNS, Status
from uploader.workbooks.columns import shown_names
from uploader.workbooks.read_back.reader import open_workbook
from uploader.workbooks.read_back.result_workbook import ResultWorkbook
from uploader.workbooks.redaction import Redaction
from uploader.workbooks.results import workbook as results

KEPT = {"ticket_id": "0042", "url": "=https://x/42"}


def with_answers(path: Path, *rows: RowResult, kept: Sequence[str] = tuple(KEPT), **more: Any) -> ResultWorkbook:
    header = more.pop("header", ("a", "b"))
    attempts = [replace(ATTEMPT, cells=("secret", "y"), kept={"ticket_id": "of secret"})]
    content = results.Content(
        job=replace(job(header), kept_columns=kept), rows=rows, attempts=attempts, runs=[RUN], **more
    )
    results.write(path, content)
    workbook = open_workbook(path)
    assert workbook is not None
    assert workbook.is_intact
    return workbook


def accepted(number: int, kept: Mapping[str, str], cells: tuple[str, ...] = ("x", "y")) -> RowResult:
    return replace(result(number, cells), kept=kept)


def test_they_stand_behind_ours_as_texts(tmp_path: Path) -> None:
    with_answers(tmp_path / "r.xlsx", accepted(2, KEPT), accepted(3, {}))
    page = openpyxl.load_workbook(tmp_path / "r.xlsx")["Results"]
    assert [cell.value for cell in page[1]] == ["Row", "a", "b", *RESULT_COLUMNS, "ticket_id", "url"]
    assert [(cell.value, cell.data_type) for cell in page[2][-2:]] == [("0042", "s"), ("=https://x/42", "s")]
    assert [cell.value for cell in page[3][-2:]] == [None, None]


def test_the_sheet_of_requests_has_them_too(tmp_path: Path) -> None:
    with_answers(tmp_path / "r.xlsx", accepted(2, KEPT), kept=("ticket_id", "Detail"))
    (line,) = sheet_rows(tmp_path / "r.xlsx", "Attempts")
    assert [*line] == [*ATTEMPT_COLUMNS, "ticket_id", "Detail (answer)"]
    assert line["ticket_id"] == "of secret"


@pytest.mark.parametrize(
    ("header", "kept", "shown"),
    [
        (("a", "b"), ("id", "state"), ["id", "state"]),
        (("ID", " state "), ("id", "state"), ["id (answer)", "state (answer)"]),
        (("id", "id (answer)"), ("id",), ["id (answer 2)"]),
        (("a", "b"), ("Status", "advice", "Row"), ["Status (answer)", "advice (answer)", "Row (answer)"]),
        (("id", "status"), ("id", "id (answer)", "Status"), ["id (answer)", "id (answer) (answer)", "Status (answer)"]),
        (("status", "Status (answer)"), ("status",), ["status (answer 2)"]),
    ],
)
def test_a_name_that_is_taken_has_a_mark_and_none_is_there_twice(
    tmp_path: Path, header: tuple[str, ...], kept: tuple[str, ...], shown: list[str]
) -> None:
    workbook = with_answers(tmp_path / "r.xlsx", accepted(2, dict.fromkeys(kept, "7")), header=header, kept=kept)
    names = [str(cell.value).casefold() for cell in openpyxl.load_workbook(tmp_path / "r.xlsx")["Results"][1]]
    assert names[-len(kept) :] == [name.casefold() for name in shown]
    assert len(set(names)) == len(names)
    assert workbook.manifest.kept_columns == kept
    assert workbook.list_header == list(header)


def test_what_is_written_is_read_back_and_verified(tmp_path: Path) -> None:
    workbook = with_answers(tmp_path / "r.xlsx", accepted(2, KEPT), accepted(3, {"url": "u"}))
    lines = list(workbook.lines())
    assert [line.is_as_written for line in lines] == [True, True]
    assert [line.outcome()[-2:] for line in lines] == [["0042", "=https://x/42"], ["", "u"]]


def test_one_that_somebody_edited_is_not_as_it_was_written(tmp_path: Path) -> None:
    with_answers(tmp_path / "r.xlsx", accepted(2, KEPT), accepted(3, KEPT))
    book = openpyxl.load_workbook(tmp_path / "r.xlsx")
    book["Results"].cell(2, book["Results"].max_column - 1).value = "43"
    book.save(tmp_path / "r.xlsx")
    workbook = open_workbook(tmp_path / "r.xlsx")
    assert workbook is not None
    assert [line.is_as_written for line in workbook.lines()] == [False, True]


def test_a_row_s_redacted_values_are_hidden_in_them(tmp_path: Path) -> None:
    redaction = Redaction(frozenset({"a"}), b"k" * 32)
    row = accepted(2, {"ticket_id": "of secret"}, ("secret", "y"))
    with_answers(tmp_path / "r.xlsx", row, redaction=redaction)
    shown = f"of {redaction.hashed('secret')}"
    for sheet in ("Results", "Attempts"):
        (line,) = sheet_rows(tmp_path / "r.xlsx", sheet)
        assert line["ticket_id"] == shown


def test_a_value_longer_than_a_cell_is_cut_as_every_text_of_ours(tmp_path: Path) -> None:
    workbook = with_answers(tmp_path / "r.xlsx", accepted(2, {"url": "x" * 40_000, "ticket_id": "\x00\x07"}))
    (line,) = workbook.lines()
    assert line.is_as_written
    ticket, url = line.outcome()[-2:]
    assert (len(url) <= 32_767, url.startswith("xxx"), "\x00" in ticket) == (True, True, False)


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_says_at_its_header_what_it_is(tmp_path: Path, language: str) -> None:
    with_answers(tmp_path / "r.xlsx", accepted(2, KEPT), language=language)
    book = openpyxl.load_workbook(tmp_path / "r.xlsx")
    for sheet in ("Results", "Attempts"):
        said = next(cell.comment for cell in book[sheet][1] if cell.value == "ticket_id")
        assert said is not None
        assert said.text == render(Message("workbook.column.answer"), language)


def test_an_older_version_does_not_take_such_a_workbook_for_one_that_it_knows(tmp_path: Path) -> None:
    versions = {
        with_answers(tmp_path / f"{len(kept)}.xlsx", accepted(2, KEPT), kept=kept).manifest.version
        for kept in ((), ("ticket_id",))
    }
    assert versions == {"3", "4"}


def test_without_such_columns_nothing_of_a_workbook_is_another(tmp_path: Path) -> None:
    workbook = with_answers(tmp_path / "r.xlsx", accepted(2, KEPT), kept=())
    assert [*workbook.our_columns] == ["Row", *RESULT_COLUMNS]
    assert [len(line.outcome()) for line in workbook.lines()] == [len(RESULT_COLUMNS)]
    assert shown_names(RESULT_COLUMNS, ["status"])[0] == "Status (upload)"
    assert Status.ACCEPTED in next(workbook.lines()).outcome()


def test_the_ids_of_requests_that_may_have_arrived_go_along_unseen(tmp_path: Path) -> None:
    unknown = replace(result(3, ("x", "y"), Status.UNKNOWN), request_id="the-same")
    workbook = with_answers(tmp_path / "r.xlsx", accepted(2, KEPT), unknown)
    assert workbook.manifest.request_ids == {3: "the-same"}
    assert with_answers(tmp_path / "without.xlsx", accepted(2, KEPT)).manifest.request_ids == {}
