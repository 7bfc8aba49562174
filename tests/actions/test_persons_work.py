"""What a person typed into a workbook of ours is never gone: it is sent, carried on, or the workbook is left alone."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.chart import BarChart
from openpyxl.comments import Comment

from tests.books import GOOD, OURS, hidden, mend, page, refused
from tests.conftest import FIELDS, interactions, sheet_rows, write_csv
from tests.worlds import Ending, World
from uploader.actions.history import forget, history
from uploader.actions.options import SandboxConfig
from uploader.actions.planning.known import persons_work
from uploader.actions.results import results
from uploader.actions.settle import settle
from uploader.actions.steps.workbooks import places, result_file
from uploader.i18n import Message, row_numbers
from uploader.workbooks.xlsx import moving, writable, xlsx_writer
from uploader.workbooks.xlsx.moving import Place


def cell(ended: Ending, row: int, column: str) -> Any:
    """What the result workbook has there."""
    return next(line[column] for line in sheet_rows(Path(ended.json["results"])) if line["Row"] == row)


def typed(path: Path) -> set[str]:
    """Every text in a workbook, also on sheets of the person's."""
    book = openpyxl.load_workbook(path)
    return {
        str(cell) for sheet in book.worksheets for line in sheet.iter_rows(values_only=True) for cell in line if cell
    }


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Eight rows, of which the API rejects rows 4 and 7."""
    return write_csv(tmp_path / "list.csv", refused())


@pytest.fixture
def pilot(world: World, path: Path) -> Path:
    """The result workbook of the first four rows; four wait."""
    return Path(world.sends(path, no_preflight=True, first=4).json["results"])


@pytest.mark.parametrize("how", ["send", "resume"])
def test_after_a_pilot_the_list_goes_as_its_workbook_was_corrected(
    world: World, path: Path, pilot: Path, how: str
) -> None:
    mend(pilot, {(4, "rp_id"): GOOD, (8, "body"): "corrected"})
    ended = world.sends(path, no_preflight=True) if how == "send" else world.resumes(no_preflight=True)
    assert ended.told("send.takes_in", name=pilot.name, numbers=row_numbers([4, 8]))
    rows = refused()
    rows[2][6], rows[6][5] = GOOD, "corrected"
    assert ended.came == sorted([rows[2], *rows[4:]])
    assert (ended.json["results"], ended.json["not_sent"]) == (str(pilot), 0)
    assert (cell(ended, 4, "rp_id"), cell(ended, 8, "body")) == (GOOD, "corrected")
    assert world.sends(path, no_preflight=True).came == [rows[5]]  # the one that is refused still


def test_of_another_place_nothing_is_said_where_nothing_is_written(world: World, tmp_path: Path) -> None:
    rows = refused()
    rows[5][0] = ""
    path = write_csv(tmp_path / "list.csv", rows)
    pilot = Path(world.sends(path, no_preflight=True, skip_invalid=True).json["results"])
    mend(pilot, {(4, "Response message"): "llamado el lunes"})
    ended = world.sends(path, no_preflight=True)
    assert (ended.json["exit"], ended.json["results"]) == (2, None)
    assert not any(message.code.startswith("result_file.") for message in world.ui.told)
    assert world.sends(path, no_preflight=True, skip_invalid=True).told("result_file.kept_notes", wished=pilot.name)


def test_rows_added_beside_corrections_are_sent_and_said(world: World, path: Path, pilot: Path) -> None:
    new = interactions(1, start=70)[0]
    mend(pilot, {(4, "rp_id"): GOOD})
    with page(pilot) as lines:
        lines.append([None, *new])
    ended = world.sends(path, no_preflight=True)
    assert ended.told("send.takes_in", numbers=row_numbers([4]))
    assert ended.told("send.takes_in_added", count=1, name=pilot.name)
    assert new in ended.came


def test_a_corrected_row_that_was_accepted_is_not_sent_again_and_the_correction_stays_to_be_seen(
    world: World, path: Path, pilot: Path
) -> None:
    mend(pilot, {(3, "body"): "too late"})
    ended = world.sends(path, no_preflight=True)
    assert refused()[1] not in ended.came
    assert ended.told("held.accepted_edited", numbers=row_numbers([3]))
    assert "too late" in cell(ended, 3, "Advice")


def test_a_refused_row_that_was_not_corrected_does_not_go_with_the_others_that_wait(
    world: World, path: Path, pilot: Path
) -> None:
    mend(pilot, {(8, "body"): "corrected"})
    ended = world.sends(path, no_preflight=True)
    assert cell(ended, 4, "Attempts") == 1
    assert world.sends(path, no_preflight=True).json["requests"] == 2  # by itself, the finished list tries both again


def test_results_written_again_leave_a_corrected_workbook_alone_and_say_how_to_send_it(
    world: World, pilot: Path
) -> None:
    mend(pilot, {(8, "body"): "corrected"})
    before = pilot.read_bytes()
    _, written = results("1", None, world.session)
    assert (written.name, pilot.read_bytes()) == ("list.results-2.xlsx", before)
    assert sheet_rows(written)[6]["body"] == interactions(8)[6][5]
    told = [message for message in world.ui.told if message.code == "result_file.kept_work"]
    assert [message.facts["command"] for message in told] == [Message("command.send", path=str(pilot))]


def test_what_was_corrected_while_practising_goes_to_the_sandbox_unless_the_person_decides_otherwise(
    world: World, path: Path
) -> None:
    practising = replace(world, environment={}, is_wired=True)
    ended = practising.sends(path, sandbox=SandboxConfig(latency_seconds=0))
    book = mend(Path(ended.json["results"]), {(4, "rp_id"): GOOD})
    results("1", None, world.session, sandbox=True)
    told = [message for message in world.ui.told if message.code == "result_file.kept_work"]
    assert [message.facts["command"] for message in told] == [Message("command.send_sandbox", path=str(book))]


def test_the_workbook_that_is_sent_itself_is_renewed_in_its_place(world: World, pilot: Path) -> None:
    mend(pilot, {(4, "rp_id"): GOOD, (3, "body"): "too late"})
    ended = world.sends(pilot, no_preflight=True)
    assert (ended.json["results"], cell(ended, 4, "Status")) == (str(pilot), "accepted")
    again = world.sends(pilot, no_preflight=True)
    assert again.json["results"] == str(pilot)
    assert "too late" in cell(again, 3, "Advice")


@pytest.mark.parametrize("how", ["list", "workbook", "results"])
@pytest.mark.parametrize("where", ["our column", "another sheet", "a new row"])
def test_what_no_renewed_workbook_would_have_is_left_where_it_is(
    world: World, path: Path, pilot: Path, how: str, where: str
) -> None:
    if where == "our column":
        mend(pilot, {(4, "Response message"): "llamado el lunes"})
    elif where == "another sheet":
        book = openpyxl.load_workbook(pilot)
        book.create_sheet("Mías")["B2"] = "llamado el lunes"
        book.save(pilot)
    else:
        with page(pilot) as lines:
            lines.append([None, *interactions(1, start=70)[0][:5], "llamado el lunes", GOOD])
    renewed: Path | None = None
    if how == "results":
        results("1", None, world.session)
        code = "result_file.kept_work" if where == "a new row" else "result_file.kept_notes"
        assert [message.code for message in world.ui.told if "result_file" in message.code] == [code]
    else:
        renewed = Path(world.sends(path if how == "list" else pilot, no_preflight=True).json["results"])
    there = [one for one in pilot.parent.glob("*.xlsx") if "llamado el lunes" in typed(one)]
    assert there, "gone"
    if how == "workbook" and where == "a new row":
        assert renewed == pilot  # it was sent, and is a row of the list now
    else:
        assert pilot in there


def test_what_is_left_of_a_list_is_never_written_over_a_file_that_can_not_be_read(
    world: World, path: Path, pilot: Path
) -> None:
    whole = pilot.read_bytes()
    pilot.write_bytes(whole[: len(whole) // 2])
    ended = world.sends(path, no_preflight=True)
    assert (Path(ended.json["results"]).name, len(pilot.read_bytes())) == ("list.results-2.xlsx", len(whole) // 2)


def test_a_workbook_whose_edits_can_not_be_read_is_left_alone_and_the_reason_is_said(world: World, pilot: Path) -> None:
    book = openpyxl.load_workbook(pilot)
    book.create_sheet("Mías", 0)
    book["Results"].sheet_state = "hidden"
    book.save(pilot)
    before = pilot.read_bytes()
    _, written = results("1", None, world.session)
    assert (written.name, pilot.read_bytes()) == ("list.results-2.xlsx", before)
    assert [message.code for message in world.ui.told if "result_file" in message.code] == ["result_file.kept_unread"]


def test_opening_and_saving_a_workbook_is_no_work_that_would_be_lost(world: World, path: Path, pilot: Path) -> None:
    openpyxl.load_workbook(pilot).save(pilot)
    ended = world.sends(path, no_preflight=True)
    assert ended.json["results"] == str(pilot)
    assert not ended.told("send.takes_in")


def test_a_workbook_that_nobody_touched_is_not_looked_through(
    world: World, path: Path, pilot: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(places, "unknown_work", lambda *_: pytest.fail("looked through"))
    monkeypatch.setattr(persons_work, "unknown_work", lambda *_: pytest.fail("looked through"))
    for _ in range(2):
        assert world.sends(path, no_preflight=True).json["results"] == str(pilot)
    assert results("1", None, world.session)[1] == pilot


def test_a_file_that_was_saved_as_soon_as_it_stood_there_is_not_taken_for_one_that_we_wrote(
    world: World, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def saved_at_once(place: Path, *how: Any) -> Any:
        found = standing(place)
        if place.name == "list.results.xlsx" and found is not None and not saved:
            saved.append(mend(place, {(8, "body"): "corrected"}))
        return found

    saved: list[Path] = []
    standing = writable.standing_at
    monkeypatch.setattr(result_file, "standing_at", saved_at_once)
    world.sends(path, no_preflight=True, first=4)
    assert saved
    assert world.sends(path, no_preflight=True).told("send.takes_in")


@pytest.mark.parametrize("face", ["cli", "page"])
def test_sorting_filtering_and_deleting_what_we_wrote_is_none_either(world: World, path: Path, face: str) -> None:
    pilot = Path(replace(world, face=face).sends(path, no_preflight=True, first=4).json["results"])
    mend(pilot, {(7, "Status"): None})
    with page(pilot) as lines:
        lines.delete_cols(1 + len(FIELDS) + len(OURS))
        lines.auto_filter.ref = "A1:C9"
    ended = world.sends(path, no_preflight=True)
    assert ended.json["results"] == str(pilot)


@pytest.mark.parametrize("what", ["list", "workbook"])
def test_what_was_corrected_while_practising_is_there_when_it_is_sent_for_real(
    world: World, path: Path, what: str
) -> None:
    practising = replace(world, environment={}, is_wired=True)
    ended = practising.sends(path, sandbox=SandboxConfig(latency_seconds=0))
    book = mend(Path(ended.json["results"]), {(4, "rp_id"): GOOD, (5, "body"): "corrected"})
    ended = world.sends(path if what == "list" else book, no_preflight=True)
    rows = refused()
    if what == "list":
        assert ended.told("result_file.kept_work", wished=book.name)
        assert "corrected" in typed(book)
    else:
        rows[2][6], rows[3][5] = GOOD, "corrected"
        assert ended.json["results"] == str(book)
    assert ended.came == sorted(rows)


def test_practice_never_touches_the_workbook_of_a_real_run(world: World, path: Path, pilot: Path) -> None:
    real = pilot.read_bytes()
    practising = replace(world, environment={}, is_wired=True)
    for source in (path, pilot):
        ended = practising.sends(source, sandbox=SandboxConfig(latency_seconds=0))
        assert (Path(ended.json["results"]).name, pilot.read_bytes()) == ("list.results-2.xlsx", real)


def test_a_second_practice_run_skips_what_the_first_one_sent(world: World, path: Path) -> None:
    practising = replace(world, environment={}, is_wired=True)
    for requests in (8, 2, 2):  # the two that are rejected go again
        ended = practising.sends(path, sandbox=SandboxConfig(latency_seconds=0), no_preflight=True)
        assert (ended.json["requests"], ended.json["accepted"]) == (requests, 6)


def test_what_was_corrected_in_a_newer_workbook_is_not_undone_by_an_older_one(
    world: World, path: Path, pilot: Path
) -> None:
    _, newer = results("1", pilot.with_name("newer.xlsx"), world.session)
    mend(newer, {(4, "rp_id"): GOOD, (8, "body"): "corrected"})
    assert world.sends(newer, no_preflight=True).json["accepted"] == 7
    mend(pilot, {(7, "rp_id"): GOOD})
    ended = world.sends(path, no_preflight=True)
    assert [row[0] for row in ended.came] == ["from6@example.com"]
    assert (cell(ended, 4, "rp_id"), cell(ended, 8, "body")) == (GOOD, "corrected")
    assert not ended.told("held.accepted_edited")


@pytest.fixture
def practised(world: World, path: Path) -> Path:
    """A practice workbook in which a row was corrected that the sandbox had accepted, after it was sent there again."""
    practising = replace(world, environment={}, is_wired=True)
    book = Path(practising.sends(path, sandbox=SandboxConfig(latency_seconds=0)).json["results"])
    mend(book, {(5, "body"): "corrected"})
    practising.sends(book, sandbox=SandboxConfig(latency_seconds=0))
    return book


def test_a_workbook_that_was_corrected_while_practising_is_kept_when_the_list_is_sent_for_real(
    world: World, path: Path, practised: Path
) -> None:
    ended = world.sends(path, no_preflight=True)
    assert ended.told("result_file.kept_work", wished=practised.name)
    assert "corrected" in typed(practised)
    assert "corrected" in cell(world.sends(practised, no_preflight=True), 5, "Advice")


def test_a_correction_that_practice_did_not_send_again_is_sent_for_real(
    world: World, path: Path, practised: Path
) -> None:
    ended = world.sends(practised, no_preflight=True)
    rows = refused()
    rows[3][5] = "corrected"
    assert (ended.came, cell(ended, 5, "body")) == (sorted(rows), "corrected")


def test_a_long_correction_that_is_not_sent_stands_whole_in_the_advice(world: World, path: Path, pilot: Path) -> None:
    mend(pilot, {(3, "body"): "too late " * 200})
    assert "too late " * 200 in cell(world.sends(path, no_preflight=True), 3, "Advice")


@pytest.mark.parametrize("column", ["Row", "Status", "Advice"])
def test_what_stands_below_the_table_in_columns_of_ours_alone_stays_when_the_workbook_itself_is_sent(
    world: World, pilot: Path, column: str
) -> None:
    with page(pilot) as lines:
        at = [cell.value for cell in lines[1]].index(column) + 1
        lines.cell(lines.max_row + 2, at).value = "total: hablar con Ana"
    ended = world.sends(pilot, no_preflight=True)
    assert (Path(ended.json["results"]).name, ended.told("result_file.kept_work")) == ("list.results-2.xlsx", True)
    assert "total: hablar con Ana" in typed(pilot)


def test_a_workbook_in_our_own_folder_in_which_somebody_worked_is_not_replaced(
    world: World, path: Path, pilot: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nowhere_but_at_home(place: Place) -> Any:
        if place.path.parent == path.parent:
            raise PermissionError
        return written(place)

    written = moving.written_aside
    monkeypatch.setattr(xlsx_writer, "written_aside", nowhere_but_at_home)
    monkeypatch.setattr(places, "check_writable", lambda _: None)
    spare = Path(world.sends(path, no_preflight=True).json["results"])
    assert spare.parent == world.home / "results"
    mend(spare, {(4, "Response message"): "llamado el lunes"})
    ended = world.sends(path, no_preflight=True)
    assert (Path(ended.json["results"]) != spare, "llamado el lunes" in typed(spare)) == (True, True)


def test_a_problems_workbook_is_never_taken_for_results_that_may_be_replaced(
    world: World, path: Path, pilot: Path
) -> None:
    mend(pilot, {(4, "rp_id"): ""})
    assert world.checks(pilot).code == 2
    problems = path.with_name("list.problems.xlsx")
    before = problems.read_bytes()
    _, written = results("1", problems, world.session)
    assert (written.name, problems.read_bytes()) == ("list.problems-2.xlsx", before)
    assert [message.code for message in world.ui.told][-1] == "result_file.kept_file"


@pytest.mark.parametrize("how", ["send", "results"])
def test_a_file_of_the_persons_own_is_left_alone_and_not_called_a_result_workbook(
    world: World, path: Path, pilot: Path, how: str
) -> None:
    own = path.with_name("own.xlsx")
    openpyxl.Workbook().save(own)
    before = own.read_bytes()
    if how == "send":
        assert world.sends(path, output=own, no_preflight=True).told("result_file.kept_file", wished="own.xlsx")
    else:
        assert results("1", own, world.session)[1].name == "own-2.xlsx"
        assert [message.code for message in world.ui.told][-1] == "result_file.kept_file"
    assert own.read_bytes() == before


@pytest.mark.parametrize("where", ["beside the digest", "a comment", "a picture", "another name", "a column's name"])
@pytest.mark.parametrize("how", ["list", "results"])
def test_whatever_else_a_person_does_to_a_sheet_of_ours_keeps_it_as_it_is(
    world: World, path: Path, pilot: Path, where: str, how: str
) -> None:
    book = openpyxl.load_workbook(pilot)
    match where:
        case "beside the digest":
            line = next(line for line in book["Summary"].iter_rows() if line[1].value == hidden(pilot)["digest"])
            book["Summary"][f"C{line[0].row}"].value = "visto"
        case "a comment":
            book["Summary"]["B3"].comment = Comment("visto", "Ana")
        case "a picture":
            sheet: Any = book["Results"]
            sheet.add_chart(BarChart(), "D12")
        case "another name":
            book["Results"].title = "Enviado"
        case _:
            header = [cell.value for cell in book["Results"][1]]
            book["Results"].cell(1, header.index("toname") + 1).value = "nombre"
    book.save(pilot)
    before = pilot.read_bytes()
    if how == "list":
        assert world.sends(path, no_preflight=True).told("result_file.kept_notes", wished=pilot.name)
    else:
        assert results("1", None, world.session)[1].name == "list.results-2.xlsx"
    assert pilot.read_bytes() == before


def test_rows_added_to_a_workbook_whose_run_died_are_no_new_ones_the_next_time(
    world: World, path: Path, pilot: Path
) -> None:
    added = [*interactions(2, start=70), *interactions(1, start=70)]  # the last one is like the first
    with page(pilot) as lines:
        for row in added:
            lines.append([None, *row])
    mended = pilot.read_bytes()
    assert len(world.sends(pilot, no_preflight=True, first=3).came) == 3
    pilot.write_bytes(mended)  # as if it had not been renewed
    mend(pilot, {(8, "body"): "corrected meanwhile"})
    world.sends(pilot, no_preflight=True)
    ended = world.sends(pilot, no_preflight=True)
    numbers = [line["Row"] for line in sheet_rows(Path(ended.json["results"]))]
    assert numbers == list(range(2, 13))
    assert max(world.api.taken().values()) == 1


@pytest.mark.parametrize("how", ["workbook", "resume"])
def test_a_note_is_no_reason_to_send_an_accepted_row_once_more(world: World, path: Path, how: str) -> None:
    book = Path(world.sends(path, no_preflight=True).json["results"])
    with page(book) as lines:
        lines.cell(1, lines.max_column + 1, "Note")
        lines.cell(3, lines.max_column, "called")
    world.sends(book, no_preflight=True)
    ended = (
        world.sends(book, no_preflight=True, send_duplicates=True)
        if how == "workbook"
        else world.resumes("1", no_preflight=True, send_duplicates=True)
    )
    assert refused()[1] not in ended.came
    assert "called" in typed(book)


def test_a_copy_of_a_list_is_told_from_the_list_that_was_sent(world: World, path: Path) -> None:
    world.sends(path, no_preflight=True)
    copy = path.with_name("copy.csv")
    copy.write_bytes(path.read_bytes())
    assert "(list.csv, job 1)" in world.sends(copy, no_preflight=True).screen


@pytest.mark.parametrize(
    ("lock", "program"), [("~$list.results.xlsx", "Excel"), (".~lock.list.results.xlsx#", "LibreOffice")]
)
def test_a_workbook_that_is_open_in_a_program_is_left_to_it(
    world: World, path: Path, pilot: Path, lock: str, program: str
) -> None:
    before = pilot.read_bytes()
    pilot.with_name(lock).touch()
    ended = world.sends(path, no_preflight=True)
    assert ended.told("result_file.kept_open", wished=pilot.name, program=program)
    assert (Path(ended.json["results"]).name, pilot.read_bytes()) == ("list.results-2.xlsx", before)


def test_text_typed_into_a_row_whose_data_were_deleted_is_not_shown_as_what_was_sent(world: World, path: Path) -> None:
    book = Path(world.sends(path, no_preflight=True).json["results"])
    forget(history(world.session), world.session, everything=False)
    mend(book, {(2, "body"): "never sent", (4, "rp_id"): GOOD})
    ended = world.sends(book, no_preflight=True)
    assert "edited after it was sent" in cell(ended, 2, "Advice")
    assert "edited" not in (cell(ended, 3, "Advice") or "")
    assert len(ended.came) == 2
    assert "edited after it was sent" in cell(world.sends(book, no_preflight=True), 2, "Advice")


def test_corrections_in_the_workbook_of_an_earlier_version_of_the_list_are_said(
    world: World, path: Path, pilot: Path
) -> None:
    mend(pilot, {(4, "rp_id"): GOOD})
    ended = world.sends(write_csv(path, [*refused(), *interactions(1, start=50)]), no_preflight=True)
    assert ended.told("result_file.kept_work", wished=pilot.name, command=Message("command.send", path=str(pilot)))


# What is typed back


@pytest.mark.parametrize("how", ["workbook", "list", "resume"])
def test_a_cell_that_was_typed_back_in_a_workbook_that_is_left_alone_is_sent_so(
    world: World, path: Path, pilot: Path, how: str
) -> None:
    book = openpyxl.load_workbook(pilot)
    book.create_sheet("Mías")["B2"] = "llamado el lunes"
    book.save(pilot)
    rows = refused()
    mend(pilot, {(9, "to"): "equivocado@example.com", (7, "rp_id"): GOOD})
    assert world.sends(pilot, no_preflight=True, first=2).json["results"].endswith("-2.xlsx")
    mend(pilot, {(9, "to"): rows[7][2]})
    ended = world.resumes(no_preflight=True) if how == "resume" else None
    ended = ended or world.sends(pilot if how == "workbook" else path, no_preflight=True)
    assert rows[7] in ended.came
    assert not any("equivocado@example.com" in row for row in ended.came)
    assert cell(ended, 9, "to") == rows[7][2]


def test_so_is_one_that_was_sent_otherwise_with_another_output(world: World, path: Path, tmp_path: Path) -> None:
    book = Path(world.sends(path, no_preflight=True).json["results"])
    mend(book, {(4, "body"): "DOS"})
    ended = world.sends(path, no_preflight=True, output=tmp_path / "otra.xlsx")
    assert ended.came[0][5] == "DOS"
    mend(book, {(4, "body"): refused()[2][5]})
    assert world.sends(book, no_preflight=True).came[0] == refused()[2]


def test_so_is_one_of_a_row_that_did_not_arrive(world: World, tmp_path: Path) -> None:
    rows = interactions(2)
    rows[0][4] += " [practice error-500]"
    path = write_csv(tmp_path / "list.csv", rows)
    book = Path(world.sends(path, no_preflight=True).json["results"])
    mend(book, {(2, "body"): "NUEVO"})
    world.sends(book, no_preflight=True)
    settle("1", [2], world.session, arrived=False)
    results("1", None, world.session)
    mend(book, {(2, "body"): rows[0][5]})
    assert world.resumes(no_preflight=True).came == [rows[0]]


def test_an_old_workbook_that_nobody_touched_again_undoes_nothing(world: World, path: Path, pilot: Path) -> None:
    book = openpyxl.load_workbook(pilot)
    book.create_sheet("Mías")["B2"] = "llamado el lunes"
    book.save(pilot)
    mend(pilot, {(9, "to"): "first@example.com"})
    second = Path(world.sends(pilot, no_preflight=True, first=1).json["results"])
    mend(second, {(9, "to"): "second@example.com"})
    assert "second@example.com" in {row[2] for row in world.sends(path, no_preflight=True).came}


@pytest.fixture
def with_reference(world: World, tmp_path: Path) -> tuple[Path, Path]:
    """A list with a column that is not sent, and its result workbook, in which that has another name and a new text."""
    rows = [[f"ref {at}", *cells] for at, cells in enumerate(refused(), start=2)]
    path = write_csv(tmp_path / "list.csv", rows, ["ref", *FIELDS])
    book = mend(world.sent(path), {(2, "ref"): "REF-CORREGIDA", (4, "rp_id"): GOOD})
    with page(book) as lines:
        lines.cell(1, 2).value = "Referencia"
    return path, book


@pytest.mark.parametrize("how", ["list", "workbook"])
def test_a_cell_in_a_renamed_column_that_is_not_sent_is_taken_in_and_the_new_name_stays_where_it_is(
    world: World, with_reference: tuple[Path, Path], how: str
) -> None:
    path, book = with_reference
    renamed = Message("work.renamed", count=1, names=("Referencia",))
    before = book.read_bytes()
    ended = world.sends(path if how == "list" else book, no_preflight=True)
    assert ended.told("result_file.kept_notes", wished=book.name, work=(renamed,))
    assert (book.read_bytes(), Path(ended.json["results"]).name) == (before, "list.results-2.xlsx")
    assert [cell(ended, row, "ref") for row in (2, 3, 4)] == ["REF-CORREGIDA", "ref 3", "ref 4"]
    assert cell(ended, 4, "Status") == "accepted"
    again = world.sends(path, no_preflight=True)
    assert not again.told("send.takes_in")
    assert cell(again, 2, "ref") == "REF-CORREGIDA"


def test_an_older_workbook_does_not_undo_what_was_typed_in_a_column_that_is_not_sent(
    world: World, with_reference: tuple[Path, Path]
) -> None:
    _, older = with_reference
    newer = world.sent(older)
    mend(newer, {(3, "ref"): "OTRA"})
    world.sent(newer)
    assert [cell(world.sends(older, no_preflight=True), row, "ref") for row in (2, 3)] == ["REF-CORREGIDA", "OTRA"]


def test_a_hash_in_a_renamed_column_is_no_correction(world: World, tmp_path: Path) -> None:
    rows = [[f"ref {at}", *cells] for at, cells in enumerate(refused(), start=2)]
    path = write_csv(tmp_path / "list.csv", rows, ["ref", *FIELDS])
    book = mend(world.sent(path, redact=("ref",)), {(4, "rp_id"): GOOD})
    hashed = [line["ref"] for line in sheet_rows(book)]
    with page(book) as lines:
        lines.cell(1, 2).value = "Referencia"
    ended = world.sends(book, no_preflight=True)
    assert [line["ref"] for line in sheet_rows(Path(ended.json["results"]))] == hashed


def test_the_first_of_two_columns_of_one_name_that_was_renamed_is_not_taken_for_the_second(
    world: World, tmp_path: Path
) -> None:
    rows = [[f"uno {at}", f"dos {at}", *cells] for at, cells in enumerate(refused(), start=2)]
    book = world.sent(write_csv(tmp_path / "list.csv", rows, ["ref", "ref", *FIELDS]))
    mend(book, {(4, "rp_id"): GOOD})
    with page(book) as lines:
        lines.cell(1, 2).value = "Referencia"
    renewed = world.sent(book)
    lines_now = list(openpyxl.load_workbook(renewed)["Results"].iter_rows(min_row=2, max_col=3, values_only=True))
    assert lines_now[1] == (3, "uno 3", "dos 3")


def test_a_name_that_makes_a_column_one_that_is_sent_is_taken_in(world: World, tmp_path: Path) -> None:
    header = ["nombre" if name == "toname" else name for name in FIELDS]
    book = world.sent(write_csv(tmp_path / "list.csv", refused(), header))
    with page(book) as lines:
        lines.cell(1, FIELDS.index("toname") + 2).value = "toname"
    ended = world.sends(book, no_preflight=True)
    assert (ended.json["results"], "toname" in sheet_rows(book)[0]) == (str(book), True)
