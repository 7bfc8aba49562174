"""A whole run against a server that knows the token from its address, and says it back in every way that it can."""

import json
import sqlite3
from base64 import b64encode
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.conftest import Command, environment, everything_written, write_csv
from tests.standins import Asked, Said, Standin, standing_in

TOKEN = "Qz7/kW+41=rTn9vB"
TEMPLATE = """
title = "Hidden \\u001b[31mred\\u001b[0m"
[request]
url = "{url}/v1/{{{{api_token}}}}/people?key={{{{api_token}}}}"
[request.json]
name = "{{{{name}}}}"
[columns.name]
required = true
description = "Name \\u009b31m\\u202e"
[answer]
code = "code"
message = "msg"
[settings.api_token]
environment = "PEOPLE_TOKEN"
"""
SPELT = {
    "plain": TOKEN,
    "percent": quote(TOKEN, safe=""),
    "upper": TOKEN.upper(),
    "base64": b64encode(f"user:{TOKEN}".encode()).decode(),
    "hexadecimal": TOKEN.encode().hex(),
    "apart": " ".join(TOKEN),
}
ESCAPES = "\x1b]0;owned\x07\x9b2J\u202e\u200b\x08"


def _echo(asked: Asked) -> Said:
    """Answers with its address's token, spelt as the row says, and with escapes."""
    name = asked.json["name"]
    said = SPELT.get(name, ESCAPES)
    code = 201 if name in SPELT else 409
    return Said(200, f"<p>{said}</p>" if name == "hexadecimal" else json.dumps({"code": code, "msg": f"you: {said}"}))


@pytest.fixture
def echo() -> Iterator[Standin]:
    with standing_in(_echo) as server:
        yield server


def test_a_token_in_an_address_is_written_nowhere_and_no_escape_reaches_the_screen(
    uploader: Command, echo: Standin, tmp_path: Path, own_world: Path
) -> None:
    template = tmp_path / "people.toml"
    template.write_text(TEMPLATE.format(url=echo.url), encoding="utf-8")
    names = [*SPELT, "Ana \x9b31m\u202e\u200b"]
    rows = [[name, "x\u202e"] for name in names]
    path = write_csv(tmp_path / "list\u202e\u200b.csv", rows, header=["name", "note \x9b2J\u202e"])
    known = environment(PEOPLE_TOKEN=TOKEN)
    shown = [
        uploader("check", path, "-t", template, env=known),
        uploader("preview", path, "--row", "2", "-t", template, env=known),
        uploader("preview", path, "--row", "2", "-t", template, "--curl", env=known),
        uploader("templates", template, env=known),
        uploader("send", path, "-t", template, "--set", f"api_token={TOKEN}", env=known),
        uploader("send", path, "-t", template, env=known),
        uploader("send", path, "-t", template, "--json", env=known),
        uploader("resume", env=known),
        uploader("results", "1"),
        uploader("history"),
        uploader("history", "--json"),
        uploader("send", path, "-t", template, "--base-url", "http://127.0.0.1:9", "--send-duplicates", env=known),
    ]
    assert [asked.target for asked in echo.asked[: len(names)]] == [
        f"/v1/{quote(TOKEN, safe='')}/people?key={quote(TOKEN, safe='')}"
    ] * len(names)
    assert "/v1/***/people?key=***" in shown[1].out
    assert "/v1/***/people?key=***" in shown[2].out
    for ended in shown:
        text = ended.out + ended.err
        assert [way for way in SPELT.values() if way in text] == []
        assert [sign for sign in "\x1b\x07\x9b\x08\u202e\u200b" if sign in text] == []
    with closing(sqlite3.connect(own_world / "journal.db")) as journal:
        dumped = "\n".join(journal.iterdump())
    written = [*everything_written(tmp_path), *everything_written(own_world), ("dump", dumped.encode())]
    assert len(written) > 12
    assert [(name, way) for name, data in written for way in SPELT.values() if way.encode() in data] == []


def test_what_uploader_makes_in_its_folder_is_for_its_person_alone(
    uploader: Command, echo: Standin, tmp_path: Path, own_world: Path
) -> None:
    template = tmp_path / "people.toml"
    template.write_text(TEMPLATE.format(url=echo.url), encoding="utf-8")
    path = write_csv(tmp_path / "list.csv", [["plain"]], header=["name"])
    uploader("send", path, "-t", template, "--redact", "name", env=environment(PEOPLE_TOKEN=TOKEN))
    made = [own_world, *own_world.rglob("*")]
    assert len(made) > 4
    assert [one for one in made if one.is_dir() and one.stat().st_mode & 0o77] == []
    assert [one for one in made if one.is_file() and one.stat().st_mode & 0o77] == []
