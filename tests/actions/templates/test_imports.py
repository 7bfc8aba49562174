"""A source becomes templates with their blank lists, or a sentence; nothing that is there is written over."""

import json
import os
import tomllib
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.worlds import World
from uploader.actions.templates.checks import check_template
from uploader.actions.templates.imports import decoded, file_name, import_templates
from uploader.cli.report import importing as report
from uploader.cli.terminal import unbroken
from uploader.errors import SettingsError, TemplateError, UploaderError
from uploader.i18n import render

CURL = 'curl https://api.example.com/v1/contacts --json \'{"name": "Ana", "age": 7}\' -H \'Authorization: Bearer abc123def456\''
SECRET = "abc123def456"


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


def files(place: Path) -> list[str]:
    return sorted(str(path.relative_to(place)) for path in place.rglob("*") if path.is_file())


def test_a_command_becomes_a_template_and_its_blank_list(world: World, place: Path) -> None:
    (made,), refused = import_templates(CURL, None, None, world.session)
    assert refused == []
    assert files(place) == ["contacts.toml", "contacts.xlsx"]
    assert made.blank is not None
    rows = list(openpyxl.load_workbook(made.blank).worksheets[0].iter_rows(values_only=True))
    assert rows == [("name", "age"), ("Ana", "7")]
    assert SECRET not in made.template.read_text("utf-8")


@pytest.mark.parametrize("name", ["command.txt", "command.sh", "command.bat", "anything"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_file_is_read_whatever_it_is_called(world: World, place: Path, name: str, encoding: str) -> None:
    Path(name).write_text(CURL, encoding=encoding)
    import_templates(name, None, None, world.session)
    assert "contacts.toml" in files(place)


@pytest.mark.parametrize(
    ("output", "expected"),
    [("mine.toml", "mine"), ("folder", "folder/contacts"), ("a/b", "a/b/contacts"), ("x/mine.TOML", "x/mine")],
)
def test_it_is_written_where_it_is_wanted(world: World, place: Path, output: str, expected: str) -> None:
    import_templates(CURL, None, Path(output), world.session)
    assert {path.rpartition(".")[0] for path in files(place)} == {expected}


@pytest.mark.parametrize("there", ["contacts.toml", "contacts.xlsx"])
def test_nothing_is_written_over(world: World, place: Path, there: str) -> None:
    Path(there).write_text("mine")
    with pytest.raises(SettingsError, match="already exists"):
        import_templates(CURL, None, None, world.session)
    assert files(place) == [there]
    assert Path(there).read_text() == "mine"


def test_a_link_is_not_followed(world: World, place: Path) -> None:
    Path("contacts.toml").symlink_to(place / "elsewhere.toml")
    with pytest.raises(SettingsError, match="already exists"):
        import_templates(CURL, None, None, world.session)
    assert not (place / "elsewhere.toml").exists()


def collection(*names: str) -> str:
    def item(name: str) -> dict[str, Any]:
        url = f"https://api.example.com/{len(name)}x"
        return {"name": name, "request": {"method": "POST", "url": url, "body": {"mode": "raw", "raw": '{"a": "b"}'}}}

    info = {"name": "C", "schema": "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"}
    folder = {"name": "../../Evil folder", "item": [item(name) for name in names]}
    return json.dumps({"info": info, "item": [folder, item("Top")]})


def test_all_requests_of_a_collection_go_into_folders(world: World, place: Path) -> None:
    Path("My API.json").write_text(
        collection("Create contact", "create Contact", "../../../etc/passwd", "CON", "api", "...")
    )
    around = set(place.parent.iterdir())
    made, _ = import_templates("My API.json", None, None, world.session)
    assert len(made) == 7
    written = [path for path in files(place) if path.endswith(".toml")]
    assert len(written) == 7
    assert all(path.startswith("my_api/") and ".." not in path for path in written)
    assert {path.rpartition("/")[2] for path in written} >= {
        "create_contact.toml",
        "create_contact_2.toml",
        "top.toml",
        "api_request.toml",
    }
    assert set(place.parent.iterdir()) == around


def test_one_request_of_a_collection_is_written_alone(world: World, place: Path) -> None:
    Path("c.json").write_text(collection("Create contact"))
    import_templates("c.json", "top", None, world.session)
    assert files(place) == ["c.json", "top.toml", "top.xlsx"]


def test_several_do_not_go_into_one_file(world: World, place: Path) -> None:
    with pytest.raises(SettingsError, match="one file"):
        import_templates(f"{CURL}\n{CURL}", None, Path("a.toml"), world.session)
    assert files(place) == []


def test_a_request_that_no_template_can_send_does_not_stop_the_others(world: World, place: Path) -> None:
    made, refused = import_templates(f"{CURL}\ncurl -I https://x.co/a", None, Path("f"), world.session)
    assert (len(made), [one.name for one in refused]) == (1, ["HEAD /a"])
    with pytest.raises(TemplateError, match="HEAD"):
        import_templates("curl -I https://x.co/a", None, None, world.session)


def test_a_request_in_which_nothing_varies_has_no_list(world: World, place: Path) -> None:
    (made,), _ = import_templates("curl https://x.co/things", None, None, world.session)
    assert made.blank is None
    assert files(place) == ["things.toml"]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("nowhere.json", "neither a file nor a curl command"), (".", "not a file but a folder"), ("a\0b", "neither a file"),
        ("x" * 300, "can't be read"), ("x" * 5000, "No curl command"), ("api.toml", "neither"),
    ],
)  # fmt: skip
def test_what_is_no_source_is_said(world: World, place: Path, given: str, words: str) -> None:
    with pytest.raises(TemplateError, match=words):
        import_templates(given, None, None, world.session)
    assert files(place) == []


