"""Why a text file is refused, and the line at which something is wrong."""

from pathlib import Path

from uploader.errors import ListError
from uploader.i18n import Message
from uploader.readers.csv.encoding.sample import Counts, blocks


def no_text(path: Path) -> ListError:
    """For a file of another kind."""
    return ListError(Message("not_a_list.no_text", name=path.name))


def broken(path: Path, line: int, called: str) -> ListError:
    """For a file that is not what its beginning says."""
    return ListError(Message("encoding.broken", name=path.name, line=line, encoding=called))


def cut_off(path: Path, offset: int) -> ListError:
    """For UTF-8 that ends too early."""
    return ListError(Message("encoding.cut_off", name=path.name, line=_line(path, offset)))


def broken_utf8(path: Path, offset: int) -> ListError:
    """For UTF-8 with a few other bytes."""
    return ListError(Message("encoding.broken_utf8", name=path.name, line=_line(path, offset)))


def mixed(path: Path, offset: int, character: str, called: str) -> ListError:
    """For a list put together out of two files."""
    line = _line(path, offset)
    return ListError(Message("encoding.mixed", name=path.name, line=line, character=character, encoding=called))


def nothing_fits(path: Path, offset: int) -> ListError:
    """For text that makes no sense in any encoding."""
    return ListError(Message("encoding.nothing_fits", name=path.name, line=_line(path, offset)))


def _line(path: Path, offset: int) -> int:
    """The line, from 1, with the byte at `offset`."""
    counts = Counts()
    for block in blocks(path):
        counts.add(block[: offset - counts.size])
        if counts.size >= offset:
            break
    return counts.line()
