"""What a template or a profile says of answers: where their values stand, and what they mean."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal, TypeAlias, TypeVar

from pydantic import AfterValidator, BeforeValidator, Field, StrictBool, StrictInt, StrictStr, model_validator

from uploader.i18n import Message
from uploader.model.names import key
from uploader.model.outcomes import Verdict
from uploader.templates.values.faults import FaultError
from uploader.templates.values.paths import AnswerPath, AnswerPaths, KeptPath, SecretPath, followed
from uploader.templates.values.strict import Strict
from uploader.templates.values.texts import TemplateText

_MOST_COLUMNS = 20
_LONGEST_NAME = 100
_LONGEST_WAIT_SECONDS = 3600
_Value = TypeVar("_Value")


def _can_be_headings(columns: Mapping[str, str]) -> Mapping[str, str]:
    if len(columns) > _MOST_COLUMNS:
        raise FaultError(Message("template.fault.too_many_answer_columns", most=_MOST_COLUMNS))
    seen: dict[str, str] = {}
    for name in columns:
        if not key(name) or name != name.strip() or len(name) > _LONGEST_NAME or not name.isprintable():
            raise FaultError(Message("template.fault.answer_column_name", name=name, most=_LONGEST_NAME))
        if key(name) in seen:
            raise FaultError(Message("template.fault.answer_column_twice", other=seen[key(name)]), name)
        seen[key(name)] = name
    return columns


AnswerColumns: TypeAlias = Annotated[Mapping[str, KeptPath], AfterValidator(_can_be_headings)]
"""Where in an answer the values of the workbook's further columns stand, by their names."""


def _are_seconds_or_a_path(given: Any) -> Any:
    if not isinstance(given, str) and (type(given) is not int or not 1 <= given <= _LONGEST_WAIT_SECONDS):
        raise FaultError(Message("template.fault.retry_after", most=_LONGEST_WAIT_SECONDS))
    return given if isinstance(given, int) else followed(given)


_Wait: TypeAlias = Annotated[str | int, BeforeValidator(_are_seconds_or_a_path)]


class AnswerForm(Strict):
    """Where an answer keeps what we read, as dotted paths into its JSON or XML; empty where it has no such thing."""

    code: AnswerPaths = ()
    """The first that is there counts."""
    message: AnswerPaths = ()
    """All that are there."""
    error: AnswerPath = ""
    refused: AnswerPaths = ()
    """What stands there says no, whatever the HTTP status."""
    ok: AnswerPaths = ()
    """What doesn't say true there says no."""
    expected: AnswerPaths = ()
    """Where every yes has something."""
    slow_down: Literal["not taken", "unknown"] = "not taken"
    """The outcome of a row whose answer asks us to slow down: it may be sent again, or it is unknown and may not."""
    retry_after: _Wait = ""
    """For how many seconds to wait at least, or where an answer says it; a header may say more."""
    secrets: tuple[SecretPath, ...] = ()
    """Where it keeps what is never kept or shown."""
    columns: AnswerColumns = Field(default_factory=dict)

    @property
    def retry_after_path(self) -> str:
        """Where an answer says for how long to wait; empty where it doesn't."""
        return self.retry_after if isinstance(self.retry_after, str) else ""

    @property
    def least_wait_seconds(self) -> int:
        """For how many seconds to wait at least."""
        return self.retry_after if isinstance(self.retry_after, int) else 0

    def paths(self) -> Iterator[str]:
        """Every place that is looked at."""
        yield from (*self.code, *self.message, *self.refused, *self.ok, *self.secrets, *self.columns.values())
        yield from (*self.expected, self.error, self.retry_after_path)


def _names_some(values: tuple[_Value, ...]) -> tuple[_Value, ...]:
    if not values:
        raise FaultError(Message("template.fault.empty_list"))
    return values


_HttpStatus: TypeAlias = Annotated[StrictInt, Field(ge=100, le=599)]


class Rule(Strict):
    """What an answer means that is all of what is given here; what is left out matches anything."""

    status: Annotated[tuple[_HttpStatus, ...], AfterValidator(_names_some)] | None = None
    """The HTTP status."""
    code: Annotated[tuple[StrictInt | StrictStr, ...], AfterValidator(_names_some)] | None = None
    """The body's code, as a number or as the text that it is; else the HTTP status."""
    message: str = ""
    """Contained in the answer's message, case aside."""
    found: AnswerPaths = ()
    """Something is at one of these places."""
    means: Literal["accepted", "rejected", "unknown", "slow down", "pause", "stop"]
    advice: TemplateText = Field(default_factory=dict)
    """Left out, the program says what it says of such an answer."""
    may_be_the_row: StrictBool = False
    """A pause that is a guess: if other rows are accepted, the answer was a refusal of this row."""

    @model_validator(mode="after")
    def _is_a_pause_where_that_may_be_wrong(self) -> "Rule":
        if self.may_be_the_row and self.means != "pause":
            raise FaultError(Message("template.fault.only_a_pause"), "may_be_the_row")
        return self

    @model_validator(mode="after")
    def _matches_something(self) -> "Rule":
        if self.status is None and self.code is None and not self.message.strip() and not self.found:
            raise FaultError(Message("template.fault.matches_every_answer"))
        return self

    @property
    def verdict(self) -> Verdict:
        """`means`, as the value that the program works with."""
        return Verdict(self.means)
