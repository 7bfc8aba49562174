"""Whether a text is a table for the eyes: columns lined up with spaces, without a delimiter, or drawn with lines."""

import re
from collections.abc import Sequence
from itertools import islice

_LINES = 200
_GAP = re.compile(r"\S {2,}(?=\S)")
_MOST = 0.6
"""The share of lines that must have a gap, and that must have text on both sides of a column's edge."""
_RULER = re.compile(r" *-{2,}(?: +-{2,})+")
"""What is printed between a header and its columns."""
_DRAWN = re.compile(r" *[|+]? *:?[-=]{2,}:?(?: *[|+] *:?[-=]{2,}:?)* *[|+]? *")
_DRAWN_WITHIN = 4
_LINES_AND_EDGES = 4
"""Three lines with one edge between columns, or two lines with two: fewer may be chance."""


def is_drawn(sample: str) -> bool:
    """Whether there is a line of dashes with `|` or `+` among the first, as a database's console and Markdown have."""
    return any(_DRAWN.fullmatch(line) and not {"|", "+"}.isdisjoint(line) for line in _lines(sample)[:_DRAWN_WITHIN])


def is_fixed_width(sample: str) -> bool:
    """Whether the lines have gaps in the same places, which are as wide as it takes to line up what comes after.

    A line of dashes with spaces says so, too.
    """
    lines = _lines(sample)
    gapped = [line for line in lines if _GAP.search(line)]
    if "\t" in sample:
        return False
    if any(map(_RULER.fullmatch, lines)):
        return True
    if len(gapped) < max(2, _MOST * len(lines)):
        return False
    edges = len(_edges(gapped))
    return edges > 0 and len(gapped) + edges >= _LINES_AND_EDGES


def _lines(sample: str) -> list[str]:
    """The first lines that have anything in them."""
    return [line.rstrip() for line in islice(re.split(r"[\r\n]+", sample), _LINES) if line.strip()]


def _edges(lines: Sequence[str]) -> list[int]:
    """The places where a column begins that is lined up, after a place where all lines have a space."""
    used = {at for line in lines for at, character in enumerate(line) if character != " "}
    after_spaces = (at for at in sorted(used) if at - 1 not in used and at > min(used))
    return [at for at in after_spaces if _is_lined_up(lines, at)]


def _is_lined_up(lines: Sequence[str], edge: int) -> bool:
    """Whether most lines have text on both sides, after gaps that differ: in prose, all of them are as wide."""
    sides = [(line[:edge].rstrip(), line[edge:]) for line in lines]
    gaps = [edge - len(left) + len(right) - len(right.lstrip()) for left, right in sides if left and right.strip()]
    return len(gaps) >= _MOST * len(lines) and len(set(gaps)) > 1
