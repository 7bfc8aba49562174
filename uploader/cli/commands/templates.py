"""The commands over templates: list them, show one, import and check them, write an empty list for one."""

from pathlib import Path

import click

from uploader.cli import settings
from uploader.cli.localized import CommandOfGroup, CommandOfSource, argument, command, group_of_names, option
from uploader.cli.options import language_option
from uploader.cli.stdin import STDIN, text_of_stdin
from uploader.cli.terminal import tell, tell_all
from uploader.cli.values import path
from uploader.i18n import Message, render
from uploader.model.exit_codes import ExitCode


@group_of_names("templates")
@language_option
@click.pass_context
def templates(context: click.Context, language: str) -> None:
    """List the templates."""
    from uploader.actions.templates import known as action
    from uploader.cli.report import templates as report

    if context.invoked_subcommand is None:
        session = settings.session({}, asks=False, language=language)
        tell_all(report.templates(action.templates(session), session.language))


@click.command("templates", cls=CommandOfGroup)
@argument("name", metavar="name")
@language_option
def show(name: str, language: str) -> None:
    """Show what one of them sends, and what a list needs for it."""
    from uploader.actions.templates import known as action
    from uploader.cli.report import templates as report

    session = settings.session({}, asks=False, language=language)
    tell_all(report.template(*action.template(name, session), session.language))


templates.shows = show


@templates.command("import", cls=CommandOfSource)
@argument("source", metavar="source")
@option("--request", "wish", text="import_request", metavar="name")
@option("-o", "--output", text="import_output", type=path, metavar="path", default_text="import")
@language_option
def import_(source: str, wish: str | None, output: Path | None, language: str) -> int:
    """Make a template and its blank list out of a curl command, a HAR file, a collection or a description."""
    from uploader.actions.templates.imports import import_templates
    from uploader.cli.report import importing as report

    session = settings.session({}, asks=False, language=language)
    is_piped = source == str(STDIN)
    given = text_of_stdin() if is_piped else source
    made, refused = import_templates(given, wish, output, session, is_content=is_piped)
    tell_all(report.imported(made, refused, session.language))
    is_whole = not refused and not any(one.draft.is_body_broken for one in made)
    return ExitCode.DONE if is_whole else ExitCode.SOME_ROWS_ARE_NOT


@templates.command("check", text="check_template")
@argument("name", metavar="name")
@language_option
def check(name: str, language: str) -> int:
    """Show what a template would send for its example row, and what in it is doubtful."""
    from uploader.actions.templates.checks import check_template
    from uploader.cli.report import importing as report

    session = settings.session({}, asks=False, language=language)
    tell_all(report.checked(check_template(name, session), session.language))
    return ExitCode.DONE


@command("blank")
@argument("name", metavar="name")
@option("-o", "--output", text="blank_output", type=path, metavar="file", default_text="blank")
@language_option
def blank(name: str, output: Path | None, language: str) -> None:
    """Write an empty list for a template."""
    from uploader.actions.options import ReadOptions
    from uploader.actions.templates.known import blank as action
    from uploader.cli.report import commands

    path = action(name, output, settings.session({}, asks=False, language=language))
    tell(render(Message("cli.blank", path=str(path)), language))
    tell(render(Message("cli.blank_next"), language))
    tell(f"  {commands.send(path, ReadOptions(template=name))}")
