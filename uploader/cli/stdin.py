"""A list from standard input: it is kept in a private file for as long as the command runs."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from uploader.cli.usage import UsageProblem
from uploader.errors import UploaderError
from uploader.i18n import Message

STDIN = Path("-")
"""What stands for standard input in place of a list's path."""
_NAME = "stdin"
_PIECE_BYTES = 1_048_576
_KINDS = {b"PK\x03\x04": ".xlsx", b"\xd0\xcf\x11\xe0": ".xls"}
"""How a workbook begins; all else is text."""


@contextmanager
def list_at(path: Path) -> Iterator[Path]:
    """The list's file while the block lasts: that of the path, or what standard input holds."""
    if path != STDIN:
        yield path
        return
    if sys.stdin is None or sys.stdin.isatty():
        raise UsageProblem(Message("usage.nothing_piped"), click.get_current_context())
    from tempfile import TemporaryDirectory

    with TemporaryDirectory(prefix="uploader-") as folder:  # nobody else may look into it
        try:
            yield _kept(Path(folder))
        except UploaderError as error:
            error.list_path = STDIN
            raise


def results_here(*, is_dated: bool) -> Path:
    """Where the result workbook of such a list goes: into the current folder."""
    from datetime import datetime

    from uploader.model.workbook_names import dated, results_name

    path = Path(results_name(_NAME))
    return dated(path, datetime.now().astimezone().date()) if is_dated else path


def _kept(folder: Path) -> Path:
    stream = sys.stdin.buffer
    head = stream.read(_PIECE_BYTES)
    path = folder / f"{_NAME}{_KINDS.get(head[:4], '.csv')}"
    with path.open("wb") as file:
        while head:
            file.write(head)
            head = stream.read(_PIECE_BYTES)
    return path
