"""The readings of a file in each Western 8-bit encoding, and which of them make sense."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from uploader.readers.csv.encoding.plausibility import BAD, GOOD, KNOWN_WORDS, ODD, RARE, sense
from uploader.readers.csv.encoding.sample import Counts, Place, Sample

_ADVANCE = {"cp1252": 0.5, "iso8859_15": -0.5, "mac_roman": 0.0, "cp850": -0.2, "cp858": -0.2, "cp860": -0.3}
"""What each is given in advance, in places: Windows-1252 is what Excel writes, it wins a tie."""
_LEAST_SENSE = 0.15
_MOST_NONSENSE = 0.3
_CLEAR_LEAD = 2.0
_CLEAR_LEAD_A_PLACE = 0.1
_HARDLY_ANY = 2
_GOOD_AGAIN = 0.8
_NONSENSE = -2.5

_GARBLED = re.compile("Ã[\x80-\xbfŒœŠšŸŽžƒˆ˜–-›€™]|Â[\xa0-\xbf]|â€|â‚¬")
"""What UTF-8 looks like after it was once read as Windows-1252: text that a program garbled before, and saved so."""


@dataclass(frozen=True, slots=True)
class WesternReading:
    """A codec, what each place is worth in it, and their sum with what speaks for the codec itself."""

    codec: str
    worth: Mapping[Place, float]
    total: float

    def word(self, place: Place) -> str:
        """The word as this reading has it."""
        return place.word.decode(self.codec)

    def differing(self, other: "WesternReading") -> list[Place]:
        """The places that the two read differently."""
        return [place for place in self.worth if self.word(place) != other.word(place)]


def readings(sample: Sample) -> list[WesternReading]:
    """All readings that are possible and differ from each other, the likeliest first."""
    return sorted(_readings(sample), key=lambda reading: -reading.total)


def sensible(ranked: Sequence[WesternReading]) -> WesternReading | None:
    """The first in which nearly every place reads as people write."""
    return next((reading for reading in ranked if _is_sense(reading.worth.values())), None)


def is_nonsense(place: Place, ranked: Sequence[WesternReading]) -> bool:
    """Whether no reading at all gives a word there."""
    return all(reading.worth[place] <= _NONSENSE for reading in ranked)


def rival(taken: WesternReading, ranked: Sequence[WesternReading]) -> tuple[str, Place] | None:
    """The codec that comes close to the chosen one, or one that makes sense of a place where that one is odd."""
    better = []
    for other in ranked:
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
    """With very little evidence even an odd reading is possible; otherwise it has to make sense as well."""
    worth = [other.worth[place] for place in differing]
    possible = sum(worth) >= ODD * len(worth) if len(worth) <= _HARDLY_ANY else _is_sense(worth)
    return possible and taken.total - other.total < _CLEAR_LEAD + _CLEAR_LEAD_A_PLACE * len(worth)


def _is_better(taken: float, other: float) -> bool:
    """Whether the other reading is good where the taken one can't be, or a known word where that is rare."""
    return (taken <= ODD and other >= _GOOD_AGAIN) or (taken <= RARE and other >= 2 * GOOD)


def _is_sense(worth: Collection[float]) -> bool:
    nonsense = sum(one < 0 for one in worth)
    return sum(worth) >= _LEAST_SENSE * len(worth) and nonsense <= _MOST_NONSENSE * len(worth)


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
        worth = {place: _worth(place, codec) for place in sample.places}
        yield WesternReading(codec, worth, sum(worth.values()) + advance + _line_ends(codec, sample.counts))


def _line_ends(codec: str, counts: Counts) -> float:
    """Only old programs on a Mac end lines in CR alone; hardly a one of them ends them in CR LF."""
    if codec != "mac_roman" or not counts.carriage_returns:
        return 0.0
    return -0.5 if counts.line_feeds else 1.5


def _worth(place: Place, codec: str) -> float:
    word = place.word.decode(codec)
    if codec in ("cp850", "cp858", "cp860") and b"\xff" in place.word:
        return 2 * BAD  # a non-breaking space: no DOS program ever wrote it
    if codec != "cp1252" and _GARBLED.search(word):
        return GOOD
    before = place.before.decode(codec, "replace")
    text = f" {before}{word}{place.after.decode(codec, 'replace')} "
    first = 1 + len(before)
    worth = sum(sense(text, i) for i in range(first, first + len(word)) if text[i] > "\x7f")
    return max(-3.0, min(2.0, worth)) + (GOOD if word.lower() in KNOWN_WORDS else 0.0)
