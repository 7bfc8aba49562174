"""The digests of a workbook's rows as its hidden sheet keeps them, and the digest of version 2 over them."""

from collections.abc import Sequence

from uploader.workbooks.manifest import SheetDigest

_ROWS_IN_A_CELL = 500
"""Their digests fit into one cell of 32,767 characters."""


class PackedRows:
    """The digests of a workbook's rows while it is written, in their order."""

    def __init__(self) -> None:
        self._packed: list[str] = []
        self._waiting: list[str] = []

    def add(self, number: int, cells: str, outcome: str) -> None:
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
    for text in packed_rows:
        for line in text.split():
            digest.add(line)
    return str(digest)
