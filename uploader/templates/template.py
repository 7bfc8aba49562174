"""A template and its API profile as typed, checked values, and the requests that they make; reads no file."""

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any, TypeVar

from pydantic import BaseModel, Field, ValidationError, model_validator

from uploader.errors import SettingsError, TemplateError
from uploader.i18n import Message
from uploader.model.address import checked_origin, origin_of, same_origin
from uploader.model.http import Request
from uploader.model.rows import Row
from uploader.model.settings import Settings
from uploader.model.unseen import BLANKS
from uploader.templates.cells.numbers import SIGN_OF
from uploader.templates.columns import Column, Strict
from uploader.templates.many_fingerprints import fingerprints_of
from uploader.templates.many_requests import RequestMaker
from uploader.templates.oauth2 import ClientCredentials
from uploader.templates.pasted import pasted_along
from uploader.templates.profile import AnswerPaths, Limits, PreflightQuestion, Rule, Setting, SettingsTable
from uploader.templates.request import (
    RequestForm,
    fill,
    fill_address,
    fingerprint_of,
    placeholders_in,
    replace_placeholders,
    texts_of,
    written,
)
from uploader.templates.toml_text import data_of
from uploader.templates.values.faults import FaultError, faults_of
from uploader.templates.values.headers import Headers, sent_headers
from uploader.templates.values.numbers import Days
from uploader.templates.values.patterns import kept_of
from uploader.templates.values.texts import TemplateText

_HEADER_SAFE = re.compile(r"[\x20-\x7e]*")
_Model = TypeVar("_Model", bound=BaseModel)


class _Shared(Strict):
    """The tables that may be in a profile, in a template, or in both (the template's then come first)."""

    title: TemplateText
    documentation: str = ""
    settings: SettingsTable = Field(default_factory=dict)
    oauth2: ClientCredentials | None = None
    limits: Limits = Limits()
    answer: AnswerPaths = AnswerPaths()
    rules: tuple[Rule, ...] = ()
    preflight: tuple[PreflightQuestion, ...] = ()
    hint_out_of_reach: TemplateText = Field(default_factory=dict)
    """What to look at where the API can't be reached at all."""
    duplicates_within_days: Days | None = None
    """How long ago a same request may have been accepted to be held back; None: however long."""


