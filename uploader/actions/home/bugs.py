"""A bug of ours, noted where it can be sent to us: where it happened, but no values."""

import sys
import traceback
from pathlib import Path

from uploader import __version__
from uploader.i18n import Message


def noted_bug(error: Exception, home: Path) -> Message:
    """Write into `home` where it happened, and give what the person hears.

    An exception's text may hold a secret or a customer's data, so it is left out.
    """
    frames = traceback.extract_tb(error.__traceback__)
    lines = [f"uploader {__version__}, Python {sys.version.split()[0]}, {sys.platform}", type(error).__name__]
    lines += [f"  {frame.filename}:{frame.lineno} in {frame.name}" for frame in frames]
    kind, text = type(error).__name__, "\n".join([*lines, "", ""])
    place = f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else Message("cli.nowhere")
    log = home / "bugs.log"
    try:
        log.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        log.touch(mode=0o600)
        with log.open("a", encoding="utf-8") as file:
            file.write(text)
    except OSError:
        return Message("cli.bug_without_file", kind=kind, place=place, lines=f"\n{text}")
    return Message("cli.bug", kind=kind, place=place, log=str(log))
