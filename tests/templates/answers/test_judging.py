import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from uploader.i18n import Message, in_language, render
from uploader.model import advice
from uploader.model.http import Arrival, Response, SendFailure
from uploader.model.outcomes import Verdict
from uploader.templates.answers.judging import judge, judge_of
from uploader.templates.parsing.parser import parse
from uploader.templates.template import Template

WITHOUT_RULES = (
    "title='x'\n[request]\nurl='https://x.example'\n[request.json]\na='{{a}}'\n[columns.a]\n"
    "[answer]\ncode='code'\nmessage='msg'\nerror='error'"
)


def hide(text: str) -> str:
    return text.replace("s3cret", "***")


CUT = Message("failure.cut_while_reading")


def reply(http_status: int, body: Any) -> Response:
    return Response(http_status, body if isinstance(body, bytes) else json.dumps(body).encode(), 12)


def answer(code: Any, message: str, error: Any = "FORBIDDEN") -> dict[str, Any]:
    return {"code": code, "error": error, "msg": message}


@pytest.mark.parametrize("as_text", [True, False])
@pytest.mark.parametrize("always_200", [True, False])
@pytest.mark.parametrize(
    ("code", "message", "verdict"),
    [
        (201, "XXXXX routing point was executed and assigned to agent (XXXX) ", Verdict.ACCEPTED),
        (200, "1 records were found", Verdict.ACCEPTED),
        (202, "done", Verdict.ACCEPTED),
        (400, "THE API YOU WANT TO CONSULT DOES NOT EXIST", Verdict.STOP),
        (400, "SOME PARAMETERS ARE REQUIRED", Verdict.REJECTED),
        (400, "anything else", Verdict.REJECTED),
        (401, "PLEASE ENTER THE WOLKVOX-TOKEN", Verdict.STOP),
        (403, "TOKEN LIMIT EXCEEDED", Verdict.PAUSE),
        (403, "EXCEEDS THE LIMIT OF SIMULTANEOUS REQUESTS PER TOKEN (2)", Verdict.SLOW_DOWN),
        (403, "Please validate token", Verdict.STOP),
        (403, "a text that is documented nowhere", Verdict.PAUSE),
        (404, "ROUTING POINT 50000 NOT FOUND", Verdict.REJECTED),
        (404, "the licenses are used up", Verdict.STOP),
        (404, "limit of 50000", Verdict.STOP),
        (404, "not registered", Verdict.REJECTED),
        (405, "METHOD NOT ALLOWED", Verdict.STOP),
        (406, "invalid value", Verdict.REJECTED),
        (412, "PRECONDITION FAILED", Verdict.REJECTED),
        (422, "El codAct no es valido para la operacion del chat.", Verdict.REJECTED),
    ],
)
def test_wolkvox_answers_mean_what_is_known_of_them(
    wolkvox: Template, code: int, message: str, verdict: Verdict, as_text: bool, always_200: bool
) -> None:
    good = 200 <= code < 300
    body = answer(f" {code}" if as_text else code, message, None if good else "ERROR")
    found = judge(reply(200 if always_200 else code, body), wolkvox)
    assert found.verdict is verdict
    assert found.code == str(code)
    assert found.message == message
    assert (found.advice == advice.NONE) is good


def test_every_rule_that_ships_has_advice_in_english_and_spanish(wolkvox: Template) -> None:
    assert wolkvox.rules
    for rule in wolkvox.rules:
        assert set(rule.advice) >= {"en", "es"}


