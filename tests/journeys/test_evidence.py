"""What may stand in a workbook and what may not: redacted values, the token; who settled a row; in which language."""

import base64
import hashlib
import html
import json
import os
import stat
import threading
import zipfile
from collections.abc import Iterator
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.books import OURS, World, mend, refused
from tests.conftest import (
    FIELDS,
    Command,
    PracticeProcess,
    environment,
    everything_written,
    sheet_rows,
    start_practice,
    write_csv,
)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PracticeProcess]:
    yield from start_practice(tmp_path_factory.mktemp("shared"), "--latency", "0", "--quota", "100000")


@pytest.fixture
def world(uploader: Command, shared: PracticeProcess, tmp_path: Path) -> World:
    return World(uploader, shared.from_now_on(), tmp_path)


def parts_with(book: Path, *values: str) -> list[str]:
    """The parts of a workbook in which one of the values stands."""
    with zipfile.ZipFile(book) as package:
        return [name for name in package.namelist() for value in values if value.encode() in package.read(name)]


def test_redacted_values_stand_nowhere_in_any_workbook_of_the_list(
    world: World, tmp_path: Path, own_world: Path
) -> None:
    rows = refused()
    rows[5][6] = "61004321"  # the API's message quotes it
    rows[7][2] = rows[0][2]
    hide = [*(row[2] for row in rows), "61004321", "99999"]
    book = world.sent(rows, "--redact", "RP_ID", "--redact", "c")
    assert sorted([body[name] for name in FIELDS] for body in world.practice.bodies()) == sorted(rows)
    before = sheet_rows(book)
    assert before[0]["to"] == before[7]["to"] != before[1]["to"]
    assert {line[name][:5] for line in before for name in ("to", "rp_id")} == {"hmac:"}
    assert before[0]["to"][5:] not in hashlib.sha256(rows[0][2].encode()).hexdigest()
    assert f"{before[5]['rp_id']} routing point was executed" in before[5]["Response message"]
    assert stat.S_IMODE((own_world / "redaction.key").stat().st_mode) == 0o600 or os.name == "nt"
    assert parts_with(book, *hide) == []

    mend(book, {(4, "rp_id"): "61009876"})  # sent without saying --redact again
    _, came = world.send(book, "--no-preflight")
    assert came == [[*rows[2][:6], "61009876"]]
    after = sheet_rows(book)
    assert parts_with(book, *hide, "61009876") == []
    assert [line["to"] for line in after] == [line["to"] for line in before]
    book.unlink()
    assert world.uploader("results").code == 0
    assert sheet_rows(book) == after
    assert world.uploader("results", "--redact", "subject", "-o", "more.xlsx").code == 0
    more = sheet_rows(tmp_path / "more.xlsx")
    assert {line["subject"][:5] for line in more} == {"hmac:"}
    assert [line["to"] for line in more] == [line["to"] for line in before]
    assert world.uploader("verify", tmp_path / "more.xlsx").code == 0


def test_a_column_to_redact_that_the_list_lacks_stops_everything(world: World, tmp_path: Path) -> None:
    ended, came = world.send(write_csv(tmp_path / "list.csv", refused()), "--redact", "phone")
    assert (ended.code, came) == (2, [])
    assert "--redact phone: the list has no such column. It has: from, fromname" in ended.err
    assert list(tmp_path.glob("*.xlsx")) == []


