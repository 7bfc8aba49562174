"""What `$ref` leads to within a document, and schemas with all their parts put together."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple
from urllib.parse import unquote

from uploader.errors import TemplateError
from uploader.i18n import Message

_MOST_STEPS = 50
"""References to references, and parts within parts of a schema."""
_MOST_PARTS = 1_000
"""Of one schema, of those that have parts themselves: twice two of twice two parts has no end."""


class Schema(NamedTuple):
    """A schema with its references followed and its parts put together."""

    keys: Mapping[str, Any]
    led_by: frozenset[str] = frozenset()
    """The references that led to it: within it, one of them leads to itself."""
    is_choice: bool = False
    """Whether it is the first of several that the document allows."""


class Document:
    """A document of which any part may stand elsewhere in it."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self.data = data
        self._found: dict[str, Any] = {}

    def resolved(self, value: Any) -> Mapping[str, Any]:
        """A table, or the one that it refers to; {} where it leads nowhere. Raises TemplateError: another file."""
        return self._resolved(value)[0]

    def _resolved(self, value: Any) -> tuple[Mapping[str, Any], frozenset[str]]:
        led_by: set[str] = set()
        beside: dict[str, Any] = {}
        while isinstance(value, Mapping) and isinstance(value.get("$ref"), str):
            reference = value["$ref"]
            beside = {**{key: said for key, said in value.items() if key != "$ref"}, **beside}
            if reference in led_by or len(led_by) > _MOST_STEPS:
                return {}, frozenset(led_by)
            led_by.add(reference)
            value = self._at(reference)
        found = value if isinstance(value, Mapping) else {}
        return ({**found, **beside} if beside else found), frozenset(led_by)

    def _at(self, reference: str) -> Any:
        if reference not in self._found:
            if not reference.startswith("#"):
                raise TemplateError(Message("openapi.outside", reference=reference[:200]))
            here: Any = self.data
            for part in unquote(reference[1:]).split("/")[1:]:
                key = part.replace("~1", "/").replace("~0", "~")
                if isinstance(here, list):
                    here = here[int(key)] if key.isdecimal() and int(key[:9]) < len(here) else None
                else:
                    here = here.get(key) if isinstance(here, Mapping) else None
            self._found[reference] = here
        return self._found[reference]

    def schema(self, value: Any, led_by: frozenset[str] = frozenset()) -> Schema | None:
        """A schema as one table: `allOf` merged, of `oneOf` and `anyOf` the first that is no null.

        None for one that is within itself: `led_by` are the references that led to what it is in.
        """
        return self._schema(value, led_by, iter(range(_MOST_PARTS)), 0)

    def _schema(self, value: Any, led_by: frozenset[str], parts_left: Iterator[int], depth: int) -> Schema | None:
        found, more = self._resolved(value)
        if more & led_by or depth > _MOST_STEPS or next(parts_left, None) is None:
            return None
        led_by |= more
        keys, together, is_choice = dict(found), dict[str, Any](), False
        for part in _list(keys.pop("allOf", None)):
            read = self._schema(part, led_by, parts_left, depth + 1)
            if read is not None:
                together = _merged(read.keys, together)
                led_by, is_choice = led_by | read.led_by, is_choice or read.is_choice
        keys = _merged(keys, together)
        for several in ("oneOf", "anyOf"):
            options = _list(keys.pop(several, None))
            read, count = self._first(options, led_by, parts_left, depth)
            if read is not None:
                keys = _merged(keys, read.keys)
                led_by, is_choice = led_by | read.led_by, is_choice or read.is_choice or count > 1
        return Schema(keys, led_by, is_choice)

    def _first(
        self, options: Sequence[Any], led_by: frozenset[str], parts_left: Iterator[int], depth: int
    ) -> tuple[Schema | None, int]:
        read = (self._schema(option, led_by, parts_left, depth + 1) for option in options)
        real = [one for one in read if one is not None and one.keys.get("type") != "null"]
        return (real[0] if real else None), len(real)


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _merged(keys: Mapping[str, Any], more: Mapping[str, Any]) -> dict[str, Any]:
    """Both, where the first says what it says; fields of both, required by either."""
    merged = {**more, **keys}
    if isinstance(keys.get("properties"), Mapping) and isinstance(more.get("properties"), Mapping):
        merged["properties"] = {**more["properties"], **keys["properties"]}
    required = [*_list(more.get("required")), *_list(keys.get("required"))]
    return {**merged, "required": required} if required else merged


def tables_in(value: Any) -> Iterator[Mapping[str, Any]]:
    """The tables of a list; nothing of anything else."""
    yield from (one for one in _list(value) if isinstance(one, Mapping))
