"""WhatsApp: a template message is taken, does not fit its template, or comes too fast."""

from pathlib import Path

from tests.conftest import Command
from tests.standins import Asked, Said, standing_in
from tests.templates_shipped.runs import sent

SETTINGS = {"WHATSAPP_PHONE_NUMBER_ID": "106540352242922", "WHATSAPP_TOKEN": "EAAJB-whatsapp-secret"}


def error(status: int, code: int, message: str, details: str = "") -> Said:
    data = {"error_data": {"messaging_product": "whatsapp", "details": details}} if details else {}
    inner = {"message": message, "type": "OAuthException", "code": code, **data, "fbtrace_id": "AXcPDHzs2vX"}
    return Said(status, {"error": inner})


class WhatsApp:
    """The endpoint, as Meta documents it; the template `cita` has two variables, `aviso` has none."""

    def __init__(self, token: str = SETTINGS["WHATSAPP_TOKEN"]) -> None:
        self.token = token
        self.was_too_fast = False
        self.taken = 0

    def __call__(self, asked: Asked) -> Said:
        assert (asked.method, asked.target) == ("POST", "/v23.0/106540352242922/messages")
        if asked.headers.get("authorization") != f"Bearer {self.token}":
            return error(401, 190, "Invalid OAuth access token - Cannot parse access token")
        message = asked.json
        if message["to"] == "573000000429" and not self.was_too_fast:
            self.was_too_fast = True
            return error(400, 131056, "(#131056) (Business Account, Consumer Account) pair rate limit hit")
        template = message["template"]
        if template["name"] not in ("cita", "aviso"):
            return error(404, 132001, "(#132001) Template name does not exist in the translation")
        given = [one for part in template.get("components", ()) for one in part["parameters"]]
        wanted = 2 if template["name"] == "cita" else 0
        if len(given) != wanted:
            details = f"body: number of localizable_params ({len(given)}) does not match the expected ({wanted})"
            return error(400, 132000, "(#132000) Number of parameters does not match", details)
        self.taken += 1
        contact = {"input": message["to"], "wa_id": message["to"].lstrip("+")}
        sent_as = {"id": f"wamid.{self.taken}", "message_status": "accepted"}
        return Said(200, {"messaging_product": "whatsapp", "contacts": [contact], "messages": [sent_as]})


def row(to: str, template: str, variables: str) -> dict[str, str]:
    return {"Teléfono": to, "Plantilla": template, "Idioma": "es_CO", "Variables": variables}


def test_messages_are_taken_or_told_why_not(uploader: Command, tmp_path: Path) -> None:
    rows = [
        row("+573000000001", "cita", "María; mañana a las 10"),
        row("573000000002", "cita", "María"),
        row("573000000003", "aviso", ""),
        row("573000000004", "other", ""),
        row("573000000429", "aviso", ""),
    ]
    with standing_in(WhatsApp()) as server:
        run = sent(uploader, tmp_path, "whatsapp/template_message", server, rows, SETTINGS)

    assert run.ended.code == 1, run.ended.err
    statuses = run.told("Status", "HTTP status", "Response code", "wa_id", "Attempts")
    assert statuses == [
        ("accepted", 200, None, "573000000001", 1),
        ("rejected", 400, "132000", None, 1),
        ("accepted", 200, None, "573000000003", 1),
        ("rejected", 404, "132001", None, 1),
        ("accepted", 200, None, "573000000429", 2),
    ]
    assert {line["message_id"] for line in run.lines} == {"wamid.1", "wamid.2", "wamid.3", None}
    _, variables, _, template, _ = run.lines
    assert variables["Response message"] == (
        "(#132000) Number of parameters does not match; "
        "body: number of localizable_params (1) does not match the expected (2)"
    )
    assert "another number or kind of variables" in variables["Advice"]
    assert "no approved template" in template["Advice"]
    assert server.asked[0].json == {
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        "to": "+573000000001",
        "type": "template",
        "template": {
            "name": "cita",
            "language": {"code": "es_CO"},
            "components": [
                {
                    "type": "body",
                    "parameters": [{"type": "text", "text": "María"}, {"type": "text", "text": "mañana a las 10"}],
                }
            ],
        },
    }
    without = next(asked.json for asked in server.asked if asked.json["to"] == "573000000003")
    assert without["template"] == {"name": "aviso", "language": {"code": "es_CO"}}


def test_a_wrong_token_costs_one_request(uploader: Command, tmp_path: Path) -> None:
    rows = [row(f"57300000000{number}", "aviso", "") for number in range(3)]
    with standing_in(WhatsApp(token="another")) as server:
        run = sent(uploader, tmp_path, "whatsapp/template_message", server, rows, SETTINGS)
    assert (run.ended.code, len(server.asked)) == (4, 1)
    assert run.told("Status") == [("not sent",)] * 3
    assert run.told("Response code")[0] == ("190",)
    assert "WhatsApp refused the token" in run.lines[0]["Advice"]
