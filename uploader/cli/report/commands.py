"""The commands that come next, as a person types them."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from uploader.model.summary import ResumeHint

if TYPE_CHECKING:
    from uploader.actions.options import ReadOptions

_NEEDS_NO_QUOTES = re.compile(r"[\w./\\:+@%=-]+")


def quoted(text: str) -> str:
    """A name or path as a shell takes it as one word."""
    return text if _NEEDS_NO_QUOTES.fullmatch(text) else f'"{text}"'


def send(path: Path, read: "ReadOptions", *, sandbox: bool = False) -> str:
    """Send a file that is on the disk, read as it was read."""
    return _command(
        "send",
        quoted(str(path)),
        _option("--template", read.template),
        *(_option("--map", f"{field}={column}") for field, column in read.mapping.items()),
        _option("--sheet", read.sheet),
        _option("--header-row", read.header_row),
        _option("--encoding", read.encoding),
        _option("--delimiter", read.delimiter),
        _option("--files", read.files),
        _sandbox(sandbox),
    )


def send_workbook(path: Path, template: str | None, files: Path | None, *, sandbox: bool) -> str:
    """Send a workbook that was just written: it knows how the list was read, and a template that has a name here."""
    is_path = template is not None and template.endswith(".toml")
    return _command(
        "send",
        quoted(str(path)),
        _option("--template", template if is_path else None),
        _option("--files", files),
        _sandbox(sandbox),
    )


def resume(hint: ResumeHint) -> str:
    """Send the rest of a job as it was meant to be sent."""
    return _command(
        "resume",
        str(hint.job),
        _sandbox(hint.sandbox),
        "--send-duplicates" if hint.send_duplicates else "",
        "--resend-unknown" if hint.resend_unknown else "",
        _option("--first", hint.first),
        _option("--files", hint.files),
    )


def results(job: int, *, sandbox: bool) -> str:
    """Write a job's result workbook again."""
    return _command("results", str(job), _sandbox(sandbox))


def settle(job: int, rows: Sequence[int], total: int, *, arrived: bool, sandbox: bool) -> str:
    """Close unknown rows; where there are too many to name them, the person puts in which."""
    numbers = ",".join(map(str, rows)) if len(rows) == total else "N"
    found = "--arrived" if arrived else "--not-arrived"
    return _command("settle", str(job), f"--row {numbers}", found, _sandbox(sandbox))


def preview(path: Path, template: Path) -> str:
    """Show the request of a list's first row below its header."""
    return _command("preview", quoted(str(path)), "--row 2", f"--template {quoted(str(template))}")


def check_template(template: Path) -> str:
    """Show what a template would send, and what is doubtful."""
    return _command("templates check", quoted(str(template)))


def template(name: str) -> str:
    """Show one template."""
    return _command("templates", quoted(name))


def blank(name: str) -> str:
    """Write an empty list for a template."""
    return _command("blank", quoted(name))


def _option(name: str, value: object) -> str:
    return "" if value is None else f"{name} {quoted(str(value))}"


def _sandbox(is_wanted: bool) -> str:
    return "--sandbox" if is_wanted else ""


def _command(*words: str) -> str:
    return " ".join(["uploader", *filter(None, words)])
