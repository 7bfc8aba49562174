"""The commands: parse, call, exit code."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from uploader import __version__
from uploader.cli import exit_codes, settings
from uploader.cli.job_commands import history, results, settle, verify
from uploader.cli.options import (
    base_url_option,
    json_option,
    language_option,
    list_argument,
    look_at_sandbox_option,
    quiet_option,
    reading_options,
    sandbox_option,
    sending_options,
    setting_option,
    yes_option,
)
from uploader.cli.sandbox_command import sandbox
from uploader.cli.terminal import tell_all
from uploader.errors import SettingsError, UploaderError

if TYPE_CHECKING:
    from uploader.actions.session import Session
    from uploader.checks.checked_list import ReadOptions
    from uploader.model.job import Summary

_DEMO_LIST = "interactions.xlsx"
_DEMO_LATENCY_SECONDS = 0.25


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, message="uploader %(version)s")
def cli() -> None:
    """Send a spreadsheet to an API, one request per row, and get it back with what happened to every row.

    Try it:  uploader demo
    """


for command in (results, verify, settle, history, sandbox):
    cli.add_command(command)


@cli.command()
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
    told: dict[str, str],
    sandbox: bool,
    language: str | None,
    yes: bool,
    as_json: bool,
    quiet: bool,
    **options: Any,
) -> int:
    """Check LIST, send its rows, and write the result workbook."""
    from uploader.actions import send
    from uploader.sandbox import SandboxConfig
    from uploader.sending.sender import SendOptions

    how = _reading(options)
    around = settings.found(told, sandbox=sandbox, asks=not yes, quiet=quiet, language=language)
    with _about(list_path, how.template):
        sending = SendOptions(**options, sandbox=SandboxConfig() if sandbox else None)
        summary = send.send(list_path, how, sending, around)
    return _shown(summary, as_json=as_json)


@cli.command()
@click.argument("which", metavar="[LIST|JOB]", required=False)
@setting_option
@sending_options
@look_at_sandbox_option
@language_option
@yes_option
@json_option
@quiet_option
def resume(
    which: str | None,
    told: dict[str, str],
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
    from uploader.actions import send
    from uploader.sandbox import SandboxConfig
    from uploader.sending.sender import SendOptions

    around = settings.found(told, sandbox=sandbox, asks=not yes, quiet=quiet, language=language)
    sending = SendOptions(**options, sandbox=SandboxConfig() if sandbox else None)
    return _shown(send.resume(which, sending, around), as_json=as_json)


@cli.command()
@list_argument
@reading_options
@language_option
@yes_option
@json_option
@quiet_option
def check(list_path: Path, language: str | None, yes: bool, as_json: bool, quiet: bool, **options: Any) -> int:
    """Check LIST alone: nothing is sent. What is wrong is also written as a workbook beside it."""
    from uploader.actions import check
    from uploader.cli import report

    how = _reading(options)
    with _about(list_path, how.template):
        found = check.check(list_path, how, _onlooker(language, asks=not yes and not as_json, quiet=quiet))
    opened, code = found.opened, exit_codes.of_check(found.summary)
    lines = [
        *report.checked(
            opened.table.reading(),
            opened.notes,
            list_path.name,
            opened.table.header,
            opened.listed,
            opened.fields,
            opened.template,
        ),
        *report.findings(found.findings, found.summary.counts, found.workbook),
    ]
    tell_all(lines, to_error=as_json)
    if as_json:
        tell_all([report.as_json(found.summary, code)])
    return code


@cli.command()
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
    told: dict[str, str],
    base_url: str | None,
    yes: bool,
    **options: Any,
) -> int:
    """Show the exact request of one row of LIST, the token masked. Nothing is sent."""
    from uploader.actions import check
    from uploader.cli import report

    around = settings.found(told, asks=not yes, with_secrets=False)
    request, problems = check.preview(list_path, _reading(options), number, around, base_url)
    tell_all([report.curl(request)] if curl else report.request(request))
    for problem in problems:
        what = "This row would not be sent." if problem.stops else "Warning:"
        click.echo(f"{what} {problem.cell}: {problem.cause}. {problem.mend}", err=True)
    is_stopped = any(problem.stops for problem in problems)
    return exit_codes.ExitCode.NOTHING_SENT if is_stopped else exit_codes.ExitCode.DONE


@cli.command()
@click.argument("name", required=False)
def templates(name: str | None) -> None:
    """List the templates, or show what NAME sends and what a list needs for it."""
    from uploader.cli import report
    from uploader.templates.catalog import Catalog

    catalog = Catalog.of(settings.home())
    if name is None:
        tell_all(f"{known}  {catalog.load(known).title}" for known in catalog.names())
    else:
        tell_all(report.template(catalog.load(name), catalog.path(name)))


@cli.command()
@click.argument("name")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), metavar="FILE",
    help="An .xlsx or .csv file.  [default: the template's name, .xlsx]",
)  # fmt: skip
def blank(name: str, output: Path | None) -> None:
    """Write an empty list for the template NAME: its columns, an example row, and what each column means."""
    from uploader.templates.catalog import Catalog
    from uploader.workbooks import blank as blank_workbook

    template = Catalog.of(settings.home()).load(name)
    target = output or Path(f"{template.name.rpartition('/')[2]}.xlsx")
    if target.suffix.lower() not in (".xlsx", ".csv"):
        raise SettingsError(f"A blank list is an .xlsx or a .csv file, not {target.name}.")
    if not target.absolute().parent.is_dir():
        raise SettingsError(f"There is no folder {target.absolute().parent} for {target.name}.")
    if target.exists():
        raise SettingsError(f"{target} is there already and is left alone. Give another name with -o.")
    blank_workbook.write(target, template.columns)
    click.echo(f"Blank list: {target.absolute()}")


@cli.command()
@language_option
@quiet_option
@json_option
def demo(language: str | None, quiet: bool, as_json: bool) -> int:
    """Send a sample list to a practice server inside, and write interactions.results.xlsx here.

    Some of its rows are refused on purpose, to show what that looks like; so the exit code is 1.
    """
    from uploader.actions import send
    from uploader.checks.checked_list import ReadOptions
    from uploader.sandbox import SandboxConfig
    from uploader.sending.sender import SendOptions
    from uploader.templates.catalog import shipped

    sending = SendOptions(
        output=Path(_DEMO_LIST).with_suffix(".results.xlsx"),
        sandbox=SandboxConfig(latency_seconds=_DEMO_LATENCY_SECONDS),
    )
    around = settings.found({}, sandbox=True, asks=False, quiet=quiet, language=language)
    summary = send.send(shipped("sample_data") / _DEMO_LIST, ReadOptions(), sending, around)
    return _shown(summary, as_json=as_json)


def _onlooker(language: str | None, *, asks: bool, quiet: bool) -> "Session":
    """The world for a command that sends nothing, and so needs no settings."""
    return settings.found({}, asks=asks, asks_settings=False, with_secrets=False, quiet=quiet, language=language)


def _reading(options: dict[str, Any]) -> "ReadOptions":
    """What `reading_options` were told, taken out of `options`."""
    from uploader.checks.checked_list import ReadOptions

    return ReadOptions(**{field.name: options.pop(field.name) for field in fields(ReadOptions)})


@contextmanager
def _about(list_path: Path, template: str | None) -> Iterator[None]:
    """Errors of the block know what they are about, for the JSON object."""
    from uploader.checks.checked_list import DEFAULT_TEMPLATE

    try:
        yield
    except UploaderError as error:
        error.list_path, error.template = list_path, template or DEFAULT_TEMPLATE
        raise


def _shown(summary: "Summary", *, as_json: bool) -> int:
    """Tell how a run ended; its exit code."""
    from uploader.cli import report

    code = exit_codes.of_send(summary)
    if summary.sent or summary.interrupted:
        tell_all(report.summed_up(summary), to_error=as_json)
    if as_json:
        tell_all([report.as_json(summary, code)])
    return code
