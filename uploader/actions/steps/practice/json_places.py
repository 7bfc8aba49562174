"""JSON that is built of the values at its dotted paths."""

from collections.abc import Sequence
from typing import Any


def leads_to(path: str, place: str) -> bool:
    """Whether a place is at a path, or within what is there."""
    return f"{place}.".startswith(f"{path}.")


def put(data: Any, path: Sequence[str], value: Any) -> Any:
    """JSON with a value at a path, where there is room for it; what is there already stays."""
    if not path:
        return value if data is None else data
    first, rest = path[0], path[1:]
    if data is None:
        data = [] if first == "*" or first.isdecimal() else {}
    if isinstance(data, list):
        if first != "*" and not first.isdecimal():
            return data
        place = 0 if first == "*" else int(first)
        padded = [*data, *([None] * (place + 1 - len(data)))]
        padded[place] = put(padded[place], rest, value)
        return padded
    if isinstance(data, dict):
        name = "practice" if first == "*" else first
        return {**data, name: put(data.get(name), rest, value)}
    return data
