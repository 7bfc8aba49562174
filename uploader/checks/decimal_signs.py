"""Which of `,` and `.` is the decimal sign of a list's numbers: decided by each column as a whole, never cell by cell.

A number cell of a spreadsheet has its value, and reaches us with a point. That says how it is to be read, and nothing
of how its neighbours were typed: where a text beside it could be either number, nothing is decided.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from uploader.model.unseen import BLANKS
from uploader.readers.cells import NumberText, text
from uploader.readers.table import Table
from uploader.templates.columns.numbers import SIGNS, fitting_signs

if TYPE_CHECKING:
    from uploader.templates.columns.column import Column
    from uploader.templates.template import Template

UNDECIDED = ""
_POINT = "."


class DecimalSigns(NamedTuple):
    """How the numbers of a list are written."""

    signs: Mapping[str, str] = {}
    """The decimal sign of each field of numbers; `UNDECIDED` where a column contradicts itself or the template.

    A field is left out if no cell needs to know, or none says it.
    """
    doubtful: frozenset[str] = frozenset()
    """The fields with a sign from before, and cells here that show another."""
    decisive: frozenset[str] = frozenset()
    """The fields of which some cells are other numbers than they would be if others of their column were not there."""
    contradictions: Mapping[str, tuple[str, ...]] = {}
    """Of fields whose texts have both signs: a text of each."""


NO_SIGNS = DecimalSigns()


def decimal_signs(
    table: Table,
    template: "Template",
    fields: Mapping[str, int],
    before: Mapping[str, str] | None = None,
    *,
    may_be_numbers: bool = False,
) -> DecimalSigns:
    """The decimal signs of a list, of which `fields` says which column fills which field.

    `before` are the signs of a workbook of ours: its texts stand there as they were read. `may_be_numbers` says that
    texts may have been number cells once. Raises CancelledError.
    """
    columns = {name: template.columns[name] for name in fields if template.columns[name].is_number}
    seen = {
        name: _Seen(column, None if may_be_numbers else column.decimal, (before or {}).get(name), may_be_numbers)
        for name, column in columns.items()
    }
    asked = {name: one for name, one in seen.items() if table.has_number_cells or one.told is None}
    for cells in table.values([fields[name] for name in asked]) if asked else ():
        for one, values in zip(asked.values(), cells, strict=True):
            one.add(values)
    signs = {name: one.sign() for name, one in seen.items()}
    doubtful = frozenset(name for name, one in seen.items() if one.is_doubtful())
    decisive = frozenset(name for name, one in seen.items() if one.has_ambiguous and one.before is None and signs[name])
    known = {name: sign for name, sign in signs.items() if sign is not None}
    both = {
        name: tuple(one.texts[sign] for sign in SIGNS) for name, one in seen.items() if len(one.texts) == len(SIGNS)
    }
    return DecimalSigns(known, doubtful, decisive, both)


@dataclass(slots=True)
class _Seen:
    """What the cells of one column show."""

    column: "Column"
    told: str | None
    """The sign that texts have because the template says so."""
    before: str | None = None
    """The sign with which the column was read before; None where nothing was decided."""
    may_be_numbers: bool = False
    """Whether texts may have been number cells once."""
    signs: frozenset[str] = frozenset()
    """Those of texts that make sense with one alone."""
    texts: dict[str, str] = field(default_factory=dict)
    """A text of each of these signs: a short one, and the same in whatever order cells are looked at."""
    has_ambiguous: bool = False
    """Whether a text is another number with the other sign, and the template doesn't say which it is."""
    has_points: bool = False
    """Whether a number cell has decimals."""

    def add(self, values: Sequence[object]) -> None:
        """Some more cells."""
        for value in set(values):
            if isinstance(value, str) and not isinstance(value, NumberText):
                self._add_text(value)
            elif not self.has_points:
                self.has_points = not isinstance(value, bool) and _POINT in text(value)

    def _add_text(self, cell: str) -> None:
        if ("," not in cell and _POINT not in cell) or cell == self.column.example:  # of a blank list, and not theirs
            return
        if self.told is not None and self.before is None:
            self.signs = frozenset((self.told,))
            return
        for part in self._parts(cell):
            fitting = fitting_signs(part)
            if len(fitting) == 1:
                self.signs |= {*fitting}
                known = self.texts.get(fitting[0], part)
                self.texts[fitting[0]] = min(part, known, key=lambda one: (len(one), one))
            elif fitting:
                self.has_ambiguous = True

    def _parts(self, cell: str) -> Iterator[str]:
        separator = self.column.list_separator
        return (part.strip(BLANKS) for part in (cell.split(separator) if separator else (cell,)))

    def sign(self) -> str | None:
        """The sign of all of them; None where no cell needs to know, or none says it."""
        if self.before is not None:
            return self.before
        if self.may_be_numbers and self.has_ambiguous:
            return UNDECIDED
        if self.has_points:
            is_alike = self.signs == {_POINT} or not (self.signs or self.has_ambiguous)
            return _POINT if is_alike else UNDECIDED
        return UNDECIDED if len(self.signs) > 1 else next(iter(self.signs), self.told)

    def is_doubtful(self) -> bool:
        """Whether they show another sign than before."""
        shown = self.signs | ({_POINT} if self.has_points else frozenset())
        return bool(self.before) and not shown <= {self.before}