class _ProfileFile(_Shared):
    headers: Headers = Field(default_factory=dict)


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
        for where, text in texts_of(self.request):
            rest = replace_placeholders(text, "")
            if "{{" in rest or "}}" in rest:
                raise FaultError(Message("template.fault.broken_placeholder", example="{{name}}"), where)
        for where, name in self._placeholders():
            if name not in self.columns and name not in self.settings:
                raise FaultError(Message("template.fault.unknown_placeholder", placeholder=written(name)), where)
        return self

    @model_validator(mode="after")
    def _needs_every_column(self) -> "Template":
        used = {name for _, name in self._placeholders()}
        for name, column in self.columns.items():
            if name in self.settings:
                raise FaultError(Message("template.fault.column_and_setting"), f"columns.{name}")
            if name not in used:
                raise FaultError(Message("template.fault.unused_column", placeholder=written(name)), f"columns.{name}")
            if column.example and not column.fits(column.example):
                raise FaultError(Message("template.fault.wrong_example"), f"columns.{name}.example")
        return self

    @model_validator(mode="after")
    def _leads_to_one_host(self) -> "Template":
        origin = origin_of(self.request.url)
        try:
            checked_origin(replace_placeholders(origin, "1"))
        except SettingsError as why:
            is_plain = why.message.code == "address.plain_http"
            fault = Message("template.fault.plain_http") if is_plain else Message("template.fault.no_host")
            raise FaultError(fault, "request.url") from why
        if not self._is_filled_by_settings(origin):
            raise FaultError(Message("template.fault.host_of_columns"), "request.url")
        if any(self.settings[name].secret for name in placeholders_in(origin)):
            raise FaultError(Message("template.fault.secret_host"), "request.url")
        return self

    @model_validator(mode="after")
    def _asks_where_it_sends(self) -> "Template":
        for number, question in enumerate(self.preflight, start=1):
            where = f"preflight.#{number}.url"
            if not same_origin(origin_of(question.url), origin_of(self.request.url)):
                raise FaultError(Message("template.fault.other_host"), where)
            if not self._is_filled_by_settings(question.url):
                raise FaultError(Message("template.fault.url_of_columns"), where)
        return self

    @model_validator(mode="after")
    def _gets_its_token(self) -> "Template":
        if self.oauth2 is not None:
            self.oauth2.check(self.settings)
            if any(name.casefold() == "authorization" for name in self.request.headers):
                raise FaultError(Message("template.fault.two_authorizations"), "oauth2")
        return self

    @model_validator(mode="after")
    def _tells_requests_apart(self) -> "Template":
        name = self.request.idempotency_header
        value = {key.casefold(): text for key, text in self.request.headers.items()}.get(name.casefold(), "")
        if name and not self.columns.keys() & set(placeholders_in(value)):
            raise FaultError(Message("template.fault.idempotency_header", name=name), "request.idempotency_header")
        return self

    def _placeholders(self) -> Iterator[tuple[str, str]]:
        """Where each placeholder is, and its name."""
        return ((where, name) for where, text in texts_of(self.request) for name in placeholders_in(text))

    def _is_filled_by_settings(self, text: str) -> bool:
        return self.settings.keys() >= set(placeholders_in(text))

    @property
    def may_repeat(self) -> bool:
        """Whether a request that may have arrived may be sent again, because the API takes it once."""
        return self.request.idempotent or bool(self.request.idempotency_header)

    def held_back_since(self) -> str:
        """From when on the same request, accepted before, holds a row back; "" is ever."""
        if self.duplicates_within_days is None:
            return ""
        since = datetime.now(UTC) - timedelta(days=self.duplicates_within_days)
        return since.isoformat(timespec="milliseconds")

    @property
    def header_fields(self) -> frozenset[str]:
        """The fields that go into an HTTP header, where only plain ASCII is allowed."""
        names = (name for value in self.request.headers.values() for name in placeholders_in(value))
        return frozenset(name for name in names if name in self.columns)

    @property
    def path_fields(self) -> frozenset[str]:
        """The fields that are a whole part of the address's path: there `..` leads to another address."""
        path, _, _ = self.request.url.removeprefix(origin_of(self.request.url)).partition("?")
        alone = (part for part in path.split("/") if not replace_placeholders(part, ""))
        return frozenset(name for part in alone for name in placeholders_in(part) if name in self.columns)

    @cached_property
    def checked_columns(self) -> Mapping[str, Column]:
        """The columns as rows are checked by them: without its part of the path, an address is another one."""
        path = self.path_fields
        return {
            name: column.model_copy(update={"required": column.default is None}) if name in path else column
            for name, column in self.columns.items()
        }

    @cached_property
    def filled_in(self) -> Mapping[str, str]:
        """What is sent of fields that have no column, where the template says it."""
        return {name: column.filled_in for name, column in self.columns.items() if column.default is not None}

    def with_decimals(self, decimals: Mapping[str, str]) -> "Template":
        """The same template for a list whose numbers have these decimal signs, by field; "" where they show none.

        Fields that it doesn't have, or that are no numbers, are left out.
        """
        columns = {
            name: column.with_decimal(SIGN_OF.get(decimals[name])) if name in decimals and column.is_number else column
            for name, column in self.columns.items()
        }
        if columns == self.columns:
            return self
        return Template.model_construct(**{**dict(self), "columns": columns})

    def accepted_setting(self, name: str, value: str) -> str:
        """What is kept of a setting's value that a person wrote; raises SettingsError where it doesn't fit."""
        setting, value = self.settings[name], value.strip(BLANKS)
        if setting.accept is not None:
            kept = kept_of(setting.accept, value)
            if kept is None:
                raise SettingsError(_not_accepted(name, value, setting))
            value = kept
        along = self._pasted_along(name, value) if setting.secret else None
        if along is not None:
            raise SettingsError(along)
        if not value or not _HEADER_SAFE.fullmatch(value):
            raise SettingsError(Message("setting.not_plain", value=_quoted(value, setting), name=name))
        return value

    def _pasted_along(self, name: str, value: str) -> Message | None:
        return pasted_along(
            name, value, self.settings[name].environment, self.request, [one.url for one in self.preflight]
        )

    def destination(self, settings: Settings, base_url: str | None = None) -> str:
        """Scheme and host that requests go to; raises SettingsError for plain http to another machine.

        A secret that makes another address of it is refused as well, and not quoted.
        """
        origin = origin_of(self.request.url)
        named = checked_origin(base_url or fill(origin, settings.masked()))
        try:
            checked_origin(base_url or fill(origin, settings.revealed()))
        except SettingsError as why:
            raise SettingsError(Message("address.not_one", url=named)) from why
        return named

    def question(self, asked: PreflightQuestion, settings: Settings, base_url: str | None = None) -> Request:
        """The request of a preflight question, with the headers of every request."""
        values = settings.revealed()
        headers = {
            name: fill(value, values)
            for name, value in self.request.headers.items()
            if self._is_filled_by_settings(value)
        }
        return Request(asked.method, fill_address(asked.url, values, base_url), sent_headers(headers), b"", "")

    def values(self, row: Row, fields: Mapping[str, int]) -> dict[str, str]:
        """What a row's cells put into the fields; `fields` says which column, from 0, fills which."""
        cells = {name: self.columns[name].meant(row.cells[position]) for name, position in fields.items()}
        return {**self.filled_in, **cells} if self.filled_in else cells

    def fingerprint(self, values: Mapping[str, str], settings: Settings, base_url: str | None = None) -> str:
        """What is the same for the same request, without its secrets: made when a row is staged, and kept."""
        return fingerprint_of(self.request, self._all_values(values, settings.masked()), base_url)

    def fingerprints(
        self, columns: Mapping[str, Sequence[str]], settings: Settings, base_url: str | None = None
    ) -> Iterator[str]:
        """Those of many rows, of which each field has one value."""
        constants = self._all_values({}, settings.masked())
        columns = {name: values for name, values in columns.items() if name not in self.settings}
        return fingerprints_of(self.request, columns, constants, base_url)

    def build(self, values: Mapping[str, str], settings: Settings, base_url: str | None, fingerprint: str) -> Request:
        """The request of one row, whose fingerprint is known. Optional fields may lack: they are sent as empty text."""
        return self.maker(settings, base_url).made({**self.filled_in, **values}, fingerprint)

    def maker(self, settings: Settings, base_url: str | None) -> RequestMaker:
        """Makes the requests of many rows, each as `build` makes it."""
        return RequestMaker(self.request, self.columns, settings.revealed(), base_url)

    def _all_values(self, values: Mapping[str, str], settings: Mapping[str, str]) -> dict[str, str]:
        return {**dict.fromkeys(self.columns, ""), **self.filled_in, **values, **settings}


