"""What a file format provides before a table is searched in it: its rows, as pages of columns."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from pathlib import Path

from uploader.i18n import Message
from uploader.model.problems import ProblemLog
from uploader.model.rows import Row

PAGE_ROWS = 5_000


@dataclass(slots=True)
class Page:
    """Some rows of a file, stored by column, because columns are fast to inspect."""

    numbers: list[int]
    """The rows' numbers as Excel shows them, rising."""
    columns: list[Sequence[object]]
    """The values of each column, one for each row: text, or what a workbook stores; an empty cell is ""."""
    widths: Sequence[int] | None = None
    """How many cells each row has, where one too many or too few means something (delimited text)."""
    joined: AbstractSet[int] = frozenset()
    """The numbers of rows with which another file begins that was joined to this one; not only of rows here."""
    bare_hashes: AbstractSet[int] | None = None
    """The numbers of rows that begin with a `#` outside of quotation marks; None where a format has no such marks."""

    def rows(self) -> Iterator[tuple[int, tuple[object, ...]]]:
        """Each row's number and cells; rows of no columns too."""
        if not self.columns:
            return ((number, ()) for number in self.numbers)
        return zip(self.numbers, zip(*self.columns, strict=True), strict=True)

    def filled(self) -> Sequence[int]:
        """The positions of the rows that have anything in them."""
        blank: Sequence[int] = range(len(self.numbers))
        for column in self.columns:
            blank = [at for at in blank if is_blank(column[at])] if any(map(is_blank, set(column))) else []
            if not blank:
                return range(len(self.numbers))
        left = set(blank)
        return [at for at in range(len(self.numbers)) if at not in left]

    def only(self, kept: Sequence[int]) -> "Page":
        """The page with the rows at these positions alone."""
        if len(kept) == len(self.numbers):
            return self
        return Page(
            [self.numbers[at] for at in kept],
            [[column[at] for at in kept] for column in self.columns],
            None if self.widths is None else [self.widths[at] for at in kept],
            self.joined,
            self.bare_hashes,
        )


@dataclass(frozen=True, slots=True)
class Records:
    """Some records of a table, by column, as text."""

    numbers: Sequence[int]
    """The rows' numbers as Excel shows them, rising; at least one."""
    columns: Sequence[Sequence[str]]
    """As many as the table's header has; each has one text for each row, an empty cell is ""."""

    def rows(self) -> Iterator[Row]:
        """The records one by one."""
        return map(Row, self.numbers, zip(*self.columns, strict=True))


@dataclass(frozen=True, slots=True)
class Source:
    """Rows as a file format gives them, and what it knows about them."""

    path: Path
    pages: Callable[[], Iterator[Page]]
    """All rows from the top, empty ones too. Each call starts again. Raises ListError."""
    how: Message
    """How it was read: `CSV, UTF-8, delimiter semicolon`."""
    sheet: str | None = None
    problems: ProblemLog = field(default_factory=ProblemLog)
    """Problems of cells, anywhere in the file."""
    notes: Sequence[Message] = ()
    """What the person should know about the file as a whole."""
    hidden_rows: frozenset[int] = frozenset()
    is_filtered: bool = False
    hidden_columns: frozenset[int] = frozenset()
    """Columns count from 0."""
    merged: Mapping[tuple[int, int], tuple[int, int]] = field(default_factory=dict)
    """First row and column of each block of merged cells -> its last row and column; columns count from 0."""
    encoding: str | None = None
    delimiter: str | None = None
    """Of delimited text."""
    is_in_memory: bool = False
    """It is no file, so nobody can change it meanwhile."""
    left_out: frozenset[int] = frozenset()
    """The positions of columns that are not the list's own, such as those we add to a result workbook."""
    offered_first: Sequence[int] = ()
    """The positions of columns that a person most likely means where one is missing."""


def is_blank(value: object) -> bool:
    """Whether a person sees nothing in the cell."""
    return isinstance(value, str) and not value.strip()
