"""The commands that practise: the sandbox as a process of its own, and a demo in one inside."""

import math
import threading
from pathlib import Path

import click

from uploader.cli import settings
from uploader.cli.options import json_option, language_option, quiet_option

_SANDBOX_PORT = 8025


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


@click.command()
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
    from uploader.actions import sandbox as server

    rules = tuple(map(server.FaultRule.parsed, faults))
    config = server.SandboxConfig(port, latency, quota, record, at_once, time_limit, routing_points, rules, seed)
    with server.running(config) as url:
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


@click.command()
@language_option
@quiet_option
@json_option
def demo(language: str | None, quiet: bool, as_json: bool) -> int:
    """Send a sample list to a practice server inside, and write interactions.results.xlsx here.

    Some of its rows are refused on purpose, to show what that looks like; so the exit code is 1.
    """
    from uploader.actions.sandbox import demo as action
    from uploader.cli.report.ending import show_end

    session = settings.session({}, asks=False, quiet=quiet, language=language, as_json=as_json)
    return show_end(action(session), session.language, as_json=as_json, quiet=quiet)
