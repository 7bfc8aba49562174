"""The secrets of one draft, by their values: looked for wherever they may be repeated, and forgotten with the draft."""

import re
from collections.abc import Callable
from typing import Generic, TypeVar

from uploader.templates.importers.draft.secrets.values import is_stand_in, is_word

Owner = TypeVar("Owner")
_LEAST = 6
"""Characters of a secret from which on it is looked for."""


class Traced(Generic[Owner]):
    """Whose each value is: a column's, or a setting's."""

    def __init__(self) -> None:
        self._owners: dict[str, Owner] = {}
        self._of_stand_ins: dict[tuple[str, str], Owner] = {}

    def owner(self, value: str, name: str) -> Owner | None:
        """Whose it is, so that one that is there twice is asked for once; a stand-in is the same only by its name."""
        return self._of_stand_ins.get((value, name)) if is_stand_in(value) else self._owners.get(value)

    def add(self, value: str, name: str, owner: Owner) -> None:
        """Say whose a value is, unless it is somebody's already."""
        if is_stand_in(value):
            self._of_stand_ins.setdefault((value, name), owner)
        elif value:
            self._owners.setdefault(value, owner)

    def replaced(self, text: str, by: Callable[[Owner], str | None]) -> str:
        """`text` with what `by` says of its owner in the place of each value that it repeats; None leaves it there."""
        for value in sorted(self._owners, key=len, reverse=True):
            instead = by(self._owners[value]) if len(value) >= _LEAST and value in text else None
            if instead is not None:
                text = _pattern(value).sub(instead.replace("\\", r"\\"), text)
        return text


def _pattern(value: str) -> re.Pattern[str]:
    """A word is looked for as one: `secret` is no part of `/secretaries`."""
    return re.compile(rf"(?<!\w){re.escape(value)}(?!\w)" if is_word(value) else re.escape(value))
