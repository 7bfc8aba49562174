"""The sentences in each language, as data: one TOML file a chapter, one entry a message, every language in it.

An entry is `[code]` with `en`, `es` and `pt`. Where a count decides, a language's text is a table with the plural
categories `one` and `other`. `{name}` is a fact; `{name:n}` is a number with the language's thousands separators,
`{name:c}` a text that begins the sentence, and `{name:p}` one inside another sentence, without its full stop.
`{way.NAME}` is what the reader does, as `ways.toml` calls it at each face: a sentence names no flag and no command.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any, TypeAlias

Pattern: TypeAlias = str | Mapping[str, str]
"""A text, or one for each plural category."""


@cache
def entries() -> Mapping[str, Mapping[str, Pattern]]:
    """Every message: code -> language -> pattern."""
    from importlib.resources import files  # noqa: PLC0415  # a command that says nothing must not pay for it

    names = [file.name for file in files(__name__).iterdir() if file.name.endswith(".toml")]
    return {code: entry for name in names for code, entry in _chapter(name).items()}


def entry_of(code: str) -> Mapping[str, Pattern]:
    """The languages of one message; help is read alone, so that it does not wait for all the others."""
    own = _chapter("help.toml") if code.startswith("help.") else {}
    return own.get(code) or entries()[code]


@cache
def _chapter(name: str) -> Mapping[str, Mapping[str, Pattern]]:
    import tomllib  # noqa: PLC0415  # as above
    from importlib.resources import files  # noqa: PLC0415  # as above

    found: dict[str, Mapping[str, Pattern]] = {}
    _collect(tomllib.loads(files(__name__).joinpath(name).read_text(encoding="utf-8")), "", found)
    return found


def _collect(table: Mapping[str, Any], code: str, found: dict[str, Mapping[str, Pattern]]) -> None:
    if "en" in table:
        found[code] = table
        return
    for key, inner in table.items():
        _collect(inner, f"{code}.{key}" if code else key, found)
