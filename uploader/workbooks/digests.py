"""The digests of a workbook's rows as its hidden sheet keeps them, those of its other sheets, and that of version 2."""

from collections.abc import Sequence
from itertools import islice

from uploader.readers.cells import text
from uploader.readers.excel.sheet import Values
from uploader.workbooks.cell_digests import SheetDigest, line_digest

_SHOWN_WITHIN = 2
"""The line that shows the digest of the whole has its name and nothing else."""
_ROWS_IN_A_CELL = 500
"""Their digests fit into one cell of 32,767 characters."""


class PackedRows:
    """The digests of a workbook's rows while it is written, in their order."""

    def __init__(self) -> None:
        self._packed: list[str] = []
        self._waiting: list[str] = []

    def add(self, number: int | str, cells: str, outcome: str) -> None:
        """One more row, by the digests of the list's cells and of ours."""
        self._waiting.append(f"{number}:{cells}:{outcome}")
        if len(self._waiting) == _ROWS_IN_A_CELL:
            self._pack()

    def _pack(self) -> None:
        if self._waiting:
            self._packed.append(" ".join(self._waiting))
            self._waiting = []

    def packed(self) -> list[str]:
        """All of them, as the hidden sheet keeps them."""
        self._pack()
        return self._packed


def total_digest(header: Sequence[str], packed_rows: Sequence[str]) -> str:
    """The digest of version 2 over all rows, made again from what a hidden sheet keeps."""
    digest = SheetDigest(header)
    for packed in packed_rows:
        for line in packed.split():
            digest.add(line)
    return str(digest)


def sheet_digest(values: Values, shown: str | None) -> str:
    """The digest over a sheet as it is now, without the line that shows the digest of the whole, which covers it."""
    digest = SheetDigest([])
    if values.start is not None:
        left = [""] * values.start[1]
        for row in values.iter_rows():
            texts = [*left, *map(text, row)]
            width = _filled_width(texts)
            if shown not in texts or width > _SHOWN_WITHIN:  # somebody wrote beside it
                digest.add(line_digest(islice(texts, width)))
    return str(digest)


def _filled_width(texts: Sequence[str]) -> int:
    return next((at + 1 for at in range(len(texts) - 1, -1, -1) if texts[at].strip()), 0)
