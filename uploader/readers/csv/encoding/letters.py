"""How much sense a letter over 127 makes between its neighbours, in Spanish, Portuguese, French, English and names."""

import re
from collections.abc import Mapping
from typing import NamedTuple

from uploader.readers.csv.encoding.known_words import KNOWN_WORDS

ODD, NEVER, _UNKNOWN = -1.0, -1.8, -1.5


class _Usage(NamedTuple):
    """How usual a letter is, and which letters come before and after it, usual ones first: `usual|seldom|rare`."""

    weight: float
    before: str
    after: str


_USAGE: Mapping[str, _Usage] = {
    "á": _Usage(1.0, "rtml^ncisd|pvufbhgj|zoxyeç", "$rnstvlcgf|bmpuxd|iqzejñ"),
    "é": _Usage(1.0, "rtd^mlnspiugc|hvfb|ajyxozék", "$rsetcnmldpg|vfaibouq|jxhé"),
    "í": _Usage(1.0, "rltucdasnfmvg|be^pho|xñüjz", "anscd$tvm|rofbglpzq|eçñj"),
    "ó": _Usage(1.0, "itrlcns|mpd^gzebfjvy|hñuxaok", "n$rgl|smptdcxvif|bqñw"),
    "ú": _Usage(1.0, "^nptmarcbgld|esifjhzy|çxk", "nslbm$tdrcpa|vez|jgoñfh"),
    "ñ": _Usage(1.0, "aeiuo|^|áúóíd", "aoe|ióíu|é$"),
    "ç": _Usage(1.0, "anieru|ocpl|^ísé", "ãaõo|u|úáâóôéei"),
    "ã": _Usage(1.0, "çsrtm|idhnlgvcepxbj|fzou^a", "o$|esn|"),
    "õ": _Usage(1.0, "çsip|hrtxlmeg|dzcnvjf", "e||"),
    "â": _Usage(0.9, "trlc^ngmpb|hfdivéuz|esj", "nmtc|gl$|bqops"),
    "ê": _Usage(1.0, "rdtgciulvpnm|bfsüh|^okçz", "n$stm|cvlxueb|qaipr"),
    "ô": _Usage(0.9, "rntpcmlvhd|^fbzs|jgiexa", "nmt$ls|rodp|qfc"),
    "à": _Usage(0.8, "^t|rlj|içm", "$s|q|"),
    "è": _Usage(0.4, "irlhmtcgp|dnsfvbuo|^yzx", "rstmnvgcl|$dqb|zp"),
    "ì": _Usage(0.0, "sdlrucpnt|bvgm|", "$|tp|"),
    "ò": _Usage(0.0, "rtinucdslvm|pzg|e^", "$||g"),
    "ù": _Usage(0.1, "oitsb|rlngdf|", "$||"),
    "ä": _Usage(0.2, "rlthvsfm^wjnk|gbpdz|ieo", "nrtlshgucmd|fkvpa|bxi$ez"),
    "ë": _Usage(0.2, "oau|tr|", "ln$|ts|"),
    "ï": _Usage(0.2, "aoue||", "$sqndetclv|afbrwom|"),
    "ö": _Usage(0.2, "fh^rlkmts|ngbdwjvzi|peo", "rsntgvldhfk|mpcj$|bwazeë"),
    "ü": _Usage(0.8, "rf^gtlkmbhwq|nszdjp|e", "brchnsetgli|dêiíéfm|p$"),
    "î": _Usage(0.2, "ao^d|bgun|p", "tnlcm||"),
    "û": _Usage(0.1, "osrdmbf|elqp|", "trl$c|mn|"),
    "å": _Usage(-0.2, "^rmgptlshvn|fbdk|eåjiy", "r$nltdsgek|bpvf|hmåaj"),
    "ø": _Usage(-0.2, "frls^jthdkmnb|gpiv|ue", "rdsnlykvjmgt|bp$fe|hi"),
    "æ": _Usage(-0.4, "rvlnstfjmkh^|bpgd|ecui", "rnlsgktdv|mbf$|epcioh"),
    "œ": _Usage(0.2, "^cnsvhb|mf|", "ui|dtcs|v"),
    "ß": _Usage(0.1, "aeiuoöüä||", "e$|bnt|lm"),
    "š": _Usage(0.0, "^aeiou|n|rlk", "aeioukt|$n|čmlp"),
    "ž": _Usage(0.0, "^aeiou|n|r", "aeiou|$n|dk"),
    "ý": _Usage(-0.3, "||krnlt", "|$|"),
    "ð": _Usage(-1.0, "||aiourúó", "||aurisj$"),
    "þ": _Usage(-1.0, "^||aeu", "||óoueiar"),
    "ÿ": _Usage(-1.5, "a||", "$||"),
}
_TIERS = (0.0, -0.3, -0.8)


