"""A problems workbook in which somebody worked is sent, or left alone: what was typed there is never gone."""

from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill

from tests.actions.test_persons_work import typed
from tests.books import GOOD, mend, page, refused
from tests.conftest import FIELDS, sheet_rows, write_csv
from tests.worlds import World

PAGE = "Problems"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Eight rows, of which rows 4 and 7 can't be sent."""
    rows = refused(bad=())
    rows[2][6] = rows[5][6] = ""
    return write_csv(tmp_path / "list.csv", rows)


@pytest.fixture
def problems(world: World, path: Path) -> Path:
    """Its problems workbook."""
    assert world.checks(path).code == 2
    return path.with_name("list.problems.xlsx")


@pytest.mark.parametrize("how", ["check", "send"])
def test_cells_that_were_corrected_there_are_not_overwritten_by_the_list(
    world: World, path: Path, problems: Path, how: str
) -> None:
    mend(problems, {(4, "rp_id"): GOOD}, PAGE)
    before = problems.read_bytes()
    for _ in range(2):
        ended = world.checks(path) if how == "check" else world.sends(path, no_preflight=True)
        assert ended.told("problems_file.kept_work", wished=problems.name, target="list.problems-2.xlsx")
        assert (ended.code, problems.read_bytes()) == (2, before)
    assert sorted(one.name for one in path.parent.glob("*.xlsx")) == ["list.problems-2.xlsx", "list.problems.xlsx"]
    ended = world.sends(problems, skip_invalid=True, no_preflight=True)
    assert GOOD in [row[6] for row in ended.came]


def test_what_was_sent_from_there_is_known_and_keeps_nothing_from_being_renewed(
    world: World, path: Path, problems: Path
) -> None:
    mend(problems, {(4, "rp_id"): GOOD}, PAGE)
    assert world.sends(problems, skip_invalid=True, no_preflight=True).json["accepted"] == 7
    ended = world.checks(path)
    assert not ended.told("problems_file.kept_work")
    assert [line["rp_id"] for line in sheet_rows(problems, PAGE) if line["Row"] in (4, 7)] == [GOOD, None]


def test_a_correction_that_was_checked_again_but_not_sent_still_counts_as_one(
    world: World, path: Path, problems: Path
) -> None:
    mend(problems, {(4, "rp_id"): GOOD}, PAGE)
    assert world.checks(problems).code == 2  # row 7 is as it was, and the workbook is renewed in its place
    assert GOOD in typed(problems)
    assert world.checks(path).told("problems_file.kept_work", wished=problems.name)
    assert GOOD in typed(problems)


def test_corrections_of_a_result_workbook_that_went_into_it_count_as_well(world: World, path: Path) -> None:
    results = Path(world.sends(path, skip_invalid=True, no_preflight=True, first=2).json["results"])
    mend(results, {(4, "rp_id"): GOOD}, "Results")
    assert world.checks(results).code == 2  # row 7
    assert world.checks(path).told("problems_file.kept_work", wished="list.problems.xlsx")
    ended = world.sends(path.with_name("list.problems.xlsx"), skip_invalid=True, no_preflight=True)
    assert GOOD in [row[6] for row in ended.came]


def test_an_accepted_row_that_was_edited_there_stays_in_it_when_it_is_renewed(
    world: World, path: Path, problems: Path
) -> None:
    world.sends(problems, skip_invalid=True, no_preflight=True)
    mend(problems, {(3, "body"): "too late"}, PAGE)
    assert world.checks(problems).code == 2
    assert "too late" in typed(problems)


@pytest.mark.parametrize("how", ["check", "send", "send --skip-invalid"])
@pytest.mark.parametrize("what", ["an own column", "a cell that is sent", "a cell that is not sent", "a comment"])
def test_an_accepted_row_stays_in_it_with_all_that_was_typed_there(
    world: World, tmp_path: Path, how: str, what: str
) -> None:
    rows = [[*cells, "ref"] for cells in refused(bad=())]
    rows[2][6] = ""
    path = write_csv(tmp_path / "list.csv", rows, [*FIELDS, "Referencia"])
    world.sends(path, skip_invalid=True, no_preflight=True)
    world.checks(path)
    problems = path.with_name("list.problems.xlsx")
    with page(problems, PAGE) as lines:
        names = [cell.value for cell in lines[1]]
        match what:
            case "an own column":
                lines.cell(1, len(names) + 1).value = "Nota"
                lines.cell(2, len(names) + 1).value = "llamado el lunes"
            case "a comment":
                lines["E2"].comment = Comment("llamado el lunes", "Ana")
            case _:
                column = "body" if what == "a cell that is sent" else "Referencia"
                lines.cell(2, names.index(column) + 1).value = "llamado el lunes"
    for _ in range(2):
        if how == "check":
            world.checks(problems)
        else:
            world.sends(problems, skip_invalid=how != "send", no_preflight=True)
        line = openpyxl.load_workbook(problems)[PAGE][2]
        assert (line[0].value, line[0].row) == (2, 2)
        assert "llamado el lunes" in [cell.comment.text if cell.comment else cell.value for cell in line]
    assert [line["Row"] for line in sheet_rows(problems, PAGE)] == list(range(2, 10))


