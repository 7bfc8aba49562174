"""The form of a request with its placeholders, and the request that it makes of values: pure functions."""

import hashlib
import json
import re
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from json.encoder import encode_basestring
from typing import Any, Literal
from urllib.parse import quote

from pydantic import Field, StrictBool

from uploader.model.address import checked_origin, origin_of
from uploader.templates.columns import Strict
from uploader.templates.values.headers import Headers
from uploader.templates.values.urls import Url

_PLACEHOLDER = re.compile(r"\{\{\s*([^{}\s]+)\s*\}\}")


class RequestForm(Strict):
    """The request with its placeholders."""

    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE"] = "POST"
    url: Url
    headers: Headers = Field(default_factory=dict)
    json_body: Any = Field(default=None, alias="json")
    idempotent: StrictBool = False
    """Sent twice, it counts once: a row that may have arrived is sent again."""
    idempotency_header: str = ""
    """One of the headers, filled from the row, by which the API knows a request that came before. Means the same."""


# Placeholders


def placeholders_in(text: str) -> list[str]:
    """The names inside `{{…}}`."""
    return _PLACEHOLDER.findall(text)


def texts_before(name: str, text: str) -> list[str]:
    """What is in `text` before each place of that name, since the placeholder before it or the beginning."""
    parts = _parts(text)
    return [before for before, found in zip(parts[::2], parts[1::2], strict=False) if found == name]


def written(name: str) -> str:
    """A placeholder as a template has it."""
    return f"{{{{{name}}}}}"


def replace_placeholders(text: str, by: str) -> str:
    """`text` with `by` in the place of each."""
    return _PLACEHOLDER.sub(by, text)


def texts_of(form: RequestForm) -> Iterator[tuple[str, str]]:
    """Every text of the form in which placeholders may stand, and where it is: `request.json.nested[0]`."""
    yield from _texts_in("request.url", form.url)
    yield from _texts_in("request.headers", form.headers)
    yield from _texts_in("request.json", form.json_body)


def _texts_in(where: str, value: object) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield where, value
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _texts_in(f"{where}.{key}", inner)
    elif isinstance(value, list):
        for position, inner in enumerate(value):
            yield from _texts_in(f"{where}[{position}]", inner)


# Filling


def fill(text: str, values: Mapping[str, str], write: Callable[[str], str] = str) -> str:
    """`text` with every placeholder replaced by its value, as `write` writes it."""
    parts = _parts(text)
    if len(parts) == 1:
        return text
    return "".join(write(values[part]) if position % 2 else part for position, part in enumerate(parts))


def fill_address(url: str, values: Mapping[str, str], base_url: str | None) -> str:
    """An address with every placeholder replaced; `base_url` replaces its scheme and host. A server has one name."""
    origin = origin_of(url)
    path = fill(url.removeprefix(origin), values, in_address)
    return checked_origin(base_url or fill(origin, values)) + path


def in_address(value: str) -> str:
    """A value as it stands in an address: it can't begin another part of it."""
    return quote(value, safe="")


def in_json(value: str) -> str:
    """A value as it stands in a JSON text."""
    return encode_basestring(value)[1:-1]


@lru_cache(maxsize=1024)
def _parts(text: str) -> list[str]:
    """A text of the form, split at its placeholders: the texts around them, with their names in between."""
    return _PLACEHOLDER.split(text)


def _fill_tree(value: Any, values: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        return fill(value, values)
    if isinstance(value, Mapping):
        return {key: _fill_tree(inner, values) for key, inner in value.items()}
    if isinstance(value, list):
        return [_fill_tree(inner, values) for inner in value]
    return value


def filled_form(
    form: RequestForm, values: Mapping[str, str], base_url: str | None
) -> tuple[str, str, dict[str, str], str]:
    """Method, URL, headers and body text with every placeholder replaced."""
    url = fill_address(form.url, values, base_url)
    headers = {name: fill(value, values) for name, value in form.headers.items()}
    body = ""
    if form.json_body is not None:
        headers = {"Content-Type": "application/json", **headers}
        body = json.dumps(_fill_tree(form.json_body, values), ensure_ascii=False)
    return form.method, url, headers, body


# What becomes of it


def fingerprint_of(form: RequestForm, masked_values: Mapping[str, str], base_url: str | None) -> str:
    """What is the same for the same request: the SHA-256 of method, URL, headers and body, hex.

    Journals keep it, and the values are without secrets: it must stay the same in every version. So its headers are
    those of version 0.1.0, and not as they are sent.
    """
    parts = filled_form(form, masked_values, base_url)
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()
