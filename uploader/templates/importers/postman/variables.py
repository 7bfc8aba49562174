"""The variables of a collection and its folders: what is known of each, and what stands behind one."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from uploader.templates.importers.draft.secrets.values import holds_a_secret
from uploader.templates.importers.imported import ROW_ID, Variable
from uploader.templates.importers.postman.texts import (
    DYNAMIC,
    PLACEHOLDER,
    Entry,
    enabled,
    placeholder_name,
    placeholders_in,
)

_MOST_STEPS = 10
"""A variable may stand for others; one that stands for itself has no value."""
_LONGEST = 10_000


class Variables:
    """Those that hold for one request, by the names that a template has for them."""

    def __init__(self, known: Mapping[str, Entry] | None = None) -> None:
        self._known = dict(known or {})

    def with_more(self, given: Any) -> "Variables":
        """With those of a folder or of a collection, which come before the ones around it."""
        return Variables({**self._known, **{placeholder_name(entry.key): entry for entry in enabled(given)}})

    def value(self, name: str) -> str:
        """What a variable stands for, as far as the collection says it; "" where it doesn't, or only as a secret."""
        is_known = name in self._known and self._known[name].value and not self._is_secret(name)
        return self._filled(self._known[name].value) if is_known else ""

    def filled(self, text: str) -> str:
        """A text with what its variables stand for; one that is a secret, or of which nothing is known, stays."""
        return self._filled(text) or text

    def example(self, name: str) -> str:
        """A variable's value, or what Postman makes up for it; "" where nobody knows it."""
        return self.value(placeholder_name(name)) or DYNAMIC.get(name.strip(), "")

    def _filled(self, text: str) -> str:
        for _ in range(_MOST_STEPS):
            if len(text) > _LONGEST:
                return text
            filled = PLACEHOLDER.sub(self._one, text)
            if filled == text or len(filled) > _LONGEST:
                return text
            text = filled
        return ""

    def _one(self, found: re.Match[str]) -> str:
        name = found[1]
        is_known = name in self._known and self._known[name].value and not self._is_secret(name)
        return self._known[name].value if is_known else found[0]

    def _is_secret(self, name: str) -> bool:
        return (name in self._known and self._known[name].of.get("type") == "secret") or holds_a_secret(name)

    def of_texts(self, texts: Iterable[str]) -> dict[str, Variable]:
        """What is known of every variable that stands in these texts."""
        names = {name: None for text in texts for name in placeholders_in(text) if name != ROW_ID}
        return {name: self._known_of(name) for name in names}

    def _known_of(self, name: str) -> Variable:
        made_up = DYNAMIC.get(f"${name}", "")
        if name not in self._known:
            return Variable(example=made_up, secret=self._is_secret(name))
        value = self.value(name)
        example = "" if placeholders_in(value) else value
        return Variable(example, self._known[name].description, secret=self._is_secret(name))
