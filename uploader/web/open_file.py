"""Open a file in the program that this computer has for it: Excel, for a workbook."""

import os
import subprocess
import sys
from pathlib import Path

from uploader.errors import SettingsError
from uploader.i18n import Message


def open_file(path: Path) -> None:
    """Raises SettingsError where it is gone, or no program can be started."""
    if not path.is_file():
        raise SettingsError(Message("web.file_is_gone", path=str(path)))
    try:
        if sys.platform == "win32":
            os.startfile(path)  # noqa: S606  # our own file, by its whole path
        else:
            opener = "open" if sys.platform == "darwin" else "xdg-open"
            subprocess.Popen([opener, str(path)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603
    except OSError as why:
        raise SettingsError(Message("web.not_opened", path=str(path))) from why