@pytest.mark.parametrize(
    ("http_status", "body", "verdict"),
    [
        (200, answer(201, "ok", None), Verdict.ACCEPTED),
        (201, answer("202", "ok", "null"), Verdict.ACCEPTED),
        (200, answer(200, "ok", ""), Verdict.ACCEPTED),
        (200, answer(201.0, "ok", None), Verdict.ACCEPTED),
        (200, answer("418", "no"), Verdict.REJECTED),
        (200, answer(500, "no"), Verdict.REJECTED),
        (200, answer("XXX", "no"), Verdict.UNKNOWN),
        (200, answer(True, "yes", None), Verdict.UNKNOWN),
        (200, answer(201, "but", "SOMETHING"), Verdict.UNKNOWN),
        (200, answer(" ", "?", None), Verdict.UNKNOWN),
        (200, {"msg": "no code"}, Verdict.UNKNOWN),
        (200, b"<html>Fatal error</html>", Verdict.UNKNOWN),
        (200, b'{"code": 201, "msg": "cut of', Verdict.UNKNOWN),
        (200, b"", Verdict.UNKNOWN),
        (200, b"null", Verdict.UNKNOWN),
        (200, b"[201]", Verdict.UNKNOWN),
        (200, b"[" * 100_000, Verdict.UNKNOWN),
        (200, b'{"code": 1e999}', Verdict.UNKNOWN),
        (500, answer(201, "ok", None), Verdict.UNKNOWN),
        (403, answer(200, "ok", None), Verdict.UNKNOWN),
        (301, b"", Verdict.STOP),
        (302, b"<html>", Verdict.STOP),
        (401, b"", Verdict.STOP),
        (403, b"<html>Forbidden", Verdict.STOP),
        (404, b"<html>", Verdict.STOP),
        (405, b"", Verdict.STOP),
        (407, b"", Verdict.STOP),
        (404, answer(404, "no such thing"), Verdict.REJECTED),
        (409, b"", Verdict.REJECTED),
        (429, b"", Verdict.SLOW_DOWN),
        (429, answer("429", "Too many"), Verdict.SLOW_DOWN),
        (422, answer(422, "no"), Verdict.REJECTED),
        (500, b"", Verdict.UNKNOWN),
        (502, b"<html>Bad gateway", Verdict.UNKNOWN),
        (503, answer(503, "busy"), Verdict.UNKNOWN),
    ],
)
def test_without_a_rule_the_table_decides(http_status: int, body: Any, verdict: Verdict) -> None:
    found = judge(reply(http_status, body), parse(WITHOUT_RULES, "x", "x"))
    assert found.verdict is verdict
    assert found.http_status == http_status
    assert (found.advice == advice.NONE) is (verdict is Verdict.ACCEPTED)
    assert found.advice.code.startswith("advice.")


def test_an_api_without_codes_is_read_by_its_http_status() -> None:
    template = parse(WITHOUT_RULES.replace("code='code'", ""), "x", "x")
    assert judge(reply(201, {"id": 7}), template).verdict is Verdict.ACCEPTED
    assert judge(reply(422, {"id": 7}), template).verdict is Verdict.REJECTED


def test_a_rule_may_know_a_code_that_is_a_word() -> None:
    rules = "\n[[rules]]\ncode=['OK', 'true']\nmeans='accepted'\nadvice.en=''\n[[rules]]\ncode=['DUP', 7]\nmeans='rejected'\nadvice.en='x'"
    template = parse(WITHOUT_RULES + rules, "x", "x")
    for code, verdict in (
        ("OK", "accepted"),
        (True, "accepted"),
        ("DUP", "rejected"),
        ("7", "rejected"),
        (7, "rejected"),
    ):
        assert judge(reply(200, answer(code, "said", None)), template).verdict == verdict


def test_code_and_message_may_stand_deeper() -> None:
    text = WITHOUT_RULES.replace("code='code'", "code='status.number'").replace(
        "message='msg'", "message='status.text'"
    )
    found = judge(reply(200, {"status": {"number": "201", "text": {"a": "ñ"}}}), parse(text, "x", "x"))
    assert (found.verdict, found.code, found.message) == (Verdict.ACCEPTED, "201", '{"a": "ñ"}')


def test_an_answer_in_latin_1_is_read_all_the_same(wolkvox: Template) -> None:
    found = judge(Response(200, '{"code":"201","error":null,"msg":"asignado a José"}'.encode("latin-1"), 1), wolkvox)
    assert (found.verdict, found.message) == (Verdict.ACCEPTED, "asignado a José")


def test_a_byte_order_mark_and_broken_escapes_do_no_harm(wolkvox: Template) -> None:
    found = judge(Response(200, b'\xef\xbb\xbf{"code":201,"error":null,"msg":"half \\ud83d"}', 1), wolkvox)
    assert found.verdict is Verdict.ACCEPTED
    assert found.message.encode() == b"half ?"


def test_a_secret_that_comes_back_is_masked_everywhere(wolkvox: Template) -> None:
    def mask(text: str) -> str:
        return text.replace("s3cret", "***")

    found = judge(reply(403, answer("403", "token s3cret: PLEASE VALIDATE TOKEN")), wolkvox, mask)
    assert found.message == "token ***: PLEASE VALIDATE TOKEN"
    assert found.verdict is Verdict.STOP
    page = judge(reply(200, b"<html>s3cret</html>"), wolkvox, mask)
    assert page.detail == Message("text", text="<html>***</html>")


