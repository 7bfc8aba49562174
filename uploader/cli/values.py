"""Values of options and arguments as they are typed; what can't be one is said in the reader's language."""

import math
from collections.abc import Callable, Sequence

import click

from uploader.cli.usage import BadValue
from uploader.i18n import Message


def whole_number(first: int | None = None, last: int | None = None) -> Callable[[object], int]:
    """A whole number, at least `first` and at most `last`."""

    def typed_number(typed: object) -> int:
        try:
            number = int(str(typed))
        except ValueError:
            raise BadValue(Message("usage.not_a_whole_number", typed=str(typed))) from None
        if first is not None and number < first:
            raise BadValue(Message("usage.too_small", typed=str(typed), first=str(first)))
        if last is not None and number > last:
            raise BadValue(Message("usage.too_large", typed=str(typed), last=str(last)))
        return number

    return typed_number


def seconds(*, may_be_none: bool) -> Callable[[object], float]:
    """A time that ends; 0 seconds where `may_be_none`."""

    def typed_seconds(typed: object) -> float:
        try:
            number = float(str(typed))
        except ValueError:
            number = math.nan
        if not math.isfinite(number):
            raise BadValue(Message("usage.not_a_number", typed=str(typed)))
        if number < 0 or (number == 0 and not may_be_none):
            code = "usage.too_small" if may_be_none else "usage.not_above"
            raise BadValue(Message(code, typed=str(typed), first="0"))
        return number

    return typed_seconds


def one_of(choices: Sequence[str]) -> Callable[[object], str]:
    """One of several words, in capitals or not."""

    def typed_choice(typed: object) -> str:
        wish = str(typed).casefold()
        if wish not in choices:
            raise BadValue(Message("usage.not_one_of", typed=str(typed), choices=tuple(choices)))
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
            raise BadValue(Message("usage.not_a_routing_point", typed=typed))
    return values
