"""The command line; this file is the single place where errors become sentences and exit codes."""

import gc
import sys
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from uploader.cli.bugs import noted
from uploader.cli.commands import cli
from uploader.cli.interrupts import (
    begin_command,
    end_orderly,
    handled,
    has_begun_to_send,
    is_ending,
    is_writing,
)
from uploader.cli.settings import language_of
from uploader.cli.terminal import let_go_of_dead_streams, make_streams_lenient, tell
from uploader.cli.usage import message_of
from uploader.errors import CancelledError, UploaderError
from uploader.i18n import Message, render
from uploader.model import exit_codes
from uploader.model.exit_codes import ExitCode

if TYPE_CHECKING:
    from uploader.model.summary import Summary

MADE_BETWEEN_COLLECTIONS = 10_000
_SENDING = ("send", "resume", "work", "demo")


def run(arguments: Sequence[str]) -> int:
    """Run a command; its exit code. Every error becomes a sentence here, and nowhere else."""
    end_orderly()
    begin_command()
    language = language_of(arguments)
    edge = _Edge(language, as_json="--json" in arguments)
    try:
        code = cli.main(args=list(arguments), prog_name="uploader", standalone_mode=False, obj=language)
        return int(code or 0)
    except click.exceptions.Exit as end:
        return end.exit_code
    except (click.Abort, KeyboardInterrupt, CancelledError):
        return edge.interrupted(arguments)
    except click.ClickException as error:
        return edge.refused(error)
    except UploaderError as error:
        from uploader.model.summary import Summary

        return edge.failed(error.message, exit_codes.of_error(error), Summary(error.list_path, error.template))
    except Exception as error:  # noqa: BLE001  # the edge: a traceback that a user sees is a bug of its own
        return edge.interrupted(arguments) if is_ending() else edge.failed(noted(error), ExitCode.OUR_BUG)


class _Edge:
    """Says what went wrong, to a person and to a program."""

    def __init__(self, language: str, *, as_json: bool) -> None:
        self._language, self._as_json = language, as_json

    def failed(self, why: Message, code: ExitCode, about: "Summary | None" = None) -> int:
        """A run that ended with an error."""
        tell(render(why, self._language), to_error=True)
        if self._as_json:
            from uploader.cli.report.ending import as_json_object
            from uploader.model.summary import Summary

            summary = replace(about or Summary(None, None), stopped=why, sent=False)
            tell(as_json_object(summary, code, self._language))
        return code

    def interrupted(self, arguments: Sequence[str]) -> int:
        """A run that somebody ended."""
        if sys.stderr.isatty():
            tell("", to_error=True)  # below the ^C that the terminal shows
        return self.failed(_interrupted(arguments), ExitCode.INTERRUPTED)

    def refused(self, error: click.ClickException) -> int:
        """A line that can't be understood: what is wrong with it, how it is written, and where its help is."""
        code = self.failed(message_of(error), ExitCode.NOTHING_SENT)
        context = error.ctx if isinstance(error, click.UsageError) else None
        if context is not None:
            tell(f"\n{context.get_usage()}", to_error=True)
            tell(render(Message("help.more", command=f"{context.command_path} --help"), self._language), to_error=True)
        return code


def _interrupted(arguments: Sequence[str]) -> Message:
    """What to do next, where rows may have been sent."""
    command = next((word for word in arguments if word in cli.places), None)
    if command not in _SENDING:
        return Message("cli.interrupted")
    is_practice = command == "demo" or "--sandbox" in arguments
    if not has_begun_to_send():
        return Message("cli.interrupted_unsent")
    if is_writing():
        return Message("cli.interrupted_writing_sandbox" if is_practice else "cli.interrupted_writing")
    return Message("cli.interrupted_practising" if is_practice else "cli.interrupted_sending")


def main() -> None:
    """The command `uploader`."""
    # A list is a million small values that all live, and looking through them for cycles takes its time. But each
    # connection ends as a cycle, too: with twenty times as many, a hundred thousand rows take 20 MB more than a few.
    gc.set_threshold(MADE_BETWEEN_COLLECTIONS, 20, 100)
    make_streams_lenient()
    try:
        with handled():
            code = run(sys.argv[1:])
        let_go_of_dead_streams()
    except KeyboardInterrupt:  # before or after all that `run` does
        code = ExitCode.INTERRUPTED
    sys.exit(code)
