"""Every question is a value with a safe side, asked once, before anything is written or sent."""

import typing
from pathlib import Path

import openpyxl
import pytest

from tests.conftest import interactions, write_csv, write_xlsx
from tests.people import ScriptedUi
from tests.transports import answer
from tests.worlds import NO_ROUTING_POINT, Api, World
from uploader.actions.options import ReadOptions, SendOptions
from uploader.actions.planning.plan import Plan
from uploader.actions.resume import resume
from uploader.errors import CancelledError, ListError, SettingsError, SeveralSheetsError
from uploader.i18n import render
from uploader.i18n.catalogue import entries
from uploader.journal.locks import FileLocks
from uploader.model.cancel import CancelToken
from uploader.model.questions import SAFE_SIDES, Question, safe_answers
from uploader.model.rows import Status
from uploader.model.summary import Summary
from uploader.model.teammates import TokenLimits


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path / "home")


def with_bad_row(path: Path, count: int = 4) -> Path:
    rows = interactions(count)
    rows[1][0] = ""
    return write_csv(path, rows)


def plans(ui: ScriptedUi) -> list[Plan]:
    return [one for one in ui.shown if isinstance(one, Plan)]


def test_the_safe_sides_are_data() -> None:
    # What is done where nobody answers: a contract of docs/commands.md, so each one is written down here too.
    assert SAFE_SIDES == {
        "sheet": None,
        "column": None,
        "setting": None,
        "own_columns": "no",
        "workbook_beside": "no",
        "which_job": None,
        "problems_workbook": "no",
        "invalid_rows": "no",
        "duplicates": "no",
        "other_destination": "yes",
        "older_job": "yes",
        "go_on": "no",
        "forget": "yes",
        "go": "all",
    }


def test_every_question_has_a_sentence_in_every_language() -> None:
    asked = {code.removeprefix("question.") for code in entries() if code.startswith("question.")}
    assert asked == set(SAFE_SIDES)
    assert all(set(entries()[f"question.{code}"]) >= {"en", "es", "pt"} for code in asked)


def test_nobody_there_takes_the_safe_side_of_each() -> None:
    questions = tuple(map(Question, SAFE_SIDES))
    assert safe_answers(questions) == dict(SAFE_SIDES)


@pytest.mark.parametrize(("given", "goes"), [("yes", True), ("no", False)])
def test_invalid_rows_are_asked_about_once_and_before_anything_is_sent(
    world: World, tmp_path: Path, given: str, goes: bool
) -> None:
    ui = world.person({"invalid_rows": given})
    summary = world.send(with_bad_row(tmp_path / "list.csv"))
    assert ui.questions == ["invalid_rows"]
    assert ui.asked[0].facts == {"count": 1, "rows": 4}
    assert len(world.api.rows) == (3 if goes else 0)
    assert summary.sent is goes
    assert (tmp_path / "list.problems.xlsx").exists()
    if not goes:
        assert (summary.job, summary.results) == (None, None)
        assert world.session.journal().jobs() == []


def test_invalid_rows_stop_where_nobody_is_there_and_the_api_is_not_even_asked(world: World, tmp_path: Path) -> None:
    summary = world.send(with_bad_row(tmp_path / "list.csv"))
    assert (summary.sent, summary.counts[Status.INVALID]) == (False, 1)
    assert world.transport.requests == []


def test_an_answer_given_beforehand_is_not_asked_for(world: World, tmp_path: Path) -> None:
    ui = world.person()
    world.send(with_bad_row(tmp_path / "list.csv"), skip_invalid=True)
    assert ui.asked == []
    assert len(world.api.rows) == 3
    world.send(with_bad_row(tmp_path / "list.csv"), skip_invalid=True, send_duplicates=True)
    assert ui.asked == []
    assert len(world.api.rows) == 6


@pytest.mark.parametrize(("given", "sent"), [("yes", 8), ("no", 4), (None, 4)])
def test_duplicates_are_asked_about_and_stay_unless_somebody_says_yes(
    world: World, tmp_path: Path, given: str | None, sent: int
) -> None:
    rows = interactions(4)
    world.send(write_csv(tmp_path / "list.csv", rows))
    ui = world.person({"duplicates": given}, is_attended=given is not None)
    summary = world.send(write_csv(tmp_path / "copy.csv", [*rows[::-1]]))
    assert ui.questions == ["duplicates"]
    assert ui.asked[0].facts == {"count": 4}
    assert len(world.api.rows) == sent
    assert set(world.statuses(summary)) == ({"accepted"} if sent == 8 else {"skipped"})
    (plan,) = plans(ui)
    assert [(held.prior.status, held.prior.list_name, held.rows) for held in plan.held] == [
        (Status.ACCEPTED, "list.csv", 4)
    ]