def test_an_unreadable_answer_is_kept_as_evidence_but_never_as_the_apis_words(wolkvox: Template) -> None:
    found = judge(reply(200, b"<h1>Error\n  establishing</h1>" + b"x" * 2000), wolkvox)
    assert (found.code, found.message) == ("", "")
    assert found.detail is not None
    excerpt = render(found.detail, "es")
    assert excerpt.startswith("<h1>Error establishing</h1>")
    assert len(excerpt) <= 501


def test_a_failure_is_unknown_only_where_the_request_may_have_arrived(wolkvox: Template) -> None:
    assert judge(SendFailure(Arrival.MAYBE, CUT, 5), wolkvox).verdict is Verdict.UNKNOWN
    assert judge(SendFailure(Arrival.NO, Message("failure.refused"), 5), wolkvox).verdict is Verdict.OUT_OF_REACH
    assert judge(SendFailure(Arrival.MAYBE, CUT, 5), wolkvox).detail == CUT


def test_who_lets_nothing_through_stops_the_run(wolkvox: Template) -> None:
    assert judge(SendFailure(Arrival.BARRED, CUT, 5), wolkvox).verdict is Verdict.STOP


MALFORMED = Message("failure.malformed_head", line="…")


def test_what_is_quoted_of_a_failed_answer_is_masked_and_then_shortened(wolkvox: Template) -> None:
    line = f"<b>Warning</b>  {'x' * 190}s3cret token=s3cret"
    detail = judge(SendFailure(Arrival.MAYBE, MALFORMED, 5, line), wolkvox, hide).detail
    assert detail is not None
    shown = str(detail.facts["line"])
    assert shown == f"<b>Warning</b> {'x' * 185}…"
    assert "s3c" not in shown
    detail = judge(SendFailure(Arrival.MAYBE, MALFORMED, 5, "Warning: s3cret"), wolkvox, hide).detail
    assert detail == Message("failure.malformed_head", line="Warning: ***")


def test_nothing_is_quoted_where_answers_may_carry_secrets(wolkvox: Template) -> None:
    secretive = wolkvox.model_copy(update={"answer": wolkvox.answer.model_copy(update={"secrets": ("data.key",)})})
    assert judge(SendFailure(Arrival.MAYBE, MALFORMED, 5, "Warning: key=1"), secretive).detail == MALFORMED


@pytest.mark.parametrize(
    ("given", "may_be"),
    [
        (SendFailure(Arrival.MAYBE, CUT, 12), True),
        (SendFailure(Arrival.NO, CUT, 12), False),
        (SendFailure(Arrival.NEVER, CUT, 12), False),
        (SendFailure(Arrival.BARRED, CUT, 12), False),
        (reply(504, b"<html>Gateway Timeout</html>"), True),
        (reply(524, b"error code: 524"), True),
        (reply(500, b"Fatal error"), False),
        (reply(200, b"<html>Welcome</html>"), False),
        (reply(502, answer(201, "executed", None)), True),
        (reply(200, answer(201, "executed", None)), False),
        (reply(403, answer(403, "TOKEN LIMIT EXCEEDED")), False),
    ],
)
def test_a_request_may_be_under_way_where_no_answer_of_the_api_s_own_came(
    given: Response | SendFailure, may_be: bool, wolkvox: Template
) -> None:
    assert judge(given, wolkvox).may_be_under_way is may_be


def test_advice_has_no_language_yet_and_a_template_s_has_all_that_it_brings(wolkvox: Template) -> None:
    refusal = reply(403, answer(403, "TOKEN LIMIT EXCEEDED"))
    message = judge(refusal, wolkvox).advice
    assert message.code == "advice.from_template"
    texts = message.facts["text"]
    assert isinstance(texts, Mapping)
    assert "mañana" in in_language(texts, "es")
    assert "tomorrow" in in_language(texts, "en")
    assert "amanhã" in in_language(texts, "pt")
    alone = wolkvox.model_copy(
        update={"rules": tuple(one.model_copy(update={"advice": {"en": one.advice["en"]}}) for one in wolkvox.rules)}
    )
    texts = judge(refusal, alone).advice.facts["text"]
    assert isinstance(texts, Mapping)
    assert "tomorrow" in in_language(texts, "pt")


