"""The token stands in nothing that is written or shown, not even where the API tells it in its answers."""

import base64
import html
import json
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.books import mend, refused
from tests.conftest import (
    Command,
    environment,
    everything_written,
    sheet_rows,
    write_csv,
)
from tests.standins import Asked, Said, standing_in

SECRET = "tOk/S3cr+et=Zq8&vB7w<Xy>42"
FORMS = {
    SECRET,
    quote(SECRET, safe=""),
    html.escape(SECRET),
    base64.b64encode(SECRET.encode()).decode(),
    SECRET.translate({ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&"}),
    SECRET.replace("/", "\\/").translate({ord(sign): f"\\u{ord(sign):04X}" for sign in "<>"}),
}


def _echo(asked: Asked) -> Said:
    """An API that tells the token in all its answers, in another way in each."""
    token, at = asked.headers["wolkvox-token"], int(asked.json["rp_id"])
    assert token == SECRET
    form = sorted(FORMS)[at // 5 % len(FORMS)]
    status, text = [
        (200, json.dumps({"code": "201", "error": None, "msg": f"done for {form}", "data": {form: token}})),
        (404, json.dumps({"code": "404", "error": form, "msg": f"NO {token} IN {form}"})),
        (500, f"<html><pre>wolkvox-token: {form} {token}</pre></html>"),
        (200, f'{{"code": "201", "msg": "{token}'),
        (200, json.dumps({"code": token, "error": token, "msg": token})),
    ][at % 5]
    return Said(status, text, {"X-Token": token})


@pytest.mark.usefixtures("api_that_ends_soon")
def test_a_server_that_tells_the_token_does_not_get_it_written_down(
    uploader: Command, tmp_path: Path, own_world: Path
) -> None:
    rows = refused(5 * len(FORMS), ())
    for at, row in enumerate(rows):
        row[6] = str(at)
    path, temp = write_csv(tmp_path / "list.csv", rows), tmp_path / "temp"
    temp.mkdir()
    env = environment(WOLKVOX_TOKEN=SECRET, TMPDIR=str(temp))
    with standing_in(_echo) as api:
        to = ("--base-url", api.url, "--no-preflight", "--stop-after", "1000")
        book = tmp_path / "list.results.xlsx"
        shown = [uploader("send", path, *to, env=env)]
        first = sheet_rows(book)
        mend(book, {(line["Row"], "body"): "mended" for line in first if line["Status"] == "rejected"})
        shown += [uploader("send", book, "--resend-unknown", *to, env=env)]
    assert {line["Status"] for line in first} == {"accepted", "rejected", "unknown"}
    assert sum(line["Attempts"] for line in sheet_rows(book)) > len(rows)
    for command in (
        ["verify", book], ["results", "-o", "again.xlsx"], ["history"], ["preview", path, "--row", "2", "--curl"],
        ["settle", "1", "--row", "4", "--arrived"],
    ):  # fmt: skip
        shown.append(uploader(*command, env=env))
    assert [ended.code for ended in shown[2:]] == [0, 0, 0, 0, 0]
    assert [form for form in FORMS for ended in shown if form in ended.out + ended.err] == []
    written = [*everything_written(tmp_path), *everything_written(own_world)]
    assert {"again.xlsx/xl/workbook.xml", "journal.db"} <= {name for name, _ in written}
    assert [(name, form) for name, data in written for form in FORMS if form.encode() in data] == []
