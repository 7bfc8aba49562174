"""Fields held against what the template says of their columns; every problem is found, each at its cell."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from uploader.field import Column
from uploader.model import Problem

_PLAIN = re.compile(r"[\x20-\x7e]*")
_LOST_BY_EXCEL = {"+": "plus", "0": "leading zero", "00": "leading zeros"}
"""What Excel drops from the front of a number, and what it is called."""


def problems(
    numbers: Sequence[int],
    fields: Mapping[str, Sequence[str]],
    positions: Mapping[str, int],
    columns: Mapping[str, Column],
    header_fields: frozenset[str] = frozenset(),
) -> Iterator[Problem]:
    """What keeps rows from being sent.

    `fields` are the texts that would be sent, for each field one of each row; `numbers` are the rows' numbers, and
    `positions` says where in the list a field comes from. `header_fields` stand in an HTTP header, where only plain
    ASCII may stand.
    """
    for field, position in positions.items():
        texts = fields[field]
        checks = _checks(field, columns[field], in_header=field in header_fields)
        if columns[field].required and not all(texts if columns[field].trim else map(str.strip, texts)):
            yield from (
                Problem(number, position, f"{field} is empty", "Fill in the cell.")
                for number, text in zip(numbers, texts, strict=True)
                if not text.strip()
            )
        for passes, told in checks:
            if not all(map(passes, filter(None, texts))):
                for number, text in zip(numbers, texts, strict=True):
                    if text and not passes(text):
                        yield Problem(number, position, *told(text))
    yield from _example_rows(numbers, fields, columns)


_Check = tuple[Callable[[str], object], Callable[[str], tuple[str, str]]]
"""Whether a filled text passes, and cause and mend where it doesn't."""


def _checks(field: str, column: Column, *, in_header: bool) -> Iterator[_Check]:
    if column.date_format is not None:
        example = f"Write it as YYYY-MM-DD; it goes out as {column.date_format}."
        yield column.is_dated, lambda _: (f"{field} is no date", example)
    if column.max_length is not None:
        most = column.max_length
        yield (
            lambda text: len(text) <= most,
            lambda _: (f"{field} is longer than {most} characters", "Shorten the text."),
        )
    if column.one_of is not None:
        allowed = column.one_of
        yield (
            lambda text: text in allowed,
            lambda _: (f"{field} is none of the values that are allowed", f"Write one of: {', '.join(allowed)}."),
        )
    if column.pattern is not None:
        matches = re.compile(column.pattern).fullmatch
        yield matches, lambda text: _not_written_so(field, column, text)
    if in_header:
        yield (
            _PLAIN.fullmatch,
            lambda _: (
                f"{field} has letters or line breaks that can't be sent in its place",
                "Use plain letters without accents, on one line.",
            ),
        )


def _not_written_so(field: str, column: Column, text: str) -> tuple[str, str]:
    for front, what in _LOST_BY_EXCEL.items():
        if text.isdigit() and column.takes(front + text):
            return (
                f"{field} has lost its {what}, as Excel does to numbers",
                f"Format the column as Text, and write {front} in front. {_how_to_write(column)}",
            )
    return f"{field} is not written as it should be", _how_to_write(column)


def _how_to_write(column: Column) -> str:
    example = f"For example: {column.example}." if column.example else ""
    return f"{column.description} {example}".strip() or f"It must match {column.pattern}"


def _example_rows(
    numbers: Sequence[int], fields: Mapping[str, Sequence[str]], columns: Mapping[str, Column]
) -> Iterator[Problem]:
    """The example row of a blank list, left in: sent, it would be a case on somebody's desk."""
    examples = tuple(columns[field].example for field in fields)
    first = next((field for field in fields if columns[field].example), None)
    if first is None or columns[first].example not in fields[first]:
        return
    for number, *texts in zip(numbers, *fields.values(), strict=True):
        if tuple(texts) == examples:
            yield Problem(
                number,
                None,
                "this is the example row of the blank list",
                "Delete it, or write your own row over it.",
            )


def advice(found: Iterable[Problem]) -> str:
    """All that is wrong with one row, as its advice in a workbook."""
    return " ".join(f"{problem.cell}: {problem.cause}. {problem.mend}" for problem in found)


def by_row(found: Iterable[Problem]) -> dict[int, list[Problem]]:
    """The problems and warnings of each row that has any."""
    rows: dict[int, list[Problem]] = {}
    for problem in found:
        rows.setdefault(problem.row, []).append(problem)
    return rows


def stopping(found: Iterable[Problem]) -> dict[int, list[Problem]]:
    """What keeps each row from being sent, of the rows that anything does."""
    return by_row(problem for problem in found if problem.stops)
