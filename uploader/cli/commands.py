"""The commands: parse, call, exit code."""

import math
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from uploader import __version__, exits
from uploader.cli import surroundings
from uploader.cli.options import (
    base_url_option,
    json_option,
    list_argument,
    output_option,
    practice_option,
    quiet_option,
    reading_options,
    sandbox_option,
    sending_options,
    setting_option,
    yes_option,
)
from uploader.cli.telling import tell
from uploader.errors import SettingsError, UploaderError
from uploader.model import Summary

if TYPE_CHECKING:
    from uploader.reading import Reading
    from uploader.surroundings import Surroundings

_SANDBOX_PORT = 8025
_DEMO_LIST = "interactions.xlsx"
_DEMO_LATENCY_SECONDS = 0.25


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, message="uploader %(version)s")
def cli() -> None:
    """Send a spreadsheet to an API, one request per row, and get it back with what happened to every row.

    Try it:  uploader demo
    """


@cli.command()
@list_argument
@reading_options
@setting_option
@sending_options
@sandbox_option
@yes_option
@json_option
@quiet_option
def send(
    list_path: Path,
    told: dict[str, str],
    sandbox: bool,
    yes: bool,
    as_json: bool,
    quiet: bool,
    **options: Any,
) -> int:
    """Check LIST, send its rows, and write the result workbook."""
    from uploader import upload
    from uploader.run import Sending
    from uploader.sandbox import Practice

    how = _reading(options)
    around = surroundings.found(told, practice=sandbox, asks=not yes, quiet=quiet)
    with _about(list_path, how.template):
        sending = Sending(**options, practice=Practice() if sandbox else None)
        summary = upload.send(list_path, how, sending, around)
    return _shown(summary, as_json=as_json)


@cli.command()
@click.argument("which", metavar="[LIST|JOB]", required=False)
@setting_option
@sending_options
@practice_option
@yes_option
@json_option
@quiet_option
def resume(
    which: str | None,
    told: dict[str, str],
    sandbox: bool,
    yes: bool,
    as_json: bool,
    quiet: bool,
    **options: Any,
) -> int:
    """Go on with an unfinished job: that of a LIST, of a JOB's number, or the last one.

    It needs nothing but the journal: the list may have been moved or edited since.
    """
    from uploader import upload
    from uploader.run import Sending
    from uploader.sandbox import Practice

    around = surroundings.found(told, practice=sandbox, asks=not yes, quiet=quiet)
    sending = Sending(**options, practice=Practice() if sandbox else None)
    return _shown(upload.resume(which, sending, around), as_json=as_json)


@cli.command()
@list_argument
@reading_options
@yes_option
@json_option
@quiet_option
def check(list_path: Path, yes: bool, as_json: bool, quiet: bool, **options: Any) -> int:
    """Check LIST alone: nothing is sent. What is wrong is also written as a workbook beside it."""
    from uploader import checking, report

    how = _reading(options)
    with _about(list_path, how.template):
        found = checking.check(list_path, how, _onlooker(asks=not yes and not as_json, quiet=quiet))
    opened, code = found.opened, exits.of_check(found.summary)
    lines = [
        *report.checked(
            opened.table.reading(),
            opened.notes,
            list_path.name,
            opened.table.header,
            opened.fields,
            opened.template,
        ),
        *report.findings(found.findings, found.summary.counts, found.workbook),
    ]
    _print(lines, to_error=as_json)
    if as_json:
        _print([report.as_json(found.summary, code)])
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
    from uploader import checking, report

    around = surroundings.found(told, asks=not yes, with_secrets=False)
    request, problems = checking.preview(list_path, _reading(options), number, around, base_url)
    _print([report.curl(request)] if curl else report.request(request))
    for problem in problems:
        what = "This row would not be sent." if problem.stops else "Warning:"
        click.echo(f"{what} {problem.cell}: {problem.cause}. {problem.mend}", err=True)
    is_stopped = any(problem.stops for problem in problems)
    return exits.ExitCode.NOTHING_SENT if is_stopped else exits.ExitCode.DONE


@cli.command()
@click.argument("which", metavar="[LIST|JOB]", required=False)
@output_option
@practice_option
def results(which: str | None, output: Path | None, sandbox: bool) -> None:
    """Write the result workbook again, from the journal: of a LIST, of a JOB's number, or of the last job."""
    from uploader import archive, report

    job, path = archive.results(which, output, surroundings.found({}, asks=False), practice=sandbox)
    _print([f"Job {job.id}, {job.list_path.name}: {report.counted(job.counts)}.", f"Results: {path}"])


