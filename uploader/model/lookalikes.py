"""Letters of other alphabets that look like the usual ones, as in headers: a Cyrillic `о` is no Latin `o`."""

import re
import unicodedata
from functools import lru_cache

from uploader.i18n import Message

_ALPHABETS = (
    ("АВЕЅІЈКМНОРСТУХҮԌԚԜѴӀЬ", "ABESIJKMHOPCTYXYGQWVIB"),
    ("авеѕіјкмнорстухүԁһԛԝѵӏгп", "abesijkmhopctyxydhqwvlrn"),
    ("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧϹͿ", "ABEZHIKMNOPTYXCJ"),
    ("αβγεηικμνορςστυχωϲϳ", "abyenikuvopcotuxwcj"),
    ("ՕՍՏԼօսոհցզյաք", "OUSLounhgqjwp"),
    ("ᎪᏴᏟᎠᎬᎻᎫᏦᏞᎷᏢᏒᏚᎢᏙᎳᎽᏃᏀ", "ABCDEHJKLMPRSTVWYZG"),
    ("ꓐꓑꓓꓔꓖꓗꓙꓚꓜꓝꓟꓠꓡꓢꓣꓦꓧꓪꓫꓬꓮꓰꓲꓳꓴ", "BPDTGKJCZFMNLSRVHWXYAEIOU"),
    ("ⲀⲂⲈⲎⲒⲔⲘⲚⲞⲢⲤⲦⲨⲬⲟⲣⲥ", "ABEHIKMNOPCTYXopc"),
    ("µɑɡɩ", "uagi"),
)
"""Letters, and what each looks like in its case. After Unicode's table of confusable characters, UTS 39."""
_USUAL = {ord(one): usual for letters, same in _ALPHABETS for one, usual in zip(letters, same, strict=True)}
_OF_LATIN = re.compile(
    r"LATIN (?:CAPITAL LETTER|SMALL LETTER(?: DOTLESS)?|LETTER SMALL CAPITAL) ([A-Z])(?: WITH [A-Z ]+)?"
)
"""The Unicode names of Latin letters that are another letter with something to it or left out, as in `ı` and `ø`."""
_ORDINALS = "ªº²³¹"
"""Written raised on purpose, as in `N.º`: they count as the letters and digits that they are."""
_KNOWN = {"CYRILLIC": "cyrillic", "GREEK": "greek", "ARMENIAN": "armenian", "FULLWIDTH": "full_width"}
"""The first word of a letter's Unicode name, and how the catalogue's message about that alphabet is called."""


def as_it_looks(name: str) -> str:
    """A name with the usual letter for each that looks like one, and without accents."""
    if name.isascii():
        return name
    return "".join(_usual(one) or one for one in _bare(name))


def unusual_letters(name: str) -> list[str]:
    """The letters and digits of a name that only look like usual ones, each once."""
    return [] if name.isascii() else [one for one in dict.fromkeys(_bare(name)) if _usual(one)]


def named(letter: str) -> Message:
    """Such a letter, as part of a sentence: the letter “о” is Cyrillic."""
    kind = _KNOWN.get(unicodedata.name(letter, "").partition(" ")[0], "special")
    return Message(f"lookalike.{kind}", letter=letter, number=f"U+{ord(letter):04X}")


def is_lookalike(letter: str) -> bool:
    """Whether a letter or digit is not a usual one but looks like one."""
    return _usual(letter) is not None


def _bare(name: str) -> str:
    return "".join(one for one in unicodedata.normalize("NFD", name) if not unicodedata.combining(one))


@lru_cache(maxsize=1024)
def _usual(letter: str) -> str | None:
    """The usual letter or digit that this one looks like; None for usual ones and for those that look like none."""
    if letter.isascii() or letter in _ORDINALS:
        return None
    if ord(letter) in _USUAL:
        return _USUAL[ord(letter)]
    alone = "".join(one for one in unicodedata.normalize("NFKC", letter) if one.isalnum())
    if len(alone) == 1 and alone.isascii():
        return alone
    if unicodedata.category(letter) == "Nd":
        return str(unicodedata.digit(letter))
    latin = _OF_LATIN.fullmatch(unicodedata.name(letter, ""))
    if latin is None:
        return None
    return latin[1] if "CAPITAL LETTER" in latin.string else latin[1].lower()
