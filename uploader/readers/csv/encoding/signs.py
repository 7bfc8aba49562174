"""How much sense a sign over 127 makes between its neighbours: a quote, a dash, a bullet, a currency, an ordinal."""

import re
from collections.abc import Callable, Mapping

GOOD, FAIR, RARE, ODD, BAD = 1.0, 0.5, 0.15, -1.0, -2.0
_WRONG, _CUT = -1.5, -1.1

_KINDS = {"x": str.islower, "X": str.isupper, "0": str.isdigit, " ": str.isspace}
"""The kinds that these characters name in a rule; all others name themselves."""
_Rule = tuple[str, str, float]
"""The kinds of character before and after, any where that is empty, and the worth."""
_CLOSE_TO_LETTERS: tuple[_Rule, ...] = (("xX", "xX", BAD), ("xX", "", _WRONG), ("", "xX", _WRONG))
_OPENING: tuple[_Rule, ...] = (("xX", "xX", BAD), ("xX0", "", _WRONG), ("", " ,;", _WRONG))
_CLOSING: tuple[_Rule, ...] = (("", "xX0", _WRONG), ("0", "", 0.1))
_ORDINAL: tuple[_Rule, ...] = (("0", "", GOOD), ("xX", "", _WRONG), ("", "xX", ODD))

_RULES_OF_ALIKE: Mapping[str, tuple[_Rule, ...]] = {
    "º": (*_ORDINAL, ("", "", -0.1)),
    "°": ((" ", "C", FAIR), (" ", "F", FAIR), *_ORDINAL, ("", "", 0.2)),
    "ª": (*_ORDINAL, ("", "", ODD)),
    "¿¡": (("xX0", "xX0", BAD), ("xX0", "", -1.3), ("", 'xX0¡¿"“', GOOD), ("", "", -0.5)),
    "–—": (
        *(("0", "0", GOOD), (" ", " ", 0.9), ("X", "X", -0.5), ("xX", "X", RARE), ("xX", "x", -0.5)),
        *(("xX", "", -0.4), ("", "x", -0.2), ("", "", 0.4)),
    ),
    "“«": (*_OPENING, ("", "", 0.9)),
    "‘": (*_OPENING, ("", "", 0.3)),
    "„‚‹": (*_OPENING, ("", "", -0.5)),
    # On Latin American keyboards it is a key of its own, and some type it for quotation marks: ¨así¨.
    "¨": (("xX0", "xX0", _WRONG), ("", "", 0.2)),
    "¤": (("0", "", -0.8), (" ", "0", -0.8), ("", "", BAD)),
    "”›": (*_CLOSING, ("", "", 0.9)),
    "»": (*_CLOSING, ("", "", FAIR)),
    "…": (("X", "X", -0.5), ("xX", "xX", RARE), (" ", " ", 0.1), ("", "xX", 0.3), ("", "", FAIR)),
    "€": (("xX", "xX", _WRONG), ("xX", "", RARE), ("", "xX", RARE), ("", "", GOOD)),
    "£": (*_CLOSE_TO_LETTERS, ("", "", FAIR)),
    "¢": (*_CLOSE_TO_LETTERS, ("0", "", 0.3), ("", "0", 0.3), ("", "", ODD)),
    "¥": (*_CLOSE_TO_LETTERS, ("", "", -0.5)),
    "®™": (("xX", "xX", -1.2), ("", "xX0", ODD), ("x", "", 0.8), ("X", "", FAIR), ("0", "", -0.6), ("", "", -0.3)),
    "½¼¾": (*_CLOSE_TO_LETTERS, ("", "0", _WRONG), ("0", "", 0.8), ("", "", 0.4)),
    "‰": (*_CLOSE_TO_LETTERS, ("0", "", FAIR), ("", "", ODD)),
    "±": (*_CLOSE_TO_LETTERS, ("", "0", GOOD), ("", "", 0.2)),
    "×÷": (("x", "x", _WRONG), ("X", "x", _WRONG), ("xX", "xX", -0.5), ("0", "0", GOOD), ("", "", 0.4)),
    "©": (("xX0", "", _WRONG), ("", "xX", ODD), ("", "", 0.6)),
    "§": (("xX0", "", _WRONG), ("", " 0", FAIR), ("", "", -0.5)),
    "¶†": (*_CLOSE_TO_LETTERS, ("0", "", _WRONG), ("", "", -0.5)),
    # O´Higgins is typed so by many; the other accents on their own are not.
    "´": (("X", "xX", 0.2), ("x", "X", 0.2), ("n", "t", RARE), ("x", "s", RARE), ("", "", ODD)),
    "\xa0": (("\xa0", "", -0.5), ("", "\xa0", -0.5), (" ,;\t\"'", "x", -0.3), ("xX", "0", 0.35), ("", "", FAIR)),
    "\xad": (("xX", "x", -0.3), ("", "", _WRONG)),
    "•": (("x", "x", -0.7), ("xX0", "X0", RARE), ("", "0", -0.5), ("xX", "", _WRONG), ("", "", 0.6)),
    "·": (("l", "l", FAIR), ("x", "x", -0.7), ("xX0", "X0", RARE), ("xX", "", _WRONG), ("", "xX", 0.2), ("", "", 0.6)),
    "’²³¹µ": (),  # see `_SENSES`
    "ıƒΩπμ": (),  # letters, but not in lists
}
"""What people write around each of these. The first rule that fits counts."""
_RULES = {character: rules for alike, rules in _RULES_OF_ALIKE.items() for character in alike}