@cli.command()
@click.argument("number", metavar="JOB", type=int)
@click.option("--row", type=click.IntRange(min=1), required=True, metavar="N", help="The row's number in Excel.")
@click.option("--arrived/--not-arrived", default=None, required=True, help="What you found in the API's own system.")
@practice_option
def settle(number: int, row: int, arrived: bool, sandbox: bool) -> None:
    """Close a row of a JOB whose outcome is unknown, after you have looked it up."""
    from uploader import archive, report

    around = surroundings.found({}, asks=False)
    _print(report.settled(archive.settle(number, row, around, arrived=arrived, practice=sandbox), row))


@cli.group(invoke_without_command=True)
@practice_option
@click.pass_context
def history(context: click.Context, sandbox: bool) -> None:
    """Show the jobs that were sent from this computer, the newest first."""
    from uploader import archive, report

    if context.invoked_subcommand is None:
        _print(report.jobs(archive.history(surroundings.found({}, asks=False), practice=sandbox)))


@history.command()
@click.argument("numbers", metavar="[JOB]...", type=int, nargs=-1)
@click.option("--older-than", metavar="DAYS", help="All jobs that ended so long ago, as 90d.")
@click.option(
    "--everything", is_flag=True, help="Also the hashes by which a row is known that is sent again, and the job itself."
)
@practice_option
@yes_option
def forget(numbers: tuple[int, ...], older_than: str | None, everything: bool, sandbox: bool, yes: bool) -> int:
    """Delete the customer data of a JOB: cells, answers, advice.

    Its rows can't be sent or looked up any more. Hashes stay, so that a row that was accepted is still known when it is
    sent again.
    """  # fmt: skip
    from uploader import archive, report

    around = surroundings.found({}, asks=not yes)
    found = archive.to_forget(numbers, older_than, around, everything=everything, practice=sandbox)
    _print(report.to_forget(found, everything=everything))
    if found and (around.ask is None or around.ask(report.FORGET)):
        archive.forget(found, around, everything=everything, practice=sandbox)
        _print([report.FORGOTTEN])
    return exits.ExitCode.DONE


@cli.command()
@click.argument("name", required=False)
def templates(name: str | None) -> None:
    """List the templates, or show what NAME sends and what a list needs for it."""
    from uploader import report
    from uploader.catalog import Catalog

    catalog = Catalog.of(surroundings.home())
    if name is None:
        _print(f"{known}  {catalog.load(known).title}" for known in catalog.names())
    else:
        _print(report.template(catalog.load(name), catalog.path(name)))


@cli.command()
@click.argument("name")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), metavar="FILE",
    help="An .xlsx or .csv file.  [default: the template's name, .xlsx]",
)  # fmt: skip
def blank(name: str, output: Path | None) -> None:
    """Write an empty list for the template NAME: its columns, an example row, and what each column means."""
    from uploader.catalog import Catalog
    from uploader.workbooks import blank as blank_workbook

    template = Catalog.of(surroundings.home()).load(name)
    target = output or Path(f"{template.name.rpartition('/')[2]}.xlsx")
    if target.suffix.lower() not in (".xlsx", ".csv"):
        raise SettingsError(f"A blank list is an .xlsx or a .csv file, not {target.name}.")
    if not target.absolute().parent.is_dir():
        raise SettingsError(f"There is no folder {target.absolute().parent} for {target.name}.")
    if target.exists():
        raise SettingsError(f"{target} is there already and is left alone. Give another name with -o.")
    blank_workbook.write(target, template.columns)
    click.echo(f"Blank list: {target.absolute()}")


def _seconds(_: click.Context, __: click.Parameter, value: float) -> float:
    """A time that ends: click lets `nan` and `inf` through."""
    if not math.isfinite(value):
        raise click.BadParameter(f"{value} is no number of seconds.")
    return value


def _routing_points(_: click.Context, __: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...]:
    for value in values:
        if not (value.isascii() and value.isdigit()):
            raise click.BadParameter(f"a routing point is a number, not {value}. Repeat the option for several.")
    return values


