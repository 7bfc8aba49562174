"""An English text that can be said in other languages; which texts there are stands with those who say them."""

from collections.abc import Mapping
from typing import Self

from uploader.i18n.translations import TRANSLATIONS


class Words(str):
    """A text in English, and as such a `str`, that knows what it was made of and so can be said in another language.

    `_EMPTY = Words("{field} is empty")` is a pattern; `_EMPTY.format(field="rp_id")` are words again. What else makes a
    text of it (`+`, an f-string) makes plain English of it.
    """

    __slots__ = ("_facts", "_pattern")
    _facts: Mapping[str, object]
    _pattern: str

    def __new__(cls, pattern: str, facts: Mapping[str, object] | None = None) -> Self:
        """The English text of a pattern and its facts."""
        made = super().__new__(cls, pattern.format(**facts) if facts else pattern)
        made._facts, made._pattern = facts or {}, pattern
        return made

    def format(self, *_: object, **facts: object) -> "Words":
        """The pattern with its facts, by name; a fact may itself be words."""
        return Words(self._pattern, facts)

    def into(self, language: str) -> str:
        """The text in `language`, where there is a translation; else in English."""
        pattern = TRANSLATIONS.get(self._pattern, {}).get(language, self._pattern)
        facts = {name: said(fact, language) if isinstance(fact, str) else fact for name, fact in self._facts.items()}
        return pattern.format(**facts) if facts else pattern


def said(text: str, language: str) -> str:
    """Words in `language`; any other text, as a template's, stays as it is."""
    return text.into(language) if isinstance(text, Words) else text
