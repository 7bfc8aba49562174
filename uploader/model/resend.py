"""What is sent again although the same request is known, and how a request is known."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum
from typing import NamedTuple, TypeAlias

from uploader.model.rows import Status


@dataclass(frozen=True, slots=True)
class ResendPolicy:
    """What is sent again although the same request is known already."""

    duplicates: bool = False
    """Rows whose same request was accepted before or is earlier in the list."""
    unknown: bool = False
    """Rows whose outcome is unknown."""
    since: str = ""
    """Requests accepted before this moment (ISO 8601 in UTC) don't count."""

    @property
    def waiting(self) -> Sequence[Status]:
        """The statuses of the rows that a run may send."""
        again = {Status.UNKNOWN: self.unknown, Status.SKIPPED: self.duplicates}
        return (Status.NOT_SENT, *(status for status, is_sent in again.items() if is_sent))


@dataclass(frozen=True, slots=True)
class PriorRequest:
    """The same request as the journal knows it already, because of which a row is not sent."""

    status: Status
    """`accepted`, `unknown`, or `skipped` where it is only an earlier row of the same list."""
    job: int
    row: int
    list_name: str
    at: str
    """When it was sent, ISO 8601 in UTC; "" if it has not been."""

    @property
    def held_as(self) -> Status:
        """The status of the row that is held back because of it."""
        return Status.UNKNOWN if self.status is Status.UNKNOWN else Status.SKIPPED

    def of_day(self, job: int | None, row: int) -> "PriorRequest":
        """What that row of a job has in common with others held back because of the same job and day: `row` is 0.

        For duplicates within the same list, nothing else counts.
        """
        is_of_another_row = self.status is Status.ACCEPTED and self.job == job and self.row != row
        if self.status is Status.SKIPPED or is_of_another_row:
            return EARLIER_ROW
        day = f"{datetime.fromisoformat(self.at).astimezone():%Y-%m-%d}" if self.at else ""
        return replace(self, row=0, at=day)


EARLIER_ROW = PriorRequest(Status.SKIPPED, 0, 0, "", "")
"""What all rows have in common whose request is that of an earlier row of the same list."""
NAMED_PAIRS = 10


class UnderWay(Enum):
    """The same request is under way in another run that lives: its outcome is not known yet."""

    ELSEWHERE = "under way elsewhere"


UNDER_WAY_ELSEWHERE = UnderWay.ELSEWHERE


class NotYet(NamedTuple):
    """The pace that all senders with the token share lets a request leave only then."""

    seconds: float
    """From now."""


HeldBack: TypeAlias = Status | UnderWay | NotYet
"""Why a row must not leave now: the status that it has for good, or what it waits for."""


class RowPair(NamedTuple):
    """A row that is held back, and the row that has the same request: of the prior's job, or of the list itself."""

    row: int
    same_as: int