def test_duplicates_that_a_person_sends_go_while_nobody_else_sends_with_the_token(world: World, tmp_path: Path) -> None:
    rows = interactions(3)
    world.send(write_csv(tmp_path / "list.csv", rows))
    ui, alone = world.person({"duplicates": "yes"}), []

    def asked_for_the_token(_: dict[str, str]) -> None:
        route, cancel = plans(ui)[0].route, CancelToken()
        try:
            with FileLocks(world.home, "journal").hold_token(
                route.destination, route.settings, "b.csv", limits=TokenLimits(2, 0, 0),
                on_wait=lambda _: cancel.cancel(), cancel=cancel,
            ):  # fmt: skip
                alone.append(False)
        except CancelledError:
            alone.append(True)

    world.api.says = asked_for_the_token
    world.send(write_csv(tmp_path / "copy.csv", rows[::-1]))
    assert alone == [True] * 3
    assert plans(ui)[0].api.requests_left is not None


def test_rows_that_stand_twice_in_a_list_are_one_question(world: World, tmp_path: Path) -> None:
    rows = interactions(3)
    ui = world.person({"duplicates": "no"})
    summary = world.send(write_csv(tmp_path / "list.csv", [*rows, rows[0], rows[0]]))
    assert ui.asked[0].facts == {"count": 2}
    assert world.statuses(summary) == ["accepted"] * 3 + ["skipped"] * 2


@pytest.mark.parametrize("given", ["yes", "no", None])
def test_another_destination_is_asked_about_and_goes_where_nobody_is_there(
    world: World, tmp_path: Path, given: str | None
) -> None:
    path = write_csv(tmp_path / "list.csv", interactions(2))
    world.send(path)
    world.environment["WOLKVOX_SERVER"] = "0043"
    ui = world.person({"other_destination": given}, is_attended=given is not None)
    summary = world.send(path)
    assert ui.questions == ["other_destination"]
    assert ui.asked[0].facts["count"] == 2
    assert "0042" in str(ui.asked[0].facts["before"])
    assert "0043" in str(ui.asked[0].facts["after"])
    assert len(world.api.rows) == (2 if given == "no" else 4)
    assert summary.sent is (given != "no")


def test_all_open_questions_come_together(world: World, tmp_path: Path) -> None:
    rows = interactions(4)
    rows[3][0] = ""
    path = write_csv(tmp_path / "list.csv", [*rows, rows[0]])
    world.send(path, skip_invalid=True)
    world.environment["WOLKVOX_SERVER"] = "0043"
    ui = world.person({"invalid_rows": "yes", "other_destination": "yes", "duplicates": "no"})
    world.send(path)
    assert sorted(ui.questions) == ["duplicates", "invalid_rows", "other_destination"]
    assert ui.rounds == 1


def test_after_a_no_that_ends_it_the_others_are_not_asked(world: World, tmp_path: Path) -> None:
    rows = interactions(4)
    rows[3][0] = ""
    path = write_csv(tmp_path / "list.csv", [*rows, rows[0]])
    ui = world.person({"invalid_rows": "no"})  # a question about duplicates would fail
    assert not world.send(path).sent
    assert [question.ends_at for question in ui.asked] == ["no", None]


def test_all_missing_columns_are_asked_for_at_once_with_what_was_found(world: World, tmp_path: Path) -> None:
    header = ("uno", "fromname", "dos", "toname", "tres", "cuatro", "rp_id")
    path = write_csv(tmp_path / "list.csv", interactions(2), header=header)
    ui = world.person({"column from": "A", "column to": "C", "column subject": "E", "column body": "F"})
    world.send(path)
    asked = [question.about for question in ui.asked if question.code == "column"]
    assert asked == ["from", "to", "subject", "body"]
    assert ui.rounds == 1
    facts = ui.asked[0].facts
    assert any("rp_id" in str(one) for one in typing.cast(list[str], facts["matched"]))
    assert [choice.key for choice in ui.asked[0].choices] == ["A", "C", "E", "F"]
    assert world.api.rows[0]["body"] == interactions(2)[0][5]
    assert "read.same_unasked" in ui.codes


def test_before_the_question_a_name_in_other_letters_is_explained(world: World, tmp_path: Path) -> None:
    header = ("fr\u043em", "fromname", "to", "toname", "subject", "body", "rp_id")
    path = write_csv(tmp_path / "list.csv", interactions(2), header=header)
    ui = world.person({"column from": "A"})
    world.send(path)
    said = [render(message, "en") for message in ui.told]
    assert any("the letter “\u043e” is Cyrillic (U+043E)" in one for one in said)
    assert any("--map from=A" in one for one in said if "Cyrillic" not in one)
    assert ui.asked[0].facts["nearest"] == "A"


