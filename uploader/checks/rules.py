"""Fields held against what the template says of their columns; every problem is found, each at its cell."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from uploader.i18n.words import Words, said
from uploader.model.problems import Problem
from uploader.templates.columns import Column

_MARK = "\ue000"
"""Around a column's number in an advice, until it is known which cell of a workbook that is."""
_CELL, _PLACE = f"{_MARK}{{}}{_MARK}", re.compile(f"{_MARK}(-?\\d+){_MARK}")
_PLAIN = re.compile(r"[\x20-\x7e]*")
_LOST_BY_EXCEL = {"+": Words("plus"), "0": Words("leading zero"), "00": Words("leading zeros")}
"""What Excel drops from the front of a number, and what it is called."""

_EMPTY, _MEND_EMPTY = Words("{field} is empty"), Words("Fill in the cell.")
_NO_DATE, _MEND_NO_DATE = Words("{field} is no date"), Words("Write it as YYYY-MM-DD; it goes out as {format}.")
_TOO_LONG, _MEND_TOO_LONG = Words("{field} is longer than {most} characters"), Words("Shorten the text.")
_NOT_ALLOWED, _MEND_NOT_ALLOWED = (
    Words("{field} is none of the values that are allowed"),
    Words("Write one of: {allowed}."),
)
_NOT_PLAIN, _MEND_NOT_PLAIN = (
    Words("{field} has letters or line breaks that can't be sent in its place"),
    Words("Use plain letters without accents, on one line."),
)
_LOST, _MEND_LOST = (
    Words("{field} has lost its {what}, as Excel does to numbers"),
    Words("Format the column as Text, and write {front} in front. {how}"),
)
_NOT_SO = Words("{field} is not written as it should be")
_FOR_EXAMPLE = Words("For example: {example}.")
_MEANING_AND_EXAMPLE = Words("{meaning} For example: {example}.")
_MUST_MATCH = Words("It must match {pattern}")
_EXAMPLE_ROW = (
    Words("this is the example row of the blank list"),
    Words("Delete it, or write your own row over it."),
)


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
            cause = _EMPTY.format(field=field)
            yield from (
                Problem(number, position, cause, _MEND_EMPTY)
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
        no_date = _NO_DATE.format(field=field), _MEND_NO_DATE.format(format=column.date_format)
        yield column.is_dated, lambda _: no_date
    if column.max_length is not None:
        most = column.max_length
        too_long = _TOO_LONG.format(field=field, most=most), _MEND_TOO_LONG
        yield lambda text: len(text) <= most, lambda _: too_long
    if column.one_of is not None:
        allowed = column.one_of
        not_allowed = _NOT_ALLOWED.format(field=field), _MEND_NOT_ALLOWED.format(allowed=", ".join(allowed))
        yield lambda text: text in allowed, lambda _: not_allowed
    if column.pattern is not None:
        matches = re.compile(column.pattern).fullmatch
        yield matches, lambda text: _not_written_so(field, column, text)
    if in_header:
        not_plain = _NOT_PLAIN.format(field=field), _MEND_NOT_PLAIN
        yield _PLAIN.fullmatch, lambda _: not_plain


def _not_written_so(field: str, column: Column, text: str) -> tuple[str, str]:
    for front, what in _LOST_BY_EXCEL.items():
        if text.isdigit() and column.takes(front + text):
            return _LOST.format(field=field, what=what), _MEND_LOST.format(front=front, how=_how_to_write(column))
    return _NOT_SO.format(field=field), _how_to_write(column)


def _how_to_write(column: Column) -> str:
    if column.example:
        words = _MEANING_AND_EXAMPLE if column.description else _FOR_EXAMPLE
        return words.format(meaning=column.description, example=column.example)
    return column.description or _MUST_MATCH.format(pattern=column.pattern)


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
            yield Problem(number, None, *_EXAMPLE_ROW)


def advice(found: Iterable[Problem], language: str, place: Callable[[int], int] = int) -> str:
    """All that is wrong with one row, as its advice in a workbook, which has cells of its own: see `told_at`.

    `place` gives, for a problem's column, that of the list.
    """
    parts = []
    for problem in found:
        is_cell = problem.column is not None
        cell = _CELL.format(place(problem.column or 0)) if is_cell else said(problem.cell, language)
        parts.append(f"{cell}: {said(problem.cause, language)}. {said(problem.mend, language)}")
    return " ".join(parts)


def told_at(advice: str, cell: Callable[[int], str]) -> str:
    """An advice that names the cells as the workbook has them in which it stands; `cell` names that of a column."""
    return _PLACE.sub(lambda found: cell(int(found[1])), advice) if _MARK in advice else advice


def by_row(found: Iterable[Problem]) -> dict[int, list[Problem]]:
    """The problems and warnings of each row that has any."""
    rows: dict[int, list[Problem]] = {}
    for problem in found:
        rows.setdefault(problem.row, []).append(problem)
    return rows


def stopping(found: Iterable[Problem]) -> dict[int, list[Problem]]:
    """What keeps each row from being sent, of the rows that anything does."""
    return by_row(problem for problem in found if problem.stops)
