"""The path of an address: its variables are columns, its secrets are settings."""

import re
from collections.abc import Mapping
from urllib.parse import unquote

from uploader.i18n import Message
from uploader.model.address import origin_of
from uploader.model.settings import MASK
from uploader.templates.importers.draft.address.writing import escaped, quoted
from uploader.templates.importers.draft.fields import PLACEHOLDER, Field, Fields
from uploader.templates.importers.draft.names import readable
from uploader.templates.importers.draft.secrets.values import secrets_in
from uploader.templates.importers.imported import FieldFacts

_VARIABLE = re.compile(r":([A-Za-z_]\w*)|<([^<>/]+)>|%3C([^<>/]+?)%3E|\{([^{}/]+)\}|%7B([^{}/%]+)%7D", re.IGNORECASE)
"""A segment of a path that stands for something: `:id`, `<id>`, `{id}`."""
WITHIN = re.compile(r"(?<!\{)\{([A-Za-z_][\w.-]*)\}(?!\})")
YOURS = re.compile(
    r"\bYOUR[_-][A-Z][A-Z0-9_-]*\b|\byour-?(?:sub)?domain\b(?=\.)|\byour-?(?:instance|company|store|shop)\b(?=\.)"
)
"""What documentation has for a part that is the account's: `YOUR_DOMAIN`."""
_IN_CAPITALS = re.compile(r"[A-Z]{2,}(?:_[A-Z]+)*")
"""What documentation has for a part that is to be filled in: `OWNER`, `ACCOUNT_ID`."""
_OF_THE_API = re.compile(
    r"API|APIS|APP|ASP|ATOM|BETA|CGI|CRM|CSV|DATA|ERP|FTP|GRAPHQL|HOOK|HOOKS|HTTP|HTTPS|JSON|JSONRPC|MMS"
    r"|OAUTH|ODATA|PDF|PHP|PUBLIC|REST|RPC|RSS|SAP|SDK|SEND|SMS|SOAP|SQL|TSV|WEB|WEBHOOK|WEBHOOKS|WS|WSDL"
    r"|XML|XMLRPC|YAML"
)
"""Parts in capitals that are the API's own."""
_NOTHING_SAID = re.compile(r"X{3,}")
_NUMBER_OR_UUID = re.compile(r"\d{3,}|[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_OPAQUE = re.compile(r"(?![A-Z]{2}[0-9a-f]{32}$)(?=\S*[a-z])(?=\S*[A-Z])(?=\S*\d)[\w-]{24,}")
"""Long, of all kinds of characters, and no id as Twilio has them."""
_WEBHOOK = re.compile(r"https?://(?:[\w-]+\.)*(?:web)?hooks?\.")
_KEY_OF_A_WEBHOOK = re.compile(r"(?=.*\d)[\w-]{6,}|[\w-]{16,}")


def path_parts(path: str, origin: str, fields: Fields, facts: Mapping[str, FieldFacts]) -> list[str | Field]:
    """The path as texts and fields, one after the other."""
    parts: list[str | Field] = []
    before, segments = "", path.split("/")
    for number, segment in enumerate(segments):
        parts += ["/"] if number else []
        if _is_key(segment, origin, is_last=number == len(segments) - 1):
            parts.append(fields.secret("token", unquote(segment)))
        else:
            parts += _segment(segment, before, fields, facts)
        before = segment
    return parts


def _segment(segment: str, before: str, fields: Fields, facts: Mapping[str, FieldFacts]) -> list[str | Field]:
    variable = _VARIABLE.fullmatch(segment)
    if variable is not None and not PLACEHOLDER.fullmatch(segment):
        segment = f"{{{{{next(filter(None, variable.groups()))}}}}}"
    segment = WITHIN.sub(r"{{\1}}", segment)
    if YOURS.fullmatch(segment):
        return [fields.placeholder(segment, as_setting=True)]
    if not fields.is_full and _IN_CAPITALS.fullmatch(segment) and not _OF_THE_API.fullmatch(segment):
        return [_of_capitals(segment, before, fields)]
    plain = unquote(segment)
    if not fields.is_full and _NUMBER_OR_UUID.fullmatch(plain) and escaped(plain) == segment and not _is_year(plain):
        column = fields.column((_id_of(before),), plain, required=True)
        column.notes.append(Message("draft.of_the_path"))
        return [column]
    parts = [quoted(part) if isinstance(part, str) else part for part in fields.filled(segment).parts]
    for part in parts:
        if isinstance(part, Field) and not part.is_setting:
            part.required = True
            known = facts.get(f"path.{part.wish[-1]}")
            if known is not None:
                tell(part, known)
    return parts


def _of_capitals(segment: str, before: str, fields: Fields) -> Field:
    """A part that is to be filled in: its words are no example."""
    field = fields.placeholder(_id_of(before) if _NOTHING_SAID.search(segment) else segment)
    if not field.is_setting:
        field.required = True
        field.notes.append(Message("draft.in_capitals", text=segment))
    return field


def _id_of(before: str) -> str:
    """What an id is called, by the part before it."""
    return f"{_singular(readable(before))}_id" if readable(before) and not re.match(r"v\d", before) else "id"


def tell(field: Field, facts: FieldFacts) -> None:
    """Let a placeholder's field know what the source says of the place where it is alone."""
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


def shown_path(url: str) -> str:
    """The path of an address for people, without its query; whatever looks like a secret is `***`."""
    url = re.sub(r"\{\{\s*(.*?)\s*\}\}", r"{\1}", url)
    url = url if "://" in url or url.startswith("{") else f"https://{url}"
    origin = origin_of(url)
    segments = re.split(r"[?#]", url.removeprefix(origin))[0].split("/")
    last = len(segments) - 1
    return "/".join(
        MASK
        if _is_key(segment, origin, is_last=number == last) or next(secrets_in(unquote(segment)), None)
        else segment
        for number, segment in enumerate(segments)
    )


def _is_key(segment: str, origin: str, *, is_last: bool) -> bool:
    """Whether who knows a part of a path may send: the last part of a webhook's, or what is long and random."""
    is_of_webhook = is_last and bool(_WEBHOOK.match(origin)) and bool(_KEY_OF_A_WEBHOOK.fullmatch(segment))
    return is_of_webhook or bool(_OPAQUE.fullmatch(unquote(segment)))
