"""Bodies that are no JSON as a template lays them out: form fields, parts with files, XML, and plain text."""

import re
from collections.abc import Mapping, Sequence
from html import unescape
from pathlib import PurePosixPath, PureWindowsPath
from typing import Any
from xml.sax.saxutils import escape

from uploader.errors import TemplateError
from uploader.i18n import Message
from uploader.templates.importers.draft.bodies.json_body import Body
from uploader.templates.importers.draft.fields import PLACEHOLDER, Field, Fields, Filled
from uploader.templates.importers.imported import FieldFacts, Part
from uploader.templates.requests.bodies.xml_body import check_xml
from uploader.templates.values.faults import FaultError

_ELEMENT = re.compile(r"(<(?:[\w.-]+:)?([\w.-]+)(?:\s[^<>]*)?(?<!/)>)([^<>]+)(?=</)")
_MEDIA_TYPE = re.compile(r"[\w!#$&^.+-]+/[\w!#$&^.+-]+")
_NO_ELEMENTS = re.compile(r"<!\[CDATA\[|<!--|<!DOCTYPE", re.IGNORECASE)


def form(pairs: Sequence[tuple[str, str]], fields: Fields, facts: Mapping[str, FieldFacts]) -> dict[str, Any]:
    """The fields of a form; a name that is there several times has a list."""
    body, grouped = Body(fields, facts, "form"), dict[str, list[str]]()
    for name, value in pairs:
        grouped.setdefault(name, []).append(value)
    return {
        _key(name): body.tree(values[0] if len(values) == 1 else values, (name,)) for name, values in grouped.items()
    }


def _key(name: str) -> str:
    """The name of a field, which can't vary."""
    if "{{" in name:
        raise TemplateError(Message("import.placeholder_in_name", name=name))
    return name


def multipart(parts: Sequence[Part], fields: Fields, facts: Mapping[str, FieldFacts]) -> dict[str, Any]:
    """The parts; a name that is there several times has a list."""
    body, grouped = Body(fields, facts, "multipart"), dict[str, list[Part]]()
    for part in parts:
        grouped.setdefault(part.name, []).append(part)

    def laid_out(name: str, found: list[Part]) -> Any:
        if len(found) > 1 and not any(part.is_file or _stated(part) for part in found):
            return body.tree([part.value for part in found], (name,))
        each = [
            _file(part, fields, facts) if part.is_file else _typed(body.tree(part.value, (name,)), _stated(part))
            for part in found
        ]
        return each[0] if len(each) == 1 else each

    return {_key(name): laid_out(name, found) for name, found in grouped.items()}


def _stated(part: Part) -> str:
    """The media type that the source names, where it is one."""
    return part.type if _MEDIA_TYPE.fullmatch(part.type) else ""


def _typed(inside: Any, stated: str) -> Any:
    """A part that is no file, with its media type; most have none."""
    if not stated:
        return inside
    return {**(inside if isinstance(inside, Mapping) else {"text": inside}), "type": stated}


def _file(part: Part, fields: Fields, facts: Mapping[str, FieldFacts]) -> dict[str, Any]:
    """A file's path is in the cell, relative to a folder; of the source's path, only the name is kept."""
    if PLACEHOLDER.fullmatch(part.value):
        path = fields.filled(part.value)
    else:
        name = PurePosixPath(PureWindowsPath(part.value).as_posix()).name
        column = fields.column((part.name,), name, facts.get(f"multipart.{part.name}", FieldFacts()))
        column.notes.append(Message("draft.file", option="--files"))
        path = Filled((column,))
    return {"file": path, **({"type": _stated(part)} if _stated(part) else {})}


def is_xml(text: str) -> bool:
    """Whether a template can have a text as XML: it is well-formed, and no placeholder is where none may be."""
    try:
        check_xml("", PLACEHOLDER.sub("{{x}}", text))
    except FaultError:
        return False
    return True


def xml(text: str, fields: Fields, facts: Mapping[str, FieldFacts]) -> Filled:
    """XML whose elements' texts are columns; with comments or CDATA, only its placeholders are."""
    if _NO_ELEMENTS.search(text):
        return fields.filled(text)
    body, parts, at = Body(fields, facts, "xml"), list[str | Field](), 0
    for found in _ELEMENT.finditer(text):
        before, value = text[at : found.start(3)], found[3]
        plain = unescape(value)
        if not value.strip() or (escape(plain) != value and escape(plain, {'"': "&quot;", "'": "&apos;"}) != value):
            continue
        parts += fields.filled(before).parts
        leaf = body.leaf(plain, (found[2],))
        parts += leaf.parts if isinstance(leaf, Filled) else [value]
        at = found.end(3)
    return Filled((*parts, *fields.filled(text[at:]).parts))
