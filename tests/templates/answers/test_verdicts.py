"""What an answer means where no rule matches: what the template names decides, then the table, then the safety net."""

from typing import Any

import pytest

from tests.templates.answers.judged import judged
from uploader.i18n import Message
from uploader.model import advice
from uploader.model.outcomes import Verdict

ACCEPTED, REJECTED, UNKNOWN, STOP, SLOW = (
    Verdict.ACCEPTED,
    Verdict.REJECTED,
    Verdict.UNKNOWN,
    Verdict.STOP,
    Verdict.SLOW_DOWN,
)
NOTHING = "[answer]\nmessage='message'\n"
CODE = "[answer]\ncode='code'\n"
REFUSED = "[answer]\ncode=['errors.*.code', 'status']\nrefused=['errors', 'data.*.userErrors']\n"
OK = "[answer]\ncode='error'\nok='ok'\n"


@pytest.mark.parametrize(
    ("http_status", "body", "verdict"),
    [
        (201, {"id": 7}, ACCEPTED),
        (200, [{"id": 7}], ACCEPTED),
        (200, [], ACCEPTED),
        (204, b"", ACCEPTED),
        (205, b"", ACCEPTED),
        (200, b"", ACCEPTED),
        (202, b" \r\n", ACCEPTED),
        (200, b"OK", ACCEPTED),
        (200, "OK", UNKNOWN),
        (200, b"\0", UNKNOWN),
        (207, [{"status": 201}, {"status": 400}], UNKNOWN),
        (304, b"", UNKNOWN),
        (101, b"", UNKNOWN),
        (300, b"", STOP),
        (308, {"location": "/"}, STOP),
        (400, [{"message": "no"}], REJECTED),
        (401, {"message": "no"}, STOP),
        (401, [{"message": "no"}], STOP),
        (401, b"", STOP),
        (407, {"message": "no"}, STOP),
        (403, {"message": "no"}, REJECTED),
        (404, [{"message": "no"}], REJECTED),
        (404, b"no", STOP),
        (402, b"", REJECTED),
        (408, {"message": "too late"}, UNKNOWN),
        (408, b"", UNKNOWN),
        (421, b"", UNKNOWN),
        (425, b"", SLOW),
        (429, {"message": "no"}, SLOW),
        (503, {"message": "no"}, UNKNOWN),
    ],
)
def test_where_nothing_but_a_message_is_named_the_http_status_decides(
    http_status: int, body: Any, verdict: Verdict
) -> None:
    assert judged(NOTHING, body, http_status).verdict is verdict


@pytest.mark.parametrize(
    "body",
    [
        {"errors": [{"message": "no"}]},
        {"errors": {"name": "no"}},
        {"errors": "no"},
        {"errors": 1},
        {"error": "no"},
        {"error": {"code": 7}},
        {"error": True},
        {"ok": False},
        {"success": False},
        {"success": "False"},
        {"status": False},
        {"status": "false"},
        {"status": "error", "message": "Teléfono inválido"},
        {"status": " Failed "},
        {"result": "KO", "error_code": 17},
        {"result": "ko"},
        {"error_code": 17},
        {"errorCode": "E-17"},
        {"id": 7, "errors": ["no"], "ok": True},
        [{"id": 7}, {"success": False}],
        [{"errors": ["no"]}],
    ],
)
@pytest.mark.parametrize("text", [NOTHING, CODE, "[answer]\nok='fine'\n", "[answer]\nrefused='problems'\n"])
def test_a_yes_that_looks_like_a_no_is_unknown_and_never_accepted(text: str, body: Any) -> None:
    if isinstance(body, dict):
        body = {**body, "code": 200, "fine": True}
    found = judged(text, body)
    assert found.verdict is UNKNOWN
    assert found.advice.code in ("advice.contradictory", "advice.unreadable")


@pytest.mark.parametrize(
    "body",
    [
        {"errors": []},
        {"errors": None, "error": ""},
        {"errors": {}, "error": False},
        {"error": "null"},
        {"errors": 0},
        {"error": "0"},
        {"status": "open"},
        {"status": 0},
        {"result": 45},
        {"result": "OK", "error_code": 0},
        {"error_code": "00", "errorCode": None},
        {"error_code": "Success"},
        {"success": True, "ok": "true"},
        {"data": {"errors": ["in some place that nobody knows"]}},
    ],
)
def test_what_is_empty_or_stands_elsewhere_is_no_error(body: Any) -> None:
    assert judged(NOTHING, body).verdict is ACCEPTED


def test_what_the_template_looks_at_itself_is_its_own_to_say() -> None:
    assert judged("[answer]\ncode='status'\n", {"status": 200, "ok": True}).verdict is ACCEPTED
    assert judged("[answer]\nok='success'\n", {"success": "TRUE"}).verdict is ACCEPTED
    assert judged("[answer]\nok='success'\n", {"success": True, "errors": ["no"]}).verdict is UNKNOWN
    warned = {"errors": [{"level": "warning"}]}
    assert judged("[answer]\nrefused='errors.*.fatal'\n", warned).verdict is UNKNOWN
    rule = "[[rules]]\nstatus=[200]\nmessage='imported'\nmeans='accepted'\n"
    assert judged(NOTHING + rule, {"message": "Imported with a warning", "errors": ["old"]}).verdict is ACCEPTED


