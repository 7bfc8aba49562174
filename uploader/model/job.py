"""A job, its rows and requests as the journal keeps them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from uploader.i18n import Message
from uploader.model.rows import MAY_HAVE_ARRIVED, Row, Status
from uploader.model.workbook_names import results_name

_SHOWN_OF_SHA256 = 12
_TO_THE_SECOND = len("2026-12-31T23:59:59")


@dataclass(frozen=True, slots=True)
class RowResult:
    """What became of one row, as the result workbook shows it."""

    row: Row
    status: Status
    code: str
    message: str
    advice: Message
    http_status: int | None
    attempts: int
    sent_at: str | None
    """When the last attempt left, ISO 8601 in UTC; None if none did."""
    duration_ms: int | None
    faults: Sequence[int] = ()
    """The columns, from 0, whose cells keep it from being sent."""
    held_back: Mapping[int, str] = field(default_factory=dict)
    """What was changed since it was sent and did not go, by column, from 0."""
    settled: str | None = None
    """What a person found whose word decides the status, `arrived` or `not arrived`; None where the API's does."""
    kept: Mapping[str, str] = field(default_factory=dict)
    """The values of the answer that the template keeps, by their columns' names; without those that were not there."""
    request_id: str = ""
    """Of an unknown row the id of the request that may have arrived; "" where it had none."""


class AttemptKey(NamedTuple):
    """By what one request is known again in a workbook, which shows no more of it."""

    row: int
    sent_at: str
    """ISO 8601 in UTC, to the second and without the zone."""
    duration_ms: int | None

    @classmethod
    def of(cls, row: int, sent_at: str, duration_ms: int | None) -> "AttemptKey":
        """Of a request that left at that moment, ISO 8601 in UTC."""
        return cls(row, sent_at[:_TO_THE_SECOND], duration_ms)


@dataclass(frozen=True, slots=True)
class Attempt:
    """One HTTP request that was made for one row, or was about to be made when the process died."""

    row: int
    nth: int
    """Counts the row's requests from 1."""
    sent_at: str
    """ISO 8601 in UTC."""
    verdict: str
    """A `Verdict`, or "" where no answer was recorded."""
    code: str
    message: str
    http_status: int | None
    duration_ms: int | None
    detail: Message | None
    """What is known of it beside the API's own code and message."""
    job: int
    cells: Sequence[str] = ()
    """The row's, where they were asked for."""
    kept: Mapping[str, str] = field(default_factory=dict)
    """The values of the answer that the template keeps, by their columns' names."""

    @property
    def key(self) -> AttemptKey:
        """By what the request is known again."""
        return AttemptKey.of(self.row, self.sent_at, self.duration_ms)


@dataclass(frozen=True, slots=True)
class RowState:
    """What became of a row so far, and what of it was sent."""

    status: Status
    cells: Sequence[str]
    """As they were last read, under the job's header; empty where they were forgotten."""
    sent: Sequence[str] | None
    """As they were sent, where that decides the status; None where nothing was, or where it was forgotten."""
    job: int
    at: str
    """When it was last sent, ISO 8601 in UTC; "" if it was not."""
    waits: bool = False
    """Somebody asked for it to be sent, and it has not left since."""
    is_recovered: bool = False
    """That it was sent is known from a workbook, which may have lost the cells that were."""
    has_other_cells: bool = False
    """Whether cells that are sent are not as they were sent."""

    @property
    def may_have_arrived(self) -> bool:
        """Whether the row, sent again, might be there twice."""
        return self.status in MAY_HAVE_ARRIVED

    @property
    def is_edited(self) -> bool:
        """Whether it was edited after it was sent, and the edit held back, because it may have arrived as it was."""
        if not self.may_have_arrived or not self.cells:
            return False
        return self.is_recovered if self.sent is None else self.has_other_cells


class Sender(NamedTuple):
    """Who sends, from where, with which version of ours."""

    user: str
    machine: str
    version: str


@dataclass(frozen=True, slots=True)
class Settlement:
    """A row of unknown outcome that a person closed after looking it up."""

    row: int
    found: str
    """`arrived` or `not arrived`."""
    at: str
    """ISO 8601 in UTC."""
    user: str
    machine: str

    @property
    def key(self) -> "SettlementKey":
        """By what it is known again in a workbook."""
        return SettlementKey(self.row, self.found, self.at[:_TO_THE_SECOND])


