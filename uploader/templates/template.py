"""A template and its API profile as typed, checked values, and the request that they make of one row; reads no file."""

import hashlib
import json
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Any, Literal, TypeVar
from urllib.parse import quote

from pydantic import BaseModel, Field, StrictBool, StrictFloat, StrictInt, ValidationError, model_validator

from uploader.errors import SettingsError, TemplateError
from uploader.model.address import checked_origin, is_loopback, origin_of
from uploader.model.http import Request
from uploader.model.rows import Row
from uploader.model.settings import Settings
from uploader.templates.columns import Column, Strict
from uploader.templates.profile import AnswerPaths, Limits, Localized, PreflightQuestion, Rule, Setting

_PLACEHOLDER = re.compile(r"\{\{\s*([^{}\s]+)\s*\}\}")
_HEADER_SAFE = re.compile(r"[\x20-\x7e]*")
_FAULTS = {
    "missing": "is missing",
    "extra_forbidden": "there is no such key",
    "tuple_type": "write it as a list, in brackets",
    "int_type": "write a whole number, without quotes",
    "float_type": "write a number, without quotes",
    "bool_type": "write true or false, without quotes",
    "string_type": "write a text, in quotes",
}
"""Our words for pydantic's, where its own are a programmer's."""


_Model = TypeVar("_Model", bound=BaseModel)


class RequestForm(Strict):
    """The request with its placeholders."""

    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE"] = "POST"
    url: str
    headers: Mapping[str, str] = Field(default_factory=dict)
    json_body: Any = Field(default=None, alias="json")
    idempotent: StrictBool = False
    """Sent twice, it counts once: a row that may have arrived is sent again."""
    idempotency_header: str = ""
    """One of the headers, filled from the row, by which the API knows a request that came before. Means the same."""


class _Shared(Strict):
    """The tables that may stand in a profile, in a template, or in both (the template's then come first)."""

    title: str
    documentation: str = ""
    settings: Mapping[str, Setting] = Field(default_factory=dict)
    limits: Limits = Limits()
    answer: AnswerPaths = AnswerPaths()
    rules: tuple[Rule, ...] = ()
    preflight: tuple[PreflightQuestion, ...] = ()
    hint_out_of_reach: Localized = Field(default_factory=dict)
    """What to look at where the API can't be reached at all."""
    duplicates_within_days: StrictFloat | StrictInt | None = Field(default=None, ge=0)
    """How long ago a same request may have been accepted to be held back; None: however long."""


class _ProfileFile(_Shared):
    headers: Mapping[str, str] = Field(default_factory=dict)


class _TemplateFile(_Shared):
    request: RequestForm
    columns: Mapping[str, Column]


