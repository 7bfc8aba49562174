"""The body of a request, by Postman's modes."""

import json
import posixpath
import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple
from urllib.parse import parse_qsl

from uploader.i18n import Message
from uploader.templates.importers.bodies import form_pairs
from uploader.templates.importers.imported import Body, FieldFacts, Note, Part, ValueType
from uploader.templates.importers.loose_json import Bare, NotJsonError, loose
from uploader.templates.importers.postman.texts import (
    PLACEHOLDER,
    Entry,
    as_text,
    enabled,
    facts_of,
    placeholder_name,
    with_our_placeholders,
)
from uploader.templates.importers.postman.variables import Variables

_MOST_FILLED_IN = 100_000
"""Characters of JSON that variables stand for in one body."""
_FORM_TYPE = "application/x-www-form-urlencoded"
_JSON_TYPE = re.compile(r"application/(?:[\w.-]+\+)?json\b", re.IGNORECASE)
_XML_TYPE = re.compile(r"(?:application|text)/(?:[\w.-]+\+)?xml\b", re.IGNORECASE)


class Carried(NamedTuple):
    """What a request carries, and what is known of it."""

    body: Body | None = None
    facts: Mapping[str, FieldFacts] = {}
    notes: tuple[Note, ...] = ()
    content_type: str = ""
    """The one that must be said because the body's kind alone would be sent with another."""


def body_of(given: Any, content_type: str, variables: Variables) -> Carried:
    """What a `body` table carries; `content_type` is that of the request's headers, "" without one."""
    if not isinstance(given, Mapping) or given.get("disabled") is True:
        return Carried()
    match given.get("mode"):
        case "urlencoded":
            return _form(_named(_fields(given.get("urlencoded")), variables))
        case "formdata":
            return _multipart(_named(enabled(given.get("formdata")), variables))
        case "graphql":
            return _graphql(given.get("graphql"), variables)
        case "file":
            return Carried(notes=(Note(Message("collection.note.file_body")),))
        case "raw" | None:
            raw = given.get("raw")
            text = raw if isinstance(raw, str) else json.dumps(raw, ensure_ascii=False) if raw else ""
            return _raw(text, _language(given), content_type, variables)
    return Carried(notes=(Note(Message("collection.note.body", kind=as_text(given.get("mode")))),))


def _language(given: Mapping[str, Any]) -> str:
    options = given.get("options")
    raw = options.get("raw") if isinstance(options, Mapping) else None
    return as_text(raw.get("language")) if isinstance(raw, Mapping) else ""


# Forms


def _fields(given: Any) -> list[Entry]:
    if isinstance(given, str):
        return [Entry(key, value, "", {}) for key, value in parse_qsl(given, keep_blank_values=True)]
    return enabled(given)


def _named(fields: list[Entry], variables: Variables) -> list[Entry]:
    """The same with what stands for a variable in their names, which can't vary."""
    return [field._replace(key=variables.filled(field.key)) for field in fields]


def _form(fields: list[Entry]) -> Carried:
    if not fields:
        return Carried()
    facts = {f"form.{field.key}": facts_of(field) for field in fields if field.description}
    return Carried(Body("form", [(field.key, field.value) for field in fields]), facts)


def _multipart(fields: list[Entry]) -> Carried:
    if not fields:
        return Carried()
    facts = {f"multipart.{one.key}": facts_of(one) for one in fields if one.description}
    return Carried(Body("multipart", [part for field in fields for part in _parts(field)]), facts)


def _parts(field: Entry) -> Iterator[Part]:
    """A field's part, or one for each of its files; of a file's path on somebody's computer only its name is kept."""
    media_type = as_text(field.of.get("contentType"))
    if field.of.get("type") != "file":
        yield Part(field.key, field.value, is_file=False, type=media_type)
        return
    sources = field.of.get("src", field.of.get("value"))
    for source in sources if isinstance(sources, list) and sources else [sources]:
        path = "" if isinstance(source, list) else as_text(source).replace("\\", "/")
        yield Part(field.key, posixpath.basename(path), is_file=True, type=media_type)


# Texts


def _raw(text: str, language: str, content_type: str, variables: Variables) -> Carried:
    text = text.removeprefix("\ufeff")
    if not text.strip():
        return Carried()
    text = _known_whole(text, variables)
    if content_type.lower().startswith(_FORM_TYPE) and text.lstrip()[:1] not in ("{", "["):
        pairs = form_pairs(with_our_placeholders(text))
        return Carried(Body("text", with_our_placeholders(text)) if pairs is None else Body("form", pairs))
    is_xml = language == "xml" or _XML_TYPE.match(content_type) or text.lstrip().startswith("<?xml")
    if is_xml and not _JSON_TYPE.match(content_type):
        return Carried(Body("xml", with_our_placeholders(text)))
    is_json = language == "json" or bool(_JSON_TYPE.match(content_type))
    if is_json or text.lstrip()[:1] in ("{", "["):
        read = _json(text, variables)
        if read is not None:
            return read
    said = "application/json" if is_json and not content_type else ""
    is_one_placeholder = PLACEHOLDER.fullmatch(text.strip()) is not None
    notes = (Note(Message("import.one_placeholder")),) if is_json and is_one_placeholder else ()
    body = Body("text", with_our_placeholders(text), is_broken_json=is_json and not is_one_placeholder)
    return Carried(body, notes=notes, content_type=said)


