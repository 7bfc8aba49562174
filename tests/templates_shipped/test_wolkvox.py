"""Each request of wolkvox is sent as documented, and each documented answer is told of its row as what it is."""

from pathlib import Path

import pandas as pd
import pytest

import uploader
from tests.templates_shipped.catalogue import NAMES, TEMPLATES, examples_of, frame_of, settings_of
from tests.templates_shipped.documented import Answer
from tests.templates_shipped.stand_in import Reply, StandIn, in_turn, standing_in
from tests.templates_shipped.wolkvox import REQUESTS

SENT = [name for name in NAMES if name.startswith("wolkvox/")]
PARAMETER_MISSING = Answer(
    400,
    {"code": 400, "error": "BAD REQUEST", "msg": "SOME PARAMETERS ARE REQUIRED"},
    "rejected",
    "value that wolkvox requires is missing",
)
WRONG_TOKEN = Answer(
    403, {"code": 403, "error": "FORBIDDEN", "msg": "PLEASE VALIDATE TOKEN"}, "not sent", "refused the token"
)


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UPLOADER_HOME", str(tmp_path / "home"))


def row(name: str, number: int) -> dict[str, str]:
    """The example row with something else in the first column that takes it: examples are never sent."""
    template = TEMPLATES[name]
    cells = examples_of(template)
    field = next(field for field, column in template.columns.items() if column.takes(f"{cells[field]}{number}"))
    return {**cells, field: f"{cells[field]}{number}"}


def send(name: str, server: StandIn, rows: pd.DataFrame) -> uploader.Result:
    settings = settings_of(TEMPLATES[name])
    return uploader.send(rows, template=name, settings=settings, base_url=server.url, no_preflight=True, concurrency=1)


@pytest.mark.parametrize("name", SENT)
def test_documented_answers_are_told_as_what_they_are(name: str) -> None:
    request = REQUESTS[name.partition("/")[2]]
    done = Answer(request.done_status, request.done, "accepted")
    answers = [done, *request.others, PARAMETER_MISSING, done, WRONG_TOKEN]
    replies = in_turn(*(Reply(answer.http_status, answer.body) for answer in answers))
    with standing_in(replies) as server:
        result = send(name, server, frame_of(*(row(name, number) for number in range(len(answers) + 1))))

    assert len(server.asked) == len(answers), result.stopped
    assert {(asked.method, asked.headers["wolkvox-token"]) for asked in server.asked} == {
        (request.method, "practice-token")
    }
    told = result.rows.iloc[: len(answers)]
    assert told["Status"].tolist() == [answer.status for answer in answers]
    assert told["HTTP status"].tolist() == [answer.http_status for answer in answers]
    assert told["Response code"].tolist() == [str(answer.body["code"]) for answer in answers]
    for advice, message, answer in zip(told["Advice"], told["Response message"], answers, strict=True):
        assert answer.advice in advice
        assert answer.advice or advice == ""
        assert message.startswith(answer.body["msg"].strip())
    assert result.rows["Status"].iloc[-1] == "not sent"
    assert result.stopped is not None
    assert "PLEASE VALIDATE TOKEN" in result.stopped
