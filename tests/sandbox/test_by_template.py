"""The sandbox in the place of any API: a template's own rules understand its answers, and its faults work."""

import json
from base64 import b64encode
from pathlib import Path

import pytest

from tests.conftest import Command, environment, sheet_rows, write_csv
from uploader.actions.setting_questions import accepted
from uploader.actions.steps.practice.template_api import practice_answers
from uploader.model.http import Response
from uploader.model.outcomes import Verdict
from uploader.sandbox.apis import ReadyAnswer
from uploader.sandbox.config import SandboxConfig
from uploader.sandbox.faults import Fault
from uploader.sandbox.server import running
from uploader.templates.answers.form import AnswerForm
from uploader.templates.answers.judging import judge
from uploader.templates.catalog import Catalog
from uploader.templates.parsing.parser import parse
from uploader.templates.template import Template

CATALOG = Catalog.of(Path("/nowhere"))
TICKET = """
title = "Create ticket"
[request]
url = "https://{{subdomain}}.example.com/v2/{{project}}/tickets?notify=false"
basic = ["{{email}}/token", "{{api_token}}"]
[request.json.ticket]
subject = "{{subject}}"
[settings.subdomain]
[settings.email]
[settings.api_token]
environment = "API_TOKEN"
[columns.project]
required = true
[columns.subject]
required = true
[answer]
code = "error.code"
message = "error.text"
refused = "error"
ok = "ok"
[answer.columns]
ticket_id = "ticket.id"
where = "header:Location"
[limits]
concurrency = 3
"""
SIMPLE = """
title = "Create"
[request]
url = "https://example.com/things"
[request.json]
name = "{{name}}"
[columns.name]
required = true
"""
ROWS = [["web", f"A {nth}"] for nth in range(4)]


def judged(answer: ReadyAnswer, template: Template) -> Verdict:
    body = b"" if answer.body is None else json.dumps(answer.body).encode()
    return judge(Response(answer.status, body, 1), template).verdict


@pytest.mark.parametrize("name", CATALOG.names())
def test_every_template_that_ships_understands_what_the_sandbox_answers(name: str) -> None:
    template = CATALOG.load(name)
    values = {setting: template.practice_value(setting) for setting in template.settings}
    answers = practice_answers(template, accepted(values, template))
    assert judged(answers.accepted, template) is Verdict.ACCEPTED
    meant = {
        Fault.REJECT: Verdict.REJECTED,
        Fault.STOP: Verdict.STOP,
        Fault.SLOW_DOWN: Verdict.SLOW_DOWN,
        Fault.RETRY_AFTER: Verdict.SLOW_DOWN,
    }
    assert {fault: judged(answers.refusals[fault], template) for fault in meant} == meant
    assert judged(answers.refusals[Fault.QUOTA], template) in (Verdict.PAUSE, Verdict.SLOW_DOWN)


def test_a_rule_by_what_is_found_at_a_place_is_practised() -> None:
    rule = '[[rules]]\nstatus = [500]\nfound = "Envelope.Body.Fault"\nmeans = "rejected"\n'
    stop = '[[rules]]\nstatus = [422, 400, 404]\nmeans = "stop"\n'
    template = parse(SIMPLE + rule + stop, "practised.toml", "practised")
    refusal = practice_answers(template, accepted({}, template)).refusals[Fault.REJECT]
    assert (refusal.status, judged(refusal, template)) == (500, Verdict.REJECTED)


def rejection(name: str, changed: dict[str, str] | None = None) -> tuple[str, str]:
    """Code and message of a row that the sandbox rejects, as a person reads them."""
    template = CATALOG.load(name)
    if changed is not None:
        template = template.model_copy(update={"answer": AnswerForm.model_validate(changed)})
    values = {setting: template.practice_value(setting) for setting in template.settings}
    answer = practice_answers(template, accepted(values, template)).refusals[Fault.REJECT]
    outcome = judge(Response(answer.status, json.dumps(answer.body).encode(), 1), template)
    assert outcome.verdict is Verdict.REJECTED
    return outcome.code, outcome.message


def test_a_rejection_has_its_code_where_the_template_also_looks_for_a_no() -> None:
    assert rejection("zendesk/create_ticket") == ("Rejected", "Rejected by the sandbox.")


@pytest.mark.parametrize(
    ("answer", "shown"),
    [
        ({"refused": "error", "code": "error"}, ("Rejected", "")),
        ({"refused": "error", "code": "error", "message": "text"}, ("Rejected", "Rejected by the sandbox.")),
        ({"refused": "errors", "message": "errors.*.detail"}, ("", "Rejected by the sandbox.")),
        ({"refused": "error", "code": "error.type", "message": "error.text"}, ("Rejected", "Rejected by the sandbox.")),
        ({"refused": "errors", "code": "code", "message": "text"}, ("400", "Rejected by the sandbox.")),
    ],
)
def test_a_rejection_says_what_the_template_looks_for(answer: dict[str, str], shown: tuple[str, str]) -> None:
    assert rejection("zendesk/create_ticket", answer) == shown


