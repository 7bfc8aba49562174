"""A message becomes a sentence here, in the reader's language, and nowhere else."""

from collections.abc import Callable, Mapping, Sequence
from string import Formatter
from typing import Any, TypeAlias

from uploader.i18n.catalogue import Pattern, entries
from uploader.i18n.message import Fact, Localized, Message

CellName: TypeAlias = Callable[[int | None], str]
"""How the place is called at which a fact `column` (from 0) stands; of None, that of the whole row."""


def render(message: Message, language: str, cell: CellName | None = None) -> str:
    """The sentence of a message in `language`, or else in English.

    A message with a fact `column` may name `{cell}`: `cell` says how that is called where the sentence will be read.
    """
    pattern = _pattern(entries()[message.code], language, message.facts)
    facts: dict[str, Any] = {name: _rendered(fact, language, cell) for name, fact in message.facts.items()}
    if "column" in message.facts and cell is not None:
        column = message.facts["column"]
        facts["cell"] = cell(column if isinstance(column, int) else None)
    return _formatter.vformat(pattern, (), facts)


def in_language(texts: Localized, language: str) -> str:
    """The text in `language`, else in English, else nothing."""
    return texts.get(language, texts.get("en", ""))


def _pattern(entry: Mapping[str, Pattern], language: str, facts: Mapping[str, Fact]) -> str:
    found = entry.get(language, entry["en"])
    if isinstance(found, str):
        return found
    return found["one" if facts.get("count") == 1 else "other"]


def _rendered(fact: Fact, language: str, cell: CellName | None) -> object:
    if isinstance(fact, Message):
        return render(fact, language, cell)
    if isinstance(fact, Mapping):
        return in_language(fact, language)
    if isinstance(fact, Sequence) and not isinstance(fact, str):
        between = " " if any(isinstance(one, Message) for one in fact) else ", "
        return between.join(str(_rendered(one, language, cell)) for one in fact)
    return "" if fact is None else fact


class _Formatter(Formatter):
    def format_field(self, value: Any, format_spec: str) -> str:
        if format_spec == "n":
            return f"{value:,}"
        if format_spec == "c":
            return str(value)[:1].upper() + str(value)[1:]
        return str(super().format_field(value, format_spec))


_formatter = _Formatter()
