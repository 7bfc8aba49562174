"""The commands over jobs that are in the journal: results, settle, history, forget. They send nothing."""

from pathlib import Path

import click

from uploader.cli import exit_codes, settings
from uploader.cli.options import language_option, look_at_sandbox_option, output_option, redact_option, yes_option
from uploader.cli.terminal import tell_all


@click.command()
@click.argument("which", metavar="[LIST|JOB]", required=False)
@output_option
@redact_option
@look_at_sandbox_option
@language_option
def results(
    which: str | None, output: Path | None, redact: tuple[str, ...], sandbox: bool, language: str | None
) -> None:
    """Write the result workbook again, from the journal: of a LIST, of a JOB's number, or of the last job."""
    from uploader.actions import history
    from uploader.cli import report

    around = settings.found({}, asks=False, language=language)
    job, path = history.results(which, output, around, redact=redact, sandbox=sandbox)
    tell_all([f"Job {job.id}, {job.list_path.name}: {report.counted(job.counts)}.", f"Results: {path}"])


@click.command()
@click.argument("workbook", metavar="WORKBOOK", type=click.Path(path_type=Path))
def verify(workbook: Path) -> int:
    """Tell whether the rows of a result WORKBOOK are as they were written, and which are not."""
    from uploader.actions import verify
    from uploader.cli import report

    found = verify.verify(workbook, settings.found({}, asks=False))
    tell_all(report.verified(found))
    return exit_codes.of_verify(is_as_written=found.is_as_written)


@click.command()
@click.argument("number", metavar="JOB", type=int)
@click.option("--row", type=click.IntRange(min=1), required=True, metavar="N", help="The row's number in Excel.")
@click.option("--arrived/--not-arrived", default=None, required=True, help="What you found in the API's own system.")
@look_at_sandbox_option
@language_option
def settle(number: int, row: int, arrived: bool, sandbox: bool, language: str | None) -> None:
    """Close a row of a JOB whose outcome is unknown, after you have looked it up."""
    from uploader.actions import history
    from uploader.cli import report

    around = settings.found({}, asks=False, language=language)
    tell_all(report.settled(history.settle(number, row, around, arrived=arrived, sandbox=sandbox), row))


@click.group(invoke_without_command=True)
@look_at_sandbox_option
@click.pass_context
def history(context: click.Context, sandbox: bool) -> None:
    """Show the jobs that were sent from this computer, the newest first."""
    from uploader.actions import history
    from uploader.cli import report

    if context.invoked_subcommand is None:
        tell_all(report.jobs(history.history(settings.found({}, asks=False), sandbox=sandbox)))


@history.command()
@click.argument("numbers", metavar="[JOB]...", type=int, nargs=-1)
@click.option("--older-than", metavar="DAYS", help="All jobs that ended so long ago, as 90d.")
@click.option(
    "--everything", is_flag=True, help="Also the hashes by which a row is known that is sent again, and the job itself."
)
@look_at_sandbox_option
@yes_option
def forget(numbers: tuple[int, ...], older_than: str | None, everything: bool, sandbox: bool, yes: bool) -> int:
    """Delete the customer data of a JOB: cells, answers, advice.

    Its rows can't be sent or looked up any more. Hashes stay, so that a row that was accepted is still known when it is
    sent again.
    """  # fmt: skip
    from uploader.actions import history
    from uploader.cli import report

    around = settings.found({}, asks=not yes)
    found = history.to_forget(numbers, older_than, around, everything=everything, sandbox=sandbox)
    tell_all(report.to_forget(found, everything=everything))
    if found and (around.ask is None or around.ask(report.FORGET)):
        history.forget(found, around, everything=everything, sandbox=sandbox)
        tell_all([report.FORGOTTEN])
    return exit_codes.ExitCode.DONE
