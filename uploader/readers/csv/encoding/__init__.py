"""The encoding of a text file, decided by evidence: which letters make sense in their places.

A byte over 127 is a different character in every encoding. Each reading is held against what Spanish, Portuguese,
French and English write: a small letter comes among small letters, “ñ” before a vowel, “º” after a digit, “¿” before a
word. One contradiction weighs more than one agreement, because a right reading has almost none. Windows-1252 is what
Excel on Windows writes: the others need evidence against it.
"""

import codecs
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from uploader.errors import ListError
from uploader.readers.csv.encoding import asian, errors, foreign, utf8, western
from uploader.readers.csv.encoding.sample import Place, Sample, sample_of
from uploader.readers.csv.encoding.western import WesternReading
from uploader.readers.snapshot import Snapshot

NAMES: Mapping[str, str] = MappingProxyType({
    "utf-8": "UTF-8", "utf-8-sig": "UTF-8", "utf-16": "UTF-16", "utf-16-le": "UTF-16", "utf-16-be": "UTF-16",
    "utf-32": "UTF-32", "utf-32-le": "UTF-32", "utf-32-be": "UTF-32",
    "cp1252": "Windows-1252", "mac_roman": "Mac Roman", "cp850": "DOS (850)",
    "cp858": "DOS (858)", "cp860": "DOS (860)", "iso8859_15": "Latin-9", "cp932": "Shift-JIS", "big5": "Big5",
    "cp950": "Big5", "gb18030": "GB 18030", "cp949": "EUC-KR", "euc_jp": "EUC-JP",
    "cp1250": "Windows-1250", "cp1251": "Windows-1251", "cp1253": "Windows-1253", "cp1254": "Windows-1254",
    "cp852": "DOS (852)", "iso8859_2": "Latin-2", "cp866": "DOS (866)", "koi8_r": "KOI8-R",
})  # fmt: skip
"""What people call each codec."""

_MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF32_LE: "utf-32",  # before UTF-16, whose mark it begins with
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
    b"\x84\x31\x95\x33": "gb18030",
}
_BEGINNINGS_OF_NO_TEXT = (
    b"PK\x03\x04", b"\x1f\x8b", b"\xd0\xcf\x11\xe0", b"%PDF-", b"\x89PNG", b"\xff\xd8\xff", b"7z\xbc\xaf", b"GIF8",
)  # fmt: skip
_SAMPLE = 40
_UNDEFINED = frozenset(b"\x81\x8d\x8f\x90\x9d")
"""The bytes that Windows-1252 has no character for."""


@dataclass(frozen=True, slots=True)
class RivalEncoding:
    """Another reading that is possible on the evidence, and a short text that the two read differently."""

    name: str
    taken_sample: str
    sample: str


@dataclass(frozen=True, slots=True)
class OddWord:
    """A word that nobody would write so, and the line, from 1, that has it."""

    line: int
    word: str


@dataclass(frozen=True, slots=True)
class Encoding:
    """The Python codec to open a file with; it decodes all of the file."""

    name: str
    rival: RivalEncoding | None
    """None where no doubt is left."""
    odd: OddWord | None = None
    """The first word that makes no sense in it, though nearly all others do."""


def detect(file: Snapshot) -> Encoding:
    """The encoding of a text file. Raises ListError where it is not text, or no encoding fits."""
    with file.open() as content:
        head = content.read(16)
    marked = next((codec for mark, codec in _MARKS.items() if head.startswith(mark)), None)
    if marked is not None:
        return _believed(file, marked)
    if head.startswith(_BEGINNINGS_OF_NO_TEXT):
        raise errors.no_text(file)
    sample = sample_of(file)
    if (wide := sample.counts.wide()) is not None:
        return _believed(file, wide)
    if not sample.counts.is_text():
        raise errors.no_text(file)
    if sample.broken_at is None:
        return _otherwise_than_utf8(sample) or Encoding("utf-8", None)
    utf8.refuse_broken_utf8(file, sample)
    ranked = western.readings(sample)
    found = _eight_bit(file, sample, ranked) or _asian(file)
    if found is None:
        raise _refusal(file, sample, ranked)
    return found


def _believed(file: Snapshot, codec: str) -> Encoding:
    """The codec that a byte order mark or the NULs announce, if the whole file decodes in it."""
    utf8.require(file, codec, NAMES[codec])
    return Encoding(codec, None)


def _otherwise_than_utf8(sample: Sample) -> Encoding | None:
    """Another reading of a few bytes that are UTF-8, but of letters that nobody writes among Latin ones: “lՎcole”."""
    if not utf8.is_utf8_by_chance(sample.places):
        return None
    taken = western.sensible(western.readings(sample))
    return None if taken is None else Encoding(taken.codec, _rival(taken, "utf-8", next(iter(sample.places))))


def _eight_bit(file: Snapshot, sample: Sample, ranked: Sequence[WesternReading]) -> Encoding | None:
    taken = western.sensible(ranked)
    if taken is None:
        return None
    if sample.utf8_at is not None:
        raise errors.mixed(file, *sample.utf8_at, NAMES[taken.codec])
    if western.has_nonsense(ranked):
        return None
    odd = next(iter(taken.impossible_places()), None)
    found = None if odd is None else OddWord(errors.line(file, sample.places[odd]), taken.word(odd)[:_SAMPLE])
    return Encoding(taken.codec, _other_reading(taken, ranked), found)


def _other_reading(taken: WesternReading, ranked: Sequence[WesternReading]) -> RivalEncoding | None:
    found = western.rival(taken, ranked) or foreign.likeliest(taken.doubtful_places())
    return found and _rival(taken, *found)


def _asian(file: Snapshot) -> Encoding | None:
    codec = asian.codec_of(file)
    return None if codec is None else Encoding(codec, None)


def _refusal(file: Snapshot, sample: Sample, ranked: Sequence[WesternReading]) -> ListError:
    """For text that makes no sense in the likeliest Western encoding, at the first place where it makes none."""
    if (undefined := _undefined(sample)) is not None:
        return errors.nothing_fits(file, undefined)
    likeliest = ranked[0]
    doubtful = likeliest.odd_places() or list(sample.places)
    found = foreign.likeliest(doubtful)
    if found is None:
        return errors.nothing_fits(file, sample.places[doubtful[0]])
    rival = _rival(likeliest, *found)
    return errors.foreign(file, sample.places[found[1]], rival.sample, NAMES[rival.name], rival.name)


def _undefined(sample: Sample) -> int | None:
    """The offset of the first byte that is no character in Windows-1252, where all else is."""
    bad = [place for place in sample.places if not _UNDEFINED.isdisjoint(place.word)]
    rest = sample.without(bad)
    taken = western.sensible(western.readings(rest)) if bad and rest.places else None
    return sample.places[bad[0]] if taken is not None and taken.codec == "cp1252" else None


def _rival(taken: WesternReading, codec: str, place: Place) -> RivalEncoding:
    return RivalEncoding(codec, taken.word(place)[:_SAMPLE], place.word.decode(codec)[:_SAMPLE])
