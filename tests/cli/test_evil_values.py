"""No value that can be typed ends in an error of ours: every option and argument of every command is tried."""

import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from tests.command_tree import commands_of
from tests.conftest import interactions, write_csv
from uploader.cli import run
from uploader.cli.commands import cli
from uploader.cli.terminal import make_streams_lenient

NUMBERS = (
    "99999999999999999999", "1" + "0" * 30, "9" * 5000, "-1", "-" + "9" * 30, "0", "1e400", "nan", "inf", "-inf", "1_0",
    "٣", "３", "1.5", " 7 ", "0x10", "", " ", "99999", "9223372036854775808",
)  # fmt: skip
TEXTS = (
    "x" * 300, "x" * 5000, "a/" * 3000, "half\udcff", "\x1b[31mred", "\x07", "a\nb", "=", "=x", "x=", "-", "--", "~", "/",
    "'", '"', "\\", "\u202e", "🙂" * 100, "idna", "rot13", "base64", "utf-7", "undefined", "punycode", "unicode_escape",
    "1/", "/s", "1/s/s", "0/m", "9" * 400 + "/s", "http://", "http://[", "https://x:99999", "https://x:" + "9" * 30,
    "file:///etc/passwd", "1-" + "9" * 30, "4,", ",", "9-1",
)  # fmt: skip
EVIL = (*NUMBERS, *TEXTS)
WITHOUT_AN_END = {"sandbox": ["--port", "-1"], "app": ["--port", "-1"]}
"""What keeps a command from waiting for ever where the value tried is a good one."""


def commands(group: click.Group = cli, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    for name, command in commands_of(group).items():
        yield (*path, name), command
        if isinstance(command, click.Group):
            yield from commands(command, (*path, name))


def tries() -> Iterator[tuple[tuple[str, ...], click.Parameter]]:
    for path, command in commands():
        for parameter in command.params:
            if not (isinstance(parameter, click.Option) and parameter.is_flag):
                yield path, parameter


def needed(command: click.Command, tried: click.Parameter, here: Path) -> list[str]:
    """What else must be typed for the command to look at the value."""
    good = {"list_path": "list.csv", "which": "list.csv", "workbook": "list.csv", "number": "2", "parts": "2"}
    words: list[str] = []
    for parameter in command.params:
        if parameter is not tried and parameter.required:
            value = good.get(str(parameter.name), "wolkvox/add_interaction")
            words += [value] if isinstance(parameter, click.Argument) else [f"{parameter.opts[0]}={value}"]
    if command.name == "settle":
        words.append("--arrived")
    return words


@pytest.mark.parametrize(
    ("path", "parameter"),
    list(tries()),
    ids=lambda one: one.name if isinstance(one, click.Parameter) else "-".join(one),
)
def test_a_value_is_taken_or_refused_in_a_sentence(
    path: tuple[str, ...],
    parameter: click.Parameter,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "stdin", None)
    make_streams_lenient()  # as `main` does first
    monkeypatch.setenv("WOLKVOX_SERVER", "0042")  # without a token nothing is sent
    write_csv(tmp_path / "list.csv", interactions(1))
    command = dict(commands())[path]
    for value in EVIL:
        option = [] if isinstance(parameter, click.Argument) else [parameter.opts[-1]]
        tried = ["--", value] if isinstance(parameter, click.Argument) else [*option, value]
        line = [*path, *WITHOUT_AN_END.get(path[-1], []), *needed(command, parameter, tmp_path), *tried]
        if path == ("sandbox",) and parameter.name == "port":
            line += ["--latency", "-1"]
        if path == ("app",) and parameter.name == "port":
            line += ["--base-url", "nowhere"]
        code = run(line)
        said = capsys.readouterr()
        assert code in {0, 1, 2, 4}, (line, code, said.err)
        assert "Traceback" not in said.out + said.err
        if code:
            assert said.err.strip() or said.out.strip(), line


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (["settle", "list.csv", "--row", "99999999999999999999", "--arrived"], "99999999999999999999"),
        (["resume", "1" + "0" * 30], "LIST|JOB: 1000000000000000000000000000000 is too large."),
        (["results", "9" * 5000], "is too large"),
        (["history", "forget", "9" * 25], "is too large"),
        (["history", "forget", "--older-than", "٣d"], "٣d"),
        (["preview", "list.csv", "--row", "9" * 25], "is too large"),
        (["send", "list.csv", "--first", "1" + "0" * 30], "is too large"),
        (["send", "list.csv", "--timeout", "1e400"], "--timeout: 1e400 is too large. The maximum is 86400."),
        (["send", "list.csv", "--timeout", "nan"], "“nan” is not a number"),
        (["send", "list.csv", "--concurrency", "1000000000"], "The maximum is 200"),
        (["send", "list.csv", "--stop-after", "٣"], "“٣” is not a whole number"),
        (["check", "list.csv", "--header-row", "99999999999999999999"], "is too large"),
        (["check", "list.csv", "--encoding", "utf-7"], "“utf-7” is not a known encoding"),
        (["check", "list.csv", "--encoding", "undefined"], "“undefined” is not a known encoding"),
        (["sandbox", "--port", "99999"], "The maximum is 65535"),
        (["check", "x" * 300 + ".csv"], "File name too long"),
    ],
)
def test_what_is_beyond_all_bounds_is_refused_with_exit_code_2(
    line: list[str], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    write_csv(tmp_path / "list.csv", interactions(1))
    assert run(line) == 2
    assert said in capsys.readouterr().err


@pytest.mark.parametrize(
    ("name", "checked", "sent"), [("x" * 250 + ".csv", 0, 0), ("ñ" * 100 + ".csv", 0, 0), ("list\udcff.csv", 2, 2)]
)
def test_a_list_whose_name_is_as_long_or_odd_as_a_name_can_be_is_read_or_refused_in_a_sentence(
    name: str,
    checked: int,
    sent: int,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    make_streams_lenient()
    write_csv(Path(name), interactions(1))
    assert run(["check", name]) == checked
    assert run(["send", name, "--sandbox"]) == sent
    assert "Traceback" not in capsys.readouterr().err