_END_OF_ENGLISH = re.compile(r"’(s|t|d|m|ll|re|ve)(?![^\W\d_])", re.IGNORECASE)
# “L’a” is rather a Lía that a Mac wrote.
_ELISION = re.compile(
    r"(?<![^\W\d_])(([dlcjmnst]|qu|all)’[aeiouáéíóúâêôãõàüyh]|([DLCJMNST]|Qu)’[AEIOUÁÉÍÓÚÂÊÔÃÕÀÜYH]|O’[^\W\d_])\Z"
)
_ABBREVIATED = re.compile(
    r"(?:(?<!\d)\d\d?\.|(?<![^\W\d_])"
    r"(?:n|no|núm|num|nr|art|p[aá]g|sra?|dra?|d|m|av|avda|d?e?pto|fco|prof|profa|exm|ilm|col|dir)\.?)\Z",
    re.IGNORECASE,
)
"""What an ordinal sign ends: `n.º`, `D.ª`, `Sr.ª`, `2.º`."""
_OF_LENGTH = re.compile(r"(?<![^\W\d_])(?:[mckd]?m|ft|in|pulg|mi)\Z", re.IGNORECASE)
_MICRO_UNIT = re.compile(r"µ(?:g|l|L|m|s|A|F|V|W|M|mol|Sv|H|Pa|Ci)(?![^\W\d_])")
_BEFORE_NUMBER = re.compile(r"[ \xa0]?\d")
_AFTER_NUMBER = re.compile(r"\d\s?\Z")
_OF_VARIABLE = re.compile(r"(?<![^\W_])(?:[a-z]|\d+)\Z", re.IGNORECASE)
"""What a power follows that is no length: `x²`, `10³`."""
_CONTRACTION = re.compile(
    r"(?<![^\W\d_])(?:(?:it|that|he|she|what|who|let|there|here)’s|(?:i|we|you|they)’(?:ll|re|ve|d|m)"
    r"|(?:do|ca|wo|does|did|is|are|was|have|has|could|would)n’t)(?![^\W\d_])",
    re.IGNORECASE,
)
"""English that can't be anything else."""
_FRAGMENT_BEFORE = re.compile(r"(?<![^\W\d_])[bcdfghjklmnñpqrstvwxz]+\Z")
_LETTER_ALONE = re.compile(r"[^\W\d_aeiouyAEIOUYÁÉÍÓÚ](?![^\W_])")
_PRODUCT_OF_UNITS = re.compile(r"(?<![^\W\d_])(?:kgf?|N|W|kW|A|mA|V|C|J|Pa|lbf?)·(?:c?m|s|h|ft|in)(?![^\W\d_])")
_SEPARATORS = "\xa0•·…–—"
_LAST_WORD, _NEXT_WORD = re.compile(r"[^\W\d_]+\Z"), re.compile(r"[^\W\d_]+")
_VOWEL = re.compile(r"[aeiouyáéíóúâêôãõàüäöèïë]", re.IGNORECASE)
_NO_BEGINNING = re.compile(r"(?:[lmnrvwy](?![aeiouyáéíóúâêôãõàülr])|[bcdfgjkpqt](?![aeiouyáéíóúâêôãõàhlrswn]))")
"""Letters with which no word begins; capitals may be an abbreviation."""


