"""A body of JSON: built of values, never pasted together; what is left out takes what is around it along."""

import json
from collections.abc import Iterator, Mapping
from enum import Enum
from json.encoder import encode_basestring
from typing import Any, NamedTuple

from uploader.i18n import Message
from uploader.templates.requests.cells import Cells
from uploader.templates.requests.placeholders import placeholders_in, written
from uploader.templates.values.faults import FaultError

JSON_TEXT = "json_text"
"""The only key of a table that stands for its JSON as a text."""


class _Fate(Enum):
    """What becomes of the fields in a value."""

    HAS_NONE = "it has none"
    SENT = "at least one is sent"
    LEFT_OUT = "all are left out"


class _Filled(NamedTuple):
    value: Any
    fate: _Fate

    @property
    def goes(self) -> bool:
        """Whether nothing stands in its place; constants beside it in a list stay."""
        return self.fate is _Fate.LEFT_OUT and not (isinstance(self.value, list) and self.value)


_NO_PARTS, _NO_PARTS_OMITTED = _Filled([], _Fate.SENT), _Filled([], _Fate.LEFT_OUT)
"""An element that would be repeated for each part of a cell that has none."""


def json_text_in(value: Any) -> Any:
    """What a table with the only key `json_text` holds; None for any other value."""
    return value[JSON_TEXT] if isinstance(value, Mapping) and value.keys() == {JSON_TEXT} else None


def filled_json(tree: Any, cells: Cells) -> str:
    """The body's text; it is never left out as a whole."""
    return _dumped(_filled(tree, cells).value)


def filled_json_text(tree: Any, cells: Cells) -> str | None:
    """JSON in the place of another text; None where all its fields are left out."""
    filled = _filled(tree, cells)
    return None if filled.goes else _dumped(filled.value)


def in_json(value: str) -> str:
    """A value as it stands in a JSON text."""
    return encode_basestring(value)[1:-1]


def _dumped(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _filled(tree: Any, cells: Cells) -> _Filled:
    if isinstance(tree, str):
        if cells.are_left_out(tree):
            return _Filled("", _Fate.LEFT_OUT)
        return _Filled(cells.json(tree), _Fate.SENT if cells.fields(tree) else _Fate.HAS_NONE)
    if isinstance(tree, list):
        return _filled_list(tree, cells)
    if not isinstance(tree, Mapping):
        return _Filled(tree, _Fate.HAS_NONE)
    inner = json_text_in(tree)
    if inner is not None:
        filled = _filled(inner, cells)
        return _Filled(_dumped(filled.value), filled.fate)
    parts = {key: _filled(value, cells) for key, value in tree.items()}
    return _Filled({key: part.value for key, part in parts.items() if not part.goes}, _fate_of(list(parts.values())))


def _filled_list(tree: list[Any], cells: Cells) -> _Filled:
    filled: list[_Filled] = []
    for element in tree:
        name = cells.list_in(own_fields(element))
        if name is None:
            filled.append(_filled(element, cells))
            continue
        repeated = cells.each_part(name)
        filled += [_filled(element, one) for one in repeated]
        if not repeated:
            filled.append(_NO_PARTS_OMITTED if cells.empty_of(name) == "omit" else _NO_PARTS)
    value = [one.value for one in filled if one is not _NO_PARTS and not one.goes]
    return _Filled(value, _fate_of(filled))


def _fate_of(parts: list[_Filled]) -> _Fate:
    fates = {part.fate for part in parts}
    return next((fate for fate in (_Fate.SENT, _Fate.LEFT_OUT) if fate in fates), _Fate.HAS_NONE)


def own_fields(element: Any) -> list[str]:
    """The placeholders of a list's element, but for those in lists within it, which are of these lists' elements."""
    if isinstance(element, str):
        return placeholders_in(element)
    if isinstance(element, Mapping):
        return [name for inner in element.values() for name in own_fields(inner)]
    return []


def check_json(where: str, tree: Any, lists: frozenset[str]) -> None:
    """Raises FaultError for a placeholder in a key, and for fields that hold `lists` where none can be repeated."""
    _check_keys(where, tree)
    _check_lists(where, tree, lists)


def _check_keys(where: str, tree: Any) -> None:
    if isinstance(tree, Mapping) and JSON_TEXT in tree and json_text_in(tree) is None:
        raise FaultError(Message("template.fault.json_text_beside"), f"{where}.{JSON_TEXT}")
    for key, inner in _inner(tree):
        if isinstance(tree, Mapping):
            check_key(f"{where}.{key}", str(key))
        _check_keys(_within(where, tree, key), inner)


def _check_lists(where: str, tree: Any, lists: frozenset[str]) -> None:
    """`tree` is no element of a list, or one whose own list is known."""
    for at, name in _fields_outside(where, tree):
        if name in lists:
            raise FaultError(Message("template.fault.list_outside", placeholder=written(name)), at)
    for at, found in _lists_in(where, tree):
        for position, element in enumerate(found):
            check_one_list(f"{at}[{position}]", own_fields(element), lists)
            for deeper, inner in _lists_in(f"{at}[{position}]", element):
                _check_lists(deeper, inner, lists)


def _fields_outside(where: str, tree: Any) -> Iterator[tuple[str, str]]:
    """The placeholders that are in no list, and where."""
    if isinstance(tree, str):
        yield from ((where, name) for name in placeholders_in(tree))
    elif isinstance(tree, Mapping):
        for key, inner in tree.items():
            yield from _fields_outside(f"{where}.{key}", inner)


def _lists_in(where: str, tree: Any) -> Iterator[tuple[str, list[Any]]]:
    """The outermost lists of a value, itself perhaps."""
    if isinstance(tree, list):
        yield where, tree
    elif isinstance(tree, Mapping):
        for key, inner in tree.items():
            yield from _lists_in(f"{where}.{key}", inner)


def check_one_list(where: str, names: list[str], lists: frozenset[str]) -> None:
    """Raises FaultError where an element would have to be repeated for two lists."""
    held = sorted(lists & set(names))
    if len(held) > 1:
        one, other = map(written, held[:2])
        raise FaultError(Message("template.fault.two_lists", one=one, other=other), where)


def check_key(where: str, key: str) -> None:
    """Raises FaultError for a placeholder in a key."""
    if "{{" in key:
        raise FaultError(Message("template.fault.placeholder_in_key"), where)


def _inner(tree: Any) -> Iterator[tuple[Any, Any]]:
    if isinstance(tree, Mapping):
        yield from tree.items()
    elif isinstance(tree, list):
        yield from enumerate(tree)


def _within(where: str, tree: Any, key: Any) -> str:
    return f"{where}.{key}" if isinstance(tree, Mapping) else f"{where}[{key}]"
