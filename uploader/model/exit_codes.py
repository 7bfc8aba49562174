"""How something ended, as one number for shells and scripts; the numbers are a contract (docs/commands.md)."""

from enum import IntEnum
from typing import TYPE_CHECKING

from uploader.errors import UploaderError
from uploader.model.rows import Status

if TYPE_CHECKING:  # `--help` must not pay for it
    from uploader.model.summary import Summary


class ExitCode(IntEnum):
    """What the shell is told."""

    DONE = 0
    """Every row is accepted or skipped."""
    SOME_ROWS_ARE_NOT = 1
    """Finished, and some rows are neither."""
    NOTHING_SENT = 2
    """The list, the template or the options are wrong."""
    OUR_BUG = 3
    STOPPED = 4
    """Stopped early; the rest can be sent later."""
    INTERRUPTED = 130


def of_send(summary: "Summary") -> ExitCode:
    """The exit code of a run that sends."""
    if summary.interrupted:
        return ExitCode.INTERRUPTED
    if not summary.sent:
        return ExitCode.NOTHING_SENT
    if summary.stopped is not None:
        return ExitCode.STOPPED
    good = summary.counts.get(Status.ACCEPTED, 0) + summary.counts.get(Status.SKIPPED, 0)
    return ExitCode.DONE if good == summary.rows else ExitCode.SOME_ROWS_ARE_NOT


def of_check(summary: "Summary") -> ExitCode:
    """The exit code of the checks alone."""
    return ExitCode.NOTHING_SENT if summary.counts.get(Status.INVALID, 0) else ExitCode.DONE


def of_verify(*, is_as_written: bool) -> ExitCode:
    """The exit code of a workbook that was held against what was written."""
    return ExitCode.DONE if is_as_written else ExitCode.SOME_ROWS_ARE_NOT


def of_error(error: UploaderError) -> ExitCode:
    """The exit code of a run that could not start or go on."""
    return ExitCode(error.exit_code)
