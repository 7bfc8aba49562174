"""UTF-8 where it doesn't belong, or not quite: broken, cut off, or met by chance."""

import re
from collections.abc import Collection
from pathlib import Path

from uploader.readers.csv.encoding import errors
from uploader.readers.csv.encoding.sample import WESTERN_UTF8, Place, Sample, high_bytes

_UTF8 = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_AMONG_LATIN = re.compile(rb"[A-Za-z][\xce-\xdf][\x80-\xbf]|[\xce-\xdf][\x80-\xbf][A-Za-z]")
_CUT = re.compile(rb"[\xc2\xc3]\Z|\xe2[\x80\x82]?\Z")
_LOOK_ALIKES = frozenset("асеорхуіѕјАВЕКМНОРСТХУІЅЈοανΑΒΕΗΙΚΜΝΟΡΤΥΧΖ")
"""Cyrillic and Greek letters that look like Latin ones: people do type them among Latin letters, and see nothing."""
_LONGEST_CUT = 3
_MOSTLY = 0.6
_FEW = 8


def refuse_broken_utf8(path: Path, survey: Sample) -> None:
    """Raises ListError for UTF-8 that is cut off, or is UTF-8 but for a few bytes."""
    words = b" ".join(place.word for place in survey.places)
    several = len(_UTF8.findall(words)) >= _FEW
    pattern = _UTF8 if several else WESTERN_UTF8  # a few of the others are found by chance
    high, fitting = len(high_bytes(words)), sum(map(len, pattern.findall(words)))
    if survey.unfinished and (fitting or (high <= _LONGEST_CUT and _CUT.search(words))):
        raise errors.cut_off(path, survey.broken_at or 0)
    if fitting > _MOSTLY * high:
        raise errors.broken_utf8(path, survey.broken_at or 0)


def is_utf8_by_chance(places: Collection[Place]) -> bool:
    """Whether a few bytes are UTF-8, but of letters that nobody writes among Latin ones."""
    words = [place.word for place in places]
    if any(_LOOK_ALIKES & set(word.decode("utf-8", "replace")) for word in words):
        return False
    return 0 < len(high_bytes(b"".join(words))) <= _FEW and all(
        _AMONG_LATIN.search(word) and not WESTERN_UTF8.search(word) for word in words
    )
