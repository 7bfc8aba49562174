"""The characters that nobody sees: spaces of all widths, controls, and what text programs put in for themselves."""

import re
from string import whitespace


def _each(first: str, last: str) -> str:
    return "".join(map(chr, range(ord(first), ord(last) + 1)))


_SPACES = whitespace + "\x85\xa0\u1680" + _each("\u2000", "\u200a") + "\u2028\u2029\u202f\u205f\u3000"
FORMATS = (
    "\xad\u061c\u180e"
    + _each("\u200b", "\u200f")
    + _each("\u202a", "\u202e")
    + _each("\u2060", "\u206f")
    + ("\ufeff" + _each("\ufff9", "\ufffb"))
)
"""Characters of no width: soft hyphens, zero-width spaces and joiners, marks of direction, byte order marks.

Of Unicode's formats, those around Arabic, Syriac and Kaithi numbers are not among them: they are drawn.
"""
FILLERS = "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0" + _each("\ufff0", "\ufff8")
"""Letters, marks and symbols that are drawn as nothing, such as Hangul's fillers and the empty Braille cell."""
SELECTORS = "\ufe00-\ufe0f\U000e0000-\U000e0fff"
"""What chooses the shape of the character before it, and tags: part of an emoji, and alone nothing."""
_RARE = "\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d159\U0001d173-\U0001d17a"
"""The formats of hieroglyphs, shorthand and musical notes."""
BLANKS = _SPACES + FORMATS + FILLERS
"""What can be left out around a text without anybody seeing a difference."""
ODD = "\xa0\u202f" + FORMATS.replace("\u200c", "").replace("\u200d", "") + FILLERS
"""What a person should know of within a text. Joiners are not odd: Persian and emojis are written with them."""

_SEEN = re.compile(f"[^\x00-\x1f\x7f-\x9f{re.escape(BLANKS)}{SELECTORS}{_RARE}]")
_PRINTED = re.compile(f"[{FILLERS}{SELECTORS}]")


def is_seen(text: str) -> bool:
    """Whether a text has anything in it that a person can see."""
    return _SEEN.search(text) is not None


def has_unseen_letters(text: str) -> bool:
    """Whether a long text has letters or marks in it that nobody sees, though Python counts them as printable."""
    try:
        text.encode("latin-1")  # none of them is in there, and this takes a tenth of the time of a search
    except UnicodeEncodeError:
        return _PRINTED.search(text) is not None
    return False
