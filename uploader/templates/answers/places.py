"""What stands at the places of an answer's JSON that a template names."""

from collections.abc import Iterable
from typing import Any


def values_at(data: Any, path: str) -> list[Any]:
    """All that stands at a dotted path of an answer's JSON, in its order, without nulls; at an empty path nothing."""
    if not path:
        return []
    found = [data]
    for part in path.split("."):
        found = [inner for value in found for inner in _inside(value, part)]
    return [value for value in found if value is not None]


def value_at(data: Any, path: str) -> Any:
    """The first of these; None where there is nothing."""
    return next(iter(values_at(data, path)), None)


def _inside(value: Any, part: str) -> Iterable[Any]:
    if isinstance(value, dict):
        if part == "*":
            return value.values()
        return (value[part],) if part in value else ()
    if isinstance(value, list):
        if part == "*":
            return value
        return value[int(part) :][:1] if part.isdecimal() else ()
    return ()
