"""What templates send, by the real command: received by a stand-in, and read by somebody else's parser."""

import json
import subprocess
import uuid
import xml.etree.ElementTree as ET
from base64 import b64decode
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from tests.conftest import Command, Ended, environment, everything_written, sheet_rows, write_csv
from tests.standins import Asked, Said, Standin, standing_in

TOKEN = "api-t0ken-0123456789"
ATTACKS = [
    ["..%2f", "1"],
    ["a\r\nX-Evil: 1", "2"],
    ["{{token}}", "3"],
    ["?x=1&y=2#z", "4"],
    ["%2e%2e", "5"],
    ["ñ 🙂", "6"],
]
SETTINGS = """
[settings.token]
environment = "API_TOKEN"
[settings.user]
environment = "API_USER"
"""


def known_settings(**more: str) -> dict[str, str]:
    return environment(API_TOKEN=TOKEN, API_USER="ana@example.com", **more)


def accepts(_: Asked) -> Said:
    return Said(201, {"id": 1})


def template(folder: Path, request: str, columns: str = "") -> Path:
    """A template file with this request, for lists with the columns `name` and `id`."""
    columns = columns or "[columns.name]\n[columns.id]\n"
    path = folder / "t.toml"
    url = "" if "url =" in request else 'url = "https://api.example.com/x"\n'
    path.write_text(f'title = "T"\n[request]\n{url}{request}\n{columns}{SETTINGS}', encoding="utf-8")
    return path


def sent(
    uploader: Command, folder: Path, request: str, api: Standin, rows: list[list[str]], *more: str, columns: str = ""
) -> Ended:
    path = write_csv(folder / "list.csv", rows, header=["name", "id"])
    known = template(folder, request, columns)
    return uploader("send", path, "-t", known, "--base-url", api.url, "--json", *more, env=known_settings())


def test_a_form_arrives_as_it_stands_in_the_list(uploader: Command, tmp_path: Path) -> None:
    request = '[request.form]\nTo = "{{id}}"\n"metadata[name]" = "{{name}}"\n'
    with standing_in(accepts) as api:
        ended = sent(uploader, tmp_path, request, api, ATTACKS)
    assert (ended.code, ended.json["accepted"]) == (0, len(ATTACKS)), ended.err
    assert {one.headers["content-type"] for one in api.asked} == {"application/x-www-form-urlencoded"}
    received = sorted(one.form for one in api.asked)
    assert received == [[("To", number), ("metadata[name]", name)] for name, number in ATTACKS]


def test_xml_arrives_as_it_stands_in_the_list(uploader: Command, tmp_path: Path) -> None:
    request = """xml = '<order id="{{id}}"><name>{{name}}</name></order>'\n"""
    with standing_in(accepts) as api:
        ended = sent(uploader, tmp_path, request, api, [*ATTACKS, ["</name><evil/>", "7"]])
    assert ended.code == 0, ended.err
    roots = [ET.fromstring(one.body) for one in api.asked]
    assert {one.headers["content-type"] for one in api.asked} == {"text/xml; charset=utf-8"}
    assert sorted((root.attrib["id"], root[0].text, len(root)) for root in roots) == [
        (number, name, 1) for name, number in [*ATTACKS, ["</name><evil/>", "7"]]
    ]


def test_a_text_arrives_as_it_stands_in_the_list(uploader: Command, tmp_path: Path) -> None:
    with standing_in(accepts) as api:
        ended = sent(uploader, tmp_path, 'text = "{{id}};{{name}}"\n', api, [["Ñandú", "1"]])
    assert ended.code == 0, ended.err
    assert [(one.body.decode(), one.headers["content-type"]) for one in api.asked] == [
        ("1;Ñandú", "text/plain; charset=utf-8")
    ]


def test_json_with_a_root_list_and_json_in_a_text_arrives(uploader: Command, tmp_path: Path) -> None:
    request = '[[request.json]]\nid = "{{id}}"\nvalues = { json_text = { email = "{{name}}" } }\n'
    with standing_in(accepts) as api:
        ended = sent(uploader, tmp_path, request, api, [['a "quoted" one', "1"]])
    assert ended.code == 0, ended.err
    (body,) = (one.json for one in api.asked)
    assert (body[0]["id"], json.loads(body[0]["values"])) == ("1", {"email": 'a "quoted" one'})


