"""A row as it would be sent, for people to look at."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from uploader.model.http import Request
from uploader.model.problems import Problem
from uploader.templates.requests.bodies.multipart import Part


class PreviewedPart(NamedTuple):
    """One part of a body that has several: a text, or a file."""

    name: str
    text: str
    path: str | None = None
    """Of the file."""
    type: str = ""
    size: int | None = None
    """Of the file, in bytes; None where it can't be sent, or isn't looked for."""
    is_looked_for: bool = True
    """Whether the file is wanted now; else only its name is."""


class PreviewedRow(NamedTuple):
    """A row of a list, as it would be sent."""

    request: Request
    """Secrets are masked."""
    problems: list[Problem]
    header: Sequence[str]
    """Of the file at hand."""
    is_json: bool = False
    """Whether its body is JSON."""
    parts: Sequence[PreviewedPart] = ()
    """Of a body that has several."""
    user: str | None = None
    """Name and password, as far as they may be shown: `ana:***`."""


def shown_part(part: Part, folder: Path | None, *, is_looked_for: bool = True) -> PreviewedPart:
    """A part for people; its file is in that folder."""
    if part.file is None:
        return PreviewedPart(part.name, part.text, type=part.stated_type)
    path = part.path if folder is None else str(folder / part.path)
    return PreviewedPart(part.name, "", path, part.type, part.file.size, is_looked_for)
