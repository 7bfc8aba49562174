"""What the API tells before the first row, and what follows from it."""

import asyncio
import json
from collections.abc import Mapping
from typing import Any

import pytest

from uploader.i18n import Fact, Message, render
from uploader.model.http import Arrival, Request, Response, SendFailure
from uploader.model.outcomes import Stop, Verdict
from uploader.model.problems import Problem
from uploader.model.settings import Settings
from uploader.templates.batches.form import BatchForm
from uploader.templates.parsing.parser import parse
from uploader.templates.preflight.facts import ApiFacts, ask, id_problems, quota_message
from uploader.templates.template import Template

SETTINGS = Settings({"wolkvox_server": "0042"}, {"wolkvox_token": "s3cret"})


def facts_of(
    template: Template, *answers: Any, columns: tuple[str, ...] = ("rp_id",)
) -> tuple[ApiFacts, list[Request]]:
    """What is understood of these answers (JSON with HTTP 200, or a whole Response or SendFailure), and what was asked."""
    left, requests = list(answers), []

    async def send(request: Request) -> Response | SendFailure:
        requests.append(request)
        answer = left.pop(0)
        return answer if isinstance(answer, Response | SendFailure) else Response(200, json.dumps(answer).encode(), 1)

    return asyncio.run(ask(template, SETTINGS, None, columns, send, SETTINGS.mask)), requests


def points(*records: dict[str, Any]) -> dict[str, Any]:
    return {"code": 200, "error": None, "msg": "found", "data": list(records)}


def quota(left: Any, limit: Any, used: Any) -> dict[str, Any]:
    data = {"available_consumption_options": left, "token_limit": limit, "all_token_today": used}
    return {"code": "200", "error": None, "msg": " 1 records were found", "data": [data]}


def refusal(code: int, message: str) -> Response:
    return Response(code, json.dumps({"code": str(code), "error": "FORBIDDEN", "msg": message}).encode(), 1)


def test_the_lesser_reading_of_the_quota_counts_less_what_asking_costs(wolkvox: Template) -> None:
    found, requests = facts_of(wolkvox, points(), quota("3951", "5000", "1000"))
    assert (found.requests_left, found.requests_a_day) == (3950, 5000)
    assert [request.url.rpartition("=")[2] for request in requests] == ["routing_points", "token_info"]
    assert requests[0].headers == {"wolkvox_server": "0042", "wolkvox-token": "s3cret"}
    assert {request.method for request in requests} == {"GET"}
    assert facts_of(wolkvox, points(), quota(4001, 5000, 4500))[0].requests_left == 499
    assert facts_of(wolkvox, points(), quota("0", "5000", "5001"))[0].requests_left == 0


@pytest.mark.parametrize(
    "answer",
    [
        quota(" ", " ", " "),
        {"code": "200", "error": None, "msg": "", "data": []},
        {"code": "200", "error": None, "msg": "", "data": {"token_limit": None}},
        {"code": "201", "error": None, "msg": "51196 routing point was executed and assigned to agent (1) "},
        ["a", "list"],
        Response(200, b"<html>busy</html>", 1),
        Response(404, b"<html>not found</html>", 1),
        Response(500, b"", 1),
        Response(302, b"", 1),
        refusal(400, "THE API YOU WANT TO CONSULT DOES NOT EXIST"),
        refusal(403, "EXCEEDS THE LIMIT OF SIMULTANEOUS REQUESTS PER TOKEN (2)"),
        refusal(403, "TOKEN LIMIT EXCEEDED"),
        refusal(403, "SERVER UNDER MAINTENANCE"),
        SendFailure(Arrival.MAYBE, Message("failure.cut_while_reading"), 1),
    ],
)
def test_an_answer_that_can_not_be_used_is_no_obstacle(wolkvox: Template, answer: Any) -> None:
    found, requests = facts_of(wolkvox, answer, answer)
    assert (found, len(requests)) == (ApiFacts(), 2)
    assert quota_message(found, 10) is None


@pytest.mark.parametrize(("code", "message"), [(403, "PLEASE VALIDATE TOKEN"), (401, "PLEASE ENTER THE WOLKVOX-TOKEN")])
def test_a_refused_token_stops_the_run(wolkvox: Template, code: int, message: str) -> None:
    found, requests = facts_of(wolkvox, refusal(code, message))
    assert found.stop is not None
    assert found.stop == Stop(Message("stop.refused", why=message), Verdict.STOP)
    assert found.advice is not None
    assert found.advice.code == "advice.from_template"
    assert len(requests) == 1


def test_after_a_connection_that_was_not_made_nothing_more_is_asked(wolkvox: Template) -> None:
    found, requests = facts_of(wolkvox, SendFailure(Arrival.NO, Message("failure.refused"), 1))
    assert (found, len(requests)) == (ApiFacts(), 1)


def test_a_proxy_that_lets_nothing_through_stops_the_run_before_it_begins(wolkvox: Template) -> None:
    barred = Message("failure.proxy_password", proxy="proxy.corp:8080")
    found, requests = facts_of(wolkvox, SendFailure(Arrival.BARRED, barred, 1))
    assert found.stop == Stop(barred, Verdict.STOP)
    assert found.advice == Message("advice.proxy_password")
    assert len(requests) == 1


def test_a_list_without_the_column_is_not_asked_about(wolkvox: Template) -> None:
    _, requests = facts_of(wolkvox, quota(5, 5, 0), columns=())
    assert len(requests) == 1


