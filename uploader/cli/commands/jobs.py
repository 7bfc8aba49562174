"""The commands over jobs that are in the journal: results, verify, history, forget. They send nothing."""

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
    from uploader.actions.results import results as action
    from uploader.cli.report.numbers import counted

    session = settings.session({}, asks=False, language=language)
    job, path = action(which, output, session, redact=redact, sandbox=sandbox)
    tell_all([f"Job {job.id}, {job.list_path.name}: {counted(job.counts)}.", f"Results: {path}"])


@click.command()
@click.argument("workbook", metavar="WORKBOOK", type=click.Path(path_type=Path))
def verify(workbook: Path) -> int:
    """Tell whether the rows of a result WORKBOOK are as they were written, and which are not."""
    from uploader.actions.verify import verify as action
    from uploader.cli.report import jobs as report

    session = settings.session({}, asks=False)
    verification = action(workbook, session)
    tell_all(report.verification(verification, session.language))
    return exit_codes.of_verify(is_as_written=verification.is_as_written)


@click.group(invoke_without_command=True)
@look_at_sandbox_option
@click.pass_context
def history(context: click.Context, sandbox: bool) -> None:
    """Show the jobs that were sent from this computer, the newest first."""
    from uploader.actions.history import history as action
    from uploader.cli.report import jobs as report

    if context.invoked_subcommand is None:
        session = settings.session({}, asks=False)
        tell_all(report.jobs(action(session, sandbox=sandbox), session.language))


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
    from uploader.actions import history as action
    from uploader.cli.report import jobs as report

    session = settings.session({}, asks=not yes)
    jobs = action.jobs_to_forget(numbers, older_than, session, everything=everything, sandbox=sandbox)
    tell_all(report.to_forget(jobs, session.language, everything=everything))
    if jobs and action.is_confirmed(session):
        action.forget(jobs, session, everything=everything, sandbox=sandbox)
        tell_all([report.FORGOTTEN])
    return exit_codes.ExitCode.DONE
