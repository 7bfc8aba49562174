"""The commands: parse, call, exit code. The single place where errors become sentences and exit codes."""

import locale
import os
import sys
import threading
import traceback
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from uploader import __version__, exits
from uploader.errors import SettingsError, UploaderError
from uploader.model import MASK, Summary

if TYPE_CHECKING:
    from uploader.model import Settings
    from uploader.reading import Reading
    from uploader.template import Setting, Template
    from uploader.upload import Surroundings

# What a command needs beyond this is imported in its body: `uploader --help` must not pay for pandas.

_Command = TypeVar("_Command", bound=Callable[..., Any])
_SANDBOX_PORT = 8025
_DEMO_LIST = "interactions.xlsx"
_DEMO_LATENCY_SECONDS = 0.25
_LANGUAGES = {"es": "es", "spanish": "es", "pt": "pt", "portuguese": "pt"}

_HISTORY_KEEPS = "it would stay in the shell's history"
_BUG = (
    "This is a bug in uploader, not a fault of yours: {kind} in {place}. "
    "Nothing is lost: what was sent is in the journal, see `uploader history`. "
    "The details are in {log}; please send that file with your report."
)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, message="uploader %(version)s")
def cli() -> None:
    """Send a spreadsheet to an API, one request per row, and get it back with what happened to every row.

    Try it:  uploader demo
    """


def _options(*options: Callable[[_Command], _Command]) -> Callable[[_Command], _Command]:
    """Several options as one decorator, in the order in which the help shows them."""

    def decorate(command: _Command) -> _Command:
        for option in reversed(options):
            command = option(command)
        return command

    return decorate


def _pairs(_: click.Context, option: click.Parameter, values: tuple[str, ...]) -> dict[str, str]:
    """`NAME=VALUE`, any number of times."""
    pairs = {}
    for value in values:
        name, equals, rest = value.partition("=")
        if not equals or not name.strip():
            raise click.BadParameter(f"write it as {option.metavar}.")
        pairs[name.strip()] = rest
    return pairs


_list_argument = click.argument("list_path", metavar="LIST", type=click.Path(path_type=Path))
_template_option = click.option(
    "-t", "--template", default="wolkvox/add_interaction", show_default=True, metavar="NAME",
    help="The template: a name that `uploader templates` shows, or a path to a .toml file.",
)  # fmt: skip
_reading_options = _options(
    _template_option,
    click.option("--map", "mapping", multiple=True, callback=_pairs, metavar="FIELD=COLUMN",
                 help="Which column, by name or letter, fills a field. May be repeated."),
    click.option("--sheet", metavar="NAME", help="The workbook's sheet that holds the list."),
    click.option("--header-row", type=click.IntRange(min=1), metavar="N", help="The row that holds the column names."),
    click.option("--encoding", metavar="NAME", help="The CSV's encoding, such as utf-8 or cp1252."),
    click.option("--delimiter", metavar="C", help="The CSV's delimiter: one character, or the word tab."),
)  # fmt: skip
_setting_option = click.option(
    "--set", "told", multiple=True, callback=_pairs, metavar="NAME=VALUE",
    help="A setting, such as wolkvox_server=0042. Secret ones are taken from the environment or asked for.",
)  # fmt: skip
_base_url_option = click.option(
    "--base-url",
    metavar="URL",
    help="Send to this scheme and host instead of the template's; http only to this machine.",
)
_sandbox_option = click.option("--sandbox", is_flag=True, help="Send to a practice server inside instead of the API.")
_practice_option = click.option("--sandbox", is_flag=True, help="Look at what was sent to the practice server.")
_yes_option = click.option("--yes", is_flag=True, help="Ask nothing; never widens what is sent.")
_json_option = click.option("--json", "as_json", is_flag=True, help="Print the summary as one JSON object.")
_quiet_option = click.option("--quiet", is_flag=True, help="No progress bar.")
_output_option = click.option(
    "-o", "--output", type=click.Path(path_type=Path), metavar="PATH",
    help="The result workbook.  [default: <list name>.results.xlsx beside the list]",
)  # fmt: skip


