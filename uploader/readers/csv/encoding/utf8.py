"""Whether a file decodes: in a codec that it claims, and in UTF-8 where it is that only nearly, or only by chance."""

import codecs
import re
from collections.abc import Collection, Iterator

from uploader.readers.csv.encoding import errors
from uploader.readers.csv.encoding.sample import WESTERN_UTF8, Counts, Place, Sample, high_bytes
from uploader.readers.snapshot import Snapshot

_UTF8 = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_FOREIGN = rb"[\xc6\xc7\xc9-\xcb\xcd-\xdf][\x80-\xbf]"
"""All letters of two bytes but Western and Romanian ones, and combining accents."""
_AMONG_LATIN = re.compile(rb"[A-Za-z]%b|%b[A-Za-z]" % (_FOREIGN, _FOREIGN))
_CUT = re.compile(rb"[\xc2\xc3]\Z|\xe2[\x80\x82]?\Z")
_LOOK_ALIKES = frozenset("асеорхуіѕјАВЕКМНОРСТХУІЅЈοανΑΒΕΗΙΚΜΝΟΡΤΥΧΖ")
"""Cyrillic and Greek letters that look like Latin ones: people type them among Latin letters without noticing."""
_LONGEST_CUT = 3
_MOSTLY = 0.6
_FEW = 8


def require(file: Snapshot, codec: str, called: str) -> None:
    """Raises ListError where the file is not text in this codec: bytes that don't fit, or many control characters."""
    counts = Counts()
    try:
        for text in _decoded(file, codec):
            counts.add(text.encode("utf-8"))  # bytes are much faster to count in
    except UnicodeDecodeError as why:
        counts.add(bytes(why.object[: why.start]))
        raise errors.broken(file, counts.line(), called) from why
    if not counts.is_text():
        raise errors.no_text(file)


def decodes(file: Snapshot, codec: str) -> bool:
    """Whether all of the file decodes."""
    try:
        for _ in _decoded(file, codec):
            pass
    except UnicodeDecodeError:
        return False
    return True


def _decoded(file: Snapshot, codec: str) -> Iterator[str]:
    """The text of a file, strictly, in parts. Raises UnicodeDecodeError."""
    decoder = codecs.getincrementaldecoder(codec)()
    for block in file.blocks():
        yield decoder.decode(block)
    yield decoder.decode(b"", final=True)


def refuse_broken_utf8(file: Snapshot, sample: Sample) -> None:
    """Raises ListError for UTF-8 that is cut off, or is UTF-8 but for a few bytes."""
    words = b" ".join(place.word for place in sample.places)
    several = len(_UTF8.findall(words)) >= _FEW
    pattern = _UTF8 if several else WESTERN_UTF8  # a few of the others are found by chance
    high, fitting = len(high_bytes(words)), sum(map(len, pattern.findall(words)))
    if sample.unfinished and (fitting or (high <= _LONGEST_CUT and _CUT.search(words))):
        raise errors.cut_off(file, sample.broken_at or 0)
    if fitting > _MOSTLY * high:
        raise errors.broken_utf8(file, sample.broken_at or 0)


def is_utf8_by_chance(places: Collection[Place]) -> bool:
    """Whether a few bytes are UTF-8, but of letters that nobody writes among Latin ones."""
    words = [place.word for place in places]
    if any(_LOOK_ALIKES & set(word.decode("utf-8", "replace")) for word in words):
        return False
    return 0 < len(high_bytes(b"".join(words))) <= _FEW and all(
        _AMONG_LATIN.search(word) and not WESTERN_UTF8.search(word) for word in words
    )
