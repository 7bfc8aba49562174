"""The trial of one codec: whether all of a file decodes in it, and is text then."""

import codecs
from collections.abc import Iterator
from pathlib import Path

from uploader.readers.csv.encoding import errors
from uploader.readers.csv.encoding.sample import Counts, blocks


def check(path: Path, codec: str, called: str) -> None:
    """Raises ListError where the file is no text in this codec: bytes that don't fit, or many control characters."""
    counts = Counts()
    try:
        for text in _decoded(path, codec):
            counts.add(text.encode("utf-8"))  # bytes are much faster to count in
    except UnicodeDecodeError as why:
        counts.add(bytes(why.object[: why.start]))
        raise errors.broken(path, counts.line(), called) from why
    if not counts.is_text():
        raise errors.no_text(path)


def is_passed(path: Path, codec: str) -> bool:
    """Whether all of the file decodes."""
    try:
        for _ in _decoded(path, codec):
            pass
    except UnicodeDecodeError:
        return False
    return True


def _decoded(path: Path, codec: str) -> Iterator[str]:
    """The text of a file, strictly, in parts. Raises UnicodeDecodeError."""
    decoder = codecs.getincrementaldecoder(codec)()
    for block in blocks(path):
        yield decoder.decode(block)
    yield decoder.decode(b"", final=True)
