"""TOML as a person would write it: values, tables and comments; whatever text comes in, it reads back as the same."""

import re
from collections.abc import Iterator, Mapping, Sequence
from textwrap import wrap
from typing import TypeAlias, TypeGuard

Value: TypeAlias = "str | bool | int | float | Sequence[Value] | Mapping[str, Value]"

_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_WIDTH = 100
"""Characters up to which a table or a list stays on one line."""
_ESCAPES = {"\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r", '"': '\\"', "\\": "\\\\"}
_COMMENT_WIDTH = 108


def key(name: str) -> str:
    """A key, in quotes where it needs them."""
    return name if _BARE_KEY.fullmatch(name) else _basic(name)


def assignment(name: str, value: Value) -> str:
    """`name = value`; the value is on one line, unless it is a text with line breaks or a long list."""
    return f"{key(name)} = {_spread(value)}"


def comment(text: str, indent: str = "") -> Iterator[str]:
    """Comment lines of a text, whose line breaks and characters that nobody sees can't end them."""
    plain = "".join(one if one.isprintable() else " " for one in text)
    for line in wrap(plain, _COMMENT_WIDTH - len(indent), break_long_words=False, break_on_hyphens=False):
        yield f"# {indent}{line}"


def table(path: str, values: Mapping[str, Value]) -> Iterator[str]:
    """`[path]` and all that is in it; what is too long for a line becomes a table of its own, below.

    `path` is written already, as `header` writes it.
    """
    yield f"[{path}]"
    yield from _content(path, values)


def tables(path: str, rows: Sequence[Mapping[str, Value]]) -> Iterator[str]:
    """`[[path]]` for each of them."""
    for number, row in enumerate(rows):
        if number:
            yield ""
        yield f"[[{path}]]"
        yield from _content(path, row)


def header(*names: str) -> str:
    """The path of a table."""
    return ".".join(map(key, names))


def _content(path: str, values: Mapping[str, Value]) -> Iterator[str]:
    below = {name: value for name, value in values.items() if _needs_tables(name, value)}
    yield from (assignment(name, value) for name, value in values.items() if name not in below)
    for name, value in below.items():
        yield ""
        inner = f"{path}.{key(name)}"
        if isinstance(value, Mapping):
            yield from table(inner, value)
        elif is_tables(value):
            yield from tables(inner, value)


def _needs_tables(name: str, value: Value) -> bool:
    if isinstance(value, Mapping):
        return len(name) + len(_inline(value)) > _WIDTH
    return is_tables(value) and len(name) + len(_inline(value)) > _WIDTH


def is_tables(value: Value) -> TypeGuard[Sequence[Mapping[str, Value]]]:
    """Whether a value is a list that can be written as `[[…]]`."""
    return _is_list(value) and bool(value) and all(isinstance(one, Mapping) for one in value)


def _is_list(value: Value) -> TypeGuard[Sequence[Value]]:
    return isinstance(value, Sequence) and not isinstance(value, str)


def _spread(value: Value) -> str:
    if isinstance(value, str):
        return _text(value)
    written = _inline(value)
    if _is_list(value) and len(written) > _WIDTH:
        elements = "".join(f"    {_inline(one)},\n" for one in value)
        return f"[\n{elements}]"
    return written


def _inline(value: Value) -> str:
    if isinstance(value, str):
        return _basic(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, Mapping):
        pairs = (f"{key(name)} = {_inline(inner)}" for name, inner in value.items())
        return f"{{ {', '.join(pairs)} }}" if value else "{}"
    return f"[{', '.join(map(_inline, value))}]"


def _text(text: str) -> str:
    if "\n" not in text.strip("\n"):
        return _basic(text)
    if "'''" not in text and not text.endswith("'") and all(one.isprintable() or one in "\n\t" for one in text):
        return f"'''\n{text}'''"
    lines = "\n".join(_escaped(line) for line in text.split("\n"))
    return f'"""\n{lines}"""'


def _basic(text: str) -> str:
    return f'"{_escaped(text)}"'


def _escaped(text: str) -> str:
    return "".join(map(_escape, text))


def _escape(character: str) -> str:
    if character in _ESCAPES:
        return _ESCAPES[character]
    if character.isprintable():
        return character
    code = ord(character)
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"  # noqa: PLR2004  # TOML's two lengths
