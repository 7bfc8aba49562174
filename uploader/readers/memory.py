"""A list whose cells are in memory: its rows with their numbers, as text, and by what it is known again."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from uploader.i18n import Message
from uploader.model.cancel import CancelToken
from uploader.model.job import name_in_memory
from uploader.model.problems import ProblemLog
from uploader.model.rows import ROW_COLUMN
from uploader.readers.pages import PAGE_ROWS, Page, Source
from uploader.readers.table import Table

HEADER_ROW = 1
FLOAT_COLUMN = "float_column"
"""The code of a number that may have lost digits, where it is meant as text."""
_SAMPLE_ROWS = 200


@dataclass(frozen=True, slots=True)
class MemoryList:
    """Rows of text, one column for each name of the header."""

    header: Sequence[str]
    numbers: Sequence[int]
    """The rows' numbers, rising, from 2."""
    columns: Sequence[Sequence[str]]
    problems: ProblemLog = field(default_factory=ProblemLog)
    """What was wrong with cells when they became text."""
    sha256: str = field(init=False)
    """Of its header, and the number and cells of each row."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "sha256", _sha256(self.header, self.numbers, self.columns))

    @property
    def path(self) -> Path:
        """The name that stands for a file's."""
        return Path(name_in_memory(self.sha256))

    def table(self, cancel: CancelToken) -> Table:
        """Its table. Raises CancelledError."""
        source = Source(
            self.path, pages=self._pages, how=Message("list.how.frame"), problems=self.problems, is_in_memory=True
        )
        rows = zip(*(column[:_SAMPLE_ROWS] for column in self.columns), strict=True)
        sample = [(HEADER_ROW, list(self.header)), *zip(self.numbers, map(list, rows), strict=False)]
        return Table(source, HEADER_ROW, list(self.header), sample, cancel)

    def _pages(self) -> Iterator[Page]:
        for start in range(0, len(self.numbers), PAGE_ROWS):
            some = slice(start, start + PAGE_ROWS)
            yield Page(list(self.numbers[some]), [column[some] for column in self.columns])


def _sha256(header: Sequence[str], numbers: Sequence[int], columns: Sequence[Sequence[str]]) -> str:
    """Of one JSON array a line: `["Row", *header]`, then `[number, *cells]` of each row."""
    digest = hashlib.sha256()
    for line in ((ROW_COLUMN, *header), *zip(numbers, *columns, strict=True)):
        digest.update(json.dumps(line).encode() + b"\n")
    return digest.hexdigest()
