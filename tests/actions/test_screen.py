"""What the screen is given to show: this run's figures, the rows behind each, and how long it took."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import interactions, write_csv
from tests.rendered import sentences
from tests.transports import answer
from tests.worlds import NO_ROUTING_POINT, Api, World
from uploader.actions.options import ReadOptions, SendOptions
from uploader.actions.send import send
from uploader.cli.report import ending
from uploader.model.questions import Question
from uploader.model.resend import EARLIER_ROW
from uploader.model.rows import Status
from uploader.model.summary import Summary
from uploader.model.working_time import WorkingTime


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path / "home")


def refusing(row: dict[str, str]) -> Any:
    return answer(NO_ROUTING_POINT, 404) if row["rp_id"] == "99999" else None


def test_the_summary_after_resume_tells_the_run_and_the_list_apart(world: World, tmp_path: Path) -> None:
    rows = interactions(6)
    rows[5][6] = "99999"
    world.api = Api(says=refusing)
    path = write_csv(tmp_path / "list.csv", rows)
    first = world.send(path, first=2)
    assert dict(first.run) == {Status.ACCEPTED: 2}
    rest = world.resumes(1).shown[-1]
    assert isinstance(rest, Summary)
    assert dict(rest.run) == {Status.ACCEPTED: 3, Status.REJECTED: 1}
    assert rest.counts[Status.ACCEPTED] == 5
    lines = list(ending.summed_up(rest, "en"))
    assert lines[0].startswith("This run: 3 accepted, 1 rejected. Time: ")
    assert lines[1] == "The whole list, 6 rows: 5 accepted, 1 rejected."
    assert lines[2] == "Rejected: row 7."


def test_a_list_that_is_sent_in_one_go_has_its_figures_once(world: World, tmp_path: Path) -> None:
    summary = world.send(write_csv(tmp_path / "list.csv", [*interactions(3), *interactions(1)]))
    lines = list(ending.summed_up(summary, "en"))
    assert [line.split(" Time")[0] for line in lines] == ["4 rows: 3 accepted, 1 skipped."]


def test_the_time_in_which_a_person_thinks_is_not_counted(world: World, tmp_path: Path) -> None:
    rows = interactions(3)
    rows[1][6] = ""
    now = 0.0

    def thinks(_: Question) -> str:
        nonlocal now
        now += 600
        return "yes"

    world.person({"invalid_rows": thinks, "setting": thinks})
    session = replace(world.session, working=WorkingTime(lambda: now))
    summary = send(write_csv(tmp_path / "list.csv", rows), ReadOptions(), SendOptions(), session)
    assert now == 600
    assert summary.seconds == 0


def test_rows_that_equal_an_earlier_row_are_named_with_it(world: World, tmp_path: Path) -> None:
    rows = interactions(20)
    path = write_csv(tmp_path / "list.csv", [*rows, *rows[:15]])
    (plan,) = world.sends(path).plans
    (held,) = plan.held
    assert (held.prior, held.rows) == (EARLIER_ROW, 15)
    assert held.pairs[0] == (22, 2)
    assert len(held.pairs) == 10
    shown = world.checks(write_csv(tmp_path / "other.csv", [*interactions(2, start=50), *interactions(1, start=50)]))
    assert "  Row 4 equals row 2." in shown.screen


def test_columns_are_told_once_where_some_were_asked_for(world: World, tmp_path: Path) -> None:
    header = ("from", "fromname", "dos", "toname", "subject", "body", "rp_id")
    ui = world.person({"column to": "C"})
    world.send(write_csv(tmp_path / "list.csv", interactions(2), header=header))
    assert ui.codes.count("read.filled") == 1
    told = next(message for message in ui.told if message.code == "read.filled")
    assert [column.facts["field"] for column in told.facts["columns"]] == ["to"]  # type: ignore[union-attr]  # the facts of that message are messages


@pytest.mark.parametrize(
    ("header", "lines"),
    [
        (["first_name", "Celular", "", "Valor"], [
            "No column fills the fields phone and amount.",
            "Columns that are not sent: “Celular” (B) and “Valor” (D).",
        ]),
        (["first_name", "phone", "amount", "Notas"], []),
        (["", "", "", "first_name"], []),
    ],
)  # fmt: skip
def test_fields_without_a_column_are_told_before_sending_where_columns_are_left(
    world: World, tmp_path: Path, header: list[str], lines: list[str]
) -> None:
    template = tmp_path / "lead.toml"
    template.write_text(
        'title = "A lead"\n[request]\nurl = "https://crm.example/leads"\n'
        'json = { name = "{{first_name}}", phone = "{{phone}}", amount = "{{amount}}" }\n'
        "[columns.first_name]\n[columns.phone]\n[columns.amount]\n",
        encoding="utf-8",
    )
    world.elsewhere["https://crm.example"] = lambda _: answer({}, 200)
    path = write_csv(tmp_path / "list.csv", [["Ana", "300", "7", "x"]], header)
    (plan,) = world.sends(path, ReadOptions(str(template))).plans
    assert sentences(plan.notes()) == lines
    assert [one.code for one in plan.messages()][-1] == "plan.sending"
