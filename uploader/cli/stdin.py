"""A list from standard input: it is kept in a private file for as long as the command runs."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import chain
from pathlib import Path
from stat import S_ISFIFO

import click

from uploader.cli.usage import UsageProblem
from uploader.errors import ListError, UploaderError
from uploader.i18n import Message
from uploader.model.limits import MOST_LIST_BYTES, TEMPORARY

STDIN = Path("-")
"""What stands for standard input in place of a list's path."""
_NAME = "stdin"
_PIECE_BYTES = 1_048_576
_MOST_TEXT_BYTES = 50_000_000
_KINDS = {b"PK\x03\x04": ".xlsx", b"\xd0\xcf\x11\xe0": ".xls"}
"""How a workbook begins; all else is text."""


@contextmanager
def list_at(path: Path) -> Iterator[Path]:
    """The list's file while the block lasts: that of the path, or what standard input holds. Raises ListError."""
    if path != STDIN:
        _refuse_pipe(path)
        yield path
        return
    if sys.stdin is None or sys.stdin.isatty():
        raise UsageProblem(Message("usage.nothing_piped"), click.get_current_context())
    from tempfile import TemporaryDirectory

    with TemporaryDirectory(prefix=TEMPORARY, ignore_cleanup_errors=True) as folder:  # nobody else may look into it
        try:
            yield _kept(Path(folder))
        except UploaderError as error:
            error.list_path = STDIN
            raise


def text_of_stdin() -> str:
    """What is piped in, to its end, as text. Raises ListError where it can't be read, TemplateError if it is none."""
    from uploader.actions.templates.imports import decoded

    if sys.stdin is None or sys.stdin.isatty():
        raise UsageProblem(Message("usage.nothing_piped"), click.get_current_context())
    pieces, size = [], 0
    while (piece := _read()) and size <= _MOST_TEXT_BYTES:
        pieces.append(piece)
        size += len(piece)
    return decoded(b"".join(pieces), str(STDIN))


def _refuse_pipe(path: Path) -> None:
    """A shell puts the path of a pipe in place of `<(cat list.csv)`: who wants that can have standard input."""
    with suppress(OSError, ValueError):  # whatever else is wrong with the path is said by who reads it
        if S_ISFIFO(path.stat().st_mode):
            raise ListError(Message("usage.pipe", path=str(path)))


def results_here(*, is_dated: bool) -> Path:
    """Where the result workbook of such a list goes: into the current folder."""
    from datetime import datetime

    from uploader.model.workbook_names import dated, results_name

    path = Path(results_name(_NAME))
    return dated(path, datetime.now().astimezone().date()) if is_dated else path


def _kept(folder: Path) -> Path:
    """The file into which standard input is copied, to its end. Raises ListError."""
    pieces = _pieces()
    head = next(pieces, b"")
    path = folder / f"{_NAME}{_KINDS.get(head[:4], '.csv')}"
    try:
        with path.open("wb") as file:
            for piece in chain([head], pieces):
                file.write(piece)
    except OSError as why:
        facts = {"name": _NAME, "folder": str(folder), "why": why.strerror or str(why)}
        raise ListError(Message("list_file.no_room", **facts)) from why
    return path


def _pieces() -> Iterator[bytes]:
    """What is piped in, some at a time, to the very end: half a list must not be taken for a whole one."""
    size = 0
    while piece := _read():
        size += len(piece)
        if size > MOST_LIST_BYTES:
            raise ListError(Message("usage.stdin_too_large", gigabytes=MOST_LIST_BYTES >> 30))
        yield piece


def _read() -> bytes:
    try:
        piece: bytes | None = sys.stdin.buffer.read(_PIECE_BYTES)
    except (OSError, ValueError) as why:  # a folder, or a stream that was opened for writing
        raise ListError(Message("usage.stdin_unreadable")) from why
    if piece is None:  # a stream that doesn't wait for what is still to come
        raise ListError(Message("usage.stdin_unreadable"))
    return piece
