"""The rows of a list that go, each with all that is wrong with it, for the workbooks in which they are corrected."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from uploader.actions.planning.known.reconcile import Batch, Reconciliation
from uploader.model.problems import Problem, by_row
from uploader.model.rows import Row


class ProblemRow(NamedTuple):
    """A row, and what is wrong with it."""

    position: int
    """Its number in the file at hand."""
    row: Row
    problems: Sequence[Problem]
    """At their places in the file at hand; warnings, too."""


def problem_rows(rows: Reconciliation, batch: Batch, more: Mapping[int, Sequence[Problem]]) -> Iterator[ProblemRow]:
    """Those of some rows that go. `more`: what else is wrong, by the row's number in the list."""
    if batch.going is None:
        return
    checked = rows.opened.checked
    some = checked.check(batch.going)
    of_row = by_row([*some.problems, *batch.problems])
    for position, row in checked.rows(some.records, batch.numbers):
        besides = map(rows.at_hand, more.get(row.number, []))
        yield ProblemRow(position, row, [*of_row.get(position, []), *besides])
