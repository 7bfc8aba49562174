"""A result workbook as the list of another template, which takes values of the answers in it."""

from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from dataclasses import replace

from uploader.model.problems import Problem
from uploader.model.rows import STATUS_COLUMN, Status
from uploader.workbooks.columns import answer_columns
from uploader.workbooks.read_back.result_workbook import ResultWorkbook
from uploader.workbooks.redaction import is_hash
from uploader.workbooks.xlsx.display_text import is_cut

_NOT_ACCEPTED = frozenset({Status.REJECTED, Status.INVALID, Status.NOT_SENT})
"""What became of a row of which it is certain that its answer has no value to take."""


def answer_positions(workbook: ResultWorkbook) -> list[int]:
    """Where the columns with values of the answers are."""
    return sorted(workbook.our_columns[key] for key in answer_columns(workbook.our_columns))


def with_answers(workbook: ResultWorkbook) -> ResultWorkbook:
    """The same workbook with these columns among the list's."""
    answers = answer_positions(workbook)
    others = {key: at for key, at in workbook.our_columns.items() if at not in answers}
    return replace(workbook, our_columns=others, answers=answers)


def lost_cells(workbook: ResultWorkbook, required: AbstractSet[int]) -> Iterator[Problem]:
    """The cells of which a workbook has too little for a list: texts that were cut, and values that are hidden.

    Also those in columns that are `required`, by position, where no value came because the row was not accepted.
    """
    places = workbook.list_columns
    redacted = {at for at in places if workbook.header[at] in workbook.manifest.redacted}
    kept = required & set(workbook.answers)
    not_accepted = {"template": workbook.manifest.template}
    for line in workbook.lines():
        has_none = line.our_cells.get(STATUS_COLUMN, "").strip().casefold() in _NOT_ACCEPTED
        for at, cell in zip(places, line.cells, strict=True):
            if is_cut(cell):
                yield Problem(line.position, at, "cut_text")
            elif at in redacted and is_hash(cell):
                yield Problem(line.position, at, "redacted")
            elif has_none and at in kept and not cell.strip():
                yield Problem(line.position, at, "not_accepted_before", not_accepted)
