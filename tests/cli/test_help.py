"""Every help and every refusal of a command line, in the reader's language."""

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from tests.command_tree import commands_of
from uploader.cli import run
from uploader.cli.commands import cli
from uploader.cli.localized import Argument, Command, Group, Option
from uploader.cli.usage import metavar_of
from uploader.i18n import Message, render
from uploader.i18n.catalogue import entries
from uploader.i18n.languages import LANGUAGES
from uploader.sandbox import Fault

ENGLISH = re.compile(
    r"\b(?:the|of|and|to|is|are|was|it|its|with|without|not|this|that|which|what|from|by|if|or|you|your|give|row|"
    r"rows|list|job|column|file|sheet|workbook|show|send|usage|options?|commands?|arguments?|default|required|missing|"
    r"such|mean|help|value|number|try|error|invalid|unexpected|extra|takes?|needs?|must|least|most|name|path)\b",
    re.IGNORECASE,
)
IN_EVERY_LANGUAGE = re.compile(
    r"--?[a-z][a-z-]*|\buploader(?: [a-z]+)*|\.toml|\.results\.xlsx|add_interaction|[a-z]+-(?:before|after|down|answer|500|200)"
    r"|\b(?:send|maintenance|contradiction|stop|silence|trickle|html)\b|\[practice|en\|es\|pt"
)
"""What is typed or is a name, so that it is the same for everybody."""


def commands(group: Group = cli, name: str = "") -> Iterator[tuple[str, click.Command]]:
    for command in commands_of(group).values():
        whole = f"{name} {command.name}".strip()
        yield whole, command
        if isinstance(command, Group):
            yield from commands(command, whole)


EVERY = [("", cli), *commands()]
every_command = pytest.mark.parametrize(("name", "command"), EVERY, ids=[name or "uploader" for name, _ in EVERY])
not_english = pytest.mark.parametrize("language", ["es", "pt"])


def english_in(text: str) -> list[str]:
    return ENGLISH.findall(IN_EVERY_LANGUAGE.sub(" ", text))


def test_english_is_recognised() -> None:
    assert english_in("Usage: uploader send [OPTIONS] LIST") == ["Usage", "OPTIONS", "LIST"]
    assert english_in("Uso: uploader send [OPCIONES] LISTA --list") == []


@every_command
def test_every_command_has_a_help_in_every_language(name: str, command: click.Command) -> None:
    assert isinstance(command, Command | Group)
    assert set(entries()[f"help.command.{command.name}"]) == set(LANGUAGES)


@every_command
def test_every_option_has_a_help_and_a_metavar_in_every_language(name: str, command: click.Command) -> None:
    assert [one for one in command.params if not isinstance(one, Option | Argument)] == []
    for one in command.params:
        if isinstance(one, Option):
            assert set(entries()[f"help.option.{one.text}"]) == set(LANGUAGES)
            assert one.is_flag or one.metavar
        if one.metavar:
            for language in LANGUAGES:
                assert render(metavar_of(one), language)


@every_command
def test_every_command_takes_a_language(name: str, command: click.Command) -> None:
    assert {"--language", "--idioma", "-h", "--help"} <= {name for one in command.params for name in one.opts}


@every_command
@not_english
def test_help_has_no_english_in_it_for_who_reads_another_language(
    name: str, command: click.Command, language: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run([*name.split(), "--help", "--language", language]) == 0
    shown = capsys.readouterr().out
    assert shown.startswith("Uso: uploader")
    assert english_in(shown) == []


@every_command
@not_english
@pytest.mark.parametrize("wrong", ["--nonsense", "--language=fr", "--langauge=es"])
def test_a_bad_line_is_refused_without_english(
    name: str, command: click.Command, language: str, wrong: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["--idioma", language, *name.split(), wrong]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert "Uso: uploader" in said.err
    assert f"{' '.join(['uploader', *name.split()])} --help" in said.err
    assert english_in(said.err) == []


@not_english
@pytest.mark.parametrize(
    "line",
    [
        "send",
        "verify",
        "blank",
        "preview x",
        "send x --first",
        "send x --yes=1",
        "send x --first a",
        "send x --first 0",
        "send x --concurrency 1001",
        "send x --timeout 0",
        "send x --timeout soon",
        "send x --map a",
        "check x y",
        "results 7 8",
        "templates a b",
        "demo a",
        "history 7",
        "history forget a",
        "sandbox --port 65536",
        "sandbox --latency -1",
        "sandbox --routing-point a",
        "nonsense",
        "--first 3",
        "--sheet x send y",
        "",
    ],
)
def test_whatever_is_wrong_is_said_without_english(
    line: str, language: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LC_ALL", f"{language}_XX.UTF-8")
    assert run(line.split()) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert english_in(said.err) == []


@pytest.mark.parametrize(
    ("arguments", "locale", "usage"),
    [
        (["send", "--help"], "es_CO.UTF-8", "Uso: uploader send [OPCIONES] LISTA\n"),
        (["send", "--help"], "pt_BR.UTF-8", "Uso: uploader send [OPÇÕES] LISTA\n"),
        (["send", "--help"], "C", "Usage: uploader send [OPTIONS] LIST\n"),
        (["--language", "es", "send", "--help"], "pt_BR.UTF-8", "Uso: uploader send [OPCIONES] LISTA\n"),
        (["send", "--help", "--idioma=PT"], "es_CO.UTF-8", "Uso: uploader send [OPÇÕES] LISTA\n"),
        (["--language", "es", "send", "--help", "--language", "en"], "C", "Usage: uploader send [OPTIONS] LIST\n"),
        (["send", "--help", "--", "--language", "es"], "C", "Usage: uploader send [OPTIONS] LIST\n"),
    ],
)
def test_the_last_language_on_the_line_counts_wherever_it_is_else_the_locale(
    arguments: list[str], locale: str, usage: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LC_ALL", locale)
    assert run(arguments) == 0
    assert capsys.readouterr().out.startswith(usage)


def test_what_is_told_is_in_the_language_typed_before_the_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(["--language", "es", "blank", "wolkvox/add_interaction"]) == 0
    assert capsys.readouterr().out.startswith("Lista vacía: ")


def test_the_sandbox_s_help_names_every_fault_in_every_language() -> None:
    for language in LANGUAGES:
        shown = render(Message("help.command.sandbox"), language)
        assert [fault for fault in Fault if fault not in shown] == []


def test_resuming_in_the_sandbox_says_that_it_sends(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["resume", "--help"]) == 0
    assert "Resume a job of the sandbox, and send its rows there." in " ".join(capsys.readouterr().out.split())


def test_the_language_s_other_name_is_taken_and_not_shown(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["templates", "--help"]) == 0
    assert "--idioma" not in capsys.readouterr().out
