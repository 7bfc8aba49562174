"""A command ends at once, and yet leaves nothing undone."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import environment
from tests.waiting import HANG_SECONDS

FROM_A_PROGRAM = """
import atexit, sys, threading
{before}
from uploader.__main__ import main
main()
"""


def ended(tmp_path: Path, before: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", FROM_A_PROGRAM.format(before=before), *arguments]
    return subprocess.run(
        command, env=environment(), cwd=tmp_path, capture_output=True, text=True, check=False, timeout=HANG_SECONDS
    )


@pytest.mark.parametrize(("arguments", "code"), [(["--version"], 0), (["no such command"], 2)])
def test_all_is_said_with_its_exit_code(tmp_path: Path, arguments: list[str], code: int) -> None:
    last = "atexit.register(lambda: print('at the end'))"
    process = ended(tmp_path, last, *arguments)
    assert process.returncode == code
    assert process.stdout.splitlines()[-1] == "at the end"
    assert "uploader" in process.stdout + process.stderr


def test_what_else_runs_is_waited_for(tmp_path: Path) -> None:
    other = "import time; threading.Thread(target=lambda: (time.sleep(1), print('done'))).start()"
    process = ended(tmp_path, other, "--version")
    assert (process.returncode, process.stdout.splitlines()[-1]) == (0, "done")
