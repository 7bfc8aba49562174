"""TOML as data, or a sentence: also of a text that is nested without end, or holds what no request can carry."""

import math
import tomllib
from collections.abc import Iterator
from datetime import date, time
from typing import Any

from uploader.errors import TemplateError
from uploader.i18n import Message
from uploader.templates.parsing.mistakes import mistake_of
from uploader.templates.values.patterns import kept_of

_DEEPEST = 50
"""Tables within tables: a request of people's making has five or six, and Python's own limit is near 1,000."""
_LONG_KEY = rf"""(?:(?:[A-Za-z0-9_-]+|"[^"\n]*"|'[^'\n]*')[ \t]*\.[ \t]*){{{_DEEPEST}}}"""
"""A key of so many parts: the standard library takes a minute for one of 50,000."""
_INTEGERS = range(-(2**63), 2**63)
"""TOML's own."""


def data_of(text: str, source: str) -> dict[str, Any]:
    """The tables of a TOML text; `source` is what messages call its file. Raises TemplateError."""
    if kept_of(_LONG_KEY, text) is not None:
        raise TemplateError(_too_deep(source))
    try:
        text.encode()
        data = tomllib.loads(text)
    except UnicodeEncodeError as why:
        raise TemplateError(Message("template.not_utf8", path=source)) from why
    except tomllib.TOMLDecodeError as why:
        raise TemplateError(mistake_of(text, why, source)) from why
    except RecursionError as why:
        raise TemplateError(_too_deep(source)) from why
    except ValueError as why:  # Python refuses to read a number of thousands of digits
        raise TemplateError(Message("template.number_too_long", path=source)) from why
    for key, depth, value in _walked(data):
        if depth > _DEEPEST:
            raise TemplateError(_too_deep(source))
        if isinstance(value, int) and value not in _INTEGERS:
            raise TemplateError(Message("template.number_too_long_at", path=source, key=key))
        if isinstance(value, date | time) or (isinstance(value, float) and not math.isfinite(value)):
            raise TemplateError(Message("template.not_json", path=source, key=key))
    return data


def _too_deep(source: str) -> Message:
    return Message("template.too_deep", path=source, most=_DEEPEST)


def _walked(data: dict[str, Any]) -> Iterator[tuple[str, int, Any]]:
    """The key under which every value stands, how deep, and the value; without recursion."""
    waiting: list[tuple[str, int, Any]] = [("", 0, data)]
    while waiting:
        key, depth, value = waiting.pop()
        yield key, depth, value
        if isinstance(value, dict):
            waiting += ((f"{key}.{name}" if key else name, depth + 1, inner) for name, inner in value.items())
        elif isinstance(value, list):
            waiting += ((f"{key}[{position}]", depth + 1, inner) for position, inner in enumerate(value))