@cli.command()
@click.option(
    "--port", type=click.IntRange(0, 65535), default=_SANDBOX_PORT, show_default=True, help="0 takes any free one."
)
@click.option(
    "--latency",
    type=click.FloatRange(min=0),
    default=0.2,
    show_default=True,
    callback=_seconds,
    metavar="SECONDS",
    help="Before each answer.",
)
@click.option(
    "--quota",
    type=click.IntRange(min=0),
    default=5000,
    show_default=True,
    metavar="N",
    help="Requests that it takes in all.",
)
@click.option(
    "--record",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Keep what it receives, as JSON lines.",
)
@click.option(
    "--at-once",
    type=click.IntRange(min=1),
    default=2,
    show_default=True,
    metavar="N",
    help="Requests that it takes at the same time.",
)
@click.option(
    "--time-limit",
    type=click.FloatRange(min=0, min_open=True),
    default=60,
    show_default=True,
    callback=_seconds,
    metavar="SECONDS",
    help="How long silence and trickle keep a request's place.",
)
@click.option(
    "--routing-point",
    "routing_points",
    multiple=True,
    callback=_routing_points,
    metavar="ID",
    help="Know this routing point; others no more. May be repeated.",
)
@click.option(
    "--fault",
    "faults",
    multiple=True,
    metavar="KIND:WHEN",
    help="Let row requests go wrong: every 7th (7), the 2nd to the 4th (2-4), or by chance (5%). May be repeated.",
)
@click.option("--seed", type=int, metavar="N", help="Make what goes wrong by chance repeatable.")
def sandbox(
    port: int,
    latency: float,
    quota: int,
    record: Path | None,
    at_once: int,
    time_limit: float,
    routing_points: tuple[str, ...],
    faults: tuple[str, ...],
    seed: int | None,
) -> None:
    """Run the practice server until Ctrl-C. It answers as wolkvox does, on this computer alone.

    What can go wrong with --fault: reset-before, reset-after, silence, trickle, error-500, html, half-answer,
    slow-down, retry-after, quota, quota-200, maintenance, contradiction, stop. A row whose text contains
    [practice KIND] has that fault each time it comes; with [practice KIND x2], the first 2 times.
    """
    from uploader import sandbox as server

    rules = tuple(map(server.FaultRule.parsed, faults))
    practice = server.Practice(port, latency, quota, record, at_once, time_limit, routing_points, rules, seed)
    with server.running(practice) as url:
        click.echo(f"The practice server listens on {url}")
        click.echo(f"Its token is {server.TOKEN}; it keeps to {at_once} requests at once and {quota:,} in all.")
        others = f"every routing point but {server.UNKNOWN_ROUTING_POINT}"
        click.echo(f"It knows {' and '.join(routing_points) or others}.")
        if rules:
            click.echo(f"It goes wrong on purpose: {', '.join(map(str, rules))}.")
        click.echo(f"What it received: {url}{server.RECORD_PATH}")
        click.echo(f"A new day for its quota: curl -X POST {url}{server.NEW_DAY_PATH}")
        click.echo(f"To send to it, set WOLKVOX_TOKEN={server.TOKEN} and WOLKVOX_SERVER=0000, then:")
        click.echo(f"  uploader send LIST --base-url {url}")
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            click.echo("Stopped.")


@cli.command()
@quiet_option
@json_option
def demo(quiet: bool, as_json: bool) -> int:
    """Send a sample list to a practice server inside, and write interactions.results.xlsx here.

    Some of its rows are refused on purpose, to show what that looks like; so the exit code is 1.
    """
    from uploader import upload
    from uploader.catalog import shipped
    from uploader.reading import Reading
    from uploader.run import Sending
    from uploader.sandbox import Practice

    sending = Sending(
        output=Path(_DEMO_LIST).with_suffix(".results.xlsx"), practice=Practice(latency_seconds=_DEMO_LATENCY_SECONDS)
    )
    around = surroundings.found({}, practice=True, asks=False, quiet=quiet)
    summary = upload.send(shipped("sample_data") / _DEMO_LIST, Reading(), sending, around)
    return _shown(summary, as_json=as_json)


def _onlooker(*, asks: bool, quiet: bool) -> "Surroundings":
    """The world for a command that sends nothing, and so needs no settings."""
    return surroundings.found({}, asks=asks, asks_settings=False, with_secrets=False, quiet=quiet)


def _reading(options: dict[str, Any]) -> "Reading":
    """What `reading_options` were told, taken out of `options`."""
    from uploader.reading import Reading

    return Reading(**{field.name: options.pop(field.name) for field in fields(Reading)})


@contextmanager
def _about(list_path: Path, template: str) -> Iterator[None]:
    """Errors of the block know what they are about, for the JSON object."""
    try:
        yield
    except UploaderError as error:
        error.list_path, error.template = list_path, template
        raise


def _shown(summary: Summary, *, as_json: bool) -> int:
    """Tell how a run ended; its exit code."""
    from uploader import report

    code = exits.of_send(summary)
    if summary.sent or summary.interrupted:
        _print(report.summed_up(summary), to_error=as_json)
    if as_json:
        _print([report.as_json(summary, code)])
    return code


def _print(lines: Iterable[str], *, to_error: bool = False) -> None:
    for line in lines:
        tell(line, to_error=to_error)
