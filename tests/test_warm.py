"""A copy of the command is the command: it does, says and ends as the installed one."""

import os
import signal
import subprocess
from pathlib import Path

import pytest

from tests.conftest import UPLOADER, Command, environment, interactions, write_csv
from tests.processes import started
from tests.waiting import HANG_SECONDS
from tests.warm import CAN_COPY, Copy, copied

pytestmark = pytest.mark.skipif(not CAN_COPY, reason="only Linux copies processes safely")


@pytest.mark.parametrize("line", [["check", "list.csv"], ["send", "list.csv", "--frist"], ["--version"], []])
def test_it_says_and_returns_what_the_installed_command_does(
    uploader: Command, tmp_path: Path, line: list[str]
) -> None:
    write_csv(tmp_path / "list.csv", [*interactions(2), ["", "", "", "", "", "", ""], ["no address", *"abcdef"]])
    ended = uploader(*line)
    installed = subprocess.run(
        [UPLOADER, *line], cwd=tmp_path, env=environment(), stdin=subprocess.DEVNULL, capture_output=True,
        text=True, encoding="utf-8", timeout=HANG_SECONDS, check=False,
    )  # fmt: skip
    assert (ended.code, ended.out, ended.err) == (installed.returncode, installed.stdout, installed.stderr)


def test_it_ends_by_a_signal_as_any_process() -> None:
    with started("sandbox", "--port", "0") as running:
        assert isinstance(running.process, Copy)
        with pytest.raises(subprocess.TimeoutExpired):
            running.process.wait(0.01)
        running.process.send_signal(signal.SIGKILL)
        assert running.process.wait(HANG_SECONDS) == -signal.SIGKILL
        running.process.kill()  # it has ended: nothing happens
    with pytest.raises(ProcessLookupError):
        os.kill(running.process.pid, 0)


def test_what_python_reads_when_it_starts_is_left_to_the_installed_command(tmp_path: Path) -> None:
    with Path(os.devnull).open("r+") as nothing:
        streams = dict.fromkeys(("stdin", "stdout", "stderr"), nothing.fileno())
        assert copied([UPLOADER], environment(LANG="es_CO.UTF-8"), tmp_path, **streams) is None
        assert copied([UPLOADER], environment(PYTHONIOENCODING="latin-1"), tmp_path, **streams) is None
        copy = copied([UPLOADER, "--version"], environment(), tmp_path, **streams)
        assert copy is not None
        assert copy.wait(HANG_SECONDS) == 0
