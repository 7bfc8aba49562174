"""One pass over a file's bytes: counts, and the places that distinguish one 8-bit encoding from another."""

import codecs
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from uploader.readers.snapshot import BLOCK_BYTES, Snapshot

_ASCII = bytes(range(128))
_CONTROLS = bytes(set(range(1, 32)) - set(b"\t\n\v\f\r"))
_CTRL_Z = b"\x1a"
_MOST_STRAY_CONTROLS = 2
_STRAY_CONTROLS_ONE_IN = 500
_NULS_ONE_IN = 5
_WIDE_SHARE = 0.6
_STRAY_SHARE = 0.02

_MOST_CHARACTERS = 20_000
_MOST_PLACES = 3_000
_SLICE = 4096
_LONGEST = 40
_AROUND = 3
_LETTERS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'" + bytes(range(128, 256))
_REST_OF_WORD = re.compile(rb"[\x80-\xff][A-Za-z'\x80-\xff]{0,%d}" % (_LONGEST - 1))

WESTERN_UTF8 = re.compile(rb"[\xc2\xc3][\x80-\xbf]|\xe2\x80[\x90-\xaf]|\xe2\x82\xac")
_FIRSTS_OF_UTF8 = (b"\xc2", b"\xc3", b"\xe2\x80", b"\xe2\x82\xac")


class Place(NamedTuple):
    """A word with characters over 127, as bytes, and up to three bytes before and after it."""

    before: bytes
    word: bytes
    after: bytes


def high_bytes(text: bytes) -> bytes:
    """What is over 127."""
    return text.translate(None, _ASCII)


@dataclass(slots=True)
class Counts:
    """Counts of the bytes that distinguish text from other files."""

    size: int = 0
    controls: int = 0
    nuls: list[int] = field(default_factory=lambda: [0] * 4)
    """At the first, second, third and fourth of every four bytes."""
    carriage_returns: int = 0
    line_feeds: int = 0
    last: bytes = b""

    def add(self, block: bytes) -> None:
        """Count the next part of a file."""
        self.controls += len(block) - len(block.translate(None, _CONTROLS))
        if 0 in block:
            for at in range(4):
                self.nuls[(self.size + at) % 4] += block[at::4].count(0)
        self.carriage_returns += block.count(b"\r")
        self.line_feeds += block.count(b"\n")
        self.size += len(block)
        self.last = block[-1:] or self.last

    def is_text(self) -> bool:
        """A stray control character is found in real lists, a NUL in lists out of old programs; many are in no text."""
        controls = self.controls - (self.last == _CTRL_Z)
        allowed = max(min(_MOST_STRAY_CONTROLS, self.size // 10), self.size // _STRAY_CONTROLS_ONE_IN)
        return controls <= allowed and sum(self.nuls) * _NULS_ONE_IN <= self.size

    def wide(self) -> str | None:
        """UTF-16 or UTF-32 without a mark.

        Western text has a NUL in every second byte and hardly one between, or three in every four.
        """
        first, second, third, fourth = (nuls * 4 / max(self.size, 1) for nuls in self.nuls)
        odd, even = (second + fourth) / 2, (first + third) / 2
        for codec, always, mostly, hardly in (
            ("utf-16-le", odd, odd, even), ("utf-16-be", even, even, odd),
            ("utf-32-le", fourth, second, first), ("utf-32-be", first, third, fourth),
        ):  # fmt: skip
            least = _WIDE_SHARE if codec.startswith("utf-16") else 1 - _STRAY_SHARE
            if always > least and mostly > _WIDE_SHARE and hardly <= _STRAY_SHARE:
                return codec
        return None

    def line(self) -> int:
        """The number, from 1, of the line that the next byte is on; old programs on a Mac end lines in CR."""
        return 1 + (self.line_feeds or self.carriage_returns)


@dataclass(slots=True)
class Sample:
    """The findings of one pass over a file, in any encoding."""

    counts: Counts = field(default_factory=Counts)
    high: set[int] = field(default_factory=set)
    """Which bytes over 127 there are."""
    places: dict[Place, int] = field(default_factory=dict)
    """Places out of all parts of the file, each with the offset where it was first met."""
    utf8_at: tuple[int, str] | None = None
    """The first Western character that is written in UTF-8, and its offset."""
    broken_at: int | None = None
    """The offset of the first bytes that are not UTF-8."""
    unfinished: bool = False
    """What breaks UTF-8 is only that the file ends within a character."""

    def without(self, some: Collection[Place]) -> "Sample":
        """The same, as if these places were not there."""
        places = {place: offset for place, offset in self.places.items() if place not in some}
        return replace(self, places=places, high=set(high_bytes(b"".join(place.word for place in places))))


def sample_of(file: Snapshot) -> Sample:
    """The sample of a file, in flat memory: each block may give its share of the places."""
    sample = Sample()
    decoder = codecs.getincrementaldecoder("utf-8")()
    pending = 0
    share = max(1, file.size // BLOCK_BYTES)
    for block in file.blocks():
        offset = sample.counts.size
        sample.counts.add(block)
        if sample.broken_at is None:
            try:
                decoder.decode(block)
                pending = len(decoder.getstate()[0])
            except UnicodeDecodeError as why:
                sample.broken_at = offset - pending + why.start
        if not block.isascii():
            sample.high.update(set(high_bytes(block)))
            _add_places(sample, block, offset, share)
            _note_utf8(sample, block, offset)
    if sample.broken_at is None and pending:
        sample.broken_at, sample.unfinished = sample.counts.size - pending, True
    return sample


def _add_places(sample: Sample, block: bytes, offset: int, share: int) -> None:
    room = len(sample.places) + max(16, _MOST_PLACES // share)
    for start, place in _places_in(block, max(64, _MOST_CHARACTERS // share)):
        if place not in sample.places and len(sample.places) < room:
            sample.places[place] = offset + start


def _places_in(block: bytes, most: int) -> Iterator[tuple[int, Place]]:
    """The first words with characters over 127, until those are `most`, and where they begin."""
    characters = position = 0
    while position < len(block) and characters < most:
        if block[position : position + _SLICE].isascii():  # much faster than to search
            position += _SLICE
            continue
        met = _REST_OF_WORD.search(block, position)
        if met is None:
            return
        head = block[max(position, met.start() - _LONGEST) : met.start()]
        start, end = met.start() - len(head) + len(head.rstrip(_LETTERS)), met.end()
        characters += len(high_bytes(met.group()))
        yield start, Place(block[max(0, start - _AROUND) : start], block[start:end], block[end : end + _AROUND])
        position = end


def _note_utf8(sample: Sample, block: bytes, offset: int) -> None:
    # Looking for first bytes is much faster than searching, and most files that are not UTF-8 have none of them.
    if sample.utf8_at is None and any(first in block for first in _FIRSTS_OF_UTF8):
        met = WESTERN_UTF8.search(block)
        sample.utf8_at = met and (offset + met.start(), met.group().decode())
