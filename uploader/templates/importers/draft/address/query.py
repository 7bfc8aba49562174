"""The query of an address: what is a row's is a column, what chooses the operation stays."""

import re
from collections.abc import Mapping
from datetime import date
from urllib.parse import unquote

from uploader.errors import TemplateError
from uploader.i18n import Message
from uploader.templates.importers.draft.address.path import tell
from uploader.templates.importers.draft.address.writing import escaped, quoted
from uploader.templates.importers.draft.fields import PLACEHOLDER, Field, Fields
from uploader.templates.importers.draft.secrets.values import is_secret, secrets_in
from uploader.templates.importers.imported import FieldFacts

_DATUM = re.compile(r"[^@\s]+@[^@\s]+\.\w+|[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}|\+?\d[\d() .-]{2,}\d")
_OF_THE_API = re.compile(
    r"(?i)(.*[_-])?(v|ver|version|format|fmt|limit|offset|page|size|per_?page|page_?size|fields|expand|include|sort|order"
    r"|alt|locale|lang|language|api)"
)
"""Parameters that say how the API is to answer, and not what about."""


def query_parts(query: str, fields: Fields, facts: Mapping[str, FieldFacts]) -> list[str | Field]:
    """The query as texts and fields, one after the other."""
    parts: list[str | Field] = []
    for number, pair in enumerate(query.split("&")):
        name, equals, value = pair.partition("=")
        parts.append(("&" if number else "") + _key(name) + equals)
        if value or equals:
            parts += _value(unquote(name), value, fields, facts)
    return parts


def _key(name: str) -> str:
    """The name of a parameter, which can't vary."""
    if PLACEHOLDER.search(name):
        raise TemplateError(Message("import.placeholder_in_name", name=name))
    return quoted(name.replace("{{", "%7B%7B").replace("}}", "%7D%7D"))


def _value(name: str, value: str, fields: Fields, facts: Mapping[str, FieldFacts]) -> list[str | Field]:
    plain = _decoded(value)
    if plain is None:
        return [quoted(value)]
    known = facts.get(f"query.{name}", FieldFacts())
    hint = re.fullmatch(r"<([^<>]+)>|(?<!\{)\{([^{}]+)\}(?!\})", plain)
    if PLACEHOLDER.search(plain):
        return _with_placeholders(name, plain, fields, known)
    if is_secret(name, plain):
        return [fields.secret(name, plain)]
    if hint is not None:
        example = known.example or (plain if hint[1] and (known.type or "text") == "text" else "")
        return [fields.column((name,), example, known, type=known.type or "text")]
    if next(secrets_in(plain), None):
        return [escaped(part) if isinstance(part, str) else part for part in fields.filled(plain, wish=name).parts]
    varies = known.varies if known.varies is not None else is_datum(name, plain)
    if not varies or not plain.isprintable() or fields.is_full:
        return [quoted(value)]
    return [fields.column((name,), plain, known, type=known.type or "text")]


def _with_placeholders(name: str, plain: str, fields: Fields, facts: FieldFacts) -> list[str | Field]:
    filled = fields.filled(plain, wish=name)
    if is_secret(name, plain):
        fields.hide(filled)
    for part in filled.parts:
        if isinstance(part, Field) and len(filled.parts) == 1 and not part.is_setting:
            tell(part, facts)
    return [escaped(part) if isinstance(part, str) else part for part in filled.parts]


def is_datum(name: str, value: str) -> bool:
    """Whether a parameter's value is one of the row's, and not one that chooses the operation.

    An empty one, an e-mail address, a number of four digits or more, a date, a UUID, a text with spaces or with letters
    beyond ASCII; but not where its name says how the API is to answer, as `version` and `limit` do.
    """
    if _OF_THE_API.fullmatch(name):
        return False
    return value == "" or bool(_DATUM.fullmatch(value)) or " " in value or not value.isascii() or _is_date(value)


def _is_date(text: str) -> bool:
    try:
        return bool(date.fromisoformat(text[:10]))
    except ValueError:
        return False


def _decoded(value: str) -> str | None:
    """A value without its percent-encoding; None where that is no text."""
    try:
        return unquote(value.replace("+", " "), errors="strict")
    except UnicodeDecodeError:
        return None