@pytest.mark.parametrize(
    ("arrival", "code"),
    [
        (Arrival.NEVER, "advice.unsendable"),
        (Arrival.NO, "advice.out_of_reach"),
        (Arrival.BARRED, "advice.proxy_password"),
        (Arrival.MAYBE, "advice.may_have_arrived"),
    ],
)
def test_what_is_advised_without_an_answer(wolkvox: Template, arrival: Arrival, code: str) -> None:
    assert judge(SendFailure(arrival, CUT, 5), wolkvox).advice == Message(code)


@pytest.mark.parametrize(
    ("http_status", "body", "code"),
    [
        (200, b"", "advice.unreadable"),
        (200, answer(201, "but", "SOMETHING"), "advice.contradictory"),
        (200, answer("418", "no"), "advice.rejected"),
        (302, b"", "advice.redirect"),
        (404, b"<html>", "advice.wrong_place"),
        (401, b"<html>", "advice.wrong_place"),
        (401, b"", "advice.wrong_place"),
        (401, {"msg": "no"}, "advice.wrong_credentials"),
        (407, {"msg": "no"}, "advice.wrong_credentials"),
        (429, b"", "advice.slow_down"),
        (500, b"", "advice.server_error"),
    ],
)
def test_what_is_advised_where_no_rule_matches(http_status: int, body: Any, code: str) -> None:
    assert judge(reply(http_status, body), parse(WITHOUT_RULES, "x", "x")).advice == Message(code)


RULE_WITHOUT_ADVICE = "\n[[rules]]\nstatus=[401, 403]\nmeans='stop'\n"


@pytest.mark.parametrize("rule", ["", RULE_WITHOUT_ADVICE])
@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ("[settings.site]", Message("advice.wrong_credentials")),
        ("[settings.api_token]", Message("advice.wrong_secrets", names=("api_token",))),
        (
            "[settings.key]\nsecret=true\n[settings.site]\n[settings.password]",
            Message("advice.wrong_secrets", names=("key", "password")),
        ),
    ],
)
def test_where_the_api_lets_nobody_in_the_secret_settings_are_named(
    settings: str, expected: Message, rule: str
) -> None:
    template = parse(f"{WITHOUT_RULES}\n{settings}{rule}", "x", "x")
    assert judge(reply(401, {"msg": "no"}), template).advice == expected
    assert judge(reply(401, b"<html>"), template).advice == Message("advice.wrong_place")


def test_a_rule_that_stops_at_another_status_says_that_access_was_refused() -> None:
    stopped = judge(reply(403, {"msg": "no"}), parse(WITHOUT_RULES + RULE_WITHOUT_ADVICE, "x", "x"))
    assert (stopped.verdict, stopped.advice) == (Verdict.STOP, Message("advice.wrong_place"))


def test_a_pause_that_may_be_the_row_has_the_advice_of_a_refusal_too(wolkvox: Template) -> None:
    doubtful = judge(reply(403, answer(403, "a text that is documented nowhere")), wolkvox)
    assert doubtful.advice_if_rejected == Message("advice.rejected")
    assert judge(reply(403, answer(403, "TOKEN LIMIT EXCEEDED")), wolkvox).advice_if_rejected is None


@pytest.mark.parametrize(
    ("line", "statuses", "body", "verdict"),
    [
        ("| 425, 429 | [slow down](#slow-down) |", (425, 429), b"{}", Verdict.SLOW_DOWN),
        ("| 408, 421, 304 | unknown |", (408, 421, 304), b"{}", Verdict.UNKNOWN),
        ("| 401, 407, 3xx | stop |", (401, 407, 301), b"{}", Verdict.STOP),
        ("| 403, 404, 405 that can't be read, such as a page | stop |", (403, 404, 405), b"no", Verdict.STOP),
        ("| 403, 404, 405 with JSON, other 4xx | rejected. ", (400, 403, 404, 409, 422), b"{}", Verdict.REJECTED),
        ("| 5xx | unknown |", (500, 502, 503), b"{}", Verdict.UNKNOWN),
        ("| any other 2xx | accepted |", (200, 201, 202), b'{"id": 1}', Verdict.ACCEPTED),
    ],
)
def test_the_table_of_the_reference_is_what_happens(
    line: str, statuses: Sequence[int], body: bytes, verdict: Verdict
) -> None:
    told = (Path(__file__).parents[3] / "docs" / "template-reference.md").read_text(encoding="utf-8")
    assert line in told
    template = parse(WITHOUT_RULES.partition("[answer]")[0], "x", "x")
    assert {judge(reply(status, body), template).verdict for status in statuses} == {verdict}


