"""The readings of a file in each Western 8-bit encoding, and which of them make sense."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from uploader.readers.csv.encoding import letters, signs
from uploader.readers.csv.encoding.known_words import KNOWN_WORDS
from uploader.readers.csv.encoding.sample import WESTERN_UTF8, Counts, Place, Sample

_ADVANCE = {"cp1252": 1.2, "iso8859_15": -2.0, "mac_roman": 0.0, "cp850": -0.2, "cp858": -0.2, "cp860": -0.6}
"""What each is given in advance, in usual letters: Excel on Windows writes Windows-1252, and so do most programs."""
_USUAL = "cp1252"
_KNOWN, _GARBLED_ONCE = 1.0, 1.0
_LEAST_SENSE, _LEAST_OF_FEW, _ODD, _NONSENSE = -0.3, -1.15, -1.2, -2.5
"""The least worth on average, of many places and of few; at which one place is odd, and at which it can't be meant."""
_DOUBTFUL, _IMPOSSIBLE = 0.2, -1.9
_MOST_ODD = 0.3
_SLIGHT_LEAD, _CLEAR_LEAD = 1.0, 2.0
_CLEAR_LEAD_A_PLACE = 0.1
_HARDLY_ANY, _FEW, _MANY = 2, 3, 10
_GOOD_AGAIN, _BETTER_WORD = 0.8, 2.0
_RARE = 0.15
_UNPAIRED = -1.0
_PAIRS = {"“": "”", "«": "»", "”": "“", "»": "«"}
_CLOSING = ("”", "»")
"""Which after a number is a sign of inches, so that no other one opens it."""

_GARBLED = re.compile("Ã[\x80-\xbfŒœŠšŸŽžƒˆ˜–-›€™]|Â[\xa0-\xbf]|â€.?|â‚¬")
"""What UTF-8 looks like after it was once read as Windows-1252: text that a program garbled before, and saved so."""
_SPACE_OF_DOS = b"\xff"
_LEAST, _MOST = -3.0, 2.0


@dataclass(frozen=True, slots=True)
class WesternReading:
    """A codec, and what each place is worth in it."""

    codec: str
    worth: Mapping[Place, float]
    letters: float
    """Their sum, with what the codec is given in advance."""
    line_ends: float
    """What the ends of lines are worth in it."""

    @property
    def total(self) -> float:
        """All that speaks for it."""
        return self.letters + self.line_ends

    def word(self, place: Place) -> str:
        """The word as this reading has it."""
        return place.word.decode(self.codec)

    def differing(self, other: "WesternReading") -> list[Place]:
        """The places that the two read differently."""
        return [place for place in self.worth if self.word(place) != other.word(place)]

    def doubtful_places(self) -> list[Place]:
        """The places that are seldom written so, if at all."""
        return [place for place, worth in self.worth.items() if worth <= _DOUBTFUL]

    def impossible_places(self) -> list[Place]:
        """The places with signs or letters where nobody could mean them."""
        return [place for place, worth in self.worth.items() if worth <= _IMPOSSIBLE]

    def odd_places(self) -> list[Place]:
        """The places that nobody would write so."""
        return [place for place, worth in self.worth.items() if worth <= _ODD]


def readings(sample: Sample) -> list[WesternReading]:
    """All readings that are possible and differ from each other, the likeliest first."""
    return sorted(_readings(sample), key=lambda reading: -reading.total)


def sensible(ranked: Sequence[WesternReading]) -> WesternReading | None:
    """The first in which nearly every place reads as people write; those that are UTF-8 are another matter."""
    judged = [place for place in ranked[0].worth if not WESTERN_UTF8.search(place.word)]
    return next((reading for reading in ranked if _is_sense([reading.worth[place] for place in judged])), None)


def has_nonsense(ranked: Sequence[WesternReading]) -> bool:
    """Whether no reading at all gives a word at some places, and there are not many others that make sense."""
    words = {place.word: place for place in ranked[0].worth}
    nonsense = sum(all(reading.worth[place] <= _NONSENSE for reading in ranked) for place in words.values())
    return nonsense * _MANY > len(words)


