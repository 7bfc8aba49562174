"""What is wrong with a command line, as a message: click's exceptions by their type and attributes, and our own."""

import os
import stat
from collections.abc import Iterable, Sequence
from itertools import pairwise
from pathlib import Path

import click

from uploader.i18n import Message

_ALIKE = 0.7
"""From where on a name is taken for a misspelt one: the ratio of `difflib`."""


class UsageProblem(click.UsageError):
    """A command line that can't be understood, with the message that says why."""

    def __init__(self, problem: Message, context: click.Context | None = None) -> None:
        super().__init__(problem.code, context)
        self.problem = problem


class TooManyWords(UsageProblem):
    """More arguments than a command takes: mostly a path with spaces that was not quoted."""

    def __init__(self, context: click.Context, typed: Sequence[str]) -> None:
        super().__init__(_too_many(context, typed), context)


class BadValue(click.BadParameter):
    """A value that a parameter can't have; click says of which parameter."""

    def __init__(self, why: Message) -> None:
        super().__init__(why.code)
        self.why = why


def message_of(error: click.ClickException) -> Message:
    """What is wrong, for the reader."""
    match error:
        case UsageProblem():
            return error.problem
        case BadValue():
            return Message("usage.bad_value", parameter=_name(error.param), why=error.why)
        case click.MissingParameter():
            kind = "usage.missing_option" if isinstance(error.param, click.Option) else "usage.missing_argument"
            return Message(kind, parameter=_name(error.param))
        case click.NoSuchOption():
            return _no_such_option(error)
        case click.BadOptionUsage():
            return _bad_option(error)
    return Message("text", text=error.format_message())


def no_such_command(name: str, known: Sequence[str]) -> Message:
    """There is none of that name; maybe one that is nearly so, or it is the list, and the command was left out."""
    if stat.S_ISREG(mode_at(Path(name))):
        return Message("usage.list_without_command", name=name)
    near = _nearest(name, known)
    if near is None:
        return Message("usage.no_such_command", name=name, known=tuple(known))
    return Message("usage.no_such_command_but", name=name, near=near)


def is_like(name: str, known: Sequence[str]) -> bool:
    """Whether a word is nearly one of these, and none of them."""
    return name not in known and _nearest(name, known) is not None


def mode_at(path: Path) -> int:
    """What is at a path, as `stat` tells it; 0 where nothing is, or no file can be."""
    try:
        return path.stat().st_mode
    except (OSError, ValueError):
        return 0


def metavar_of(parameter: click.Parameter) -> Message:
    """What stands for a parameter's value; one in capitals is the same in every language."""
    code = parameter.metavar or str(parameter.name)
    is_literal = code.upper() == code or "[" in code or "/" in code
    return Message("text", text=code) if is_literal else Message(f"help.metavar.{code}")


def _name(parameter: click.Parameter | None) -> Message:
    """How a person knows a parameter: an option by its long name, an argument by its metavar."""
    if isinstance(parameter, click.Option):
        return Message("text", text=next((one for one in parameter.opts if one.startswith("--")), parameter.opts[0]))
    return Message("text", text="") if parameter is None else metavar_of(parameter)


def _no_such_option(error: click.NoSuchOption) -> Message:
    name, context = error.option_name, error.ctx
    if context is None:
        return Message("usage.no_such_option", name=name)
    if isinstance(context.command, click.Group):
        for command in context.command.commands.values():
            if name in _options(command):
                example = f"{context.command_path} {command.name} {name} …"
                return Message("usage.option_of_command", name=name, example=example)
    near = _nearest(name, _options(context.command))
    if near is None:
        return Message("usage.no_such_option", name=name)
    return Message("usage.no_such_option_but", name=name, near=near)


def _bad_option(error: click.BadOptionUsage) -> Message:
    option = None if error.ctx is None else _option(error.ctx.command, error.option_name)
    if option is None or option.is_flag:
        return Message("usage.takes_no_value", name=error.option_name)
    return Message("usage.needs_value", name=error.option_name, value=metavar_of(option))


def _options(command: click.Command) -> list[str]:
    return [name for one in command.params if isinstance(one, click.Option) for name in one.opts]


def _option(command: click.Command, name: str) -> click.Option | None:
    return next((one for one in command.params if isinstance(one, click.Option) and name in one.opts), None)


def _nearest(name: str, known: Iterable[str]) -> str | None:
    import difflib

    return next(iter(difflib.get_close_matches(name, list(known), n=1, cutoff=_ALIKE)), None)


# A path that was not quoted

_PATHS = ("list", "list_or_job", "workbook")
"""The metavars of arguments that are, or may be, paths."""


def _too_many(context: click.Context, typed: Sequence[str]) -> Message:
    place = _place_of_path(context, typed)
    if place is None:
        return Message("usage.too_many", words=" ".join(context.args))
    end = place + 1 + len(context.args)
    before, words, after = typed[:place], typed[place:end], typed[end:]
    found = _file_like(Path(" ".join(words)))
    path = " ".join(words) if found is None else str(found)
    command = " ".join([context.command_path, *map(_quoted, [*_masked(before), path, *_masked(after)])])
    if found is not None:
        return Message("usage.spaces_in_path", command=command)
    return Message("usage.one_file", words=" ".join(context.args), command=command)


def _place_of_path(context: click.Context, typed: Sequence[str]) -> int | None:
    """Where the path begins of which the words that are left over may be a part; None if they follow no path."""
    argument = next((one for one in context.command.params if one.metavar in _PATHS), None)
    given = "" if argument is None else str(context.params.get(str(argument.name)) or "")
    left = context.args
    for place, word in enumerate(typed):
        is_path = bool(given) and not given.isdecimal() and Path(word) == Path(given)
        if is_path and list(typed[place + 1 : place + 1 + len(left)]) == left:
            return place
    return None


def _masked(typed: Sequence[str]) -> list[str]:
    """Words of the line, without the values of settings: one might be a secret."""
    words = []
    for before, word in pairwise(["", *typed]):
        name, equals, rest = word.partition("=")
        if before == "--set":
            words.append(f"{name}=…")
        elif equals and name == "--set":
            words.append(f"--set={rest.partition('=')[0]}=…")
        else:
            words.append(word)
    return words


def _file_like(path: Path) -> Path | None:
    """The file of that name, or one of its folder whose name differs in spaces, capitals or its ending alone."""
    if mode_at(path):
        return path
    try:
        names = sorted(beside.name for beside in path.parent.iterdir())
    except (OSError, ValueError):
        return None
    wished = _plain(path.name)
    return next((path.with_name(name) for name in names if wished in (_plain(name), _plain(Path(name).stem))), None)


def _plain(name: str) -> str:
    return " ".join(name.casefold().split())


def _quoted(word: str) -> str:
    """As a shell takes it for one word; double quotation marks are understood by all of them."""
    import shlex

    if not any(character in word for character in " ()&;'|<>*?"):
        return word
    return shlex.quote(word) if os.name != "nt" and any(mark in word for mark in '"$`!\\') else f'"{word}"'
