"""`uploader templates import` and `check`, as a person runs them."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import environment
from uploader.cli import run
from uploader.i18n.languages import LANGUAGES

SECRET = "abc123def456"
CURL = f"""curl -X PATCH 'https://acme.zendesk.com/api/v2/tickets/35436.json?notify=ana%40acme.com' -u 'ana@acme.com/token:{SECRET}' \\
  -H 'Content-Type: application/json' -H 'User-Agent: curl/8.5.0' -d '{{"ticket": {{"subject": "Hola; ¿qué tal?", "tags": ["a", "b"],
  "status": "new", "price": 12.125, "vip": true, "due": null, "note": " x ", "lines": "one\\ntwo"}}}}'"""
SENT = {
    "ticket": {"subject": "Hola; ¿qué tal?", "tags": ["a", "b"], "status": "new", "price": 12.125, "vip": True, "due": None,
               "note": " x ", "lines": "one\ntwo"}
}  # fmt: skip


def uploader(folder: Path, *arguments: str, given: str | None = None) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "uploader", *arguments]
    world = environment(UPLOADER_HOME=str(folder / "home"))
    return subprocess.run(
        command, env=world, cwd=folder, capture_output=True, encoding="utf-8", check=False, input=given or ""
    )


def test_a_pasted_command_becomes_a_request_that_preview_shows(tmp_path: Path) -> None:
    made = uploader(tmp_path, "templates", "import", "-", given=CURL)
    assert (made.returncode, made.stderr) == (0, "")
    assert "tickets.toml" in made.stdout
    assert "ZENDESK_TOKEN" in made.stdout
    assert "User-Agent" in made.stdout
    command = next(line for line in made.stdout.splitlines() if line.strip().startswith("uploader templates check"))
    look = uploader(tmp_path, *command.split()[1:])
    shown = uploader(
        tmp_path, "preview", "tickets.xlsx", "--row", "2", "-t", "tickets.toml", "--set", "email=ana@acme.com"
    )
    assert (shown.returncode, shown.stderr.count("\n")) == (0, 1)
    assert "example row" in shown.stderr
    head, _, body = shown.stdout.partition("\n\n")
    assert head.splitlines()[0] == "PATCH https://acme.zendesk.com/api/v2/tickets/35436.json?notify=ana%40acme.com"
    assert json.loads(body) == SENT
    assert look.returncode == 0
    assert '"subject": "Hola; ¿qué tal?"' in look.stdout
    everything = made.stdout + shown.stdout + look.stdout + (tmp_path / "tickets.toml").read_text("utf-8")
    assert SECRET not in everything


def test_a_request_without_values_is_shown_by_a_check_and_sent_once_for_its_rows(tmp_path: Path) -> None:
    made = uploader(tmp_path, "templates", "import", "curl -X POST https://api.example.com/ping", "-o", "ping.toml")
    (command,) = (line for line in made.stdout.splitlines() if line.strip().startswith("uploader templates check"))
    look = uploader(tmp_path, *command.split()[1:])
    assert "POST https://api.example.com/ping" in look.stdout
    (tmp_path / "list.csv").write_text("note\nfirst\nsecond\n")
    shown = uploader(tmp_path, "preview", "list.csv", "--row", "3", "-t", "ping.toml")
    assert shown.stdout.splitlines()[0] == "POST https://api.example.com/ping"
    sent = uploader(tmp_path, "send", "list.csv", "-t", "ping.toml", "--sandbox", "--json", "--yes")
    counts = json.loads(sent.stdout)
    assert (counts["accepted"], counts["skipped"]) == (1, 1)


def test_a_blank_list_whose_examples_are_all_empty_is_previewed_too(tmp_path: Path) -> None:
    source = """curl https://api.example.com/sms --json '{"telephone": "", "message": ""}' -H 'X-Api-Key: k3y'"""
    uploader(tmp_path, "templates", "import", source, "-o", "sms.toml")
    shown = uploader(tmp_path, "preview", "sms.xlsx", "--row", "2", "-t", "sms.toml")
    assert (shown.returncode, json.loads(shown.stdout.partition("\n\n")[2])) == (0, {"telephone": "", "message": ""})
    assert "example row" in shown.stderr
    other = uploader(tmp_path, "preview", "sms.xlsx", "--row", "3", "-t", "sms.toml")
    assert (other.returncode, other.stdout) == (2, "")


