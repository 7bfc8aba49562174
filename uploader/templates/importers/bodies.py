"""A body as text, as it goes over the wire, and what it is: by its media type, and by its looks where none is named."""

import json
import re
from collections.abc import Collection, Iterable, Mapping
from email.message import Message as Headers
from typing import Any, NamedTuple
from urllib.parse import unquote_plus

from uploader.i18n import Message
from uploader.templates.importers.imported import Body, FieldFacts, Part
from uploader.templates.importers.loose_json import NotJsonError, loose

FORM = "application/x-www-form-urlencoded"
_PAIR = re.compile(r"[^=&\s\"{}\[\]][^=&\s]*=[^&]*|[\w.\[\]%+~-]+")
_PHONE = re.compile(r"=\+(?=\d[\d ()-]{5,}$)")
"""A plus before a number is meant as one, though a form has it for a space."""
_ONE_PLACEHOLDER = re.compile(r"\{\{[^{}]*\}\}")
_BARE_PLACEHOLDER = re.compile(r'"(?:[^"\\]|\\.)*"|(\{\{\s*[^{}"]*?\s*\}\})', re.DOTALL)
_XML = re.compile(r"\s*<(\?xml|[A-Za-z_][\w:.-]*)[\s>/?].*>\s*", re.DOTALL)


class ReadBody(NamedTuple):
    """What a text is."""

    body: Body | None
    notes: tuple[Message, ...] = ()
    fields: Mapping[str, FieldFacts] = {}
    content_type: str = ""
    """A header that it needs and that the source doesn't name."""
    refusal: Message | None = None
    """Why no template can send it."""


def body_of(text: str, content_type: str) -> ReadBody:
    """What a body is; `content_type` is the header's value, "" where there is none."""
    media_type = content_type.partition(";")[0].strip().lower()
    if not text:
        return ReadBody(None)
    if "json" in media_type:
        if _ONE_PLACEHOLDER.fullmatch(text.strip()):
            return ReadBody(Body("text", text.strip()), (Message("import.one_placeholder"),))
        return _json(text) or ReadBody(Body("text", text, is_broken_json=True))
    if media_type in ("", FORM):
        return _form(text) or _by_its_looks(text, is_named=bool(media_type))
    if media_type.startswith("multipart/"):
        parts = _parts(text, content_type)
        return _kept(text) if parts is None else ReadBody(Body("multipart", parts))
    return ReadBody(Body("xml" if media_type.endswith("xml") else "text", text))


def _by_its_looks(text: str, *, is_named: bool) -> ReadBody:
    """What a body is that is called a form, or that curl would call so, and is none: people mean what they write."""
    stripped = text.strip()
    if stripped[:1] in ("{", "[") and not stripped.startswith("{{"):
        kind, found = "json", _json(text)
        if found is None:
            return ReadBody(Body("text", text, is_broken_json=True), content_type="application/json")
    elif _XML.fullmatch(stripped):
        kind, found = "xml", ReadBody(Body("xml", text))
    else:
        kind, found = "text", _kept(text)
    return found if is_named else found._replace(notes=(Message(f"import.{kind}_without_type"), *found.notes))


def _kept(text: str) -> ReadBody:
    return ReadBody(Body("text", text), (Message("import.kept_as_text"),))


def _form(text: str) -> ReadBody | None:
    if _XML.fullmatch(text.strip()) or not _pieces(text):
        return None
    pairs = form_pairs(text)
    return ReadBody(None, refusal=Message("import.form_not_utf_8")) if pairs is None else ReadBody(Body("form", pairs))


def form_pairs(text: str) -> list[tuple[str, str]] | None:
    """The fields of a form; None where the text is no form, or wouldn't be the same again when it is written anew."""
    pairs = [_PHONE.sub("=%2B", piece).partition("=") for piece in _pieces(text)]
    try:
        return [(_decoded(name), _decoded(value)) for name, _, value in pairs] or None
    except UnicodeDecodeError:
        return None


def _pieces(text: str) -> list[str]:
    """The fields of a form as they are written; none where the text is no form."""
    pieces = [piece for piece in text.strip("\r\n").split("&") if piece]
    return pieces if all(map(_PAIR.fullmatch, pieces)) and "=" in text else []


def _decoded(text: str) -> str:
    return unquote_plus(text, errors="strict")


def _json(text: str) -> ReadBody | None:
    try:
        return ReadBody(Body("json", json.loads(text, parse_constant=_refused, strict=False)))
    except (ValueError, RecursionError):
        pass
    bare: dict[str, None] = {}

    def quoted(found: re.Match[str]) -> str:
        if found[1]:
            bare[found[1]] = None
            return json.dumps(found[1])
        return found[0]

    with_quotes = _BARE_PLACEHOLDER.sub(quoted, text)
    try:
        value = json.loads(with_quotes, parse_constant=_refused, strict=False)
    except (ValueError, RecursionError):
        return _loose_json(text)
    places = {place: FieldFacts(type="number") for place in _places(value, bare, "json")}
    return ReadBody(Body("json", value), (_of_numbers(bare),), places)


def _of_numbers(bare: Iterable[str]) -> Message:
    names = tuple(found.strip("{} \t\r\n") for found in bare)
    return Message("import.bare_placeholders", count=len(names), names=names)


def _loose_json(text: str) -> ReadBody | None:
    """JSON with comments, commas too many or single quotes; None for what is no table and no list."""
    if not re.fullmatch(r"\s*(\{.*\}|\[.*\])\s*", text, re.DOTALL):
        return None
    try:
        value, _ = loose(text)
    except NotJsonError:
        return None
    return ReadBody(Body("json", value), (Message("import.loose_json"),))


def _refused(constant: str) -> Any:
    raise ValueError(constant)


def _places(value: Any, texts: Collection[str], place: str) -> list[str]:
    """Where in a value one of these texts is."""
    if isinstance(value, dict):
        return [found for name, inner in value.items() for found in _places(inner, texts, f"{place}.{name}")]
    if isinstance(value, list):
        return [found for at, inner in enumerate(value) for found in _places(inner, texts, f"{place}.{at}")]
    return [place] if isinstance(value, str) and value in texts else []


def _parts(text: str, content_type: str) -> list[Part] | None:
    """The parts of a multipart body, as browsers copy it."""
    headers = Headers()
    headers["Content-Type"] = re.sub(r"[\r\n]", " ", content_type)
    boundary = headers.get_boundary()
    if not boundary:
        return None
    pieces = text.replace("\r\n", "\n").split(f"--{boundary}")
    parts = [part for piece in pieces[1:-1] if (part := _part(piece)) is not None]
    return parts if parts and len(parts) == len(pieces) - 2 else None


def _part(piece: str) -> Part | None:
    head, _, value = piece.lstrip("\n").partition("\n\n")
    name = re.search(r'(?i)content-disposition:.*?\bname="([^"]*)"', head)
    if name is None:
        return None
    filename = re.search(r'(?i)\bfilename=(?:"([^"]*)"|([^";\s]+))', head)
    media_type = re.search(r"(?im)^content-type:\s*(\S+)", head)
    value = value.removesuffix("\n")
    return Part(
        name[1],
        (filename[1] or filename[2] or "") if filename else value,
        is_file=filename is not None,
        type=media_type[1] if media_type else "",
    )
