"""The records of a text file, cell by cell, with what their cells don't show any more: how their lines began."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TextIO

from uploader.errors import ListError
from uploader.i18n import Message
from uploader.readers.csv.dialect import Dialect
from uploader.readers.snapshot import Snapshot

_LONGEST_LINE = 32 << 20
_SWAPPED_MARK = "\ufffe"
"""The same with its bytes the other way round, as all that comes after it."""
_END_OF_FILE = "\x1a"
"""Some old programs end a text file with it."""
_MARK = "\ufeff"
"""The byte order mark. In the middle of a file it says that two files were joined."""
_COMMENT = "#"
_TELLING = frozenset((_MARK, _SWAPPED_MARK, _END_OF_FILE, _COMMENT, " ", "\t"))
"""What a line begins with that has to be looked into."""
_OF_SEP_LINES = frozenset('sS"')
"""The same where the file has a `sep=;` line, and one may come again."""
_TEXT_FORMULA = re.compile(r'\s*="((?:[^"]|"")*)"\s*')
_IN_EACH_FORMULA = '="'


@dataclass(slots=True)
class Beginnings:
    """How lines began, by the number of the record that began with them; a record's number counts from 1."""

    joined: set[int] = field(default_factory=set)
    """Where another file was joined to the one before."""
    bare_hashes: set[int] = field(default_factory=set)
    """Those that began with a `#` that is not in quotation marks."""


class Records:
    """One reading of a file's records from the top. Iterating raises csv.Error, UnicodeError or ListError."""

    def __init__(self, file: Snapshot, text: TextIO, dialect: Dialect) -> None:
        self.began = Beginnings()
        """Of the records that were given so far, and of the one after."""
        self._file, self._text, self._dialect = file, text, dialect
        self._given = 0
        self._has_formulas = False

    def __iter__(self) -> Iterator[list[str]]:
        for cells in self._dialect.rows(self._lines()):
            self._given += 1
            if self._has_formulas:
                self._has_formulas = False
                yield _without_formulas(cells)
            else:
                yield cells

    def _lines(self) -> Iterator[str]:
        """The file's lines, without a `sep=;` line at the top."""
        readline, telling = self._text.readline, _TELLING
        if self._dialect.has_sep_line:
            readline(_LONGEST_LINE)
            telling |= _OF_SEP_LINES
        before, last = -1, ""
        while line := readline(_LONGEST_LINE):
            if line[0] in telling or len(line) == _LONGEST_LINE:
                line = self._looked_into(line, begins=before != self._given)
                if not line:
                    continue
            if _IN_EACH_FORMULA in line:
                self._has_formulas = True
            before, last = self._given, line
            yield line
        if _SWAPPED_MARK in last:  # the file before didn't end its last line
            raise self._swapped()

    def _looked_into(self, line: str, *, begins: bool) -> str:
        """A line as it is read; `begins` says that a record begins with it, and it is not in the middle of a cell."""
        if len(line) == _LONGEST_LINE:
            raise ListError(Message("csv.endless_line", name=self._file.path.name, count=_LONGEST_LINE))
        if line == _END_OF_FILE:
            return ""
        if line.startswith(_SWAPPED_MARK):
            raise self._swapped()
        if not begins:
            return line
        if line.startswith(_MARK):
            self.began.joined.add(self._given + 1)
            line = line.lstrip(_MARK)
        if self._dialect.is_sep_line(line):
            self.began.joined.add(self._given + 2)
            return "\n"  # it counts as an empty row, as in Excel
        if line.lstrip().startswith(_COMMENT):
            self.began.bare_hashes.add(self._given + 1)
        return line

    def _swapped(self) -> ListError:
        return ListError(Message("csv.joined_encodings", name=self._file.path.name, row=self._given + 1))


def without_marks(sample: str) -> str:
    """A sample of a file, without the byte order marks of files that were joined."""
    return re.sub(rf"(^|[\r\n]){_MARK}+", r"\1", sample) if _MARK in sample else sample


def _without_formulas(cells: Sequence[str]) -> list[str]:
    """These cells, with the text of each that is written as a formula so that Excel keeps it: `="007"` is 007."""
    texts = ((cell, _TEXT_FORMULA.fullmatch(cell)) for cell in cells)
    return [cell if formula is None else formula[1].replace('""', '"') for cell, formula in texts]
