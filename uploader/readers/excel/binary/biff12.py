"""The records of an XLSB's parts: a number for what each is, a length, and its bytes."""

from collections.abc import Iterable, Iterator
from itertools import chain

from uploader.i18n import Message
from uploader.readers.excel.package import HostileError, NotReadableError

_LONGEST_HEAD, _LONGEST = 6, 4 << 20
"""Bytes. A cell has 32,767 characters at most."""
_NOTHING = b"\x7f\x00" * (_LONGEST_HEAD // 2)
"""Records of no kind, so that a head is always followed by as many bytes as the longest one may have."""
_GOES_ON = 0x80


def records(blocks: Iterable[bytes]) -> Iterator[tuple[int, bytes]]:
    """Kind and bytes of each record in a part that comes block by block. One that is cut off ends them.

    Raises HostileError for one that no list needs.
    """
    rest = b""
    for block in chain(blocks, (_NOTHING,)):
        data = rest + block
        at, last, size = 0, len(data) - _LONGEST_HEAD, len(data)
        while at <= last:
            kind, length, start = data[at], data[at + 1], at + 2
            if kind >= _GOES_ON:
                kind, length, start = kind & 0x7F | (length & 0x7F) << 7, data[start], at + 3
            if length >= _GOES_ON:
                length, start = _long(data, start, length & 0x7F)
            end = start + length
            if end > size:
                break
            yield kind, data[start:end]
            at = end
        rest = data[at:]


def _long(data: bytes, at: int, length: int) -> tuple[int, int]:
    """A length that is longer than its first byte, and the place behind it."""
    for shift in (7, 14, 21):
        byte = data[at]
        at += 1
        length |= (byte & 0x7F) << shift
        if not byte & _GOES_ON:
            break
    if length > _LONGEST:
        raise HostileError(Message("hostile.large_row"))
    return length, at


def integer(body: bytes, at: int, size: int = 4) -> int:
    """The number at this place of a record. Raises NotReadableError where it is too short."""
    found = body[at : at + size]
    if len(found) < size:
        raise NotReadableError(Message("damage.unknown"))
    return int.from_bytes(found, "little")


def text(body: bytes, at: int) -> tuple[str, int]:
    """The text at this place of a record, and the place behind it. Raises NotReadableError where it is cut off."""
    start = at + 4
    count = integer(body, at)
    end = start if count == 0xFFFFFFFF else start + 2 * count  # noqa: PLR2004  # a relation that is missing
    if end > len(body):
        raise NotReadableError(Message("damage.unknown"))
    return body[start:end].decode("utf-16-le", "replace"), end
