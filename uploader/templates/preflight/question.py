"""What a template says of a question to the API before the first row, and where its answer tells what."""

from typing import Literal

from pydantic import Field

from uploader.templates.values.numbers import QuotaCost
from uploader.templates.values.paths import AnswerPath, Reading
from uploader.templates.values.strict import Strict
from uploader.templates.values.texts import TemplateText
from uploader.templates.values.urls import Url


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
