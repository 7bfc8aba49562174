"""The options that commands share."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

LANGUAGES = ("en", "es", "pt")

_Command = TypeVar("_Command", bound=Callable[..., Any])


def _together(*options: Callable[[_Command], _Command]) -> Callable[[_Command], _Command]:
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


list_argument = click.argument("list_path", metavar="LIST", type=click.Path(path_type=Path))
_template_option = click.option(
    "-t", "--template", metavar="NAME",
    help="The template: a name that `uploader templates` shows, or a path to a .toml file.  "
         "[default: wolkvox/add_interaction; of a result workbook, the one that it was sent with]",
)  # fmt: skip
reading_options = _together(
    _template_option,
    click.option("--map", "mapping", multiple=True, callback=_pairs, metavar="FIELD=COLUMN",
                 help="Which column, by name or letter, fills a field. May be repeated."),
    click.option("--sheet", metavar="NAME", help="The workbook's sheet that holds the list."),
    click.option("--header-row", type=click.IntRange(min=1), metavar="N", help="The row that holds the column names."),
    click.option("--encoding", metavar="NAME", help="The CSV's encoding, such as utf-8 or cp1252."),
    click.option("--delimiter", metavar="C", help="The CSV's delimiter: one character, or the word tab."),
)  # fmt: skip
setting_option = click.option(
    "--set", "given", multiple=True, callback=_pairs, metavar="NAME=VALUE",
    help="A setting, such as wolkvox_server=0042. Secret ones are taken from the environment or asked for.",
)  # fmt: skip
base_url_option = click.option(
    "--base-url",
    metavar="URL",
    help="Send to this scheme and host instead of the template's; http only to this machine.",
)
sandbox_option = click.option("--sandbox", is_flag=True, help="Send to a practice server inside instead of the API.")
look_at_sandbox_option = click.option("--sandbox", is_flag=True, help="Look at what was sent to the practice server.")
yes_option = click.option("--yes", is_flag=True, help="Ask nothing; never widens what is sent.")
json_option = click.option("--json", "as_json", is_flag=True, help="Print the summary as one JSON object.")
language_option = click.option(
    "--language", type=click.Choice(LANGUAGES, case_sensitive=False),
    help="Of advice and sheet texts.  [default: by your computer's locale]",
)  # fmt: skip
quiet_option = click.option("--quiet", is_flag=True, help="No progress bar.")
output_option = click.option(
    "-o", "--output", type=click.Path(path_type=Path), metavar="PATH",
    help="The result workbook.  [default: <list name>.results.xlsx beside the list]",
)  # fmt: skip
redact_option = click.option(
    "--redact", multiple=True, metavar="COLUMN",
    help="Show keyed hashes instead of this column's values in the workbook.  May be repeated.",
)  # fmt: skip
_on_sending = (
    click.option("--concurrency", type=click.IntRange(1, 1000), metavar="N",
                 help="Requests at once.  [default: the template's]"),
    click.option("--rate", metavar="N/s", help="Requests started at most: 5/s or 30/m.  [default: the template's]"),
    click.option("--timeout", "timeout_seconds", type=click.FloatRange(min=0, min_open=True), metavar="SECONDS",
                 help="For one request, the answer included.  [default: the template's]"),
    base_url_option,
)  # fmt: skip
_on_course = (
    click.option("--skip-invalid", is_flag=True, help="Send the good rows although others are invalid."),
    click.option("--send-duplicates", is_flag=True,
                 help="Send also rows whose same request was accepted before or stands earlier in the list."),
    click.option("--resend-unknown", is_flag=True, help="Send also rows whose outcome is unknown: look them up first."),
    click.option("--wait", is_flag=True,
                 help="On a spent quota or maintenance, wait and go on by itself, instead of stopping."),
    click.option("--first", type=click.IntRange(min=1), metavar="N",
                 help="A pilot: send the first N rows that would go; the rest can go later."),
    click.option("--stop-after", type=click.IntRange(min=1), default=25, show_default=True, metavar="N",
                 help="Stop when N rows in a row got the same refusal."),
    redact_option,
    click.option("--no-preflight", is_flag=True, help="Don't ask the API about quota and ids first."),
)  # fmt: skip
sending_options = _together(*_on_sending, output_option, *_on_course)
