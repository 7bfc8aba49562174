"""A text for people before it is one: a code and facts, which the catalogue turns into a sentence where it is shown."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self, TypeAlias

Localized: TypeAlias = Mapping[str, str]
"""One text in the languages that it has, by their codes: a template brings its own."""
Fact: TypeAlias = "str | int | float | Message | Localized | Sequence[Fact] | None"
"""A value that a sentence names: a text as it is, a number, another message, a template's text, or several of these."""


@dataclass(frozen=True, init=False, slots=True)
class Message:
    """A code of the catalogue, and the facts that its sentence names.

    The fact `count` decides between singular and plural. Two messages are equal if they say the same of the same.
    """

    code: str
    facts: Mapping[str, Fact]

    def __init__(self, code: str, /, **facts: Fact) -> None:
        object.__setattr__(self, "code", code)
        object.__setattr__(self, "facts", facts)

    def __hash__(self) -> int:
        return hash((self.code, repr(self.facts) if self.facts else ""))

    def as_json(self) -> dict[str, Any]:
        """What the journal keeps of it."""
        return {"code": self.code, "facts": {name: _fact_as_json(fact) for name, fact in self.facts.items()}}

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Self:
        """The message that `as_json` gave."""
        return cls(kept["code"], **{name: _fact_from_json(fact) for name, fact in kept.get("facts", {}).items()})


def _fact_as_json(fact: Fact) -> Any:
    if isinstance(fact, Message):
        return fact.as_json()
    if isinstance(fact, Mapping):
        return {"texts": dict(fact)}
    if isinstance(fact, Sequence) and not isinstance(fact, str):
        return [_fact_as_json(one) for one in fact]
    return fact


def _fact_from_json(kept: Any) -> Fact:
    if isinstance(kept, dict):
        return dict(kept["texts"]) if "texts" in kept else Message.from_json(kept)
    if isinstance(kept, list):
        return tuple(map(_fact_from_json, kept))
    fact: Fact = kept
    return fact
