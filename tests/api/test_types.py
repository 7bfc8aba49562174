"""What a type checker sees of the public API, of a script that also runs."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import PracticeProcess, interactions, write_xlsx
from tests.waiting import HANG_SECONDS

SCRIPT = Path(__file__).with_name("typed_script.py")
MISUSED = """
import uploader

uploader.sned("list.xlsx")
uploader.send("list.xlsx", skip_invaild=True)
uploader.send(42)
uploader.settle(1, [4])
frame: int = uploader.read("list.xlsx")
accepted: str = uploader.send("list.xlsx").counts["accepted"]
"""


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("mypy")


def checked(script: Path, cache: Path) -> "subprocess.CompletedProcess[str]":
    pytest.importorskip("mypy")
    command: list[str | Path] = [
        sys.executable,
        "-m",
        "mypy",
        "--strict",
        "--config-file=",
        f"--cache-dir={cache}",
        script,
    ]
    return subprocess.run(command, cwd=cache, capture_output=True, text=True, timeout=HANG_SECONDS, check=False)


def test_a_script_passes_the_strict_checker(tmp_path: Path, cache: Path) -> None:
    # As a user has it: beside the checkout, mypy would take our sources for the user's own.
    found = checked(Path(shutil.copy(SCRIPT, tmp_path)), cache)
    assert (found.returncode, found.stdout.splitlines()[-1:]) == (0, ["Success: no issues found in 1 source file"])


def test_what_is_misused_is_found(tmp_path: Path, cache: Path) -> None:
    script = tmp_path / "misused.py"
    script.write_text(MISUSED, encoding="utf-8")
    found = checked(script, cache)
    lines = {int(line.split(":")[1]) for line in found.stdout.splitlines() if ": error:" in line}
    assert lines == set(range(4, 10)), found.stdout


@pytest.mark.parametrize("where", ["outside", "inside"])
def test_the_script_runs_outside_and_inside_a_loop(where: str, tmp_path: Path, sandbox: PracticeProcess) -> None:
    path = write_xlsx(tmp_path / "list.xlsx", interactions(5))
    command: list[str | Path] = [sys.executable, SCRIPT, where, path, sandbox.url]
    ended = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=HANG_SECONDS, check=False)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert len(sandbox.bodies()) == 5