def test_parts_arrive_as_they_stand_in_the_list(uploader: Command, tmp_path: Path) -> None:
    request = '[request.multipart]\nsubject = "{{name}}"\nnumber = "{{id}}"\n'
    with standing_in(accepts) as api:
        ended = sent(uploader, tmp_path, request, api, ATTACKS)
    assert ended.code == 0, ended.err
    received = sorted(tuple(content for _, content in one.parts) for one in api.asked)
    assert received == sorted((name.encode(), number.encode()) for name, number in ATTACKS)


@pytest.mark.parametrize("way", ["direct", "httpx"])
def test_preview_shows_the_very_address_that_is_sent(uploader: Command, tmp_path: Path, way: str) -> None:
    url = "https://api.example.com/ñ x/{{name}}/b.{{id}}/{2}?filter[a]={{name}}&q='x'|{{id}}&é=^`"
    request = f'method = "PUT"\nurl = "{url}"\n'
    rows = [["..%2f", "1"], ["{{token}}", "3"], ["?x=1&y=2#z", "4"], ["%2e%2e", "5"], ["ñ 🙂", "6"]]
    env = known_settings(UPLOADER_TRANSPORT=way)
    path, known = write_csv(tmp_path / "list.csv", rows, header=["name", "id"]), template(tmp_path, request)
    with standing_in(accepts) as api:
        shown = []
        for row in range(2, 2 + len(rows)):
            ended = uploader("preview", path, "--row", str(row), "-t", known, "--base-url", api.url, env=env)
            assert ended.code == 0, ended.err
            shown.append(ended.out.splitlines()[0].removeprefix(f"PUT {api.url}"))
        ended = uploader("send", path, "-t", known, "--base-url", api.url, env=env)
        assert ended.code == 0, ended.err
    assert sorted(one.target for one in api.asked) == sorted(shown)
    for target, (name, number) in zip(shown, rows, strict=True):
        assert [unquote(part) for part in urlsplit(target).path.split("/")] == ["", "ñ x", name, f"b.{number}", "{2}"]


def test_a_cell_that_would_lead_elsewhere_is_not_sent(uploader: Command, tmp_path: Path) -> None:
    request = (
        'method = "DELETE"\nurl = "https://api.example.com/contacts/{{name}}"\n[request.headers]\nX-Id = "{{id}}"\n'
    )
    rows = [["good", "1"], ["..", "2"], ["x/../..", "3"], ["", "4"], ["good too", "a\nX-Evil: 1"]]
    with standing_in(accepts) as api:
        ended = sent(uploader, tmp_path, request, api, rows, "--skip-invalid")
    assert (ended.json["accepted"], ended.json["invalid"]) == (1, 4), ended.err
    assert [(one.target, one.headers.get("x-evil")) for one in api.asked] == [("/contacts/good", None)]


def test_a_very_long_cell_changes_only_its_own_value(uploader: Command, tmp_path: Path) -> None:
    long = "ñ" * 100_000
    path = tmp_path / "list.csv"
    path.write_text(f"name,id\n{long},1\nAna,2\n", encoding="utf-8")
    known = template(tmp_path, '[request.form]\nname = "{{name}}"\nid = "{{id}}"\n')
    with standing_in(accepts) as api:
        ended = uploader("send", path, "-t", known, "--base-url", api.url, "--json", env=known_settings())
    assert ended.code == 0, ended.err
    received = {dict(one.form)["id"]: dict(one.form)["name"] for one in api.asked}
    assert (received["1"] == long, received["2"]) == (True, "Ana")


def test_a_name_and_a_password_are_sent_and_written_nowhere(uploader: Command, tmp_path: Path, own_world: Path) -> None:
    def echoes(asked: Asked) -> Said:
        pair = asked.headers["authorization"].removeprefix("Basic ")
        return Said(422, {"message": f"no {pair} here, {b64decode(pair).decode()}"})

    request = 'basic = ["{{user}}/token", "{{token}}"]\njson = { name = "{{name}}{{id}}" }\n'
    columns = "[columns.name]\n[columns.id]\n[answer]\nmessage = 'message'\n"
    with standing_in(echoes) as api:
        ended = sent(uploader, tmp_path, request, api, [["Ana", "1"]], columns=columns)
        shown = uploader(
            "preview", tmp_path / "list.csv", "--row", "2", "-t", tmp_path / "t.toml", env=known_settings()
        )
    assert (ended.code, ended.json["rejected"]) == (1, 1), ended.err
    pair = api.asked[0].headers["authorization"].removeprefix("Basic ")
    assert b64decode(pair).decode() == f"ana@example.com/token:{TOKEN}"
    assert "Authorization: Basic ***" in shown.out
    (line,) = sheet_rows(tmp_path / "list.results.xlsx")
    assert "***" in line["Response message"]
    written = [*everything_written(tmp_path), *everything_written(own_world)]
    assert [name for name, data in written if TOKEN.encode() in data or pair.encode() in data] == []