@cli.command()
@_list_argument
@_reading_options
@_setting_option
@click.option(
    "--concurrency",
    type=click.IntRange(min=1, max=1000),
    metavar="N",
    help="Requests at once.  [default: the template's]",
)
@click.option("--rate", metavar="N/s", help="Requests started at most: 5/s or 30/m.  [default: the template's]")
@click.option(
    "--timeout", type=click.FloatRange(min=0, min_open=True), metavar="SECONDS",
    help="For one request, the answer included.  [default: the template's]",
)  # fmt: skip
@_base_url_option
@_sandbox_option
@_output_option
@click.option("--skip-invalid", is_flag=True, help="Send the good rows although others are invalid.")
@click.option("--send-duplicates", is_flag=True, help="Send also rows whose same request was accepted before.")
@_yes_option
@_json_option
@_quiet_option
def send(
    list_path: Path,
    told: dict[str, str],
    concurrency: int | None,
    rate: str | None,
    timeout: float | None,
    base_url: str | None,
    sandbox: bool,
    output: Path | None,
    skip_invalid: bool,
    send_duplicates: bool,
    yes: bool,
    as_json: bool,
    quiet: bool,
    **reading: Any,
) -> int:
    """Check LIST, send its rows, and write the result workbook."""
    from uploader import upload  # noqa: PLC0415
    from uploader.sandbox import Practice  # noqa: PLC0415

    del send_duplicates  # duplicates are not held back yet, so there is nothing that it would let through
    sending = upload.Sending(
        concurrency=concurrency,
        rate=rate,
        timeout_seconds=timeout,
        base_url=base_url,
        output=output,
        skip_invalid=skip_invalid,
        practice=Practice() if sandbox else None,
    )
    around = _surroundings(told, practice=sandbox, asks=not yes, quiet=quiet)
    return _shown(upload.send(list_path, _reading(reading), sending, around), as_json=as_json)


@cli.command()
@_list_argument
@_reading_options
@_json_option
def check(list_path: Path, as_json: bool, **reading: Any) -> int:
    """Check LIST alone: nothing is sent. What is wrong is also written as a workbook beside it."""
    from uploader import report, upload  # noqa: PLC0415

    found = upload.check(list_path, _reading(reading), _surroundings({}, asks=False))
    opened, code = found.opened, exits.of_check(found.summary)
    lines = [
        *report.checked(opened.table.reading(), list_path.name, opened.table.header, opened.fields, opened.template),
        *report.findings(found.problems, found.summary.counts, found.workbook),
    ]
    _print(lines, to_error=as_json)
    if as_json:
        click.echo(report.as_json(found.summary, code))
    return code


@cli.command()
@_list_argument
@click.option(
    "--row", "number", type=click.IntRange(min=1), required=True, metavar="N", help="The row's number in Excel."
)
@click.option("--curl", is_flag=True, help="As a curl command.")
@_reading_options
@_setting_option
@_base_url_option
@_yes_option
def preview(
    list_path: Path,
    number: int,
    curl: bool,
    told: dict[str, str],
    base_url: str | None,
    yes: bool,
    **reading: Any,
) -> int:
    """Show the exact request of one row of LIST, the token masked. Nothing is sent."""
    from uploader import report, upload  # noqa: PLC0415

    around = _surroundings(told, asks=not yes, with_secrets=False)
    request, problems = upload.preview(list_path, _reading(reading), number, around, base_url)
    _print([report.curl(request)] if curl else report.request(request))
    for problem in problems:
        click.echo(f"This row would not be sent. {problem.cell}: {problem.cause}. {problem.mend}", err=True)
    return exits.ExitCode.NOTHING_SENT if problems else exits.ExitCode.DONE


@cli.command()
@click.argument("which", metavar="[LIST|JOB]", required=False)
@_output_option
@_practice_option
def results(which: str | None, output: Path | None, sandbox: bool) -> None:
    """Write the result workbook again, from the journal: of a LIST, of a JOB's number, or of the last job."""
    from uploader import report, upload  # noqa: PLC0415

    job, path = upload.results(which, output, _surroundings({}, asks=False), practice=sandbox)
    click.echo(f"Job {job.id}, {job.list_path.name}: {report.counted(job.counts)}.\nResults: {path}")


@cli.command()
@_practice_option
def history(sandbox: bool) -> None:
    """Show the jobs that were sent from this computer, the newest first."""
    from uploader import report, upload  # noqa: PLC0415

    _print(report.jobs(upload.history(_surroundings({}, asks=False), practice=sandbox)))


