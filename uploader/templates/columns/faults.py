"""What in a column's keys contradicts another of them, or can never be in a cell: each mistake at its key."""

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from uploader.i18n import Message
from uploader.i18n.languages import LANGUAGES
from uploader.model.unseen import is_seen
from uploader.templates.columns import numbers
from uploader.templates.columns.words import alike, text_of
from uploader.templates.values.faults import FaultError

if TYPE_CHECKING:
    from uploader.templates.columns.column import Column

_LONGEST_SEPARATOR = 10
_CHECKS = ("pattern", "max_length", "one_of", "date_format")
"""Keys that say what else a cell must be."""
_IN_NUMBERS = "+-\u2212"


def fault_of(column: "Column") -> FaultError | None:
    """The first mistake; None where there is none."""
    return next(_faults(column), None)


def _faults(column: "Column") -> Iterator[FaultError]:
    yield from _contradictions(column)
    if column.values is not None:
        yield from _in_values(column)
    if column.one_of is not None and not column.one_of:
        yield FaultError(Message("template.fault.empty_list"), "one_of")
    for language in column.heading:
        if language not in LANGUAGES:
            known = tuple(LANGUAGES)
            yield FaultError(Message("template.fault.unknown_language", language=language, known=known), "heading")
    if column.is_number and not all(map(numbers.is_number, column.one_of or ())):
        yield FaultError(Message("template.fault.number_as_sent"), "one_of")
    if column.list_separator is not None:
        yield from _in_list(column, column.list_separator)
    if column.default is not None and not _is_default_fit(column):
        yield FaultError(Message("template.fault.wrong_default"), "default")


def _contradictions(column: "Column") -> Iterator[FaultError]:
    if column.decimal is not None and not column.is_number:
        yield FaultError(Message("template.fault.only_for_numbers"), "decimal")
    if column.sent_as is not None and column.type == "text":
        yield FaultError(Message("template.fault.text_anyway"), "sent_as")
    excluded: tuple[str, ...] = ()
    if column.values is not None:
        excluded = ("type", *_CHECKS)
        by = "values"
    elif column.type == "boolean":
        excluded, by = _CHECKS, 'type = "boolean"'
    elif column.is_number:
        excluded, by = ("date_format",), f'type = "{column.type}"'
    for key in excluded:
        if getattr(column, key) not in (None, "text"):
            yield FaultError(Message("template.fault.excluded", key=key, by=by), key)
    if column.required and column.default is not None:
        yield FaultError(Message("template.fault.excluded", key="default", by="required"), "default")


def _in_values(column: "Column") -> Iterator[FaultError]:
    values = column.values or {}
    for key, value in values.items():
        if not is_seen(key):
            yield FaultError(Message("template.fault.empty_text"), f"values.{key}")
        if not is_seen(text_of(value)):
            yield FaultError(Message("template.fault.empty_text"), f"values.{key}")
    twice = alike(values)
    if twice is not None:
        yield FaultError(Message("template.fault.alike", one=twice[0], other=twice[1]), f"values.{twice[1]}")
    kinds: dict[str, type] = {}
    for key, value in values.items():
        if kinds.setdefault(text_of(value), type(value)) is not type(value):
            yield FaultError(Message("template.fault.same_text", text=text_of(value)), f"values.{key}")


def _in_list(column: "Column", separator: str) -> Iterator[FaultError]:
    if not separator or len(separator) > _LONGEST_SEPARATOR or any(map(str.isalnum, separator)):
        yield FaultError(Message("template.fault.separator"), "list")
        return
    if separator.strip() not in ("", separator) or not (is_seen(separator) or separator.isspace()):
        yield FaultError(Message("template.fault.separator"), "list")
        return
    if column.is_number and any(sign in separator for sign in _IN_NUMBERS):
        yield FaultError(Message("template.fault.separator_in_number", sign=separator), "list")
    if column.type == "number" and (separator == "." or (separator == "," and column.decimal != ".")):
        yield FaultError(Message("template.fault.separator_in_number", sign=separator), "list")
    for key, texts in (("values", _texts_of_values(column)), ("one_of", column.one_of or ())):
        if any(separator in text for text in texts):
            yield FaultError(Message("template.fault.separator_within", separator=separator), key)
    if column.date_format is not None and separator in datetime(2026, 12, 31).strftime(column.date_format):  # noqa: DTZ001  # any day
        yield FaultError(Message("template.fault.separator_within", separator=separator), "date_format")


def _texts_of_values(column: "Column") -> Iterator[str]:
    for key, value in (column.values or {}).items():
        yield key
        yield text_of(value)


def _is_default_fit(column: "Column") -> bool:
    reading = column.reading_of_default()
    return not reading.fault and bool(reading.text) and column.takes(reading.text)
