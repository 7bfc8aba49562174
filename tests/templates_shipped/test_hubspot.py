"""HubSpot: a contact is created, exists already, has a value that is refused, or comes too fast."""

from pathlib import Path
from typing import Any

from tests.conftest import Command
from tests.standins import Asked, Said, standing_in
from tests.templates_shipped.runs import sent

SETTINGS = {"HUBSPOT_TOKEN": "pat-na1-hubspot-secret"}
CORRELATION = "aeb5f871-7f07-4993-9211-075dc63e7cbf"
TOO_FAST = {
    "status": "error",
    "message": "You have reached your ten_secondly_rolling limit.",
    "errorType": "RATE_LIMIT",
    "correlationId": CORRELATION,
    "policyName": "TEN_SECONDLY_ROLLING",
}


def error(category: str, message: str) -> dict[str, Any]:
    return {"status": "error", "message": message, "correlationId": CORRELATION, "category": category}


class HubSpot:
    """The endpoint, as HubSpot documents it."""

    def __init__(self, token: str = SETTINGS["HUBSPOT_TOKEN"]) -> None:
        self.token = token
        self.contacts: dict[str, str] = {"known@example.com": "51"}
        self.was_too_fast = False

    def __call__(self, asked: Asked) -> Said:
        assert (asked.method, asked.target) == ("POST", "/crm/v3/objects/contacts")
        if asked.headers.get("authorization") != f"Bearer {self.token}":
            return Said(401, error("INVALID_AUTHENTICATION", "Authentication credentials not found."))
        properties = asked.json["properties"]
        email = properties["email"]
        if email == "fast@example.com" and not self.was_too_fast:
            self.was_too_fast = True
            return Said(429, TOO_FAST, {"Retry-After": "1"})
        if email == "not.valid@example":
            return Said(400, error("VALIDATION_ERROR", f"Property values were not valid: {email} is invalid"))
        if email in self.contacts:
            return Said(409, error("CONFLICT", f"Contact already exists. Existing ID: {self.contacts[email]}"))
        self.contacts[email] = str(501 + len(self.contacts))
        created = {"id": self.contacts[email], "properties": properties, "createdAt": "2026-11-27T08:00:00.000Z"}
        return Said(201, {**created, "updatedAt": created["createdAt"], "archived": False})


def test_contacts_are_created_or_told_why_not(uploader: Command, tmp_path: Path) -> None:
    emails = ["maria@example.com", "known@example.com", "not.valid@example", "fast@example.com"]
    rows = [{"Correo electrónico": email, "Nombre": "María", "Apellidos": "", "Empresa": "Ñandú"} for email in emails]
    hubspot = HubSpot()
    with standing_in(hubspot) as server:
        run = sent(uploader, tmp_path, "hubspot/create_contact", server, rows, SETTINGS)

    assert run.ended.code == 1, run.ended.err
    assert run.told("Status", "HTTP status", "Response code", "contact_id", "Attempts") == [
        ("accepted", 201, None, "502", 1),
        ("rejected", 409, "CONFLICT", None, 1),
        ("rejected", 400, "VALIDATION_ERROR", None, 1),
        ("accepted", 201, None, hubspot.contacts["fast@example.com"], 2),
    ]
    accepted, duplicate, refused, _ = run.lines
    assert (accepted["Response message"], accepted["Advice"]) == (None, None)
    assert duplicate["Response message"] == "Contact already exists. Existing ID: 51"
    assert "already has a contact with this e-mail address" in duplicate["Advice"]
    assert refused["Response message"] == "Property values were not valid: not.valid@example is invalid"
    assert server.asked[0].json == {
        "properties": {"email": "maria@example.com", "firstname": "María", "company": "Ñandú"}
    }


def test_a_wrong_token_costs_one_request(uploader: Command, tmp_path: Path) -> None:
    rows = [{"email": f"{number}@example.com"} for number in range(5)]
    with standing_in(HubSpot(token="another")) as server:
        run = sent(uploader, tmp_path, "hubspot/create_contact", server, rows, SETTINGS)
    assert (run.ended.code, len(server.asked)) == (4, 1)
    assert {line["Status"] for line in run.lines} == {"not sent"}
    assert "HubSpot refused the token" in run.lines[0]["Advice"]
