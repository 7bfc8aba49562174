"""Point out rows below the header that are not records: a repeated header, totals, another table, notes."""

import re
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from itertools import takewhile
from typing import cast

from uploader.model.fast_search import search_in_text
from uploader.model.names import stem
from uploader.model.problems import Problem, ProblemLog
from uploader.readers.cells import filled, text
from uploader.readers.comments import PERHAPS_A_COMMENT
from uploader.readers.header import fit, looks_like_one
from uploader.readers.pages import Page

_TOTAL = re.compile(
    r"\s*(?:sub|gran|grand|sum|suma|soma)?[\s-]*(?:total(?:es|is)?|suma|soma)\b\W*(?P<rest>.{0,30})",
    re.IGNORECASE,
)
_WORD_FOR_TOTAL = search_in_text("(?i)total|suma|soma")
_LABELS_WITHIN = 3
"""The word Total is searched in this many of the first columns."""
_RULER = re.compile(r"-+|=+")
_LAST_ROWS = 10
_MOST_GAPS = 1000
_SHORTEST_NOTE = 8
_FEW_COLUMNS = _SEVERAL_NAMES = 2
_NOTE_WIDTH = 3
"""A row with one cell can only be a note in a table of at least this many columns."""

_TOTAL_ROW, _OTHER_TABLE, _NOTE_BELOW = "total", "other_table", "note_below"
NO_RECORDS = frozenset({_TOTAL_ROW, _OTHER_TABLE, _NOTE_BELOW, PERHAPS_A_COMMENT})
"""The codes of problems for rows that may not be records."""


