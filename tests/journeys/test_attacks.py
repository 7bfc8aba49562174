"""Cells that attack: in every place of a request, a cell changes its own value, or its row is invalid at that cell.

What arrives is read by parsers that are not ours, and held against what a harmless cell made of the same row.
"""

import json
import xml.etree.ElementTree as ET
from collections.abc import Callable, Mapping
from email import message_from_bytes
from email.policy import HTTP
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import pandas as pd
import pytest

import uploader
from tests.standins import Asked, Said, standing_in
from uploader.model.unseen import BLANKS, is_seen

TOKEN = "api-t0ken-0123456789"
HARMLESS = "harmless"
ATTACKS = [
    "..", ".", "", "../..", "a/../b", "..\\b", "/", "//evil.example", "\\\\evil", "%2e%2e", "%2E%2E%2F", "%00", "..;/x",
    "a\r\nX-Evil: 1", "a\nX-Evil: 1", "a\rb", "a\r\n\r\nGET /evil HTTP/1.1\r\nHost: x", "{{token}}", "\\{{token}}", "{{k}}",
    "{{request_id}}", "{{", "}}", "?x=1", "#x", "&x=1", "a&x=1&k=9", "=", "+", "a b", "a%26b", "nul\x00l", "\x01", "\x7f", "\x85",
    "half\ud800", "\udfff", "line\u2028sep\u2029", "\u202eright", "\ufeffbom", "e\u0301", "🙂", "ñ", '"', "'", '","x":"1',
    '"}, {"k": "9', "\\", "\\\"", "</name>", "</v><evil/><v>", "]]>", "<![CDATA[x]]>", "<!ENTITY e 'x'>", "&lt;", "&amp;", "&e;",
    "<!--", "<?pi?>", "--boundary", "\r\n--uploader-0123\r\nContent-Disposition: form-data; name=\"evil\"\r\n\r\n1",
    'x"; filename="evil.sh', "a;b", ";", "a,b", "null", "true", "1e5", "NaN", "[]", "{}", "$(id)", "%s%n", "@file", "=1+1",
    "\ufffe", "\uffff", "a" * 60_000,
]  # fmt: skip


def path_of(asked: Asked) -> tuple[Any, Any]:
    split = urlsplit(asked.target)
    first, second, value, *rest = split.path.split("/")
    return unquote(value, errors="strict"), (first, second, rest, split.query, split.fragment, asked.body)


def mixed_path_of(asked: Asked) -> tuple[Any, Any]:
    value, rest = path_of(asked)
    assert (value[:2], value[-4:]) == ("a-", "-b.x")
    return value[2:-4], rest


def query_of(asked: Asked) -> tuple[Any, Any]:
    split = urlsplit(asked.target)
    (name, value), *rest = parse_qsl(split.query, keep_blank_values=True, strict_parsing=True, errors="strict")
    return value, (split.path, name, rest, split.fragment)


def header_of(asked: Asked) -> tuple[Any, Any]:
    return asked.headers["x-v"], (asked.target, asked.body)


def json_of(asked: Asked) -> tuple[Any, Any]:
    body = json.loads(asked.body)
    value = body["a"].pop("v")
    assert body["a"].pop("mixed") == f"<{value}>"
    return value, body


def json_text_of(asked: Asked) -> tuple[Any, Any]:
    body = json.loads(asked.body)
    inner = json.loads(body.pop("t"))
    return inner.pop("v"), (body, inner)


def form_of(asked: Asked) -> tuple[Any, Any]:
    (name, value), *rest = parse_qsl(asked.body.decode(), keep_blank_values=True, strict_parsing=True, errors="strict")
    return value, (name, rest)


def form_text_of(asked: Asked) -> tuple[Any, Any]:
    value, rest = form_of(asked)
    inner = json.loads(value)
    return inner.pop("v"), (inner, rest)


def parts_of(asked: Asked) -> list[Any]:
    head = f"Content-Type: {asked.headers['content-type']}\r\n\r\n".encode()
    message = message_from_bytes(head + asked.body, policy=HTTP)
    found = []
    for part in message.iter_parts():
        content = part.get_payload(decode=True)
        assert isinstance(content, bytes)
        name, file = (part.get_param(key, header="content-disposition") for key in ("name", "filename"))
        found.append((name, file, content, sorted(part.keys())))
    return found


def multipart_of(asked: Asked) -> tuple[Any, Any]:
    (name, file, value, heads), *rest = parts_of(asked)
    return value.decode(), (name, file, heads, rest)


def xml_of(asked: Asked) -> tuple[Any, Any]:
    root = ET.fromstring(asked.body)
    value = root[0].text or ""
    assert root[0].attrib == {"a": value}
    return value, (root.tag, root.attrib, [(one.tag, one.text, len(one)) for one in root[1:]], len(root[0]))


def text_of(asked: Asked) -> tuple[Any, Any]:
    text = asked.body.decode()
    assert (text[0], text[-1]) == ("<", ">")
    return text[1:-1], ""


def list_of(asked: Asked) -> tuple[Any, Any]:
    body = json.loads(asked.body)
    fixed = body["v"].pop()
    return body.pop("v"), (body, fixed)


