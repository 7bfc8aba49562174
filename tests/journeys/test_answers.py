"""Answers of every kind, by the real command: what the row is told, how often the API is asked, what is kept."""

import time
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Command, Ended, environment, sheet_rows, write_csv
from tests.standins import Answering, Asked, Said, Standin, standing_in

TEMPLATE = """
title = "Create ticket"
[request]
url = "https://api.example.com/tickets"
{request}
[request.json]
subject = "{{{{subject}}}}"
[columns.subject]
required = true
[answer]
code = ["errors.*.code", "*.errorCode"]
message = ["errors.*.message", "*.message"]
refused = "errors"
[answer.columns]
ticket_id = "ticket.id"
place = "header:Location"
"""


def sent(uploader: Command, folder: Path, api: Standin, rows: int, request: str = "") -> Ended:
    template = folder / "ticket.toml"
    template.write_text(TEMPLATE.format(request=request), encoding="utf-8")
    path = write_csv(folder / "list.csv", [[f"Ticket {nth}"] for nth in range(rows)], header=["subject"])
    return uploader("send", path, "-t", template, "--base-url", api.url, "--json", env=environment())


def result_rows(folder: Path, sheet: str = "Results") -> list[dict[str, Any]]:
    return sheet_rows(folder / "list.results.xlsx", sheet)


def by_turns(*answers: Said) -> Answering:
    left = list(answers)
    return lambda _: left.pop(0) if len(left) > 1 else left[0]


def test_the_id_that_the_api_gave_stands_beside_its_row(uploader: Command, tmp_path: Path) -> None:
    def answer(asked: Asked) -> Said:
        nth = asked.json["subject"].split()[-1]
        if nth == "1":
            return Said(200, {"errors": [{"code": "DUP", "message": "Ya existe"}], "ticket": {"id": 99}})
        return Said(201, {"ticket": {"id": 70 + int(nth)}}, {"Location": f"/tickets/7{nth}"})

    with standing_in(answer) as api:
        ended = sent(uploader, tmp_path, api, 3)
    assert (ended.json["accepted"], ended.json["rejected"], ended.json["requests"]) == (2, 1, 3)
    found = [(row["Status"], row["Response code"], row["ticket_id"], row["place"]) for row in result_rows(tmp_path)]
    assert found == [
        ("accepted", None, "70", "/tickets/70"),
        ("rejected", "DUP", "99", None),
        ("accepted", None, "72", "/tickets/72"),
    ]


def test_an_answer_that_is_a_list_is_read(uploader: Command, tmp_path: Path) -> None:
    refusal = [{"message": "Falta el campo", "errorCode": "REQUIRED"}]
    with standing_in(by_turns(Said(400, refusal), Said(201, [{"id": 1}]))) as api:
        ended = sent(uploader, tmp_path, api, 3)
    assert (ended.code, ended.json["accepted"], ended.json["rejected"], len(api.asked)) == (1, 2, 1, 3)
    first = result_rows(tmp_path)[0]
    assert (first["Response code"], first["Response message"]) == ("REQUIRED", "Falta el campo")


@pytest.mark.parametrize("status", [204, 200])
def test_an_empty_yes_is_a_yes_and_sent_once(uploader: Command, tmp_path: Path, status: int) -> None:
    template = TEMPLATE.replace('code = ["errors.*.code", "*.errorCode"]\n', "").format(request="idempotent = true")
    path = write_csv(tmp_path / "list.csv", [["a"], ["b"]], header=["subject"])
    (tmp_path / "ticket.toml").write_text(template, encoding="utf-8")
    with standing_in(by_turns(Said(status))) as api:
        ended = uploader(
            "send", path, "-t", tmp_path / "ticket.toml", "--base-url", api.url, "--json", env=environment()
        )
    assert (ended.code, ended.json["accepted"], len(api.asked)) == (0, 2, 2)


def test_a_refused_token_costs_one_request_without_any_rule(uploader: Command, tmp_path: Path) -> None:
    with standing_in(by_turns(Said(401, {"errors": [{"message": "Bad credentials"}]}))) as api:
        ended = sent(uploader, tmp_path, api, 30)
    assert (ended.json["not_sent"], ended.json["rejected"], len(api.asked)) == (30, 0, 1)
    assert "Bad credentials" in ended.err
    assert "The API did not accept the credentials, and the template has no secret setting" in ended.err


def test_a_message_in_windows_1252_is_read_and_one_that_is_nowhere_is_kept(uploader: Command, tmp_path: Path) -> None:
    spanish = '{"errors": [{"message": "Cuesta 5 € más"}]}'.encode("cp1252")
    answers = by_turns(
        Said(422, spanish, {"Content-Type": "application/json; charset=windows-1252"}),
        Said(422, "Año inválido €".encode("cp1252"), {"Content-Type": "text/plain; charset=windows-1252"}),
        Said(422, {"reason": {"field": "año"}}),
    )
    with standing_in(answers) as api:
        sent(uploader, tmp_path, api, 3)
    rows = result_rows(tmp_path)
    assert [row["Response message"] for row in rows] == ["Cuesta 5 € más", "Año inválido €", None]
    assert ["its message says why" in row["Advice"] for row in rows] == [True, True, False]
    assert result_rows(tmp_path, "Attempts")[2]["Detail"] == '{"reason": {"field": "año"}}'


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        (Said(200, {"error": "quota"}), "unknown"),
        (Said(200, {"success": False}), "unknown"),
        (Said(408, {"message": "slow"}), "unknown"),
        (Said(421), "unknown"),
    ],
)
def test_what_may_be_a_no_or_nobodys_fault_is_unknown(
    uploader: Command, tmp_path: Path, answer: Said, status: str
) -> None:
    with standing_in(by_turns(answer)) as api:
        ended = sent(uploader, tmp_path, api, 1)
    assert (ended.json[status], ended.json["accepted"], ended.json["rejected"]) == (1, 0, 0)


def test_who_asks_for_half_a_second_gets_it(uploader: Command, tmp_path: Path) -> None:
    came: list[float] = []

    def answer(asked: Asked) -> Said:
        came.append(time.monotonic())
        too_early = Said(425, b"", {"Retry-After": "0.5"})
        return too_early if len(came) == 1 else Said(201, {"ticket": {"id": 1}})

    with standing_in(answer) as api:
        ended = sent(uploader, tmp_path, api, 2)
    assert (ended.code, ended.json["accepted"], ended.json["requests"]) == (0, 2, 3)
    assert came[1] - came[0] >= 0.5
