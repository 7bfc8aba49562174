"""A person's own workbook comes back with what is wrong or what became of its rows, and can be sent again."""

import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.books import GOOD, refused
from tests.conftest import interactions, write_csv
from tests.own_books import HEADER_ROW, RP_ID, SHEET, YELLOW, edited, our_cells, own_workbook
from tests.worlds import World
from uploader.actions.annotate import annotate_check, annotate_job
from uploader.i18n import Message
from uploader.sandbox import UNKNOWN_ROUTING_POINT
from uploader.workbooks.xlsx.colours import FAULT

BAD, REFUSED = 4, 7
"""The row that can't be sent, and the one that the API rejects."""
MARKED, STATUS = "list.marked.xlsx", "list.status.xlsx"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Eight rows, 4 to 11."""
    rows = interactions(8)
    rows[BAD - HEADER_ROW - 1][6] = ""
    rows[REFUSED - HEADER_ROW - 1][6] = UNKNOWN_ROUTING_POINT
    return own_workbook(tmp_path / "list.xlsx", rows)


@pytest.fixture
def marked(world: World, path: Path) -> Path:
    ended = world.checks(path, annotate=True)
    assert ended.told("annotate.written", path=str(path.with_name(MARKED))), ended.why
    return path.with_name(MARKED)


def sheet_of(path: Path) -> Any:
    return openpyxl.load_workbook(path)[SHEET]


def test_bad_cells_are_coloured_with_a_note_and_said_behind_the_last_column(marked: Path, path: Path) -> None:
    sheet = sheet_of(marked)
    cell = sheet.cell(BAD, RP_ID)
    assert cell.fill.fgColor.rgb == "FF" + FAULT[0][1:]
    assert cell.comment is not None
    assert "is empty" in str(cell.comment.text)
    assert our_cells(marked, "Row") == list(range(4, 12))
    assert [bool(one) for one in our_cells(marked, "Problem")] == [True, *[False] * 7]
    assert "H4" in our_cells(marked, "Problem")[0]
    assert path.with_name("list.problems.xlsx").exists()


def test_notes_are_in_the_language_of_the_person(world: World, path: Path) -> None:
    replace(world, language="es").checks(path, annotate=True)
    comment = sheet_of(path.with_name(MARKED)).cell(BAD, RP_ID).comment
    assert comment is not None
    assert "está vacío" in str(comment.text) or "vacía" in str(comment.text)


def test_from_the_marks_to_the_last_status_nothing_is_sent_twice(world: World, marked: Path, path: Path) -> None:
    edited(marked, {(BAD, RP_ID): GOOD})
    first = world.sends(marked, no_preflight=True, annotate=True)
    assert (first.json["accepted"], first.json["rejected"]) == (7, 1), first.why
    status = path.with_name(STATUS)
    assert first.told("annotate.written", path=str(status))
    assert our_cells(status, "Status (upload)") == ["accepted", *["accepted"] * 2, "rejected", *["accepted"] * 4]
    sheet = sheet_of(status)
    assert sheet.cell(BAD, RP_ID).fill.fgColor.rgb == YELLOW
    assert sheet.cell(BAD, RP_ID).comment is None
    assert "Problem" not in [cell.value for cell in sheet[HEADER_ROW]]
    assert sheet.cell(HEADER_ROW, 9).value == "Status"
    again = world.sends(status, no_preflight=True)
    assert again.came == [[*row[:6], UNKNOWN_ROUTING_POINT] for row in again.came]
    edited(status, {(REFUSED, RP_ID): GOOD})
    second = world.sends(status, no_preflight=True, annotate=True)
    assert [row[6] for row in second.came] == [GOOD]
    assert second.json["accepted"] == 8
    assert second.told("annotate.written", path=str(status)), second.screen
    assert set(our_cells(status, "Status (upload)")) == {"accepted"}
    assert not world.sends(status, no_preflight=True).came
    assert not world.sends(path, no_preflight=True, skip_invalid=True).came


def test_sorted_deleted_and_added_rows_are_known_by_their_numbers(world: World, path: Path) -> None:
    rows = refused(8, bad=(7,))
    own_workbook(path, rows)
    world.sends(path, no_preflight=True, annotate=True)
    status = path.with_name(STATUS)
    book = openpyxl.load_workbook(status)
    sheet = book[SHEET]
    lines = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=HEADER_ROW + 1)]
    added: list[Any] = [None, *interactions(9)[8], "mío"]
    for at, line in enumerate([added, *reversed(lines[1:])], HEADER_ROW + 1):
        for column in range(1, sheet.max_column + 1):
            value = line[column - 1] if column <= len(line) else None
            cell = sheet.cell(at, column)
            cell.value = None if isinstance(value, str) and value.startswith("=") else value
    sheet.delete_rows(HEADER_ROW + 9)
    book.save(status)
    ended = world.sends(status, no_preflight=True)
    assert sorted(row[0] for row in ended.came) == sorted([interactions(9)[8][0], rows[5][0]])


def test_a_copy_somebody_typed_into_is_left_alone(world: World, marked: Path, path: Path) -> None:
    assert world.checks(path, annotate=True).told("annotate.written", path=str(marked))
    edited(marked, {(REFUSED, RP_ID): "typed"})
    before = marked.read_bytes()
    ended = world.checks(path, annotate=True)
    assert ended.told("annotate.kept", wished=MARKED, target="list.marked-2.xlsx")
    assert marked.read_bytes() == before
    assert world.checks(marked, annotate=True).told("annotate.written", path=str(marked))
    assert world.checks(path, annotate=True).told("annotate.kept", wished=MARKED), "it has what was typed still"
    assert sheet_of(marked).cell(REFUSED, RP_ID).value == "typed"


def test_what_is_no_copy_of_ours_is_left_alone(world: World, path: Path) -> None:
    path.with_name(MARKED).write_bytes(path.read_bytes())
    assert world.checks(path, annotate=True).told("annotate.kept", target="list.marked-2.xlsx")
    assert path.with_name(MARKED).read_bytes() == path.read_bytes()


def test_a_csv_is_answered_with_the_reason(world: World, tmp_path: Path) -> None:
    rows = refused(bad=())
    rows[2][6] = ""
    ended = world.checks(write_csv(tmp_path / "list.csv", rows), annotate=True)
    assert ended.told("annotate.no_workbook", name="list.csv")
    assert (tmp_path / "list.problems.xlsx").exists()
    assert not (tmp_path / MARKED).exists()


def test_a_list_without_problems_has_nothing_to_mark(world: World, tmp_path: Path) -> None:
    good = own_workbook(tmp_path / "list.xlsx", interactions(3))
    assert world.checks(good, annotate=True).told("annotate.nothing_to_mark")


def test_redacted_columns_are_not_shown(world: World, path: Path) -> None:
    ended = world.sends(path, no_preflight=True, skip_invalid=True, annotate=True, redact=("body",))
    assert ended.told("annotate.redacted", count=1)
    assert not path.with_name(STATUS).exists()


def test_a_list_that_is_another_by_now_is_not_copied(world: World, path: Path) -> None:
    world.sends(path, no_preflight=True, skip_invalid=True)
    found = annotate_job(None, world.session)
    assert found == path.with_name(STATUS)
    edited(path, {(REFUSED, RP_ID): GOOD})
    path.with_name(STATUS).unlink()
    changed = annotate_job(1, world.session)
    assert isinstance(changed, Message)
    assert changed.code == "annotate.source_changed"


def test_rows_corrected_in_the_result_workbook_are_not_shown_as_in_the_list(world: World, path: Path) -> None:
    ended = world.sends(path, no_preflight=True, skip_invalid=True)
    results = Path(ended.json["results"])
    edited(results, {(REFUSED - HEADER_ROW + 1, 9): GOOD}, "Results")
    world.sends(results, no_preflight=True, skip_invalid=True, annotate=True)
    said = annotate_job(None, world.session)
    assert isinstance(said, Message)
    assert said.code == "annotate.corrected_elsewhere"


def test_another_computer_knows_rows_by_the_status_copy_alone(world: World, path: Path) -> None:
    world.sends(path, no_preflight=True, skip_invalid=True, annotate=True)
    path.with_name("list.results.xlsx").unlink()
    other = world.another_computer()
    came = other.sends(path, no_preflight=True, skip_invalid=True).came
    assert [row[6] for row in came] == [UNKNOWN_ROUTING_POINT]


def test_results_never_go_over_the_persons_own_workbook(world: World, path: Path) -> None:
    world.sends(path, no_preflight=True, skip_invalid=True, annotate=True)
    status = path.with_name(STATUS)
    before = status.read_bytes()
    ended = world.sends(status, no_preflight=True, skip_invalid=True)
    assert Path(ended.json["results"]).name == "list.results.xlsx"
    assert status.read_bytes() == before


def test_a_finished_check_is_marked_afterwards(world: World, path: Path) -> None:
    ended = world.checks(path)
    found = next(one for one in ended.shown if hasattr(one, "held_counts"))
    assert annotate_check(found, world.session) == path.with_name(MARKED)


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_a_copy_saved_by_libreoffice_is_known_and_sent(world: World, marked: Path, tmp_path: Path) -> None:
    edited(marked, {(BAD, RP_ID): GOOD})
    saved = tmp_path / "saved"
    command = ["soffice", f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--headless", "--convert-to"]
    subprocess.run([*command, "xlsx", "--outdir", saved, marked], check=True, capture_output=True, timeout=240)
    ended = world.sends(saved / MARKED, no_preflight=True, annotate=True)
    assert (ended.json["accepted"], ended.json["rejected"]) == (7, 1), ended.why
    assert ended.told("annotate.written", path=str(saved / STATUS))


def test_a_status_copy_is_verified_like_a_result_workbook(world: World, path: Path) -> None:
    world.sends(path, no_preflight=True, skip_invalid=True, annotate=True)
    status = path.with_name(STATUS)
    assert world.verifies(status).complaints == []
    edited(status, {(REFUSED, RP_ID): GOOD})
    assert world.verifies(status).code != 0


def test_a_copy_that_a_page_writes_names_its_buttons_and_is_verified_as_such(world: World, path: Path) -> None:
    job = world.sends(path, no_preflight=True, skip_invalid=True, first=1).json["job"]
    status = annotate_job(job, replace(world.session, face="page"))
    assert isinstance(status, Path)
    said = our_cells(status, "Advice")[2]
    assert "Send the remaining rows" in said
    assert "uploader resume" not in said
    assert world.verifies(status).complaints == []


def test_a_send_that_stops_at_bad_rows_marks_them(world: World, path: Path) -> None:
    ended = world.sends(path, no_preflight=True, annotate=True)
    assert (ended.code, ended.came) == (2, [])
    assert ended.told("annotate.written", path=str(path.with_name(MARKED)))


def test_who_wants_no_copy_does_not_pay_for_openpyxl() -> None:
    code = "import sys, uploader.actions.annotate, uploader.actions.send; sys.exit('openpyxl' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False, timeout=240).returncode == 0
