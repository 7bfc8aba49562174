"""The sentences in each language, as data: one TOML file a chapter, one entry a message, every language in it.

An entry is `[code]` with `en`, `es` and `pt`. Where a count decides, a language's text is a table with the plural
categories `one` and `other`. `{name}` is a fact; `{name:n}` is a number with the language's thousands separators,
`{name:c}` a text that begins the sentence, and `{name:p}` one inside another sentence, without its full stop.
`{way.NAME}` is what the reader does, as `ways.toml` calls it at each face: a sentence names no flag and no command.

Where that can't make a sentence right for the page, whose readers have buttons and no commands, the entry has another
one for it: `page.en`, `page.es` and `page.pt`. `{action.NAME}` is what is written on a button or field of the page,
`page.action.NAME`.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, TypeAlias

from uploader.i18n.languages import LANGUAGES

Pattern: TypeAlias = str | Mapping[str, str]
"""A text, or one for each plural category."""
_Entry: TypeAlias = Mapping[str, Any]
"""As a file has it: a pattern for each language, and those of a face that has its own."""


@cache
def entries(face: str = "cli") -> Mapping[str, Mapping[str, Pattern]]:
    """Every message as it is read at a face: code -> language -> pattern."""
    return {code: _read_at(face, entry) for code, entry in _all().items()}


def entry_of(code: str, face: str = "cli") -> Mapping[str, Pattern]:
    """The languages of one message; it is read alone, so that it does not wait for all the others."""
    entry = _entry(code)
    at_face: Mapping[str, Pattern] = entry.get(face, entry)
    return at_face


@cache
def _entry(code: str) -> _Entry:
    """One message, without parsing the others: that takes longer than a check of a small list."""
    return _parsed(f"[{code}]\n{_written()[code]}")[code]


def _read_at(face: str, entry: _Entry) -> Mapping[str, Pattern]:
    return {language: pattern for language, pattern in entry.get(face, entry).items() if language in LANGUAGES}


@cache
def _all() -> Mapping[str, _Entry]:
    return {code: entry for text in _chapters() for code, entry in _parsed(text).items()}


@cache
def _written() -> Mapping[str, str]:
    """What is written below each entry's code."""
    entries = (entry.partition("]\n") for text in _chapters() for entry in f"\n{text}".split("\n[")[1:])
    return {code: text for code, _, text in entries}


@cache
def _chapters() -> Sequence[str]:
    from importlib.resources import files  # noqa: PLC0415  # a command that says nothing must not pay for it

    chapters = [file for file in files(__name__).iterdir() if file.name.endswith(".toml")]
    return [chapter.read_text(encoding="utf-8") for chapter in chapters]


def _parsed(text: str) -> Mapping[str, _Entry]:
    import tomllib  # noqa: PLC0415  # as in `_chapters`

    found: dict[str, _Entry] = {}
    _collect(tomllib.loads(text), "", found)
    return found


def _collect(table: Mapping[str, Any], code: str, found: dict[str, _Entry]) -> None:
    if "en" in table:
        found[code] = table
        return
    for key, inner in table.items():
        _collect(inner, f"{code}.{key}" if code else key, found)
