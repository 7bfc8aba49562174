"""What stands at the places of an answer's JSON that a template names."""

from collections.abc import Iterable, Iterator
from typing import Any

from uploader.model.settings import MASK


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


def pairs_at(data: Any, masked: Any, path: str) -> list[tuple[Any, Any]]:
    """The same values, each with what may be shown of it; `masked` is `data` with `***` for what is secret."""
    if masked is data:
        return [(value, value) for value in values_at(data, path)]
    found = [(data, masked)] if path else []
    for part in path.split("."):
        found = [pair for value, shown in found for pair in _pairs_inside(value, shown, part)]
    return [pair for pair in found if pair[0] is not None]


def says_something(value: Any) -> bool:
    """Whether a value is more than a place that is left empty: null, an empty text, list or table."""
    return bool(value.strip()) if isinstance(value, str) else value is not None and value not in ([], {})


def _pairs_inside(value: Any, shown: Any, part: str) -> Iterator[tuple[Any, Any]]:
    if isinstance(value, dict | list) and shown == MASK:
        return ((inner, MASK) for inner in _inside(value, part))
    return zip(_inside(value, part), _inside(shown, part), strict=True)


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