@pytest.fixture
def ticket(tmp_path: Path) -> Path:
    path = tmp_path / "ticket.toml"
    path.write_text(TICKET, encoding="utf-8")
    return path


def practised(uploader: Command, ticket: Path, rows: list[list[str]], *more: str) -> list[dict[str, str]]:
    path = write_csv(ticket.parent / "list.csv", rows, header=["project", "subject"])
    uploader("send", path, "-t", ticket, "--sandbox", "--json", *more)
    return sheet_rows(ticket.parent / "list.results.xlsx")


def test_a_list_is_practised_with_a_template_of_ones_own(uploader: Command, ticket: Path) -> None:
    lines = practised(uploader, ticket, ROWS)
    assert [line["Status"] for line in lines] == ["accepted"] * 4
    assert len({line["ticket_id"] for line in lines}) == 4
    assert all(line["where"] == line["ticket_id"] for line in lines)


@pytest.mark.parametrize(
    ("fault", "status"),
    [
        ("reject", "rejected"),
        ("slow-down x2", "accepted"),
        ("retry-after x1", "accepted"),
        ("reset-after", "unknown"),
        ("error-500", "unknown"),
        ("html", "unknown"),
        ("half-answer", "unknown"),
        ("contradiction", "unknown"),
        ("quota-200 x1", "accepted"),
        ("maintenance x1", "accepted"),
        ("stop", "not sent"),
    ],
)
def test_a_row_asks_for_what_goes_wrong(uploader: Command, ticket: Path, fault: str, status: str) -> None:
    lines = practised(uploader, ticket, [*ROWS, ["web", f"last [practice {fault}]"]])
    assert [line["Status"] for line in lines] == [*["accepted"] * 4, status]


def test_a_template_with_files_is_practised_too(uploader: Command, ticket: Path, tmp_path: Path) -> None:
    body = '[request.multipart]\nsubject = "{{subject}}"\nphoto = { file = "{{photo}}" }\n'
    text = TICKET.replace('[request.json.ticket]\nsubject = "{{subject}}"\n', body)
    ticket.write_text(text.replace("[columns.project]", "[columns.photo]\n[columns.project]"), encoding="utf-8")
    (tmp_path / "a.png").write_bytes(b"png")
    path = write_csv(tmp_path / "list.csv", [["web", "A", "a.png"]], header=["project", "subject", "photo"])
    ended = uploader("send", path, "-t", ticket, "--sandbox", "--json", "--files", tmp_path)
    assert (ended.code, ended.json["accepted"]) == (0, 1), ended.err


def test_a_rejected_row_says_why_and_nothing_of_that_is_taken_for_a_secret(uploader: Command, ticket: Path) -> None:
    *_, rejected = practised(uploader, ticket, [*ROWS, ["web", "last [practice reject]"]])
    assert rejected["Response message"] == "Rejected by the sandbox."


def test_the_server_of_its_own_plays_a_template_and_hides_its_secrets(
    uploader: Command, ticket: Path, tmp_path: Path
) -> None:
    record = tmp_path / "record.jsonl"
    template = Catalog.of(tmp_path).load(str(ticket))
    values = {"subdomain": "acme", "email": "me@example.com", "api_token": "practice-token"}
    answers = practice_answers(template, accepted(values, template))
    path = write_csv(tmp_path / "list.csv", ROWS, header=["project", "subject"])
    settings = ("--set", "subdomain=acme", "--set", "email=me@example.com")
    with running(SandboxConfig(latency_seconds=0, record=record, templates=(answers,))) as url:
        send = ("send", path, "-t", ticket, "--base-url", url, "--json", "--concurrency", "3", *settings)
        right = uploader(*send, env=environment(API_TOKEN="practice-token"))
        wrong = uploader(*send, "--send-duplicates", env=environment(API_TOKEN="somebodys-own-token"))
    assert (right.code, right.json["accepted"], wrong.code) == (0, 4, 4)
    lines = [json.loads(line) for line in record.read_text(encoding="utf-8").splitlines()]
    assert [(line["token"], line["taken"]) for line in lines] == [*[("right", True)] * 4, ("wrong", False)]
    assert all(line["path"] == "/v2/web/tickets?notify=false" for line in lines)
    assert "authorization" not in lines[0]["headers"]
    assert b64encode(b"me@example.com/token:practice-token").decode() not in record.read_text(encoding="utf-8")
