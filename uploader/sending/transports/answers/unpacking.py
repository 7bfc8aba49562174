"""A compressed answer unpacked within bounds; it never holds more than the largest answer that is taken."""

import zlib

from uploader.sending.transports import MAX_ANSWER_BYTES, AnswerTooLargeError, BrokenPackingError, UnknownPackingError

_GZIP, _ZLIB, _RAW_DEFLATE = 31, 15, -15
"""zlib's `wbits`. Servers call both of the last two “deflate”."""
_WAYS = {"gzip": (_GZIP,), "x-gzip": (_GZIP,), "deflate": (_ZLIB, _RAW_DEFLATE)}
_MOST_LAYERS = 2
"""A proxy may pack what the server has packed. More layers are an attack: some bytes unpack to themselves for ever."""
_MOST_MEMBERS = 100
"""Each member behind another costs a copy of the rest."""


def unpacked(body: bytes, content_encoding: str) -> bytes:
    """`body` as it was before it was packed as the header Content-Encoding says."""
    layers = [name for part in content_encoding.lower().split(",") if (name := part.strip()) not in ("", "identity")]
    if len(layers) > _MOST_LAYERS or not all(name in _WAYS for name in layers):
        raise UnknownPackingError
    for name in reversed(layers):
        body = _inflated(body, _WAYS[name]) if body else body
    return body


def _inflated(body: bytes, ways: tuple[int, ...]) -> bytes:
    for wbits in ways:
        try:
            return _members(body, wbits)
        except zlib.error:
            continue
    raise BrokenPackingError


def _members(body: bytes, wbits: int) -> bytes:
    """All members of a gzip file, one behind the other; zeros behind the last are padding."""
    out = bytearray()
    for _ in range(_MOST_MEMBERS):
        member = zlib.decompressobj(wbits)
        out += member.decompress(body, MAX_ANSWER_BYTES + 1 - len(out))
        if len(out) > MAX_ANSWER_BYTES:
            raise AnswerTooLargeError
        if not member.eof:
            raise BrokenPackingError
        body = member.unused_data
        if not body.strip(b"\0"):
            return bytes(out)
        if wbits != _GZIP:
            break
    raise BrokenPackingError