@pytest.mark.parametrize(
    ("http_status", "body", "verdict"),
    [
        (200, {"data": {"create": {"userErrors": [], "id": 1}}}, ACCEPTED),
        (200, {"data": {"create": {"userErrors": [{"message": "no"}]}}}, REJECTED),
        (200, {"errors": [{"code": "THROTTLED"}]}, REJECTED),
        (200, {"errors": [{"code": 200}]}, REJECTED),
        (200, {"errors": "no"}, REJECTED),
        (200, {"errors": 3}, REJECTED),
        (200, {"status": "open"}, ACCEPTED),
        (200, {"status": 201}, ACCEPTED),
        (200, {"status": 418}, REJECTED),
        (200, {"error": "elsewhere"}, UNKNOWN),
        (207, {"errors": []}, ACCEPTED),
        (207, {"errors": ["no"]}, REJECTED),
        (204, b"", ACCEPTED),
        (200, b"", UNKNOWN),
        (200, b"<html>", UNKNOWN),
        (422, {"errors": ["no"], "status": 200}, REJECTED),
        (422, {"status": 200}, UNKNOWN),
        (401, {"errors": ["no"]}, STOP),
        (429, {"errors": ["no"]}, SLOW),
        (500, {"errors": ["no"]}, UNKNOWN),
        (503, {"errors": ["no"]}, UNKNOWN),
    ],
)
def test_what_stands_at_refused_says_no(http_status: int, body: Any, verdict: Verdict) -> None:
    assert judged(REFUSED, body, http_status).verdict is verdict


@pytest.mark.parametrize("nothing", [None, False, 0, "", " ", "null", "False", "0", [], {}])
def test_nothing_at_refused_says_nothing(nothing: Any) -> None:
    assert judged("[answer]\nrefused='errors'\n", {"errors": nothing, "id": 1}).verdict is ACCEPTED


@pytest.mark.parametrize(
    ("http_status", "body", "verdict"),
    [
        (200, {"ok": True, "ts": "1"}, ACCEPTED),
        (200, {"ok": "True"}, ACCEPTED),
        (200, {"ok": False, "error": "channel_not_found"}, REJECTED),
        (200, {"ok": "no"}, REJECTED),
        (200, {"ok": 1}, REJECTED),
        (200, {"ok": ""}, REJECTED),
        (200, {"ok": None}, UNKNOWN),
        (200, {"queued": True}, UNKNOWN),
        (200, {"ok": True, "error": "500"}, UNKNOWN),
        (200, {"ok": True, "warning": "x", "errors": ["x"]}, UNKNOWN),
        (200, b"", UNKNOWN),
        (200, b"ok", UNKNOWN),
        (204, b"", ACCEPTED),
        (400, {"ok": False}, REJECTED),
        (400, {"ok": True}, UNKNOWN),
        (401, {"ok": False}, STOP),
        (503, {"ok": False}, UNKNOWN),
    ],
)
def test_what_does_not_say_true_at_ok_says_no(http_status: int, body: Any, verdict: Verdict) -> None:
    assert judged(OK, body, http_status).verdict is verdict


def test_of_several_places_for_ok_each_that_is_there_must_say_true() -> None:
    text = "[answer]\nok=['ok', 'results.*.success']\n"
    assert judged(text, {"ok": True, "results": [{"success": True}]}).verdict is ACCEPTED
    assert judged(text, {"results": [{"success": True}, {"success": False}]}).verdict is REJECTED


@pytest.mark.parametrize(
    ("means", "code"),
    [
        ("accepted", "advice.none"),
        ("rejected", "advice.rejected"),
        ("unknown", "advice.unreadable"),
        ("slow down", "advice.slow_down"),
        ("pause", "advice.paused"),
        ("stop", "advice.wrong_place"),
    ],
)
def test_a_rule_without_advice_says_what_the_table_would(means: str, code: str) -> None:
    rule = f"[[rules]]\nstatus=[403]\nmeans='{means}'\n"
    found = judged(NOTHING + rule, {"message": "said"}, 403)
    assert (found.verdict.value, found.advice.code) == (means, code)


def test_status_and_code_of_a_rule_must_both_match() -> None:
    text = CODE + "[[rules]]\nstatus=[403]\ncode=['DUP', 9]\nmeans='pause'\n"
    assert judged(text, {"code": "DUP"}, 403).verdict is Verdict.PAUSE
    assert judged(text, {"code": "DUP"}, 409).verdict is REJECTED
    assert judged(text, {"code": "OTHER"}, 403).verdict is REJECTED
    assert judged(text, {"code": 9}, 403).verdict is Verdict.PAUSE
    status_alone = CODE + "[[rules]]\nstatus=[200]\nmeans='pause'\n"
    assert judged(status_alone, {"code": 500}, 200).verdict is Verdict.PAUSE


def test_the_advice_names_a_message_only_where_there_is_one() -> None:
    assert judged(NOTHING, {"message": "no"}, 422).advice == advice.REJECTED
    elsewhere = judged(NOTHING, {"reason": "año"}, 422)
    assert elsewhere.advice == Message("advice.rejected_as_kept")
    assert elsewhere.detail == Message("text", text='{"reason": "año"}')
    silent = judged(NOTHING, b"", 422)
    assert (silent.advice, silent.detail) == (Message("advice.rejected_without_a_word"), None)
    pause = "[[rules]]\nstatus=[403]\nmeans='pause'\nmay_be_the_row=true\n"
    assert judged(NOTHING + pause, b"", 403).advice_if_rejected == Message("advice.rejected_without_a_word")


def test_of_an_accepted_answer_without_a_message_nothing_is_kept_as_evidence() -> None:
    assert judged(NOTHING, {"id": 7}).detail is None
    assert judged(NOTHING, {"error": "x"}).detail == Message("text", text='{"error": "x"}')
