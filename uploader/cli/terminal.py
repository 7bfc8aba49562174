"""Words to the screen; a screen that is gone or full never stops what is being done."""

import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TextIO

import click


def tell(words: str, *, to_error: bool = False) -> None:
    """One line on standard output, or on standard error."""
    try:
        click.echo(words, err=to_error)
    except OSError:  # `| head` has read enough, the disk behind `>` is full: what was done is done, and goes on
        _let_go(sys.stderr if to_error else sys.stdout)


def tell_all(lines: Iterable[str], *, to_error: bool = False) -> None:
    """Several lines."""
    for line in lines:
        tell(line, to_error=to_error)


def let_go_of_dead_streams() -> None:
    """Before the end: a terminal that was closed must not change the exit code when Python flushes what is left."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            _let_go(stream)


def _let_go(stream: TextIO) -> None:
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def make_streams_lenient() -> None:
    """Give a closed stream a place to write to, and let a console that lacks a letter show ? instead of failing.

    It comes first: the next file that is opened would take a closed stream's number, and be written into.
    """
    sys.stdout = sys.stdout or Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115  # until the process ends
    sys.stderr = sys.stderr or Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115  # until the process ends
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
