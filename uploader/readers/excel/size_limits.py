"""How much memory a sheet would need, counted before it is read: a small file can ask for more than there is."""

from collections.abc import Iterable

from uploader.i18n import Message
from uploader.model.rows import column_letter
from uploader.readers.excel.package import HostileError

LAST_ROW, LAST_COLUMN = 1_048_576, 16_384
"""Excel's."""
MOST_PLACES, _MOST_TIMES_FILLED = 20_000_000, 10
"""The fast reader keeps a place for every cell of the rectangle around the filled ones: so many places, and so many
times more than there are filled ones, is not a list."""
_MOST_TEXT, _SUSPICIOUS_TEXT = 512 << 20, 192 << 20
"""Bytes of text in all cells together: a text that is stored once may be shown in a million cells."""
MOST_TEXTS = 10_000_000


def refuse_sparse(filled: int, last_row: int, width: int) -> None:
    """Raise HostileError for a sheet whose filled cells are few and far apart."""
    if is_too_sparse(last_row, width, filled):
        raise HostileError(sparse(filled, last_row, width))


def sparse(filled: int, last_row: int, width: int) -> Message:
    """Why a sheet is refused whose few filled cells are far apart."""
    return Message("hostile.sparse", count=filled, row=last_row, column_letters=column_letter(max(width - 1, 0)))


def is_too_sparse(rows: int, width: int, filled: int, most_places: int = MOST_PLACES) -> bool:
    """Whether so many filled cells are too far apart for a list."""
    return rows * width > most_places and rows * width > _MOST_TIMES_FILLED * max(filled, 1)


def most_uncounted(cells: int) -> int:
    """How many bytes each text may take without being suspicious where so many cells may show it."""
    return _SUSPICIOUS_TEXT // max(cells, 1)


def check_text(longest: int, cells: int, lengths: Iterable[int]) -> None:
    """Raise HostileError where the cells show too much text. Their lengths are counted only where it may be so."""
    if longest * cells > _SUSPICIOUS_TEXT and (text := sum(lengths)) > _MOST_TEXT:
        raise HostileError(Message("hostile.long_texts", gigabytes=round(text / 2**30, 1)))
