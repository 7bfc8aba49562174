"""The sentences that refuse a file, and the line at which something is wrong."""

from pathlib import Path

from uploader.errors import ListError
from uploader.readers.csv.encoding.sample import Counts, blocks


def no_text(path: Path) -> ListError:
    """For a file of another kind."""
    return ListError(f"{path.name} is not a text file, so it is no CSV. Save the list as XLSX or CSV, and send that.")


def broken(path: Path, line: int, called: str) -> ListError:
    """For a file that is not what its beginning says."""
    return ListError(
        f"{path.name}, near line {line}: the file begins as {called} text, but there it is broken or cut off. "
        "Save the list again as XLSX or CSV UTF-8, and send that."
    )


def cut_off(path: Path, offset: int) -> ListError:
    """For UTF-8 that ends too early."""
    return ListError(
        f"{_line(path, offset)}: the file ends within a letter, so it was cut off. Have it saved or sent anew."
    )


def broken_utf8(path: Path, offset: int) -> ListError:
    """For UTF-8 with a few other bytes."""
    return ListError(
        f"{_line(path, offset)}: the file is UTF-8 text, but holds bytes there that are none, so some letters would "
        "come out wrong. Mend that line, or save the list as XLSX and send that."
    )


def mixed(path: Path, offset: int, letter: str, called: str) -> ListError:
    """For a list put together out of two files."""
    return ListError(
        f"{_line(path, offset)}: “{letter}” stands there in UTF-8, but other letters of the file are {called}, so some "
        "would come out wrong. Mend that line, or save the list as XLSX and send that."
    )


def nothing_fits(path: Path, offset: int) -> ListError:
    """For letters that are none in any encoding."""
    return ListError(
        f"{_line(path, offset)}: the letters there make no sense in any encoding that was tried (UTF-8, Windows-1252, "
        "Mac Roman, DOS and others). Say the right encoding with --encoding NAME, or save the list as XLSX and send "
        "that."
    )


def _line(path: Path, offset: int) -> str:
    """The file and the line, from 1, that holds the byte at `offset`."""
    counts = Counts()
    for block in blocks(path):
        counts.add(block[: offset - counts.size])
        if counts.size >= offset:
            break
    return f"{path.name}, line {counts.line()}"
