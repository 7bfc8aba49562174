"""The headers of a draft, and how it proves who sends: without noise, and with a setting for each secret."""

import re
from base64 import b64decode
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from uploader.i18n import Message
from uploader.templates.importers.draft.fields import PLACEHOLDER, Field, Fields, Filled
from uploader.templates.importers.draft.secrets.values import is_secret
from uploader.templates.importers.imported import Auth, Body

_NOISE = re.compile(
    r"(?i)accept-(?!language).*|sec-.*|connection|content-length|host|authority|postman-token|traceparent|tracestate"
    r"|baggage|cache-control|pragma|dnt|te|trailer|transfer-encoding|content-encoding|expect|upgrade.*|keep-alive"
    r"|http2-settings|proxy-.*|priority|if-none-match|if-modified-since|x-(request|correlation|trace)-id"
    r"|x-b3-.*|x-datadog-.*|x-newrelic-.*|newrelic|sentry-trace|x-amzn-trace-id|x-forwarded-.*|x-client-data|:.*"
)
_OF_A_BROWSER = re.compile(r"(?i)sec-.*|:.*")
_BROWSER_S = re.compile(r"(?i)user-agent|accept-language|referer|origin")
"""What a browser says of its own accord, and a person who writes a command only where the API asks for it."""
_PROGRAMS = re.compile(
    r"(?i)(mozilla|curl|wget|postman\w*|insomnia|bruno\w*|paw|httpie|rapidapi|python\w*|axios|node\w*|okhttp|dart|java"
    r"|go-http-client|guzzle\w*|dalvik|apache-httpclient|powershell)\b.*"
)
"""How programs that send requests call themselves."""
_PLAIN = re.compile(r"[\t\x20-\x7e]*")
_MEDIA_TYPE = re.compile(r"[\w!#$&^.+-]+/[\w!#$&^.+*-]+", re.ASCII)
_CHARSET = "utf-8"
_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_ONE_VALUE = re.compile(r"authorization|content-type|user-agent|referer|origin|.*idempotency.*|paypal-request-id")
_IDEMPOTENCY = re.compile(r"(?i)(x-)?idempotency-key|x-idempotency|x-shopify-idempotency|paypal-request-id")
_KEY = re.compile(r"(?i)(x-)?(keys?|auth|credentials?)")
"""What is called so is one in a header, however ordinary its value looks."""
_RANDOM = re.compile(r"(?=\S*[a-z])(?=\S*[A-Z])(?=\S*\d)[\w.+/=-]{32,}", re.ASCII)
_SCHEME = re.compile(r"([A-Za-z][\w-]*)[ ]+(\S.*)", re.DOTALL)
_SIGNED = re.compile(r"(?i)digest|aws4-hmac-sha256|hawk|ntlm|negotiate|oauth|signature")
"""Schemes with which every request has another value."""
_TYPES = {
    "json": "application/json",
    "form": "application/x-www-form-urlencoded",
    "multipart": "multipart/form-data",
    "xml": "text/xml",
    "text": "text/plain",
}
"""The media type that each kind of body has of its own accord."""
_FITTING = {
    "json": re.compile(r"(?i)[^/]+/.*json.*"),
    "form": re.compile(r"(?!)"),
    "multipart": re.compile(r"(?!)"),
    "xml": re.compile(r"(?i).+xml"),
    "text": re.compile(r"(?i)(?!multipart/|application/x-www-form-urlencoded).+"),
}
"""Others that don't contradict it."""


class Identity(NamedTuple):
    """How a draft proves who sends; at most one of these is there."""

    basic: tuple[Filled, Filled] | None = None
    bearer: Filled | None = None
    oauth2: dict[str, Filled] | None = None


class Headers(NamedTuple):
    """What becomes of the headers."""

    kept: dict[str, Filled]
    identity: Identity
    idempotency_header: str
    left_out: tuple[str, ...]
    """Names."""
    notes: tuple[Message, ...]