@pytest.mark.parametrize("what", ["note", "note without a name", "colour", "comment"])
def test_notes_comments_and_colours_stay_when_it_is_renewed(
    world: World, path: Path, problems: Path, what: str
) -> None:
    def looks() -> list[Any]:
        line = openpyxl.load_workbook(problems)[PAGE][3]
        comment = line[4].comment
        marks = [cell.value for cell in line if cell.value == "llamar"]
        return [*marks, line[4].fill.fgColor.rgb == "FFFFFF00", comment and comment.text]

    with page(problems, PAGE) as lines:
        if what.startswith("note"):
            lines.cell(1, 11).value = "Nota" if what == "note" else None
            lines.cell(3, 11).value = "llamar"
        elif what == "colour":
            lines["E3"].fill = PatternFill("solid", fgColor="FFFFFF00")
        else:
            lines["E3"].comment = Comment("preguntar", "Ana")
    marked = looks()
    for source in (path, problems, path):
        ended = world.checks(source)
        assert (ended.code, ended.told("problems_file.kept_work"), looks()) == (2, False, marked)


@pytest.mark.parametrize("where", ["our column", "another sheet", "Summary", "below"])
@pytest.mark.parametrize("source", ["list", "workbook"])
def test_what_no_renewed_one_would_have_keeps_it_as_it_is(
    world: World, path: Path, problems: Path, where: str, source: str
) -> None:
    book = openpyxl.load_workbook(problems)
    match where:
        case "our column":
            book[PAGE]["B4"] = "llamado el lunes"
        case "another sheet":
            book.create_sheet("Mías")["B2"] = "llamado el lunes"
        case "Summary":
            book["Summary"]["D3"] = "llamado el lunes"
        case _:
            book[PAGE]["C20"] = "llamado el lunes"
    book.save(problems)
    before = problems.read_bytes()
    ended = world.checks(path if source == "list" else problems)
    assert ended.told("problems_file.kept_work", wished=problems.name)
    assert problems.read_bytes() == before


def test_opening_and_saving_it_is_no_work(world: World, path: Path, problems: Path) -> None:
    openpyxl.load_workbook(problems).save(problems)
    assert not world.checks(path).told("problems_file.kept_work")
    assert [one.name for one in path.parent.glob("*.xlsx")] == [problems.name]


def test_one_that_is_renewed_before_its_good_rows_are_sent_is_not_taken_for_one_that_somebody_changed(
    world: World, path: Path, problems: Path
) -> None:
    mend(problems, {(4, "rp_id"): GOOD}, PAGE)
    world.person({"invalid_rows": "yes"})
    ended = world.sends(problems, no_preflight=True)
    assert (len(ended.came), ended.json["invalid"], GOOD in typed(problems)) == (7, 1, True)


def test_the_rest_of_what_was_sent_from_there_goes_without_a_false_alarm(world: World, problems: Path) -> None:
    mend(problems, {(4, "rp_id"): GOOD, (7, "rp_id"): GOOD}, PAGE)
    assert world.sends(problems, first=3, no_preflight=True).json["accepted"] == 3
    ended = world.resumes(no_preflight=True)
    assert not ended.told("resume.list_was_edited")
    assert ended.json["accepted"] == 8


def test_it_is_not_written_where_nobody_asked_for_it_and_the_way_to_it_is_said(world: World, path: Path) -> None:
    world.writes_problems = None
    checked = world.checks(path)
    assert (checked.code, "--problems" in checked.screen) == (2, True)
    ended = world.sends(path, no_preflight=True)
    assert (ended.code, ended.told("plan.problems_on_request")) == (2, True)
    assert list(path.parent.glob("*.xlsx")) == []


@pytest.mark.parametrize("wanted", ["yes", "no"])
def test_a_person_who_sends_is_asked_for_it(world: World, path: Path, wanted: str) -> None:
    world.writes_problems = None
    ui = world.person({"problems_workbook": wanted, "invalid_rows": "no"})
    ended = world.sends(path, no_preflight=True)
    assert (ended.code, ui.questions) == (2, ["problems_workbook", "invalid_rows"])
    assert path.with_name("list.problems.xlsx").exists() is (wanted == "yes")
    assert not ended.told("plan.problems_on_request")


def test_who_sends_the_others_anyway_is_not_asked_for_it(world: World, path: Path) -> None:
    world.writes_problems = None
    ui = world.person({})
    ended = world.sends(path, no_preflight=True, skip_invalid=True)
    assert (ended.json["accepted"], ui.questions) == (6, [])
    assert ended.told("plan.problems_on_request")


def test_a_face_with_a_button_of_its_own_hears_nothing_of_it(world: World, path: Path) -> None:
    world.writes_problems = False
    ended = world.sends(path, no_preflight=True)
    assert (ended.code, ended.told("plan.problems_on_request"), ended.told("plan.problems_file")) == (2, False, False)
    assert list(path.parent.glob("*.xlsx")) == []
