"""The commands to practise with: the sandbox as a process of its own, and a demo in one inside."""

import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from uploader.cli import settings
from uploader.cli.localized import command, option
from uploader.cli.options import json_option, language_option, quiet_option
from uploader.cli.terminal import tell, tell_all
from uploader.cli.values import path, routing_points, seconds, whole_number
from uploader.i18n import Message, render

if TYPE_CHECKING:
    from uploader.actions.sandbox import PlayedTemplate, SandboxConfig

_PORT = 8025
_NAMED = 5
"""Of so many templates it is said what they want to be given."""
_LOOK_SECONDS = 0.5
"""A signal that comes just before a wait begins is seen only when that ends: one without an end would hang."""


@command("sandbox")
@option("--port", text="port", type=whole_number(0, 65535), default=_PORT, show_default=True, metavar="N")
@option("--latency", text="latency", type=seconds(may_be_none=True), default=0.2, show_default=True, metavar="seconds")
@option("--quota", text="quota", type=whole_number(0), default=5000, show_default=True, metavar="N")
@option("--record", text="record", type=path, metavar="file")
@option("--at-once", text="at_once", type=whole_number(1), metavar="N", default_text="of_template")
@option(
    "--time-limit", text="time_limit", type=seconds(may_be_none=False), default=60, show_default=True, metavar="seconds"
)
@option(
    "--routing-point", "known_points", text="routing_point", multiple=True, callback=routing_points, metavar="ID"
)  # fmt: skip
@option("--fault", "faults", text="fault", multiple=True, metavar="kind_when")
@option("--seed", text="seed", type=whole_number(), metavar="N")
@option("-t", "--template", "names", text="sandbox_template", multiple=True, metavar="name")
@language_option
def sandbox(
    port: int,
    latency: float,
    quota: int,
    record: Path | None,
    at_once: int | None,
    time_limit: float,
    known_points: tuple[str, ...],
    faults: tuple[str, ...],
    seed: int | None,
    names: tuple[str, ...],
    language: str,
) -> None:
    """Run the sandbox until Ctrl-C, or until its terminal is closed."""
    from uploader.actions import sandbox as server

    rules = tuple(map(server.FaultRule.parsed, faults))
    session = settings.session({}, asks=False, language=language)
    played = server.played(names, session)
    answers = tuple(one.answers for one in played)
    config = server.SandboxConfig(port, latency, quota, record, at_once, time_limit, known_points, rules, seed, answers)
    try:
        with server.running(config, lambda trouble: tell(render(trouble, language))) as url:
            tell_all(render(message, language) for message in _introduction(config, played, url, is_chosen=bool(names)))
            while True:
                time.sleep(_LOOK_SECONDS)
    except KeyboardInterrupt:
        tell(render(Message("cli.sandbox.stopped"), language))


def _introduction(
    config: "SandboxConfig", played: "Sequence[PlayedTemplate]", url: str, *, is_chosen: bool
) -> Iterator[Message]:
    """Where it is, how it behaves, and how to send to it; of templates that were chosen, theirs alone."""
    from uploader.actions import sandbox as server

    yield Message("cli.sandbox.listening", url=url)
    if not is_chosen:
        yield from _of_wolkvox(config)
    if config.faults:
        yield Message("cli.sandbox.faults", faults=tuple(map(str, config.faults)))
    yield Message("cli.sandbox.record", url=f"{url}{server.RECORD_PATH}")
    yield Message("cli.sandbox.new_day", url=f"{url}{server.NEW_DAY_PATH}")
    if not is_chosen:
        yield Message("cli.sandbox.sending", token=server.TOKEN, url=url)
    if len(played) > _NAMED:
        yield Message("cli.sandbox.plays_all", count=len(played))
        return
    for one in played:
        yield from _settings(one)
    if is_chosen:
        yield Message("cli.sandbox.sending_chosen", url=url)


def _of_wolkvox(config: "SandboxConfig") -> Iterator[Message]:
    from uploader.actions import sandbox as server

    at_once = server.AT_ONCE if config.at_once is None else config.at_once
    yield Message("cli.sandbox.limits", token=server.TOKEN, at_once=at_once, quota=config.quota)
    if config.routing_points:
        yield Message("cli.sandbox.knows", routing_points=config.routing_points)
    else:
        yield Message("cli.sandbox.knows_all_but", routing_point=server.UNKNOWN_ROUTING_POINT)


def _settings(one: "PlayedTemplate") -> Iterator[Message]:
    """What has to be set for a template, and how."""
    has_none = not (one.variables or one.plain or one.secrets)
    values = one.variables or (Message("cli.sandbox.none"),)
    if one.variables or has_none:
        yield Message("cli.sandbox.plays", template=one.name, values=values)
    else:
        yield Message("cli.sandbox.plays_without", template=one.name)
    for pair in one.plain:
        yield Message("cli.sandbox.to_set", name=pair.partition("=")[0], option=f"--set {pair}")
    for pair in one.secrets:
        yield Message("cli.sandbox.to_type", name=pair.partition("=")[0], value=pair.partition("=")[2])


@command("demo")
@language_option
@quiet_option
@json_option
def demo(language: str, quiet: bool, as_json: bool) -> int:
    """Send a sample list to a sandbox inside, and write its workbook into the current folder."""
    from uploader.actions.sandbox import demo as action
    from uploader.cli.report.ending import show_end

    session = settings.session({}, asks=False, quiet=quiet, language=language, as_json=as_json)
    return show_end(action(session), language, as_json=as_json, quiet=quiet)