class Template(_TemplateFile):
    """A template together with its API profile: all that is needed to make requests and to read answers."""

    name: str
    sha256: str
    """Of the template's and the profile's text."""
    text: str
    profile_text: str | None = None
    """Both as they were read."""

    @model_validator(mode="after")
    def _knows_every_placeholder(self) -> "Template":
        for where, rest in self._texts(rest=True):
            if "{{" in rest or "}}" in rest:
                raise ValueError(f"{where}: a placeholder is not whole; write it as {{{{name}}}}")
        for where, name in self._placeholders():
            if name not in self.columns and name not in self.settings:
                raise ValueError(f"{where}: {{{{{name}}}}} is neither under [columns] nor under [settings]")
        return self

    @model_validator(mode="after")
    def _needs_every_column(self) -> "Template":
        used = {name for _, name in self._placeholders()}
        for name, column in self.columns.items():
            if name in self.settings:
                raise ValueError(f"columns.{name}: it is a setting too; give one of them another name")
            if name not in used:
                raise ValueError(f"columns.{name}: the request has no {{{{{name}}}}}")
            if column.example and not column.takes(column.example):
                raise ValueError(f"columns.{name}.example: it does not pass the column's own checks")
        return self

    @model_validator(mode="after")
    def _leads_to_one_host(self) -> "Template":
        origin = origin_of(self.request.url)
        if not re.fullmatch(r"https?://[\w.:\[\]-]+", _PLACEHOLDER.sub("x", origin)):
            raise ValueError("request.url: begin with scheme and host, as in https://api.example.com/…")
        if not self.settings.keys() >= set(_PLACEHOLDER.findall(origin)):
            raise ValueError("request.url: the host may hold settings, but no columns: all rows go to one host")
        if origin.startswith("http://") and not is_loopback(origin):
            raise ValueError("request.url: plain http lets anybody on the way read the token; write https")
        return self

    @model_validator(mode="after")
    def _asks_where_it_sends(self) -> "Template":
        for question in self.preflight:
            where = f"preflight “{question.title}”"
            if origin_of(question.url) != origin_of(self.request.url):
                raise ValueError(f"{where}: its url must begin with the same scheme and host as request.url")
            if not self.settings.keys() >= set(_PLACEHOLDER.findall(question.url)):
                raise ValueError(f"{where}: its url may hold settings, but no columns")
        return self

    @model_validator(mode="after")
    def _tells_requests_apart(self) -> "Template":
        name = self.request.idempotency_header
        value = {key.casefold(): text for key, text in self.request.headers.items()}.get(name.casefold(), "")
        if name and not self.columns.keys() & set(_PLACEHOLDER.findall(value)):
            raise ValueError(f"request.idempotency_header: the header {name} must be filled from a column of the row")
        return self

    @property
    def may_repeat(self) -> bool:
        """Whether a request that may have arrived may be sent again, because the API takes it once."""
        return self.request.idempotent or bool(self.request.idempotency_header)

    def _placeholders(self) -> Iterator[tuple[str, str]]:
        """Where each placeholder stands, and its name."""
        return ((where, name) for where, text in self._texts() for name in _PLACEHOLDER.findall(text))

    def _texts(self, *, rest: bool = False) -> Iterator[tuple[str, str]]:
        """Every text of the request and where it stands; `rest`: without its placeholders."""

        def walk(where: str, value: object) -> Iterator[tuple[str, str]]:
            if isinstance(value, str):
                yield where, _PLACEHOLDER.sub("", value) if rest else value
            elif isinstance(value, Mapping):
                for key, inner in value.items():
                    yield from walk(f"{where}.{key}", inner)
            elif isinstance(value, list):
                for at, inner in enumerate(value):
                    yield from walk(f"{where}[{at}]", inner)

        yield from walk("request.url", self.request.url)
        yield from walk("request.headers", self.request.headers)
        yield from walk("request.json", self.request.json_body)

    @property
    def header_fields(self) -> frozenset[str]:
        """The fields that stand in an HTTP header, where only plain ASCII may stand."""
        found = (name for value in self.request.headers.values() for name in _PLACEHOLDER.findall(value))
        return frozenset(name for name in found if name in self.columns)

    def accepted_setting(self, name: str, value: str) -> str:
        """What is kept of a setting's value that a person wrote; raises SettingsError where it doesn't fit."""
        setting, value = self.settings[name], value.strip()
        shown = "The value" if setting.secret else f"“{value}”"
        if setting.accept is not None:
            found = re.search(setting.accept, value)
            if found is None:
                raise SettingsError(f"{shown} is no {name}. {setting.description}".strip())
            value = found[1] if found.re.groups else found[0]
        if not value or not _HEADER_SAFE.fullmatch(value):
            raise SettingsError(
                f"{shown} is no {name}: it is empty or has letters that don't belong there. Copy it again."
            )
        return value

    def destination(self, settings: Settings, base_url: str | None = None) -> str:
        """Scheme and host that requests go to; raises SettingsError for plain http to another machine."""
        origin = base_url or _filled(origin_of(self.request.url), settings.masked(), str)
        return checked_origin(origin)

    def question(self, asked: PreflightQuestion, settings: Settings, base_url: str | None = None) -> Request:
        """The request of a preflight question, with the headers of every request."""
        names = _PLACEHOLDER.findall
        headers = {
            name: _filled(value, settings.revealed(), str)
            for name, value in self.request.headers.items()
            if self.settings.keys() >= set(names(value))
        }
        return Request(asked.method, self._url(asked.url, settings.revealed(), base_url), headers, b"", "")

    def values(self, row: Row, fields: Mapping[str, int]) -> dict[str, str]:
        """What a row's cells put into the fields; `fields` says which column, from 0, fills which."""
        return {name: self.columns[name].meant(row.cells[position]) for name, position in fields.items()}

    def fingerprint(self, fields: Mapping[str, str], settings: Settings, base_url: str | None = None) -> str:
        """What is the same for the same request: the SHA-256 of method, URL, headers and body without secrets, hex."""
        texts = {**dict.fromkeys(self.columns, ""), **fields}
        masked = self._request_of({**texts, **settings.masked()}, base_url)
        return hashlib.sha256(json.dumps(masked, sort_keys=True).encode()).hexdigest()

    def build(self, fields: Mapping[str, str], settings: Settings, base_url: str | None = None) -> Request:
        """The request of one row. `fields` may lack optional ones: they are sent as empty text."""
        texts = {**dict.fromkeys(self.columns, ""), **fields}
        method, url, headers, body = self._request_of({**texts, **settings.revealed()}, base_url)
        return Request(method, url, headers, body.encode(), self.fingerprint(fields, settings, base_url))

    def _url(self, url: str, values: Mapping[str, str], base_url: str | None) -> str:
        """An address of the template with every placeholder replaced."""
        origin = origin_of(url)
        path = _filled(url.removeprefix(origin), values, lambda value: quote(value, safe=""))
        return (base_url.rstrip("/") if base_url else _filled(origin, values, str)) + path

    def _request_of(self, values: Mapping[str, str], base_url: str | None) -> tuple[str, str, dict[str, str], str]:
        """Method, URL, headers and body text with every placeholder replaced."""
        form = self.request
        url = self._url(form.url, values, base_url)
        headers = {name: _filled(value, values, str) for name, value in form.headers.items()}
        body = ""
        if form.json_body is not None:
            headers = {"Content-Type": "application/json", **headers}
            body = json.dumps(_filled_tree(form.json_body, values), ensure_ascii=False)
        return form.method, url, headers, body


