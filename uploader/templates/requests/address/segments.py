"""The parts of an address's path: one that is empty, or among whose own parts is `..`, leads to another address."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import unquote

from uploader.model.address import origin_of
from uploader.templates.requests.placeholders import fill, parts_of, placeholders_in, replace_placeholders

_SEPARATOR = re.compile(r"[/\\]")
_LEADS_AWAY = (".", "..")
_ANY = "x"
"""In the place of what is never empty and leads nowhere."""


def segments_of(url: str) -> Iterator[str]:
    """The parts of an address's path, with their placeholders."""
    path, _, _ = url.removeprefix(origin_of(url)).partition("?")
    yield from path.split("/")[1:]


def segments_with(url: str, names: Mapping[str, Any]) -> Sequence[Sequence[str]]:
    """The parts of the path that hold any of these names, each as literal texts and names in turn.

    What other names stand for is checked elsewhere: an `x` has their place.
    """
    return [_with_others_filled(one, names) for one in segments_of(url) if names.keys() & set(placeholders_in(one))]


def _with_others_filled(segment: str, names: Mapping[str, Any]) -> Sequence[str]:
    parts = [""]
    for position, part in enumerate(parts_of(segment)):
        if position % 2 and part in names:
            parts += [part, ""]
        else:
            parts[-1] += _ANY if position % 2 else part
    return parts


def leads_away(segment: str) -> bool:
    """Whether a filled part of a path makes another address of it."""
    return not segment.strip() or any(part.strip() in _LEADS_AWAY for part in _SEPARATOR.split(segment))


def has_literal_dots(url: str) -> bool:
    """Whether a path has `.` or `..` as one of its parts, as it is written."""
    plain = (replace_placeholders(segment, _ANY) for segment in segments_of(url))
    return any(part in _LEADS_AWAY for segment in plain for part in _SEPARATOR.split(unquote(segment)))


def setting_leading_away(url: str, values: Mapping[str, str]) -> str | None:
    """Which of these values makes another address of it by a part of its path; other names stand for anything."""
    for segment in segments_of(url):
        named = placeholders_in(segment)
        names = [name for name in named if name in values]
        filled = fill(segment, {**dict.fromkeys(named, _ANY), **values})
        if names and (leads_away(filled) or any(leads_away(values[name]) for name in names)):
            return next((name for name in names if leads_away(values[name])), names[0])
    return None
