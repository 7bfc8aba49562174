"""Jira: an issue is created, has a value that is refused, or comes too fast; its description is a document."""

from base64 import b64encode
from pathlib import Path

from tests.conftest import Command
from tests.standins import Asked, Said, standing_in
from tests.templates_shipped.runs import sent

SETTINGS = {"JIRA_SITE": "andino", "JIRA_EMAIL": "agente@example.com", "JIRA_TOKEN": "jira-secret-77"}


class Jira:
    """The endpoint, as Atlassian documents it."""

    def __init__(self, token: str = SETTINGS["JIRA_TOKEN"]) -> None:
        self.authorization = "Basic " + b64encode(f"agente@example.com:{token}".encode()).decode()
        self.issues = 0
        self.was_too_fast = False

    def __call__(self, asked: Asked) -> Said:
        assert (asked.method, asked.target) == ("POST", "/rest/api/3/issue")
        if asked.headers.get("authorization") != self.authorization:
            return Said(401, "Client must be authenticated to access this resource.")
        fields = asked.json["fields"]
        if fields["summary"] == "Too fast" and not self.was_too_fast:
            self.was_too_fast = True
            return Said(429, "Rate limit exceeded", {"Retry-After": "1"})
        if fields["project"]["key"] == "NONE":
            return Said(400, {"errorMessages": [], "errors": {"project": "valid project is required"}})
        if "priority" in fields and fields["priority"]["name"] == "Nope":
            errors = {"priority": "The priority selected is invalid.", "duedate": "Field cannot be set."}
            return Said(400, {"errorMessages": ["Two fields are wrong."], "errors": errors})
        self.issues += 1
        identity = 10000 + self.issues
        at = f"https://andino.atlassian.net/rest/api/3/issue/{identity}"
        return Said(201, {"id": str(identity), "key": f"SOP-{self.issues}", "self": at})


def row(summary: str, **more: str) -> dict[str, str]:
    return {"Proyecto": "SOP", "Tipo de incidencia": "Task", "Resumen": summary, "Descripción": "", "Prioridad": "",
            "Etiquetas": "", "Fecha de vencimiento": "", **more}  # fmt: skip


def test_issues_are_created_or_told_why_not(uploader: Command, tmp_path: Path) -> None:
    full = {"Descripción": 'Dice "no funciona"', "Prioridad": "High", "Etiquetas": "voz;lista"}
    rows = [
        row("One", **full, **{"Fecha de vencimiento": "2026-12-04"}),
        row("Two", Proyecto="NONE"),
        row("Three", Prioridad="Nope"),
        row("Too fast"),
    ]
    with standing_in(Jira()) as server:
        run = sent(uploader, tmp_path, "jira/create_issue", server, rows, SETTINGS)

    assert run.ended.code == 1, run.ended.err
    assert run.told("Status", "HTTP status", "issue_key", "issue_id", "Attempts") == [
        ("accepted", 201, "SOP-1", "10001", 1),
        ("rejected", 400, None, None, 1),
        ("rejected", 400, None, None, 1),
        ("accepted", 201, "SOP-2", "10002", 2),
    ]
    assert run.lines[1]["Response message"] == "valid project is required"
    assert run.lines[2]["Response message"] == (
        "Two fields are wrong.; The priority selected is invalid.; Field cannot be set."
    )
    assert "Jira rejected a value in this row" in run.lines[2]["Advice"]
    paragraph = {"type": "paragraph", "content": [{"type": "text", "text": 'Dice "no funciona"'}]}
    assert server.asked[0].json["fields"] == {
        "project": {"key": "SOP"},
        "issuetype": {"name": "Task"},
        "summary": "One",
        "priority": {"name": "High"},
        "labels": ["voz", "lista"],
        "duedate": "2026-12-04",
        "description": {"type": "doc", "version": 1, "content": [paragraph]},
    }
    last = server.asked[-1].json["fields"]
    assert last == {"project": {"key": "SOP"}, "issuetype": {"name": "Task"}, "summary": "Too fast"}


def test_a_wrong_token_costs_one_request(uploader: Command, tmp_path: Path) -> None:
    with standing_in(Jira(token="another")) as server:
        run = sent(uploader, tmp_path, "jira/create_issue", server, [row("One"), row("Two")], SETTINGS)
    assert (run.ended.code, len(server.asked)) == (4, 1)
    assert run.told("Status", "HTTP status")[0] == ("not sent", 401)
    assert "Jira refused the e-mail address or the token" in run.lines[0]["Advice"]
