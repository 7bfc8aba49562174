"""The command `settle`: somebody looked up the rows whose outcome is unknown."""

import re

from uploader.cli import settings
from uploader.cli.localized import argument, command, option
from uploader.cli.options import language_option, look_at_sandbox_option
from uploader.cli.terminal import tell_all
from uploader.cli.values import list_or_job
from uploader.errors import SettingsError
from uploader.i18n import Message

_PART = re.compile(r"(\d{1,7})(?:\s*-\s*(\d{1,7}))?", re.ASCII)
"""A row's number, or the first and the last of several."""


@command("settle")
@argument("which", metavar="list_or_job", type=list_or_job)
@option("--row", "parts", text="settled_rows", multiple=True, required=True, metavar="N")
@option("--arrived", text="arrived", is_flag=True)
@option("--not-arrived", text="not_arrived", is_flag=True)
@look_at_sandbox_option
@language_option
def settle(
    which: str,
    parts: tuple[str, ...],
    arrived: bool | None,
    not_arrived: bool | None,
    sandbox: bool,
    language: str,
) -> None:
    """Close rows whose outcome is unknown."""
    from uploader.actions.settle import settle as action
    from uploader.cli.report import jobs as report

    has_arrived = _found(arrived, not_arrived)
    rows = numbers_in(parts)
    session = settings.session({}, asks=False, language=language)
    job = action(which, rows, session, arrived=has_arrived, sandbox=sandbox)
    tell_all(report.settled(job, rows, language, arrived=has_arrived, sandbox=sandbox))


def _found(arrived: object, not_arrived: object) -> bool:
    """What the person found. Raises SettingsError unless exactly one flag was given.

    Releases of click differ in what they pass for a flag that was not: only True is one that was.
    """
    if (arrived is True) is (not_arrived is True):
        raise SettingsError(Message("settle.say_what_you_found"))
    return arrived is True


def numbers_in(parts: tuple[str, ...]) -> list[int]:
    """The rows that are named, each once, sorted: `4`, `4,9-12`. Raises SettingsError."""
    numbers: set[int] = set()
    for part in ",".join(parts).split(","):
        found = _PART.fullmatch(part.strip())
        first, last = (int(found[1]), int(found[2] or found[1])) if found else (0, 0)
        if not 0 < first <= last:
            raise SettingsError(Message("settle.not_row_numbers", given=part.strip()))
        numbers.update(range(first, last + 1))
    return sorted(numbers)
