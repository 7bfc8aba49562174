"""The address of a draft: its host as in the source, the variables of its path and query as columns."""

import re
from collections.abc import Mapping
from datetime import date
from typing import NamedTuple
from urllib.parse import quote, unquote

from uploader.errors import TemplateError
from uploader.i18n import Message
from uploader.model.address import is_loopback, origin_of
from uploader.templates.importers.draft.fields import PLACEHOLDER, Field, Fields, Filled
from uploader.templates.importers.draft.names import readable
from uploader.templates.importers.draft.secret_values import is_secret, secrets_in
from uploader.templates.importers.imported import FieldFacts

_VARIABLE = re.compile(r":([A-Za-z_]\w*)|<([^<>/]+)>|%3C([^<>/]+?)%3E|\{([^{}/]+)\}|%7B([^{}/%]+)%7D", re.IGNORECASE)
"""A segment of a path that stands for something: `:id`, `<id>`, `{id}`."""
_WITHIN = re.compile(r"(?<!\{)\{([A-Za-z_][\w.-]*)\}(?!\})")
_NUMBER_OR_UUID = re.compile(r"\d{3,}|[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_OPAQUE = re.compile(r"(?![A-Z]{2}[0-9a-f]{32}$)(?=\S*[a-z])(?=\S*[A-Z])(?=\S*\d)[\w-]{24,}")
"""Long, of all kinds of characters, and no id as Twilio has them."""
_WEBHOOK = re.compile(r"https?://(?:[\w-]+\.)*(?:web)?hooks?\.")
_KEY_OF_A_WEBHOOK = re.compile(r"(?=.*\d)[\w-]{6,}|[\w-]{16,}")
_SAFE = "/:@!$'()*+,;=-._~%&?"
_DATUM = re.compile(r"[^@\s]+@[^@\s]+\.\w+|[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}|\+?\d[\d() .-]{2,}\d")
_OF_THE_API = re.compile(
    r"(?i)(.*[_-])?(v|ver|version|format|fmt|limit|offset|page|size|per_?page|page_?size|fields|expand|include|sort|order"
    r"|alt|locale|lang|language|api)"
)
"""Parameters that say how the API is to answer, and not what about."""


class Address(NamedTuple):
    """The parts of it, to be written one after the other."""

    url: Filled
    login: str
    """Who logs in, as some addresses have it: `user:password`; a secret."""
    notes: tuple[Message, ...]


def address(url: str, fields: Fields, facts: Mapping[str, FieldFacts]) -> Address:
    """What becomes of an address. Raises TemplateError where it is none."""
    url, notes = _with_scheme(url.strip())
    origin = origin_of(url)
    rest = url.removeprefix(origin)
    if not rest.startswith("/"):
        origin, mark, query = origin.partition("?")
        rest = f"/{mark}{query}"
    login, origin = _without_login(origin)
    rest = rest.partition("#")[0]
    path, mark, query = rest.partition("?")
    path = _without_dots(path)
    if any(part in (".", "..") for part in re.split(r"[/\\]", unquote(path))):
        raise TemplateError(Message("import.no_address"))
    parts: list[str | Field] = [*fields.filled(_host(origin), as_setting=True).parts]
    is_webhook = bool(_WEBHOOK.match(origin))
    parts += _path(path, fields, facts, is_webhook=is_webhook)
    if mark:
        parts += ["?", *_query(query, fields, facts)]
    return Address(Filled(tuple(parts)), login, tuple(notes))


def _with_scheme(url: str) -> tuple[str, list[Message]]:
    if "\\" in origin_of(url) or not re.search(r"[\w}]", url):
        raise TemplateError(Message("import.no_address"))
    variable = PLACEHOLDER.match(url)
    if variable is not None:
        rest = url[variable.end() :]
        return (f"https{rest}", []) if rest.startswith("://") else (f"https://{url}", [Message("draft.base_url")])
    scheme, mark, rest = url.partition("://")
    if not mark:
        return f"https://{url}", []
    if scheme.lower() == "http" and not is_loopback(url):
        return f"https://{rest}", [Message("draft.plain_http")]
    if scheme.lower() not in ("http", "https"):
        raise TemplateError(Message("import.other_scheme", scheme=scheme[:20]))
    return f"{scheme.lower()}://{rest}", []


def _without_dots(path: str) -> str:
    """A path without `.` and `..`, which lead to another one, as every browser and curl itself take them."""
    kept: list[str] = []
    for segment in path.split("/")[1:]:
        plain = unquote(segment)
        if plain == ".." and kept:
            kept.pop()
        elif plain not in (".", ".."):
            kept.append(segment)
    return "/" + "/".join(kept)


def _without_login(origin: str) -> tuple[str, str]:
    scheme, _, host = origin.partition("://")
    login, mark, host = host.rpartition("@")
    return (unquote(login) if mark else ""), f"{scheme}://{host}"


def _host(origin: str) -> str:
    return _WITHIN.sub(r"{{\1}}", re.sub(r"<([\w .-]+)>", r"{{\1}}", origin))


# The path


def _path(path: str, fields: Fields, facts: Mapping[str, FieldFacts], *, is_webhook: bool) -> list[str | Field]:
    parts: list[str | Field] = []
    before, segments = "", path.split("/")
    for number, segment in enumerate(segments):
        parts += ["/"] if number else []
        if is_webhook and number == len(segments) - 1 and _KEY_OF_A_WEBHOOK.fullmatch(segment):
            parts.append(fields.secret("token", segment))  # who knows such an address may send
        else:
            parts += _segment(segment, before, fields, facts)
        before = segment
    return parts


def _segment(segment: str, before: str, fields: Fields, facts: Mapping[str, FieldFacts]) -> list[str | Field]:
    variable = _VARIABLE.fullmatch(segment)
    if variable is not None and not PLACEHOLDER.fullmatch(segment):
        segment = f"{{{{{next(filter(None, variable.groups()))}}}}}"
    segment = _WITHIN.sub(r"{{\1}}", segment)
    plain = unquote(segment)
    if not PLACEHOLDER.search(segment):
        if _NUMBER_OR_UUID.fullmatch(plain) and _escaped(plain) == segment and not _is_year(plain):
            name = f"{_singular(readable(before))}_id" if readable(before) and not re.match(r"v\d", before) else "id"
            column = fields.column((name,), plain, required=True)
            column.notes.append(Message("draft.of_the_path"))
            return [column]
        if _OPAQUE.fullmatch(plain):
            return [fields.secret("token", plain)]
    parts = [_quoted(part) if isinstance(part, str) else part for part in fields.filled(segment).parts]
    for part in parts:
        if isinstance(part, Field) and not part.is_setting:
            part.required = True
            known = facts.get(f"path.{part.wish[-1]}")
            if known is not None:
                _tell(part, known)
    return parts


def _tell(field: Field, facts: FieldFacts) -> None:
    field.facts, field.type = facts, facts.type or field.type
    field.description = field.description or facts.description
    field.example = field.example or facts.example or ""


def _singular(name: str) -> str:
    if name.endswith("ies"):
        return f"{name[:-3]}y"
    return name[:-1] if name.endswith("s") and not name.endswith("ss") else name


def _is_year(segment: str) -> bool:
    """Whether a number is a version's year: `/2010/`."""
    return bool(re.fullmatch(r"(19|20)\d\d", segment))


# The query


def _query(query: str, fields: Fields, facts: Mapping[str, FieldFacts]) -> list[str | Field]:
    parts: list[str | Field] = []
    for number, pair in enumerate(query.split("&")):
        name, equals, value = pair.partition("=")
        parts.append(("&" if number else "") + _key(name) + equals)
        if value or equals:
            parts += _value(unquote(name), value, fields, facts)
    return parts


def _key(name: str) -> str:
    return _quoted(name.replace("{{", "%7B%7B").replace("}}", "%7D%7D"))


def _value(name: str, value: str, fields: Fields, facts: Mapping[str, FieldFacts]) -> list[str | Field]:
    plain = _decoded(value)
    if plain is None:
        return [_quoted(value)]
    known = facts.get(f"query.{name}", FieldFacts())
    hint = re.fullmatch(r"<([^<>]+)>|(?<!\{)\{([^{}]+)\}(?!\})", plain)
    if PLACEHOLDER.search(plain):
        return _with_placeholders(name, plain, fields, known)
    if is_secret(name, plain):
        return [fields.secret(name, plain)]
    if hint is not None:
        return [fields.column((name,), known.example or "", known, type=known.type or "text")]
    if next(secrets_in(plain), None):
        return [_escaped(part) if isinstance(part, str) else part for part in fields.filled(plain, wish=name).parts]
    varies = known.varies if known.varies is not None else is_datum(name, plain)
    if not varies or not plain.isprintable():
        return [_quoted(value)]
    return [fields.column((name,), plain, known, type=known.type or "text")]


def _with_placeholders(name: str, plain: str, fields: Fields, facts: FieldFacts) -> list[str | Field]:
    filled = fields.filled(plain, wish=name)
    if is_secret(name, plain):
        fields.hide(filled)
    for part in filled.parts:
        if isinstance(part, Field) and len(filled.parts) == 1 and not part.is_setting:
            _tell(part, facts)
    return [_escaped(part) if isinstance(part, str) else part for part in filled.parts]


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


def _quoted(text: str) -> str:
    """A piece of an address with what can't be in one percent-encoded; what is encoded stays so."""
    return quote(text, safe=_SAFE).replace("{{", "%7B%7B")


def _escaped(text: str) -> str:
    return quote(text, safe="")