def _quoted(value: str, setting: Setting) -> Message:
    """The value as a sentence names it; a secret one is never shown."""
    return Message("setting.the_value") if setting.secret else Message("setting.quoted", value=value)


def _not_accepted(name: str, value: str, setting: Setting) -> Message:
    code = "setting.not_accepted_explained" if setting.description else "setting.not_accepted"
    return Message(code, value=_quoted(value, setting), name=name, description=setting.description)


def parse(text: str, source: str, name: str, profile: tuple[str, str] | None = None) -> Template:
    """The template that a TOML text describes.

    `source` is what messages call the file; `profile` is the API profile's text and what messages call its file.
    Raises TemplateError with the file, the key and what is wrong.
    """
    stated = _checked(_TemplateFile, data_of(text, source), source)
    merged = stated.model_dump(by_alias=True, exclude_unset=True)
    digest = hashlib.sha256(text.encode())
    if profile is not None:
        profile_text, profile_source = profile
        digest.update(b"\0" + profile_text.encode())
        shared = _checked(_ProfileFile, data_of(profile_text, profile_source), profile_source)
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


def _checked(model: type[_Model], data: dict[str, Any], source: str) -> _Model:
    try:
        return model.model_validate(data)
    except ValidationError as why:
        faults = faults_of(why)
        raise TemplateError(Message("template.invalid", count=len(faults), path=source, faults=faults)) from why
