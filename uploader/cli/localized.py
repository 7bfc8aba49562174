"""Commands and options whose help is in the catalogue, so that it is shown in the reader's language.

Every word of click's own that a person could see is replaced here through what its classes let one override.
"""

from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from types import MappingProxyType
from typing import Any, TypeAlias

import click

from uploader.cli.terminal import tell
from uploader.cli.usage import TooManyWords, UsageProblem, is_like, metavar_of, no_such_command
from uploader.errors import CancelledError
from uploader.i18n import Fact, Message, render

Decorator: TypeAlias = Callable[[Callable[..., Any]], Callable[..., Any]]
_GAP = "  "


def language_in(context: click.Context) -> str:
    """The reader's language; `uploader.cli.run` has found it before the line was parsed."""
    return str(context.find_root().obj or "en")


def _say(context: click.Context, code: str, **facts: Fact) -> str:
    return render(Message(code, **facts), language_in(context))


def _explanation(name: str | None, context: click.Context) -> str:
    return _say(context, f"help.command.{name}")


class Option(click.Option):
    """An option whose help is `help.option.TEXT`."""

    def __init__(self, *declarations: Any, text: str, default_text: str | None = None, **attributes: Any) -> None:
        super().__init__(*declarations, **attributes)
        self.text, self.default_text = text, default_text

    def get_help_record(self, ctx: click.Context) -> tuple[str, str]:
        """Its names with its metavar, and what it does."""
        names = ", ".join(sorted(self.opts, key=lambda name: name.startswith("--")))
        metavar = "" if self.is_flag else f" {render(metavar_of(self), language_in(ctx))}"
        return names + metavar, _GAP.join([_say(ctx, f"help.option.{self.text}"), *self._extras(ctx)])

    def _extras(self, context: click.Context) -> Iterator[str]:
        if self.default_text is not None:
            default = Message(f"help.by_default.{self.default_text}")
            yield _say(context, "help.default", default=default)
        elif self.show_default:
            yield _say(context, "help.default", default=str(self.default))
        if self.required:
            yield _say(context, "help.required")


class Argument(click.Argument):
    """An argument whose metavar is in the catalogue."""

    def get_usage_pieces(self, ctx: click.Context) -> list[str]:
        """How the usage line names it: `[LIST|JOB]`, `[JOB]...`."""
        name = render(metavar_of(self), language_in(ctx))
        return [f"{name if self.required else f'[{name}]'}{'' if self.nargs == 1 else '...'}"]


class _Localized(click.Command):
    """What a command and a group have in common."""

    def __init__(self, name: str | None, text: str | None = None, **attributes: Any) -> None:
        super().__init__(name, add_help_option=False, **attributes)
        self.text = text or name
        """The code of its help."""
        self.params.append(_help_option())
        self.context_settings = {"max_content_width": 100, **self.context_settings}

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Take the arguments; what is wrong with them knows where it is."""
        try:
            return super().parse_args(ctx, args)
        except click.UsageError as error:
            error.ctx = error.ctx or ctx
            raise

    def explanation(self, context: click.Context) -> str:
        """What it does, in the reader's language: a sentence, and paragraphs that say more."""
        return _explanation(self.text, context)

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        """What follows its name in the usage line."""
        pieces = [piece for parameter in self.get_params(ctx) for piece in parameter.get_usage_pieces(ctx)]
        return [_say(ctx, "help.any_options"), *pieces]

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Its usage line."""
        prefix = f"{_say(ctx, 'help.usage')} "
        formatter.write_usage(ctx.command_path, " ".join(self.collect_usage_pieces(ctx)), prefix)

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """What it does."""
        formatter.write_paragraph()
        with formatter.indentation():
            formatter.write_text(self.explanation(ctx))

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Its options."""
        options = [parameter for parameter in self.get_params(ctx) if isinstance(parameter, Option)]
        formatter.write_paragraph()
        formatter.write(f"{_say(ctx, 'help.options')}\n")
        with formatter.indentation():
            formatter.write_dl([option.get_help_record(ctx) for option in options if not option.hidden])


class Command(_Localized):
    """A command whose help is `help.command.NAME`."""

    allow_extra_args = True  # so that they come here, where a path with spaces is recognised

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Take the arguments; what is left over is a mistake."""
        typed = list(args)
        left = super().parse_args(ctx, args)
        if ctx.args:
            raise TooManyWords(ctx, typed)
        return left


class CommandOfSource(Command):
    """A command whose argument may be a whole curl command: what is wrong with the line is said without quoting it."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Take the arguments; a curl command is one of them, in quotes."""
        if "curl" in args[:-1]:
            raise UsageProblem(Message("usage.curl_in_quotes"), ctx)
        try:
            return super().parse_args(ctx, args)
        except TooManyWords as why:
            raise UsageProblem(Message("usage.curl_in_quotes"), ctx) from why


