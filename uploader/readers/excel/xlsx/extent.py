"""How large a sheet is, counted in its XML before its values are read."""

import re
from array import array
from collections import Counter
from collections.abc import Collection, Iterator
from operator import lt

from uploader.i18n import Message
from uploader.readers.excel.package import HostileError, NotReadableError, Package
from uploader.readers.excel.size_limits import (
    LAST_COLUMN,
    LAST_ROW,
    MOST_TEXTS,
    check_text,
    is_too_sparse,
    most_uncounted,
    sparse,
)
from uploader.readers.excel.xlsx.odd_marks import CELL, ROW, WIDE
from uploader.readers.excel.xlsx.sheet_xml import Patterns, blocks, position

_HEAD_BYTES = 4096
_TEXT_END = re.compile(rb"</(?:[\w.-]+:)?si>")
_TEXT_COUNT = re.compile(rb"""<(?:[\w.-]+:)?sst\s[^>]*?ount=["'](\d+)[^>]*?(?:ount=["'](\d+))?[^>]*>""")


def refuse_many_texts(package: Package, strings: str) -> None:
    """Raise HostileError where the part with the shared texts says that it has too many of them."""
    for found in _TEXT_COUNT.finditer(next(package.blocks(strings), b"")[:_HEAD_BYTES]):
        if max(int(count or 0) for count in found.groups()) > MOST_TEXTS:
            raise HostileError(Message("hostile.many_texts"))


class Extent:
    """Counts while a sheet's blocks go by, so cheaply that the counts may be too high, never too low."""

    def __init__(self, package: Package, part: str, patterns: Patterns) -> None:
        self._package, self._part, self._patterns = package, part, patterns
        self._cells = self._rows = self._last_row = 0
        self._width = 26
        self._has_nameless = False
        self._last_number, self._rises = 0, True
        """Whether each row's number is larger than the one before."""

    def add(self, block: bytes, marks: Collection[str]) -> int:
        """Count one block, which may have these odd marks; how many rows it has."""
        patterns = self._patterns
        self._cells += block.count(patterns.cell_end)
        found: list[bytes] = patterns.usual_row_number.findall(block)
        rows = block.count(patterns.row_start) if ROW in marks else len(found)
        self._rows += rows
        if len(found) != rows:
            found = patterns.row_number.findall(block)
        numbers = [self._last_number, *map(int, found)]
        self._rises = self._rises and all(map(lt, numbers, numbers[1:]))
        self._last_number = numbers[-1]
        self._last_row = max(self._last_row, self._rows, *numbers)
        if WIDE in marks:
            self._width = max(self._width, *map(position, set(patterns.wide.findall(block))), 0)
        if CELL in marks and self._has_other_starts(block) and patterns.nameless_cell.search(block):
            # cells without names follow each other
            longest = max(len(patterns.cell.findall(row)) for row in block.split(patterns.row_start))
            self._width = max(self._width, longest)
            self._has_nameless = True
        return rows

    def _has_other_starts(self, block: bytes) -> bool:
        """Whether there are cells that don't begin with their names."""
        start = self._patterns.cell_start
        return block.count(self._patterns.usual_cell_start) != block.count(start + b" ") + block.count(start + b">")

    def check(self, strings: str | None) -> None:
        """Raise HostileError where the sheet would take too much; `strings` is the part with the shared texts.

        Raises NotReadableError where a row's number comes twice, because only one of the two would be read.
        """
        if not self._rises:
            self._require_each_once()
        if self._last_row > LAST_ROW or self._width > LAST_COLUMN:
            raise HostileError(Message("hostile.beyond_the_end", row=LAST_ROW))
        if is_too_sparse(self._last_row, self._width, self._cells):
            last_row, width = self._exactly()
            if is_too_sparse(last_row, width, self._cells):
                raise HostileError(sparse(self._cells, last_row, width))
        if strings is not None:
            self._weigh(strings)

    def _require_each_once(self) -> None:
        counts: Counter[bytes] = Counter()
        for block in blocks(self._package, self._part):
            counts.update(self._patterns.row_number.findall(block))
        number, times = max(counts.items(), key=lambda one: one[1])
        if times > 1:
            raise NotReadableError(Message("damage.row_twice", row=int(number)))

    def _exactly(self) -> tuple[int, int]:
        """The last row and the width of the filled cells, where all of them have names."""
        if self._has_nameless:
            return self._last_row, self._width
        last_row = width = 0
        for block in blocks(self._package, self._part):
            for letters, row in self._patterns.filled.findall(block):
                last_row, width = max(last_row, int(row)), max(width, position(letters) + 1)
        return last_row, width

    def _weigh(self, strings: str) -> None:
        if self._has_text_beyond(most_uncounted(self._cells), strings):
            longest = max((max(map(len, texts), default=0) for texts in self._texts(strings)), default=0)
            check_text(longest, self._cells, self._text_lengths(strings))

    def _has_text_beyond(self, most: int, strings: str) -> bool:
        """Whether a shared text may take more bytes than so many; looking for it is faster than parting all texts."""
        end, rest = None, b""
        for block in self._package.blocks(strings):
            texts = rest + block
            found = _TEXT_END.search(texts) if end is None else None
            end = found[0] if found else end
            if end is None:
                return True
            at = 0
            while len(texts) - at > most + len(end):
                last = texts.rfind(end, at, at + most + len(end))
                if last < 0:
                    return True
                at = last + len(end)
            rest = texts[max(at, texts.rfind(end) + len(end)) :]
        return False

    def _text_lengths(self, strings: str) -> Iterator[int]:
        """Of the texts that the cells show, those of one kind together; they are counted when they are asked for."""
        lengths = array("I", (len(text) for texts in self._texts(strings) for text in texts))
        shown: Counter[bytes] = Counter()
        for block in blocks(self._package, self._part):
            shown.update(self._patterns.shared.findall(block))
        yield from (lengths[int(at)] * times for at, times in shown.items() if int(at) < len(lengths))

    def _texts(self, strings: str) -> Iterator[list[bytes]]:
        """The XML of the shared texts in their order, some at a time."""
        rest = b""
        for block in self._package.blocks(strings):
            texts = _TEXT_END.split(rest + block) if b":si>" in block else (rest + block).split(b"</si>")
            rest = texts.pop()
            yield texts