class SettlementKey(NamedTuple):
    """By what it is known again in a workbook that a person closed a row."""

    row: int
    found: str
    at: str
    """ISO 8601 in UTC, to the second and without the zone."""


@dataclass(frozen=True, slots=True)
class RunRecord:
    """One run of a job: when, by whom, where to, and how much."""

    job: int
    started_at: str
    ended_at: str | None
    user: str
    machine: str
    version: str
    template_sha256: str
    destination: str
    requests: int
    stopped: Message | None
    taken_from: str | None
    """The workbook from which all that is known of it was taken."""
    sending_seconds: float | None = None
    """How long rows were sent, without waits in which nothing was under way; None where that is not known."""
    key: str = ""
    """By which it is known whether its process lives; "" where it is not."""


def name_in_memory(list_sha256: str) -> str:
    """The name of a list that is a DataFrame: it has its identity, so no two are taken for versions of one file."""
    return f"DataFrame-{list_sha256[:_SHOWN_OF_SHA256]}"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewJob:
    """One list, sent with one template to one place: what is known of it before its rows are staged."""

    key: str
    """By which its workbooks know it, on every computer."""
    list_path: Path
    """The file at hand: the list, or its edited result workbook."""
    list_name: str
    """Of the list as it was first sent."""
    list_sha256: str
    """Of the list as it was first sent; keyed where the job was forgotten."""
    source_sha256: str
    """Of the file at hand; "" where its rows were not read to be sent."""
    sheet: str | None
    header: Sequence[str]
    fields: Mapping[str, int]
    """Which column, from 0, fills which field."""
    template: str
    template_sha256: str
    template_text: str
    profile_text: str | None
    """The template and its API profile as they were, so that the job can be resumed whatever becomes of the files."""
    destination: str
    """Scheme and host."""
    settings: Mapping[str, str]
    """Without secrets."""
    results_path: Path
    """Where its result workbook goes."""
    redacted: Sequence[str] = ()
    """The columns that workbooks show as keyed hashes."""
    decimals: Mapping[str, str] = field(default_factory=dict)
    """By field, the decimal sign of its column's numbers, as the whole list decides it."""
    kept_columns: Sequence[str] = ()
    """The names of the columns with values of the answers, in the template's order; then those that it had before."""

    @property
    def way(self) -> tuple[object, ...]:
        """The list, the template and the place: what is the same in all sendings of one job."""
        return self.list_sha256, self.sheet, self.template, self.destination, dict(self.settings)

    @property
    def is_in_memory(self) -> bool:
        """Whether its rows were read from a DataFrame and not from a file, as a result workbook is."""
        return self.list_path.name == name_in_memory(self.list_sha256)

    @property
    def wants_workbook(self) -> bool:
        """Whether a result workbook is written after each run: of a DataFrame only where somebody named its place."""
        return not self.is_in_memory or self.results_path.name != results_name(self.list_path.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Job(NewJob):
    """A job as the journal keeps it."""

    id: int
    created_at: str
    """ISO 8601 in UTC."""
    sender: Sender
    """Who sent it last."""
    started_at: str
    """When its last run began, ISO 8601 in UTC."""
    ended_at: str | None
    """When its last run ended; None while it runs, or when it died."""
    stopped: Message | None
    """Why its last run ended early."""
    counts: Mapping[Status, int]
    waiting: int = 0
    """How many of its rows somebody asked to be sent that have not left since."""
    settled: int = 0
    """How many rows are `accepted` by a person's word alone."""
    forgotten_at: str | None = None
    """When its customer data were deleted; only keyed hashes are left then."""

    @property
    def rows(self) -> int:
        """How many rows the list has."""
        return sum(self.counts.values())


def arranged(cells: Sequence[str], names: Sequence[str], header: Sequence[str], others: Sequence[str]) -> list[str]:
    """`cells`, which were under `names`, as they belong under `header`; under a name of its own what `others` have."""
    if tuple(names) == tuple(header):
        return list(cells)
    waiting: dict[str, list[str]] = {}
    for name, cell in zip(names, cells, strict=False):
        waiting.setdefault(name, []).append(cell)
    return [waiting[name].pop(0) if waiting.get(name) else other for name, other in zip(header, others, strict=True)]
