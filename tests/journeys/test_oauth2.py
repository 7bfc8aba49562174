"""Templates with OAuth2 client credentials: tokens that expire, are refused, or can't be had."""

from base64 import b64decode
from pathlib import Path

import pytest

from tests.conftest import Command, Ended, environment, everything_written, sheet_rows, write_csv
from tests.standins import Asked, Said, Standin, standing_in

SECRET = "client-s3cret-0123456789"
TEMPLATE = """
title = "Add lead"
[request]
url = "https://api.example.com/leads"
[request.json]
name = "{{name}}"
[oauth2]
url = "https://login.example.com/oauth2/token"
id = "{{client_id}}"
secret = "{{client_secret}}"
scope = "leads.write"
[oauth2.form]
audience = "leads"
[settings.client_id]
environment = "CLIENT_ID"
[settings.client_secret]
environment = "CLIENT_SECRET"
[columns.name]
required = true
"""


class Api:
    """Gives tokens `token-1`, `token-2`… of which each is good for so many leads."""

    def __init__(self, uses: int = 1_000, seconds: object = 3600, refusal: Said | None = None) -> None:
        self.uses, self.seconds, self.refusal = uses, seconds, refusal
        self.given, self.used = 0, 0
        self.names: list[str] = []

    def __call__(self, asked: Asked) -> Said:
        if asked.path == "/oauth2/token":
            if self.refusal is not None:
                return self.refusal
            self.given, self.used = self.given + 1, 0
            return Said(200, {"access_token": self.token, "token_type": "Bearer", "expires_in": self.seconds})
        if asked.headers.get("authorization") != f"Bearer {self.token}" or self.used == self.uses:
            return Said(401, {"message": f"expired: {asked.headers['authorization']}"})
        self.used += 1
        self.names.append(asked.json["name"])
        return Said(201, {"id": len(self.names)})

    @property
    def token(self) -> str:
        return f"access-token-{self.given}-of-many"


@pytest.fixture
def template(tmp_path: Path) -> Path:
    path = tmp_path / "lead.toml"
    path.write_text(TEMPLATE, encoding="utf-8")
    return path


def sent(uploader: Command, template: Path, api: Standin, rows: int) -> Ended:
    path = write_csv(template.parent / "list.csv", [[f"Ana {nth}"] for nth in range(rows)], header=["name"])
    values = environment(CLIENT_ID="the-client", CLIENT_SECRET=SECRET)
    return uploader("send", path, "-t", template, "--base-url", api.url, "--json", env=values)


def forms(api: Standin) -> list[dict[str, str]]:
    return [dict(asked.form) for asked in api.asked if asked.path == "/oauth2/token"]


def test_one_token_serves_all_rows_and_is_written_nowhere(uploader: Command, template: Path) -> None:
    rules = Api()
    with standing_in(rules) as api:
        ended = sent(uploader, template, api, 4)
    assert (ended.code, ended.json["accepted"], ended.json["requests"]) == (0, 4, 4)
    assert forms(api) == [
        {
            "grant_type": "client_credentials",
            "client_id": "the-client",
            "client_secret": SECRET,
            "scope": "leads.write",
            "audience": "leads",
        }
    ]
    written = b"".join(content for _, content in everything_written(template.parent))
    assert SECRET.encode() not in written
    assert rules.token.encode() not in written


def test_a_token_that_is_refused_is_renewed_and_its_row_is_sent_once(uploader: Command, template: Path) -> None:
    rules = Api(uses=2)
    with standing_in(rules) as api:
        ended = sent(uploader, template, api, 5)
    assert (ended.code, ended.json["accepted"]) == (0, 5)
    assert rules.names == [f"Ana {nth}" for nth in range(5)]
    assert rules.given == 3


def test_a_token_is_renewed_before_it_expires(uploader: Command, template: Path) -> None:
    rules = Api(seconds="0.001")
    with standing_in(rules) as api:
        ended = sent(uploader, template, api, 3)
    assert (ended.code, rules.given, len(api.asked)) == (0, 3, 6)


def test_where_no_token_is_given_nothing_is_sent_and_the_run_says_why(uploader: Command, template: Path) -> None:
    refusal = Said(401, {"error": "invalid_client", "error_description": f"no client has {SECRET}"})
    with standing_in(Api(refusal=refusal)) as api:
        ended = sent(uploader, template, api, 3)
    assert (ended.code, ended.json["not_sent"], len(api.asked)) == (4, 3, 1)
    assert "invalid_client" in ended.json["stopped"]
    assert SECRET not in ended.out + ended.err
    (line, *_) = sheet_rows(template.parent / "list.results.xlsx")
    assert "your id or your secret" in line["Advice"]


def test_a_row_whose_new_token_is_refused_too_stops_the_run(uploader: Command, template: Path) -> None:
    rules = Api(uses=0)
    template.write_text(f'{TEMPLATE}\n[[rules]]\ncode = [401]\nmeans = "stop"\nadvice = "Ask for access."\n', "utf-8")
    with standing_in(rules) as api:
        ended = sent(uploader, template, api, 3)
    assert (ended.code, ended.json["accepted"], rules.given) == (4, 0, 2)
    assert rules.token not in ended.out + ended.err
    assert len([asked for asked in api.asked if asked.path == "/leads"]) == 2


def test_id_and_secret_can_go_into_the_header(uploader: Command, template: Path) -> None:
    template.write_text(TEMPLATE.replace('scope = "leads.write"', 'send_as = "basic"'), encoding="utf-8")
    with standing_in(Api()) as api:
        ended = sent(uploader, template, api, 1)
    assert ended.code == 0
    assert forms(api) == [{"grant_type": "client_credentials", "audience": "leads"}]
    assert b64decode(api.asked[0].headers["authorization"].removeprefix("Basic ")).decode() == f"the-client:{SECRET}"


def test_preview_shows_that_a_token_goes_along(uploader: Command, template: Path) -> None:
    path = write_csv(template.parent / "list.csv", [["Ana"]], header=["name"])
    ended = uploader("preview", path, "--row", "2", "-t", template, env=environment(CLIENT_ID="the-client"))
    assert (ended.code, "Authorization: Bearer ***" in ended.out) == (0, True), ended.err


@pytest.mark.parametrize(
    ("wrong", "key"),
    [
        (('"{{client_secret}}"', '"abc123"'), "oauth2.secret"),
        (('"{{client_secret}}"', '"{{client_id}}"'), "oauth2.secret"),
        (('"{{client_id}}"', '"{{name}}"'), "oauth2.id"),
        (("https://login.example.com", "http://login.example.com"), "oauth2.url"),
        (("https://login.example.com", "https://{{client_secret}}.example.com"), "oauth2.url"),
        (('scope = "leads.write"', 'scopes = "leads.write"'), "oauth2.scopes"),
        (('scope = "leads.write"', 'send_as = "header"'), "oauth2.send_as"),
        (("[request.json]", '[request.headers]\nauthorization = "Bearer {{client_secret}}"\n[request.json]'), "oauth2"),
    ],
)
def test_a_mistake_is_named_by_its_key(uploader: Command, template: Path, wrong: tuple[str, str], key: str) -> None:
    assert wrong[0] in TEMPLATE
    template.write_text(TEMPLATE.replace(*wrong), encoding="utf-8")
    ended = uploader("templates", template)
    assert (ended.code, f"{key}:" in ended.err) == (2, True), ended.err
