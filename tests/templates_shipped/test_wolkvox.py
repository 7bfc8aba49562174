"""Each request of wolkvox is sent as documented, and each documented answer is told of its row as what it is."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import uploader
from tests.conftest import everything_written
from tests.standins import Asked, Said, Standin, in_turn, standing_in
from tests.templates_shipped.catalogue import NAMES, TEMPLATES, examples_of, frame_of, settings_of
from tests.templates_shipped.documented import Answer
from tests.templates_shipped.families import DOCUMENTED, family_of

SENT = [name for name in NAMES if name in DOCUMENTED]
BATCHES = ("wolkvox/campaign_record_predictive", "wolkvox/campaign_record_preview")


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UPLOADER_HOME", str(tmp_path / "home"))


def row(name: str, number: int) -> dict[str, str]:
    """The example row with something else in the first column that takes it: examples are never sent."""
    template = TEMPLATES[name]
    cells = examples_of(template)
    field = next(field for field, column in template.columns.items() if column.takes(f"{cells[field]}{number}"))
    return {**cells, field: f"{cells[field]}{number}"}


def send(name: str, server: Standin, rows: pd.DataFrame, **more: Any) -> uploader.Result:
    settings = settings_of(TEMPLATES[name])
    how = {"base_url": server.url, "no_preflight": True, "concurrency": 1, **more}
    return uploader.send(rows, template=name, settings=settings, **how)


@pytest.mark.parametrize("name", [name for name in SENT if name not in BATCHES])
def test_documented_answers_are_told_as_what_they_are(name: str) -> None:
    request, family = DOCUMENTED[name], family_of(name)
    done = Answer(request.done_status, request.done, "accepted")
    answers = [done, *request.others, family.incomplete, done, family.wrong_token]
    replies = in_turn(*(Said(answer.http_status, answer.body) for answer in answers))
    with standing_in(replies) as server:
        result = send(name, server, frame_of(*(row(name, number) for number in range(len(answers) + 1))))

    assert len(server.asked) == len(answers), result.stopped
    wanted = {(request.method, "practice-token")}
    assert {(asked.method, asked.headers[family.token_header]) for asked in server.asked} == wanted
    assert_told(result.rows.iloc[: len(answers)], answers)
    assert result.rows["Status"].iloc[-1] == "not sent"
    assert family.wrong_token.body["msg"] in str(result.stopped)


def assert_told(told: pd.DataFrame, answers: Sequence[Answer]) -> None:
    """That each row says of its answer what is right."""
    assert told["Status"].tolist() == [answer.status for answer in answers]
    assert told["HTTP status"].tolist() == [answer.http_status for answer in answers]
    assert told["Response code"].tolist() == [str(answer.body["code"]) for answer in answers]
    for advice, message, answer in zip(told["Advice"], told["Response message"], answers, strict=True):
        assert answer.advice in advice
        assert answer.advice or advice == ""
        assert message.startswith(answer.body["msg"].strip())


@pytest.mark.parametrize("name", [name for name in SENT if DOCUMENTED[name].kept])
def test_what_was_created_is_kept_and_no_secret_is(name: str, tmp_path: Path) -> None:
    request = DOCUMENTED[name]
    with standing_in(in_turn(Said(request.done_status, request.done))) as server:
        result = send(name, server, frame_of(row(name, 1)), output=tmp_path / "kept.xlsx")

    first = result.rows.iloc[0]
    assert {column: first[column] for column in request.kept} == request.kept
    assert list(TEMPLATES[name].kept_columns) == list(request.kept)
    if request.hidden:
        hidden = request.hidden.encode()
        assert all(hidden not in written for _, written in everything_written(tmp_path))


@pytest.mark.parametrize("name", BATCHES)
def test_records_go_together_after_the_first_and_one_answer_counts_for_all(name: str) -> None:
    def added(asked: Asked) -> Said:
        total = [{"total_registers": str(len(asked.json))}]
        text = "All records has been added successfully"
        return Said(201, {"code": "201", "error": None, "msg": text, "data": total})

    with standing_in(added) as server:
        result = send(name, server, frame_of(*(row(name, number) for number in range(1, 6))))
    assert [len(asked.json) for asked in server.asked] == [1, 4]
    assert result.rows["Status"].tolist() == ["accepted"] * 5
    assert result.rows["total_registers"].tolist() == ["1", "4", "4", "4", "4"]


@pytest.mark.parametrize("name", BATCHES)
def test_an_answer_that_says_less_than_all_records_is_no_yes(name: str) -> None:
    request, family = DOCUMENTED[name], family_of(name)
    for answer in (*request.others, family.incomplete):
        with standing_in(in_turn(Said(answer.http_status, answer.body))) as server:
            result = send(name, server, frame_of(row(name, 1)), send_duplicates=True, resend_unknown=True)
        assert_told(result.rows, [answer])


@pytest.mark.parametrize("name", BATCHES)
def test_a_yes_to_fewer_records_than_were_sent_is_nobodys(name: str) -> None:
    text = "All records has been added successfully"
    one = {"code": "201", "error": None, "msg": text, "data": [{"total_registers": "1"}]}
    with standing_in(in_turn(Said(201, one))) as server:
        result = send(name, server, frame_of(*(row(name, number) for number in range(1, 5))))
    assert result.rows["Status"].tolist() == ["accepted", "unknown", "unknown", "unknown"]
    assert result.rows["Response message"].iloc[1] == f"{text}; 1"