SECRET = "tOk/S3cr+et=Zq8&vB7w<Xy>42"
FORMS = {
    SECRET,
    quote(SECRET, safe=""),
    html.escape(SECRET),
    base64.b64encode(SECRET.encode()).decode(),
    SECRET.translate({ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&"}),
    SECRET.replace("/", "\\/").translate({ord(sign): f"\\u{ord(sign):04X}" for sign in "<>"}),
}


class _Echo(BaseHTTPRequestHandler):
    """An API that tells the token in all its answers, in another way in each."""

    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        """Nothing."""

    def do_POST(self) -> None:
        sent = json.loads(self.rfile.read(int(self.headers["content-length"])))
        token, at = self.headers["wolkvox-token"], int(sent["rp_id"])
        assert token == SECRET
        form = sorted(FORMS)[at // 5 % len(FORMS)]
        status, text = [
            (200, json.dumps({"code": "201", "error": None, "msg": f"done for {form}", "data": {form: token}})),
            (404, json.dumps({"code": "404", "error": form, "msg": f"NO {token} IN {form}"})),
            (500, f"<html><pre>wolkvox-token: {form} {token}</pre></html>"),
            (200, f'{{"code": "201", "msg": "{token}'),
            (200, json.dumps({"code": token, "error": token, "msg": token})),
        ][at % 5]
        self.send_response(status)
        self.send_header("Content-Length", str(len(text.encode())))
        self.send_header("X-Token", token)
        self.end_headers()
        self.wfile.write(text.encode())


def test_a_server_that_tells_the_token_does_not_get_it_written_down(
    uploader: Command, tmp_path: Path, own_world: Path
) -> None:
    rows = refused(5 * len(FORMS), ())
    for at, row in enumerate(rows):
        row[6] = str(at)
    path, temp = write_csv(tmp_path / "list.csv", rows), tmp_path / "temp"
    temp.mkdir()
    env = environment(WOLKVOX_TOKEN=SECRET, TMPDIR=str(temp))
    with ThreadingHTTPServer(("127.0.0.1", 0), _Echo) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}).start()
        to = ("--base-url", f"http://127.0.0.1:{server.server_port}", "--no-preflight", "--stop-after", "1000")
        book = tmp_path / "list.results.xlsx"
        try:
            shown = [uploader("send", path, *to, env=env)]
            first = sheet_rows(book)
            mend(book, {(line["Row"], "body"): "mended" for line in first if line["Status"] == "rejected"})
            shown += [uploader("send", book, "--resend-unknown", *to, env=env)]
        finally:
            server.shutdown()
    assert {line["Status"] for line in first} == {"accepted", "rejected", "unknown"}
    assert sum(line["Attempts"] for line in sheet_rows(book)) > len(rows)
    for command in (
        ["verify", book], ["results", "-o", "again.xlsx"], ["history"], ["preview", path, "--row", "2", "--curl"],
        ["settle", "2", "--row", "4", "--arrived"],
    ):  # fmt: skip
        shown.append(uploader(*command, env=env))
    assert [ended.code for ended in shown[2:]] == [0, 0, 0, 0, 0]
    assert [form for form in FORMS for ended in shown if form in ended.out + ended.err] == []
    written = [*everything_written(tmp_path), *everything_written(own_world)]
    assert {"again.xlsx/xl/workbook.xml", "journal.db"} <= {name for name, _ in written}
    assert [(name, form) for name, data in written for form in FORMS if form.encode() in data] == []


def test_who_settled_a_row_and_when_stands_with_it_in_the_lists_workbook(world: World, tmp_path: Path) -> None:
    rows = refused(6, (4,))
    rows[1][4] = f"[practice reset-after x1] {tmp_path}"
    rows[4][4] = f"[practice reset-before x1] {tmp_path}"
    book = world.sent(rows)
    env = environment(LOGNAME="ana.perez", USER="ana.perez", USERNAME="ana.perez")
    before = datetime.now().astimezone()
    assert world.uploader("settle", "1", "--row", "3", "--arrived", env=env).code == 0
    assert world.uploader("settle", "1", "--row", "6", "--not-arrived", env=env).code == 0
    days = {f"{moment:%Y-%m-%d}" for moment in (before, datetime.now().astimezone())}
    assert world.uploader("results", "1").code == 0
    lines = {line["Row"]: line for line in sheet_rows(book)}
    assert (lines[3]["Status"], lines[6]["Status"]) == ("accepted", "not sent")
    for number, words in ((3, "and it had arrived"), (6, "and it had not arrived. It waits")):
        assert any(f"ana.perez looked on {day}" in lines[number]["Advice"] for day in days)
        assert words in lines[number]["Advice"]
    settled = lines[3]
    _, came = world.send(mend(book, {(4, "rp_id"): "61001"}))
    assert [row[0] for row in came] == [rows[2][0], rows[4][0]]
    lines = {line["Row"]: line for line in sheet_rows(book)}
    assert list(lines) == list(range(2, 8))
    assert {line["Status"] for line in lines.values()} == {"accepted"}
    assert lines[3] == settled
    assert [lines[number]["Attempts"] for number in range(2, 8)] == [1, 1, 2, 1, 2, 1]
    assert len(sheet_rows(book, "Attempts")) == 8
    assert world.uploader("verify", book).code == 0


def test_sheets_speak_portuguese_and_columns_keep_their_names(world: World) -> None:
    book = world.sent(refused(4, (4,)), "--language", "pt")
    lines = sheet_rows(book)
    assert list(lines[0]) == ["Row", *FIELDS, *OURS]
    assert {line["Status"] for line in lines} == {"accepted", "rejected"}
    assert "rp_id" in lines[2]["Advice"]
    assert "linha" in lines[2]["Advice"]
    assert lines[2]["Response message"] == "ROUTING POINT 99999 NOT FOUND"
    told = [tuple(line.values())[:2] for line in sheet_rows(book, "Summary")]
    facts = dict(reversed(told))
    assert facts["accepted"] == "A API disse sim a esta linha. Aceita não significa entregue."
    assert not {"Rows", "Sent by", "Started", "Requests"} & facts.keys()
    mend(book, {(4, "rp_id"): "61001"})
    _, came = world.send(book, "--no-preflight", "--language", "es")
    assert len(came) == 1
    assert world.uploader("verify", book).code == 0
