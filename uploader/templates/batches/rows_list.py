"""The list in a JSON body whose one element is the form of a row."""

from collections.abc import Mapping
from typing import Any


def rows_list(body: Any, path: str) -> list[Any] | None:
    """The list at a dotted path of the body; None where none is there. "" is the body itself."""
    for part in _parts(path):
        body = _at(body, part)
    return body if isinstance(body, list) else None


def with_rows(body: Any, path: str, rows: list[Any]) -> Any:
    """The body with other elements in that list, which is there."""
    return _replaced(body, _parts(path), rows)


def _replaced(value: Any, parts: list[str], rows: list[Any]) -> Any:
    if not parts:
        return rows
    first, *rest = parts
    if isinstance(value, Mapping):
        return {**value, first: _replaced(value[first], rest, rows)}
    return [_replaced(inner, rest, rows) if at == int(first) else inner for at, inner in enumerate(value)]


def _at(value: Any, part: str) -> Any:
    if isinstance(value, Mapping):
        return value.get(part)
    is_place = isinstance(value, list) and part.isdecimal() and int(part) < len(value)
    return value[int(part)] if is_place else None


def _parts(path: str) -> list[str]:
    return path.split(".") if path else []