class Group(_Localized, click.Group):
    """A group of commands, with help as theirs."""

    command_class = Command
    places: Mapping[str, str] = MappingProxyType({})
    """Its commands, in the order in which a person comes to need them, and the module of each, in `commands`."""

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, imported now where nobody has needed it yet."""
        if cmd_name in self.places and cmd_name not in self.commands:
            module = import_module(f"uploader.cli.commands.{self.places[cmd_name]}")
            self.add_command(getattr(module, cmd_name))
        return super().get_command(ctx, cmd_name)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt as why:
            raise CancelledError from why  # click would write an empty line to a terminal that may be gone

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        """Its options, then a command."""
        return [*super().collect_usage_pieces(ctx), _say(ctx, "help.any_command")]

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Its options and its commands."""
        super().format_options(ctx, formatter)
        formatter.write_paragraph()
        formatter.write(f"{_say(ctx, 'help.commands')}\n")
        with formatter.indentation():
            formatter.write_dl([(name, self._in_short(name, ctx)) for name in self.list_commands(ctx)])

    def _in_short(self, name: str, context: click.Context) -> str:
        """What one of its commands does, in a sentence; one that nobody needed yet is not imported for that."""
        known = self.commands.get(name)
        text = known.text if isinstance(known, _Localized) else name
        return _explanation(text, context).partition("\n")[0]

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  # click's signature
        """Its commands, in the order of `places`, then those that were added to it."""
        return list(dict.fromkeys([*self.places, *self.commands]))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that was typed."""
        if self.get_command(ctx, args[0]) is None and not ctx.resilient_parsing:
            raise UsageProblem(no_such_command(args[0], self.list_commands(ctx)), ctx)
        return super().resolve_command(ctx, args)


class _ContextOfGroup(click.Context):
    """That of a command which is called as its group is."""

    @property
    def command_path(self) -> str:
        """How it is called."""
        return super().command_path if self.parent is None else self.parent.command_path


class CommandOfGroup(Command):
    """What a group does with a word that is none of its commands."""

    context_class = _ContextOfGroup


class GroupOfNames(Group):
    """A group that shows what is named: `templates NAME`, besides its commands, `templates import`."""

    shows: CommandOfGroup
    """What a word is given to that is no command."""

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        """Its options, then a name or a command."""
        options, command = super().collect_usage_pieces(ctx)
        names = " | ".join(piece for piece in self.shows.collect_usage_pieces(ctx) if piece != options)
        return [options, f"[{names} | {command}]"]

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that was typed, or the one that shows what is named."""
        if self.get_command(ctx, args[0]) is not None:
            return super().resolve_command(ctx, args)
        is_name = "/" in args[0] or args[0].endswith(".toml")
        if not is_name and is_like(args[0], self.list_commands(ctx)) and not ctx.resilient_parsing:
            raise UsageProblem(no_such_command(args[0], self.list_commands(ctx)), ctx)
        return self.name, self.shows, args


def option(*names: str, text: str, **attributes: Any) -> Decorator:
    """An option of a command, by the code of its help."""
    return click.option(*names, cls=Option, text=text, **attributes)


def argument(name: str, metavar: str, **attributes: Any) -> Decorator:
    """An argument of a command, by the code of its metavar."""
    return click.argument(name, cls=Argument, metavar=metavar, **attributes)


def command(name: str) -> Callable[[Callable[..., Any]], Command]:
    """A command, by the name under which its help is."""
    return click.command(name, cls=Command)


def group(name: str) -> Callable[[Callable[..., Any]], Group]:
    """A group that may also be run without one of its commands."""
    return click.group(name, cls=Group, invoke_without_command=True)


def group_of_names(name: str) -> Callable[[Callable[..., Any]], GroupOfNames]:
    """A group that shows what is named, where that is none of its commands."""
    return click.group(name, cls=GroupOfNames, invoke_without_command=True)


def _help_option() -> Option:
    names = ["-h", "--help"]
    return Option(names, text="help", is_flag=True, is_eager=True, expose_value=False, callback=_show_help)


def _show_help(context: click.Context, _: click.Parameter, is_wanted: bool) -> None:
    if is_wanted is True and not context.resilient_parsing:
        tell(context.get_help())
        context.exit()