def test_a_row_that_goes_again_has_the_id_that_it_had(uploader: Command, tmp_path: Path) -> None:
    slow: list[Asked] = []

    def slow_at_first(asked: Asked) -> Said:
        if len(slow) == 0:
            slow.append(asked)
            return Said(429, {}, {"Retry-After": "0"})
        return Said(201, {})

    request = (
        'idempotency_header = "Idempotency-Key"\njson = { name = "{{name}}{{id}}" }\n'
        '[request.headers]\nIdempotency-Key = "{{request_id}}"\n'
    )
    with standing_in(slow_at_first) as api:
        ended = sent(uploader, tmp_path, request, api, [["Ana", "1"], ["Eva", "2"]])
    assert (ended.code, ended.json["accepted"]) == (0, 2), ended.err
    first, again, other = (one.headers["idempotency-key"] for one in api.asked)
    assert (first == again, first == other, uuid.UUID(first).version) == (True, False, 4)


# Files

TYPED_PARTS = """
[request.multipart]
id = { text = "{{id}};type=a/b \\\\ \\"", type = "text/x-own" }
at = { text = "@x", type = "text/x-own" }
name = { json_text = { a = "{{name}}" }, type = "application/json" }
"""
FILES = '[request.multipart]\nnumber = "{{id}}"\nphoto = { file = "{{name}}" }\n'


def photos(folder: Path, count: int) -> Path:
    files = folder / "photos"
    files.mkdir()
    for nth in range(1, count + 1):
        (files / f"{nth}.png").write_bytes(b"\x89PNG\r\n" + bytes([nth]) * 1000)
    return files


def test_files_arrive_with_their_rows(uploader: Command, tmp_path: Path) -> None:
    files, rows = photos(tmp_path, 3), [[f"{nth}.png", str(nth)] for nth in range(1, 4)]
    with standing_in(accepts) as api:
        ended = sent(uploader, tmp_path, FILES, api, rows, "--files", str(files))
        again = sent(uploader, tmp_path, FILES, api, rows, "--files", str(files))
    assert (ended.code, ended.json["accepted"]) == (0, 3), ended.err
    assert again.json["requests"] == 0
    received = sorted(one.parts for one in api.asked)
    assert received == [
        [("number", str(nth).encode()), ("photo", b"\x89PNG\r\n" + bytes([nth]) * 1000)] for nth in (1, 2, 3)
    ]


def test_files_that_can_not_be_sent_are_problems_of_their_cells(uploader: Command, tmp_path: Path) -> None:
    files = photos(tmp_path, 1)
    path = write_csv(
        tmp_path / "list.csv", [["1.png", "1"], ["2.png", "2"], ["../list.csv", "3"]], header=["name", "id"]
    )
    known = template(tmp_path, FILES)
    checked = uploader("check", path, "-t", known, "--files", files)
    assert (checked.code, "A3" in checked.out, "A4" in checked.out, "A2" in checked.out) == (2, True, True, False)
    without = uploader("check", path, "-t", known)
    assert (without.code, "--files FOLDER" in without.out) == (2, True), without.out
    nowhere = uploader("check", path, "-t", known, "--files", tmp_path / "nope")
    assert (nowhere.code, "does not exist" in nowhere.err) == (2, True)


def test_a_file_that_changes_on_the_way_is_not_sent_as_what_was_planned(uploader: Command, tmp_path: Path) -> None:
    files, rows = photos(tmp_path, 4), [[f"{nth}.png", str(nth)] for nth in range(1, 5)]

    def changes_others(asked: Asked) -> Said:
        if dict(asked.parts)["number"] == b"1":
            (files / "2.png").write_bytes(b"another one")
            (files / "3.png").unlink()
        return Said(201, {})

    with standing_in(changes_others) as api:
        ended = sent(uploader, tmp_path, FILES, api, rows, "--files", str(files))
    assert (ended.json["accepted"], ended.json["invalid"], ended.json["requests"]) == (2, 2, 2), ended.err
    assert [dict(one.parts)["number"] for one in api.asked] == [b"1", b"4"]
    lines = sheet_rows(tmp_path / "list.results.xlsx")
    assert [line["Status"] for line in lines] == ["accepted", "invalid", "invalid", "accepted"]
    assert "changed, moved or deleted" in lines[1]["Advice"]


