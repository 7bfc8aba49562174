"""Every command that takes a path, given something that never ends: a sentence, exit code 2, and at once."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import UPLOADER, Command, environment, interactions, write_csv

pytestmark = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="Windows has neither pipes nor devices among files")

COMMANDS = [
    ["send", "PATH", "--sandbox"],
    ["check", "PATH"],
    ["preview", "PATH", "--row", "2"],
    ["verify", "PATH"],
    ["results", "PATH"],
    ["resume", "PATH"],
    ["settle", "PATH", "--row", "2", "--arrived"],
]


@pytest.mark.parametrize("line", COMMANDS, ids=lambda line: line[0])
@pytest.mark.parametrize("kind", ["pipe", "link", "zero"])
def test_what_never_ends_is_refused(uploader: Command, tmp_path: Path, line: list[str], kind: str) -> None:
    path = tmp_path / "list.xlsx"
    match kind:
        case "pipe":
            os.mkfifo(path)
        case "link":
            path.symlink_to("/dev/urandom")
        case "zero":
            path = Path("/dev/zero")
    ended = uploader(*[str(path) if word == "PATH" else word for word in line])
    assert (ended.code, ended.out) == (2, "")
    assert f"{path} is a pipe{'' if kind == 'pipe' else ' or a device'}, not a file" in ended.err


def test_what_bash_puts_in_place_of_a_file_leads_to_standard_input(tmp_path: Path) -> None:
    bash, path = shutil.which("bash"), write_csv(tmp_path / "list.csv", interactions(2))
    if bash is None:
        pytest.skip("there is no bash here")
    line = f'"{UPLOADER}" check <(cat "{path}")'
    ended = subprocess.run(
        [bash, "-c", line], env=environment(), capture_output=True, text=True, timeout=60, check=False
    )
    assert ended.returncode == 2
    assert "is a pipe, not a file" in ended.stderr
    assert "give a hyphen (-) in place of the path and pipe the list into standard input" in ended.stderr


def test_a_pipe_beside_the_list_or_in_the_place_of_its_workbook_is_left_alone(
    uploader: Command, tmp_path: Path
) -> None:
    path = write_csv(tmp_path / "list.csv", interactions(2))
    os.mkfifo(tmp_path / "list.results.xlsx")
    assert uploader("send", path, "--sandbox").code == 0
    assert (tmp_path / "list.results.xlsx").is_fifo()
    os.mkfifo(tmp_path / "other.xlsx")
    assert uploader("send", path, "--sandbox", "--send-duplicates", "-o", tmp_path / "other.xlsx").code == 0
    assert (tmp_path / "other.xlsx").is_fifo()
    assert uploader("blank", "wolkvox/add_interaction", "-o", tmp_path / "other.xlsx").code == 2


def test_standard_input_that_never_ends_is_refused_and_nothing_of_it_stays(tmp_path: Path) -> None:
    (tmp_path / "aside").mkdir()
    with Path("/dev/zero").open("rb") as endless:
        ended = subprocess.run(
            [UPLOADER, "check", "-"], stdin=endless, capture_output=True, text=True, timeout=120, check=False,
            env=environment(TMPDIR=str(tmp_path / "aside")), cwd=tmp_path,
        )  # fmt: skip
    assert ended.returncode == 2
    assert ended.stderr.startswith("More than 1 GB came through standard input")
    assert list((tmp_path / "aside").iterdir()) == []


_NEVER_WAITS = "import os, sys; os.set_blocking(0, False); os.execv(sys.argv[1], sys.argv[1:])"


def test_standard_input_that_gives_half_a_list_is_no_list(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", _NEVER_WAITS, UPLOADER, "check", "-"],
        stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment(), cwd=tmp_path,
    )  # fmt: skip
    assert process.stdin is not None
    process.stdin.write("from,fromname,to\n")
    process.stdin.flush()
    assert process.wait(60) == 2
    assert process.stderr is not None
    assert process.stderr.read().startswith("Standard input could not be read to its end")
    process.stdin.close()
    process.stderr.close()