@pytest.mark.parametrize("token", ['"s3cr3t"', "“s3cr3t”", "WOLKVOX_TOKEN=s3cr3t", "wolkvox-token: s3cr3t"])
def test_a_token_that_was_pasted_with_more_stops_before_anything_is_sent(
    world: World, tmp_path: Path, token: str
) -> None:
    world.environment["WOLKVOX_TOKEN"] = token
    with pytest.raises(SettingsError) as refused:
        world.send(write_csv(tmp_path / "list.csv", interactions(2)))
    assert "s3cr3t" not in render(refused.value.message, "en")
    assert world.api.rows == []


def test_a_missing_column_is_an_error_where_nobody_answers(world: World, tmp_path: Path) -> None:
    header = ("uno", "fromname", "dos", "toname", "tres", "cuatro", "cinco")
    path = write_csv(tmp_path / "list.csv", interactions(2), header=header)
    with pytest.raises(ListError, match="no column for"):
        world.send(path)
    with pytest.raises(ListError, match="no column for"):
        World(world.home, ui=ScriptedUi({"column": None})).send(path)


def test_which_sheet_is_asked_for(world: World, tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "list.xlsx", interactions(2), sheet="One")
    book = openpyxl.load_workbook(path)
    book.copy_worksheet(book["One"]).title = "Two"
    book["Two"]["A2"] = "somebody@else.example"
    book.save(path)
    ui = world.person({"sheet": "2"})
    world.send(path)
    assert [choice.name for choice in ui.asked[0].choices] == ["One", "Two"]
    assert world.api.rows[0]["from"] == "somebody@else.example"
    with pytest.raises(SeveralSheetsError):
        World(world.home).send(path)


def test_settings_that_lack_are_asked_for_together_hidden_if_secret(world: World, tmp_path: Path) -> None:
    world.environment.clear()
    ui = world.person({"setting wolkvox_server": "0042", "setting wolkvox_token": "s3cret"})
    world.send(write_csv(tmp_path / "list.csv", interactions(1)))
    assert [(one.about, one.is_secret, one.choices) for one in ui.asked] == [
        ("wolkvox_server", False, ()),
        ("wolkvox_token", True, ()),
    ]
    assert ui.rounds == 1
    assert world.transport.requests[-1].headers["wolkvox-token"] == "s3cret"
    with pytest.raises(SettingsError, match=r"Missing setting: wolkvox_server. Your wolkvox server.* Add settings="):
        World(world.home, environment={}).send(write_csv(tmp_path / "b.csv", interactions(1, start=9)))


def test_a_setting_that_does_not_fit_is_asked_for_again(world: World, tmp_path: Path) -> None:
    del world.environment["WOLKVOX_SERVER"]
    typed = iter(["not a server", "0042"])
    ui = world.person({"setting wolkvox_server": lambda _: next(typed)})
    world.send(write_csv(tmp_path / "list.csv", interactions(1)))
    assert ui.questions == ["setting", "setting"]
    assert any("not a server" in render(message, "en") for message in ui.told)


def test_a_person_hears_that_rows_are_bad_before_they_are_asked_for_server_and_token(
    world: World, tmp_path: Path
) -> None:
    world.environment.clear()
    ui = world.person({"setting wolkvox_server": "0042", "setting wolkvox_token": "x", "invalid_rows": "no"})
    asked_before: list[list[str]] = []
    ui.look = lambda _: asked_before.append(ui.questions)
    world.send(with_bad_row(tmp_path / "list.csv"))
    assert asked_before[0] == []
    assert "setting" in ui.questions
    assert ui.shown[0].problems.summaries(stops=True)[0].cause.code == "problem.empty.cause"


def test_bad_rows_end_it_without_a_question_for_settings_where_nobody_is_there(world: World, tmp_path: Path) -> None:
    world.environment.clear()
    summary = world.send(with_bad_row(tmp_path / "list.csv"))
    assert (summary.sent, summary.counts[Status.INVALID]) == (False, 1)
    assert (tmp_path / "list.problems.xlsx").exists()


def test_ids_that_the_api_does_not_have_are_known_before_the_question(world: World, tmp_path: Path) -> None:
    world.api = Api(routing_points={"61001": "yes", "61002": "no"})
    ui = world.person({"invalid_rows": "yes"})
    summary = world.send(write_csv(tmp_path / "list.csv", interactions(3)))
    (plan,) = plans(ui)
    assert (plan.counts[Status.INVALID], plan.going) == (1, 2)
    assert plan.quota is not None
    assert [summary.cause.code for summary in plan.id_problems.summaries(stops=True)] == ["problem.unknown_id.cause"]
    assert [summary.cause.code for summary in plan.id_problems.summaries(stops=False)] == ["problem.inactive_id.cause"]
    assert world.statuses(summary) == ["accepted", "accepted", "invalid"]


