"""Why a text file is refused, and the line at which something is wrong."""

from collections.abc import Mapping

from uploader.errors import ListError
from uploader.i18n import Fact, Message
from uploader.readers.csv.encoding.sample import Counts
from uploader.readers.snapshot import Snapshot


def no_text(file: Snapshot) -> ListError:
    """For a file of another kind."""
    return ListError(Message("not_a_list.no_text", name=file.path.name))


def broken(file: Snapshot, broken_line: int, called: str) -> ListError:
    """For a file that is not what its beginning says."""
    return ListError(Message("encoding.broken", name=file.path.name, line=broken_line, encoding=called))


def cut_off(file: Snapshot, offset: int) -> ListError:
    """For UTF-8 that ends too early."""
    return ListError(Message("encoding.cut_off", name=file.path.name, line=line(file, offset)))


def broken_utf8(file: Snapshot, offset: int) -> ListError:
    """For UTF-8 with a few other bytes."""
    return ListError(Message("encoding.broken_utf8", name=file.path.name, line=line(file, offset)))


def mixed(file: Snapshot, offset: int, character: str, called: str) -> ListError:
    """For a list put together out of two files."""
    facts: Mapping[str, Fact] = {"line": line(file, offset), "character": character, "encoding": called}
    return ListError(Message("encoding.mixed", name=file.path.name, **facts))


def nothing_fits(file: Snapshot, offset: int) -> ListError:
    """For text that makes no sense in any encoding."""
    return ListError(Message("encoding.nothing_fits", name=file.path.name, line=line(file, offset)))


def foreign(file: Snapshot, offset: int, word: str, called: str, codec: str) -> ListError:
    """For text that makes sense only in an encoding of other languages than ours."""
    facts: Mapping[str, Fact] = {"line": line(file, offset), "word": word, "encoding": called, "codec": codec}
    return ListError(Message("encoding.foreign", name=file.path.name, **facts))


def line(file: Snapshot, offset: int) -> int:
    """The line, from 1, with the byte at `offset`."""
    counts = Counts()
    for block in file.blocks():
        counts.add(block[: offset - counts.size])
        if counts.size >= offset:
            break
    return counts.line()
