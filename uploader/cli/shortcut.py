"""A shortcut to the page among this person's programs, so that nobody needs a terminal to start it."""

import os
import shlex
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Mapping, Sequence
from pathlib import Path

from uploader.errors import SettingsError
from uploader.i18n import Message, render

_PROGRAM = "uploader-app"
_SECONDS = 60.0
_NAME = "uploader"
# Paths come by the environment: nothing of them is read as a command.
_POWERSHELL = """
$ErrorActionPreference = 'Stop'
[Console]::OutputEncoding = [Text.Encoding]::UTF8
$place = Join-Path ([Environment]::GetFolderPath('Programs')) 'uploader.lnk'
$link = (New-Object -ComObject WScript.Shell).CreateShortcut($place)
$link.TargetPath = $env:UPLOADER_TARGET
$link.Arguments = $env:UPLOADER_ARGUMENTS
$link.Description = $env:UPLOADER_DESCRIPTION
$link.Save()
Write-Output $place
"""


def installed(language: str) -> Path:
    """Where the shortcut is; one that is there already is written anew. Raises SettingsError where that fails."""
    what = render(Message("app.description"), language)
    try:
        if sys.platform == "win32":
            return in_start_menu(_command(), what)
        return _written(_command(), what, Path.home(), os.environ)
    except (OSError, subprocess.SubprocessError) as why:
        said = getattr(why, "strerror", None) or str(why)
        raise SettingsError(Message("app.no_shortcut", program=shlex.join(_command()), why=said)) from why


def _written(command: Sequence[str], what: str, home: Path, environment: Mapping[str, str]) -> Path:
    if sys.platform == "darwin":
        return for_finder(command, home / "Applications")
    data = environment.get("XDG_DATA_HOME", "")
    folder = Path(data) if Path(data).is_absolute() else home / ".local" / "share"
    return for_desktop(command, what, folder / "applications")


def _command() -> Sequence[str]:
    """The program that starts the page without a console, else Python with the command."""
    folders = [Path(sys.executable).parent, Path(sysconfig.get_path("scripts"))]
    beside = (shutil.which(_PROGRAM, path=str(folder)) for folder in folders)
    program = next(filter(None, beside), None) or shutil.which(_PROGRAM)
    return [program] if program else [sys.executable, "-m", "uploader", "app"]


def in_start_menu(command: Sequence[str], what: str, shell: str = "powershell") -> Path:
    """On Windows: a `.lnk` in the Start menu. Raises SubprocessError or OSError where that fails."""
    program, *arguments = command
    environment = {
        **os.environ,
        "UPLOADER_TARGET": program,
        "UPLOADER_ARGUMENTS": subprocess.list2cmdline(arguments),
        "UPLOADER_DESCRIPTION": what,
    }
    ended = subprocess.run(  # noqa: S603  # a script of ours
        [shell, "-NoProfile", "-NonInteractive", "-Command", _POWERSHELL],
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=True,
        timeout=_SECONDS,
    )
    return Path(ended.stdout.decode("utf-8", "replace").strip())


def for_finder(command: Sequence[str], folder: Path) -> Path:
    """On macOS: a `.command` among the person's applications."""
    return _put(folder / f"{_NAME}.command", f"#!/bin/sh\nexec {shlex.join(command)}\n", 0o755)


def for_desktop(command: Sequence[str], what: str, folder: Path) -> Path:
    """On Linux: a `.desktop` entry, as freedesktop.org describes it."""
    line = " ".join(map(_desktop_word, command))
    entry = f"""[Desktop Entry]
Type=Application
Name={_NAME}
Comment={what}
Exec={line}
Terminal=false
Categories=Office;
"""
    return _put(folder / f"{_NAME}.desktop", entry, 0o644)


def _desktop_word(word: str) -> str:
    """A word of `Exec`, in quotation marks. The file's own escapes come on top of those within the marks."""
    quoted = word
    for special in '\\"`$':
        quoted = quoted.replace(special, f"\\{special}")
    escaped = quoted.replace("\\", "\\\\").replace("%", "%%")
    return f'"{escaped}"'


def _put(path: Path, text: str, mode: int) -> Path:
    """Write it aside, and move it into place: whoever looks never sees half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    aside.write_text(text, encoding="utf-8")
    aside.chmod(mode)
    return aside.replace(path)
