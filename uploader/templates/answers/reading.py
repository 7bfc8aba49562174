"""An answer's bytes as text, and as JSON."""

import codecs
import json
import re
from functools import lru_cache
from typing import Any

from uploader.model.http import Response

CONTENT_TYPE = "content-type"
_DEEPEST = 100
"""Lists and objects within one another; far below where Python gives up."""
_CHARSET = re.compile(r""";\s*charset\s*=\s*["']?([A-Za-z0-9._:+-]{1,40})""", re.IGNORECASE)
_NOT_OF_TEXTS = frozenset({"idna", "punycode", "raw-unicode-escape", "undefined", "unicode-escape", "utf-7"})
"""Encodings that Python knows and that no answer is written in: some take very long, some read letters out of signs."""


def json_of(answer: Response) -> Any:
    """An answer's JSON; None where it is none, says two things under one name, or is nested beyond all use."""
    return json_in(text_of(answer))


def json_in(text: str) -> Any:
    """The JSON that a text is; None as for `json_of`."""
    try:
        data = json.loads(text, object_pairs_hook=_unambiguous, parse_constant=_no_number)
    except (ValueError, RecursionError):
        return None
    return None if _is_deeper(data, _DEEPEST) else data


def text_of(answer: Response) -> str:
    """An answer's text: in UTF-8 where that is possible, else as it says itself; else in latin-1, whose ASCII is right.

    JSON is UTF-8, whatever a server's settings make it say, and text in another encoding is hardly ever UTF-8 by
    chance: but for the few encodings that write all with ASCII, and those whose first bytes tell them.
    """
    told = json.detect_encoding(answer.body)
    named = _CHARSET.search(answer.headers.get(CONTENT_TYPE, ""))
    stated = _encoding(named[1]) if named else None
    comes_first = stated is not None and told == "utf-8" and not _is_ascii_too(stated)
    for encoding in (stated, told) if comes_first else (told, stated):
        try:
            return answer.body.decode(encoding or "utf-8")
        except UnicodeError:
            continue
    return answer.body.decode("latin-1")


def kind_of(answer: Response) -> str:
    """What kind of thing the answer says to be, as in `text/plain`; "" where it says nothing."""
    return answer.headers.get(CONTENT_TYPE, "").partition(";")[0].strip().lower()


@lru_cache(maxsize=64)
def _encoding(charset: str) -> str | None:
    """Python's name of an encoding in which texts are written; None where it knows none."""
    try:
        name = codecs.lookup(charset).name
        bytes(1).decode(name)
    except LookupError:
        return None  # also where it turns bytes into bytes, as zip does
    except UnicodeError:
        pass
    return None if name.replace("_", "-") in _NOT_OF_TEXTS else name


@lru_cache(maxsize=64)
def _is_ascii_too(encoding: str) -> bool:
    """Whether it writes the letters and signs of ASCII as ASCII does, and no others with them."""
    reads_ascii = bytes(range(128)).decode(encoding, "replace") == bytes(range(128)).decode("ascii")
    others = "é中日".encode(encoding, "ignore")
    return reads_ascii and (not others or not others.isascii())


def _unambiguous(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object of an answer; a name that occurs twice with two values is ambiguous."""
    read: dict[str, Any] = {}
    for name, value in pairs:
        if read.setdefault(name, value) != value:
            raise ValueError(name)
    return read


def _no_number(word: str) -> Any:
    """NaN and Infinity are Python's, not JSON's."""
    raise ValueError(word)


def _is_deeper(data: Any, most: int) -> bool:
    level = [data]
    for _ in range(most):
        level = [
            inner
            for value in level
            if isinstance(value, dict | list)
            for inner in (value.values() if isinstance(value, dict) else value)
        ]
        if not level:
            return False
    return True
