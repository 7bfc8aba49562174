"""Fields held against what the template says of their columns; every problem is found, each at its cell."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

from uploader.i18n import Fact, Message
from uploader.model.problems import Problem
from uploader.templates.columns import Column

_PLAIN = re.compile(r"[\x20-\x7e]*")
_LOST_BY_EXCEL = {"+": "lost_plus", "0": "lost_leading_zero", "00": "lost_leading_zeros"}
"""What Excel drops from the front of a number, and the code of a cell that has lost it."""


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
        column = columns[field]
        if column.required and not all(texts if column.trim else map(str.strip, texts)):
            yield from (
                Problem(number, position, "empty", {"field": field})
                for number, text in zip(numbers, texts, strict=True)
                if not text.strip()
            )
        for check in _checks(field, column, in_header=field in header_fields):
            if not all(map(check.passes, filter(None, texts))):
                for number, text in zip(numbers, texts, strict=True):
                    if text and not check.passes(text):
                        yield Problem(number, position, *check.complaint(text))
    yield from _example_rows(numbers, fields, columns)


_Complaint = tuple[str, Mapping[str, Fact]]
"""A problem's code and facts."""


class _CellRule(NamedTuple):
    """One thing that a template says of a column's filled cells."""

    passes: Callable[[str], object]
    complaint: Callable[[str], _Complaint]
    """Of a text that doesn't pass."""


def _checks(field: str, column: Column, *, in_header: bool) -> Iterator[_CellRule]:
    if column.date_format is not None:
        yield _check(column.is_dated, "not_a_date", field=field, format=column.date_format)
    if column.max_length is not None:
        most = column.max_length
        yield _check(lambda text: len(text) <= most, "too_long", field=field, most=most)
    if column.one_of is not None:
        allowed = column.one_of
        yield _check(lambda text: text in allowed, "not_allowed", field=field, allowed=allowed)
    if column.pattern is not None:
        yield _CellRule(re.compile(column.pattern).fullmatch, lambda text: _wrong_format(field, column, text))
    if in_header:
        yield _check(_PLAIN.fullmatch, "not_plain", field=field)


def _check(passes: Callable[[str], object], code: str, **facts: Fact) -> _CellRule:
    """A check whose complaint is the same for each text."""
    return _CellRule(passes, lambda _: (code, facts))


def _wrong_format(field: str, column: Column, text: str) -> _Complaint:
    facts: Mapping[str, Fact] = {"field": field, "how": _how_to_write(column)}
    for front, code in _LOST_BY_EXCEL.items():
        if text.isdigit() and column.takes(front + text):
            return code, facts
    return "wrong_format", facts


def _how_to_write(column: Column) -> Fact:
    if column.example and column.description:
        return Message("how_to_write.meaning_and_example", meaning=column.description, example=column.example)
    if column.example:
        return Message("how_to_write.example", example=column.example)
    return column.description or Message("how_to_write.pattern", pattern=column.pattern)


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
            yield Problem(number, None, "example_row")
