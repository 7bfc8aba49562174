"""A whole run against a server that knows the token from its address, and says it back in every way that it can."""

import json
import sqlite3
import threading
from base64 import b64encode
from collections.abc import Iterator
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.conftest import Command, environment, everything_written, write_csv

TOKEN = "Qz7/kW+41=rTn9vB"
TEMPLATE = """
title = "Hidden \\u001b[31mred\\u001b[0m"
[request]
url = "http://127.0.0.1:{port}/v1/{{{{api_token}}}}/people?key={{{{api_token}}}}"
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


class _Echo(BaseHTTPRequestHandler):
    """Answers with its address's token, spelt as the row says, and with escapes."""

    paths: list[str]

    def do_POST(self) -> None:
        name = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["name"]
        self.paths.append(self.path)
        said = SPELT.get(name, ESCAPES)
        code = 201 if name in SPELT else 409
        page = f"<p>{said}</p>" if name == "hexadecimal" else json.dumps({"code": code, "msg": f"you: {said}"})
        self.send_response(200)
        self.send_header("Content-Length", str(len(page.encode())))
        self.end_headers()
        self.wfile.write(page.encode())

    def log_message(self, *_: object) -> None:
        """Nothing on the screen of the tests."""


@pytest.fixture
def echo() -> Iterator[tuple[int, list[str]]]:
    """The port of the server, and the paths that it was asked for."""
    _Echo.paths = []
    with ThreadingHTTPServer(("127.0.0.1", 0), _Echo) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server.server_address[1], _Echo.paths
        server.shutdown()
        thread.join()


def test_a_token_in_an_address_is_written_nowhere_and_no_escape_reaches_the_screen(
    uploader: Command, echo: tuple[int, list[str]], tmp_path: Path, own_world: Path
) -> None:
    port, paths = echo
    template = tmp_path / "people.toml"
    template.write_text(TEMPLATE.format(port=port), encoding="utf-8")
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
    assert paths[: len(names)] == [f"/v1/{quote(TOKEN, safe='')}/people?key={quote(TOKEN, safe='')}"] * len(names)
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
    uploader: Command, echo: tuple[int, list[str]], tmp_path: Path, own_world: Path
) -> None:
    template = tmp_path / "people.toml"
    template.write_text(TEMPLATE.format(port=echo[0]), encoding="utf-8")
    path = write_csv(tmp_path / "list.csv", [["plain"]], header=["name"])
    uploader("send", path, "-t", template, "--redact", "name", env=environment(PEOPLE_TOKEN=TOKEN))
    made = [own_world, *own_world.rglob("*")]
    assert len(made) > 4
    assert [one for one in made if one.is_dir() and one.stat().st_mode & 0o77] == []
    assert [one for one in made if one.is_file() and one.stat().st_mode & 0o77] == []