def headers_of(given: tuple[tuple[str, str], ...], auth: Auth | None, body: Body | None, fields: Fields) -> Headers:
    """The headers as the template has them."""
    kept: dict[str, Filled] = {}
    left_out: list[str] = []
    notes: list[Message] = []
    identity = _identity(auth, fields)
    idempotency = ""
    is_browser = any(map(_tells_of_a_program, given))
    for name, value in _once(given, notes):
        plain = name.lower()
        if plain == "authorization" and identity == Identity():
            identity, header = _authorization(value, fields, notes)
            kept |= {name: header} if header else {}
        elif plain == "content-type":
            kept |= _content_type(name, value, body, notes)
        elif _is_noise(name, value) or (is_browser and _BROWSER_S.fullmatch(name)):
            left_out.append(_shown(name))
        elif _IDEMPOTENCY.fullmatch(name) and not PLACEHOLDER.search(value):
            kept[name], idempotency = Filled((REQUEST_ID,)), name
        elif plain == "cookie" or is_secret(name, value) or _KEY.fullmatch(name) or _RANDOM.fullmatch(value):
            kept[name] = _secret(name, value, fields)
        elif not _PLAIN.fullmatch(value):
            notes.append(Message("draft.header_not_plain", name=name))
        else:
            kept[name] = fields.filled(value, wish=name)
    return Headers(kept, identity, idempotency, tuple(dict.fromkeys(left_out)), tuple(notes))


def _once(given: Sequence[tuple[str, str]], notes: list[Message]) -> Iterator[tuple[str, str]]:
    """Each header once: of several values, those that differ are one, as HTTP has it, where they can be a list."""
    grouped: dict[str, list[tuple[str, str]]] = {}
    for name, value in given:
        grouped.setdefault(name.lower(), []).append((name, value))
    for plain, same in grouped.items():
        name, values = same[0][0], list(dict.fromkeys(value for _, value in same))
        is_list = not _ONE_VALUE.fullmatch(plain)
        if len(values) > 1:
            notes.append(Message("draft.header_joined" if is_list else "draft.header_twice", name=_shown(name)))
        yield name, ("; " if plain == "cookie" else ", ").join(values) if is_list else values[0]


def _tells_of_a_program(header: tuple[str, str]) -> bool:
    """Whether a header says that a browser or another program wrote the request, and no person."""
    name, value = header
    names_one = name.lower() == "user-agent" and bool(_PROGRAMS.fullmatch(value))
    return names_one or bool(_OF_A_BROWSER.fullmatch(name))


def _is_noise(name: str, value: str) -> bool:
    """Whether a header is one that uploader writes itself, that tells of a browser, or that names no request."""
    is_any_type = name.lower() == "accept" and "*/*" in value
    return not _NAME.fullmatch(name) or bool(_NOISE.fullmatch(name)) or is_any_type or name.lower() == "authorization"


REQUEST_ID = Field(("request_id",), name="request_id")
"""The language's own, no column."""


def _content_type(name: str, value: str, body: Body | None, notes: list[Message]) -> dict[str, Filled]:
    """The header, where it says more than the kind of the body says by itself."""
    media_type, _, parameters = (part.strip() for part in value.partition(";"))
    if not media_type:
        return {}
    if body is None:
        return {name: Filled((value.strip(),))} if _PLAIN.fullmatch(value) and not PLACEHOLDER.search(value) else {}
    named = re.search(r"(?i)charset\s*=\s*\"?([\w-]+)", parameters)
    charset = named[1].lower() if named else _CHARSET
    is_own = media_type.lower() == _TYPES[body.kind]
    fits = is_own or (_MEDIA_TYPE.fullmatch(media_type) and _FITTING[body.kind].fullmatch(media_type) is not None)
    if not fits or charset not in (_CHARSET, "utf8"):
        sent = media_type if fits else _TYPES[body.kind]
        notes.append(Message("draft.other_content_type", given=value.strip(), sent=sent))
    if is_own or not fits:
        return {}
    is_kept = charset == _CHARSET and _PLAIN.fullmatch(value)
    return {name: Filled((value.strip() if is_kept else media_type,))}


