"""Column names as people write them, and which of them are the same name."""

import re
import unicodedata

_PLURALS = (("oes", "ao"), ("aes", "ao"), ("ais", "al"), ("eis", "el"), ("ns", "m"), ("ces", "z"))
"""Endings of plurals that don't just add an s, without accents."""


def key(name: str) -> str:
    """A name without case, accents, spaces, underscores and punctuation, which people write differently."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    return "".join(letter for letter in plain if letter.isalnum())


def stem(name: str) -> str:
    """A name's key with every word in the singular, judging by its ending: `Teléfonos` and `teléfono`."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return "".join(_singular(word) for word in re.findall(r"[^\W_]+", plain))


def _singular(word: str) -> str:
    for plural, one in _PLURALS:
        if word.endswith(plural) and len(word) > len(plural) + 1:
            return word.removesuffix(plural) + one
    word = word.removesuffix("s")
    return word.removesuffix("e") if len(word) > 3 else word  # noqa: PLR2004  # mensaje, mensajes; canal, canales