@lru_cache(maxsize=1024)
def _parts(text: str) -> list[str]:
    """A text of the template, cut at its placeholders: what stands around them, and between that their names."""
    return _PLACEHOLDER.split(text)


def _filled(text: str, values: Mapping[str, str], write: Callable[[str], str]) -> str:
    parts = _parts(text)
    if len(parts) == 1:
        return text
    return "".join(write(values[part]) if at % 2 else part for at, part in enumerate(parts))


def _filled_tree(value: Any, values: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        return _filled(value, values, str)
    if isinstance(value, Mapping):
        return {key: _filled_tree(inner, values) for key, inner in value.items()}
    if isinstance(value, list):
        return [_filled_tree(inner, values) for inner in value]
    return value


def parse(text: str, source: str, name: str, profile: tuple[str, str] | None = None) -> Template:
    """The template that a TOML text describes.

    `source` is what messages call the file; `profile` is the API profile's text and what messages call its file.
    Raises TemplateError with the file, the key and what is wrong.
    """
    stated = _checked(_TemplateFile, _toml(text, source), source)
    merged = stated.model_dump(by_alias=True, exclude_unset=True)
    digest = hashlib.sha256(text.encode())
    if profile is not None:
        profile_text, profile_source = profile
        digest.update(b"\0" + profile_text.encode())
        shared = _checked(_ProfileFile, _toml(profile_text, profile_source), profile_source)
        merged = _merged(shared.model_dump(exclude_unset=True), merged)
    read = {"name": name, "sha256": digest.hexdigest(), "text": text, "profile_text": profile and profile[0]}
    return _checked(Template, {**merged, **read}, source)


def _merged(profile: dict[str, Any], template: dict[str, Any]) -> dict[str, Any]:
    """The template's tables over the profile's; its rules before the profile's; its headers over the profile's."""
    request = dict(template["request"])
    request["headers"] = {**profile.pop("headers", {}), **request.get("headers", {})}
    merged = {**profile, **template, "request": request}
    for table in ("settings", "limits", "answer"):
        merged[table] = {**profile.get(table, {}), **template.get(table, {})}
    answers = (template.get("answer", {}), profile.get("answer", {}))
    merged["answer"]["secrets"] = tuple(path for answer in answers for path in answer.get("secrets", ()))
    merged["rules"] = (*template.get("rules", ()), *profile.get("rules", ()))
    return merged


def _toml(text: str, source: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as why:
        raise TemplateError(f"{source} is not TOML: {why}.") from why


def _checked(model: type[_Model], data: dict[str, Any], source: str) -> _Model:
    try:
        return model.model_validate(data)
    except ValidationError as why:
        faults = []
        for error in why.errors(include_url=False):
            text = _FAULTS.get(error["type"], error["msg"].removeprefix("Value error, "))
            key = ".".join(f"#{part + 1}" if isinstance(part, int) else part for part in error["loc"])
            faults.append(f"{key}: {text}" if key else text)
        raise TemplateError(f"{source} is wrong. " + "; ".join(faults) + ".") from why
