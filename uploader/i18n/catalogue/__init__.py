"""The sentences in each language, as data: one TOML file a chapter, one entry a message, every language in it.

An entry is `[code]` with `en`, `es` and `pt`. Where a count decides, a language's text is a table with the plural
categories `one` and `other`. `{name}` is a fact; `{name:n}` is a number with the language's thousands separators,
`{name:c}` a text that begins the sentence, and `{name:p}` one inside another sentence, without its full stop.
`{way.NAME}` is what the reader does, as `ways.toml` calls it at each face: a sentence names no flag and no command.
"""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any, TypeAlias

Pattern: TypeAlias = str | Mapping[str, str]
"""A text, or one for each plural category."""


@cache
def entries() -> Mapping[str, Mapping[str, Pattern]]:
    """Every message: code -> language -> pattern."""
    found: dict[str, Mapping[str, Pattern]] = {}
    for file in files(__name__).iterdir():
        if file.name.endswith(".toml"):
            _collect(tomllib.loads(file.read_text(encoding="utf-8")), "", found)
    return found


def _collect(table: Mapping[str, Any], code: str, found: dict[str, Mapping[str, Pattern]]) -> None:
    if "en" in table:
        found[code] = table
        return
    for key, inner in table.items():
        _collect(inner, f"{code}.{key}" if code else key, found)
