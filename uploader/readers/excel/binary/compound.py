"""The stream with the workbook in the container of old Office files, which is a small file system of its own.

What does not concern that stream is not looked at. Chains of sectors that cross, end early or lead nowhere are followed
as far as they go: whether all of the workbook is there, its records tell.
"""

import struct
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from uploader.i18n import Message
from uploader.readers.excel.package import NotReadableError

_MARK = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_HEADER = struct.Struct("<30x2H14xi4xI4i")
"""Shifts of sector and small sector; first sector of the directory; the size below which a stream is small; first
sector and count of the table of small sectors, and of the list of the table's sectors beyond the 109 in front."""
_LISTED_IN_FRONT = struct.Struct("<76x109i")
_ENTRY = struct.Struct("<64sHBx3i36xiI4x")
"""Name, its bytes, type, left and right neighbour, first child, first sector, size."""
_ROOT, _STREAM = 5, 2
_USUAL_SHIFT, _SMALL_SHIFT, _SHIFTS = 9, 6, range(7, 21)
_SUMMARY = "\x05summaryinformation"


class Stream(NamedTuple):
    """The records of a workbook."""

    records: bytes
    has_summary: bool
    """Beside it is what Excel and LibreOffice write about each document; simple programs don't."""


class _Entry(NamedTuple):
    name: str
    type: int
    neighbours: tuple[int, int]
    child: int
    first: int
    size: int


def workbook_stream(data: bytes) -> Stream:
    """The workbook in a file, which may also be nothing but its records. Raises NotReadableError."""
    if not data.startswith(_MARK):
        return Stream(data, has_summary=False)
    container = _Container(data)
    names = {entry.name.lower(): entry for entry in reversed(container.entries())}
    found = names.get("workbook") or names.get("book")
    if found is None:
        raise NotReadableError(Message("damage.no_workbook_part"))
    return Stream(container.content(found), has_summary=_SUMMARY in names)


class _Container:
    def __init__(self, data: bytes) -> None:
        shift, small_shift, directory, least, small_table, _, more, _ = _HEADER.unpack_from(data)
        self._size = 1 << (shift if shift in _SHIFTS else _USUAL_SHIFT)
        self._small_size = 1 << (small_shift if small_shift < shift else _SMALL_SHIFT)
        self._data, self._least_size = data, least
        self._sectors = -(-len(data) // self._size) - 1
        self._table = self._numbers(b"".join(map(self._sector, self._table_sectors(more))))
        self._small_table = self._numbers(self._chained(small_table))
        self._directory = list(_directory(self._chained(directory)))

    def entries(self) -> list[_Entry]:
        """The streams of the document itself, before those of documents in it."""
        root = next((entry for entry in self._directory if entry.type == _ROOT), None)
        waiting, seen = ([root.child] if root else []), set[int]()
        own = []
        while waiting:
            number = waiting.pop()
            if number not in seen and 0 <= number < len(self._directory):
                seen.add(number)
                own.append(self._directory[number])
                waiting.extend(own[-1].neighbours)
        return [entry for entry in own + self._directory if entry.type == _STREAM]

    def content(self, entry: _Entry) -> bytes:
        """All of a stream's sectors, the last one whole."""
        if entry.size >= self._least_size:
            return self._chained(entry.first)
        root = next((entry for entry in self._directory if entry.type == _ROOT), entry)
        small, size = self._chained(root.first), self._small_size
        chain = _chain(entry.first, self._small_table, len(small) // size + 1)
        return b"".join(small[number * size : (number + 1) * size] for number in chain)

    def _table_sectors(self, more: int) -> Iterator[int]:
        """The sectors with the table of which sector follows which."""
        yield from _LISTED_IN_FRONT.unpack_from(self._data)
        seen = set[int]()
        while 0 <= more < self._sectors and more not in seen:
            seen.add(more)
            *listed, more = self._numbers(self._sector(more)) or (-1,)
            yield from listed

    def _chained(self, first: int) -> bytes:
        return b"".join(map(self._sector, _chain(first, self._table, self._sectors)))

    def _sector(self, number: int) -> bytes:
        if not 0 <= number < self._sectors:
            return b""
        return self._data[(number + 1) * self._size : (number + 2) * self._size]

    def _numbers(self, content: bytes) -> Sequence[int]:
        count = len(content) // 4
        return struct.unpack_from(f"<{count}i", content)


def _chain(first: int, follows: Sequence[int], sectors: int) -> Iterator[int]:
    """The numbers of sectors that follow each other, each only once."""
    seen = bytearray(max(sectors, 0))
    number = first
    while 0 <= number < sectors and not seen[number]:
        seen[number] = True
        yield number
        number = follows[number] if number < len(follows) else -1


def _directory(content: bytes) -> Iterator[_Entry]:
    for at in range(0, len(content) - _ENTRY.size + 1, _ENTRY.size):
        name, length, type_, left, right, child, first, size = _ENTRY.unpack_from(content, at)
        text = name[: max(length - 2, 0)].decode("utf-16-le", "replace")
        yield _Entry(text, type_, (left, right), child, first, size)
