"""The shortcut to the page: what is written where, and what is run for it."""

import os
import shlex
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import Command
from uploader.cli.shortcut import for_desktop, for_finder, in_start_menu

PROGRAM = '/opt/año nuevo/50% "x" $HOME `id` \\'
posix = pytest.mark.skipif(os.name == "nt", reason="runs a shell's script")


@pytest.mark.skipif(sys.platform != "linux", reason="where Linux has its programs")
def test_it_is_put_where_the_computer_has_its_programs(uploader: Command, tmp_path: Path) -> None:
    entry = Path(os.environ["HOME"], ".local/share/applications/uploader.desktop")
    for _ in range(2):
        ended = uploader("app", "--install-shortcut", "--language", "es")
        assert (ended.code, ended.out, ended.err) == (0, f"El acceso directo está aquí: {entry}\n", "")
    assert [path.name for path in entry.parent.iterdir()] == ["uploader.desktop"]
    lines = dict(line.split("=", 1) for line in entry.read_text(encoding="utf-8").splitlines()[1:])
    assert (lines["Type"], lines["Name"], lines["Terminal"]) == ("Application", "uploader", "false")
    assert lines["Comment"] == "Enviar una hoja de cálculo, fila por fila"
    program, *arguments = shlex.split(lines["Exec"])
    assert Path(program).exists()
    assert arguments in ([], ["-m", "uploader", "app"])


def test_a_folder_of_the_person_s_own_choice_is_used(uploader: Command, tmp_path: Path) -> None:
    if sys.platform != "linux":
        pytest.skip("where Linux has its programs")
    assert uploader("app", "--install-shortcut", env={**os.environ, "XDG_DATA_HOME": str(tmp_path)}).code == 0
    assert (tmp_path / "applications" / "uploader.desktop").exists()


def test_where_it_can_t_be_put_the_program_is_named(uploader: Command, tmp_path: Path) -> None:
    if sys.platform != "linux":
        pytest.skip("where Linux has its programs")
    (tmp_path / "applications").write_text("a file")
    ended = uploader("app", "--install-shortcut", env={**os.environ, "XDG_DATA_HOME": str(tmp_path)})
    assert ended.code == 2
    assert "The shortcut could not be created" in ended.err


@posix
def test_a_desktop_entry_keeps_every_character_of_a_path(tmp_path: Path) -> None:
    entry = for_desktop([PROGRAM, "app"], "what", tmp_path).read_text(encoding="utf-8")
    value = next(line for line in entry.splitlines() if line.startswith("Exec=")).removeprefix("Exec=")
    command = value.replace("\\\\", "\\").replace("%%", "%")  # whose quotation marks are those of a shell
    shown = subprocess.run(["sh", "-c", f"printf '%s\n' {command}"], capture_output=True, text=True, check=True)
    assert shown.stdout.splitlines() == [PROGRAM, "app"]


@posix
def test_a_command_for_finder_runs_the_program(tmp_path: Path) -> None:
    program = tmp_path / "año 'x' $HOME" / "uploader-app"
    program.parent.mkdir()
    program.write_text('#!/bin/sh\necho ran "$@"\n')
    program.chmod(0o755)
    command = for_finder([str(program), "a b"], tmp_path / "Applications")
    assert command.name == "uploader.command"
    assert stat.S_IMODE(command.stat().st_mode) == 0o755
    assert subprocess.run([command], capture_output=True, text=True, check=True).stdout == "ran a b\n"


@posix
def test_the_start_menu_s_shortcut_is_made_by_powershell_which_gets_paths_as_values(tmp_path: Path) -> None:
    shell = tmp_path / "powershell"
    shell.write_text(
        '#!/bin/sh\ncase "$*" in *uploader-app*) exit 9;; esac\n'
        'printf "%s|%s|%s" "$UPLOADER_TARGET" "$UPLOADER_ARGUMENTS" "$UPLOADER_DESCRIPTION"\n'
    )
    shell.chmod(0o755)
    made = in_start_menu(["C:\\ñ\\uploader-app.exe", "a b"], "qué", str(shell))
    assert str(made) == 'C:\\ñ\\uploader-app.exe|"a b"|qué'


@posix
def test_a_powershell_that_fails_is_an_error(tmp_path: Path) -> None:
    shell = tmp_path / "powershell"
    shell.write_text("#!/bin/sh\nexit 1\n")
    shell.chmod(0o755)
    with pytest.raises(subprocess.SubprocessError):
        in_start_menu(["x"], "x", str(shell))
