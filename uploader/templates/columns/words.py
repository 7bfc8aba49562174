"""Words in cells, case and accents aside: yes and no in three languages, and the values that a template names."""

import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import TypeAlias

from uploader.model.unseen import BLANKS
from uploader.templates.columns.numbers import plain
from uploader.templates.columns.reading import Reading

Value: TypeAlias = str | int | float | bool
"""What JSON holds that isn't a list or a table."""
_YES = frozenset({"si", "sim", "yes", "true", "verdadero", "verdadeiro", "1"})
_NO = frozenset({"no", "nao", "false", "falso", "0"})


def folded(text: str) -> str:
    """A text without what people write differently: case, accents, and spaces at its ends."""
    text = text.strip(BLANKS).casefold()
    if text.isascii():
        return text
    return "".join(one for one in unicodedata.normalize("NFD", text) if not unicodedata.combining(one))


def boolean_of(text: str) -> Reading:
    """Yes or no as it is sent: `true` or `false`."""
    word = folded(text)
    if word in _YES:
        return Reading("true")
    return Reading("false") if word in _NO else Reading(text, "not_a_boolean")


def text_of(value: Value) -> str:
    """A value as it stands in a text."""
    if isinstance(value, str):
        return value
    return str(value).lower() if isinstance(value, bool) else plain(value)


def alike(texts: Iterable[str]) -> tuple[str, str] | None:
    """The first two texts that are one and the same, folded."""
    seen: dict[str, str] = {}
    for text in texts:
        if folded(text) in seen:
            return seen[folded(text)], text
        seen[folded(text)] = text
    return None


class NamedValues:
    """What is sent for each word that a cell may be; what is sent may stand in the cell as well."""

    def __init__(self, values: Mapping[str, Value]) -> None:
        self._values = {text_of(value): value for value in values.values()}
        often = Counter(map(folded, self._values))
        sent = {folded(text): text for text in self._values if often[folded(text)] == 1}
        self._texts = {**sent, **{folded(word): text_of(value) for word, value in values.items()}}

    def text_of(self, cell: str) -> Reading:
        """What is sent of a cell, as a text."""
        text = self._texts.get(folded(cell), cell if cell in self._values else None)
        return Reading(cell, "not_allowed") if text is None else Reading(text)

    def __contains__(self, text: str) -> bool:
        """Whether a text is one that is sent."""
        return text in self._values

    def value_of(self, text: str) -> Value:
        """The value whose text is sent."""
        return self._values[text]
