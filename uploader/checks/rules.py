"""Check fields against the template's rules for their columns. Every problem is found, each at its cell."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import repeat
from typing import TYPE_CHECKING

from uploader.checks.readings import CellRule, field_of, for_parts, some_allowed
from uploader.i18n import Fact, Message
from uploader.model.problems import EXAMPLE_ROW, Problem
from uploader.model.unseen import is_seen
from uploader.templates.requests.address.segments import leads_away

if TYPE_CHECKING:
    from uploader.templates.columns.column import Column

_LONE = 3
"""The parts of a segment that is one field: the field, and no text on either side."""
_PLAIN = re.compile(r"[\x20-\x7e]*")
_IN_XML = re.compile("[\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]*")
"""What XML 1.0 can hold."""
_LOST_BY_EXCEL = {"+": "lost_plus", "0": "lost_leading_zero", "00": "lost_leading_zeros"}
"""What Excel drops from the front of a number, and the code of the problem."""


def problems(
    numbers: Sequence[int],
    fields: Mapping[str, Sequence[str]],
    positions: Mapping[str, int],
    columns: "Mapping[str, Column]",
    names: Mapping[str, str],
    header_fields: frozenset[str] = frozenset(),
    path_segments: Sequence[Sequence[str]] = (),
    xml_fields: frozenset[str] = frozenset(),
) -> Iterator[Problem]:
    """What keeps rows from being sent.

    `fields` are the texts that would be sent, for each field one of each row; `numbers` are the rows' numbers,
    `positions` says which column fills a field, and `names` what the person calls that column. `header_fields` go into
    an HTTP header, which takes only plain ASCII, and `xml_fields` into XML; `path_segments` are the parts of the
    address's path that hold fields, each as literal texts and fields in turn.
    """
    for field, position in positions.items():
        texts, column, name = fields[field], columns[field], names[field]
        if column.required and not all(texts if column.trim else map(is_seen, set(texts))):
            named = {"field": name}
            yield from (
                Problem(number, position, "empty", named)
                for number, text in zip(numbers, texts, strict=True)
                if not is_seen(text)
            )
        for check in _checks(name, column, in_header=field in header_fields, in_xml=field in xml_fields):
            if not all(map(check.passes, filter(None, texts))):
                for number, text in zip(numbers, texts, strict=True):
                    if text and not check.passes(text):
                        yield Problem(number, position, *check.complaint(text))
    for segment in path_segments:
        yield from _in_path(numbers, fields, positions, columns, names, segment)
    yield from _example_rows(numbers, fields, columns)


def _in_path(
    numbers: Sequence[int],
    fields: Mapping[str, Sequence[str]],
    positions: Mapping[str, int],
    columns: "Mapping[str, Column]",
    names: Mapping[str, str],
    segment: Sequence[str],
) -> Iterator[Problem]:
    """Cells that would lead the request to another address; a lone cell that is empty is told of as such."""
    held = [name for name in segment[1::2] if name in fields]
    is_lone = len(segment) == _LONE and not segment[0] and not segment[2]
    parts: list[Iterable[str]] = [
        fields.get(part) or repeat(columns[part].filled_in, len(numbers)) if nth % 2 else repeat(part, len(numbers))
        for nth, part in enumerate(segment)
    ]
    filled = map("".join, zip(*parts, strict=True))
    for nth, (number, text) in enumerate(zip(numbers, filled, strict=True)):
        if leads_away(text) and not (is_lone and not text):
            field = next((name for name in held if fields[name][nth]), [*held, segment[1]][0])
            yield Problem(number, positions.get(field), "not_in_path", {"field": names.get(field, field)})


def _checks(name: str, column: "Column", *, in_header: bool, in_xml: bool) -> Iterator[CellRule]:
    yield from (for_parts(rule, column) for rule in _own_checks(field_of(column, name), column))
    if in_header:
        yield _check(_PLAIN.fullmatch, "not_plain", field=name)
    if in_xml:
        yield _check(_IN_XML.fullmatch, "not_in_xml", field=name)


def _own_checks(field: Fact, column: "Column") -> Iterator[CellRule]:
    if column.date_format is not None:
        yield _check(column.is_dated, "not_a_date", field=field, format=example_date(column.date_format))
    if column.max_length is not None:
        most = column.max_length
        yield _check(lambda text: len(text) <= most, "too_long", field=field, most=most)
    if column.one_of is not None:
        allowed = column.one_of
        yield _check(lambda text: text in allowed, "not_allowed", field=field, allowed=some_allowed(allowed))
    if column.pattern is not None:
        facts: Mapping[str, Fact] = {"field": field, "how": _how_to_write(column)}
        yield CellRule(column.fits_pattern, lambda text: (_code_of_format(column, text), facts))


def example_date(date_format: str) -> str:
    """What a day looks like in a template's format."""
    return date(2026, 12, 31).strftime(date_format)


def _check(passes: Callable[[str], object], code: str, **facts: Fact) -> CellRule:
    """A check whose complaint is the same for each text."""
    return CellRule(passes, lambda _: (code, facts))


def _code_of_format(column: "Column", text: str) -> str:
    """`wrong_format`, or what Excel has taken from the front of a number."""
    fronts = _LOST_BY_EXCEL if text.isdigit() else ()
    lost = (
        _LOST_BY_EXCEL[front] for front in fronts if column.takes(front + text) and not _takes_any(column, front, text)
    )
    return next(lost, "wrong_format")


def _takes_any(column: "Column", front: str, text: str) -> bool:
    """Whether other digits in front would do as well: then it is too short, and nobody knows what is missing."""
    return column.takes("1" * len(front) + text)


def _how_to_write(column: "Column") -> Fact:
    if column.example and column.description:
        return Message("how_to_write.meaning_and_example", meaning=column.description, example=column.example)
    if column.example:
        return Message("how_to_write.example", example=column.example)
    return column.description or Message("how_to_write.pattern", pattern=column.pattern)


def _example_rows(
    numbers: Sequence[int], fields: Mapping[str, Sequence[str]], columns: "Mapping[str, Column]"
) -> Iterator[Problem]:
    """The example row of a blank list that was left in. Sent, it would be a real request."""
    examples = {field: columns[field].meant(columns[field].example) for field in fields}
    first = next((field for field in fields if columns[field].example), None)
    if first is None or examples[first] not in fields[first]:
        return
    for number, *texts in zip(numbers, *fields.values(), strict=True):
        if texts == [*examples.values()]:
            yield Problem(number, None, EXAMPLE_ROW)
