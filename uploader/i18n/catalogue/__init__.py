"""The sentences in each language, as data: one TOML file a chapter, one entry a message, every language in it.

An entry is `[code]` with `en`, `es` and `pt`. Where a count decides, a language's text is a table with the plural
categories `one` and `other`. `{name}` is a fact; `{name:n}` is a number with the language's thousands separators,
`{name:c}` a text that begins the sentence, and `{name:p}` one inside another sentence, without its full stop.
`{way.NAME}` is what the reader does, as `ways.toml` calls it at each face: a sentence names no flag and no command.

Where that can't make a sentence right for the page, whose readers have buttons and no commands, the entry has another
one for it: `page.en`, `page.es` and `page.pt`. `{action.NAME}` is what is written on a button or field of the page,
`page.action.NAME`.
"""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, TypeAlias

from uploader.i18n.languages import LANGUAGES

Pattern: TypeAlias = str | Mapping[str, str]
"""A text, or one for each plural category."""
_Entry: TypeAlias = Mapping[str, Any]
"""As a file has it: a pattern for each language, and those of a face that has its own."""
_HEAD = re.compile(r"^\[([\w.]+)\]$", re.MULTILINE)


@cache
def entries(face: str = "cli", chapter: str = "") -> Mapping[str, Mapping[str, Pattern]]:
    """Every message whose code begins with `chapter`, as it is read at a face: code -> language -> pattern."""
    return {code: _read_at(face, _entry(code)) for code in _codes() if code.startswith(chapter)}


def entry_of(code: str, face: str = "cli") -> Mapping[str, Pattern]:
    """The languages of one message. Raises KeyError where there is none."""
    entry = _entry(code)
    at_face: Mapping[str, Pattern] = entry.get(face, entry)
    return at_face


def _read_at(face: str, entry: _Entry) -> Mapping[str, Pattern]:
    return {language: pattern for language, pattern in entry.get(face, entry).items() if language in LANGUAGES}


def _codes() -> Iterator[str]:
    return (head[1] for head in _HEAD.finditer(_text()))


@cache
def _entry(code: str) -> _Entry:
    """One entry. It is parsed alone: a run says a few dozen sentences, and all of them take as long as its imports."""
    import tomllib  # noqa: PLC0415  # a command that says nothing must not pay for it

    head, text = f"\n[{code}]\n", _text()
    begin = text.find(head)
    if begin < 0:
        raise KeyError(code)
    end = text.find("\n[", begin + 1)
    return tomllib.loads(text[begin + len(head) : end if end >= 0 else None])


@cache
def _text() -> str:
    """All files, one after the other; each entry begins with its code, alone on a line."""
    files = sorted(Path(__file__).parent.glob("*.toml"))
    return "\n".join(["", *(file.read_text(encoding="utf-8") for file in files)])
