"""The body of an operation, of the kinds that a template has."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from uploader.i18n import Message
from uploader.templates.importers.imported import Body, FieldFacts, Note, Part, Variable
from uploader.templates.importers.openapi.examples import MISSING, plain
from uploader.templates.importers.openapi.references import Document
from uploader.templates.importers.openapi.values import Values, as_data, example_of

_JSON = re.compile(r"(?:application|text)/(?:[\w.*-]+\+)?json|\*/\*|application/\*")
_KINDS = (
    ("json", _JSON),
    ("form", re.compile("application/x-www-form-urlencoded")),
    ("multipart", re.compile("multipart/form-data")),
    ("xml", re.compile(r"(?:application|text)/(?:[\w.-]+\+)?xml")),
    ("text", re.compile("text/")),
)
"""In the order in which they are preferred."""


class Carried(NamedTuple):
    """What an operation carries."""

    body: Body | None = None
    content_type: str = ""
    """The one that must be said because the body's kind alone would be sent with another."""
    fields: Mapping[str, FieldFacts] = {}
    variables: Mapping[str, Variable] = {}
    notes: tuple[Note, ...] = ()


def body_of(document: Document, given: Any) -> Carried:
    """What a `requestBody` carries."""
    content = document.resolved(given).get("content")
    if not isinstance(content, Mapping) or not content:
        return Carried()
    for kind, pattern in _KINDS:
        for media_type, media in content.items():
            if pattern.match(media_type.lower()):
                return _carried(document, kind, media_type, document.resolved(media))
    return Carried(notes=(Note(Message("openapi.note.body", kind=str(next(iter(content)))[:100])),))


def _carried(document: Document, kind: str, media_type: str, media: Mapping[str, Any]) -> Carried:
    example, schema = example_of(document, media), media.get("schema", {})
    if kind in ("xml", "text"):
        return _text(kind, media_type, example)
    values = Values(document)
    value = values.value(schema, kind, as_data(example))
    notes = tuple(values.notes)
    if kind == "json":
        is_own = "*" in media_type or media_type.partition(";")[0].strip().lower() == "application/json"
        said = "" if is_own else media_type
        return Carried(Body("json", {} if value is MISSING else value), said, values.facts, notes=notes)
    if not isinstance(value, Mapping) or not value:
        return Carried(notes=notes)
    if kind == "form":
        pairs = [(name, text) for name, inner in value.items() for text in _form_texts(inner)]
        return Carried(Body("form", pairs), fields=_flat(values.facts), notes=notes)
    encoding = media.get("encoding")
    parts = list(_parts(document, schema, value, encoding if isinstance(encoding, Mapping) else {}))
    return Carried(Body("multipart", parts), fields=_flat(values.facts), notes=notes)


def _text(kind: str, media_type: str, example: Any) -> Carried:
    """A body that is a text: the document's example, else one column for all of it."""
    if isinstance(example, str) and example.strip():
        return Carried(Body("xml" if kind == "xml" else "text", example), media_type)
    body = Body("text", "{{body}}")
    return Carried(body, media_type, variables={"body": Variable()}, notes=(Note(Message("openapi.note.text")),))


def _form_texts(value: Any) -> list[str]:
    """A list repeats its field's name; what is nested is JSON in a text."""
    if isinstance(value, list):
        return [one if isinstance(one, str) else _as_text(one) for one in value]
    return [_as_text(value)]


def _as_text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else plain(value)


def _flat(facts: Mapping[str, FieldFacts]) -> dict[str, FieldFacts]:
    """The facts of the fields themselves: what is nested in one is a text, and an element speaks for its list."""
    return {where.removesuffix(".0"): fact for where, fact in facts.items() if where.removesuffix(".0").count(".") == 1}


def _parts(document: Document, schema: Any, value: Mapping[str, Any], encoding: Mapping[str, Any]) -> Iterator[Part]:
    read = document.schema(schema)
    known = read.keys.get("properties", {}) if read is not None else {}
    for name, inner in value.items():
        said = document.resolved(encoding.get(name))
        media_type = str(said.get("contentType", "")).partition(",")[0]
        if _is_file(document, known.get(name, {}) if isinstance(known, Mapping) else {}):
            yield Part(name, "file", is_file=True, type="" if "*" in media_type else media_type)
            continue
        is_nested = isinstance(inner, dict) or (isinstance(inner, list) and any(isinstance(one, dict) for one in inner))
        media_type = media_type or ("application/json" if is_nested else "")
        for text in [_as_text(inner)] if is_nested else _form_texts(inner):
            yield Part(name, text, type=media_type)


def _is_file(document: Document, schema: Any) -> bool:
    read = document.schema(schema)
    keys = read.keys if read is not None else {}
    if keys.get("type") == "array":
        return _is_file(document, keys.get("items", {}))
    return keys.get("format") == "binary" or "contentMediaType" in keys
