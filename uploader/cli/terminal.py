"""Words to the screen; a screen that is gone or full never stops what is being done."""

import os
import re
import shutil
import sys
import textwrap
import unicodedata
from collections.abc import Iterable
from pathlib import Path
from typing import TextIO

import click

_UNBROKEN_SPACE = "\ue000"
"""A space at which no line is broken, until it is written."""
_COMMAND = re.compile(
    r"uploader(?: (?:[a-z]+|\"[^\"]*\"|-{1,2}[a-z][a-z-]*(?:[ =]\"[^\"]*\")?|[^\s\"]*[\d/\\.=][^\s\"]*))+"
)
"""A command in a sentence, with its options and quoted names."""
_OPTION = re.compile(r"-{1,2}[a-z][a-z-]*[ =](?:\"[^\"]*\"|[\w=]*=\"[^\"]*\")")
_FOR_PROGRAMS = ("{", "[", "curl ")
"""What begins so is read by a program, and never wrapped."""
_LEAST_WIDTH, _INDENT = 40, "  "


_KEPT_CONTROLS = "\n\t"
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
"""What steers a terminal, turns its text round or can't be seen: controls, marks of direction, joiners, breaks."""


def harmless(text: str) -> str:
    """A text that can't steer a terminal: such characters are written as JSON escapes them.

    Lists, answers and templates come from others. JSON stays JSON, with the same meaning.
    """
    unseen = {one for one in set(text) if unicodedata.category(one) in _UNSEEN} - set(_KEPT_CONTROLS)
    return text.translate({ord(one): _escaped(one) for one in unseen}) if unseen else text


def _escaped(one: str) -> str:
    units = one.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[at : at + 2].hex()}" for at in range(0, len(units), 2))


def unbroken(text: str) -> str:
    """A path or a command, at whose spaces no line is broken."""
    return text.replace(" ", _UNBROKEN_SPACE)


def fitted(words: str, stream: TextIO) -> str:
    """A text as it is written to that stream: harmless, and on a terminal its lines are broken between words."""
    words = harmless(words)
    if stream.isatty() and not words.startswith(_FOR_PROGRAMS):
        words = wrapped(words, shutil.get_terminal_size().columns)
    return words.replace(_UNBROKEN_SPACE, " ")


def wrapped(words: str, width: int) -> str:
    """Lines of at most `width` characters, broken between words; what follows a broken line is indented deeper.

    Words, commands and paths are never broken, however long they are.
    """
    return "\n".join(_wrapped_line(line, max(width, _LEAST_WIDTH)) for line in words.split("\n"))


def _wrapped_line(line: str, width: int) -> str:
    if len(line) <= width:
        return line
    for kept in (_COMMAND, _OPTION):
        line = kept.sub(lambda found: unbroken(found[0]), line)
    text = line.lstrip(" ")
    indent = " " * (len(line) - len(text))
    return textwrap.fill(
        text,
        width,
        initial_indent=indent,
        subsequent_indent=f"{indent}{_INDENT}",
        break_long_words=False,
        break_on_hyphens=False,
        replace_whitespace=False,
    )


def tell(words: str, *, to_error: bool = False) -> None:
    """A text on standard output, or on standard error."""
    stream = sys.stderr if to_error else sys.stdout
    try:
        click.echo(fitted(words, stream), err=to_error)
    except OSError:  # `| head` has read enough, or the disk behind `>` is full: what was done is done
        _let_go(stream)


def tell_all(lines: Iterable[str], *, to_error: bool = False) -> None:
    """Several texts."""
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
    """Give a closed stream a place to write to, and let a console show ? for a character that it doesn't have.

    It comes first: the next file that is opened would take a closed stream's number, and be written into.
    """
    sys.stdout = sys.stdout or Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115  # until the process ends
    sys.stderr = sys.stderr or Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115  # until the process ends
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
