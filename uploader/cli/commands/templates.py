"""The commands over templates: list them, show one, write an empty list for one."""

from pathlib import Path

import click

from uploader.cli import settings
from uploader.cli.terminal import tell_all
from uploader.i18n import in_language


@click.command()
@click.argument("name", required=False)
def templates(name: str | None) -> None:
    """List the templates, or show what NAME sends and what a list needs for it."""
    from uploader.actions import templates as action
    from uploader.cli.report import jobs

    session = settings.session({}, asks=False)
    if name is None:
        tell_all(f"{one.name}  {in_language(one.title, session.language)}" for one in action.templates(session))
    else:
        tell_all(jobs.template(*action.template(name, session), session.language))


@click.command()
@click.argument("name")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), metavar="FILE",
    help="An .xlsx or .csv file.  [default: the template's name, .xlsx]",
)  # fmt: skip
def blank(name: str, output: Path | None) -> None:
    """Write an empty list for the template NAME: its columns, an example row, and what each column means."""
    from uploader.actions.templates import blank as action

    tell_all([f"Blank list: {action(name, output, settings.session({}, asks=False))}"])