def _secret(name: str, value: str, fields: Fields) -> Filled:
    if PLACEHOLDER.search(value):
        return fields.hide(fields.filled(value, as_setting=True, wish=name))
    return Filled((fields.secret(name.removeprefix("X-").removeprefix("x-"), value),))


# Who sends


def _identity(auth: Auth | None, fields: Fields) -> Identity:
    if auth is None:
        return Identity()
    parts = auth.parts
    if auth.kind == "bearer":
        return Identity(bearer=_part("token", parts.get("token", ""), fields))
    if auth.kind == "basic":
        return Identity(basic=_basic(parts.get("user", ""), parts.get("password", ""), fields))
    found = {"url": fields.filled(parts.get("url", ""), as_setting=True)}
    found["id"] = _part("client_id", parts.get("id", ""), fields, is_secret=False)
    found["secret"] = _part("client_secret", parts.get("secret", ""), fields)
    if parts.get("scope"):
        found["scope"] = fields.filled(parts["scope"], as_setting=True)
    return Identity(oauth2=found)


def _basic(user: str, password: str, fields: Fields) -> tuple[Filled, Filled]:
    """Some APIs take a key as the user or as the password, with nothing or a fixed word in the other's place."""
    if password in ("", "x", "X") and user:
        return _part("api_key", user, fields), Filled((password,) if password else ())
    name, slash, rest = user.rpartition("/")
    if slash and rest == "token" and not PLACEHOLDER.search(rest):  # Zendesk's
        return Filled((*_user(name, fields).parts, "/token")), _part("token", password, fields)
    if user in ("api", "apikey", "anystring", "user", "key"):
        return Filled((user,)), _part("api_key", password, fields)
    return _user(user, fields), _part("password", password, fields)


def _user(user: str, fields: Fields) -> Filled:
    return _part("email" if "@" in user else "user", user, fields, is_secret=False)


def _part(wish: str, value: str, fields: Fields, *, is_secret: bool = True) -> Filled:
    """One value of an identity: a setting, unless placeholders of the source say what it is made of."""
    if PLACEHOLDER.search(value):
        filled = fields.filled(value, as_setting=True)
        return fields.hide(filled) if is_secret else filled
    return Filled((fields.secret(wish, value) if is_secret else fields.setting(wish, value),))


def _authorization(value: str, fields: Fields, notes: list[Message]) -> tuple[Identity, Filled | None]:
    found = _SCHEME.fullmatch(value.strip())
    if found is None:
        return Identity(), _part("token", value.strip(), fields)
    scheme, rest = found[1], found[2].strip()
    if scheme.lower() == "bearer":
        return Identity(bearer=_part("token", rest, fields)), None
    if scheme.lower() == "basic":
        login = _decoded(rest)
        if login is not None:
            user, _, password = login.partition(":")
            return Identity(basic=_basic(user, password, fields)), None
    if _SIGNED.fullmatch(scheme):
        notes.append(Message("draft.signed", scheme=scheme))
    before = re.match(r"(?i)token\s*=\s*", rest)  # Rails' and Freshsales's: Token token=…
    label = before[0] if before else ""
    return Identity(), Filled((f"{scheme} {label}", *_part("token", rest[len(label) :], fields).parts))


def _decoded(base64: str) -> str | None:
    try:
        login = b64decode(base64, validate=True).decode()
    except ValueError:
        return None
    return login if ":" in login and login.isprintable() else None


def _shown(name: str) -> str:
    return "".join(one for one in name if one.isprintable())[:40]


def identity_lines(identity: Identity, fields: Fields) -> Iterator[tuple[str, Any]]:
    """The keys of `[request]` that say who sends."""
    if identity.basic is not None:
        yield "basic", [fields.write(part) for part in identity.basic]
    if identity.bearer is not None:
        yield "bearer", fields.write(identity.bearer)
