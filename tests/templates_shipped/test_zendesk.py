"""Zendesk: a ticket is created, has a value that is refused, or comes too fast; who sends is known by e-mail and token."""

from base64 import b64encode
from pathlib import Path

from tests.conftest import Command
from tests.standins import Asked, Said, standing_in
from tests.templates_shipped.runs import sent

SETTINGS = {
    "ZENDESK_SUBDOMAIN": "andino",
    "ZENDESK_EMAIL": "agente@example.com",
    "ZENDESK_TOKEN": "zendesk-secret-77",
}
INVALID = {
    "error": "RecordInvalid",
    "description": "Record validation errors",
    "details": {"external_id": [{"description": "External: is too long", "error": "InvalidValue"}]},
}


class Zendesk:
    """The endpoint, as Zendesk documents it: a request with a key that it has seen is answered as before."""

    def __init__(self, token: str = SETTINGS["ZENDESK_TOKEN"]) -> None:
        self.authorization = "Basic " + b64encode(f"agente@example.com/token:{token}".encode()).decode()
        self.tickets: dict[str, int] = {}
        self.was_too_fast = False

    def __call__(self, asked: Asked) -> Said:
        assert (asked.method, asked.target) == ("POST", "/api/v2/tickets")
        if asked.headers.get("authorization") != self.authorization:
            return Said(401, {"error": "Couldn't authenticate you"})
        ticket = asked.json["ticket"]
        if ticket["subject"] == "Too fast" and not self.was_too_fast:
            self.was_too_fast = True
            return Said(429, "Number of allowed API requests per minute exceeded", {"Retry-After": "1"})
        if ticket.get("external_id") == "too long":
            return Said(422, INVALID)
        if ticket["subject"] == "Forbidden":
            return Said(403, {"error": {"title": "Forbidden", "message": "You do not have access to this page."}})
        number = self.tickets.setdefault(asked.headers["idempotency-key"], 35436 + len(self.tickets))
        return Said(201, {"ticket": {"id": number, **ticket}, "audit": {"id": 1}}, {"x-idempotency-lookup": "miss"})


def ticket(subject: str, **more: str) -> dict[str, str]:
    return {
        "Asunto": subject,
        "Mensaje": "Mi servicio no funciona",
        "Correo electrónico": "maria@example.com",
        "Nombre": "María",
        "Prioridad": "",
        "Etiquetas": "",
        "Referencia": "",
        **more,
    }


def test_tickets_are_created_or_told_why_not(uploader: Command, tmp_path: Path) -> None:
    rows = [
        ticket("One", Prioridad="Alta", Etiquetas="soporte; lista"),
        ticket("Two", Referencia="too long"),
        ticket("Too fast"),
    ]
    with standing_in(Zendesk()) as server:
        run = sent(uploader, tmp_path, "zendesk/create_ticket", server, rows, SETTINGS)

    assert run.ended.code == 1, run.ended.err
    assert run.told("Status", "HTTP status", "Response code", "ticket_id", "Attempts") == [
        ("accepted", 201, None, "35436", 1),
        ("rejected", 422, "RecordInvalid", None, 1),
        ("accepted", 201, None, "35437", 2),
    ]
    assert run.lines[1]["Response message"] == "Record validation errors; External: is too long"
    assert "Zendesk rejected a value in this row" in run.lines[1]["Advice"]
    assert server.asked[0].json == {
        "ticket": {
            "subject": "One",
            "priority": "high",
            "tags": ["soporte", "lista"],
            "comment": {"body": "Mi servicio no funciona", "public": True},
            "requester": {"name": "María", "email": "maria@example.com"},
        }
    }
    last = [asked.headers["idempotency-key"] for asked in server.asked if asked.json["ticket"]["subject"] == "Too fast"]
    assert len(last) == 2
    assert server.asked[0].headers["idempotency-key"] not in last


def test_a_wrong_token_costs_one_request(uploader: Command, tmp_path: Path) -> None:
    with standing_in(Zendesk(token="another")) as server:
        run = sent(uploader, tmp_path, "zendesk/create_ticket", server, [ticket("One"), ticket("Two")], SETTINGS)
    assert (run.ended.code, len(server.asked)) == (4, 1)
    assert run.told("Status") == [("not sent",)] * 2
    assert "refused the e-mail address or the token" in run.lines[0]["Advice"]


def test_what_an_agent_may_not_do_stops_the_run(uploader: Command, tmp_path: Path) -> None:
    with standing_in(Zendesk()) as server:
        run = sent(uploader, tmp_path, "zendesk/create_ticket", server, [ticket("Forbidden"), ticket("Two")], SETTINGS)
    assert (run.ended.code, len(server.asked)) == (4, 1)
    assert run.told("Status", "Response code")[0] == ("not sent", "Forbidden")
    assert run.lines[0]["Response message"] == "You do not have access to this page."
