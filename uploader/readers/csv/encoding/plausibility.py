"""How much sense a sign over 127, such as a quote, a dash or a currency, makes between its neighbours."""

import re
from collections.abc import Mapping

GOOD, FAIR, RARE, ODD, BAD = 1.0, 0.5, 0.15, -1.0, -2.0
_WRONG = -1.5

_KINDS = {"x": str.islower, "X": str.isupper, "0": str.isdigit, " ": str.isspace}
"""What these stand for in a rule; all others stand for themselves."""
_Rule = tuple[str, str, float]
"""The kinds of character before and after, any where that is empty, and the worth."""
_CLOSE_TO_LETTERS: tuple[_Rule, ...] = (("xX", "", _WRONG), ("", "xX", _WRONG))
_OPENING: tuple[_Rule, ...] = (("xX0", "", _WRONG), ("", " ,;", _WRONG))
_ORDINAL: tuple[_Rule, ...] = (
    ("0", "", GOOD),
    ("xX", "xX", BAD),
    ("", "xX", ODD),
    ("nN.", "", GOOD),
    ("oOaAMDrR", "", FAIR),
    ("xX", "", RARE),
)
_CLOSING: tuple[_Rule, ...] = (("", "xX0", _WRONG), ("0", "", 0.1))

_RULES_OF_ALIKE: Mapping[str, tuple[_Rule, ...]] = {
    "º": (*_ORDINAL, ("", "", 0.2)),
    "°": ((" ", "C", 0.2), *_ORDINAL, ("", "", 0.2)),
    "ª": (*_ORDINAL, ("", "", ODD)),
    # Many type ¡hola¡
    "¿¡": (("xX0", "xX0", BAD), ("xX0", "", -0.5), ("", 'xX0¡¿"“', GOOD), ("", "", -0.5)),
    "–—": (("0", "0", GOOD), ("x", "xX", RARE), ("X", "xX", -0.9), (" ", " ", 0.9), ("", "", 0.4)),
    "“«": (*_OPENING, ("", "", 0.9)),
    "„‘‚‹": (*_OPENING, ("", "", 0.4)),
    "”›": (*_CLOSING, ("", "", 0.9)),
    "»": (*_CLOSING, ("", "", FAIR)),
    "…": (("xX", "xX", RARE), ("", "", FAIR)),
    "€": (("xX", "", RARE), ("", "xX", RARE), ("", "", GOOD)),
    "£": (*_CLOSE_TO_LETTERS, ("", "", FAIR)),
    "¥¢": (*_CLOSE_TO_LETTERS, ("", "0", FAIR), ("", "", 0.0)),
    "®™²³¹": (("", "xX0", ODD), ("xX0", "", 0.8), ("", "", ODD)),
    "½¼¾‰±×÷": (*_CLOSE_TO_LETTERS, (" ", "0", _WRONG), ("", "", 0.4)),
    "µ": (("xX", "", _WRONG), ("", "glms", FAIR)),
    "©§¶†": (*_CLOSE_TO_LETTERS, ("0", "", _WRONG), ("", " 0", 0.3), ("", "", -0.5)),
    # O´Higgins is typed so by many; the other accents on their own are not.
    "´": (("xX", "xX", 0.2),),
    "\xa0\xad": (("", "", 0.4),),
    "•·": (("l", "l", FAIR), ("xX", "xX", _WRONG), ("", "", 0.4)),
    "’": (),  # see `_apostrophe`
    "ıƒΩπμ": (),  # letters, but not in lists
}
"""What people write around each sign; the first rule that fits counts."""
RULES = {sign: rules for signs, rules in _RULES_OF_ALIKE.items() for sign in signs}

_END_OF_ENGLISH = re.compile(r"’(s|t|d|m|ll|re|ve)(?![^\W\d_])", re.IGNORECASE)
# “L’a” is rather a Lía that a Mac wrote.
_ELISION = re.compile(
    r"(?<![^\W\d_])(([dlcjmnst]|qu|all)’[aeiouáéíóúâêôãõàüyh]|([DLCJMNST]|Qu)’[AEIOUÁÉÍÓÚÂÊÔÃÕÀÜYH]|O’[^\W\d_])\Z"
)


def sense(text: str, i: int) -> float:
    """The worth of the sign at `i`, which has a character on either side: about -2 (can't be) to 1 (usual)."""
    if text[i] == "’":
        return _apostrophe(text, i)
    for befores, afters, worth in RULES.get(text[i], ()):
        if _is_of(text[i - 1], befores) and _is_of(text[i + 1], afters):
            return worth
    return BAD


def _is_of(char: str, kinds: str) -> bool:
    return not kinds or any(_KINDS[kind](char) if kind in _KINDS else char == kind for kind in kinds)


def _apostrophe(text: str, i: int) -> float:
    p, n = text[i - 1], text[i + 1]
    if not (p.isalpha() and n.isalpha()):
        return 0.3 if p.isalnum() or n.isalnum() else -0.5
    if _END_OF_ENGLISH.match(text, i) or _ELISION.search(text[: i + 2]):
        return 0.8
    return RARE if n.islower() else ODD
