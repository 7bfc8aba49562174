"""Which unusual things a block of a sheet's XML holds at all, found in one pass.

Most blocks of most lists hold none. Looking for each of a dozen things by itself takes longer than reading the values.
"""

import re
from collections.abc import Set as AbstractSet
from itertools import islice
from typing import Any

from uploader.model.fast_search import search_in_bytes

COMMENT, QUOTES, ROW, CELL, WIDE, ERROR, FORMULA = "comment", "quotes", "row", "cell", "wide", "error", "formula"
HIDDEN, FILTER, ESCAPES, NUMBER, STYLE = "hidden", "filter", "escapes", "number", "style"
ALL = frozenset({COMMENT, QUOTES, ROW, CELL, WIDE, ERROR, FORMULA, HIDDEN, FILTER, ESCAPES, NUMBER, STYLE})
_HIDING = frozenset({COMMENT, QUOTES, ROW, CELL})
"""Where one of these is found, others may be hidden from the search: it goes on behind what it has found."""
_ENOUGH = 100
"""A thing that is found so often in one block is taken to be in all that follow, and not searched for any more."""


def _what_to_search(prefix: bytes) -> dict[str, bytes]:
    """By name, a pattern that finds at least what the exact search for the thing would find."""
    p = re.escape(prefix)
    return {
        COMMENT: rb"<!",
        QUOTES: rb"='",
        ROW: rb'<%srow(?: r[^=]| r=[^"]| [^r]|[^ ])' % p,
        CELL: rb'<%sc(?: r[^=]| r=[^"]| [^r]|>)' % p,
        WIDE: rb'r="[A-Za-z]{2}',
        ERROR: rb't="[ed]"',
        FORMULA: rb"<%sf" % p,
        HIDDEN: rb"hidden=",
        FILTER: rb"<%sautoFilter" % p,
        ESCAPES: rb"_x[dD][89abAB][0-9a-fA-F]{2}__x",
        NUMBER: rb"<%sv>[\t-\r ]|[0-9]{16}" % p,
        STYLE: rb'[\t-\r ]s="',
    }


class OddMarks:
    """Looks through the blocks of one sheet, whose elements have this prefix.

    A name that is not given is not in the block, by any spelling; one that is given may be there.
    """

    def __init__(self, prefix: bytes) -> None:
        self._searched = _what_to_search(prefix)
        self._everywhere: set[str] = set()
        self._pattern: Any = None

    def of(self, block: bytes) -> AbstractSet[str]:
        """The names of the things that the block may hold: all of them where its attributes are quoted otherwise."""
        while self._searched:
            found = [match.lastgroup.decode() for match in islice(self._compiled().finditer(block), _ENOUGH)]
            if not _HIDING.isdisjoint(found):
                return ALL
            if len(found) < _ENOUGH:
                return {*found, *self._everywhere}
            frequent = max(found, key=found.count)
            self._everywhere.add(frequent)
            del self._searched[frequent]
            self._pattern = None
        return ALL

    def _compiled(self) -> Any:
        if self._pattern is None:
            together = b"|".join(b"(?P<%s>%s)" % (name.encode(), text) for name, text in self._searched.items())
            self._pattern = search_in_bytes(together)
        return self._pattern