def batch_of(asked: Asked) -> tuple[Any, Any]:
    body = json.loads(asked.body)
    (row,) = body.pop("rows")
    return row.pop("v"), (body, row)


def rows_of(asked: Asked, place: str) -> list[Asked]:
    """A request for each row, of one that several may share."""
    if place != "batch":
        return [asked]
    body = json.loads(asked.body)
    return [asked._replace(body=json.dumps({**body, "rows": [row]}).encode()) for row in body["rows"]]


Read = Callable[[Asked], tuple[Any, Any]]
URL = 'url = "https://api.example.com/x"\n'
PLACES: dict[str, tuple[str, str, Read]] = {
    "path": ('url = "https://api.example.com/x/{{v}}/end?k=1"\n', "", path_of),
    "part of a path": ('url = "https://api.example.com/x/a-{{v}}-b.x?k=1"\n', "", mixed_path_of),
    "query": ('url = "https://api.example.com/x?v={{v}}&w=1"\n', "", query_of),
    "header": (URL, "", header_of),
    "json": (URL + '[request.json]\na = { v = "{{v}}", mixed = "<{{v}}>", w = 1 }\n', "", json_of),
    "json text": (URL + '[request.json]\nt = { json_text = { v = "{{v}}", w = 1 } }\nw = 1\n', "", json_text_of),
    "form": (URL + '[request.form]\nv = "{{v}}"\nw = "1"\n', "", form_of),
    "json text in a form": (URL + '[request.form]\nv = { json_text = { v = "{{v}}" } }\nw = "1"\n', "", form_text_of),
    "multipart": (URL + '[request.multipart]\nv = "{{v}}"\nw = "1"\n', "", multipart_of),
    "xml": (URL + "xml = '<r><v a=\"{{v}}\">{{v}}</v><w>1</w></r>'\n", "", xml_of),
    "text": (URL + 'text = "<{{v}}>"\n', "", text_of),
    "list": (URL + '[request.json]\nv = ["{{v}}", "fixed"]\nw = 1\n', 'list = ";"\n', list_of),
    "values": (URL + '[request.json]\na = { v = "{{v}}", mixed = "<{{v}}>" }\n', 'values = { harmless = "h" }\n', json_of),
    "batch": (
        URL + '[request.batch]\nsize = 2\nrows = "rows"\n[request.json]\nrows = [{ v = "{{v}}", w = 1 }]\nw = 1\n', "", batch_of
    ),
}  # fmt: skip

HALVES = {"half\ud800", "\udfff"}
"""No text can hold them."""
NOT_SENT = {
    "path": {*HALVES, "..", ".", "", "../..", "a/../b", "..\\b", "\x01", "\x7f", "\x85"},
    "part of a path": {*HALVES, "a/../b"},
    "header": {cell for cell in ATTACKS if not (cell.isascii() and all(" " <= sign <= "~" for sign in cell))},
    "xml": {*HALVES, "nul\x00l", "\x01", "\ufffe", "\uffff"},
    "values": {cell for cell in ATTACKS if is_seen(cell)},
}
"""Those whose rows are invalid."""
MEANT: Mapping[str, Callable[[str], Any]] = {
    "header": lambda cell: cell.strip(" \t"),
    "list": lambda cell: [part.strip(BLANKS) for part in cell.split(";") if is_seen(part)],
    "values": lambda cell: "h" if is_seen(cell) else "",
}


def template(folder: Path, place: str, trim: str = "trim = false\n") -> Path:
    request, column, _ = PLACES[place]
    heads = '\n[request.headers]\nX-T = "{{token}}"\n'
    if place == "header":
        heads += 'X-V = "{{v}}"\n'
    path = folder / "t.toml"
    path.write_text(
        f'title = "T"\n[request]\n{request}{heads}[columns.v]\n{trim}{column}[settings.token]\nenvironment = "API_TOKEN"\n',
        encoding="utf-8",
    )
    return path


def rest_of(asked: Asked) -> Any:
    """Of the head, all that no value may change."""
    varies = {"content-length", "x-v"}
    heads = {name: text for name, text in asked.headers.items() if name not in varies}
    heads["content-type"] = heads.get("content-type", "").partition("boundary=")[0]
    return asked.method, heads