@cli.command()
@click.argument("name", required=False)
def templates(name: str | None) -> None:
    """List the templates, or show what NAME sends and what a list needs for it."""
    from uploader import report  # noqa: PLC0415
    from uploader.catalog import Catalog  # noqa: PLC0415

    catalog = Catalog.of(_home())
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
    from uploader.catalog import Catalog  # noqa: PLC0415
    from uploader.workbooks import blank as blank_workbook  # noqa: PLC0415

    template = Catalog.of(_home()).load(name)
    target = output or Path(f"{template.name.rpartition('/')[2]}.xlsx")
    if target.suffix.lower() not in (".xlsx", ".csv"):
        raise SettingsError(f"A blank list is an .xlsx or a .csv file, not {target.name}.")
    if target.exists():
        raise SettingsError(f"{target} is there already and is left alone. Give another name with -o.")
    blank_workbook.write(target, template.columns)
    click.echo(f"Blank list: {target.absolute()}")


@cli.command()
@click.option(
    "--port", type=click.IntRange(0, 65535), default=_SANDBOX_PORT, show_default=True, help="0 takes any free one."
)
@click.option(
    "--latency",
    type=click.FloatRange(min=0),
    default=0.2,
    show_default=True,
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
def sandbox(port: int, latency: float, quota: int, record: Path | None) -> None:
    """Run the practice server until Ctrl-C. It answers as wolkvox does, on this computer alone."""
    from uploader import sandbox as server  # noqa: PLC0415

    practice = server.Practice(port, latency, quota, record)
    with server.running(practice) as url:
        click.echo(f"The practice server listens on {url}")
        click.echo(f"Its token is {server.TOKEN}; it keeps to {server.AT_ONCE} requests at once and {quota:,} in all.")
        click.echo(f"It knows every routing point but {server.UNKNOWN_ROUTING_POINT}.")
        click.echo(f"What it received: {url}{server.RECORD_PATH}")
        click.echo(f"To send to it, set WOLKVOX_TOKEN={server.TOKEN} and WOLKVOX_SERVER=0000, then:")
        click.echo(f"  uploader send LIST --base-url {url}")
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            click.echo("Stopped.")


@cli.command()
@_quiet_option
@_json_option
def demo(quiet: bool, as_json: bool) -> int:
    """Send a sample list to a practice server inside, and write interactions.results.xlsx here.

    Some of its rows are refused on purpose, to show what that looks like; so the exit code is 1.
    """
    from uploader import upload  # noqa: PLC0415
    from uploader.catalog import shipped  # noqa: PLC0415
    from uploader.reading import Reading  # noqa: PLC0415
    from uploader.sandbox import Practice  # noqa: PLC0415

    sending = upload.Sending(
        output=Path(_DEMO_LIST).with_suffix(".results.xlsx"), practice=Practice(latency_seconds=_DEMO_LATENCY_SECONDS)
    )
    around = _surroundings({}, practice=True, asks=False, quiet=quiet)
    summary = upload.send(shipped("sample_data") / _DEMO_LIST, Reading(), sending, around)
    return _shown(summary, as_json=as_json)


def _reading(options: dict[str, Any]) -> "Reading":
    from uploader.reading import Reading  # noqa: PLC0415

    return Reading(**options)


def _surroundings(
    told: dict[str, str], *, practice: bool = False, asks: bool, with_secrets: bool = True, quiet: bool = False
) -> "Surroundings":
    """The world as this process finds it: its environment, its terminal, its user's folder."""
    from uploader.upload import Surroundings  # noqa: PLC0415

    asks = asks and sys.stdin.isatty() and sys.stderr.isatty()
    return Surroundings(
        home=_home(),
        settle=lambda template: _settled(template, told, practice=practice, asks=asks, with_secrets=with_secrets),
        say=lambda words: click.echo(words, err=True) if words else None,
        ask=(lambda question: click.confirm(question, default=False, err=True)) if asks else None,
        stream=sys.stderr,
        quiet=quiet,
        language=_language(),
    )


def _settled(
    template: "Template", told: dict[str, str], *, practice: bool, asks: bool, with_secrets: bool
) -> "Settings":
    """The settings' values: told, else from the environment, else asked for. Raises SettingsError."""
    from uploader.model import Settings  # noqa: PLC0415

    for name in told:
        if name not in template.settings:
            known = ", ".join(template.settings) or "none"
            raise SettingsError(f"--set {name}: the template {template.name} has no such setting. It has: {known}.")
        if template.settings[name].secret:
            variable = template.settings[name].environment
            way = (
                f"Set the variable {variable} instead, or type it when you are asked."
                if variable
                else "Type it when you are asked."
            )
            raise SettingsError(f"--set {name}: a secret is not taken here, {_HISTORY_KEEPS}. {way}")
    plain: dict[str, str] = {}
    secret: dict[str, str] = {}
    for name, setting in template.settings.items():
        if setting.secret and not with_secrets:
            secret[name] = MASK
            continue
        if practice and name not in told:
            value = setting.practice
        else:
            value = told.get(name) or os.environ.get(setting.environment or "", "") or _asked(name, setting, asks=asks)
        (secret if setting.secret else plain)[name] = template.accepted_setting(name, value)
    return Settings(plain, secret)


def _asked(name: str, setting: "Setting", *, asks: bool) -> str:
    if asks:
        click.echo(setting.description, err=True)
        answer: str = click.prompt(name, hide_input=setting.secret, err=True)
        return answer
    ways = [f"set the variable {setting.environment}"] if setting.environment else []
    ways += [] if setting.secret else [f"give --set {name}=…"]
    raise SettingsError(
        f"{name} is not known: {', or '.join(ways) or 'run it on a terminal to be asked'}. {setting.description}"
    )


def _shown(summary: Summary, *, as_json: bool) -> int:
    """Tell how a run ended; its exit code."""
    from uploader import report  # noqa: PLC0415

    code = exits.of_send(summary)
    if summary.sent or summary.interrupted:
        _print(report.summed_up(summary), to_error=as_json)
    if as_json:
        click.echo(report.as_json(summary, code))
    return code


def _print(lines: Iterable[str], *, to_error: bool = False) -> None:
    for line in lines:
        click.echo(line, err=to_error)


def _home() -> Path:
    """Where the journal and the user's templates are kept."""
    told = os.environ.get("UPLOADER_HOME")
    if told:
        return Path(told).expanduser().absolute()
    import platformdirs  # noqa: PLC0415

    return Path(platformdirs.user_data_dir("uploader", appauthor=False))


def _language() -> str:
    """The person's language as far as we have texts in it, by the locale; else English."""
    found = next((os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), "")
    name = (found or locale.getlocale()[0] or "").lower()
    return next((code for start, code in _LANGUAGES.items() if name.startswith(start)), "en")


def run(arguments: Sequence[str]) -> int:
    """Run a command; its exit code. Every error becomes a sentence here, and nowhere else."""
    as_json = "--json" in arguments
    try:
        code = cli.main(args=list(arguments), prog_name="uploader", standalone_mode=False)
        return int(code or 0)
    except click.exceptions.Exit as end:
        return end.exit_code
    except (click.Abort, KeyboardInterrupt):
        return _failed("Interrupted.", exits.ExitCode.INTERRUPTED, as_json=as_json, interrupted=True)
    except click.ClickException as error:
        if not as_json:
            error.show()
            return exits.ExitCode.NOTHING_SENT
        return _failed(error.format_message(), exits.ExitCode.NOTHING_SENT, as_json=as_json)
    except UploaderError as error:
        return _failed(str(error), exits.of_error(error), as_json=as_json)
    except Exception as error:  # noqa: BLE001  # the edge: a traceback that a user sees is a bug of its own
        return _failed(_noted_bug(error), exits.ExitCode.OUR_BUG, as_json=as_json)


def _failed(words: str, code: exits.ExitCode, *, as_json: bool, interrupted: bool = False) -> int:
    click.echo(words, err=True)
    if as_json:
        from uploader import report  # noqa: PLC0415

        summary = Summary(None, None, stopped=words, interrupted=interrupted, sent=False)
        click.echo(report.as_json(summary, code))
    return code


def _noted_bug(error: Exception) -> str:
    """Keep where it happened, but no values: an exception's text may hold a secret or a customer's data."""
    frames = traceback.extract_tb(error.__traceback__)
    lines = [f"uploader {__version__}, Python {sys.version.split()[0]}, {sys.platform}", type(error).__name__]
    lines += [f"  {frame.filename}:{frame.lineno} in {frame.name}" for frame in frames]
    log = _home() / "bugs.log"
    try:
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("a", encoding="utf-8") as file:
            file.write("\n".join([*lines, "", ""]))
        where = str(log)
    except OSError:
        where = "\n".join(["these lines:", *lines, ""])
    place = f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "no place that is known"
    return _BUG.format(kind=type(error).__name__, place=place, log=where)


def main() -> None:
    """The command `uploader`."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a console that lacks a letter shows ?, and nothing breaks
    sys.exit(run(sys.argv[1:]))
