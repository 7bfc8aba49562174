"""The commands over templates: list them, show one, write an empty list for one."""

from pathlib import Path

from uploader.cli import settings
from uploader.cli.localized import argument, command, option
from uploader.cli.options import language_option
from uploader.cli.terminal import tell, tell_all
from uploader.cli.values import path
from uploader.i18n import Message, render


@command("templates")
@argument("name", metavar="name", required=False)
@language_option
def templates(name: str | None, language: str) -> None:
    """List the templates, or show what one sends and what a list needs for it."""
    from uploader.actions import templates as action
    from uploader.cli.report import templates as report

    session = settings.session({}, asks=False, language=language)
    if name is None:
        tell_all(report.templates(action.templates(session), session.language))
    else:
        tell_all(report.template(*action.template(name, session), session.language))


@command("blank")
@argument("name", metavar="name")
@option("-o", "--output", text="blank_output", type=path, metavar="file", default_text="blank")
@language_option
def blank(name: str, output: Path | None, language: str) -> None:
    """Write an empty list for a template."""
    from uploader.actions.templates import blank as action

    path = action(name, output, settings.session({}, asks=False, language=language))
    tell(render(Message("cli.blank", path=str(path)), language))
