"""A template together with its API profile: what it says of a row, and the requests that it makes; reads no file."""

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any, Self

from pydantic import Field, model_validator

from uploader.errors import SettingsError
from uploader.i18n import Message
from uploader.model.address import checked_origin, origin_of
from uploader.model.http import Request
from uploader.model.rows import Row
from uploader.model.settings import Settings
from uploader.templates.batches.combining import Combiner
from uploader.templates.columns.column import Column
from uploader.templates.columns.numbers import SIGN_OF
from uploader.templates.parsing.tables import TemplateTables
from uploader.templates.preflight.question import PreflightQuestion
from uploader.templates.requests import places
from uploader.templates.requests.address.filling import as_sent, fill_address
from uploader.templates.requests.address.segments import segments_with, setting_leading_away
from uploader.templates.requests.bodies.multipart import Part, filled_parts
from uploader.templates.requests.cells import Cells
from uploader.templates.requests.files import NO_FILES, FilesFolder, HeldFiles
from uploader.templates.requests.form import REQUEST_ID
from uploader.templates.requests.headers.authorization import authorization_of, odd_name, pair_of
from uploader.templates.requests.headers.row_key import RowKey, is_built_in, row_key_of
from uploader.templates.requests.many.fingerprints import fingerprint_of, fingerprints_of
from uploader.templates.requests.many.maker import RequestMaker
from uploader.templates.requests.placeholders import fill, placeholders_in
from uploader.templates.settings.accepted import accepted, fits, practice_value, quoted
from uploader.templates.validity import check_template
from uploader.templates.values.headers import sent_headers
from uploader.templates.values.texts import TemplateText


class Template(TemplateTables):
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
    def _can_be_used(self) -> Self:
        check_template(self)
        return self

    @cached_property
    def row_key(self) -> RowKey:
        """By what the API knows a request that came before."""
        return row_key_of(self.request, self.columns, self.settings)

    def placeholders(self) -> Iterator[tuple[str, str]]:
        """Where each placeholder is, and its name."""
        return ((where, name) for where, text in self.request.texts() for name in placeholders_in(text))

    def is_filled_by_settings(self, text: str) -> bool:
        """Whether settings alone fill a text."""
        return self.settings.keys() >= set(placeholders_in(text))

    @property
    def api(self) -> str:
        """The folder in its name, which it shares with the other requests to this API; empty for a path's template."""
        return self.name.rpartition("/")[0]

    @property
    def servers(self) -> str:
        """The servers that its requests and secrets go to, as it writes them, `https://wv{{server}}.wolkvox.com`."""
        urls = [self.request.url, *([self.oauth2.url] if self.oauth2 else [])]
        return " ".join(dict.fromkeys(origin_of(url) for url in urls))

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
        return any(is_built_in(name, self.columns, self.settings) for _, name in self.placeholders())

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
        return self.columns[name].when_empty(self.request.empty) == "omit"

    def with_files(self, folder: Path | None) -> Self:
        """The template for rows whose files are in that folder. Raises SettingsError where there is no such folder."""
        if folder is None:
            return self
        if not os.path.isdir(folder):  # noqa: PTH112  # never raises, whatever the name
            raise SettingsError(Message("options.files", path=str(folder)))
        return self.model_copy(update={"files": FilesFolder(folder)})

    @property
    def files_folder(self) -> Path | None:
        """The folder in which the files of rows are found; None where nobody named one."""
        return self.files.folder if isinstance(self.files, FilesFolder) else None

    def with_held_files(self) -> Self:
        """The template for one row, of whose files each is read once."""
        return self.model_copy(update={"files": HeldFiles(self.files)})

    def parts(self, values: Mapping[str, str], settings: Mapping[str, str], request_id: str = "") -> list[Part]:
        """The parts of a row's body that has several, with these settings; none where the body has no parts."""
        all_values = {REQUEST_ID: request_id, **self._all_values(values, settings)}
        cells = Cells(all_values, self.columns, self.request.empty, self.files)
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
        return frozenset(parts[1] for parts in self.path_segments if [*parts[::2]] == ["", ""])

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
        return accepted(name, value, self.settings[name], self.request, self._questioned)

    def takes_setting(self, name: str, value: str) -> bool:
        """Whether a value fits a setting."""
        return fits(name, value, self.settings[name], self.request, self._questioned)

    def practice_value(self, name: str) -> str:
        """The value of a setting that the sandbox takes: the template's, else one that fits; "" where none does."""
        return practice_value(name, self.settings[name], self.request, self._questioned)

    @property
    def _questioned(self) -> list[str]:
        """The addresses of the questions before the first row."""
        return [question.url for question in self.preflight]

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
        urls = [self.request.url, *self._questioned]
        for url in [*urls, self.oauth2.url] if self.oauth2 is not None else urls:
            name = setting_leading_away(url, values)
            if name is not None:
                value = quoted(values[name], self.settings[name])
                raise SettingsError(Message("setting.not_in_path", value=value, name=name))

    def question(self, asked: PreflightQuestion, settings: Settings, base_url: str | None = None) -> Request:
        """The request of a preflight question, with the headers of every request."""
        values = settings.revealed()
        headers = {
            name: fill(value, values)
            for name, value in self.request.headers.items()
            if self.is_filled_by_settings(value)
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
            value = quoted(values[name], self.settings[name])
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
