"""Names of columns that are like those of fields: proposed to a person, never taken."""

import difflib
import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import TYPE_CHECKING

from uploader.i18n import Fact, Message
from uploader.model.lookalikes import as_it_looks, named, unusual_letters
from uploader.model.names import key, stem
from uploader.model.rows import column_letter, column_named

if TYPE_CHECKING:
    from uploader.templates.columns.column import Column

_ALIKE = 0.8
"""The similarity, up to 1, from which one name is proposed for another."""
_MISSPELT = 0.85
"""The similarity from which two words count as one word misspelt."""
_SHARED_WORDS = 0.8
"""The similarity of two names if all words of the shorter one are in the longer one."""


def overlooked(header: Sequence[str], columns: "Mapping[str, Column]", fields: Mapping[str, int]) -> Iterator[Message]:
    """For each column that fills no field: that its name only looks like one of a field which has no column."""
    filled = set(fields.values())
    for at in (at for at, name in enumerate(header) if at not in filled and unusual_letters(name)):
        found = (lookalike(header, at, field, columns[field]) for field in columns if field not in fields)
        yield from islice(filter(None, found), 1)


def lookalike(header: Sequence[str], position: int, field: str, column: "Column") -> Message | None:
    """That a column's name only looks like one of a field's, because of which letters; None where it doesn't."""
    letters, seen = unusual_letters(header[position]), key(as_it_looks(header[position]))
    same = next((name for name in (field, *column.aliases) if letters and key(as_it_looks(name)) == seen), None)
    if same is None or not seen:
        return None
    facts: Mapping[str, Fact] = {
        "field": field,
        "column_name": column_named(header, position),
        "same": same,
        "because": tuple(map(named, letters)),
        "option": option_of(field, column_letter(position)),
    }
    return Message("mapping.looks_like", **facts)


def nearest(cells: Mapping[int, str], names: Mapping[str, Sequence[str]]) -> dict[str, int]:
    """The position of the header cell that is most like one of a field's names, where any is like; none twice."""
    pairs = sorted(
        ((max(_likeness(cell, name) for name in of_field), field, cell, -at) for field, of_field in names.items()
         for at, cell in cells.items() if cell.strip()),
        reverse=True,
    )  # fmt: skip
    taken: dict[str, int] = {}
    for likeness, field, cell, at in pairs:
        if likeness >= _ALIKE and field not in taken and cell not in (cells[position] for position in taken.values()):
            taken[field] = -at
    return taken


def _likeness(cell: str, name: str) -> float:
    """Of 1: how much of the characters, or of the words, the two have in common."""
    words, wanted = sorted(([stem(word) for word in re.findall(r"[^\W_]{3,}", text)] for text in (cell, name)), key=len)
    alike = sum(bool(difflib.get_close_matches(word, wanted, n=1, cutoff=_MISSPELT)) for word in words)
    shared = alike / len(words) if words else 0.0
    seen = difflib.SequenceMatcher(None, key(as_it_looks(cell)), key(as_it_looks(name)))
    return max(seen.ratio(), _SHARED_WORDS * shared)


def option_of(field: str, column: str) -> str:
    """That a column fills a field, as it is typed."""
    return f"{field}={column}"


def typed_column(header: Sequence[str], position: int) -> str:
    """A column as it is typed: its name in quotation marks where only it has that name, else its letter.

    A name that nobody would type so, because it has letters that only look usual, gives the letter, too.
    """
    name = header[position]
    if unusual_letters(name) and as_it_looks(name).isascii():
        return column_letter(position)
    is_easy = name != "" and header.count(name) == 1 and name == " ".join(name.split()) and '"' not in name
    return f'"{name}"' if is_easy else column_letter(position)