def test_a_template_is_not_called_as_a_profile(world: World, place: Path) -> None:
    with pytest.raises(SettingsError, match="API profile"):
        import_templates(CURL, None, Path("api.toml"), world.session)


def test_a_pipe_is_not_waited_for(world: World, place: Path) -> None:
    os.mkfifo("pipe")
    with pytest.raises(TemplateError, match="not a file"):
        import_templates("pipe", None, None, world.session)


def test_a_file_without_end_is_refused() -> None:
    with pytest.raises(TemplateError, match="larger than 50 MB"):
        decoded(b"x" * 50_000_001, "x")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Create contact", "create_contact"), ("../../etc/passwd", "etc_passwd"), ("", "other"), ("...", "other"),
        ("CON", "con_"), ("a:b*c?", "a_b_c"), ("Ñandú", "ñandú"), ("x" * 300, "x" * 60), ("api", "api_request"),
        ("a\u202eb", "a_b"), ("com1.x", "com1_.x"), ("{{id}}", "id"),
    ],
)  # fmt: skip
def test_names_of_files_are_safe(name: str, expected: str) -> None:
    assert file_name(name, "other") == expected


# Looking through a template


def checked(world: World, toml: str) -> tuple[str, list[str]]:
    Path("t.toml").write_text(toml, encoding="utf-8")
    found = check_template("t.toml", world.session)
    return found.request.body.decode(), [doubt.code.rpartition(".")[2] for doubt in found.doubts]


def test_a_check_shows_the_example_row_and_what_is_doubtful(world: World, place: Path) -> None:
    import_templates(CURL, None, Path("t.toml"), world.session)
    found = check_template("t.toml", world.session)
    assert json.loads(found.request.body) == {"name": "Ana", "age": 7}
    assert found.request.headers["Authorization"] == "Bearer ***"
    assert [doubt.code.rpartition(".")[2] for doubt in found.doubts] == [
        "by_status_alone",
        "no_answer_columns",
        "not_idempotent",
    ]
    assert all(render(doubt, language) for doubt in found.doubts for language in ("en", "es", "pt"))


def test_each_doubt_goes_with_what_caused_it(world: World, place: Path) -> None:
    base = 'title = "T"\n[request]\nurl = "https://x.co/{{a}}"\nmethod = "POST"\n[request.headers]\nX-Token = "{{token}}"\n'
    doubtful = base + '[columns.a]\n[settings.token]\nsecret = false\n[[rules]]\ncode = [1]\nmeans = "rejected"\n'
    assert checked(world, doubtful)[1] == [
        "no_example", "by_status_alone", "no_message", "no_answer_columns", "plain_secret", "not_idempotent", "no_advice",
    ]  # fmt: skip
    fine = (
        base.replace('method = "POST"\n', 'method = "POST"\nidempotent = true\n')
        + '[columns.a]\nexample = "x"\n[settings.token]\nsecret = true\n[answer]\nok = "ok"\nmessage = "m"\n'
        '[answer.columns]\nnew_id = "id"\n[[rules]]\ncode = [1]\nmeans = "rejected"\nadvice = "Fix it."\n'
    )
    assert checked(world, fine)[1] == []


def test_a_broken_template_is_refused(world: World, place: Path) -> None:
    with pytest.raises(TemplateError):
        checked(world, 'title = "T"\n[request]\nurl = "https://x.co/{{b}}"\n[columns.a]\n')


def test_an_upload_is_checked_without_its_file(world: World, place: Path) -> None:
    (made,), _ = import_templates(
        "curl https://x.co/up -F 'photo=@me.png;type=image/png' -F a=b", None, None, world.session
    )
    assert tomllib.loads(made.template.read_text("utf-8"))["request"]["multipart"]["photo"]["type"] == "image/png"
    found = check_template(str(made.template), world.session)
    assert found.request.method == "POST"
    assert [(part.name, part.text, part.path) for part in found.row.parts] == [
        ("photo", "", "me.png"),
        ("a", "b", None),
    ]
    lines = [line.replace(unbroken(" "), " ") for line in report.checked(found, "en")]
    assert {"  a: b", "  photo: file me.png (image/png)"} <= set(lines)
    assert any("--files" in line for line in lines)


