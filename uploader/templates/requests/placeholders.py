r"""Texts with placeholders: `{{name}}` is one, and `\{{` stands for two braces that are none."""

import re
from collections.abc import Callable, Collection, Mapping
from functools import lru_cache

_PLACEHOLDER = re.compile(r"\\\{\{|\{\{\s*([^{}\s]+)\s*\}\}")
_LITERAL = re.compile(r"\\\{\{[^{}]*(?:\}\})?")
_BETWEEN_NAMES = re.compile(r"[{}\s]")
_LONGEST_NAME = 1_000
_BRACES = "{{"


@lru_cache(maxsize=1024)
def parts_of(text: str) -> tuple[str, ...]:
    """A text, split at its placeholders: the texts around them, with their names in between."""
    parts, literal, end = [], "", 0
    for found in _PLACEHOLDER.finditer(text):
        literal += text[end : found.start()]
        end = found.end()
        if found[1] is None:
            literal += _BRACES
        else:
            parts += [literal, found[1]]
            literal = ""
    return (*parts, literal + text[end:])


def placeholders_in(text: str) -> list[str]:
    """The names inside `{{…}}`."""
    return list(parts_of(text)[1::2])


def only_placeholder(text: str) -> str | None:
    """The name of the placeholder that is all of a text; None where it has more, or none."""
    parts = parts_of(text)
    return parts[1] if parts[::2] == ("", "") else None


def is_broken(text: str, known: Collection[str]) -> bool:
    """Whether braces are left over that look like a part of a placeholder: two open ones, or a known name and two.

    Other texts may end in two braces: queries of GraphQL, JSON within a text.
    """
    rest = _PLACEHOLDER.sub("", _LITERAL.sub("", text))
    before_ends = (piece.rstrip()[-_LONGEST_NAME:] for piece in rest.split("}}")[:-1])
    return _BRACES in rest or any(_BETWEEN_NAMES.split(piece)[-1] in known for piece in before_ends)


def texts_before(name: str, text: str) -> list[str]:
    """What is in `text` before each place of that name, since the placeholder before it or the beginning."""
    parts = parts_of(text)
    return [before for before, found in zip(parts[::2], parts[1::2], strict=False) if found == name]


def written(name: str) -> str:
    """A placeholder as a template has it."""
    return f"{{{{{name}}}}}"


def replace_placeholders(text: str, by: str) -> str:
    """`text` with `by` in the place of each."""
    return by.join(parts_of(text)[::2])


def fill(text: str, values: Mapping[str, str], write: Callable[[str], str] = str) -> str:
    """`text` with every placeholder replaced by its value, as `write` writes it."""
    parts = parts_of(text)
    if len(parts) == 1:
        return parts[0]
    return "".join(write(values[part]) if position % 2 else part for position, part in enumerate(parts))