@pytest.mark.parametrize("place", PLACES)
def test_a_cell_changes_its_own_value_alone(place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("API_TOKEN", TOKEN)
    monkeypatch.chdir(tmp_path)
    read, known = PLACES[place][2], template(tmp_path, place)
    cells = [HARMLESS, *ATTACKS]
    with standing_in(lambda _: Said(200, {})) as api:
        frame = pd.DataFrame({"v": cells, "beside": "x"})
        result = uploader.send(frame, template=known, base_url=api.url, skip_invalid=True, send_duplicates=True)
    statuses = result.rows["Status"].tolist()
    accepted = [cell for cell, status in zip(cells, statuses, strict=True) if status == "accepted"]
    assert set(statuses) <= {"accepted", "invalid"}
    arrived = dict(zip(accepted, [one for asked in api.asked for one in rows_of(asked, place)], strict=True))
    _, others = read(arrived[HARMLESS])
    for cell, asked in arrived.items():
        assert read(asked) == (MEANT.get(place, str)(cell), others), cell[:80]
        assert rest_of(asked) == rest_of(arrived[HARMLESS]), cell[:80]
    assert {cell for cell in cells if cell not in arrived} == NOT_SENT.get(place, HALVES)


EVIL_NAMES = [
    'quote".png', "semi;colon.png", 'x"; filename="evil.sh', "line\nX-Evil: 1.png", "ret\rurn.png", "ñ🙂.png", "%22.png", "{{token}}.png",
    "a\r\n\r\n--boundary.png", "..png", "x..", " blank.png", "&amp;<b>.png", "$(id).png", "\u202egnp.exe", "a'b`.png",
]  # fmt: skip


def test_the_name_of_a_file_is_a_name_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("API_TOKEN", TOKEN)
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "files"
    folder.mkdir()
    for name in EVIL_NAMES:
        (folder / name).write_text(f"in {name}", encoding="utf-8")
    known = tmp_path / "t.toml"
    known.write_text(
        'title = "T"\n[request]\nurl = "https://api.example.com/x"\n[request.multipart]\n'
        'f = { file = "{{v}}", type = "image/png" }\nw = "1"\n[columns.v]\ntrim = false\n',
        encoding="utf-8",
    )
    frame = pd.DataFrame({"v": EVIL_NAMES, "beside": "x"})
    with standing_in(lambda _: Said(200, {})) as api:
        result = uploader.send(frame, template=known, base_url=api.url, files=folder)
    assert result.counts["accepted"] == len(EVIL_NAMES)
    for asked, name in zip(api.asked, EVIL_NAMES, strict=True):
        first, second = raw_parts_of(asked)
        quoted = name.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")
        disposition = f'Content-Disposition: form-data; name="f"; filename="{quoted}"'
        assert first == (f"{disposition}\r\nContent-Type: image/png".encode(), f"in {name}".encode())
        assert second == (b'Content-Disposition: form-data; name="w"', b"1")


OUTSIDE = [
    "../secret.txt", "sub/../../secret.txt", "/etc/passwd", "link.txt", "folder/secret.txt", "C:\\x.txt", "~/.profile", ".", "..", "",
    "sub", "file:///etc/passwd", "nul\x00l", "a" * 5000, "good.txt/", "./", "half\ud800", "{{token}}", "good.txt\n",
]  # fmt: skip


def test_no_path_leads_out_of_the_folder_with_the_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("API_TOKEN", TOKEN)
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "files"
    (folder / "sub").mkdir(parents=True)
    for path in (tmp_path / "secret.txt", folder / "good.txt"):
        path.write_text(path.name, encoding="utf-8")
    (folder / "link.txt").symlink_to(tmp_path / "secret.txt")
    (folder / "folder").symlink_to(tmp_path)
    known = tmp_path / "t.toml"
    known.write_text(
        'title = "T"\n[request]\nurl = "https://api.example.com/x"\n[request.multipart]\nf = { file = "{{v}}" }\n'
        "[columns.v]\ntrim = false\n",
        encoding="utf-8",
    )
    frame = pd.DataFrame({"v": ["good.txt", *OUTSIDE], "beside": "x"})
    with standing_in(lambda _: Said(200, {})) as api:
        result = uploader.send(frame, template=known, base_url=api.url, files=folder, skip_invalid=True)
    sent = result.rows[result.rows["Status"] == "accepted"]["v"].tolist()
    assert sent == ["good.txt"]
    assert [content for asked in api.asked for _, content in raw_parts_of(asked)] == [b"good.txt"]


def raw_parts_of(asked: Asked) -> list[tuple[bytes, bytes]]:
    """Head and content of each part, by the boundary alone."""
    boundary = asked.headers["content-type"].partition("boundary=")[2].encode()
    pieces = (b"\r\n" + asked.body).split(b"\r\n--" + boundary)
    assert (pieces[0], pieces[-1]) == (b"", b"--\r\n")
    return [
        (head.removeprefix(b"\r\n"), content)
        for head, _, content in (one.partition(b"\r\n\r\n") for one in pieces[1:-1])
    ]


@pytest.mark.parametrize("place", ["json", "form", "multipart", "xml", "text", "batch"])
def test_a_cell_of_10_mb_changes_its_own_value_alone(
    place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("API_TOKEN", TOKEN)
    monkeypatch.chdir(tmp_path)
    read, known = PLACES[place][2], template(tmp_path, place)
    long = 'ñ"&<\n' * 1_700_000
    with standing_in(lambda _: Said(200, {})) as api:
        result = uploader.send(pd.DataFrame({"v": [HARMLESS, long, "last"]}), template=known, base_url=api.url)
    assert result.counts["accepted"] == 3, result.rows.iloc[1].drop("v").to_dict()
    received = [read(one) for asked in api.asked for one in rows_of(asked, place)]
    assert [value == meant for (value, _), meant in zip(received, [HARMLESS, long, "last"], strict=True)] == [True] * 3
    assert received[0][1] == received[1][1] == received[2][1]
