"""The command `settle`: somebody looked up the rows whose outcome is unknown."""

import click

from uploader.cli import settings
from uploader.cli.localized import argument, command, option
from uploader.cli.options import language_option, look_at_sandbox_option
from uploader.cli.terminal import tell_all
from uploader.cli.values import whole_number


@command("settle")
@argument("number", metavar="job", type=whole_number(1))
@option("--row", text="settled_rows", type=whole_number(1), required=True, metavar="N")
@option("--arrived", text="arrived", is_flag=True)
@option("--not-arrived", text="not_arrived", is_flag=True)
@look_at_sandbox_option
@language_option
def settle(number: int, row: int, arrived: bool, not_arrived: bool, sandbox: bool, language: str) -> None:
    """Close a row of a JOB whose outcome is unknown, after you have looked it up."""
    from uploader.actions.settle import settle as action
    from uploader.cli.report import jobs as report

    if arrived is not_arrived:
        raise click.UsageError("Say what you found in the API's own system: --arrived or --not-arrived.")
    session = settings.session({}, asks=False, language=language)
    job = action(number, row, session, arrived=arrived, sandbox=sandbox)
    tell_all(report.settled(job, row, sandbox=sandbox))
