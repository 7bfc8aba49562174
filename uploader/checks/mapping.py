"""Which column of a list fills which field of a template; it never guesses where two columns would do."""

import difflib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence

from uploader.errors import ColumnError, SettingsError
from uploader.model.names import key, stem
from uploader.model.rows import column_letter
from uploader.templates.columns import Column

_ALIKE = 0.8
"""How alike two names must be, of 1, to be proposed as the same."""
_MISSPELT = 0.85
"""How alike two words must be to be one word misspelt."""
_SHARED_WORDS = 0.8
"""How alike two names are where all words of the shorter stand in the longer."""


def wanted_names(columns: Mapping[str, Column]) -> tuple[str, ...]:
    """Every name under which a list may have one of these columns."""
    return tuple(name for field, column in columns.items() for name in (field, *column.aliases))


def matched(
    header: Sequence[str],
    columns: Mapping[str, Column],
    chosen: Mapping[str, str] | None = None,
    known: Mapping[str, int] | None = None,
) -> dict[str, int]:
    """The position (from 0) of the header cell that fills each field; optional fields without a column are left out.

    `chosen` says it for some fields, by the column's name or letter, and `known` for others, by position. Then an exact
    name wins over an alias, both over a name that only differs in case, accents, spaces or punctuation, and that over
    one in the plural. Raises ColumnError where a required field has no column or several, SettingsError where `chosen`
    names what isn't there.
    """
    positions = {field: at for field, at in (known or {}).items() if field in columns}
    positions |= {field: _chosen(header, columns, field, name) for field, name in (chosen or {}).items()}
    for field, column in columns.items():
        if field not in positions:
            found = _found(header, field, column)
            if len(found) > 1:
                letters = ", ".join(column_letter(at) for at in found)
                raise ColumnError(
                    f"Several columns could be {field}: {letters}. "
                    f"Say which one with --map {field}={column_letter(found[0])}, or rename the others.",
                    field,
                    header,
                    found,
                )
            if found:
                positions[field] = found[0]
    missing = [field for field, column in columns.items() if column.required and field not in positions]
    if missing:
        free = [at for at, name in enumerate(header) if at not in positions.values()]
        raise ColumnError(_missing(header, missing, columns, free), missing[0], header, free)
    return positions


def _found(header: Sequence[str], field: str, column: Column) -> list[int]:
    """The positions that fit by the strictest rule that fits anything."""

    def among(write: Callable[[str], str], names: Iterable[str]) -> Callable[[str], bool]:
        written = {write(name) for name in names} - {""}
        return lambda cell: write(cell) in written

    rules = (
        among(str.strip, [field]),
        among(str.strip, column.aliases),
        among(key, [field]),
        among(key, column.aliases),
        among(stem, [field, *column.aliases]),
    )
    for fits in rules:
        found = [at for at, name in enumerate(header) if name.strip() and fits(name)]
        if found:
            return found
    return []


def _chosen(header: Sequence[str], columns: Mapping[str, Column], field: str, name: str) -> int:
    if field not in columns:
        raise SettingsError(f"--map {field}={name}: the template has no field {field}. It has: {_listed(columns)}.")
    for found in (
        [at for at, text in enumerate(header) if text.strip() == name.strip()],
        [at for at, text in enumerate(header) if key(text) == key(name) and key(name)],
        [at for at in range(len(header)) if column_letter(at) == name.strip().upper()],
    ):
        if len(found) == 1:
            return found[0]
        if found:
            raise SettingsError(
                f"--map {field}={name}: the list has {len(found)} columns of that name. "
                f"Give the column's letter: --map {field}={column_letter(found[0])}."
            )
    raise SettingsError(f"--map {field}={name}: the list has no such column. It has: {_listed(header)}.")


def _missing(header: Sequence[str], missing: Sequence[str], columns: Mapping[str, Column], free: Sequence[int]) -> str:
    sentences = [f"The list has no column for {_listed(missing)}. It has: {_listed(name for name in header if name)}."]
    near = nearest([header[at] for at in free], {field: (field, *columns[field].aliases) for field in missing})
    sentences += [
        f'Nearest to {field} is “{_listed([near[field]])}”: if you mean it, add --map {field}="{near[field]}".'
        for field in missing
        if field in near
    ]
    sentences.append("Rename the columns in the list, or say with --map FIELD=COLUMN which is which.")
    return " ".join(sentences)


def nearest(header: Sequence[str], names: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """The header cell that is most like one of a field's names, for the fields that any is like; none twice."""
    pairs = sorted(
        ((max(_likeness(cell, name) for name in of_field), field, cell) for field, of_field in names.items()
         for cell in header if cell.strip()),
        reverse=True,
    )  # fmt: skip
    found: dict[str, str] = {}
    for likeness, field, cell in pairs:
        if likeness >= _ALIKE and field not in found and cell not in found.values():
            found[field] = cell
    return found


def _likeness(cell: str, name: str) -> float:
    """Of 1: how much of the letters, or of the words, the two have in common."""
    words, wanted = sorted(([stem(word) for word in re.findall(r"[^\W_]{3,}", text)] for text in (cell, name)), key=len)
    alike = sum(bool(difflib.get_close_matches(word, wanted, n=1, cutoff=_MISSPELT)) for word in words)
    shared = alike / len(words) if words else 0.0
    return max(difflib.SequenceMatcher(None, key(cell), key(name)).ratio(), _SHARED_WORDS * shared)


def _listed(names: Iterable[str]) -> str:
    return ", ".join(" ".join(name.split()) for name in names) or "nothing"