def sense(text: str, i: int) -> float:
    """The worth of the sign at `i`, which has a character on either side: -2 (can't be) to 1.5 (usual)."""
    sign = text[i]
    if sign in _SENSES:
        return _SENSES[sign](text, i)
    worth = _in_context(text, i)
    return _by_rules(text, i) if worth is None else worth


def _in_context(text: str, i: int) -> float | None:
    """Of a sign that means more, or less, by the words or the number beside it; None where nothing there tells."""
    sign, before = text[i], text[:i]
    if sign in "ºª°":
        return GOOD if _ABBREVIATED.search(before) else None
    if sign in _SEPARATORS:
        return _of_separator(text, i)
    if sign in "¥½¼¾" and not text[i - 1].isdigit() and _BEFORE_NUMBER.match(text, i + 1):
        return FAIR if sign == "¥" else _WRONG
    if sign in "®™¿¡" and (_FRAGMENT_BEFORE.search(before) if sign in "®™" else _LETTER_ALONE.match(text, i + 1)):
        return RARE
    if sign == "¡" and "¡" in before and not text[i + 1].isalnum():
        return -0.3  # many type ¡hola¡
    return None


def _of_separator(text: str, i: int) -> float | None:
    if text[i] == "·" and _is_product(text, i):
        return GOOD
    return None if _separates_words(text, i) else _CUT


def is_sign(character: str) -> bool:
    """Whether there are rules for it; all others are letters."""
    return character in _RULES or not character.isalpha()


def _by_rules(text: str, i: int) -> float:
    for befores, afters, worth in _RULES.get(text[i], ()):
        if _is_of(text[i - 1], befores) and _is_of(text[i + 1], afters):
            return worth
    return BAD


def _is_of(char: str, kinds: str) -> bool:
    return not kinds or any(_KINDS[kind](char) if kind in _KINDS else char == kind for kind in kinds)


def _is_product(text: str, i: int) -> bool:
    return any(found.start() <= i < found.end() for found in _PRODUCT_OF_UNITS.finditer(text))


def _separates_words(text: str, i: int) -> bool:
    """Whether what stands on its sides, if letters do, are whole words: “m s” is not two, it was “más” once."""
    before, after = _LAST_WORD.search(text[:i]), _NEXT_WORD.match(text, i + 1)
    if text[i - 1].isdigit():
        return True  # what follows may be a unit
    return not (before and _is_fragment(before[0])) and not (
        after and (_is_fragment(after[0]) or (after[0].islower() and _NO_BEGINNING.match(after[0])))
    )


def _is_fragment(letters: str) -> bool:
    """Whether small letters without a vowel; capitals and a single capital may be an abbreviation."""
    return not letters.isupper() and _VOWEL.search(letters) is None


def _of_power(text: str, i: int) -> float:
    if text[i + 1].isalnum():
        return _WRONG
    if _OF_LENGTH.search(text[:i]):
        return GOOD
    return RARE if _OF_VARIABLE.search(text[:i]) else _WRONG


def _of_micro(text: str, i: int) -> float:
    if _MICRO_UNIT.match(text, i) is None or text[i - 1].isalpha():
        return BAD
    return 1.5 if _AFTER_NUMBER.search(text[:i]) else FAIR


def _of_apostrophe(text: str, i: int) -> float:
    p, n = text[i - 1], text[i + 1]
    if not (p.isalpha() and n.isalpha()):
        return 0.3 if p.isalnum() or n.isalnum() else -0.5
    if any(found.start() < i < found.end() for found in _CONTRACTION.finditer(text)):
        return 2.0
    if p == n == "n" or _END_OF_ENGLISH.match(text, i) or _ELISION.search(text[: i + 2]):
        return 0.8
    return _within_word(p, text[i + 1 :]) if n.islower() and _are_whole(text, i) else ODD


def _within_word(p: str, after: str) -> float:
    """Of an apostrophe as in “Ma’am”, “Hawai’i” and “O’clock”; a single vowel after it is rather the end of “Mar’a”."""
    if p.isupper() or p == after[0]:
        return RARE
    return -0.4 if after[1:2].isalpha() else ODD


def _are_whole(text: str, i: int) -> bool:
    """Whether what stands on both sides may be words."""
    before, after = _LAST_WORD.search(text[:i]), _NEXT_WORD.match(text, i + 1)
    return not any(side is None or _is_fragment(side[0]) for side in (before, after))


_SENSES: Mapping[str, Callable[[str, int], float]] = {
    "’": _of_apostrophe, "µ": _of_micro, **dict.fromkeys("²³¹", _of_power),
}  # fmt: skip
