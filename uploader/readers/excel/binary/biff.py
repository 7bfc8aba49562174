"""The records of an old .xls, in which everything is a number for what it is, a length, and its bytes."""

import struct
from collections.abc import Iterator

from uploader.i18n import Message
from uploader.readers.excel.package import NotReadableError

BOF, EOF, CONTINUE = 0x809, 0x0A, 0x3C
_HEAD = struct.Struct("<HH")
_RICH, _EXTENDED, _WIDE = 8, 4, 1
_BYTES_OF_A_RUN = 4


def records(data: bytes, at: int = 0) -> Iterator[tuple[int, bytes, int]]:
    """Kind and bytes of each record from this place on, and the place after it. One that is cut off ends them."""
    last, head = len(data) - _HEAD.size, _HEAD.unpack_from
    while 0 <= at <= last:
        kind, length = head(data, at)
        start, at = at + 4, at + 4 + length
        if at > len(data):
            return
        yield kind, data[start:at], at


def continued(body: bytes, data: bytes, after: int) -> list[bytes]:
    """A record's bytes, and those of the records that continue it."""
    parts = [body]
    for kind, more, _ in records(data, after):
        if kind != CONTINUE:
            break
        parts.append(more)
    return parts


class Texts:
    """Reads texts in Unicode, one after the other, from a record and those that continue it."""

    def __init__(self, parts: list[bytes], at: int = 0) -> None:
        """Begin in the first part at this place."""
        self._parts = iter(parts)
        self._part, self._at = next(self._parts), at

    def next(self, *, short: bool = False) -> str | None:
        """The next text, None where there is none any more. `short`: its length is one byte.

        Raises NotReadableError where it is cut off.
        """
        if self._at >= len(self._part) and not self._turn():
            return None
        at = self._at + (1 if short else 2)
        if at >= len(self._part):
            if at == len(self._part) and not any(self._part[self._at : at]):  # some leave the flags of an empty one out
                self._at = at
                return ""
            raise NotReadableError(Message("damage.unknown"))
        count, flags = int.from_bytes(self._part[self._at : at], "little"), self._part[at]
        self._at = at + 1
        behind = self._number(2) * _BYTES_OF_A_RUN if flags & _RICH else 0
        behind += self._number(4) if flags & _EXTENDED else 0
        text = self._characters(count, flags & _WIDE)
        if behind:
            self._skip(behind)
        return text

    def _characters(self, count: int, wide: int) -> str:
        size = count << wide
        found = self._part[self._at : self._at + size]
        self._at += len(found)
        if len(found) == size:
            return found.decode("utf-16-le" if wide else "latin-1", "replace")
        characters = _widened(found, wide)
        while len(characters) < 2 * count:  # goes on in the next part, which says anew how wide they are
            if not self._turn():
                raise NotReadableError(Message("damage.unknown"))
            wide = self._part[0] & _WIDE
            found = self._part[1 : 1 + (count - len(characters) // 2 << wide)]
            self._at = 1 + len(found)
            characters += _widened(found, wide)
        return characters.decode("utf-16-le", "replace")

    def _number(self, size: int) -> int:
        found = self._part[self._at : self._at + size]
        self._at += size
        return int.from_bytes(found, "little")

    def _skip(self, count: int) -> None:
        self._at += count
        while self._at > len(self._part):
            beyond = self._at - len(self._part)
            if not self._turn():
                return
            self._at = beyond

    def _turn(self) -> bool:
        """Go on to the next part that is not empty."""
        for part in self._parts:
            if part:
                self._part, self._at = part, 0
                return True
        return False


def _widened(content: bytes, wide: int) -> bytes:
    return content if wide else content.decode("latin-1").encode("utf-16-le")