def test_a_second_import_writes_over_nothing(tmp_path: Path) -> None:
    assert uploader(tmp_path, "templates", "import", CURL).returncode == 0
    before = (tmp_path / "tickets.toml").read_bytes()
    again = uploader(tmp_path, "templates", "import", CURL)
    assert again.returncode == 2
    assert "already exists" in again.stderr
    assert (tmp_path / "tickets.toml").read_bytes() == before


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_what_is_told_is_in_the_persons_language(
    tmp_path: Path, language: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(["templates", "import", f"{CURL}\n{CURL}", "--language", language, "-o", "f"]) == 0
    words = {"en": "2 templates", "es": "2 plantillas", "pt": "2 modelos"}
    assert words[language] in capsys.readouterr().out
    head = {"en": "# Draft", "es": "# Borrador", "pt": "# Rascunho"}
    assert (tmp_path / "f" / "tickets.toml").read_text("utf-8").startswith(head[language])
    assert run(["templates", "check", str(tmp_path / "f" / "tickets.toml"), "--language", language]) == 0


def collection(count: int) -> str:
    """Requests that all have a token and a header that is left out; every second one has a disabled header."""

    def item(number: int) -> dict[str, Any]:
        off = [{"key": f"X-{number}", "value": "1", "disabled": True}] if number % 2 else []
        headers = [{"key": "Cache-Control", "value": "no-cache"}, *off]
        body = {"mode": "raw", "raw": '{"a": "b"}'}
        sent = {"method": "POST", "url": f"https://api.example.com/{number}/x", "header": headers, "body": body}
        return {"name": f"Request {number}", "request": sent}

    info = {"name": "C", "schema": "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"}
    auth = {"type": "bearer", "bearer": [{"key": "token", "value": SECRET}]}
    return json.dumps({"info": info, "auth": auth, "item": [item(number) for number in range(count)]})


def told_of(folder: Path, source: str, capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, list[str]]:
    (folder / "source").write_text(source, encoding="utf-8")
    code = run(["templates", "import", str(folder / "source"), "-o", str(folder / "made"), *arguments])
    return code, capsys.readouterr().out.splitlines()


def test_of_a_collection_what_was_left_out_and_its_settings_are_told_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, lines = told_of(tmp_path, collection(5), capsys)
    assert code == 0
    assert [line for line in lines if "Cache-Control" in line] == [
        line for line in lines if line.startswith("  - All 5 requests: Headers left out")
    ]
    (off,) = (line for line in lines if "X-1" in line)
    assert off.startswith("  - 2 of 5 requests (Request 1, Request 3): ")
    assert off.endswith("The templates have 1 more note of this kind.")
    (setting,) = (line for line in lines if "EXAMPLE_TOKEN" in line)
    assert setting.startswith("  token is secret")
    assert lines[-1].startswith("  uploader templates check ")


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_of_a_large_collection_there_is_one_screen(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], language: str
) -> None:
    _, lines = told_of(tmp_path, collection(60), capsys, "--language", language)
    assert len(lines) < 40
    assert any(line.startswith("  … ") and "40" in line for line in lines)
    assert any("(Request 1, Request 3, Request 5 " in line for line in lines)


def test_a_script_is_told_of_a_request_that_was_not_imported(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, lines = told_of(tmp_path, "curl https://x.co/a?q=x%20y\ncurl -I https://x.co/b", capsys)
    assert (code, lines[0]) == (1, "1 request was not imported:")


def test_no_list_is_told_of_that_is_not_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, lines = told_of(tmp_path, "curl https://x.co/a?q=x%20y\ncurl https://x.co/b", capsys)
    assert lines[0] == "2 templates; those with columns have their blank list beside them:"
    assert [path.name for path in (tmp_path / "made").glob("*.xlsx")] == ["a.xlsx"]


@pytest.mark.parametrize("more", ["", "\ncurl https://api.example.com/b --json '{\"b\": 1}'"])
def test_a_body_that_is_broken_json_is_told_first(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], more: str
) -> None:
    headers = "-H 'Content-Type: application/json' -H 'Cache-Control: no-cache'"
    code, lines = told_of(tmp_path, f"curl https://api.example.com/a {headers} -d '{{\"a\": 1'{more}", capsys)
    assert code == 1
    notes = [line for line in lines if "not valid JSON" in line or "Cache-Control" in line]
    assert len(notes) == 2
    assert "The body is not valid JSON" in notes[0]
    assert more or notes[0] == lines[0]


@pytest.mark.parametrize(
    "arguments",
    [
        ["import", "curl", "-X", "POST", "-H", f"X-Api-Key: {SECRET}", "https://x.co"],
        ["import", f"curl -u a:{SECRET} https://x.co", f"-H X-Api-Key:{SECRET}", f"X-Api-Key: {SECRET}"],
        ["import", f"curl -u a:{SECRET}"],
        ["import"],
        ["import", "nowhere.har"],
        ["import", "-"],
        ["import", f"curl -u a:{SECRET} https://x.co", "--request", "9"],
        ["check", "nowhere.toml"],
        ["check"],
        ["check", "nope/nope"],
    ],
)
def test_what_is_wrong_is_a_sentence_without_secrets(
    tmp_path: Path, arguments: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(["templates", *arguments]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err
    assert SECRET not in told.err
    assert list(tmp_path.glob("*.toml")) == []


def test_a_template_is_still_shown_by_its_name(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["templates", "wolkvox/add_interaction"]) == 0
    assert "61196" not in capsys.readouterr().err
    assert run(["templates"]) == 0
    assert "wolkvox/add_interaction" in capsys.readouterr().out
    assert run(["--language", "es", "templates", "--help"]) == 0
    assert "import" in capsys.readouterr().out
