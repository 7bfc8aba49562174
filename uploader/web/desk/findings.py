"""What a check found of a list, as its page shows it; the file itself is let go of."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from uploader.actions.check import Check
from uploader.actions.session import Session
from uploader.actions.steps.row_grid import Filter, GridRow, RowGrid, grid_of
from uploader.actions.templates.known import Template
from uploader.i18n import Localized, Message
from uploader.model.problems import Problem
from uploader.model.rows import Status, column_letter, column_named


class ColumnUse(NamedTuple):
    """A field of the template, and the list's column that fills it."""

    field: str
    heading: Localized
    """What a blank list calls its column, in the languages that have a name of their own for it."""
    description: Localized
    is_required: bool
    letter: str
    """Of the column; "" where none fills it."""
    column: Message | None
    """The column as the person knows it."""
    example: str
    """What the list's first row has there."""


class ColumnOption(NamedTuple):
    """A column of the list that a person may choose."""

    letter: str
    name: str
    example: str


class Cause(NamedTuple):
    """Something that is wrong with rows."""

    problem: Problem
    rows: int
    at: int
    """By which a filter names it."""


@dataclass(frozen=True, slots=True)
class Findings:
    """Everything that the page of a checked list shows."""

    how: Message
    """How the list was read."""
    notes: Sequence[Message]
    """What is to be known of it as a whole."""
    template: Template
    sheet: str | None
    columns: Sequence[ColumnUse]
    options: Sequence[ColumnOption]
    counts: Mapping[Status, int]
    causes: Sequence[Cause]
    """That stop rows, the most frequent first."""
    warnings: Sequence[Cause]
    held: Sequence[Message]
    """Which rows would stay behind because their request is known."""
    stays: Sequence[Message]
    """Which rows of a workbook of ours keep the outcome that they have."""
    grid: RowGrid
    is_workbook_of_ours: bool
    is_of_sandbox: bool
    remembered_on: date | None
    """The day on which the columns were chosen, where they are known from another list."""

    @property
    def going(self) -> int:
        """How many rows can be sent."""
        return self.counts.get(Status.NOT_SENT, 0)

    @property
    def invalid(self) -> int:
        """How many can't."""
        return self.counts.get(Status.INVALID, 0)

    @property
    def total(self) -> int:
        """How many the list has."""
        return sum(self.counts.values())


def findings_of(done: Check, told: Sequence[Message], session: Session) -> Findings:
    """What the check found, with a grid of all rows. Raises CancelledError, ListError."""
    found, listed = done.found, done.found.opened.checked
    grid = grid_of(found, session)
    held = [message for one in found.held for message in one.messages()]
    stays = list(found.held_counts.would_stay())
    return Findings(
        how=Message("read.as", name=listed.path.name, how=listed.table.reading()),
        notes=[one for one in (*listed.notes, *told) if one not in stays and one.code != "read.remembered"],
        template=listed.template,
        sheet=listed.table.sheet,
        columns=list(_columns(done)),
        options=list(_options(done)),
        counts=found.counts,
        causes=list(_causes(grid, stops=True)),
        warnings=list(_causes(grid, stops=False)),
        held=held,
        stays=stays,
        grid=grid,
        is_workbook_of_ours=found.opened.workbook is not None,
        is_of_sandbox=found.opened.is_of_sandbox,
        remembered_on=found.opened.remembered_on,
    )


def _columns(done: Check) -> Iterator[ColumnUse]:
    listed = done.found.opened.checked
    header, first = listed.table.header, listed.table.first_record()
    for name, column in listed.template.columns.items():
        at = listed.fields.get(name)
        place = ("", None, "") if at is None else (column_letter(at), column_named(header, at), first[at])
        yield ColumnUse(name, column.heading, column.description, column.required, *place)


def _options(done: Check) -> Iterator[ColumnOption]:
    table = done.found.opened.checked.table
    first = table.first_record()
    return (ColumnOption(column_letter(at), " ".join(table.header[at].split()), first[at]) for at in table.listed)


def _causes(grid: RowGrid, *, stops: bool) -> Iterator[Cause]:
    found = [Cause(one, grid.count(Filter(cause=at)), at) for at, one in enumerate(grid.causes) if one.stops is stops]
    return iter(sorted(found, key=lambda cause: -cause.rows))


__all__ = ["Cause", "ColumnOption", "ColumnUse", "Filter", "Findings", "GridRow", "findings_of"]
