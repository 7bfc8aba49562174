"""A template and its API profile as typed, checked values, and the requests that they make; reads no file."""

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any, Self, TypeVar

from pydantic import BaseModel, Field, ValidationError, model_validator

from uploader.errors import SettingsError, TemplateError
from uploader.i18n import Message
from uploader.model.address import checked_origin, origin_of, same_origin
from uploader.model.http import Request
from uploader.model.rows import Row
from uploader.model.settings import Settings
from uploader.model.unseen import BLANKS
from uploader.templates.answers.form import AnswerForm, Rule
from uploader.templates.batches.combining import Combiner
from uploader.templates.batches.validity import check_batch
from uploader.templates.cells.numbers import SIGN_OF
from uploader.templates.columns import Column, Strict
from uploader.templates.oauth2 import ClientCredentials
from uploader.templates.pasted import pasted_along
from uploader.templates.profile import Limits, PreflightQuestion, Setting, SettingsTable
from uploader.templates.requests import places
from uploader.templates.requests.address.filling import as_sent, fill_address
from uploader.templates.requests.address.segments import leads_away, segments_with, setting_leading_away
from uploader.templates.requests.bodies.multipart import Part, filled_parts
from uploader.templates.requests.cells import Cells, Empty, empty_of
from uploader.templates.requests.files import NO_FILES, FilesFolder, HeldFiles
from uploader.templates.requests.form import Pair, RequestForm
from uploader.templates.requests.headers.authorization import authorization_of, is_said_by, odd_name, pair_of
from uploader.templates.requests.headers.row_key import RowKey, is_built_in, row_key_of
from uploader.templates.requests.many.fingerprints import fingerprint_of, fingerprints_of
from uploader.templates.requests.many.maker import RequestMaker
from uploader.templates.requests.merging import merged_request
from uploader.templates.requests.placeholders import fill, placeholders_in, replace_placeholders, written
from uploader.templates.requests.validity import check_form_of_request
from uploader.templates.toml_text import data_of
from uploader.templates.values.faults import FaultError, faults_of
from uploader.templates.values.headers import Headers, sent_headers
from uploader.templates.values.numbers import Days
from uploader.templates.values.patterns import kept_of
from uploader.templates.values.texts import TemplateText
from uploader.templates.values.urls import fault_of_origin

_PRACTICE_VALUES: Mapping[bool, Sequence[str]] = {
    True: ("practice-token", "practice", "1000"),
    False: ("practice", "1000", "practice.example.com", "practice@example.com", "https://practice.example.com"),
}
"""By whether a setting is secret: what is tried where the template names no value for the sandbox."""
_HEADER_SAFE = re.compile(r"[\x20-\x7e]*")
_Model = TypeVar("_Model", bound=BaseModel)


class _Shared(Strict):
    """The tables that may be in a profile, in a template, or in both (the template's then come first)."""

    title: TemplateText
    documentation: str = ""
    settings: SettingsTable = Field(default_factory=dict)
    oauth2: ClientCredentials | None = None
    limits: Limits = Limits()
    answer: AnswerForm = AnswerForm()
    rules: tuple[Rule, ...] = ()
    preflight: tuple[PreflightQuestion, ...] = ()
    hint_out_of_reach: TemplateText = Field(default_factory=dict)
    """What to look at where the API can't be reached at all."""
    duplicates_within_days: Days | None = None
    """How long ago a same request may have been accepted to be held back; None: however long."""