class SuspiciousRows:
    """Inspects a table's rows page by page, without empty rows."""

    def __init__(
        self,
        header: Sequence[str],
        first_rows: Sequence[Sequence[str]],
        problems: ProblemLog,
        wanted: Sequence[str] = (),
    ) -> None:
        """`wanted` are the names that columns may have; where they are known, another header can be recognised."""
        self._header = [name.strip() for name in header]
        self._named = [at for at, name in enumerate(self._header) if name]
        counts = sorted(filled(cells) for cells in first_rows)
        self._usual = counts[len(counts) // 2] if counts else 0
        alike = sum(map(looks_like_one, first_rows))
        self._rows_are_like_headers = alike * 2 > len(first_rows)
        # In a list of one or two columns of texts a record may well say the same as the header.
        is_telling = len(self._named) > _FEW_COLUMNS or (len(self._named) > 1 and not self._rows_are_like_headers)
        self._may_repeat = is_telling and looks_like_one(self._header)
        is_header = looks_like_one(self._header) and not self._rows_are_like_headers
        self._names = tuple({*wanted, *filter(None, self._header if is_header else ())}) if wanted else ()
        """What another header may say; a record that was taken for the header has no names."""
        self._as_written = {form for name in self._names for form in (name, name.lower(), name.upper(), name.title())}
        self._problems = problems
        self._last_row: int | None = None
        self._gaps = 0
        self._block: list[tuple[int, list[str]]] = []
        self._tail: deque[tuple[int, list[str]]] = deque(maxlen=_LAST_ROWS)

    def seen(self, page: Page) -> int | None:
        """Look at one page; the position of a row in it with which another list begins whose columns are not these."""
        if not page.numbers:
            return None
        if self._last_row is None:
            self._ruler(page)
        of_names = list(self._rows_of_names(page))
        headers = self._repeated_headers(page, of_names)
        totals = self._totals(page)
        self._other_tables(page, headers | totals)
        self._tail.extend(
            (page.numbers[at], _cells(page, at))
            for at in range(max(0, len(page.numbers) - _LAST_ROWS), len(page.numbers))
        )
        self._last_row = page.numbers[-1]
        return next((at for at in (*self._joined_headers(page), *of_names) if not self._is_same_header(page, at)), None)

    def ended(self) -> None:
        """Finish: inspect the last rows."""
        self._end_block()
        notes = list(takewhile(self._is_note, reversed(self._tail)))
        if len(notes) < _LAST_ROWS:  # otherwise the whole list consists of such rows
            for number, _ in reversed(notes):
                self._problems.add(Problem(number, None, _NOTE_BELOW, stops=False))

    def _is_note(self, row: tuple[int, list[str]]) -> bool:
        cells = row[1]
        words = "".join(cells[:_LABELS_WITHIN]).strip()
        is_alone = filled(cells) == 1 and self._usual >= _NOTE_WIDTH
        return is_alone and len(words) >= _SHORTEST_NOTE and _TOTAL.match(words) is None

    def _rows_of_names(self, page: Page) -> Iterator[int]:
        """The rows that say names which columns may have, and hardly anything else."""
        counts: Counter[int] = Counter()
        for column in page.columns if self._names else ():
            if not self._as_written.isdisjoint(column):
                counts.update(at for at, value in enumerate(column) if value in self._as_written)
        for at in sorted(at for at, count in counts.items() if count >= _SEVERAL_NAMES):
            cells = _cells(page, at)
            if 2 * fit(cells, self._names) >= filled(cells):
                yield at

    def _joined_headers(self, page: Page) -> Iterator[int]:
        """The rows with which another file begins, and that are its header."""
        for at in _joined(page):
            cells = _cells(page, at)
            is_header = self._named and looks_like_one(cells) and not self._are_like_headers_before(page, at)
            if is_header or fit(cells, self._header) * 2 >= max(len(self._named), 1):
                yield at

    def _are_like_headers_before(self, page: Page, at: int) -> bool:
        """Whether a header's looks tell nothing: the rows of the file before look so too."""
        before = [_cells(page, p) for p in range(max(0, at - _LAST_ROWS), at)]
        return sum(map(looks_like_one, before)) * 2 > len(before) if before else self._rows_are_like_headers

    def _ruler(self, page: Page) -> None:
        """The first row may be dashes alone, which databases print between a header and its records."""
        cells = [cell.strip() for cell in _cells(page, 0)]
        is_line = all(cell and _RULER.fullmatch(cell) for cell in cells)
        if is_line and len(cells) > 1 and max(map(len, cells)) > 1:
            self._problems.add(Problem(page.numbers[0], None, "ruler"))

    def _repeated_headers(self, page: Page, of_names: Sequence[int]) -> set[int]:
        if not self._named or len(page.columns) <= self._named[-1]:
            return set()
        likely = (*_joined(page), *(of_names if self._may_repeat else ()))
        found = {at for at in likely if self._is_same_header(page, at)}
        name, column = self._header[self._named[0]], page.columns[self._named[0]]
        for at, value in enumerate(column) if self._may_repeat and name in column else ():
            if value == name and all(text(page.columns[p][at]).strip() == self._header[p] for p in self._named):
                found.add(at)
        for at in sorted(found):
            self._problems.add(Problem(page.numbers[at], None, "repeated_header"))
        return found

    def _is_same_header(self, page: Page, at: int) -> bool:
        """Whether a row has the header's names in their places, however they are written."""
        cells, last = _cells(page, at), max(self._named, default=-1)
        return len(cells) > last >= 0 and all(stem(cells[p]) == stem(self._header[p]) for p in self._named)

    def _totals(self, page: Page) -> set[int]:
        found = set()
        for column in page.columns[:_LABELS_WITHIN]:
            labels = _labels(column)
            for at, value in enumerate(column) if labels else ():
                if value in labels and at not in found and self._is_total(str(value), _cells(page, at)):
                    found.add(at)
        for at in sorted(found):
            self._problems.add(Problem(page.numbers[at], None, _TOTAL_ROW, stops=False))
        return found

    def _is_total(self, label: str, cells: Sequence[str]) -> bool:
        match = _TOTAL.match(label)
        has_only_numbers = match is not None and not re.search(r"[^\W\d_]{4}", match["rest"])
        is_bare = match is not None and not re.search(r"[^\W\d_]", match["rest"])
        return has_only_numbers and (filled(cells) < self._usual or is_bare)

    def _other_tables(self, page: Page, explained: set[int]) -> None:
        """Rows after empty rows that are narrower than the list, or look like another header."""
        before = page.numbers[0] - 1 if self._last_row is None else self._last_row
        if not self._block and page.numbers[-1] - before == len(page.numbers):
            return  # no row was left out
        for at, number in enumerate(page.numbers):
            if number - before > 1 and at not in explained and self._gaps < _MOST_GAPS:
                self._gaps += 1
                self._end_block()
                cells = _cells(page, at)
                if self._begins_another(cells):
                    self._block = [(number, cells)]
            elif self._block:
                cells = _cells(page, at)
                if self._is_narrow(cells):
                    self._block.append((number, cells))
                else:
                    self._end_block()
            before = number

    def _begins_another(self, cells: Sequence[str]) -> bool:
        is_header = filled(cells) > 1 and not self._rows_are_like_headers and looks_like_one(cells)
        return is_header or self._is_narrow(cells) or filled(cells) > len(self._header)

    def _is_narrow(self, cells: Sequence[str]) -> bool:
        return filled(cells) < self._usual / 2

    def _end_block(self) -> None:
        """Point out rows that may belong to another table. Single cells at the end are notes."""
        if any(filled(cells) > 1 for _, cells in self._block):
            for number, _ in self._block:
                self._problems.add(Problem(number, None, _OTHER_TABLE, stops=False))
            self._tail.clear()
        self._block = []


def _labels(column: Sequence[object]) -> set[str]:
    """The texts of the column that begin as a total's label does."""
    texts = column if set(map(type, column)) == {str} else [value for value in column if isinstance(value, str)]
    together = "\n".join(cast("Sequence[str]", texts))
    if _WORD_FOR_TOTAL.search(together.encode("utf-8", "replace")) is None:
        return set()
    return {value for value in texts if isinstance(value, str) and _TOTAL.match(value)}


def _cells(page: Page, at: int) -> list[str]:
    return [text(column[at]) for column in page.columns]


def _joined(page: Page) -> list[int]:
    """The positions of the rows with which another file begins."""
    return [at for at, number in enumerate(page.numbers) if number in page.joined] if page.joined else []
