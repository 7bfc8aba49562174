"""Cells whose column says more of them than text: what is sent of each, and which are not of the column's type."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from uploader.i18n import Fact, Message
from uploader.i18n.rows import some_of
from uploader.model.problems import Problem
from uploader.templates.columns.numbers import AMBIGUOUS, DecimalSign
from uploader.templates.columns.reading import Reading

if TYPE_CHECKING:
    from uploader.templates.columns.column import Column

Complaint = tuple[str, Mapping[str, Fact]]
"""A problem's code and facts."""
_MOST_NAMED = 10
"""Up to so many allowed values are all named; of more, the first."""
_NOT_A_NUMBER, _OTHER_SIGN, _CONTRADICTORY = "not_a_number", "other_decimal_sign", "contradictory_number"
_AMBIGUOUS_INTEGER = "ambiguous_integer"
_OTHER: Mapping[DecimalSign, DecimalSign] = {",": ".", ".": ","}
_WHOLE_EXAMPLE = "1250"
_EXAMPLES = {",": "1250,50", ".": "1250.50", None: "1250.50"}


class CellRule(NamedTuple):
    """One rule of a template for a column's filled cells."""

    passes: Callable[[str], object]
    complaint: Callable[[str], Complaint]
    """Of a text that doesn't pass."""


class ReadCells:
    """The cells of a column, read by what it says of them.

    `name` is what the person calls the column. Where a column is `doubtful`, its decimal sign is that of cells read
    before, and these show another: only what is the same number either way fits. `contradiction` are two of its texts,
    one of each decimal sign, where it has both.
    """

    def __init__(
        self,
        cells: Sequence[str],
        column: "Column",
        name: str,
        *,
        doubtful: bool = False,
        contradiction: tuple[str, ...] = (),
    ) -> None:
        self._cells, self._column, self._name, self._contradiction = cells, column, name, contradiction
        self._readings = {cell: _doubted(cell, column) if doubtful else column.reading(cell) for cell in set(cells)}

    def texts(self) -> list[str]:
        """What is sent of each."""
        return [self._readings[cell].text for cell in self._cells]

    def problems(self, numbers: Sequence[int], position: int) -> Iterator[Problem]:
        """One for each cell that doesn't fit; `numbers` are their rows."""
        if not any(reading.fault for reading in self._readings.values()):
            return
        for number, cell in zip(numbers, self._cells, strict=True):
            fault = self._fault(cell)
            if fault:
                yield Problem(number, position, fault, self._facts(fault))

    def _fault(self, cell: str) -> str:
        """Why a cell doesn't fit; of a number, as far as the other cells of its column have to do with it."""
        fault, column = self._readings[cell].fault, self._column
        if fault == _NOT_A_NUMBER and column.decimal is not None:
            otherwise = column.with_decimal(_OTHER[column.decimal]).reading(cell).fault
            return fault if otherwise == _NOT_A_NUMBER else (otherwise or _OTHER_SIGN)
        if fault == AMBIGUOUS and column.type == "integer":
            return _AMBIGUOUS_INTEGER
        return _CONTRADICTORY if fault == AMBIGUOUS and self._contradiction else fault

    def _facts(self, fault: str) -> Mapping[str, Fact]:
        field, decimal = field_of(self._column, self._name), self._column.decimal
        facts: Mapping[str, Fact] = {}
        if fault == "not_allowed":
            facts = {"allowed": some_allowed(tuple(self._column.values or ()))}
        elif fault == _NOT_A_NUMBER:
            facts = {"example": _WHOLE_EXAMPLE if self._column.type == "integer" else _EXAMPLES[decimal]}
        elif fault == _OTHER_SIGN and decimal is not None:
            example = _WHOLE_EXAMPLE if self._column.type == "integer" else _EXAMPLES[decimal]
            facts = {"sign": decimal, "other": _OTHER[decimal], "example": example}
        elif fault == _CONTRADICTORY:
            facts = dict(zip(("one", "another"), self._contradiction, strict=True))
        return {"field": field, **facts}


def some_allowed(allowed: tuple[str, ...]) -> Fact:
    """Allowed values as a sentence names them."""
    return allowed if len(allowed) <= _MOST_NAMED else some_of(allowed)


def field_of(column: "Column", name: str) -> Fact:
    """A field as a sentence about one of its texts names it."""
    return name if column.list_separator is None else Message("how_to_write.part_of", field=name)


def for_parts(rule: CellRule, column: "Column") -> CellRule:
    """The rule for cells that hold several parts: each must pass, and the first that doesn't is complained of."""
    if column.list_separator is None:
        return rule

    def failing(text: str) -> Iterator[str]:
        return (part for part in column.parts(text) if not rule.passes(part))

    return CellRule(lambda text: next(failing(text), None) is None, lambda text: rule.complaint(next(failing(text))))


def _doubted(cell: str, column: "Column") -> Reading:
    reading, either_way = column.reading(cell), column.with_decimal(None).reading(cell)
    if reading.fault or reading == either_way:
        return reading
    return Reading(reading.text, either_way.fault or AMBIGUOUS)
