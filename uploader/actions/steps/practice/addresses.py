"""Where a template's requests go, and what shows that they may: the secrets in them."""

import re
from collections.abc import Iterator, Mapping
from urllib.parse import parse_qsl, urlsplit

from uploader.model.address import origin_of
from uploader.model.settings import Settings
from uploader.sandbox.template_answers import Address
from uploader.templates.requests.form import BODIES
from uploader.templates.requests.headers.authorization import authorization_of
from uploader.templates.requests.placeholders import fill, parts_of, placeholders_in
from uploader.templates.template import Template

_ANY_PART = "[^/]+"
_IN_BODIES = tuple(f"request.{kind}" for kind in BODIES)


def address_of(method: str, url: str, values: Mapping[str, str], secret: set[str]) -> Address:
    """A template's address: what settings and rows put into its path may be anything, but for secrets."""
    parts = urlsplit(url.removeprefix(origin_of(url)))
    pattern, secrets = "", []
    for nth, piece in enumerate(parts_of(parts.path)):
        if nth % 2 == 0:
            pattern += re.escape(piece)
        elif piece in secret:
            pattern += f"({_ANY_PART})"
            secrets.append(values[piece])
        else:
            pattern += _ANY_PART
    fixed = {name: text for name, text in parse_qsl(parts.query, keep_blank_values=True) if not placeholders_in(text)}
    return Address(method, re.compile(pattern or "/"), tuple(secrets), fixed)


def secret_headers(template: Template, settings: Settings) -> dict[str, str]:
    """The headers that hold secrets and are the same for all rows."""
    settings, values = template.with_pair(settings), settings.revealed()
    shared = {name: text for name, text in template.request.headers.items() if _is_known(text, values)}
    headers = {name: fill(text, values) for name, text in shared.items()} | authorization_of(template.request, values)
    return {name.lower(): value for name, value in headers.items() if settings.mask(value) != value}


def secret_query(url: str, values: Mapping[str, str], secret: set[str]) -> dict[str, str]:
    """The parameters of an address that hold secrets."""
    pairs = parse_qsl(urlsplit(url.removeprefix(origin_of(url))).query)
    return {name: fill(text, values) for name, text in pairs if _is_secret(text, values, secret)}


def secrets_in_body(template: Template, values: Mapping[str, str], secret: set[str]) -> Iterator[str]:
    """The secrets in a body, with what stands around each."""
    for where, text in template.request.texts():
        is_in_body = where.startswith(_IN_BODIES)
        if is_in_body and _is_secret(text, values, secret):
            yield fill(text, values)


def _is_secret(text: str, values: Mapping[str, str], secret: set[str]) -> bool:
    return bool(secret & set(placeholders_in(text))) and _is_known(text, values)


def _is_known(text: str, values: Mapping[str, str]) -> bool:
    return values.keys() >= set(placeholders_in(text))
