"""The languages that people read: how each writes numbers, and which counts take its singular."""

from collections.abc import Mapping
from typing import NamedTuple


class Language(NamedTuple):
    """One of them, by what a sentence needs to know of it."""

    separators: Mapping[int, str]
    """From the characters of Python's `1,234.5` to its own, for `str.translate`."""
    singular: frozenset[int]
    """The counts that take the plural category `one` (Unicode CLDR, for whole numbers)."""


_POINTS_FOR_THOUSANDS = str.maketrans({",": ".", ".": ","})
LANGUAGES: Mapping[str, Language] = {
    "en": Language({}, frozenset({1})),
    "es": Language(_POINTS_FOR_THOUSANDS, frozenset({1})),
    "pt": Language(_POINTS_FOR_THOUSANDS, frozenset({0, 1})),
}


def language_of(code: str) -> Language:
    """The language, or else English."""
    return LANGUAGES.get(code, LANGUAGES["en"])
