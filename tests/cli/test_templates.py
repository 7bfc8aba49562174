"""The commands over templates: what is told of one, and which command comes next."""

import shlex
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import write_csv
from uploader.cli import run

OWN = """
title = "Tickets"
[request]
url = "https://api.example.com/{{site}}"
empty = "omit"
json = { who = "{{company}}", state = "{{state}}", vip = "{{vip}}", note = "{{note}}", due = "{{due}}" }
[settings.site]
[settings.token]
[columns.company]
required = true
heading = { es = "Empresa", pt = "Empresa" }
[columns.state]
default = "open"
[columns.vip]
empty = "null"
[columns.note]
[columns.due]
empty = "text"
[answer.columns]
ticket = "id"
"""
Told = Callable[..., tuple[int, str]]


@pytest.fixture
def told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Told:
    """What a command says in a folder where a template lies, and its exit code."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "gh.toml").write_text(OWN, encoding="utf-8")

    def told(*arguments: str) -> tuple[int, str]:
        code = run(arguments)
        said = capsys.readouterr()
        return code, said.out + said.err

    return told


def test_a_template_is_shown_with_its_body_its_secrets_and_what_is_kept(told: Told) -> None:
    code, shown = told("templates", "gh.toml")
    lines = [line.strip() for line in shown.splitlines()]
    assert code == 0
    assert 'Body (json): {"who": "{{company}}", "state": "{{state}}", "vip": "{{vip}}", "note": "{{note}}"' in shown
    assert "site" in lines
    assert "token (secret)" in lines
    assert "Columns kept from the answer: ticket." in lines
    assert "Also recognised: Empresa." in lines


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "Once it is filled in:"), ("es", "Cuando esté llena:"), ("pt", "Quando estiver preenchida:")],
)
@pytest.mark.parametrize("name", ["gh.toml", "zendesk/create_ticket"])
def test_each_command_that_comes_next_takes_the_same_template(
    told: Told, tmp_path: Path, name: str, language: str, words: str
) -> None:
    last = told("templates", name)[1].splitlines()[-1]
    blank = shlex.split(last[last.index("uploader") :])[1:]
    assert blank == ["blank", name]
    path = tmp_path / f"{Path(name).stem}.xlsx"
    assert told(*blank, "--language", language) == (
        0,
        f"{said(language)}: {path}\n{words}\n  uploader send {path} --template {name}\n",
    )


def said(language: str) -> str:
    return {"en": "Blank list", "es": "Lista vacía", "pt": "Lista vazia"}[language]


@pytest.mark.parametrize(
    ("language", "lines"),
    [
        ("en", ["state (sent as “open”)", "vip (sent as null)", "note (left out)", "due (sent empty)"]),
        ("es", ["state (se envía “open”)", "vip (se envía null)", "note (no se envía)", "due (se envía vacío)"]),
        (
            "pt",
            ["state (enviado como “open”)", "vip (enviado como null)", "note (não é enviado)", "due (enviado vazio)"],
        ),
    ],
)
def test_a_check_says_what_is_sent_of_fields_without_a_column(
    told: Told, tmp_path: Path, language: str, lines: list[str]
) -> None:
    write_csv(tmp_path / "l.csv", [["acme", "1"], ["b", "2"]], ["company", "extra"])
    code, shown = told("check", "l.csv", "-t", "gh.toml", "--language", language)
    assert code == 0
    assert [line.partition("→ ")[2] for line in shown.splitlines() if line.endswith(")") and "→" in line] == lines


@pytest.mark.parametrize("arguments", [("importar", "x"), ("importar",), ("imports", "x", "y")])
def test_a_word_that_is_nearly_a_command_is_no_template(told: Told, arguments: tuple[str, ...]) -> None:
    code, shown = told("templates", *arguments)
    assert code == 2
    assert "Did you mean import?" in shown


def test_the_help_says_how_a_template_of_ones_own_is_made(told: Told) -> None:
    code, shown = told("--help")
    assert code == 0
    assert "uploader templates import" in " ".join(shown.split())


@pytest.mark.parametrize(
    ("language", "heading"),
    [("en", "Can't be used:"), ("es", "No se pueden usar:"), ("pt", "Não podem ser usados:")],
)
def test_a_template_that_can_not_be_used_is_listed_with_what_mends_it_and_hides_no_other(
    told: Told, own_world: Path, language: str, heading: str
) -> None:
    own = own_world / "templates" / "micrm"
    own.mkdir(parents=True)
    (own / "contacts.toml").write_text(OWN.replace("due = ", "until = "), encoding="utf-8")
    (own / "orders.toml").write_text(OWN.replace("required = true", "requird = true"), encoding="utf-8")
    code, shown = told("templates", "--language", language)
    lines = shown.splitlines()
    at = lines.index(heading)
    assert code == 0
    assert lines[at + 1] == "  micrm/orders"
    assert lines[at + 2].startswith(f"    {own / 'orders.toml'} ")
    assert "columns.company.requird: " in lines[at + 2]
    assert any(line.startswith("  micrm/contacts ") for line in lines[:at])
    assert any(line.startswith("  zendesk/create_ticket ") for line in lines[:at])
    assert told("templates", "micrm/contacts")[0] == 0
    code, shown = told("templates", "micrm/orders", "--language", language)
    assert (code, lines[at + 2].strip() in shown) == (2, True)
