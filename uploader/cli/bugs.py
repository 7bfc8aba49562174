"""A fault of ours, noted so that it can be found, and without anything that is the person's."""

import sys
import traceback
from pathlib import Path

from uploader import __version__
from uploader.cli.settings import home
from uploader.i18n import Message


def noted(error: Exception) -> Message:
    """Keep where it happened, but no values: an exception's text may hold a secret or a customer's data."""
    frames = traceback.extract_tb(error.__traceback__)
    lines = [f"uploader {__version__}, Python {sys.version.split()[0]}, {sys.platform}", type(error).__name__]
    lines += [f"  {frame.filename}:{frame.lineno} in {frame.name}" for frame in frames]
    kind, text = type(error).__name__, "\n".join([*lines, "", ""])
    place = f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else Message("cli.nowhere")
    log = home() / "bugs.log"
    try:
        log.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        log.touch(mode=0o600)
        with log.open("a", encoding="utf-8") as file:
            file.write(text)
    except OSError:
        return Message("cli.bug_without_file", kind=kind, place=place, lines=f"\n{text}")
    return Message("cli.bug", kind=kind, place=place, log=str(log))