def test_a_row_that_stands_twice_with_an_unknown_id_is_invalid_and_counted_once(world: World, tmp_path: Path) -> None:
    world.api = Api(routing_points={"61001": "yes", "61002": "yes"})
    ui = world.person({"invalid_rows": "yes", "duplicates": "no"})
    first, second, third = interactions(3)
    summary = world.send(write_csv(tmp_path / "list.csv", [first, third, third, second, second]))
    (plan,) = plans(ui)
    assert {status: rows for status, rows in plan.counts.items() if rows} == {
        Status.INVALID: 2,
        Status.NOT_SENT: 2,
        Status.SKIPPED: 1,
    }
    assert [question.facts["count"] for question in ui.asked] == [2, 1]
    assert world.statuses(summary) == ["accepted", "invalid", "invalid", "accepted", "skipped"]


def test_which_job_is_resumed_is_asked_where_several_wait(world: World, tmp_path: Path) -> None:
    for name, start in (("a", 100), ("b", 200)):
        path = write_csv(tmp_path / f"{name}.csv", interactions(3, start=start))
        world.send(path, first=1)
    ui = world.person({"which_job": "1"})
    summary = resume(None, SendOptions(), world.session)
    assert [choice.key for choice in ui.asked[0].choices] == ["2", "1"]
    assert ui.asked[0].safe == "2"
    assert summary.job == 1
    world.send(write_csv(tmp_path / "c.csv", interactions(3, start=500)), first=1)
    world.person({"which_job": None})
    with pytest.raises(SettingsError, match="Nothing was sent"):
        resume(None, SendOptions(), world.session)


@pytest.mark.parametrize("given", ["yes", "no", None])
def test_an_older_version_is_asked_about(world: World, tmp_path: Path, given: str | None) -> None:
    path = write_csv(tmp_path / "list.csv", interactions(3))
    world.send(path, first=1)
    write_csv(path, interactions(3, start=100))
    world.send(path, first=1)
    ui = world.person({"older_job": given}, is_attended=given is not None)
    summary = resume("1", SendOptions(), world.session)
    assert ui.questions == ["older_job"]
    assert summary.sent is (given != "no")
    assert len(world.api.rows) == (2 if given == "no" else 4)


@pytest.mark.parametrize(("given", "requests"), [("yes", 8), ("no", 3)])
def test_a_run_that_looks_wrong_asks_whether_to_go_on(world: World, tmp_path: Path, given: str, requests: int) -> None:
    world.api = Api(says=lambda _: answer(NO_ROUTING_POINT, 404))
    ui = world.person({"go_on": given})
    summary = world.send(
        write_csv(tmp_path / "list.csv", interactions(8)), stop_after=3, no_preflight=True, concurrency=1
    )
    assert ui.questions == ["go_on"]
    assert len(world.transport.requests) == requests
    assert (summary.stopped is None) is (given == "yes")
    assert typing.cast(typing.Any, ui.asked[0].facts["reason"]).code.startswith("stop.")


def test_nothing_is_written_before_the_questions_are_answered(world: World, tmp_path: Path) -> None:
    path = with_bad_row(tmp_path / "list.csv")
    before: list[tuple[int, int]] = []

    def looks_first(_: Question) -> str:
        before.append((len(world.session.journal().jobs()), len(world.api.rows)))
        return "yes"

    world.person({"invalid_rows": looks_first})
    summary = world.send(path)
    assert before == [(0, 0)]
    assert summary.job == 1


def test_the_summary_is_shown_before_the_workbook_is_written(world: World, tmp_path: Path) -> None:
    ui = world.person()
    shown: list[bool] = []

    def look(outcome: object) -> None:
        if isinstance(outcome, Summary):
            shown.append((tmp_path / "list.results.xlsx").exists())

    ui.look = look
    world.send(write_csv(tmp_path / "list.csv", interactions(2)))
    assert shown == [False]
    assert (tmp_path / "list.results.xlsx").exists()


def test_a_list_that_needs_no_answer_is_sent_without_a_question(world: World, tmp_path: Path) -> None:
    ui = world.person()
    summary = world.send(write_csv(tmp_path / "list.csv", interactions(5)), ReadOptions())
    assert ui.asked == []
    assert world.statuses(summary) == ["accepted"] * 5