def _known_whole(text: str, variables: Variables) -> str:
    """A text that is one variable gives way to the JSON that the variable stands for."""
    alone = PLACEHOLDER.fullmatch(text.strip())
    value = variables.value(placeholder_name(alone[1])) if alone else ""
    return value if value.lstrip()[:1] in ("{", "[") else text


def _json(text: str, variables: Variables) -> Carried | None:
    """None for a text that is no table and no list."""
    try:
        value, is_strict = loose(text)
    except NotJsonError:
        return None
    if not isinstance(value, dict | list):
        return None
    value = _with_known_json(value, variables)
    guessed = list(_bare_types(value, "json", variables))
    facts = {where: FieldFacts(type=kind) for where, kind, _ in guessed}
    notes = [] if is_strict else [Note(Message("collection.note.loose_json"))]
    for kind in dict.fromkeys(kind for _, kind, _ in guessed):
        names = tuple(dict.fromkeys(name for _, other, name in guessed if other == kind))
        notes.append(Note(Message("collection.note.guessed_type", count=len(names), names=names, kind=kind)))
    return Carried(Body("json", _plain(value)), facts, tuple(notes))


def _with_known_json(value: Any, variables: Variables) -> Any:
    """The same with names filled in, and with a variable's JSON where it stands without quotes, be it a table."""
    left = _MOST_FILLED_IN

    def meant(bare: Bare) -> Any:
        nonlocal left
        alone = PLACEHOLDER.fullmatch(bare)
        text = variables.value(placeholder_name(alone[1])) if alone and left > 0 else ""
        left -= len(text)
        try:
            found = json.loads(text, parse_constant=str) if left > 0 else None
        except (ValueError, RecursionError):
            return bare
        return found if isinstance(found, dict | list | str) else bare

    def filled(value: Any) -> Any:
        if isinstance(value, dict):
            return {variables.filled(key): filled(inner) for key, inner in value.items()}
        if isinstance(value, list):
            return [filled(inner) for inner in value]
        return meant(value) if isinstance(value, Bare) else value

    return filled(value)


def _bare_types(value: Any, where: str, variables: Variables) -> Iterator[tuple[str, ValueType, str]]:
    """Where a placeholder stands without quotes, so what it stands for is no text; its type, and its name."""
    if isinstance(value, Bare):
        found = PLACEHOLDER.fullmatch(value)
        kind = _type_of(variables.example(found[1])) if found else None
        if found and kind:
            yield where, kind, placeholder_name(found[1])
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from _bare_types(inner, f"{where}.{key}", variables)
    elif isinstance(value, list):
        for position, inner in enumerate(value):
            yield from _bare_types(inner, f"{where}.{position}", variables)


def _type_of(example: str) -> ValueType | None:
    """Most often a number is meant where nothing tells."""
    if not example:
        return "number"
    try:
        value = json.loads(example, parse_constant=str)
    except (ValueError, RecursionError):
        return None
    if isinstance(value, bool):
        return "boolean"
    return "integer" if isinstance(value, int) else "number" if isinstance(value, float) else None


def _plain(value: Any) -> Any:
    if isinstance(value, str):
        return with_our_placeholders(str(value))
    if isinstance(value, dict):
        return {with_our_placeholders(str(key)): _plain(inner) for key, inner in value.items()}
    return [_plain(inner) for inner in value] if isinstance(value, list) else value


def _graphql(given: Any, variables: Variables) -> Carried:
    """As Postman sends it: the query with its variables; the query is the same for every row."""
    if not isinstance(given, Mapping) or not as_text(given.get("query")).strip():
        return Carried()
    sent: dict[str, Any] = {"query": as_text(given.get("query"))}
    if as_text(given.get("operationName")):
        sent["operationName"] = as_text(given.get("operationName"))
    held = given.get("variables")
    read = _json(held, variables) if isinstance(held, str) and held.strip() else None
    if isinstance(held, dict) or (read and read.body):
        sent["variables"] = read.body.value if read and read.body else held
    facts = {
        f"json.variables{where.removeprefix('json')}": fact for where, fact in (read.facts if read else {}).items()
    }
    constant = FieldFacts(varies=False)
    return Carried(Body("json", sent), {**facts, "json.query": constant, "json.operationName": constant})
