"""The command line; this file is the single place where errors become sentences and exit codes."""

import gc
import sys
import traceback
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from uploader import __version__
from uploader.cli import exit_codes
from uploader.cli.commands import cli
from uploader.cli.interrupts import end_orderly, handled
from uploader.cli.settings import home
from uploader.cli.terminal import let_go_of_dead_streams, make_streams_lenient, tell
from uploader.errors import CancelledError, UploaderError

if TYPE_CHECKING:
    from uploader.model.job import Summary

_MADE_BETWEEN_COLLECTIONS = 200_000
_INTERRUPTED = (
    "Interrupted. If rows were sent already, `uploader resume` goes on with the others, `uploader history` shows how "
    "far it came, and `uploader results` writes the workbook."
)
_BUG = (
    "This is a bug in uploader, not a fault of yours: {kind} in {place}. "
    "Nothing is lost: what was sent is in the journal, see `uploader history`. "
    "The details are in {log}; please send that file with your report."
)


def run(arguments: Sequence[str]) -> int:
    """Run a command; its exit code. Every error becomes a sentence here, and nowhere else."""
    as_json = "--json" in arguments
    end_orderly()
    try:
        code = cli.main(args=list(arguments), prog_name="uploader", standalone_mode=False)
        return int(code or 0)
    except click.exceptions.Exit as end:
        return end.exit_code
    except (click.Abort, KeyboardInterrupt, CancelledError):
        return _failed(_INTERRUPTED, exit_codes.ExitCode.INTERRUPTED, as_json=as_json)
    except click.ClickException as error:
        if not as_json:
            error.show()
            return exit_codes.ExitCode.NOTHING_SENT
        return _failed(error.format_message(), exit_codes.ExitCode.NOTHING_SENT, as_json=as_json)
    except UploaderError as error:
        from uploader.model.job import Summary

        about = Summary(error.list_path, error.template)
        return _failed(str(error), exit_codes.of_error(error), as_json=as_json, about=about)
    except Exception as error:  # noqa: BLE001  # the edge: a traceback that a user sees is a bug of its own
        return _failed(_noted_bug(error), exit_codes.ExitCode.OUR_BUG, as_json=as_json)


def _failed(words: str, code: exit_codes.ExitCode, *, as_json: bool, about: "Summary | None" = None) -> int:
    tell(words, to_error=True)
    if as_json:
        from uploader.cli.report.ending import as_json_object
        from uploader.i18n import Message
        from uploader.model.job import Summary

        stopped = Message("text", text=words)
        tell(as_json_object(replace(about or Summary(None, None), stopped=stopped, sent=False), code, "en"))
    return code


def _noted_bug(error: Exception) -> str:
    """Keep where it happened, but no values: an exception's text may hold a secret or a customer's data."""
    frames = traceback.extract_tb(error.__traceback__)
    lines = [f"uploader {__version__}, Python {sys.version.split()[0]}, {sys.platform}", type(error).__name__]
    lines += [f"  {frame.filename}:{frame.lineno} in {frame.name}" for frame in frames]
    log = home() / "bugs.log"
    try:
        log.parent.mkdir(parents=True, exist_ok=True)
        log.touch(mode=0o600)
        with log.open("a", encoding="utf-8") as file:
            file.write("\n".join([*lines, "", ""]))
        where = str(log)
    except OSError:
        where = "\n".join(["these lines:", *lines, ""])
    place = f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "no place that is known"
    return _BUG.format(kind=type(error).__name__, place=place, log=where)


def main() -> None:
    """The command `uploader`."""
    # A list is a million small values that all live: looking through them for cycles, time and again, takes a third
    # of a check.
    gc.set_threshold(_MADE_BETWEEN_COLLECTIONS, 20, 100)
    make_streams_lenient()
    with handled():
        code = run(sys.argv[1:])
    let_go_of_dead_streams()
    sys.exit(code)
