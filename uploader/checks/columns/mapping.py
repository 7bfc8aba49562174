"""Which column of a list fills which field of a template. Never guesses between two columns that both fit."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from uploader.checks.columns.likeness import lookalike, nearest, option_of, typed_column
from uploader.errors import ColumnError, SettingsError
from uploader.i18n import Fact, Message
from uploader.i18n.rows import some_of
from uploader.model.lookalikes import as_it_looks, named, unusual_letters
from uploader.model.names import key, singulars
from uploader.model.rows import column_letter, column_named

if TYPE_CHECKING:
    from uploader.templates.columns.column import Column


@dataclass(frozen=True, slots=True)
class MissingColumn:
    """A field for which no column is known."""

    field: str
    candidates: tuple[int, ...]
    """The positions of the columns that fit alike; where none fits, of those that fill no other field."""
    is_ambiguous: bool
    """Whether several columns fit."""
    nearest: int | None = None
    """The position of the candidate whose name is most like one of the field's, if any is like it."""
    is_optional: bool = False
    """Whether it may stay without one, once another field has one."""


@dataclass(frozen=True, slots=True)
class ColumnMatch:
    """Which column fills which field, and for which fields no column is known."""

    fields: Mapping[str, int]
    """Positions count from 0; optional fields without a column are left out."""
    missing: Sequence[MissingColumn] = ()
    """Required fields without a column, and fields that several columns would fit; all where no column fills any."""
    free: Sequence[int] = ()
    """The positions of the columns that fill no field, in the order in which a person may choose one."""

    @property
    def fills_nothing(self) -> bool:
        """Whether a field has to be chosen only because no column fills any: all of them are optional."""
        return any(one.is_optional for one in self.missing)

    def none_filled(self, header: Sequence[str]) -> Message:
        """That no column of the list fills a field, which fields there are, and which columns."""
        fields = some_of([one.field for one in self.missing])
        return Message("mapping.none_filled", fields=fields, columns=some_of(self._free_columns(header)))

    def error(
        self, header: Sequence[str], columns: "Mapping[str, Column]", about_template: Message | None = None
    ) -> ColumnError:
        """All that is missing, what was found, and what comes near, for where nobody can be asked."""
        absent = [one for one in self.missing if not one.is_ambiguous]
        sentences = [_ambiguous(one, header) for one in self.missing if one.is_ambiguous]
        if self.fills_nothing:
            sentences.append(self.none_filled(header))
        elif absent:
            lacking = some_of([one.field for one in absent])
            sentences.append(Message("mapping.missing", count=len(absent), fields=lacking))
        if self.fields:
            filled = [
                Message("mapping.filled", field=field, column_name=column_named(header, at))
                for field, at in self._in_order(columns)
            ]
            sentences.append(Message("mapping.found", filled=tuple(filled)))
        free = self._free_columns(header)
        if absent and free and not self.fills_nothing:
            sentences.append(Message("mapping.free", columns=some_of(free)))
        sentences += [
            _nearest_sentence(one.field, columns[one.field], header, one.nearest)
            for one in absent
            if one.nearest is not None
        ]
        if absent:
            sentences.append(Message("mapping.rename_or_say"))
        if about_template is not None:
            sentences.append(about_template)
        first = self.missing[0]
        return ColumnError(Message("mapping.error", sentences=tuple(sentences)), first.field, header, first.candidates)

    def lookalikes(self, header: Sequence[str], columns: "Mapping[str, Column]") -> Sequence[Message]:
        """What a person should know before choosing: names that only look like those of missing fields."""
        near = [(one.field, one.nearest) for one in self.missing if one.nearest is not None]
        found = (lookalike(header, at, field, columns[field]) for field, at in near)
        return list(filter(None, found))

    def _free_columns(self, header: Sequence[str]) -> list[Message]:
        return [column_named(header, at) for at in self.free]

    def _in_order(self, columns: "Mapping[str, Column]") -> Iterator[tuple[str, int]]:
        return ((field, self.fields[field]) for field in columns if field in self.fields)


def wanted_names(columns: "Mapping[str, Column]") -> tuple[str, ...]:
    """Every name under which a list may have one of these columns."""
    return tuple(name for field, column in columns.items() for name in (field, *column.aliases))


def match_columns(
    header: Sequence[str],
    columns: "Mapping[str, Column]",
    chosen: Mapping[str, str] | None = None,
    known: Mapping[str, int] | None = None,
    offered: Sequence[int] | None = None,
) -> ColumnMatch:
    """The position (from 0) of the header cell that fills each field, and the fields of which it can't be known.

    `chosen` says it for some fields, by the column's name or letter, and `known` for others, by position. Then an exact
    name wins over an alias, both over a name that only differs in case, accents, spaces or punctuation, and that over
    one in the plural. `offered` are the columns among which a person may choose, if not all of them. Raises
    SettingsError where `chosen` names something that isn't there.
    """
    fields = {field: at for field, at in (known or {}).items() if field in columns}
    fields |= {field: _chosen(header, columns, field, name) for field, name in (chosen or {}).items()}
    ambiguous: dict[str, tuple[int, ...]] = {}
    for field, fitting in _fitting(header, {name: one for name, one in columns.items() if name not in fields}).items():
        if len(fitting) > 1:
            ambiguous[field] = tuple(fitting)
        else:
            fields[field] = fitting[0]
    absent = [field for field, column in columns.items() if column.required and field not in fields.keys() | ambiguous]
    missing = [MissingColumn(field, candidates, is_ambiguous=True) for field, candidates in ambiguous.items()]
    if not (fields or missing or absent):  # the request would be the same for every row
        absent = list(columns)
    free = _free(range(len(header)) if offered is None else offered, fields)
    return ColumnMatch(fields, [*missing, *_absent(header, columns, absent, free)], free)


