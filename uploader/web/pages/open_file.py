"""Open a file in the program that this computer has for it: Excel, for a workbook."""

import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

from uploader.errors import SettingsError
from uploader.i18n import Message

_PATIENCE_SECONDS = 2.0


def open_file(path: Path) -> None:
    """Raises SettingsError where it is gone, or no program can be started."""
    if not path.is_file():
        raise SettingsError(Message("web.file_is_gone", path=str(path)))
    try:
        if sys.platform == "win32":
            os.startfile(path)  # noqa: S606  # our own file, by its whole path
        else:
            opener = "open" if sys.platform == "darwin" else "xdg-open"
            _started([opener, str(path)])
    except OSError as why:
        raise SettingsError(Message("web.not_opened", path=str(path))) from why


def _started(command: list[str]) -> None:
    """Raises OSError where it ends at once with an error: it knows no program for the file."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603  # a program of the system, our own file
    with suppress(subprocess.TimeoutExpired):  # some openers last as long as what they open
        if process.wait(_PATIENCE_SECONDS):
            raise OSError(command[0])
