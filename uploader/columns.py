"""Which column of a list fills which field of a template; it never guesses where two columns would do."""

import difflib
import unicodedata
from collections.abc import Iterable, Mapping, Sequence

from uploader.errors import ListError, SettingsError
from uploader.model import column_letter
from uploader.template import Column

_ALIKE = 0.5
"""How alike two names must be, of 1, to be proposed as the same."""


def key(name: str) -> str:
    """A name without what people write differently: case, accents, spaces, underscores, punctuation."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    return "".join(letter for letter in plain if letter.isalnum())


def wanted_names(columns: Mapping[str, Column]) -> tuple[str, ...]:
    """Every name under which a list may have one of these columns."""
    return tuple(name for field, column in columns.items() for name in (field, *column.aliases))


def matched(
    header: Sequence[str], columns: Mapping[str, Column], chosen: Mapping[str, str] | None = None
) -> dict[str, int]:
    """The position (from 0) of the header cell that fills each field; optional fields without a column are left out.

    `chosen` says it for some fields, by the column's name or letter. Then an exact name wins over an alias, and both
    over a name that only differs in case, accents, spaces or punctuation. Raises ListError where a required field
    has no column or several, SettingsError where `chosen` names what isn't there.
    """
    positions = {field: _chosen(header, columns, field, name) for field, name in (chosen or {}).items()}
    for field, column in columns.items():
        if field not in positions:
            found = _found(header, field, column)
            if len(found) > 1:
                letters = ", ".join(column_letter(at) for at in found)
                raise ListError(
                    f"Several columns could be {field}: {letters}. "
                    f"Say which one with --map {field}={column_letter(found[0])}, or rename the others."
                )
            if found:
                positions[field] = found[0]
    missing = [field for field, column in columns.items() if column.required and field not in positions]
    if missing:
        raise ListError(_missing(header, missing, columns))
    return positions


def _found(header: Sequence[str], field: str, column: Column) -> list[int]:
    """The positions that fit by the strictest rule that fits anything."""
    alias_keys = {key(alias) for alias in column.aliases}
    rules = (
        lambda name: name.strip() == field,
        lambda name: name.strip() in column.aliases,
        lambda name: key(name) == key(field),
        lambda name: key(name) in alias_keys,
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


def _missing(header: Sequence[str], missing: Sequence[str], columns: Mapping[str, Column]) -> str:
    sentences = [f"The list has no column for {_listed(missing)}. It has: {_listed(name for name in header if name)}."]
    for field in missing:
        near = _nearest(header, (field, *columns[field].aliases))
        if near is not None:
            sentences.append(f'Nearest to {field} is “{near}”: if you mean it, add --map {field}="{near}".')
    sentences.append("Rename the columns in the list, or say with --map FIELD=COLUMN which is which.")
    return " ".join(sentences)


def _nearest(header: Sequence[str], names: Sequence[str]) -> str | None:
    """The header cell that is most like one of these names, if any is alike at all."""

    def likeness(cell: str) -> float:
        return max(difflib.SequenceMatcher(None, key(cell), key(name)).ratio() for name in names)

    nearest = max((cell for cell in header if cell.strip()), key=likeness, default=None)
    return nearest if nearest is not None and likeness(nearest) >= _ALIKE else None


def _listed(names: Iterable[str]) -> str:
    return ", ".join(" ".join(name.split()) for name in names) or "nothing"
