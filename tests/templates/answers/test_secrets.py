"""Secrets that answers carry: masked wherever they would be kept or shown."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Command, everything_written, sheet_rows, write_csv
from tests.standins import Asked, Said, standing_in
from uploader.i18n import Message
from uploader.model.http import Response
from uploader.model.outcomes import Outcome, Verdict
from uploader.model.settings import ways_to_write
from uploader.templates.answers.judging import judge
from uploader.templates.answers.secrets import MaskedAnswer
from uploader.templates.parsing.parser import parse

PEOPLE = """
title = "People"
[request]
url = "{url}/people"
[request.json]
name = "{{{{name}}}}"
[columns.name]
required = true
[answer]
code = "code"
message = "msg"
error = "error"
secrets = {secrets}
"""
PASSWORD = 'X1y/2"ñ<Z'


def judged(body: Any, *secrets: str, http_status: int = 200, **where: str) -> Outcome:
    text = PEOPLE.format(url="http://127.0.0.1:1", secrets=json.dumps(secrets))
    for key, path in where.items():
        text = text.replace({"code": '"code"', "message": '"msg"'}[key], json.dumps(path))
    sent = body if isinstance(body, bytes) else json.dumps(body).encode()
    return judge(Response(http_status, sent, 1), parse(text, "x.toml", "x"))


@pytest.mark.parametrize(
    ("data", "path", "left"),
    [
        ({"a": {"b": "pass"}, "c": 1}, "a.b", {"a": {"b": "***"}, "c": 1}),
        ({"a": [{"b": 1234}, {"b": 5}]}, "a.1.b", {"a": [{"b": 1234}, {"b": "***"}]}),
        ({"a": [{"b": 1234}, {"b": 5}]}, "a.*.b", {"a": [{"b": "***"}, {"b": "***"}]}),
        ({"a": {"x": "1", "y": ["2", {"z": 3}]}}, "a.*", {"a": {"x": "***", "y": "***"}}),
        ({"a": {"x": "1", "y": ["2", {"z": 3}]}}, "a", {"a": "***"}),
        ([{"b": "pass"}], "0.b", [{"b": "***"}]),
        ([["pass"], ["word"]], "*.*", [["***"], ["***"]]),
        ({"a": {"0": "pass"}}, "a.0", {"a": {"0": "***"}}),
        ({"a": None, "b": ""}, "*", {"a": None, "b": ""}),
        ({"a": "text"}, "a.b", {"a": "text"}),
        ({"a": [1]}, "a.7", {"a": [1]}),
        ("pass", "a", "pass"),
        (None, "*", None),
    ],
)
def test_what_stands_at_a_path_is_masked_and_nothing_else(data: Any, path: str, left: Any) -> None:
    masked = MaskedAnswer.of(data, [path])
    assert masked.data == left
    assert masked.hides is (left != data)


def test_every_text_and_number_in_a_secret_is_one() -> None:
    body = {
        "code": 201,
        "msg": "made 7654321, then Hidden1 and 3.25, by key",
        "data": {"key": ["Hidden1", {"n": 7654321}, 3.25, True, None]},
    }
    assert judged(body, "data").message == "made ***, then *** and ***, by key"


@pytest.mark.parametrize("way", sorted(ways_to_write(PASSWORD)))
def test_a_secret_is_masked_in_the_message_however_it_is_written(way: str) -> None:
    found = judged({"code": 201, "msg": f"the password is {way}.", "data": {"password": PASSWORD}}, "data.password")
    assert found.message == "the password is ***."
    assert found.verdict is Verdict.ACCEPTED


def test_a_secret_is_masked_in_any_case_and_without_the_blanks_around_it() -> None:
    body = {"code": 201, "msg": "PASSWORD IS XYZZY-12", "data": {"password": " xyzzy-12\n"}}
    assert judged(body, "data.password").message == "PASSWORD IS ***"


def test_the_longer_of_two_secrets_goes_first() -> None:
    body = {"code": 201, "msg": "abcdefgh, abcd", "data": ["abcd", "abcdefgh"]}
    assert judged(body, "data.*").message == "***, ***"


def test_a_short_secret_is_masked_only_as_a_word_of_its_own_and_never_in_the_code() -> None:
    body = {"code": "201", "msg": "pin 007 of 10070, 1 of 11; 201", "data": {"pin": "007", "n": 1, "c": 201}}
    found = judged(body, "data.pin", "data.n", "data.c")
    assert found.message == "pin *** of 10070, *** of 11; ***"
    assert found.code == "201"


def test_code_and_message_may_be_secret_themselves_and_the_rules_see_them_all_the_same() -> None:
    found = judged({"code": 201, "msg": {"text": "ok", "password": "hunter22"}}, "msg.password", "code")
    assert (found.verdict, found.code) == (Verdict.ACCEPTED, "***")
    assert found.message == '{"text": "ok", "password": "***"}'
    assert judged({"code": 201, "msg": {"text": "ok"}}, "msg").message == "***"
    assert judged({"code": 201, "msg": {"text": "ok"}}, "msg", message="msg.text").message == "***"
    assert judged({"code": 201, "msg": {"text": None}}, "msg", message="msg.text").message == ""


def test_a_code_that_holds_a_long_secret_is_masked() -> None:
    assert judged({"code": "made-hunter22", "data": "hunter22"}, "data").code == "made-***"


def test_a_secret_that_is_no_text_for_a_file_does_no_harm() -> None:
    body = b'{"code": 201, "msg": "is half\\ud83d!", "data": "half\\ud83d"}'
    assert judged(body, "data").message == "is ***!"


LEFT_OUT = Message("failure.answer_left_out")


def said(text: str) -> Message:
    """What a server said, as it is kept."""
    return Message("text", text=text)


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        ([{"password": "hunter22", "name": "Ana hunter22"}], said('[{"password": "***", "name": "Ana ***"}]')),
        ([{"password": 'quo"te\\ñ', "also": 'quo"te\\ñ'}], said('[{"password": "***", "also": "***"}]')),
        ([{"elsewhere": "hunter22"}], Message("failure.answer_not_shown")),
        ("hunter22", LEFT_OUT),
        (b'[{"password": "hunter22"}, {"passw', LEFT_OUT),
        (b'{"code": 201, "data": {"password": "hunter22"', LEFT_OUT),
        (b"<p>hunter22</p>", LEFT_OUT),
        (b"null", LEFT_OUT),
        (b" \n", None),
        (b"", None),
    ],
)
def test_of_an_answer_that_can_not_be_read_only_what_surely_holds_no_secret_is_kept(
    body: Any, detail: Message | None
) -> None:
    found = judged(body, "*.password", "data.password")
    assert found.detail == detail
    assert "hunter22" not in repr(found)
    assert found.verdict is Verdict.UNKNOWN


def test_without_secret_paths_an_excerpt_is_kept_as_it_came() -> None:
    assert judged(b"[1,  2]").detail == said("[1, 2]")


def test_thousands_of_secrets_take_no_time() -> None:
    users = [{"password": f"secret-{number}"} for number in range(5_000)]
    assert judged({"code": 201, "msg": "last: secret-4999", "users": users}, "users.*.password").message == "last: ***"


GENERATED = "Xk9-Generated/Pass"


def _people(asked: Asked) -> Said:
    """Makes people and answers with their passwords, not always well."""
    name = asked.json["name"]
    made: dict[str, Any] = {"code": 201, "msg": f"{name}: the password is {GENERATED}", "data": {"password": GENERATED}}
    refused = {"code": 409, "error": "DUP", "msg": {"have": GENERATED, "was": name}, "data": {"password": GENERATED}}
    oddly = {
        "listed": json.dumps([{"password": GENERATED}]),
        "cut": json.dumps(made)[:-4],
        "page": f"<b>{GENERATED}</b>",
        "refused": json.dumps(refused),
    }
    return Said(200, oddly.get(name, json.dumps(made)))


@pytest.fixture
def people() -> Iterator[str]:
    """The address of a server that makes people."""
    with standing_in(_people) as server:
        yield server.url


def test_a_password_in_an_answer_is_written_nowhere(
    uploader: Command, people: str, tmp_path: Path, own_world: Path
) -> None:
    template = tmp_path / "people.toml"
    template.write_text(PEOPLE.format(url=people, secrets='["data.password", "*.password"]'), encoding="utf-8")
    names = ["Ana", "listed", "cut", "page", "refused", "Luis"]
    path = write_csv(tmp_path / "list.csv", [[name] for name in names], header=["name"])
    shown = [
        uploader("send", path, "-t", template),
        uploader("history"),
        uploader("results"),
        uploader("results", "--json"),
        uploader("resume"),
    ]
    lines = sheet_rows(tmp_path / "list.results.xlsx")
    assert [line["Status"] for line in lines] == ["accepted", "unknown", "unknown", "unknown", "rejected", "accepted"]
    assert lines[0]["Response message"] == "Ana: the password is ***"
    assert lines[4]["Response message"] == '{"have": "***", "was": "refused"}'
    details = [line["Detail"] or "" for line in sheet_rows(tmp_path / "list.results.xlsx", "Attempts")]
    assert details[1] == '[{"password": "***"}]'
    assert ["may contain secrets" in detail for detail in details] == [False, False, True, True, False, False]
    ways = ways_to_write(GENERATED)
    for ended in shown:
        assert [way for way in ways if way in ended.out + ended.err] == []
    with closing(sqlite3.connect(own_world / "journal.db")) as journal:
        dumped = "\n".join(journal.iterdump())
    assert "the password is ***" in dumped
    written = [*everything_written(tmp_path), *everything_written(own_world), ("dump", dumped.encode())]
    assert len(written) > 12
    assert [(name, way) for name, data in written for way in ways if way.encode() in data] == []
