"""The parameters of an operation: in the path, the query and the headers."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple
from urllib.parse import quote

from uploader.i18n import Message
from uploader.i18n.rows import some_of
from uploader.templates.importers.imported import FieldFacts, Note, Variable
from uploader.templates.importers.openapi.examples import MISSING, facts_of, plain
from uploader.templates.importers.openapi.references import Document, tables_in
from uploader.templates.importers.openapi.values import Values, example_of

_OWN_HEADERS = frozenset({"accept", "content-type", "authorization"})
"""The document says them elsewhere."""
_NOT_OF_A_NAME = re.compile(r"[^\w.-]+")
_PATH_PARAMETER = re.compile(r"\{([^{}]+)\}")
_BETWEEN = {"spaceDelimited": " ", "pipeDelimited": "|"}


class Parameters(NamedTuple):
    """What an operation takes beside its body."""

    path: str
    query: tuple[str, ...]
    headers: tuple[tuple[str, str], ...]
    variables: Mapping[str, Variable]
    fields: Mapping[str, FieldFacts]
    notes: tuple[Note, ...]


def placeholder_name(name: str) -> str:
    """A name as a placeholder may have it."""
    return _NOT_OF_A_NAME.sub("_", name).strip("_") or "value"


def parameters_of(document: Document, path: str, given: Iterator[Any]) -> Parameters:
    """Those of a path and its operation; of two of one name and place the later one holds."""
    known: dict[tuple[str, str], Mapping[str, Any]] = {}
    for one in tables_in(list(given)):
        read = document.resolved(one)
        known[str(read.get("in")), str(read.get("name"))] = read
    headers: list[tuple[str, str]] = []
    query: list[str] = []
    variables: dict[str, Variable] = {}
    fields: dict[str, FieldFacts] = {}
    left_out: list[str] = []
    for (place, name), one in known.items():
        value, facts = _value(document, one)
        if place == "cookie" or _is_nested(value):
            left_out.append(name)
        elif place == "path":
            variables[placeholder_name(name)] = Variable(_joined(value, ","), facts.description)
            fields[f"path.{placeholder_name(name)}"] = facts._replace(required=True)
        elif place == "header" and name.lower() not in _OWN_HEADERS:
            headers.append((name, _joined(value, ",")))
            fields[f"header.{name}"] = facts
        elif place == "query":
            for key, text in _pairs(name, value, one):
                query.append(f"{quote(key, safe='[]$.-_')}={quote(text, safe='')}")
                fields[f"query.{key}"] = facts
    notes = (Note(Message("openapi.note.parameters", names=some_of(left_out))),) if left_out else ()
    path = _PATH_PARAMETER.sub(lambda found: f"{{{{{placeholder_name(found[1])}}}}}", path)
    return Parameters(path, tuple(query), tuple(headers), variables, fields, notes)


def _value(document: Document, one: Mapping[str, Any]) -> tuple[Any, FieldFacts]:
    """An example, and what is known of it; a parameter may have its schema within a media type."""
    content = one.get("content")
    media = next(iter(content.values()), None) if isinstance(content, Mapping) else None
    media = document.resolved(media) if media is not None else one
    example = example_of(document, one)
    example = example_of(document, media) if example is MISSING else example
    schema = document.schema(media.get("schema", {}))
    keys = schema.keys if schema is not None else {}
    value = Values(document).value(keys, "", example)
    facts = facts_of(keys, required=one.get("required") is True)
    said = one.get("description")
    varies = facts.varies if facts.varies is not None else True
    described = " ".join(said.split()) if isinstance(said, str) and said.strip() else facts.description
    is_plain = not isinstance(value, dict | list)
    facts = facts if is_plain else FieldFacts(required=facts.required)
    return value, facts._replace(description=described, varies=varies)


def _is_nested(value: Any) -> bool:
    """Whether a parameter has tables or lists within it, which no style of an address says in one way."""
    inner = value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ()
    return any(isinstance(one, dict | list) for one in inner)


def _joined(value: Any, between: str) -> str:
    if isinstance(value, list):
        return between.join(plain(one) for one in value)
    if isinstance(value, Mapping):
        return between.join(f"{key}={plain(one)}" for key, one in value.items())
    return "" if value is MISSING else plain(value)


def _pairs(name: str, value: Any, one: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """A parameter as its style writes it; a list that would repeat its name is there once."""
    style, explode = one.get("style", "form"), one.get("explode", one.get("style", "form") == "form")
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield (f"{name}[{key}]" if style == "deepObject" or not explode else str(key)), _joined(inner, ",")
    elif isinstance(value, list) and explode is True and style == "form":
        yield name, _joined(value[:1], ",")
    else:
        yield name, _joined(value, _BETWEEN.get(str(style), ","))
