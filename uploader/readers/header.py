"""Which row is the header: the one that fits the wanted names best, else the one that has a header's shape."""

import re
from collections.abc import Sequence
from functools import lru_cache

from uploader.model.names import stem
from uploader.readers.cells import filled
from uploader.readers.comments import is_comment

WITHIN = 30
"""The header is searched among this many filled rows."""
_SHARE_OF_WIDTH = 0.6
"""A header fills at least this share of the columns that the rows below it fill; a title does not."""
_LONGEST_NAME = 120
_VALUE = re.compile(
    r"(?:[A-Z]{1,3}\W)?[\W_]*\d[\d\W_]*(?:[^\W\d_]{1,3})?|\S+@\S+|https?:\S*|(?i:true|false|verdadero|verdadeiro|falso)"
)
"""What belongs in a record, not in a header: numbers, amounts, dates, ids, addresses."""
_YEAR = re.compile(r"(?:19|20)\d\d")
_VARIED = 3

NumberedCells = tuple[int, Sequence[str]]
"""A row's number as Excel shows it, and its cells as text."""


def fit(cells: Sequence[str], wanted: Sequence[str]) -> int:
    """How many of these cells are wanted names, however they are written."""
    if not wanted:
        return 0
    return len({stem(cell) for cell in cells if cell.strip()} & _stems(tuple(wanted)))


@lru_cache(maxsize=8)
def _stems(names: tuple[str, ...]) -> frozenset[str]:
    return frozenset(map(stem, names))


def header_position(rows: Sequence[NumberedCells], wanted: Sequence[str]) -> int:
    """The position among `rows` (the first ones with anything in them, at least one) of the header."""
    shaped = _by_shape([cells for _, cells in rows])
    candidates = range(min(len(rows), WITHIN))
    return max(candidates, key=lambda at: (fit(rows[at][1], wanted), at == shaped, -at))


def looks_like_one(cells: Sequence[str]) -> bool:
    """Whether these look like column names: short texts, few of them values, and not all alike."""
    names = [cell.strip() for cell in cells if cell.strip()]
    years = _years(names)
    values = sum((_is_value(name) and name not in years) or len(name) > _LONGEST_NAME for name in names)
    different = len(set(names))
    is_varied = different * 2 > len(names) or (values == 0 and different >= _VARIED)
    return bool(names) and values <= len(names) // 4 and is_varied


def _is_value(text: str) -> bool:
    """Whether a text is what belongs in a record: a number, an amount, a date, an address."""
    return _VALUE.fullmatch(text) is not None


def _years(names: Sequence[str]) -> set[str]:
    """The years among these, where they are names: several, each after the one before, or each before it."""
    years = [name for name in names if _YEAR.fullmatch(name)]
    is_series = len(set(years)) == len(years) > 1 and years in (sorted(years), sorted(years, reverse=True))
    return set(years) if is_series else set()


def _by_shape(rows: Sequence[Sequence[str]]) -> int:
    """The first row that is wide enough for a header and has rows below, if it looks like one; else the first."""
    widths = sorted(filled(cells) for cells in rows if not is_comment(cells))
    if not widths:
        return 0
    usual = widths[-1] if len(widths) < 3 else widths[-2]  # noqa: PLR2004  # one row may have run wide
    wide = max(_SHARE_OF_WIDTH * usual, 1)
    candidates = rows[: min(WITHIN, len(rows) - 1)]
    first = next((at for at, cells in enumerate(candidates) if filled(cells) >= wide and not is_comment(cells)), 0)
    return _widest_before_values(rows[:WITHIN], first, wide) if looks_like_one(rows[first]) else 0


def _widest_before_values(rows: Sequence[Sequence[str]], first: int, wide: float) -> int:
    """The first row, or a wider one of names that follows it before any row of values does: wide titles have that."""
    best = first
    for at in range(first + 1, len(rows)):
        if filled(rows[at]) >= wide and not looks_like_one(rows[at]):
            return best
        if filled(rows[at]) > filled(rows[best]):
            best = at
    return first
