"""What becomes of one cell: the text that is sent, or why it can't be."""

from typing import NamedTuple


class Reading(NamedTuple):
    """A cell, read by what its column says of it."""

    text: str
    """The canonical text; that of the cell itself, where it doesn't fit."""
    fault: str = ""
    """Why it doesn't fit, as the code of a problem; "" where it does."""
