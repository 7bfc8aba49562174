"""The commands: each is parse, call, exit code."""

import click

from uploader import __version__
from uploader.cli.commands.jobs import history, results, verify
from uploader.cli.commands.lists import check, preview, resume, send
from uploader.cli.commands.sandbox import demo, sandbox
from uploader.cli.commands.settle import settle
from uploader.cli.commands.templates import blank, templates


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, message="uploader %(version)s")
def cli() -> None:
    """Send a spreadsheet to an API, one request per row, and get it back with what happened to every row.

    Try it:  uploader demo
    """


for command in (send, check, preview, resume, results, history, verify, settle, templates, blank, sandbox, demo):
    cli.add_command(command)
