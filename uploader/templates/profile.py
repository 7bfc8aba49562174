"""What an API profile may say besides its answers: settings, limits, what to ask first."""

from collections.abc import Mapping
from typing import Annotated, Literal, TypeAlias

from pydantic import AfterValidator, AliasChoices, Field, StrictBool

from uploader.model.secret_names import names_a_secret
from uploader.templates.columns import Strict
from uploader.templates.values.numbers import ApiSeconds, Places, ProbeSeconds, QuotaCost, Rate, TimeoutSeconds
from uploader.templates.values.paths import AnswerPath, Reading
from uploader.templates.values.patterns import Regex
from uploader.templates.values.texts import TemplateText
from uploader.templates.values.urls import Url


class Setting(Strict):
    """A value that is the same for all rows."""

    description: TemplateText = Field(default_factory=dict)
    accept: Regex | None = None
    """What people write; its first group is what is kept."""
    environment: str | None = None
    secret: StrictBool = False
    sandbox: str = Field(default="", validation_alias=AliasChoices("sandbox", "practice"))
    """The value that the sandbox takes; templates of version 0.1.0 call it `practice`."""


def _hide_what_is_named_a_secret(settings: Mapping[str, Setting]) -> Mapping[str, Setting]:
    """A setting called token or password is secret, unless the template says that it isn't."""
    return {
        name: setting
        if "secret" in setting.model_fields_set or not names_a_secret(name)
        else setting.model_copy(update={"secret": True})
        for name, setting in settings.items()
    }


SettingsTable: TypeAlias = Annotated[Mapping[str, Setting], AfterValidator(_hide_what_is_named_a_secret)]


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


class Quota(Strict):
    """Where an answer says how many requests are left; the least of several readings counts.

    A reading is a dotted path, or one path less another: `data.0.limit - data.0.used`.
    """

    left: tuple[Reading, ...] = Field(min_length=1)
    limit: Reading = ""
    """How many there are in a day."""


class Ids(Strict):
    """Where an answer lists the ids that there are, to look up those of one column."""

    column: str
    records: AnswerPath
    """The dotted path of the list; "" where the whole answer is the list."""
    id: AnswerPath
    """In each record, the id."""
    active: AnswerPath = ""
    """In each record, whether it is active."""
    is_active: str = "yes"
    """The value there if it is."""


class PreflightQuestion(Strict):
    """What is asked of the API before the first row."""

    title: TemplateText
    url: Url
    method: Literal["GET", "POST"] = "GET"
    cost: QuotaCost = 1
    """Requests of the quota that asking takes."""
    quota: Quota | None = None
    ids: Ids | None = None
