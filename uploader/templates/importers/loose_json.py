"""JSON as people write it: comments, commas too many or too few, texts without quotes, `{{placeholders}}` as values.

What JSON itself allows means the same as ever. Everything else is read as its writer will have meant it, or not at all.
"""

import json
import re
from typing import Any

DEEPEST = 50
"""Levels: a template has no more."""
_LONGEST = 2_000_000
"""Characters: a template has fewer than half of them, and this reader takes its time."""
_PLACEHOLDER = re.compile(r"\{\{[^{}\n]*\}\}")
_BLANK = re.compile(r"[\s\ufeff\u200b\u200e\u200f\u2060]+")
_COMMENT = re.compile(r"//[^\n]*|/\*.*?(?:\*/|\Z)|#[^\n]*", re.DOTALL)
_BARE = re.compile(
    r"(?:\{\{[^{}\n]*\}\}|<[^<>\n]*>|[^,{}\[\]\n\s\"/]|/(?![/*])|(?<=\S)/"  # a // within an address is no comment
    r"|[ \t]+(?![ \t]|//|/\*|#|[,}\]\n]|\Z))+"
)
_BARE_KEY = re.compile(r"(?:\{\{[^{}\n]*\}\}|[^\s:\"'{}\[\],])+(?: +[^\s:\"'{}\[\],]+)*")
_NEXT_KEY = re.compile(r"[ \t]*\"[^\"\n]*\"[ \t]*:")
_ENDS_A_TEXT = re.compile(r"[ \t\r]*(?:[,:}\]]|=>|//|/\*|\n|\Z)|[ \t]+(?=#|\"[^\"\n]*\"[ \t]*:)")
_QUOTES = {'"': '"', "'": "'", "“": "”", "”": "”", "‘": "’"}
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|(.))", re.DOTALL)
_ESCAPED = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", '"': '"', "'": "'", "\\": "\\", "/": "/"}
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]{0,300})(?:\.[0-9]+)?(?:[eE][-+]?[0-9]{1,3})?")
_WORDS = {"true": True, "false": False, "null": None, "True": True, "False": False, "None": None, "undefined": None}
_ELLIPSES = ("...", "…")


class Bare(str):
    """A text that stood without quotes, such as `{{id}}` where a number is meant."""

    __slots__ = ()


class NotJsonError(ValueError):
    """A text that can't be read as JSON, however loosely."""


def loose(text: str) -> tuple[Any, bool]:
    """The JSON value of a text, and whether it is strictly JSON (line breaks within texts aside).

    Texts without quotes are Bare. Raises NotJsonError.
    """
    text = text.removeprefix("\ufeff")
    try:
        value, is_strict = json.loads(text, strict=False, parse_constant=_refused), True
    except RecursionError as why:
        raise NotJsonError("too deep") from why
    except ValueError:
        if len(text) > _LONGEST:
            raise NotJsonError("too long") from None
        value, is_strict = _Reader(text).whole(), False
    return _writable(value, 0), is_strict


def _refused(constant: str) -> Any:
    raise ValueError(constant)


def _writable(value: Any, depth: int) -> Any:
    """The same without half surrogate pairs, which no file can hold; raises NotJsonError where it is too deep."""
    if depth > DEEPEST:
        raise NotJsonError("too deep")
    if isinstance(value, str):
        return type(value)(value.encode("utf-8", "replace").decode())
    if isinstance(value, dict):
        return {str(_writable(key, depth)): _writable(inner, depth + 1) for key, inner in value.items()}
    if isinstance(value, list):
        return [_writable(inner, depth + 1) for inner in value]
    return value


class _Reader:
    """Reads a text from its beginning; every method begins where the one before ended."""

    def __init__(self, text: str) -> None:
        self.text, self.at = text, 0

    def whole(self) -> Any:
        value = self.value(0)
        self.skip()
        while self.peek() and self.peek() in ",;}]":
            self.at += 1
            self.skip()
        if self.at < len(self.text):
            raise NotJsonError("more than one value")
        return value

    def peek(self) -> str:
        return self.text[self.at : self.at + 1]

    def skip(self) -> None:
        """Go past blanks and comments."""
        while found := _BLANK.match(self.text, self.at) or _COMMENT.match(self.text, self.at):
            self.at = found.end()

    def value(self, depth: int) -> Any:
        if depth > DEEPEST:
            raise NotJsonError("too deep")
        self.skip()
        first = self.peek()
        if first == "{" and not _PLACEHOLDER.match(self.text, self.at):
            return self.table(depth)
        if first == "[":
            return self.list(depth)
        return self.quoted() if first in _QUOTES and first else self.bare()

    def table(self, depth: int) -> dict[str, Any]:
        self.at += 1
        read: dict[str, Any] = {}
        while self.goes_on("}"):
            key = self.key()
            if isinstance(key, Bare) and key in _ELLIPSES:
                continue
            self.skip()
            if self.peek() not in (":", "="):
                raise NotJsonError("a key without a value")
            self.at += 2 if self.text.startswith("=>", self.at) else 1
            read[key] = self.value(depth + 1)
        return read

    def list(self, depth: int) -> list[Any]:
        self.at += 1
        read: list[Any] = []
        while self.goes_on("]"):
            value = self.value(depth + 1)
            if not (isinstance(value, Bare) and value in _ELLIPSES):
                read.append(value)
        return read

    def goes_on(self, end: str) -> bool:
        """Whether another element stands here; goes past commas, and past the end where it is one."""
        self.skip()
        while self.peek() == ",":
            self.at += 1
            self.skip()
        here = self.peek()
        if here == end:
            self.at += 1
        elif here in ("}", "]"):
            raise NotJsonError("closed by the other bracket")
        return here not in ("", end)

    def key(self) -> str:
        if self.peek() in _QUOTES:
            return self.quoted()
        found = _BARE_KEY.match(self.text, self.at)
        if found is None:
            raise NotJsonError("no key")
        self.at = found.end()
        return Bare(found[0])

    def quoted(self) -> str:
        """A text up to its last quote: one that is followed by what can't follow a text is part of it."""
        end = _QUOTES[self.peek()]
        begin = at = self.at + 1
        while at < len(self.text):
            sign = self.text[at]
            if sign == "\\":
                at += 2
            elif sign == "\n" and _NEXT_KEY.match(self.text, at + 1):  # its last quote is missing
                self.at = at
                return _unescaped(self.text[begin:at].rstrip().removesuffix(","))
            elif (sign == end or (sign == '"' and end == "”")) and _ENDS_A_TEXT.match(self.text, at + 1):
                self.at = at + 1
                return _unescaped(self.text[begin:at])
            else:
                at += 1
        raise NotJsonError("a text without an end")

    def bare(self) -> Any:
        """A value without quotes: a number, a word of JSON, else a text."""
        found = _BARE.match(self.text, self.at)
        if found is None:
            if self.peek() in (",", "}", "]"):  # "key": ,
                return None
            raise NotJsonError("no value")
        self.at = found.end()
        bare = found[0].strip()
        if self.peek() == '"' and not bare.endswith((" ", "\t")):  # the text's first quote is missing
            self.at += 1
            return _unescaped(bare)
        if bare in _WORDS:
            return _WORDS[bare]
        return json.loads(bare) if _NUMBER.fullmatch(bare) else Bare(bare)


def _unescaped(text: str) -> str:
    def meant(escape: re.Match[str]) -> str:
        return chr(int(escape[1], 16)) if escape[1] else _ESCAPED.get(escape[2], escape[0])

    return _ESCAPE.sub(meant, text).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
