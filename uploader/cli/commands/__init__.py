"""The commands: each is parse, call, exit code."""

import click

from uploader import __version__
from uploader.cli.commands.app import app
from uploader.cli.commands.jobs import history, results, verify
from uploader.cli.commands.lists import check, preview, resume, send
from uploader.cli.commands.sandbox import demo, sandbox
from uploader.cli.commands.settle import settle
from uploader.cli.commands.templates import blank, templates
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


for command in (app, send, check, preview, resume, results, history, verify, settle, templates, blank, sandbox, demo):
    cli.add_command(command)