def test_answers_of_a_run_mean_what_each_means_alone(wolkvox: Template) -> None:
    """Alike ones, too, which differ in how long they took and in how long the server wants us to wait."""
    asked: list[str] = []

    def mask(text: str) -> str:
        asked.append(text)
        return hide(text)

    of_a_run = judge_of(wolkvox, mask)
    bodies = [b"", b"{}", b"no json s3cret", b'{"code": 201, "msg": "s3cret"}', b'{"code": 403}', b"x" * 5_000]
    answers: list[Response | SendFailure] = [
        Response(status, body, took, wait)
        for took, wait in ((1, 0.0), (70, 5.0))
        for status in (200, 201, 403, 429, 503)
        for body in bodies
    ]
    answers += [SendFailure(arrival, Message("failure.other", kind="X"), 3, "s3cret") for arrival in Arrival]
    assert [of_a_run(one) for one in answers] == [judge(one, wolkvox, mask) for one in answers]
    asked.clear()
    assert of_a_run(answers[3]) == of_a_run(answers[3])
    assert asked == []


FAULT_BY_RULE = (
    "title='x'\n[request]\nurl='https://x.example'\n[request.json]\na='{{a}}'\n[columns.a]\n"
    "[[rules]]\nstatus=[500]\nfound=['Envelope.Body.Fault', 'errors']\nmeans='rejected'\n"
)


@pytest.mark.parametrize(
    ("http_status", "body", "verdict"),
    [
        (500, b"<s:Envelope xmlns:s='x'><s:Body><s:Fault><f>no</f></s:Fault></s:Body></s:Envelope>", Verdict.REJECTED),
        (500, b"<s:Envelope xmlns:s='x'><s:Body><Else>1</Else></s:Body></s:Envelope>", Verdict.UNKNOWN),
        (500, b"<html>Fault</html>", Verdict.UNKNOWN),
        (500, b"", Verdict.UNKNOWN),
        (500, {"errors": ["no"]}, Verdict.REJECTED),
        (500, {"errors": []}, Verdict.UNKNOWN),
        (500, {"errors": None}, Verdict.UNKNOWN),
        (502, {"errors": ["no"]}, Verdict.UNKNOWN),
    ],
)
def test_a_rule_matches_by_what_is_found_at_a_place(http_status: int, body: Any, verdict: Verdict) -> None:
    assert judge(reply(http_status, body), parse(FAULT_BY_RULE, "t", "t")).verdict is verdict


EXPECTS = WITHOUT_RULES.replace(
    "code='code'\nmessage='msg'\nerror='error'", "expected=['ticket.id', 'at']\nrefused='error'"
)


@pytest.mark.parametrize(
    ("http_status", "body", "verdict"),
    [
        (200, {"ticket": {"id": 7}, "at": "now"}, Verdict.ACCEPTED),
        (200, {"ticket": {"id": 7}}, Verdict.UNKNOWN),
        (200, {"ticket": {"id": None}, "at": "now"}, Verdict.UNKNOWN),
        (200, {"ticket": [], "at": "now"}, Verdict.UNKNOWN),
        (200, {}, Verdict.UNKNOWN),
        (200, b"OK", Verdict.UNKNOWN),
        (201, b"", Verdict.UNKNOWN),
        (204, b"", Verdict.UNKNOWN),
        (200, {"error": "no"}, Verdict.REJECTED),
        (422, {}, Verdict.REJECTED),
    ],
)
def test_a_yes_without_what_every_yes_has_is_unknown(http_status: int, body: Any, verdict: Verdict) -> None:
    assert judge(reply(http_status, body), parse(EXPECTS, "t", "t")).verdict is verdict


@pytest.mark.parametrize(("header", "waits"), [(0.0, 30.0), (2.0, 30.0), (90.0, 90.0)])
def test_a_template_says_how_long_to_wait_at_least(header: float, waits: float) -> None:
    template = parse(WITHOUT_RULES + "\nretry_after=30", "t", "t")
    slow = reply(429, {})._replace(retry_after_seconds=header)
    for means in (judge_of(template), lambda answer: judge(answer, template)):
        assert means(slow).retry_after_seconds == waits
        assert means(reply(200, {"code": 200})).retry_after_seconds == 0
