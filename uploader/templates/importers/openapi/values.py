"""A value for a schema, with what the schema says of every plain value in it."""

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

from uploader.i18n import Message
from uploader.templates.importers.imported import FieldFacts, Note
from uploader.templates.importers.openapi.examples import MISSING, facts_of, given_by, made_up, type_of
from uploader.templates.importers.openapi.references import Document, Schema

_MOST = 2_000
"""Values of one body, tables and lists too; more than those are not made up."""
_MOST_OF_AN_ANSWER = 200
"""What is read from an answer is near its top."""
_DEEPEST = 40
_DEEPEST_OPTIONAL = 6


class _Place(NamedTuple):
    """Where a value is, and what is around it."""

    where: str
    required: bool = True
    led_by: frozenset[str] = frozenset()
    depth: int = 0

    def within(self, name: str | int, led_by: frozenset[str], *, required: bool = False) -> "_Place":
        """The place of a field or an element."""
        return _Place(f"{self.where}.{name}", required, led_by, self.depth + 1)


class Values:
    """Makes the value of one body, and gathers what is known of it."""

    def __init__(self, document: Document, *, of_answer: bool = False) -> None:
        self._document, self._left = document, _MOST_OF_AN_ANSWER if of_answer else _MOST
        self._not_here = "writeOnly" if of_answer else "readOnly"
        self.facts: dict[str, FieldFacts] = {}
        self.notes: list[Note] = []

    def value(self, schema: Any, where: str, given: Any = MISSING) -> Any:
        """A value for a schema, or `given` where the document has an example; MISSING where it would never end."""
        return self._value(schema, given, _Place(where))

    def _value(self, schema: Any, given: Any, place: _Place) -> Any:
        read = self._document.schema(schema, place.led_by)
        if read is None or place.depth > _DEEPEST or self._left <= 0:
            return given
        self._left -= 1
        keys = read.keys
        given = given_by(keys) if given is MISSING else given
        if read.is_choice:
            self.notes.append(Note(Message("openapi.note.choice"), place.where))
        kind = type_of(keys)
        if isinstance(given, Mapping) or (given is MISSING and kind == "object"):
            return self._table(read, given, place)
        if isinstance(given, list) or (given is MISSING and kind == "array"):
            return self._list(read, given, place)
        self.facts[place.where] = facts_of(keys, required=place.required)
        return made_up(keys) if given is MISSING else given

    def _table(self, schema: Schema, given: Any, place: _Place) -> dict[str, Any]:
        known, needed = schema.keys.get("properties"), schema.keys.get("required")
        known = known if isinstance(known, Mapping) else {}
        needed = {name for name in needed if isinstance(name, str)} if isinstance(needed, list) else set()
        made: dict[str, Any] = {}
        for name in known if given is MISSING else given:
            field, inner = known.get(name, {}), place.within(name, schema.led_by, required=name in needed)
            if given is not MISSING:
                made[name] = self._value(field, given[name], inner)
            elif not self._is_left_out(field) and (inner.required or place.depth < _DEEPEST_OPTIONAL):
                made[name] = self._value(field, MISSING, inner)
        return {name: value for name, value in made.items() if value is not MISSING}

    def _list(self, schema: Schema, given: Any, place: _Place) -> list[Any]:
        items = schema.keys.get("items", {})
        elements = [MISSING] if given is MISSING else given
        made = [self._value(items, one, place.within(number, schema.led_by)) for number, one in enumerate(elements)]
        return [one for one in made if one is not MISSING]

    def _is_left_out(self, schema: Any) -> bool:
        """Whether a field is the other side's: what an answer alone has, or a request alone."""
        return self._document.resolved(schema).get(self._not_here) is True


def example_of(document: Document, media: Mapping[str, Any]) -> Any:
    """The example that a body or a parameter has beside its schema; MISSING where there is none."""
    if media.get("example") is not None:
        return media["example"]
    several = media.get("examples")
    for one in several.values() if isinstance(several, Mapping) else []:
        value = document.resolved(one).get("value")
        if value is not None:
            return value
    return MISSING


def as_data(example: Any) -> Any:
    """An example of JSON that stands as a text is what that text says."""
    if isinstance(example, str) and example.lstrip()[:1] in ("{", "["):
        try:
            return json.loads(example)
        except (ValueError, RecursionError):
            return example
    return example
