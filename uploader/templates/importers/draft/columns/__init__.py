"""The tables of a draft's columns and settings, with what is doubtful of each as a comment."""

from collections.abc import Iterator, Sequence
from typing import Any

from pydantic import TypeAdapter, ValidationError

from uploader.i18n import Message, render
from uploader.model.secret_names import names_a_secret
from uploader.templates.importers.draft import toml
from uploader.templates.importers.draft.bodies.cells import needs_decimal_point, trimmed
from uploader.templates.importers.draft.columns.dates import Dates, dates_of
from uploader.templates.importers.draft.columns.descriptions import lines_of
from uploader.templates.importers.draft.fields import Field, Fields
from uploader.templates.values.patterns import Regex, whole_match

_REGEX: TypeAdapter[str] = TypeAdapter(Regex)
_LONGEST_CONSTRAINT = 10_000_000


def column_lines(fields: Fields, language: str) -> Iterator[str]:
    """`[columns.…]` of each; a template without one has the empty table."""
    if not fields.columns:
        yield from ("", "[columns]")
    for column in fields.columns:
        yield ""
        values = _column(column, fields)
        for note in dict.fromkeys(column.notes):
            yield from toml.comment(render(note, language))
        yield f"[{toml.header('columns', column.name)}]"
        yield from (toml.assignment(name, value) for name, value in values.items())
        if _is_unclear(column):
            yield from (f"# {toml.assignment('date_format', one)}" for one in _dates(column).formats)


def _column(column: Field, fields: Fields) -> dict[str, Any]:
    values: dict[str, Any] = {}
    if column.required or column.facts.required:
        values["required"] = True
    if column.type != "text":
        values["type"] = column.type
    if needs_decimal_point(column):
        values["decimal"] = "."
        column.notes.append(Message("draft.decimal_point"))
    if column.list_separator:
        values["list"] = column.list_separator
        column.notes.append(Message("draft.list", separator=repr(column.list_separator)[1:-1]))
    if column.null_if_empty:
        values["empty"] = "null"
        column.notes.append(Message("draft.null"))
    if column.is_text_if_empty:
        values["empty"] = "text"
        column.notes.append(Message("draft.empty_text"))
    description = fields.conceal(" ".join(" ".join(lines_of(column.description)).split()))
    if description:
        values["description"] = description
    if column.example:
        values["example"] = column.example
    if column.type == "text" and column.example and any(part != trimmed(part) for part in _parts(column)):
        values["trim"] = False
    return values | dict(_date_format(column)) | dict(_constraints(column))


def _date_format(column: Field) -> Iterator[tuple[str, Any]]:
    """How dates are sent, where that is clear."""
    formats, zone = _dates(column)
    if len(formats) == 1:
        column.notes.append(Message("draft.dates", key="date_format"))
        yield "date_format", formats[0]
        if zone:
            column.notes.append(Message("draft.time_zone", zone=zone))
    elif formats:
        column.notes.append(Message("draft.day_or_month", key="date_format"))


def _dates(column: Field) -> Dates:
    is_text = column.type == "text" and not column.facts.values
    return dates_of([part for part in _parts(column) if part]) if is_text else Dates()


def _is_unclear(column: Field) -> bool:
    """Whether it holds dates of which nobody knows whether the day is first or the month."""
    return len(_dates(column).formats) > 1


def unclear_dates(columns: Sequence[Field]) -> tuple[str, ...]:
    """The names of such columns."""
    return tuple(column.name for column in columns if _is_unclear(column))


def _parts(column: Field) -> list[str]:
    separator = column.list_separator
    return [part.strip() for part in column.example.split(separator)] if separator else [column.example]


def _constraints(column: Field) -> Iterator[tuple[str, Any]]:
    """What the source says of the values, as far as its own example keeps to it."""
    facts, parts = column.facts, [part for part in _parts(column) if part]
    if facts.values and column.type == "text":
        if all(part in facts.values for part in parts):
            yield "one_of", list(facts.values)
        else:
            column.notes.append(Message("draft.example_not_allowed", values=facts.values[:20]))
    if facts.max_length and 0 < facts.max_length <= _LONGEST_CONSTRAINT and column.type == "text":
        if all(len(part) <= facts.max_length for part in parts):
            yield "max_length", facts.max_length
        else:
            column.notes.append(Message("draft.example_too_long", most=facts.max_length))
    if facts.pattern and column.type == "text":
        if _runs(facts.pattern, parts):
            yield "pattern", facts.pattern
        else:
            column.notes.append(Message("draft.pattern", pattern=facts.pattern[:200]))


def _runs(pattern: str, parts: list[str]) -> bool:
    """Whether a pattern is one that RE2 takes, and that the example keeps to."""
    try:
        _REGEX.validate_python(pattern)
    except ValidationError:
        return False
    matches = whole_match(pattern)
    return all(map(matches, parts))


def setting_lines(fields: Fields, language: str) -> Iterator[str]:
    """`[settings.…]` of each: a secret is told from another by its word, where its name says otherwise."""
    for setting in fields.settings:
        yield ""
        yield f"[{toml.header('settings', setting.name)}]"
        description = " ".join(" ".join(lines_of(setting.description)).split())
        if not setting.secret and setting.example:
            example = render(Message("draft.for_example", example=setting.example), language)
            description = f"{description} {example}".strip()
        if description:
            yield toml.assignment("description", fields.conceal(description))
        if setting.secret or names_a_secret(setting.name):
            yield toml.assignment("secret", setting.secret)
        yield toml.assignment("environment", setting.environment)