def test_ids_that_do_not_exist_stop_their_rows_and_inactive_ones_warn(wolkvox: Template) -> None:
    listed = points(
        {"rp_id": 61196, "interaction_active": "yes"},
        {"rp_id": " 61197 ", "interaction_active": "NO"},
        {"rp_id": "61198"},
        {"rp_id": "", "interaction_active": "no"},
        {"nothing": 1},
    )
    found, _ = facts_of(wolkvox, listed, quota(9, 9, 0))
    rows = {"rp_id": {"61196": [2], "61197": [3, 7], "61198": [4], "99": [5, 9]}}
    header = [*"ABCDEF", " Punto de\nenrutamiento"]
    stopped = id_problems(found, rows, {"rp_id": 6}, header)
    title = {"en": "routing points", "es": "puntos de enrutamiento", "pt": "pontos de roteamento"}
    inactive: Mapping[str, Fact] = {"column": "Punto de enrutamiento", "id": "61197", "title": title}
    unknown: Mapping[str, Fact] = {"column": "Punto de enrutamiento", "id": "99", "title": title}
    assert stopped == [
        Problem(3, 6, "inactive_id", inactive, stops=False),
        Problem(7, 6, "inactive_id", inactive, stops=False),
        Problem(5, 6, "unknown_id", unknown, stops=True),
        Problem(9, 6, "unknown_id", unknown, stops=True),
    ]
    assert render(stopped[2].cause, "en") == "“Punto de enrutamiento” 99 does not exist in the API"
    assert render(stopped[2].fix, "es") == "Escriba uno que exista en la API (puntos de enrutamiento)."
    assert "(pontos de roteamento)" in render(stopped[0].fix, "pt")
    nameless = id_problems(found, rows, {"rp_id": 0}, [""])
    assert {problem.facts["column"] for problem in nameless} == {"rp_id"}


def test_an_api_that_names_no_id_at_all_has_told_nothing(wolkvox: Template) -> None:
    for records in ([], [{"rp_id": ""}]):
        found, _ = facts_of(wolkvox, points(*records), quota(9, 9, 0))
        assert id_problems(found, {"rp_id": {"1": [2]}}, {"rp_id": 6}) == []


@pytest.mark.parametrize(
    ("rows", "left", "a_day", "code", "sentence"),
    [
        (
            12_400,
            3_950,
            4_000,
            "quota.some_today",
            "12,400 rows to send, but only 3,950 requests are left today. 3,950 can be sent today, the rest within 3 more days.",
        ),
        (
            12_400,
            3_950,
            9_000,
            "quota.some_today",
            "12,400 rows to send, but only 3,950 requests are left today. 3,950 can be sent today, the rest within 1 more day.",
        ),
        (
            80,
            79,
            None,
            "quota.some_today",
            "80 rows to send, but only 79 requests are left today. 79 can be sent today, the rest on another day.",
        ),
        (80, 80, 100, "quota.all_today", "80 rows to send, and 80 requests are left today: that is enough for all."),
        (1, 1, 100, "quota.all_today", "1 row to send, and 1 request is left today: that is enough for all."),
        (
            80,
            1,
            79,
            "quota.some_today",
            "80 rows to send, but only 1 request is left today. 1 can be sent today, the rest within 1 more day.",
        ),
        (
            3,
            0,
            100,
            "quota.none_today",
            "3 rows to send, but no requests are left today. The API will probably refuse the first one.",
        ),
    ],
)
def test_the_plan_says_how_far_the_quota_goes(
    rows: int, left: int, a_day: int | None, code: str, sentence: str
) -> None:
    message = quota_message(ApiFacts(requests_left=left, requests_a_day=a_day), rows)
    assert message is not None
    assert message.code == code
    assert render(message, "en") == sentence


@pytest.mark.parametrize(
    ("rows", "left", "code", "today", "days"),
    [
        (1, 1, "quota.all_today", None, None),
        (1, 0, "quota.none_today", None, None),
        (2, 1, "quota.some_today", 1, 1),
        (11, 2, "quota.all_today", None, None),
        (12, 2, "quota.some_today", 11, 1),
        (101, 11, "quota.all_today", None, None),
        (101, 5, "quota.some_today", 41, 2),
    ],
)
def test_rows_that_share_a_request_take_one_of_the_quota_and_the_first_row_one_of_its_own(
    rows: int, left: int, code: str, today: int | None, days: int | None
) -> None:
    message = quota_message(ApiFacts(requests_left=left, requests_a_day=3), rows, BatchForm(size=10, rows="records"))
    assert message is not None
    later = message.facts.get("later")
    assert (message.code, message.facts.get("count")) == (code, today)
    assert (later.facts["count"] if isinstance(later, Message) else None) == days


WITHOUT_RULES = """
title = "x"
[request]
url = "https://x.example/things"
[request.json]
kind = "{{kind}}"
[columns.kind]
[[preflight]]
title = "kinds"
url = "https://x.example/kinds"
ids = { column = "kind", records = "", id = "name" }
"""


def test_the_ids_may_be_a_list_that_is_the_whole_answer() -> None:
    found, _ = facts_of(parse(WITHOUT_RULES, "x.toml", "x"), [{"name": "A"}, {"name": "B"}], columns=("kind",))
    assert dict(found.ids["kind"].is_active) == {"A": True, "B": True}


def test_who_is_not_let_in_without_a_rule_learns_it_before_the_first_row() -> None:
    answer = Response(401, b'{"detail": "Invalid token"}', 1)
    found, _ = facts_of(parse(WITHOUT_RULES, "x.toml", "x"), answer, columns=("kind",))
    assert found.stop == Stop(Message("stop.refused", why="HTTP 401"), Verdict.STOP)
    assert found.advice == Message("advice.wrong_credentials")
