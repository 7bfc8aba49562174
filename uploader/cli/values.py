"""Values of options and arguments as they are typed; what can't be one is said in the reader's language."""

import math
import re
from collections.abc import Callable, Sequence
from pathlib import Path

import click

from uploader.cli.usage import BadValue, mode_at
from uploader.i18n import Message
from uploader.model.limits import LARGEST_NUMBER

_WHOLE = re.compile(r"[+-]?[0-9]+")
_DECIMAL = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")
"""Python takes more: digits of all scripts, `1_000`, `nan`."""
_MOST_DIGITS = 1_000
"""Python makes no numbers of many more, and none of ours has as many."""
_SECONDS_A_DAY = 86_400
_SHOWN = 40


def whole_number(first: int = -LARGEST_NUMBER, last: int = LARGEST_NUMBER) -> Callable[[object], int]:
    """A whole number, at least `first` and at most `last`."""

    def typed_number(typed: object) -> int:
        digits = str(typed).strip()
        if not _WHOLE.fullmatch(digits):
            raise BadValue(Message("usage.not_a_whole_number", typed=_shown(typed)))
        if len(digits) > _MOST_DIGITS:
            _refuse_beyond(-math.inf if digits[0] == "-" else math.inf, typed, first, last)
        number = int(digits)
        _refuse_beyond(number, typed, first, last)
        return number

    return typed_number


def _refuse_beyond(number: float, typed: object, first: float, last: float) -> None:
    if number < first:
        raise BadValue(Message("usage.too_small", typed=_shown(typed), first=str(first)))
    if number > last:
        raise BadValue(Message("usage.too_large", typed=_shown(typed), last=str(last)))


def seconds(*, may_be_none: bool) -> Callable[[object], float]:
    """A time of at most a day; 0 seconds where `may_be_none`."""

    def typed_seconds(typed: object) -> float:
        digits = str(typed).strip()
        if not _DECIMAL.fullmatch(digits):
            raise BadValue(Message("usage.not_a_number", typed=_shown(typed)))
        number = float(digits)
        if number <= 0 and not may_be_none:
            raise BadValue(Message("usage.not_above", typed=_shown(typed), first="0"))
        _refuse_beyond(number, typed, 0, _SECONDS_A_DAY)
        return number

    return typed_seconds


def _shown(typed: object) -> str:
    """What was typed, or its beginning."""
    text = str(typed)
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"


def path(typed: object) -> Path:
    """A path at which a file is, or could be."""
    place = Path(str(typed))
    try:
        place.lstat()
    except (FileNotFoundError, NotADirectoryError):
        pass  # what reads it knows what the person may have meant
    except OSError as why:
        raise BadValue(Message("unreadable", path=_shown(typed), why=why.strerror or str(why))) from why
    except ValueError as why:
        raise BadValue(Message("list_file.no_name", path=ascii(_shown(typed)))) from why
    return place


def list_or_job(typed: object) -> str:
    """A job's number, or a path; a file that is called `7` is a list."""
    text = str(typed)
    if text.isdecimal() and text.isascii() and not mode_at(Path(text)):
        whole_number(1)(text)
    else:
        path(text)
    return text


def one_of(choices: Sequence[str]) -> Callable[[object], str]:
    """One of several words, in capitals or not."""

    def typed_choice(typed: object) -> str:
        wish = str(typed).casefold()
        if wish not in choices:
            raise BadValue(Message("usage.not_one_of", typed=_shown(typed), choices=tuple(choices)))
        return wish

    return typed_choice


def pairs(_: click.Context, option: click.Parameter, values: tuple[str, ...]) -> dict[str, str]:
    """`NAME=VALUE`, any number of times."""
    found = {}
    for typed in values:
        name, equals, rest = typed.partition("=")
        if not equals or not name.strip():
            pattern = Message(f"help.metavar.{option.metavar}")
            raise BadValue(Message("usage.not_a_pair", pattern=pattern))  # not what was typed: it might be a secret
        found[name.strip()] = rest
    return found


def routing_points(_: click.Context, __: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...]:
    """Numbers, as text."""
    for typed in values:
        if not (typed.isascii() and typed.isdigit()):
            raise BadValue(Message("usage.not_a_routing_point", typed=_shown(typed)))
    return values
