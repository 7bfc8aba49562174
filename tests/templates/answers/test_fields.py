"""What is read at the places of an answer, and what is kept of it."""

from typing import Any

import pytest

from tests.templates.answers.judged import answer, judged, template_of
from uploader.i18n import Message
from uploader.model.http import Response
from uploader.templates.answers.judging import judge, judge_of
from uploader.workbooks.xlsx.display_text import as_displayed, is_cut

KEPT = "[answer.columns]\nticket_id='ticket.id'\nplace='header:Location'\nall='items.*.id'\nwhole='ticket'\n"


@pytest.mark.parametrize(
    ("body", "code", "message"),
    [
        ({"errors": [{"code": "A", "message": "x"}, {"code": "B", "message": "y"}], "status": 400}, "A", "x; y"),
        ({"errors": [{"code": None}, {"code": "", "message": "x"}, {"code": " B "}], "status": 400}, "B", "x"),
        ({"status": 400, "detail": "d", "errors": [{"message": "d"}, {"message": "e"}]}, "400", "d; e"),
        ({"errors": {"a": {"message": "x"}, "b": {"message": ["y", 2]}}}, "", 'x; ["y", 2]'),
        ({"errors": [], "detail": {"a": "ñ"}}, "", '{"a": "ñ"}'),
        ({"errors": "text"}, "", ""),
        ({"status": 0, "detail": False}, "0", "false"),
        ([{"errors": 1}], "", ""),
        ({"errors": [], "detail": [], "status": {}}, "", ""),
    ],
)
def test_the_first_code_counts_and_each_message_once(body: Any, code: str, message: str) -> None:
    text = "[answer]\ncode=['errors.*.code', 'status']\nmessage=['detail', 'errors.*.message']\n"
    found = judged(text, body, 400)
    assert (found.code, found.message) == (code, message)


def test_the_root_may_be_a_list() -> None:
    text = "[answer]\ncode='0.errorCode'\nmessage='*.message'\n"
    found = judged(text, [{"message": "a", "errorCode": "X"}, {"message": "b"}], 400)
    assert (found.code, found.message) == ("X", "a; b")


def test_what_is_within_a_secret_is_hidden_and_the_rest_shown() -> None:
    text = "[answer]\nmessage='*.said'\ncode='*.pin'\nsecrets=['0', '*.pin']\n[answer.columns]\nsaid='*.said'\npin='1.pin'\n"
    found = judged(text, [{"said": "hunter22"}, {"said": "open", "pin": 1234}], 400)
    assert (found.message, found.code) == ("***; open", "***")
    assert found.kept == {"said": "***; open", "pin": "***"}


@pytest.mark.parametrize("http_status", [200, 422, 500])
def test_values_are_kept_of_every_answer_that_has_them(http_status: int) -> None:
    body = {"ticket": {"id": 12345678901234567890, "open": True}, "items": [{"id": 1.5}, {"id": None}, {"id": "ñ"}, 7]}
    found = judged(KEPT, body, http_status, location="https://x.example/t/7")
    assert found.kept == {
        "ticket_id": "12345678901234567890",
        "place": "https://x.example/t/7",
        "all": "1.5; ñ",
        "whole": '{"id": 12345678901234567890, "open": true}',
    }


@pytest.mark.parametrize("body", [b"", b"<html>", {}, {"ticket": {"id": None}}, {"ticket": {"id": ""}}, "x", [[]]])
def test_what_is_not_there_is_not_kept(body: Any) -> None:
    assert judged(KEPT.replace("whole='ticket'", ""), body).kept == {}


def test_what_is_cut_of_a_value_is_seen_to_be_cut_in_a_workbook_too() -> None:
    for sign in ("x", "ñ", "🙂"):
        kept = judged(KEPT, {"ticket": {"id": sign * 40_000}}).kept["ticket_id"]
        assert kept == sign * 33_000 + "…"
        assert is_cut(as_displayed(kept))


def test_what_is_kept_holds_no_secret_of_the_settings() -> None:
    template = template_of(KEPT)
    given = answer({"ticket": {"id": "a s3cret"}}, location="/?key=s3cret")
    kept = judge(given, template, lambda text: text.replace("s3cret", "***")).kept
    assert kept == {"ticket_id": "a ***", "place": "/?key=***", "whole": '{"id": "a ***"}'}


def test_alike_answers_of_a_run_keep_their_own_headers_and_are_read_in_their_own_charset() -> None:
    for text in (KEPT, "[answer]\nmessage='m'\n"):
        of_a_run = judge_of(template_of(text))
        answers = [
            Response(200, b'{"m":"\x80"}', 1, 0.0, {"content-type": f"application/json; charset={charset}", **more})
            for charset in ("windows-1252", "iso-8859-7", "utf-8")
            for more in ({"location": "/1"}, {"location": "/2"}, {})
        ]
        for given in answers * 2:
            assert of_a_run(given) == judge(given, template_of(text))


@pytest.mark.parametrize(
    ("content_type", "body", "message"),
    [
        ("text/plain", b" No such customer\n", "No such customer"),
        ("text/plain; charset=windows-1252", "cuesta 5 €".encode("cp1252"), "cuesta 5 €"),
        ("Text/XML", b"<fault>no</fault>", "<fault>no</fault>"),
        ("application/soap+xml", b"<fault>no</fault>", "<fault>no</fault>"),
        ("text/html", b"No such customer", "No such customer"),
        ("text/html", b"\n<!doctype html><p>no", ""),
        ("application/octet-stream", b"no", ""),
        ("application/json", b"no", ""),
        ("", b"no", ""),
        ("text/plain", b'{"m": "no"}', "no"),
        ("text/plain", b'{"n": "no"}', ""),
        ("text/plain", b"x" * 40_000, "x" * 33_000 + "…"),
    ],
)
def test_an_answer_that_is_text_is_its_own_message(content_type: str, body: bytes, message: str) -> None:
    found = judged("[answer]\nmessage='m'\n", body, 400, content_type=content_type)
    assert found.message == message
    assert (found.detail is None) is bool(message)


def test_text_is_a_message_only_where_one_is_looked_for_and_it_holds_no_secret() -> None:
    assert judged("", b"no", 400, content_type="text/plain").message == ""
    text = "[answer]\nmessage='m'\nsecrets=['password']\n[[rules]]\nmessage='NO'\nmeans='pause'\n"
    found = judged(text, b"no: hunter22", 400, content_type="text/plain")
    assert (found.message, found.verdict.value) == ("", "pause")
    assert found.detail == Message("failure.answer_left_out")
    silent = judged(text, {"error": "hunter22"}, 400)
    assert silent.detail == Message("failure.answer_not_shown")
    assert judged(text, {"password": "hunter22", "n": 1}, 400).detail == Message(
        "text", text='{"password": "***", "n": 1}'
    )
