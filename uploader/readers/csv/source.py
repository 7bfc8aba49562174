"""CSV files as rows of text; cells are never guessed at, and unbalanced quotes are refused."""

import codecs
import csv
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import islice, zip_longest

from uploader.errors import ListError
from uploader.i18n import Message
from uploader.readers.csv import dialect as dialects
from uploader.readers.csv import encoding as encodings
from uploader.readers.csv.dialect import Dialect, RivalDialect
from uploader.readers.csv.encoding import Encoding
from uploader.readers.csv.fixed_width import is_drawn, is_fixed_width
from uploader.readers.csv.records import Beginnings, Records, without_marks
from uploader.readers.pages import PAGE_ROWS, Page, Source
from uploader.readers.snapshot import Snapshot

_SAMPLE_CHARACTERS = 1 << 18
_LONGEST_CELL = 1 << 20
"""A longer text is not a cell: a quotation mark was never closed, or the file is not a list."""
_MOST_COLUMNS = 16_384
"""Excel's; a wider row was read with a wrong delimiter, or the file is not a list."""
_PAGE_CELLS = 1_000_000

_NO_DELIMITERS = "\"'\\\r\n\0"
"""What begins or ends a cell, a line or a text otherwise."""
_NOT_OF_LISTS = ("idna", "punycode", "raw-unicode-escape", "undefined", "unicode-escape", "utf-7")
"""Encodings of names, of mails and of source code: no spreadsheet is written in them."""
_ROWS_AT_ONCE = 500
_NEVER_CLOSED = ("unexpected end of data", "field larger than field limit")
"""How the csv module describes a cell that never ends."""
csv.field_size_limit(min(_LONGEST_CELL, sys.maxsize))


def source_of(file: Snapshot, wanted: Sequence[str], encoding: str | None, delimiter: str | None) -> Source:
    """The rows of a delimited text file. Raises ListError where it is not text, or its quotes are unbalanced."""
    codec, notes = _codec(file, encoding)
    given = None if delimiter is None else _checked_delimiter(delimiter)
    sample = _sample(file, codec)
    dialect, rival = dialects.detect(sample, wanted, given)
    if given is None and is_fixed_width(sample) and not dialects.splits(sample, dialect):
        raise ListError(Message("csv.fixed_width", name=file.path.name))
    if given is None and is_drawn(sample):
        raise ListError(Message("not_a_list.export", name=file.path.name, what=Message("filetype.drawn_table")))
    if rival is not None:
        notes.append(_other_delimiter(rival))
    return Source(
        file.path,
        pages=lambda: _pages(file, codec, dialect),
        how=Message("list.how.csv", encoding=_name_of(codec), dialect=dialect.description()),
        notes=notes,
        encoding=codec,
        delimiter=dialect.delimiter,
    )


def _codec(file: Snapshot, given: str | None) -> tuple[str, list[Message]]:
    """The given codec, else the one that makes most sense; with a note if another one is possible too."""
    if given:
        return _checked_encoding(file, given), []
    encoding = encodings.detect(file)
    return encoding.name, list(_doubts(encoding))


def _doubts(encoding: Encoding) -> Iterator[Message]:
    taken = _name_of(encoding.name)
    if encoding.rival is not None:
        rival = encoding.rival
        samples = {"taken_sample": rival.taken_sample, "rival_sample": rival.sample}
        yield Message("note.two_encodings", taken=taken, rival=_name_of(rival.name), codec=rival.name, **samples)
    if encoding.odd is not None:
        yield Message("note.odd_word", taken=taken, line=encoding.odd.line, word=encoding.odd.word)


def _other_delimiter(rival: RivalDialect) -> Message:
    return Message(
        "note.two_delimiters",
        taken=" | ".join(rival.taken_first),
        delimiter=dialects.name_of(rival.delimiter),
        rival=" | ".join(rival.first),
        option="tab" if rival.delimiter == "\t" else rival.delimiter,
    )