def test_the_id_of_a_row_is_shown_in_a_part_as_it_is_sent(world: World, place: Path) -> None:
    Path("t.toml").write_text(
        'title = "T"\n[request]\nurl = "https://x.co"\n[request.multipart]\nid = "{{request_id}}"\nf = { file = "{{f}}" }\n'
        '[columns.f]\nexample = "a.png"\n'
    )
    found = check_template("t.toml", world.session)
    assert [part.text for part in found.row.parts] == ["00000000-0000-4000-8000-000000000000", ""]


def test_a_column_of_the_path_without_an_example_is_shown_by_its_name(world: World, place: Path) -> None:
    Path("t.toml").write_text(
        'title = "T"\n[request]\nurl = "https://x.co/v1/{{account}}/c-{{id}}"\n[columns.account]\n[columns.id]\n'
    )
    assert check_template("t.toml", world.session).request.url == "https://x.co/v1/{{account}}/c-{{id}}"


def test_a_check_names_typed_columns_that_may_send_an_empty_text(world: World, place: Path) -> None:
    typed = 'title = "T"\n[request]\nurl = "https://x.co"\njson = ["{{a}}", "{{b}}", "{{c}}", "{{d}}", "{{e}}"]\n'
    columns = (
        '[columns.a]\ntype = "number"\n[columns.b]\ntype = "boolean"\nempty = "omit"\n[columns.c]\n'
        '[columns.d]\ntype = "integer"\nrequired = true\n[columns.e]\ntype = "number"\ndefault = "0"\n'
    )
    Path("t.toml").write_text(typed + columns)
    (doubt,) = [one for one in check_template("t.toml", world.session).doubts if one.code.endswith(".empty_texts")]
    assert doubt.facts["names"] == ("a",)
    assert "empty_texts" not in checked(world, typed.replace("json", 'empty = "null"\njson') + columns)[1]


@pytest.mark.parametrize(
    ("url", "body", "rows"),
    [
        ("", '{ rows = [{ a = "{{a}}", on = true }] }', "rows"), ("", '[{ a = "{{a}}" }]', "request.json"),
        ("", '{ rows = [{ a = "{{a}}" }], on = true }', "rows"), ("/{{a}}", '{ rows = [{ a = "{{a}}" }] }', None),
        ("", '{ rows = [{ a = "{{a}}" }], id = "{{a}}" }', None), ("", '{ a = "{{a}}" }', None),
        ("", '{ rows = ["{{a}}"] }', None), ("", '{ rows = [{ on = true }], more = [{ a = "{{a}}" }] }', None),
    ],
)  # fmt: skip
@pytest.mark.parametrize("empty", ["text", "omit"])
def test_a_check_hints_at_a_batch(world: World, place: Path, url: str, body: str, rows: str | None, empty: str) -> None:
    toml = f'title = "T"\n[request]\nurl = "https://x.co{url}"\nempty = "{empty}"\njson = {body}\n[columns.a]\n'
    assert ("possible_batch" in checked(world, toml)[1]) == (rows is not None)
    doubts = check_template("t.toml", world.session).doubts
    assert [one.facts["rows"] for one in doubts if one.code.endswith("possible_batch")] == ([rows] if rows else [])


@pytest.mark.parametrize(
    "text",
    [
        f"curl 'https://x.co/a {SECRET}", f"curl -u a:{SECRET}", f"{{\"log\": {{\"entries\": []}}, \"x\": \"{SECRET}\"}}",
        f"{{{SECRET}", f"curl -H 'X-Api-Key: {SECRET}' -d @{'x' * 10} https://x.co", f"wget --header 'X: {SECRET}'",
        f"curl -I -u a:{SECRET} https://x.co", f"curl 'ftp://a:{SECRET}@x.co'", f"openapi: [{SECRET}",
    ],
)  # fmt: skip
def test_no_refusal_quotes_a_secret(world: World, place: Path, text: str) -> None:
    with pytest.raises(UploaderError) as refused:
        import_templates(text, None, None, world.session, is_content=True)
    assert SECRET not in str(refused.value)
    assert files(place) == []


def test_what_is_refused_of_many_is_called_by_its_name(world: World, place: Path) -> None:
    def item(name: str, method: str) -> dict[str, Any]:
        return {"name": name, "request": {"method": method, "url": "https://x.co/api.php"}}

    folder = {"name": "Agentes", "item": [item("Crear", "POST"), item("Mirar", "HEAD")]}
    Path("c.json").write_text(json.dumps({"info": {"name": "C"}, "item": [folder, {"name": "sin", "request": {}}]}))
    made, refused = import_templates("c.json", None, None, world.session)
    assert [one.template.name for one in made] == ["crear.toml"]
    assert [(one.name, one.why.code) for one in refused] == [
        ("Agentes/Mirar (HEAD /api.php)", "import.other_method"),
        ("sin (GET /)", "import.no_address"),
    ]
