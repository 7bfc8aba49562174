"""Rows held against what the template says of its columns; every problem is found, each at its cell."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby

import pandas as pd

from uploader.model import Problem
from uploader.template import Column

_SHOWN_CELLS = 10


def problems(
    chunk: pd.DataFrame,
    positions: Mapping[str, int],
    columns: Mapping[str, Column],
    header_fields: frozenset[str] = frozenset(),
) -> Iterator[Problem]:
    """What keeps rows of this chunk from being sent.

    `chunk` is text: one column for each position of the header, its index the row numbers. `header_fields` stand in an
    HTTP header, where only plain ASCII may stand.
    """
    for field, position in positions.items():
        cells, column = chunk[position], columns[field]
        empty = cells.str.strip() == ""
        filled = cells[~empty]
        if column.required:
            yield from _at(chunk.index[empty], position, f"{field} is empty", "Fill in the cell.")
        if column.max_length is not None:
            yield from _at(
                filled.index[filled.str.len() > column.max_length],
                position,
                f"{field} is longer than {column.max_length} characters",
                "Shorten the text.",
            )
        if column.one_of is not None:
            allowed = ", ".join(column.one_of)
            yield from _at(
                filled.index[~filled.isin(column.one_of)],
                position,
                f"{field} is none of the values that are allowed",
                f"Write one of: {allowed}.",
            )
        if column.pattern is not None:
            yield from _at(
                filled.index[~filled.str.fullmatch(column.pattern)],
                position,
                f"{field} is not written as it should be",
                _how_to_write(column),
            )
        if field in header_fields:
            yield from _at(
                filled.index[~filled.str.fullmatch(r"[\x20-\x7e]*")],
                position,
                f"{field} has letters or line breaks that can't be sent in its place",
                "Use plain letters without accents, on one line.",
            )
    yield from _example_rows(chunk, positions, columns)


def _how_to_write(column: Column) -> str:
    example = f"For example: {column.example}." if column.example else ""
    return f"{column.description} {example}".strip() or f"It must match {column.pattern}"


def _example_rows(
    chunk: pd.DataFrame, positions: Mapping[str, int], columns: Mapping[str, Column]
) -> Iterator[Problem]:
    """The example row of a blank list, left in: sent, it would be a case on somebody's desk."""
    examples = {position: columns[field].example for field, position in positions.items()}
    if all(not example for example in examples.values()):
        return
    same = pd.Series(data=True, index=chunk.index)
    for position, example in examples.items():
        same &= chunk[position] == example
    yield from _at(
        chunk.index[same],
        None,
        "this is the example row of the blank list",
        "Delete it, or write your own row over it.",
    )


def _at(rows: Iterable[int], position: int | None, cause: str, mend: str) -> Iterator[Problem]:
    return (Problem(int(row), position, cause, mend) for row in rows)


def told(found: Iterable[Problem]) -> list[str]:
    """One line for each cause, the one that stops most rows first: `rp_id is empty in 12 rows: G4, G9 … Fill in …`."""

    def cause(problem: Problem) -> tuple[str, str]:
        return problem.cause, problem.mend

    groups = [list(group) for _, group in groupby(sorted(found, key=cause), key=cause)]
    return [_line(group) for group in sorted(groups, key=len, reverse=True)]


def _line(group: Sequence[Problem]) -> str:
    cells = [problem.cell for problem in sorted(group, key=lambda problem: problem.row)]
    shown = ", ".join(cells[:_SHOWN_CELLS]) + (" …" if len(cells) > _SHOWN_CELLS else ".")
    rows = "1 row" if len(cells) == 1 else f"{len(cells):,} rows"
    return f"{group[0].cause} in {rows}: {shown} {group[0].mend}"


def advice(found: Iterable[Problem]) -> str:
    """All that is wrong with one row, as its advice in a workbook."""
    return " ".join(f"{problem.cell}: {problem.cause}. {problem.mend}" for problem in found)
