"""How a reader acts: what the command line calls `--skip-invalid`, Python calls `skip_invalid=True`.

A sentence of the catalogue names a way, `{way.skip_invalid}`, or one with a value, `{way.encoding:cp1252}`; how it is
called is in `ways.toml`, by the face at which the sentence is read. On the page it is a button or a field, called by
what is written on it: `{action.skip_invalid}` is the text of `page.action.skip_invalid` in the catalogue.
"""

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TypeAlias

from uploader.i18n.catalogue import entry_of

FACES = ("cli", "python", "page")
Way: TypeAlias = str | Mapping[str, str]
"""How it is called: in every language alike, or in each."""
_ACTION = re.compile(r"\{action\.(\w+)\}")


@cache
def ways() -> Mapping[str, Mapping[str, Way]]:
    """Every way: name -> face -> how it is called there, `{value}` standing for its value."""
    import tomllib  # noqa: PLC0415  # a command that says nothing must not pay for it

    return tomllib.loads(Path(__file__).with_name("ways.toml").read_text(encoding="utf-8"))


class Ways:
    """The ways at one face and in one language, by attribute, as a sentence's pattern names them."""

    def __init__(self, face: str, language: str) -> None:
        self._face, self._language, self._actions = face, language, Actions(language)

    def __getattr__(self, name: str) -> "_Way":
        way = ways()[name][self._face]
        text = way if isinstance(way, str) else way.get(self._language, way["en"])
        return _Way(_ACTION.sub(lambda action: getattr(self._actions, action[1]), text))


class Actions:
    """What is written on the page's buttons and fields, by attribute, in one language."""

    def __init__(self, language: str) -> None:
        self._language = language

    def __getattr__(self, name: str) -> str:
        entry = entry_of(f"page.action.{name}")
        return str(entry.get(self._language, entry["en"]))


class _Way(str):
    """How one way is called; a format specification is its value."""

    __slots__ = ()

    def __format__(self, value: str) -> str:
        key, _, entry = value.partition("=")
        return self.replace("{value}", value).replace("{key}", key).replace("{entry}", entry.strip('"'))
