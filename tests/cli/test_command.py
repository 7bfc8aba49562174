import json
import os
import re
import subprocess
import sys
from pathlib import Path

import click
import pytest

from tests.command_tree import commands_of
from tests.conftest import interactions, write_csv
from uploader.cli import interrupts, run
from uploader.cli.commands import cli
from uploader.model.events import PhaseName
from uploader.sandbox import TOKEN


def json_of(capsys: pytest.CaptureFixture[str]) -> dict[str, object]:
    found: dict[str, object] = json.loads(capsys.readouterr().out)
    return found


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["send", "nowhere.csv"], "File not found: nowhere.csv"),
        (["send", "list.csv", "--sandbox", "--base-url", "http://127.0.0.1:1"], "two different places"),
        (["send", "list.csv", "--base-url", "http://api.example.com"], "plain http"),
        (["send", "list.csv", "--sandbox", "--rate", "5/h"], "5/h"),
        (["send", "list.csv", "--sandbox", "--timeout", "nan"], "--timeout: “nan” is not a number"),
        (["send", "list.csv", "--sandbox", "--timeout", "inf"], "--timeout: “inf” is not a number"),
        (["send", "list.csv", "--sandbox", "--concurrency", "0"], "--concurrency: 0 is too small"),
        (["send", "list.csv", "--sandbox", "-o", "results.csv"], "must end in .xlsx"),
        (["send", "list.csv", "--sandbox", "-o", "no/folder/r.xlsx"], "does not exist"),
        (["send", "list.csv", "--sandbox", "-o", "."], "is a folder"),
        (["blank", "wolkvox/add_interaction", "-o", "no/folder/l.xlsx"], "does not exist"),
        (["send", "list.csv", "--sandbox", "-t", "nope"], "The template “nope” does not exist"),
        (["send", "list.csv", "--sandbox", "--map", "to"], "FIELD=COLUMN"),
        (["send", "list.csv", "--sandbox", "--map", "nope=to"], "no field nope"),
        (["send", "list.csv", "--set", "nope=1"], "has no setting called nope"),
        (["send", "list.csv", "--set", f"wolkvox_token={TOKEN}"], "is a secret"),
        (["send", "list.csv", "--set", "wolkvox_server=evil.example.com"], "is not a valid wolkvox_server"),
        (["send", "list.csv", "--set", "wolkvox_server=0042"], "Missing setting: wolkvox_token"),
        (["send", "list.csv"], "Missing setting: wolkvox_server"),
        (["preview", "list.csv", "--row", "99", "--set", "wolkvox_server=1"], "no row 99"),
        (["check", "nowhere.xlsx"], "File not found"),
        (["results", "7"], "Job 7 does not exist"),
        (["results", "list.csv"], "was never sent"),
        (["results"], "Nothing was sent"),
        (["templates", "nope"], "The template “nope” does not exist"),
        (["blank", "wolkvox/add_interaction", "-o", "list.txt"], ".xlsx or a .csv"),
        (["blank", "wolkvox/add_interaction", "-o", "list.csv"], "already exists"),
    ],
)
def test_what_is_wrong_is_a_sentence_and_exit_2(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    words: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    write_csv(tmp_path / "list.csv", interactions(3))
    assert run(arguments) == 2
    told = capsys.readouterr()
    assert words in told.err
    assert TOKEN not in told.err + told.out
    if arguments[0] == "send":
        assert run([*arguments, "--json"]) == 2
        summary = json_of(capsys)
        assert (summary["exit"], summary["requests"], summary["job"]) == (2, 0, None)
        if "too small" not in words and "a number" not in words and "FIELD=COLUMN" not in words:  # never parsed
            assert summary["list"] == arguments[1]
            assert summary["template"] in ("wolkvox/add_interaction", "nope")
        assert words in str(summary["stopped"])


def test_a_bug_of_ours_is_exit_3_and_keeps_values_to_itself(
    own_world: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    @click.command()
    @click.option("--json", is_flag=True)
    def broken(json: bool) -> None:
        raise ZeroDivisionError("quotes s3cret")

    cli.add_command(broken, "broken")
    try:
        assert run(["broken", "--json"]) == 3
    finally:
        del cli.commands["broken"]
    told = capsys.readouterr()
    log = (own_world / "bugs.log").read_text(encoding="utf-8")
    assert "uploader hit an internal error (ZeroDivisionError in test_command.py:" in told.err
    assert str(own_world / "bugs.log") in told.err
    assert json.loads(told.out)["exit"] == 3
    assert "ZeroDivisionError" in log
    assert "test_command.py" in log
    assert "s3cret" not in told.err + told.out + log


def test_help_and_version_are_exit_0(capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in (["--help"], ["send", "-h"], ["--version"]):
        assert run(arguments) == 0
    assert re.search(r"uploader \d+\.\d+\.\d+", capsys.readouterr().out)


def test_it_is_called_uploader_also_when_python_runs_it() -> None:
    command = [sys.executable, "-m", "uploader", "send", "--help"]
    shown = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert shown.splitlines()[0] == "Usage: uploader send [OPTIONS] LIST"


def test_every_command_of_this_version_is_there() -> None:
    assert set(commands_of(cli)) == {
        "app", "send", "resume", "work", "check", "preview", "results", "verify", "settle", "history", "journal", "templates", "blank", "sandbox", "demo",
    }  # fmt: skip


def test_help_does_not_pay_for_what_it_does_not_use() -> None:
    loaded = "import sys, uploader.cli; print([name for name in ('pandas', 'openpyxl', 'httpx', 'aiohttp', 'pydantic', 'tqdm', 'sqlite3', 'asyncio') if name in sys.modules])"
    assert subprocess.run([sys.executable, "-c", loaded], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_help_loads_little_more_than_click() -> None:
    # Counted, not timed: how long it takes depends on the machine, and on what else it does.
    def loaded(code: str) -> int:
        counted = f"{code}; import sys; print(len(sys.modules))"
        return int(subprocess.run([sys.executable, "-c", counted], capture_output=True, text=True, check=True).stdout)

    ours = loaded("import uploader.cli.commands, uploader.cli")
    assert ours - loaded("import click, gc, traceback, signal") <= 70  # the public API's own light modules included


@pytest.mark.parametrize(
    ("told", "locale", "screen"),
    [
        (["--language", "PT"], "es_CO.UTF-8", "“rp_id” está vazio em 1 linha: G3. Preencha a célula."),
        ([], "es_CO.UTF-8", "“rp_id” está vacío en 1 fila: G3. Complete la celda."),
        (["--language", "en"], "pt_BR.UTF-8", "“rp_id” is empty in 1 row: G3. Fill in the cell."),
    ],
)
def test_the_screen_follows_the_persons_language(
    told: list[str],
    locale: str,
    screen: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("LC_ALL", locale)
    rows = interactions(3)
    rows[1][6] = ""
    assert run(["check", str(write_csv(tmp_path / "list.csv", rows)), *told]) == 2
    assert screen in capsys.readouterr().out


def test_a_language_that_there_is_not_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write_csv(tmp_path / "list.csv", interactions(1))
    assert run(["check", str(path), "--language", "fr"]) == 2
    assert "“fr” is not one of: en, es, pt" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "phases", "said"),
    [
        (["send", "list.csv"], [], "Interrupted before anything was sent.\n"),
        (["resume"], ["reading", "checking", "staging"], "Interrupted before anything was sent.\n"),
        (["send", "list.csv"], ["writing"], "Interrupted before anything was sent.\n"),  # the problems workbook
        (
            ["send", "list.csv"],
            ["staging", "sending"],
            "Interrupted. To send the remaining rows: uploader resume. To see the progress:",
        ),
        (
            ["--language", "es", "resume"],
            ["sending"],
            "Interrumpido. Para enviar las filas restantes: uploader resume.",
        ),
        (
            ["send", "list.csv", "--sandbox"],
            ["sending"],
            "Interrupted. To send the remaining rows to the sandbox: uploader resume --s",
        ),
        (
            ["demo", "--idioma", "pt"],
            ["sending"],
            "Interrompido. Para enviar ao sandbox as linhas restantes: uploader resume --s",
        ),
        (
            ["send", "list.csv"],
            ["sending", "writing"],
            "Interrupted before the result workbook was whole. What was sent is in the journal. To write the workbook:",
        ),
        (["demo"], ["sending", "writing"], "Interrupted before the result workbook was whole. To write it: uploader "),
        (["check", "list.csv"], ["reading", "checking"], "Interrupted.\n"),
    ],
)
def test_an_interruption_ends_with_what_can_be_done_next(
    arguments: list[str],
    phases: list[PhaseName],
    said: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def interrupted(*_: object) -> None:
        for name in phases:
            interrupts.begin_phase(name)
        raise KeyboardInterrupt

    monkeypatch.setattr("uploader.cli.settings.home", interrupted)
    assert run(arguments) == 130
    assert capsys.readouterr().err.startswith(said)


def test_an_interruption_by_a_terminal_that_is_gone_is_no_bug(own_world: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    @click.command()
    def broken() -> None:
        raise KeyboardInterrupt

    theirs, ours = os.pipe()
    os.close(theirs)
    cli.add_command(broken, "broken")
    with os.fdopen(ours, "w", buffering=1) as gone:
        monkeypatch.setattr(sys, "stderr", gone)
        try:
            assert run(["broken"]) == 130
        finally:
            del cli.commands["broken"]
    assert not (own_world / "bugs.log").exists()


def test_where_no_log_can_be_kept_the_bug_is_told_on_the_screen(
    own_world: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    @click.command()
    def broken() -> None:
        raise ZeroDivisionError("quotes s3cret")

    own_world.write_text("a file where the folder should be")
    cli.add_command(broken, "broken")
    try:
        assert run(["broken", "--language", "es"]) == 2  # a plain command of click knows no such option
        assert run(["--language", "es", "broken"]) == 3
    finally:
        del cli.commands["broken"]
    told = capsys.readouterr().err
    assert "uploader tuvo un error interno (ZeroDivisionError en test_command.py:" in told
    assert "in broken\n" in told
    assert "s3cret" not in told
