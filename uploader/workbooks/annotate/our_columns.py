"""What is written into a person's sheet: columns of ours behind theirs, and what is wrong at which of their cells."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from uploader.workbooks.cell_digests import CellValue


@dataclass(frozen=True, slots=True)
class OurCell:
    """A cell of ours."""

    value: CellValue
    colours: tuple[str, str] | None = None
    """Fill and ink, as `#RRGGBB`."""


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the sheet with what is written to it."""

    position: int
    """Its number in the sheet."""
    number: int
    """The row's number in the list."""
    cells: Sequence[OurCell]
    """Of our columns, in their order."""
    faults: Mapping[int, str] = field(default_factory=dict)
    """What is wrong with which cells of the person's, by column, from 0."""


@dataclass(frozen=True, slots=True)
class Columns:
    """Our columns in the person's sheet."""

    sheet: str
    header_row: int
    first: int
    """Where the first of them is, from 0."""
    names: Mapping[str, str]
    """The name of each in the sheet, by its own."""
    notes: Mapping[str, str]
    """What each holds, as the note at its header."""
    stale: Collection[int] = ()
    """Columns of ours that are in the sheet from before."""
    fills: Mapping[tuple[int, int], str] = field(default_factory=dict)
    """What cells were filled with that were coloured before, as XML, by their places now: row, and column from 0."""
