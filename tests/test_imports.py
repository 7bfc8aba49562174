"""A run imports no library that it doesn't need, and none of those that write workbooks before its first request."""

import json
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.conftest import PracticeProcess, environment, interactions, write_csv

WATCHED = """
import json, sys
at_list, at_request = [], []
def note(event, about):
    if event == "socket.connect" and not at_request:
        at_request.extend(sys.modules)
    if event == "open" and str(about[0]).endswith("/list.csv") and not at_list:
        at_list.extend(sys.modules)
sys.addaudithook(note)
from uploader.cli import run
code = run(sys.argv[1:])
print(json.dumps([code, at_list, at_request, list(sys.modules)]))
"""
NEVER = ("aiohttp", "jinja2", "keyring", "openpyxl", "pandas", "psycopg", "tqdm", "uploader.api", "uploader.web", "uploader.sandbox.server")  # fmt: skip
"""Of the page, the sandbox, Python's interface, copies of own workbooks, a team's journal, and bars where nobody looks."""
WRITERS = ("xlsxwriter", "uploader.workbooks.results.workbook", "uploader.workbooks.problems")


class Loaded(NamedTuple):
    """The modules of a run that ended well."""

    at_list: set[str]
    """When its list was about to be opened; empty where none was."""
    at_request: set[str]
    """When its first request was about to leave; empty where none did."""
    at_end: set[str]


def loaded_by(arguments: list[str], folder: Path) -> Loaded:
    """Run the command in a process of its own, with a home of its own."""
    command = [sys.executable, "-c", WATCHED, *arguments]
    world = environment(UPLOADER_HOME=str(folder / "home"))
    ended = subprocess.run(command, env=world, cwd=folder, capture_output=True, text=True, check=True)
    code, *modules = json.loads(ended.stdout.splitlines()[-1])
    assert code == 0, ended.stderr
    return Loaded(*map(set, modules))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return write_csv(tmp_path / "list.csv", interactions(3))


def test_help_imports_no_command(tmp_path: Path) -> None:
    loaded = loaded_by(["--help"], tmp_path)
    ours = {name for name in loaded.at_end if name.startswith("uploader.")}
    assert not [name for name in ours if name.startswith(("uploader.actions", "uploader.cli.commands."))]
    assert loaded.at_end.isdisjoint(("httpx", "pydantic", "sqlite3", "asyncio", "importlib.resources", *NEVER))


def test_a_command_imports_no_other(path: Path) -> None:
    loaded = loaded_by(["check", str(path), "--quiet"], path.parent)
    commands = {name for name in loaded.at_end if name.startswith("uploader.cli.commands.")}
    assert commands == {"uploader.cli.commands.lists"}


def test_a_check_imports_nothing_that_sends_or_writes(path: Path) -> None:
    loaded = loaded_by(["check", str(path), "--quiet"], path.parent)
    assert "uploader.checks.checked_list" in loaded.at_end
    assert loaded.at_end.isdisjoint(("h11", "httpcore", "httpx", "wakepy", *NEVER, *WRITERS))


def test_a_list_is_begun_before_what_understands_templates_is_imported(path: Path) -> None:
    loaded = loaded_by(["check", str(path), "--quiet"], path.parent)
    assert "uploader.readers" in loaded.at_list
    assert "pydantic" not in loaded.at_list
    assert "pydantic" in loaded.at_end


def test_the_first_request_waits_for_nothing_that_it_does_not_need(path: Path, practice: PracticeProcess) -> None:
    loaded = loaded_by(["send", str(path), "--base-url", practice.url, "--quiet", "--yes"], path.parent)
    assert "uploader.sending.engine" in loaded.at_request
    assert loaded.at_request.isdisjoint(("httpcore", "multiprocessing", *NEVER, *WRITERS))
    assert set(WRITERS) - loaded.at_end == {"uploader.workbooks.problems"}  # the result workbook was written since
    assert loaded.at_end.isdisjoint(NEVER)


def test_the_package_imports_nothing_of_a_teams_journal(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "import sys, uploader; print('psycopg' in sys.modules)"]
    assert subprocess.run(command, env=environment(), capture_output=True, text=True, check=True).stdout == "False\n"
