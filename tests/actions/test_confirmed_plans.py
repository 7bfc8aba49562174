"""A person with the plan before them says that it goes: all of it, the first rows as a trial, or nothing."""

from pathlib import Path

import pytest

from tests.conftest import interactions, sheet_rows, write_csv
from tests.people import Answer, ScriptedUi
from tests.worlds import Ending, World
from uploader.model.questions import ALL, NO, PILOT, PILOT_ROWS, Question


def confirms(world: World, **answers: Answer) -> ScriptedUi:
    ui = world.person(answers)
    ui.confirms_plan = True
    return ui


def asked(ui: ScriptedUi) -> Question:
    """The question whether it goes, which comes last and once."""
    (question,) = [one for one in ui.asked if one.code == "go"]
    assert ui.asked[-1] is question
    return question


def senders(ended: Ending) -> list[str]:
    return sorted(row[0] for row in ended.came)


@pytest.fixture
def rows() -> list[list[str]]:
    return interactions(9)


def test_all_of_it(world: World, tmp_path: Path, rows: list[list[str]]) -> None:
    ui = confirms(world, go=ALL)
    ended = world.sends(write_csv(tmp_path / "list.csv", rows))
    assert (ended.code, ended.came) == (0, sorted(rows))
    question = asked(ui)
    assert question.facts == {"count": 9, "pilot": PILOT_ROWS}
    assert [choice.key for choice in question.choices] == [ALL, PILOT, NO]
    assert ui.rounds == 1


def test_a_trial_and_then_the_others(world: World, tmp_path: Path, rows: list[list[str]]) -> None:
    path = write_csv(tmp_path / "list.csv", rows)
    confirms(world, go=PILOT)
    ended = world.sends(path)
    assert ended.came == sorted(rows[:PILOT_ROWS])
    assert [line["Status"] for line in sheet_rows(tmp_path / "list.results.xlsx")] == ["accepted"] * 5 + [
        "not sent"
    ] * 4
    ui = confirms(world, go=ALL)
    ended = world.resumes()
    assert ended.came == sorted(rows[PILOT_ROWS:])
    assert asked(ui).facts["count"] == 4
    assert ended.code == 0


def test_a_trial_counts_the_rows_that_can_go(world: World, tmp_path: Path, rows: list[list[str]]) -> None:
    rows[0][0] = rows[2][0] = ""
    ui = confirms(world, invalid_rows="yes", go=PILOT)
    ended = world.sends(write_csv(tmp_path / "list.csv", rows))
    assert ended.came == sorted([rows[1], *rows[3:7]])
    assert ui.rounds == 1  # both at once
    assert asked(ui).facts["count"] == 7


def test_nothing(world: World, tmp_path: Path, rows: list[list[str]]) -> None:
    path = write_csv(tmp_path / "list.csv", rows)
    confirms(world, go=NO)
    ended = world.sends(path)
    assert ended.came == []
    assert ended.json["stopped"]
    assert not (tmp_path / "list.results.xlsx").exists()
    assert world.sends(path).came == []  # it is not known as a job
    confirms(world, go=ALL)
    assert len(world.sends(path).came) == 9


def test_nothing_of_the_rest_either(world: World, tmp_path: Path, rows: list[list[str]]) -> None:
    confirms(world, go=PILOT)
    world.sends(write_csv(tmp_path / "list.csv", rows))
    confirms(world, go=NO)
    assert world.resumes().came == []
    confirms(world, go=PILOT)
    assert len(world.resumes().came) == 4  # of fewer rows than a trial, all


def test_who_only_has_to_confirm_is_asked_for_duplicates_with_it(
    world: World, tmp_path: Path, rows: list[list[str]]
) -> None:
    world.sends(write_csv(tmp_path / "first.csv", rows[:3]))
    ui = confirms(world, duplicates="yes", go=ALL)
    ended = world.sends(write_csv(tmp_path / "second.csv", rows[:4]))
    assert len(ended.came) == 4
    assert (asked(ui).facts["count"], ui.rounds) == (1, 1)


def test_a_list_that_was_sent_goes_only_as_duplicates(world: World, tmp_path: Path, rows: list[list[str]]) -> None:
    path = write_csv(tmp_path / "list.csv", rows)
    world.sends(path)
    ui = confirms(world, duplicates="no", go=ALL)
    assert world.sends(path).came == []
    assert asked(ui).facts["count"] == 0


def test_a_list_of_which_nothing_can_go_is_not_confirmed(world: World, tmp_path: Path, rows: list[list[str]]) -> None:
    for row in rows:
        row[0] = ""
    ui = confirms(world, invalid_rows="yes")
    assert world.sends(write_csv(tmp_path / "list.csv", rows)).came == []
    assert ui.questions == ["invalid_rows"]


def test_others_are_not_asked(world: World, tmp_path: Path, rows: list[list[str]]) -> None:
    ui = world.person()
    assert len(world.sends(write_csv(tmp_path / "list.csv", rows)).came) == 9
    assert ui.questions == []
