"""The commands: each is parse, call, exit code. Only the one that was typed is imported."""

import click

from uploader import __version__
from uploader.cli.localized import Option, group
from uploader.cli.options import language_option
from uploader.cli.terminal import tell
from uploader.model.exit_codes import ExitCode


@group("cli")
@click.version_option(__version__, message="uploader %(version)s", cls=Option, text="version")
@language_option
@click.pass_context
def cli(context: click.Context, language: str) -> int | None:  # noqa: ARG001  # `run` has found it on the line
    """Show the help where no command was typed."""
    if context.invoked_subcommand is not None:
        return None
    tell(context.get_help(), to_error=True)
    return ExitCode.NOTHING_SENT


cli.places = {
    "app": "app",
    "send": "lists",
    "check": "lists",
    "preview": "lists",
    "resume": "lists",
    "work": "lists",
    "results": "jobs",
    "history": "jobs",
    "verify": "jobs",
    "settle": "settle",
    "journal": "journal",
    "templates": "templates",
    "blank": "templates",
    "sandbox": "sandbox",
    "demo": "sandbox",
}
