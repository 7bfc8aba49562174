"""The commands over a list: send, resume, check, preview."""

from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from uploader.cli import exit_codes, settings
from uploader.cli.options import (
    base_url_option,
    json_option,
    language_option,
    list_argument,
    quiet_option,
    reading_options,
    sandbox_option,
    sending_options,
    setting_option,
    yes_option,
)
from uploader.cli.terminal import tell_all
from uploader.errors import about

if TYPE_CHECKING:
    from uploader.actions.options import ReadOptions, SendOptions


@click.command()
@list_argument
@reading_options
@setting_option
@sending_options
@sandbox_option
@language_option
@yes_option
@json_option
@quiet_option
def send(
    list_path: Path,
    given: dict[str, str],
    sandbox: bool,
    language: str | None,
    yes: bool,
    as_json: bool,
    quiet: bool,
    **options: Any,
) -> int:
    """Check LIST, send its rows, and write the result workbook."""
    from uploader.actions.options import DEFAULT_TEMPLATE
    from uploader.actions.send import send as action
    from uploader.cli.report.ending import show_end

    read = _read_options(options)
    session = settings.session(given, asks=not yes, quiet=quiet, language=language, as_json=as_json)
    with about(list_path, read.template or DEFAULT_TEMPLATE):
        summary = action(list_path, read, _send_options(options, sandbox=sandbox), session)
    return show_end(summary, session.language, as_json=as_json)


@click.command()
@click.argument("which", metavar="[LIST|JOB]", required=False)
@setting_option
@sending_options
@sandbox_option
@language_option
@yes_option
@json_option
@quiet_option
def resume(
    which: str | None,
    given: dict[str, str],
    sandbox: bool,
    language: str | None,
    yes: bool,
    as_json: bool,
    quiet: bool,
    **options: Any,
) -> int:
    """Go on with an unfinished job: that of a LIST, of a JOB's number, or the last one.

    It needs nothing but the journal: the list may have been moved or edited since.
    """
    from uploader.actions.resume import resume as action
    from uploader.cli.report.ending import show_end

    session = settings.session(given, asks=not yes, quiet=quiet, language=language, as_json=as_json)
    summary = action(which, _send_options(options, sandbox=sandbox), session)
    return show_end(summary, session.language, as_json=as_json)


@click.command()
@list_argument
@reading_options
@language_option
@yes_option
@json_option
@quiet_option
def check(list_path: Path, language: str | None, yes: bool, as_json: bool, quiet: bool, **options: Any) -> int:
    """Check LIST alone: nothing is sent. What is wrong is also written as a workbook beside it."""
    from uploader.actions.check import check as action
    from uploader.actions.options import DEFAULT_TEMPLATE
    from uploader.cli.report import lists
    from uploader.cli.report.ending import as_json_object

    read = _read_options(options)
    asks = not yes and not as_json
    session = settings.session({}, asks=asks, with_secrets=False, quiet=quiet, language=language)
    with about(list_path, read.template or DEFAULT_TEMPLATE):
        checked = action(list_path, read, session)
    code = exit_codes.of_check(checked.summary)
    tell_all(lists.check(checked, session.language), to_error=as_json)
    if as_json:
        tell_all([as_json_object(checked.summary, code, session.language)])
    return code


@click.command()
@list_argument
@click.option(
    "--row", "number", type=click.IntRange(min=1), required=True, metavar="N", help="The row's number in Excel."
)
@click.option("--curl", is_flag=True, help="As a curl command.")
@reading_options
@setting_option
@base_url_option
@yes_option
def preview(
    list_path: Path,
    number: int,
    curl: bool,
    given: dict[str, str],
    base_url: str | None,
    yes: bool,
    **options: Any,
) -> int:
    """Show the exact request of one row of LIST, the token masked. Nothing is sent."""
    from uploader.actions.preview import preview as action
    from uploader.cli.report import lists

    session = settings.session(given, asks=not yes, with_secrets=False)
    request, problems = action(list_path, _read_options(options), number, session, base_url)
    tell_all([lists.curl(request)] if curl else lists.request(request))
    tell_all(lists.problems_of_row(problems, session.language), to_error=True)
    is_stopped = any(problem.stops for problem in problems)
    return exit_codes.ExitCode.NOTHING_SENT if is_stopped else exit_codes.ExitCode.DONE


def _read_options(options: dict[str, Any]) -> "ReadOptions":
    """What `reading_options` were given, taken out of `options`."""
    from uploader.actions.options import ReadOptions

    return ReadOptions(**{field.name: options.pop(field.name) for field in fields(ReadOptions)})


def _send_options(options: dict[str, Any], *, sandbox: bool) -> "SendOptions":
    from uploader.actions.options import SandboxConfig, SendOptions

    return SendOptions(**options, sandbox=SandboxConfig() if sandbox else None)
