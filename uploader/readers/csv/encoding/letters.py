"""How much sense a letter over 127 makes between its neighbours."""

import re

from uploader.readers.csv.encoding.plausibility import BAD, ODD

_WEIGHTS: dict[str, float] = {
    **dict.fromkeys("áéíóúñãõçâêô", 1.0), **dict.fromkeys("àü", 0.8), "è": 0.6,
    **dict.fromkeys("äöî", 0.3), **dict.fromkeys("ïûëœßåøù", 0.2), "æ": 0.0, **dict.fromkeys("òì", 0.1),
}  # fmt: skip
"""How usual each is in Spanish, Portuguese, French and names; all others are odd."""
_VOWELS = "aeiouáéíóúâêôãõàüy"
_BASE = str.maketrans("áéíóúâêôãõà", "aeiouaeoaoa")
_FOLLOWERS = {"ã": "oesnim", "õ": "e", "ç": "aouãõáâóôúeéi", "ñ": "aeiouáéíóú", "œ": "ui"}
"""The letters that can follow these within a word."""
_NEIGHBOURS = re.compile(r"ç[ãõáâàóôúéê]|ñ[áéíóú]|[nrl]ç|óã|[íúáéóâêô][çñ]")


def sense(text: str, i: int) -> float:
    """The worth of the letter at `i`, which has a character on either side: about -2 (can't be) to 1 (usual)."""
    p, n = text[i - 1], text[i + 1]
    small = text[i].lower()
    weight = _WEIGHTS.get(small, ODD)
    if p.isdigit() or n.isdigit():
        return weight - 1.5
    if not p.isalpha() and not n.isalpha():
        return 0.3 if small in "áéóàèñ" else ODD + min(0.0, weight)
    return weight + _case(text, i) + _fits(p.lower(), small, n.lower() if n.isalpha() else "")


def _case(text: str, i: int) -> float:
    """What is lost where capitals and small letters don't follow each other the way people write."""
    p, n = text[i - 1], text[i + 1]
    if text[i].islower():
        # Programs that know only ASCII's capitals write MUñOZ: odd, and seen.
        if p.isupper() and (text[i - 2 : i - 1].isupper() or (n.isupper() and not text[i + 2 : i + 3].islower())):
            return -0.7 if text[i] in "áéíóúñãçê" else -1.8
        return BAD if n.isupper() else 0.0
    if p.islower():
        return -2.5
    return -0.7 if p.isupper() and n.islower() else 0.0


def _fits(p: str, char: str, n: str) -> float:
    """What is lost where a letter can't stand beside the one before or after."""
    lost = 0.0
    if p.isalpha() and not p.isascii() and not _NEIGHBOURS.match(p + char):
        lost -= 1.0
    if n and n not in _FOLLOWERS.get(char, n) and not _NEIGHBOURS.match(char + n):
        lost -= 1.2 if char in "ãõ" else 0.8
    base = char.translate(_BASE)
    if base in "aiou" and base in (p.translate(_BASE), n.translate(_BASE)):
        lost -= 0.5
    if char == "ç" and p.isalpha() and p not in _VOWELS + "nrl":
        lost -= 0.8
    if (char == "à" and p.isalpha() and n) or (char == "õ" and not n):
        lost -= 0.7
    return lost