def _absent(
    header: Sequence[str], columns: "Mapping[str, Column]", fields: Sequence[str], free: tuple[int, ...]
) -> Iterator[MissingColumn]:
    """Fields for which no column fits, with those that are still free and the nearest of them."""
    near = nearest({at: header[at] for at in free}, {field: (field, *columns[field].aliases) for field in fields})
    return (
        MissingColumn(field, free, is_ambiguous=False, nearest=near.get(field), is_optional=not columns[field].required)
        for field in fields
    )


def _free(positions: Iterable[int], filled: Mapping[str, int]) -> tuple[int, ...]:
    """Those of the columns that fill no field."""
    return tuple(at for at in positions if at not in filled.values())


def _fitting(header: Sequence[str], columns: "Mapping[str, Column]") -> dict[str, list[int]]:
    """The positions that fit each field by the strictest rule that fits any; fields that nothing fits are left out.

    A column that has the name of one field is not taken as the plural of another's.
    """
    names = [(at, name) for at, name in enumerate(header) if name.strip()]
    fitting: dict[str, list[int]] = {}
    for field, column in columns.items():
        found = ([at for at, name in names if fits(name)] for fits in _rules(field, column))
        if positions := next(filter(None, found), None):
            fitting[field] = positions
    taken = {at for positions in fitting.values() for at in positions}
    free = [(at, singulars(name)) for at, name in names if at not in taken]
    for field in [field for field in columns if field not in fitting]:
        if positions := _in_another_number(free, (field, *columns[field].aliases)):
            fitting[field] = positions
    return fitting


def _rules(field: str, column: "Column") -> Iterator[Callable[[str], bool]]:
    """What says whether a header cell has the name of a field, the strictest first."""

    def among(write: Callable[[str], str], names: Iterable[str]) -> Callable[[str], bool]:
        written = {write(name) for name in names} - {""}
        return lambda cell: write(cell) in written

    yield among(str.strip, [field])
    yield among(str.strip, column.aliases)
    yield among(key, [field])
    yield among(key, column.aliases)


def _in_another_number(cells: Sequence[tuple[int, Collection[str]]], names: Sequence[str]) -> list[int]:
    """The positions of cells, given by what `singulars` says of each, that are the plural or singular of a name."""
    wanted = frozenset().union(*map(singulars, names)) - {""}
    return [at for at, forms in cells if not wanted.isdisjoint(forms)]


def _chosen(header: Sequence[str], columns: "Mapping[str, Column]", field: str, name: str) -> int:
    option = option_of(field, f'"{name}"' if " " in name else name)
    if field not in columns:
        raise SettingsError(Message("mapping.no_field", option=option, field=field, fields=some_of(list(columns))))
    for fitting in (
        [at for at, text in enumerate(header) if text.strip() == name.strip()],
        [at for at, text in enumerate(header) if key(text) == key(name) and key(name)],
        [at for at in range(len(header)) if column_letter(at) == name.strip().upper()],
    ):
        if len(fitting) == 1:
            return fitting[0]
        if fitting:
            by_letter = option_of(field, column_letter(fitting[0]))
            facts: Mapping[str, Fact] = {"option": option, "name": name.strip(), "by_letter": by_letter}
            raise SettingsError(Message("mapping.several_of_that_name", count=len(fitting), **facts))
    alike = next((at for at, text in enumerate(header) if key(as_it_looks(text)) == key(as_it_looks(name)) != ""), None)
    if alike is not None:
        raise SettingsError(_another_name(header, alike, field, name, option))
    raise SettingsError(Message("mapping.no_column", option=option, name=name, columns=_listed(header)))


def _another_name(header: Sequence[str], position: int, field: str, name: str, option: str) -> Message:
    """For a name that was given, where only one is there that looks like it."""
    facts: Mapping[str, Fact] = {
        "name": name,
        "column_name": column_named(header, position),
        "because": tuple(map(named, unusual_letters(header[position]) or unusual_letters(name))),
        "by_letter": option_of(field, column_letter(position)),
    }
    return Message("mapping.another_name", option=option, **facts)


def _ambiguous(missing: MissingColumn, header: Sequence[str]) -> Message:
    columns = some_of([column_named(header, at) for at in missing.candidates])
    option = option_of(missing.field, column_letter(missing.candidates[0]))
    return Message("mapping.ambiguous", field=missing.field, columns=columns, option=option)


def _nearest_sentence(field: str, column: "Column", header: Sequence[str], position: int) -> Message:
    looks_alike = lookalike(header, position, field, column)
    if looks_alike is not None:
        return looks_alike
    option = option_of(field, typed_column(header, position))
    return Message("mapping.nearest", field=field, column_name=column_named(header, position), option=option)


def _listed(header: Sequence[str]) -> Message:
    """The columns that a list has."""
    return some_of([column_named(header, at) for at, name in enumerate(header) if name.strip()])
