"""What the parts of a collection have in common: placeholders, descriptions, and lists of named entries."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from uploader.templates.importers.imported import ROW_ID, FieldFacts

PLACEHOLDER = re.compile(r"\{\{([^{}\n]*)\}\}")
_NOT_OF_A_NAME = re.compile(r"[^\w.-]+")
_ROW_IDS = frozenset({"$guid", "$randomUUID"})
_REQUIRED = "(Required)"
DYNAMIC = {
    "$timestamp": "1767225600",
    "$isoTimestamp": "2026-01-01T00:00:00.000Z",
    "$randomInt": "42",
    "$randomBoolean": "true",
    "$randomEmail": "maria@example.com",
    "$randomFirstName": "María",
    "$randomLastName": "Muñoz",
    "$randomFullName": "María Muñoz",
    "$randomPhoneNumber": "300-555-0100",
    "$randomCity": "Bogotá",
    "$randomPrice": "12.50",
}
"""What Postman makes up at each sending, with an example of ours; each becomes a column."""


class Entry(NamedTuple):
    """A header, a parameter, a form field or a variable."""

    key: str
    value: str
    description: str
    of: Mapping[str, Any]
    """All that stands there."""


def placeholder_name(name: str) -> str:
    """What a template calls a variable: `my var` is my_var, and a made-up id is the row's own."""
    name = name.strip()
    if name in _ROW_IDS:
        return ROW_ID
    return _NOT_OF_A_NAME.sub("_", name.removeprefix("$")).strip("_")


def with_our_placeholders(text: str) -> str:
    """A text whose variables are called as a template calls them; `{{}}` is none."""

    def ours(found: re.Match[str]) -> str:
        name = placeholder_name(found[1])
        return f"{{{{{name}}}}}" if name else found[0]

    return PLACEHOLDER.sub(ours, text)


def placeholders_in(text: str) -> list[str]:
    """The names within `{{…}}` as they stand there."""
    return [name for name in PLACEHOLDER.findall(text) if name.strip()]


def as_text(value: Any) -> str:
    """A value of a collection as Postman sends it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else str(value)


def description_of(described: Any) -> str:
    """A description: a text, or a table that holds one."""
    if isinstance(described, Mapping):
        described = described.get("content")
    return described.strip() if isinstance(described, str) else ""


def facts_of(entry: Entry) -> FieldFacts:
    """What a description says of an entry; Postman's own converter writes “(Required)” before it."""
    text = entry.description
    return FieldFacts(required=text.startswith(_REQUIRED), description=text.removeprefix(_REQUIRED).strip())


def entries_of(given: Any) -> Iterator[Entry]:
    """Enabled and disabled ones alike: of a list of tables, of one table of texts, or of lines of text."""
    if isinstance(given, str):
        lines = (line.partition(":") for line in given.splitlines() if ":" in line)
        given = [{"key": key.strip(), "value": value.strip()} for key, _, value in lines]
    elif isinstance(given, Mapping):
        given = [{"key": key, "value": value} for key, value in given.items()]
    for one in given if isinstance(given, list) else []:
        if isinstance(one, str):
            yield from entries_of(one)
        elif isinstance(one, Mapping):
            key = as_text(one["key"] if "key" in one else one.get("id", one.get("name")))
            yield Entry(
                with_our_placeholders(key),
                with_our_placeholders(as_text(one.get("value"))),
                description_of(one.get("description")),
                one,
            )


def is_disabled(entry: Entry) -> bool:
    """Whether Postman leaves an entry out; one without a name is none."""
    return entry.of.get("disabled") is True or entry.of.get("enabled") is False


def enabled(given: Any) -> list[Entry]:
    """The entries that Postman sends."""
    return [entry for entry in entries_of(given) if entry.key.strip() and not is_disabled(entry)]
