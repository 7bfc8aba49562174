"""What a plain value may look like: the document's own example, else one that keeps to what it says of it."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import TypeAdapter, ValidationError

from uploader.templates.importers.imported import FieldFacts, ValueType
from uploader.templates.values.patterns import Regex, whole_match

_REGEX: TypeAdapter[str] = TypeAdapter(Regex)
MISSING: Any = object()
_TYPES: Mapping[str, ValueType] = {"integer": "integer", "number": "number", "boolean": "boolean", "string": "text"}
_BY_FORMAT = {
    "date": "2026-01-31",
    "date-time": "2026-01-31T12:00:00Z",
    "time": "12:00:00Z",
    "duration": "PT1H",
    "email": "maria@example.com",
    "idn-email": "maria@example.com",
    "uuid": "123e4567-e89b-12d3-a456-426614174000",
    "uri": "https://example.com",
    "url": "https://example.com",
    "hostname": "example.com",
    "ipv4": "192.0.2.1",
    "ipv6": "2001:db8::1",
    "byte": "dGV4dA==",
    "phone": "+573001234567",
}
_CANDIDATES = (
    "text", "Text", "TEXT", "a", "A", "ab", "AB", "abc", "ABC", "en-US", "es", "ES", "COP",
    "1", "12", "123", "1234", "12345", "123456", "1234567", "12345678", "1234567890", "A1", "AB123",
    "12:00", "12:00:00", "31/01/2026", "20260131", "10.50", "1.0.0", "#336699", "text-text", "text_text", "/text",
    "@text", "0" * 24, "a" * 32, "a" * 40, "a" * 64, *_BY_FORMAT.values(),
)  # fmt: skip
"""What a text with a pattern or a length may be; the first that fits is taken."""
_LONGEST = 1000
_BOUND = 10**12


def given_by(keys: Mapping[str, Any]) -> Any:
    """The example that a schema itself gives; MISSING where there is none."""
    for key in ("example", "x-example", "const", "default"):
        if keys.get(key) is not None:
            return keys[key]
    several = keys.get("examples")
    several = list(several.values()) if isinstance(several, Mapping) else several
    for one in several if isinstance(several, list) else []:
        if one is not None:
            return one.get("value", one) if isinstance(one, Mapping) else one
    allowed = keys.get("enum")
    return next((one for one in allowed if one is not None), MISSING) if isinstance(allowed, list) else MISSING


def type_of(keys: Mapping[str, Any]) -> str:
    """`object`, `array`, or the type of a plain value."""
    kinds = keys.get("type")
    for kind in kinds if isinstance(kinds, list) else [kinds]:
        if kind in ("object", "array", *_TYPES):
            return str(kind)
    if isinstance(keys.get("properties"), Mapping):
        return "object"
    if "items" in keys:
        return "array"
    given = given_by(keys)
    for kinds, name in ((dict, "object"), (list, "array"), (bool, "boolean"), (int, "integer"), (float, "number")):
        if isinstance(given, kinds):
            return name
    return "string"


def made_up(keys: Mapping[str, Any]) -> Any:
    """A value for a schema without an example."""
    kind = type_of(keys)
    if kind == "boolean":
        return True
    if kind in ("integer", "number"):
        return _number(keys, whole=kind == "integer")
    return _text(keys)


def _number(keys: Mapping[str, Any], *, whole: bool) -> int | float:
    """1, or the nearest that is within its bounds."""
    number: int | float = 1 if whole else 1.5
    least, most = _bound(keys.get("minimum")), _bound(keys.get("maximum"))
    if least is not None and number <= least:
        number = int(least) + 1 if whole else least + 0.5
    if most is not None and number >= most:
        number = (
            int(most) - (0 if int(most) <= most and keys.get("exclusiveMaximum") is not True else 1) if whole else most
        )
    return number


def _bound(value: Any) -> int | float | None:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return value if is_number and abs(value) < _BOUND else None


def _text(keys: Mapping[str, Any]) -> str:
    least, most = _length(keys.get("minLength")) or 0, _length(keys.get("maxLength")) or _LONGEST
    matches = whole_match(pattern_of(keys) or "(?s:.*)")
    first = _BY_FORMAT.get(str(keys.get("format")), "text")
    for text in (first, *_CANDIDATES):
        if least <= len(text) <= most and matches(text):
            return text
    return first.ljust(min(least, _LONGEST), "x")[:most]


def _length(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else None


def pattern_of(keys: Mapping[str, Any]) -> str | None:
    """A pattern for the whole text: the document's matches anywhere in it. None without one that RE2 takes."""
    pattern = keys.get("pattern")
    if not isinstance(pattern, str) or not pattern:
        return None
    is_whole = pattern.startswith("^") and pattern.endswith("$") and "|" not in pattern
    is_whole = is_whole and not pattern.endswith("\\$")
    whole = pattern[1:-1] if is_whole else f"(?s:.*)(?:{pattern})(?s:.*)"
    try:
        return _REGEX.validate_python(whole)
    except ValidationError:
        return None


def facts_of(keys: Mapping[str, Any], *, required: bool = False) -> FieldFacts:
    """What a schema says of a plain value."""
    kind = type_of(keys)
    allowed = tuple(_texts(keys.get("enum")))
    return FieldFacts(
        required=required,
        type=_TYPES.get(kind),
        description=" ".join(_description(keys).split()),
        values=allowed,
        max_length=_length(keys.get("maxLength")),
        pattern=pattern_of(keys),
        varies=None if "const" not in keys and len(allowed) != 1 else False,
    )


def _description(keys: Mapping[str, Any]) -> str:
    for key in ("description", "title"):
        if isinstance(keys.get(key), str) and keys[key].strip():
            return str(keys[key])
    return ""


def _texts(allowed: Any) -> Iterator[str]:
    for one in allowed if isinstance(allowed, list) else []:
        if isinstance(one, bool):
            yield "true" if one else "false"
        elif isinstance(one, str | int | float):
            yield str(one)


def plain(value: Any) -> str:
    """A value as an address or a form has it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else re.sub(r"[\r\n]+", " ", str(value))
