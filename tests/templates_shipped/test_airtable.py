"""Airtable: ten records go in a request, and each row has its own record's id; of ten that are refused, each goes alone."""

from pathlib import Path
from typing import Any

from tests.conftest import Command
from tests.standins import Asked, Said, standing_in
from tests.templates_shipped.runs import sent

SETTINGS = {
    "AIRTABLE_BASE": "appAndino00000001",
    "AIRTABLE_TABLE": "Mis contactos",
    "AIRTABLE_TOKEN": "patAirtable.secret",
}


class Airtable:
    """The endpoint, as Airtable documents it: it creates all records of a request or none."""

    def __init__(self, token: str = SETTINGS["AIRTABLE_TOKEN"]) -> None:
        self.token = token
        self.names: list[str] = []
        self.was_too_fast = False

    def __call__(self, asked: Asked) -> Said:
        assert (asked.method, asked.target) == ("POST", "/v0/appAndino00000001/Mis%20contactos")
        if asked.headers.get("authorization") != f"Bearer {self.token}":
            return Said(401, {"error": {"type": "AUTHENTICATION_REQUIRED", "message": "Authentication required"}})
        records: list[dict[str, Any]] = asked.json["records"]
        names = [record["fields"]["Name"] for record in records]
        assert asked.json["typecast"] is True
        assert len(records) <= 10
        if "Too fast" in names and not self.was_too_fast:
            self.was_too_fast = True
            return Said(429, {"errors": [{"error": "RATE_LIMIT_REACHED", "message": "Rate limit exceeded."}]})
        if "Wrong" in names:
            message = 'Field "Phone" cannot accept the provided value'
            return Said(422, {"error": {"type": "INVALID_VALUE_FOR_COLUMN", "message": message}})
        self.names += names
        return Said(
            200, {"records": [{"id": f"rec{name}", **record} for name, record in zip(names, records, strict=True)]}
        )


def test_every_row_has_its_own_record(uploader: Command, tmp_path: Path) -> None:
    names = [f"N{number:02}" for number in range(25)]
    rows = [{"Nombre": name, "Correo electrónico": "", "Teléfono": "+57 300 0000001"} for name in names]
    airtable = Airtable()
    with standing_in(airtable) as server:
        run = sent(uploader, tmp_path, "airtable/create_records", server, rows, SETTINGS)

    assert run.ended.code == 0, run.ended.err
    assert airtable.names == names
    assert [len(asked.json["records"]) for asked in server.asked] == [1, 10, 10, 4]
    assert run.told("Status", "HTTP status", "record_id") == [("accepted", 200, f"rec{name}") for name in names]
    assert server.asked[0].json["records"] == [{"fields": {"Name": "N00", "Phone": "+57 300 0000001"}}]


def test_of_a_refused_request_only_the_wrong_row_is_rejected(uploader: Command, tmp_path: Path) -> None:
    rows = [{"name": name} for name in ("First", "Second", "Wrong", "Too fast")]
    with standing_in(Airtable()) as server:
        run = sent(uploader, tmp_path, "airtable/create_records", server, rows, SETTINGS)

    assert run.ended.code == 1, run.ended.err
    # the first row alone, the others too fast, the others refused for one of them, each of them alone
    assert [len(asked.json["records"]) for asked in server.asked] == [1, 3, 3, 1, 1, 1]
    assert run.told("Status", "Response code", "record_id", "Attempts") == [
        ("accepted", None, "recFirst", 1),
        ("accepted", None, "recSecond", 3),
        ("rejected", "INVALID_VALUE_FOR_COLUMN", None, 3),
        ("accepted", None, "recToo fast", 3),
    ]
    assert run.lines[2]["Response message"] == 'Field "Phone" cannot accept the provided value'


def test_a_wrong_token_costs_one_request(uploader: Command, tmp_path: Path) -> None:
    with standing_in(Airtable(token="another")) as server:
        run = sent(uploader, tmp_path, "airtable/create_records", server, [{"name": "A"}, {"name": "B"}], SETTINGS)
    assert (run.ended.code, len(server.asked)) == (4, 1)
    assert run.told("Status") == [("not sent",)] * 2
    assert "Airtable refused the token" in run.lines[0]["Advice"]
