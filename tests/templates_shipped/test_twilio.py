"""Twilio: an SMS is queued, its number is refused, or it comes too fast; the request is a form."""

from base64 import b64encode
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from tests.conftest import Command
from tests.standins import Asked, Said, standing_in
from tests.templates_shipped.runs import sent

SID = "AC" + "0123456789abcdef" * 2
SETTINGS = {"TWILIO_ACCOUNT_SID": SID, "TWILIO_AUTH_TOKEN": "twilio-secret-77", "TWILIO_FROM": "+15005550006"}


def error(status: int, code: int, message: str) -> Said:
    more = f"https://www.twilio.com/docs/errors/{code}"
    return Said(status, {"code": code, "message": message, "more_info": more, "status": status})


class Twilio:
    """The endpoint, as Twilio documents it."""

    def __init__(self, token: str = SETTINGS["TWILIO_AUTH_TOKEN"]) -> None:
        self.authorization = "Basic " + b64encode(f"{SID}:{token}".encode()).decode()
        self.messages: list[dict[str, Any]] = []
        self.was_too_fast = False

    def __call__(self, asked: Asked) -> Said:
        assert (asked.method, asked.target) == ("POST", f"/2010-04-01/Accounts/{SID}/Messages.json")
        assert asked.headers["content-type"] == "application/x-www-form-urlencoded"
        if asked.headers.get("authorization") != self.authorization:
            return error(401, 20003, "Authenticate")
        form = {name: values[0] for name, values in parse_qs(asked.body.decode(), strict_parsing=True).items()}
        if form["To"] == "+573000000429" and not self.was_too_fast:
            self.was_too_fast = True
            return error(429, 20429, "Too Many Requests")
        if form["To"] == "+570000000000":
            return error(400, 21211, f"The 'To' number {form['To']} is not a valid phone number.")
        if form["To"] == "+573000000021":
            return error(400, 21610, "Attempt to send to unsubscribed recipient")
        self.messages.append(form)
        created = {"sid": f"SM{len(self.messages):032}", "account_sid": SID, "status": "queued", "to": form["To"]}
        return Said(201, {**created, "body": form["Body"], "error_code": None, "error_message": None})


def test_messages_are_queued_or_told_why_not(uploader: Command, tmp_path: Path) -> None:
    numbers = ["+573000000001", "+570000000000", "+573000000021", "+573000000429"]
    rows = [{"Teléfono": number, "Mensaje": "Hola, María & Cía: 50 % = ¡sí!"} for number in numbers]
    twilio = Twilio()
    with standing_in(twilio) as server:
        run = sent(uploader, tmp_path, "twilio/send_sms", server, rows, SETTINGS)

    assert run.ended.code == 1, run.ended.err
    assert run.told("Status", "HTTP status", "Response code", "message_sid", "Attempts") == [
        ("accepted", 201, None, f"SM{1:032}", 1),
        ("rejected", 400, "21211", None, 1),
        ("rejected", 400, "21610", None, 1),
        ("accepted", 201, None, f"SM{2:032}", 2),
    ]
    _, refused, unsubscribed, _ = run.lines
    assert refused["Response message"] == "The 'To' number +570000000000 is not a valid phone number."
    assert "not valid or not a mobile number" in refused["Advice"]
    assert "unsubscribed" in unsubscribed["Advice"]
    assert twilio.messages[0] == {"To": numbers[0], "From": "+15005550006", "Body": "Hola, María & Cía: 50 % = ¡sí!"}


def test_a_wrong_token_costs_one_request(uploader: Command, tmp_path: Path) -> None:
    rows = [{"to": f"+57300000000{number}", "body": "Hola"} for number in range(3)]
    with standing_in(Twilio(token="another")) as server:
        run = sent(uploader, tmp_path, "twilio/send_sms", server, rows, SETTINGS)
    assert (run.ended.code, len(server.asked)) == (4, 1)
    assert run.told("Status") == [("not sent",)] * 3
    assert run.told("Response code")[0] == ("20003",)
    assert "refused the Account SID or the Auth Token" in run.lines[0]["Advice"]
