"""The commands over jobs that are in the journal: results, verify, history, forget. They send nothing."""

from pathlib import Path

import click

from uploader.cli import settings
from uploader.cli.localized import argument, command, group, option
from uploader.cli.options import (
    annotate_option,
    language_option,
    look_at_sandbox_option,
    output_option,
    redact_option,
    which_argument,
    yes_option,
)
from uploader.cli.terminal import tell, tell_all
from uploader.cli.values import list_or_job, path
from uploader.model import exit_codes


@command("results")
@which_argument
@output_option
@redact_option
@annotate_option
@look_at_sandbox_option
@language_option
def results(
    which: str | None, output: Path | None, redact: tuple[str, ...], annotate: bool, sandbox: bool, language: str
) -> None:
    """Write the result workbook again."""
    from uploader.actions.results import results as action
    from uploader.cli.report import jobs as report

    session = settings.session({}, asks=False, language=language)
    job, path = action(which, output, session, redact=redact, sandbox=sandbox, annotate=annotate)
    tell_all(report.written(job, path, session.language))


@command("verify")
@argument("workbook", metavar="workbook", type=path)
@language_option
def verify(workbook: Path, language: str) -> int:
    """Say whether the rows of a result workbook are as they were written, and which are not."""
    from uploader.actions.verify import verify as action
    from uploader.cli.report import verification as report

    session = settings.session({}, asks=False, language=language)
    verification = action(workbook, session)
    tell_all(report.verification(verification, language))
    return exit_codes.of_verify(is_as_written=verification.is_as_written)


@group("history")
@option("--json", "as_json", text="history_json", is_flag=True)
@look_at_sandbox_option
@language_option
@click.pass_context
def history(context: click.Context, as_json: bool, sandbox: bool, language: str) -> None:
    """Show the jobs that were sent from this computer, the newest first."""
    from uploader.actions.history import history as action
    from uploader.actions.history import sendings, sent_by_others, tell_of_other_journal, under_way
    from uploader.cli.report import jobs as report

    if context.invoked_subcommand is not None:
        return
    session = settings.session({}, asks=False, language=language)
    tell_of_other_journal(session, sandbox=sandbox)
    jobs = action(session, sandbox=sandbox)
    passing = under_way(jobs, session, sandbox=sandbox)
    if as_json:
        from uploader.cli.report.jobs_json import as_json_array

        tell(as_json_array(jobs, language, sendings(jobs, session, sandbox=sandbox), passing))
    else:
        others = sent_by_others(jobs, session, sandbox=sandbox)
        tell_all(report.jobs(jobs, language, others, under_way=passing, sandbox=sandbox))


@history.command("forget")
@argument("which", metavar="list_or_job", type=list_or_job, nargs=-1, required=False)
@option("--older-than", text="older_than", metavar="days")
@option("--everything", text="everything", is_flag=True)
@look_at_sandbox_option
@language_option
@yes_option
def forget(
    which: tuple[str, ...], older_than: str | None, everything: bool, sandbox: bool, language: str, yes: bool
) -> int:
    """Delete the customer data of jobs."""
    from uploader.actions import history as action
    from uploader.cli.report import jobs as report

    session = settings.session({}, asks=not yes, language=language)
    jobs = action.jobs_to_forget(which, older_than, session, everything=everything, sandbox=sandbox)
    files = action.files_with_data(jobs, session, sandbox=sandbox)
    tell_all(report.to_forget(jobs, files, session.language, everything=everything, sandbox=sandbox))
    if jobs and action.is_confirmed(session):
        action.forget(jobs, session, everything=everything, sandbox=sandbox)
        tell_all(report.forgotten(session.language))
    return exit_codes.ExitCode.DONE