class _ProfileFile(_Shared):
    headers: Headers = Field(default_factory=dict)
    basic: Pair | None = None
    bearer: str | None = None
    empty: Empty | None = None


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
    api_title: TemplateText = Field(default_factory=dict)
    """The profile's title, which is that of all requests to the API; empty without a profile."""
    files: Any = Field(default=NO_FILES, repr=False)
    """Where the files are found that go along with rows: see `with_files`."""

    @model_validator(mode="after")
    def _makes_requests(self) -> "Template":
        check_form_of_request(self.request, self.columns, self.settings)
        check_batch(self.request, self.columns, self.settings)
        return self

    @model_validator(mode="after")
    def _practises_with_what_it_takes(self) -> "Template":
        for name, setting in self.settings.items():
            if setting.sandbox and not self._fits(name, setting.sandbox):
                raise FaultError(Message("template.fault.wrong_sandbox"), f"settings.{name}.sandbox")
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
            raise FaultError(fault_of_origin(why), "request.url") from why
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
            others = [name for name in placeholders_in(question.url) if name not in self.settings]
            if others:
                raise FaultError(Message("template.fault.no_setting", placeholder=written(others[0])), where)
        return self

    @model_validator(mode="after")
    def _gets_its_token(self) -> "Template":
        if self.oauth2 is not None:
            self.oauth2.check(self.settings)
            if is_said_by(self.request):
                raise FaultError(Message("template.fault.two_authorizations"), "oauth2")
        return self

    @model_validator(mode="after")
    def _tells_requests_apart(self) -> "Template":
        row_key_of(self.request, self.columns, self.settings)
        return self

    @model_validator(mode="after")
    def _has_defaults_for_their_places(self) -> "Template":
        for name in places.header_fields(self.request, self.columns):
            if not _HEADER_SAFE.fullmatch(self.columns[name].filled_in):
                raise FaultError(Message("template.fault.header_value"), f"columns.{name}.default")
        for parts in self.path_segments:
            for name in parts[1::2]:
                if self.columns[name].default is not None and leads_away(self.columns[name].filled_in):
                    raise FaultError(Message("template.fault.default_leads_away"), f"columns.{name}.default")
        return self

    @cached_property
    def row_key(self) -> RowKey:
        """By what the API knows a request that came before."""
        return row_key_of(self.request, self.columns, self.settings)

    def _placeholders(self) -> Iterator[tuple[str, str]]:
        """Where each placeholder is, and its name."""
        return ((where, name) for where, text in self.request.texts() for name in placeholders_in(text))

    def _is_filled_by_settings(self, text: str) -> bool:
        return self.settings.keys() >= set(placeholders_in(text))

    @property
    def api(self) -> str:
        """The folder in its name, which it shares with the other requests to this API; empty for a path's template."""
        return self.name.rpartition("/")[0]

    @property
    def may_repeat(self) -> bool:
        """Whether a request that may have arrived may be sent again, because the API takes it once."""
        return self.request.idempotent or bool(self.request.idempotency_header)

    @property
    def kept_columns(self) -> tuple[str, ...]:
        """The columns that values of the answers get in a workbook, in the template's order."""
        return tuple(self.answer.columns)

    def held_back_since(self) -> str:
        """From when on the same request, accepted before, holds a row back; "" is ever."""
        if self.duplicates_within_days is None:
            return ""
        since = datetime.now(UTC) - timedelta(days=self.duplicates_within_days)
        return since.isoformat(timespec="milliseconds")

    @property
    def uses_request_id(self) -> bool:
        """Whether each row has an id of its own, which is built in."""
        return any(is_built_in(name, self.columns, self.settings) for _, name in self._placeholders())

    @property
    def header_fields(self) -> frozenset[str]:
        """The fields that go into an HTTP header, where only plain ASCII is allowed."""
        return places.header_fields(self.request, self.columns)

    @property
    def xml_fields(self) -> frozenset[str]:
        """The fields that go into XML, which doesn't take every control character."""
        return places.xml_fields(self.request, self.columns)

    @property
    def file_fields(self) -> frozenset[str]:
        """The fields that are the paths of files, which go along with their rows."""
        return places.file_fields(self.request, self.columns)

    def _is_left_out_where_empty(self, name: str) -> bool:
        return empty_of(self.columns[name], self.request.empty) == "omit"

    def with_files(self, folder: Path | None) -> Self:
        """The template for rows whose files are in that folder. Raises SettingsError where there is no such folder."""
        if folder is None:
            return self
        if not folder.is_dir():
            raise SettingsError(Message("options.files", path=str(folder)))
        return self.model_copy(update={"files": FilesFolder(folder)})

    def with_held_files(self) -> Self:
        """The template for one row, of whose files each is read once."""
        return self.model_copy(update={"files": HeldFiles(self.files)})

    def parts(self, values: Mapping[str, str], settings: Mapping[str, str]) -> list[Part]:
        """The parts of a row's body that has several, with these settings; none where the body has no parts."""
        cells = Cells(self._all_values(values, settings), self.columns, self.request.empty, self.files)
        return [] if self.request.multipart is None else filled_parts(self.request.multipart, cells)

    def file_problems(self, values: Mapping[str, str]) -> Iterator[tuple[str, str]]:
        """Which files of a row can't be sent: a field that names one, and the code of the problem."""
        for part in self.parts(values, dict.fromkeys(self.settings, "")):
            code = None if part.file is None else self.files.problem(part.path)
            if code is not None and all(values.get(field) for field in part.fields):
                yield part.fields[0], code

    @property
    def path_segments(self) -> Sequence[Sequence[str]]:
        """The parts of the address's path that hold fields, each as literal texts and fields in turn."""
        return segments_with(self.request.url, self.columns)

    @property
    def path_fields(self) -> frozenset[str]:
        """The fields that are a whole part of the address's path: without them it is another address."""
        return frozenset(parts[1] for parts in self.path_segments if len(parts) == 3 and not parts[0] and not parts[2])  # noqa: PLR2004

    @cached_property
    def checked_columns(self) -> Mapping[str, Column]:
        """The columns as rows are checked by them.

        Without its part of the path, an address is another one; and a file that goes along has a name.
        """
        needed = self.path_fields | {name for name in self.file_fields if not self._is_left_out_where_empty(name)}
        return {
            name: column.model_copy(update={"required": column.default is None}) if name in needed else column
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

    def practice_value(self, name: str) -> str:
        """The value of a setting that the sandbox takes: the template's, else one that fits; "" where none does."""
        setting = self.settings[name]
        if setting.sandbox:
            return setting.sandbox
        return next((value for value in _PRACTICE_VALUES[setting.secret] if self._fits(name, value)), "")

    def _fits(self, name: str, value: str) -> bool:
        try:
            self.accepted_setting(name, value)
        except SettingsError:
            return False
        return True

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
        self._check_paths(settings)
        return named

    def _check_paths(self, settings: Settings) -> None:
        """Raises SettingsError where a setting makes another address of a path that it is a part of."""
        values = settings.revealed()
        urls = [self.request.url, *(question.url for question in self.preflight)]
        for url in [*urls, self.oauth2.url] if self.oauth2 is not None else urls:
            name = setting_leading_away(url, values)
            if name is not None:
                value = _quoted(values[name], self.settings[name])
                raise SettingsError(Message("setting.not_in_path", value=value, name=name))

    def question(self, asked: PreflightQuestion, settings: Settings, base_url: str | None = None) -> Request:
        """The request of a preflight question, with the headers of every request."""
        values = settings.revealed()
        headers = {
            name: fill(value, values)
            for name, value in self.request.headers.items()
            if self._is_filled_by_settings(value)
        }
        headers |= authorization_of(self.request, values)
        return Request(asked.method, as_sent(fill_address(asked.url, values, base_url)), sent_headers(headers), b"", "")

    def with_pair(self, settings: Settings) -> Settings:
        """The settings, which know by what the header Authorization tells their secrets.

        Raises SettingsError where a user name has what separates it from the password.
        """
        pair, values = self.request.basic, settings.revealed()
        if pair is None or not {name for text in pair for name in placeholders_in(text)} <= values.keys():
            return settings  # some are still to be asked for
        name = odd_name(pair, values)
        if name is not None:
            value = _quoted(values[name], self.settings[name])
            raise SettingsError(Message("setting.colon", value=value, name=name))
        return replace(settings, derived=(pair_of(pair, values),))

    def values(self, row: Row, fields: Mapping[str, int]) -> dict[str, str]:
        """What a row's cells put into the fields; `fields` says which column, from 0, fills which."""
        cells = {name: self.columns[name].meant(row.cells[position]) for name, position in fields.items()}
        return {**self.filled_in, **cells} if self.filled_in else cells

    def fingerprint(self, values: Mapping[str, str], settings: Settings, base_url: str | None = None) -> str:
        """What is the same for the same request, without its secrets: made when a row is staged, and kept."""
        all_values = self._all_values(values, settings.masked())
        return fingerprint_of(self.request, all_values, base_url, self.columns, self.files)

    def fingerprints(
        self, columns: Mapping[str, Sequence[str]], settings: Settings, base_url: str | None = None
    ) -> Iterator[str]:
        """Those of many rows, of which each field has one value."""
        constants = self._all_values({}, settings.masked())
        columns = {name: values for name, values in columns.items() if name not in self.settings}
        return fingerprints_of(self.request, columns, constants, base_url, self.columns, self.files)

    def build(
        self,
        values: Mapping[str, str],
        settings: Settings,
        base_url: str | None,
        fingerprint: str,
        request_id: str = "",
    ) -> Request:
        """The request of one row, whose fingerprint is known. Fields may lack: they are sent as if they were empty."""
        return self.maker(settings, base_url).made({**self.filled_in, **values}, fingerprint, request_id)

    def maker(self, settings: Settings, base_url: str | None) -> RequestMaker:
        """Makes the requests of many rows, each as `build` makes it."""
        return RequestMaker(self.request, self.columns, settings.revealed(), base_url, self.files)

    def combiner(self, settings: Settings, base_url: str | None) -> Combiner | None:
        """Makes one request of those of several rows; None where rows share none."""
        batch = self.request.batch
        if batch is None:
            return None
        return Combiner(self.request, batch, self.columns, settings.revealed(), base_url)

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
        merged = {**_merged(shared.model_dump(exclude_unset=True), merged), "api_title": shared.title}
    read = {"name": name, "sha256": digest.hexdigest(), "text": text, "profile_text": profile and profile[0]}
    return _checked(Template, {**merged, **read}, source)


def _merged(profile: dict[str, Any], template: dict[str, Any]) -> dict[str, Any]:
    """The template's tables over the profile's; its rules before the profile's."""
    request = merged_request(profile, template)
    merged = {**profile, **template, "request": request}
    for table in ("settings", "limits", "answer"):
        merged[table] = {**profile.get(table, {}), **template.get(table, {})}
    own, shared = template.get("answer", {}), profile.get("answer", {})
    merged["answer"]["secrets"] = (*own.get("secrets", ()), *shared.get("secrets", ()))
    merged["answer"]["columns"] = {**shared.get("columns", {}), **own.get("columns", {})}
    merged["rules"] = (*template.get("rules", ()), *profile.get("rules", ()))
    return merged


def _checked(model: type[_Model], data: dict[str, Any], source: str) -> _Model:
    try:
        return model.model_validate(data)
    except ValidationError as why:
        faults = faults_of(why, model)
        raise TemplateError(Message("template.invalid", count=len(faults), path=source, faults=faults)) from why
