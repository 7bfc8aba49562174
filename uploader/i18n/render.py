"""A message becomes a sentence here, in the reader's language and ways, and nowhere else."""

from collections.abc import Callable, Mapping, Sequence
from string import Formatter
from typing import Any, TypeAlias

from uploader.i18n.catalogue import Pattern, entry_of
from uploader.i18n.languages import Language, language_of
from uploader.i18n.message import Fact, Localized, Message
from uploader.i18n.ways import Actions, Ways

CellName: TypeAlias = Callable[[int | None], str]
"""How the place is called at which a fact `column` (from 0) stands; of None, that of the whole row."""


def render(message: Message, language: str, cell: CellName | None = None, *, face: str = "cli") -> str:
    """The sentence of a message in `language`, or else in English, for who reads it at `face`, one of `FACES`.

    A message with a fact `column` may name `{cell}`: `cell` says how that is called where the sentence will be read.
    """
    return _Reader(language, face, cell).sentence(message)


def in_language(texts: Localized, language: str) -> str:
    """The text in `language`, else in English, else nothing."""
    return texts.get(language, texts.get("en", ""))


class _Reader(Formatter):
    """Who reads a sentence, and how a pattern is filled for them."""

    def __init__(self, language: str, face: str, cell: CellName | None) -> None:
        self._code, self._language, self._face, self._cell = language, language_of(language), face, cell
        self._named = {"way": Ways(face, language), "action": Actions(language)}

    def sentence(self, message: Message) -> str:
        """A message as a text."""
        facts: dict[str, Any] = {name: self._shown(fact) for name, fact in message.facts.items()}
        if "column" in message.facts and self._cell is not None:
            column = message.facts["column"]
            facts["cell"] = self._cell(column if isinstance(column, int) else None)
        pattern = _pattern(entry_of(message.code, self._face), self._code, self._language, message.facts)
        return self.vformat(pattern, (), {**facts, **self._named})

    def _shown(self, fact: Fact) -> object:
        if isinstance(fact, Message):
            return self.sentence(fact)
        if isinstance(fact, Mapping):
            return in_language(fact, self._code)
        if isinstance(fact, Sequence) and not isinstance(fact, str):
            texts = [str(self._shown(one)) for one in fact]
            are_sentences = any(
                text.endswith((".", "?")) for one, text in zip(fact, texts, strict=True) if isinstance(one, Message)
            )
            return (" " if are_sentences else ", ").join(texts)
        return "" if fact is None else fact

    def format_field(self, value: Any, format_spec: str) -> str:
        """`n`: a number as the language writes it. `c`: begins a sentence. `p`: part of one, without its full stop."""
        if format_spec == "n":
            whole = int(value) if value == int(value) else value  # 75, not 75.0
            return f"{whole:,}".translate(self._language.separators)
        if format_spec == "c":
            return str(value)[:1].upper() + str(value)[1:]
        if format_spec == "p":
            return str(value).rstrip().removesuffix(".")
        return str(super().format_field(value, format_spec))


def _pattern(entry: Mapping[str, Pattern], code: str, language: Language, facts: Mapping[str, Fact]) -> str:
    found = entry.get(code, entry["en"])
    if isinstance(found, str):
        return found
    return found["one" if facts.get("count") in language.singular else "other"]
