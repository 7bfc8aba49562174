"""Column names as people write them, and which of them are the same name."""

import re
import unicodedata
from collections.abc import Iterator
from itertools import islice, product

from uploader.model.lookalikes import is_lookalike
from uploader.model.unseen import FILLERS

_PLURALS = (("oes", "ao"), ("aes", "ao"), ("ais", "al"), ("eis", "el"), ("ns", "m"), ("ces", "z"))
"""Endings of plurals that don't just add an s, without accents."""
_OTHER_ENDINGS = (("eis", "il"), ("ois", "ol"), ("uis", "ul"), ("is", "il"), ("ies", "y"))
"""More of them, which fewer words have."""
_LEAST_SINGULAR = 3
"""Letters. Shorter words are abbreviations, and what looks like their plural is another word: `De` and `Des.`."""
_LEAST_CHANGED = 4
"""Letters, where more than an s is added: `Vales` has nothing to do with `Val.`, nor `Mais` with `Mal`."""
_SURE = ("ces", "z")
"""`Voces` and `voz`: nothing else ends so."""
_VOWELS = "aeiou"
_MOST_FORMS = 64


def key(name: str) -> str:
    """A name without case, accents, spaces, underscores and punctuation, which people write differently.

    A letter that only looks like a usual one stays what it is: a Cyrillic `frоm` is another name.
    """
    plain = name.casefold() if name.isascii() else "".join(map(_folded, unicodedata.normalize("NFD", name)))
    return "".join(letter for letter in plain if letter.isalnum() and letter not in FILLERS)


def _folded(letter: str) -> str:
    return letter.lower() if is_lookalike(letter) else unicodedata.normalize("NFKD", letter).casefold()


def stem(name: str) -> str:
    """A name's key with every word cut to what singular and plural share: good for likeness, too short to be sure."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return "".join(_stem_of(word) for word in re.findall(r"[^\W_]+", plain))


def _stem_of(word: str) -> str:
    for plural, one in _PLURALS:
        if word.endswith(plural) and len(word) > len(plural) + 1:
            return word.removesuffix(plural) + one
    word = word.removesuffix("s")
    return word.removesuffix("e") if len(word) > 3 else word  # noqa: PLR2004  # mensaje, mensajes; canal, canales


def singulars(name: str) -> frozenset[str]:
    """The keys of all names of which this may be the plural, judging by the endings of its words; its own is one.

    `Teléfonos del cliente` gives `telefonosdelcliente`, `telefonodelcliente` and so on.
    """
    words = [key(word) for word in re.findall(r"[^\W_]+", unicodedata.normalize("NFC", name))]
    forms = islice(product(*(list(_singulars_of(word)) for word in words)), _MOST_FORMS)
    return frozenset(map("".join, forms)) | {key(name)}


def _singulars_of(word: str) -> Iterator[str]:
    """A word, and each word of which it may be the plural in Spanish, Portuguese or English."""
    yield word
    for plural, one in (*_PLURALS, *_OTHER_ENDINGS):
        singular = word.removesuffix(plural) + one
        if word.endswith(plural) and len(singular) >= (_LEAST_SINGULAR if (plural, one) == _SURE else _LEAST_CHANGED):
            yield singular
    without = word.removesuffix("s")
    if without != word and len(without) >= _LEAST_SINGULAR:
        yield without
    without = word.removesuffix("es")
    if without != word and len(without) >= _LEAST_CHANGED and without[-1] not in _VOWELS:
        yield without
