"""The commands that come next, as a person types them."""

import re
from collections.abc import Sequence
from pathlib import Path

from uploader.model.summary import ResumeHint

_NEEDS_NO_QUOTES = re.compile(r"[\w./\\:+@%=-]+")


def quoted(text: str) -> str:
    """A name or path as a shell takes it as one word."""
    return text if _NEEDS_NO_QUOTES.fullmatch(text) else f'"{text}"'


def send(path: Path, *, sandbox: bool = False, template: str | None = None) -> str:
    """Send a file that is on the disk."""
    return _command("send", quoted(str(path)), "" if template is None else f"--template {template}", _sandbox(sandbox))


def resume(hint: ResumeHint) -> str:
    """Send the rest of a job as it was meant to be sent."""
    return _command(
        "resume",
        str(hint.job),
        _sandbox(hint.sandbox),
        "--send-duplicates" if hint.send_duplicates else "",
        "--resend-unknown" if hint.resend_unknown else "",
        "" if hint.first is None else f"--first {hint.first}",
        "" if hint.files is None else f"--files {quoted(str(hint.files))}",
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


def _sandbox(is_wanted: bool) -> str:
    return "--sandbox" if is_wanted else ""


def _command(*words: str) -> str:
    return " ".join(["uploader", *filter(None, words)])