def _pages(file: Snapshot, encoding: str, dialect: Dialect) -> Iterator[Page]:
    """Every row from the top. Excel counts records, not lines: a cell with line breaks is still one row."""
    rows: list[list[str]] = []
    before = widest = 0
    try:
        with file.text(encoding) as text:
            records = Records(file, text, dialect)
            left = iter(records)
            while bundle := list(islice(left, _ROWS_AT_ONCE)):
                width = max(map(len, bundle))
                if width > _MOST_COLUMNS:
                    row = before + len(rows) + 1 + next(at for at, one in enumerate(bundle) if len(one) == width)
                    raise ListError(Message("csv.too_wide", name=file.path.name, row=row, count=width))
                if rows and (len(rows) >= PAGE_ROWS or max(widest, width) * len(rows) > _PAGE_CELLS):
                    yield _page(rows, before, records.began)
                    before += len(rows)
                    rows, widest = [], 0
                rows += bundle
                widest = max(widest, width)
    except (csv.Error, UnicodeError) as why:
        raise _broken_row(file, encoding, dialect, why) from why
    if rows:
        yield _page(rows, before, records.began)


def _broken_row(file: Snapshot, encoding: str, dialect: Dialect, why: csv.Error | UnicodeError) -> ListError:
    """For a row whose cells can't be told apart, or whose characters can't be read."""
    row = _rows_before_error(file, encoding, dialect) + 1
    if isinstance(why, UnicodeError):
        return ListError(Message("csv.not_in_this_encoding", name=file.path.name, row=row, encoding=_name_of(encoding)))
    is_open = any(sign in str(why) for sign in _NEVER_CLOSED)
    return ListError(
        Message("csv.quote_not_closed" if is_open else "csv.unbalanced_quotes", name=file.path.name, row=row)
    )


def _rows_before_error(file: Snapshot, encoding: str, dialect: Dialect) -> int:
    """How many rows can be read before something is wrong; they are read in bundles, so it is counted afterwards."""
    count = 0
    with suppress(csv.Error, UnicodeError), file.text(encoding) as text:
        for _ in Records(file, text, dialect):
            count += 1
    return count


def _page(rows: list[list[str]], before: int, began: Beginnings) -> Page:
    """These rows, before which there are so many."""
    numbers = list(range(before + 1, before + len(rows) + 1))
    columns: list[Sequence[object]] = list(zip_longest(*rows, fillvalue=""))
    return Page(numbers, columns, list(map(len, rows)), joined=began.joined, bare_hashes=began.bare_hashes)


def _sample(file: Snapshot, encoding: str) -> str:
    """The file's first whole lines."""
    try:
        with file.text(encoding) as text:
            head = text.read(_SAMPLE_CHARACTERS)
            is_whole = not text.read(1)
    except UnicodeError:
        return ""  # reading the rows will say what is wrong, and where
    end = max(head.rfind("\n"), head.rfind("\r"))
    return without_marks(head if is_whole or end < 0 else head[: end + 1])


def _checked_delimiter(delimiter: str) -> str:
    character = {"tab": "\t", "\\t": "\t"}.get(delimiter.lower(), delimiter)
    if len(character) != 1 or character.isalnum() or character in _NO_DELIMITERS:
        raise ListError(Message("csv.no_delimiter", delimiter=delimiter))
    return character


def _checked_encoding(file: Snapshot, encoding: str) -> str:
    try:
        "".encode(encoding)
        is_of_lists = codecs.lookup(encoding).name not in _NOT_OF_LISTS
    except (LookupError, ValueError) as why:
        raise ListError(Message("csv.no_encoding", encoding=encoding)) from why
    if not is_of_lists:
        raise ListError(Message("csv.no_encoding", encoding=encoding))
    with file.open() as content:
        has_mark = content.read(3) == codecs.BOM_UTF8
    return "utf-8-sig" if has_mark and encoding.lower().replace("_", "-") in ("utf-8", "utf8") else encoding


def _name_of(encoding: str) -> str:
    return encodings.NAMES.get(encoding, encoding)
