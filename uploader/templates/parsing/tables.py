"""The tables that a TOML file may have: a template's, its API profile's, and those that may be in either."""

from collections.abc import Mapping

from pydantic import Field, StrictBool

from uploader.templates.answers.form import AnswerForm, Rule
from uploader.templates.columns.column import Column, Empty
from uploader.templates.oauth2.client_credentials import ClientCredentials
from uploader.templates.preflight.question import PreflightQuestion
from uploader.templates.requests.form import Pair, RequestForm
from uploader.templates.settings.setting import SettingsTable
from uploader.templates.values.headers import Headers
from uploader.templates.values.numbers import ApiSeconds, Days, Places, ProbeSeconds, Rate, TimeoutSeconds
from uploader.templates.values.strict import Strict
from uploader.templates.values.texts import TemplateText


class Limits(Strict):
    """What the API lets us do."""

    concurrency: Places = 1
    """Requests at once."""
    timeout_seconds: TimeoutSeconds = 60
    """For one whole attempt."""
    rate: Rate | None = None
    """Requests started, `N/s` or `N/m`."""
    api_time_limit_seconds: ApiSeconds = 0
    """How long the API itself works on a request: one that we gave up holds its place there until then."""
    probe_seconds: ProbeSeconds = 900
    """With `--wait`: how long until the next row tries whether a pause is over."""
    keep_alive: StrictBool = False
    """Send many requests over one connection: only for a server that never writes two answers to one request."""


class SharedTables(Strict):
    """What may be said in a profile, in a template, or in both: `merging` says which counts."""

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


class ProfileTables(SharedTables):
    """An API profile: what holds for every request to the API."""

    headers: Headers = Field(default_factory=dict)
    basic: Pair | None = None
    bearer: str | None = None
    empty: Empty | None = None


class TemplateTables(SharedTables):
    """A template: one request to the API, and the columns that fill it."""

    request: RequestForm
    columns: Mapping[str, Column]
