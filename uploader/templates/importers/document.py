"""The text of a collection or a description as data: JSON or YAML, or a sentence; nothing in it makes it endless."""

import json
import re
from collections.abc import Iterator
from typing import Any

import yaml

from uploader.errors import TemplateError
from uploader.i18n import Message

MOST_CHARACTERS = 30_000_000
DEEPEST = 200
"""Levels of tables and lists: real documents have up to some 30, and Python itself ends near 1,000."""
_MOST_VALUES = 5_000_000
"""With every alias written out: a document of 5 MB has some 300,000."""
_MOST_MERGED = 200_000
_SURROGATE = re.compile(r"\\u[dD][89abAB]|[\ud800-\udfff]")
_BASE: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_TAG = "tag:yaml.org,2002:"
_MERGE = f"{_TAG}merge"


class _Loader(_BASE):  # type: ignore[misc]  # which of the two it is shows only at run time
    """YAML as its version 1.2 has it: `no`, `12:30` and `2026-01-31` are texts, and so are `007` and every key."""

    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012  # as the library has it
    yaml_constructors = {  # noqa: RUF012  # as the library has it
        tag: _BASE.yaml_constructors[tag]
        for tag in (None, *(f"{_TAG}{kind}" for kind in ("null", "bool", "int", "float", "str", "seq", "map")))
    }
    _merged = 0

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[str, Any]:
        self.flatten_mapping(node)
        return {_key(key): self.construct_object(value, deep=deep) for key, value in node.value}

    def flatten_mapping(self, node: Any) -> None:
        """Put in what `<<` names; a merge of merges of merges grows without end, and is counted while it does."""
        if any(key.tag == _MERGE for key, _ in node.value):
            super().flatten_mapping(node)
            self._merged += len(node.value)
            if self._merged > _MOST_MERGED:
                raise _EndlessError


class _EndlessError(ValueError):
    """A document that grows out of itself."""


def _key(node: Any) -> str:
    if not isinstance(node, yaml.ScalarNode):
        raise yaml.constructor.ConstructorError(None, None, "a key that is no text", node.start_mark)
    return str(node.value)


for _kind, _pattern, _first in (
    ("bool", r"(?:true|True|TRUE|false|False|FALSE)$", "tTfF"),
    ("float", r"[-+]?(?:\.[0-9]+|(?:0|[1-9][0-9]*)(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$", "-+.0123456789"),
    ("int", r"[-+]?(?:0|[1-9][0-9]*)$", "-+0123456789"),
    ("merge", r"<<$", "<"),
    ("null", r"(?:~|null|Null|NULL)?$", ["~", "n", "N", ""]),
):
    _Loader.add_implicit_resolver(f"{_TAG}{_kind}", re.compile(_pattern), list(_first))
# The first that matches counts: a whole number is an `int` before it is a `float`.
for _resolvers in _Loader.yaml_implicit_resolvers.values():
    _resolvers.sort(key=lambda one: one[0] != f"{_TAG}int")


def data_of(text: str, source: str) -> object:
    """What a JSON or YAML text says: dicts, lists, texts, numbers. `source` is what messages call it.

    Raises TemplateError for a text that is neither, that is too large, too deep, or refers to itself.
    """
    if len(text) > MOST_CHARACTERS:
        raise TemplateError(Message("document.too_large", path=source, most=MOST_CHARACTERS))
    text = text.removeprefix("\ufeff")
    try:
        data = _json(text) if text.lstrip()[:1] in ("{", "[") else yaml.load(text, Loader=_Loader)  # noqa: S506  # it is a safe one
    except json.JSONDecodeError as why:
        raise TemplateError(Message("document.not_json", path=source, line=why.lineno)) from why
    except _EndlessError as why:
        raise TemplateError(Message("document.endless", path=source)) from why
    except yaml.MarkedYAMLError as why:
        line = why.problem_mark.line + 1 if why.problem_mark else 1
        raise TemplateError(Message("document.not_yaml", path=source, line=line)) from why
    except (yaml.YAMLError, UnicodeEncodeError) as why:  # a character that YAML doesn't have
        raise TemplateError(Message("document.not_yaml", path=source, line=1)) from why
    except RecursionError as why:
        raise TemplateError(Message("document.too_deep", path=source, most=DEEPEST)) from why
    except ValueError as why:  # Python refuses to read a number of thousands of digits
        raise TemplateError(Message("document.number_too_long", path=source)) from why
    _bounded(data, source)
    return data


def _json(text: str) -> Any:
    """JSON whose texts every file can hold: half of a surrogate pair, escaped, is no text."""
    data = json.loads(text, parse_constant=str)
    written = json.dumps(data, ensure_ascii=False) if _SURROGATE.search(text) else ""
    return data if written.isascii() or _is_text(written) else json.loads(written.encode("utf-8", "replace"))


def _is_text(text: str) -> bool:
    try:
        return bool(text.encode())
    except UnicodeEncodeError:
        return False


def _bounded(data: object, source: str) -> None:
    """Refuse what is too deep, or too large once every alias is written out; without recursion."""
    sizes: dict[int, tuple[int, int]] = {}
    """By a table's or list's id: how many values it holds in all, and how many levels."""
    open_ids: set[int] = set()
    waiting: list[tuple[object, bool]] = [(data, False)]
    while waiting:
        value, is_done = waiting.pop()
        if not isinstance(value, dict | list) or (id(value) in sizes and not is_done):
            continue
        if not is_done:
            if id(value) in open_ids:
                raise TemplateError(Message("document.endless", path=source))
            open_ids.add(id(value))
            waiting.append((value, True))
            waiting += ((inner, False) for inner in _inner(value))
            continue
        open_ids.discard(id(value))
        held = [sizes.get(id(inner), (1, 0)) for inner in _inner(value)]
        size, depth = 1 + sum(one for one, _ in held), 1 + max((deep for _, deep in held), default=0)
        if size > _MOST_VALUES:
            raise TemplateError(Message("document.endless", path=source))
        if depth > DEEPEST:
            raise TemplateError(Message("document.too_deep", path=source, most=DEEPEST))
        sizes[id(value)] = size, depth


def _inner(value: dict[str, Any] | list[Any]) -> Iterator[Any]:
    yield from value.values() if isinstance(value, dict) else value
