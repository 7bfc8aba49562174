"""Rows with the idempotency key of another: the API would take one for the other, and do nothing."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from uploader.actions.planning.known.held_rows import HeldRow
from uploader.checks.checked_list import CheckedList
from uploader.checks.repeats import Repeats, are_few
from uploader.model.problems import Problem
from uploader.readers.pages import Records

if TYPE_CHECKING:
    from uploader.actions.planning.known.reconcile import Batch


@dataclass(frozen=True, slots=True)
class RepeatedKeys:
    """Of a list's rows that go, those whose key another row of the list has."""

    position: int = 0
    """The column, from 0, that the problems are about."""
    name: str = ""
    """What the person calls it."""
    same_as: Mapping[int, int] = field(default_factory=dict)
    """Row at hand -> the row with the same key."""
    are_named: bool = False
    """Whether a problem says which row that is."""

    def problems(self, going: Records | None) -> list[Problem]:
        """A problem at the cell of each of some rows that has one."""
        if going is None or not self.same_as:
            return []
        return [self._problem(number) for number in going.numbers if number in self.same_as]

    def _problem(self, number: int) -> Problem:
        if not self.are_named:
            return Problem(number, self.position, "same_key", {"field": self.name})
        return Problem(number, self.position, "same_key_as", {"field": self.name, "earlier": self.same_as[number]})


NO_KEYS = RepeatedKeys()


def repeated_keys(batches: "Iterable[Batch]", checked: CheckedList) -> RepeatedKeys:
    """Those of a list; `batches` are all its rows. A row that was sent has its key whatever comes before it."""
    fields = [name for name in checked.template.row_key.fields if name in checked.fields]
    if not fields:
        return NO_KEYS
    sent, going = Repeats(), Repeats()
    for batch in batches:
        for held in batch.held:
            sent.add(held.position, hash(_key_of_held(held, checked)))
        if batch.going is not None:
            for number, key in zip(batch.going.numbers, _keys(batch.going, checked), strict=True):
                if key:
                    (sent if batch.numbers[number] in batch.before else going).add(number, hash(key))
    sent.append(going)
    same_as = {pair.row: pair.same_as for pair in sent.pairs()}
    name = checked.column_names[fields[0]]
    return RepeatedKeys(checked.fields[fields[0]], name, same_as, are_few(same_as.values()))


def _keys(records: Records, checked: CheckedList) -> Iterator[str]:
    template = checked.template
    fields = [name for name in template.row_key.fields if name in checked.fields]
    columns = [map(template.columns[name].meant, records.columns[checked.fields[name]]) for name in fields]
    return (template.row_key.of(dict(zip(fields, texts, strict=True))) for texts in zip(*columns, strict=True))


def _key_of_held(held: HeldRow, checked: CheckedList) -> str:
    return checked.template.row_key.of(checked.template.values(held.row, checked.list_fields))