def test_the_rest_of_a_job_needs_its_files_again(uploader: Command, tmp_path: Path) -> None:
    files, rows = photos(tmp_path, 3), [[f"{nth}.png", str(nth)] for nth in range(1, 4)]
    stop = '[[rules]]\ncode = [418]\nmeans = "stop"\nadvice = "Wait."\n'
    columns = f"[columns.name]\n[columns.id]\n{stop}"
    answers = iter([Said(201, {}), Said(418, {})])
    with standing_in(lambda _: next(answers, Said(201, {}))) as api:
        ended = sent(uploader, tmp_path, FILES, api, rows, "--files", str(files), columns=columns)
        assert ended.json["accepted"] == 1, ended.err
        assert f"uploader resume {ended.json['job']} --files {files}" in ended.err
        refused = uploader("resume", "--base-url", api.url, env=known_settings())
        assert (refused.code, "--files" in refused.err, len(api.asked)) == (2, True, 2), refused.err
        rest = uploader("resume", "--base-url", api.url, "--files", files, env=known_settings())
    assert rest.code == 0, rest.err
    assert sorted(dict(one.parts)["number"] for one in api.asked) == [b"1", b"2", b"2", b"3"]


@pytest.mark.parametrize(
    "request_keys",
    [
        'json = { name = "{{name}}", id = "{{id}}" }\n',
        '[request.form]\nname = "{{name}}"\nid = "@{{id}}"\n',
        """xml = '<a id="{{id}}">{{name}}</a>'\n""",
        'text = "@{{id}} {{name}}"\n[request.headers]\nX-Empty = ""\n',
        'basic = ["{{user}}/token", "{{token}}"]\n[request.multipart]\nname = "@{{name}}"\nid = "<{{id}}"\n',
        'bearer = "{{token}}"\nurl = "https://api.example.com/{2}?filter[a]={{name}}&b={{id}}"\nmethod = "PATCH"\n',
        '[request.multipart]\nid = "{{id}}"\nphoto = { file = "{{name}}", type = "image/x-own" }\n',
        TYPED_PARTS,
    ],
)
def test_the_curl_command_of_a_preview_sends_the_same_request(
    uploader: Command, tmp_path: Path, request_keys: str
) -> None:
    files, name = tmp_path / "photos", 'a "quoted" & it\'s;ñ <x>.png'
    files.mkdir()
    (files / name).write_bytes(b"\x89PNG")
    more = ("--files", str(files))
    with standing_in(accepts) as api:
        ended = sent(uploader, tmp_path, request_keys, api, [[name, "7"]], *more)
        assert ended.code == 0, ended.err
        known = tmp_path / "t.toml"
        shown = ["preview", tmp_path / "list.csv", "--row", "2", "-t", known, "--base-url", api.url, *more]
        command = uploader(*shown, "--curl", env=known_settings())
        assert command.code == 0, command.err
        pasted = command.out.strip().replace("***", TOKEN)
        subprocess.run(["sh", "-c", f"{pasted} --silent --noproxy '*'"], check=True, capture_output=True)
        read = uploader(*shown, env=known_settings())
    ours, its = api.asked
    assert (its.method, its.target) == (ours.method, ours.target)
    assert its.headers.get("authorization") == ours.headers.get("authorization")
    assert its.headers.get("x-empty") == ours.headers.get("x-empty")
    if "multipart" in request_keys:
        assert its.parts == ours.parts
        assert ("id: 7" in read.out) or ("id: <7" in read.out) or ("id (text/x-own): 7" in read.out)
        for stated in (b"text/x-own", b"image/x-own", b"application/json"):
            assert its.body.count(stated) == ours.body.count(stated)
    else:
        assert (its.body, its.headers.get("content-type")) == (ours.body, ours.headers.get("content-type"))
    assert TOKEN not in read.out + command.out
    if "photo" in request_keys:
        assert f"photo: file {files}/{name} (image/x-own, 4 bytes)" in read.out
