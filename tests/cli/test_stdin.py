"""A list from standard input, a list without rows, and what a script sees of a run."""

import io
import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.conftest import interactions, write_csv, write_xlsx
from uploader.cli import run
from uploader.sandbox import TOKEN, SandboxConfig
from uploader.sandbox.server import running


class Piped(io.TextIOWrapper):
    """Standard input into which a file is piped."""

    def isatty(self) -> bool:
        return False


class Typed(Piped):
    """Standard input at which somebody sits."""

    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    return tmp_path / "here"


@pytest.fixture
def to_server(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The options that send to a server which several runs find at one address."""
    monkeypatch.setenv("WOLKVOX_TOKEN", TOKEN)
    monkeypatch.setenv("WOLKVOX_SERVER", "0000")
    with running(SandboxConfig(latency_seconds=0)) as url:
        yield ["--base-url", url]


def pipe(monkeypatch: pytest.MonkeyPatch, path: Path) -> None:
    monkeypatch.setattr(sys, "stdin", Piped(io.BytesIO(path.read_bytes())))


@pytest.mark.parametrize("write", [write_csv, write_xlsx])
def test_a_list_from_standard_input_is_sent_and_its_workbook_is_written_here(
    write: Callable[..., Path],
    to_server: list[str],
    here: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    path = write(tmp_path / "list.any", interactions(3))
    pipe(monkeypatch, path)
    assert run(["send", "-", *to_server, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["list"], told["accepted"]) == ("-", 3)
    assert told["results"] == str(here / "stdin.results.xlsx")
    assert sorted(one.name for one in here.iterdir()) == ["stdin.results.xlsx"]
    pipe(monkeypatch, path)
    assert run(["send", "-", *to_server, "--json"]) == 0, "known by its bytes"
    again = json.loads(capsys.readouterr().out)
    assert (again["accepted"], again["requests"]) == (3, 0)


def test_the_problems_of_such_a_list_are_written_here_too(
    here: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = interactions(2)
    rows[0][6] = ""
    pipe(monkeypatch, write_csv(tmp_path / "list.csv", rows))
    assert run(["check", "-", "--problems"]) == 2
    assert str(here / "stdin.problems.xlsx") in capsys.readouterr().out
    assert (here / "stdin.problems.xlsx").exists()


def test_a_preview_of_such_a_list(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pipe(monkeypatch, write_csv(tmp_path / "list.csv", interactions(2)))
    assert run(["preview", "-", "--row", "3", "--set", "wolkvox_server=0042"]) == 0
    assert "61002" in capsys.readouterr().out


def test_a_hyphen_where_somebody_types_is_refused(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", Typed(io.BytesIO()))
    assert run(["check", "-"]) == 2
    assert capsys.readouterr().err.startswith("Nothing is piped into standard input.")


def test_a_command_whose_standard_input_is_closed_asks_nobody(
    here: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", None)
    assert run(["check", str(write_csv(here / "list.csv", interactions(1)))]) == 0
    assert run(["check", "-"]) == 2
    assert "Nothing is piped into standard input." in capsys.readouterr().err


def test_a_dated_workbook_of_such_a_list_has_the_day_in_its_name(
    here: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pipe(monkeypatch, write_csv(tmp_path / "list.csv", interactions(1)))
    assert run(["send", "-", "--sandbox", "--dated"]) == 0
    assert [one.name[: len("stdin.results-20")] for one in here.iterdir()] == ["stdin.results-20"]


@pytest.mark.parametrize("command", [["send", "--sandbox"], ["check"]])
def test_a_list_without_rows_is_an_error_unless_it_is_allowed(
    command: list[str], here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    line = [*command, str(write_csv(here / "list.csv", []))]
    assert run(line) == 2
    assert run([*line, "--json"]) == 2
    capsys.readouterr()
    assert run([*line, "--allow-empty", "--json"]) == 0
    told = capsys.readouterr()
    assert told.err == "list.csv has a header and no rows. There is nothing to send.\n"
    summary = json.loads(told.out)
    assert (summary["rows"], summary["exit"], summary["stopped"]) == (0, 0, None)
    assert (summary["list"], summary["template"]) == (line[-1], "wolkvox/add_interaction")
    assert run([*line, "--allow-empty", "--quiet"]) == 0
    assert capsys.readouterr() == ("", "")


def test_the_history_is_an_array_for_a_program(
    to_server: list[str], here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["history", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == []
    path = write_csv(here / "list.csv", interactions(2))
    assert run(["send", str(path), *to_server]) == 0
    assert run(["send", str(path), *to_server]) == 0
    capsys.readouterr()
    assert run(["history", "--json"]) == 0
    (job,) = json.loads(capsys.readouterr().out)
    assert set(job) == {
        "job", "list", "list_sha256", "template", "destination", "started", "ended", "rows", "accepted", "rejected",
        "unknown", "invalid", "skipped", "not_sent", "under_way", "accepted_by_a_person", "results", "stopped",
        "forgotten", "runs",
    }  # fmt: skip
    documented = (Path(__file__).parents[2] / "docs" / "commands.md").read_text(encoding="utf-8")
    assert [key for key in job if f"`{key}`" not in documented] == []
    assert (job["list"], job["rows"], job["accepted"]) == (str(path), 2, 2)
    assert (job["results"], job["stopped"]) == (str(here / "list.results.xlsx"), None)


def test_a_check_that_finds_nothing_is_silent_with_quiet(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write_csv(here / "list.csv", interactions(2))
    assert run(["check", str(path), "--quiet"]) == 0
    assert capsys.readouterr() == ("", "")


def test_a_check_of_such_a_list_tells_the_command_that_reads_it_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pipe(monkeypatch, write_csv(tmp_path / "list.any", interactions(2)))
    assert run(["check", "-"]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "  uploader send -"