def _worths(tiers: str) -> Mapping[str, float]:
    """The penalty for each of the neighbours; all others are never there."""
    return {letter: worth for some, worth in zip(tiers.split("|"), _TIERS, strict=True) for letter in some}


_BEFORE = {letter: _worths(usage.before) for letter, usage in _USAGE.items()}
_AFTER = {letter: _worths(usage.after) for letter, usage in _USAGE.items()}
_AT_DIGIT = -2.2
_ALONE = {
    "é": 0.6, "à": 0.6, "á": 0.1, "ó": 0.3, "è": 0.1, "ñ": -0.2, "É": 0.4, "À": 0.2, "Ñ": 0.1, "Ó": -0.2, "Á": -0.3,
}  # fmt: skip
"""A letter that is a word: “é” is Portuguese for “is”, and many type “á” for “a”."""
_WORD = re.compile(r"[^\W\d_]+")
_GRAVE_A = re.compile(r"(?:s|quel\w*|quilo)?", re.IGNORECASE)
"""What follows a Portuguese “à”: nothing, as it is a word, or “às” and “àquele”."""
_NEEDLESS_ACCENT = re.compile(r"[^\Waeiouáéíóúâêôãõàü]+[aeo]s?", re.IGNORECASE)
"""The rest of a word whose stress falls on its last but one vowel, where neither language writes an accent."""
_WITH_NEEDLESS_ACCENT = re.compile(r"(?:ad|d)ónde|cómo|cuánt[oa]s?|sólo|ést?[aeo]s?|aquéll[ao]s?", re.IGNORECASE)


def sense(text: str, i: int) -> float:
    """The worth of the letter at `i`, which has a character on either side: about -3 (can't be) to 1 (usual)."""
    p, n = text[i - 1], text[i + 1]
    small = text[i].lower()
    if p.isdigit() or n.isdigit():
        return _weight(small) + _AT_DIGIT
    if not p.isalpha() and not n.isalpha():
        return _ALONE.get(text[i], ODD + min(0.0, _weight(small)))
    worth = _weight(small) + _neighbours(p.lower(), small, n.lower())
    return worth + _case(text, i) + _spelling(text, i) + _shortness(text, i)


def _weight(small: str) -> float:
    return _USAGE[small].weight if small in _USAGE else _UNKNOWN


def _neighbours(p: str, small: str, n: str) -> float:
    """The penalty for letters that come seldom or never before and after it."""
    if small not in _USAGE:
        return 0.0
    before, after = p if p.isalpha() else "^", n if n.isalpha() else "$"
    return _BEFORE[small].get(before, NEVER) + _AFTER[small].get(after, NEVER)


def _case(text: str, i: int) -> float:
    """The penalty for capitals and small letters in an order that nobody writes."""
    p, n, after = text[i - 1], text[i + 1], text[i + 2 : i + 3]
    if text[i].islower():
        # Programs that know only ASCII's capitals write MUñOZ: odd, and seen.
        if p.isupper() and (text[i - 2 : i - 1].isupper() or (n.isupper() and not after.islower())):
            return -0.7 if text[i] in "áéíóúñãçê" else -1.8
        return -2.0 if n.isupper() else 0.0
    if p.islower():
        return -2.5
    if not p.isalpha() and n.isupper() and after.islower():
        return -1.5
    return -0.7 if p.isupper() and n.islower() else 0.0


def _shortness(text: str, i: int) -> float:
    """The penalty for a word of two letters that is none."""
    word = text[i : i + 2] if text[i + 1].isalpha() else text[i - 1 : i + 1]
    is_whole = not text[i - 1].isalpha() or not text[i + 1].isalpha()
    is_short = is_whole and not (text[i + 2 : i + 3] if text[i + 1].isalpha() else text[i - 2 : i - 1]).isalpha()
    return -1.0 if is_short and word.lower() not in KNOWN_WORDS else 0.0


def _spelling(text: str, i: int) -> float:
    """The penalty for an accent where Spanish and Portuguese write none."""
    end = _WORD.match(text, i)
    rest = text[i + 1 : end.end() if end else i + 1]
    if text[i] in "àÀ":
        is_word = not text[i - 1].isalpha()
        return 0.0 if not rest or (is_word and _GRAVE_A.fullmatch(rest)) else -1.5 if is_word else -0.9
    if text[i] in "ãÃ" and rest[:1] in tuple("sS") and rest[1:]:
        return -1.0  # only plurals have an “s” there
    if text[i] not in "áéóÁÉÓ" or not _NEEDLESS_ACCENT.fullmatch(rest):
        return 0.0
    start = i
    while text[start - 1].isalpha():
        start -= 1
    return 0.0 if _WITH_NEEDLESS_ACCENT.fullmatch(text[start : i + 1 + len(rest)]) else -0.7