def rival(taken: WesternReading, ranked: Sequence[WesternReading]) -> tuple[str, Place] | None:
    """The codec that comes close to the chosen one, or one that makes sense of a place where that one is odd.

    Windows-1252 is the first of those that come close.
    """
    better = []
    for other in sorted(ranked, key=lambda reading: reading.codec != _USUAL):
        gains = {place: other.worth[place] - taken.worth[place] for place in taken.differing(other)}
        if gains and _comes_close(taken, other, gains):
            return other.codec, max(gains, key=gains.__getitem__)
        better += [
            (gain, other.codec, place)
            for place, gain in gains.items()
            if _is_better(taken.worth[place], other.worth[place])
        ]
    return max(better, key=lambda one: one[0])[1:] if better else None


def _comes_close(taken: WesternReading, other: WesternReading, differing: Collection[Place]) -> bool:
    """With very little evidence an odd reading is possible too; otherwise it has to make sense as well."""
    worth, lead = [other.worth[place] for place in differing], taken.letters - other.letters
    hardly_any = len(worth) <= _HARDLY_ANY
    if hardly_any and lead < _SLIGHT_LEAD:
        return True
    possible = min(worth) > _ODD if hardly_any else _is_sense(worth)
    # A word that is one letter says little.
    are_alone = hardly_any and all(len(place.word) == 1 and taken.word(place).isalpha() for place in differing)
    return possible and lead < (2 if are_alone else 1) * _CLEAR_LEAD + _CLEAR_LEAD_A_PLACE * len(worth)


def _is_better(taken: float, other: float) -> bool:
    """Whether the other reading is good where the taken one can't be, or a known word where that is rare."""
    return (taken <= signs.ODD and other >= _GOOD_AGAIN) or (taken <= _RARE and other >= _BETTER_WORD)


def _is_sense(worth: Collection[float]) -> bool:
    odd, few = sum(one <= _ODD for one in worth), len(worth) <= _FEW
    least = _LEAST_OF_FEW if few else _LEAST_SENSE
    most = len(worth) > 1 if few else _MOST_ODD * len(worth)
    return sum(worth) >= least * len(worth) and odd <= most


def _readings(sample: Sample) -> Iterator[WesternReading]:
    high = bytes(sorted(sample.high))
    seen: set[str] = set()
    for codec, advance in _ADVANCE.items():
        try:
            characters = high.decode(codec)
        except UnicodeDecodeError:
            continue
        if characters in seen or any("\x80" <= character < "\xa0" for character in characters):
            continue
        seen.add(characters)
        unpaired = [one for one, other in _PAIRS.items() if one in characters and other not in characters]
        worth = {place: _worth(place, codec, unpaired) for place in sample.places}
        yield WesternReading(codec, worth, sum(worth.values()) + advance, _line_ends(codec, sample.counts))


def _line_ends(codec: str, counts: Counts) -> float:
    """Only old programs on a Mac end lines in CR alone; hardly a one of them ends them in CR LF."""
    if codec != "mac_roman" or not counts.carriage_returns:
        return 0.0
    return -0.3 if counts.line_feeds else 2.5


def _worth(place: Place, codec: str, unpaired: Collection[str]) -> float:
    word = place.word.decode(codec)
    if codec in ("cp850", "cp858", "cp860") and _SPACE_OF_DOS * 2 in place.word:
        return _LEAST  # non-breaking spaces: hardly a DOS program ever wrote one
    if codec != "cp1252" and _GARBLED.search(word) and _GARBLED.sub("", word).isascii():
        return _GARBLED_ONCE
    before = place.before.decode(codec, "replace")
    text = f" {before}{word}{place.after.decode(codec, 'replace')} "
    first = 1 + len(before)
    worth = sum(_sense(text, at) for at in range(first, first + len(word)) if text[at] > "\x7f")
    worth += _UNPAIRED * any(one in word and not word.startswith(_CLOSING) for one in unpaired)
    return max(_LEAST, min(_MOST, worth)) + _KNOWN * (word.lower() in KNOWN_WORDS)


def _sense(text: str, at: int) -> float:
    return signs.sense(text, at) if signs.is_sign(text[at]) else letters.sense(text, at)
