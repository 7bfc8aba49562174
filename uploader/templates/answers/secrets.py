"""What of an answer is secret by the template's word, and how it reads without that; knows no request and no rule."""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from uploader.model.secret_traces import SecretTraces
from uploader.model.settings import MASK, ways_to_write

_SHORT = 4
"""A secret of fewer characters is looked for only as a word of its own: 1 must not mask every digit."""


@dataclass(frozen=True, slots=True)
class MaskedAnswer:
    """An answer's JSON as it may be kept and shown: whatever is at a secret path is `***`."""

    data: Any
    secrets: frozenset[str] = frozenset()
    """The texts that stood there, and the numbers as JSON writes them."""
    hides: bool = False
    """Whether anything stood there."""

    @classmethod
    def of(cls, data: Any, paths: Iterable[str]) -> "MaskedAnswer":
        """`data` without what is at the dotted paths; `*` is every element of a list, every value of an object."""
        found: list[Any] = []
        for path in paths:
            data = _without(data, path.split("."), found)
        texts = (as_text(value).strip() for value in _leaves(found))
        return cls(data, frozenset(text for text in texts if text not in {"", MASK}), bool(found))

    def mask(self, text: str, *, short: bool = True) -> str:
        """`text` without the secrets that it repeats, whatever their case; without `short`, of the long ones only.

        Where a long one is spelt so oddly that it can't be cut out, nothing of the text is left.
        """
        if not self.secrets:
            return text
        long = {way for secret in self.secrets if len(secret) >= _SHORT for way in ways_to_write(secret)}
        for way in sorted(long, key=len, reverse=True):
            if way.casefold() in text.casefold():
                text = re.sub(re.escape(way), MASK, text, flags=re.IGNORECASE)
        for secret in self.secrets if short else ():
            if len(secret) < _SHORT:
                text = re.sub(rf"(?<!\w){re.escape(secret)}(?!\w)", MASK, text, flags=re.IGNORECASE)
        return MASK if SecretTraces.of(self.secrets).are_in(text) else text


def as_text(value: Any) -> str:
    """A JSON value as text that every file can hold: escaped surrogates without a partner are not text."""
    if value is None:
        return ""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text.encode("utf-8", "replace").decode()


def _without(data: Any, path: Sequence[str], found: list[Any]) -> Any:
    """`data` with `***` where the path leads to; what stood there joins `found`."""
    if not path:
        if data is None or data == "":
            return data
        found.append(data)
        return MASK
    first, rest = path[0], path[1:]
    if isinstance(data, dict):
        return {key: _without(value, rest, found) if first in ("*", key) else value for key, value in data.items()}
    if isinstance(data, list):
        place = int(first) if first.isdecimal() else None
        return [_without(value, rest, found) if first == "*" or at == place else value for at, value in enumerate(data)]
    return data


def _leaves(values: list[Any]) -> Iterator[str | int | float]:
    """Every text and number in JSON values, however deep: no recursion, for an answer may be nested without end."""
    waiting = list(values)
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            waiting += value.values()
        elif isinstance(value, list):
            waiting += value
        elif value is not None and not isinstance(value, bool):
            yield value
