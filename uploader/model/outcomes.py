"""How one attempt ended, what that means for its row and for the run, and why a run stopped."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from uploader.i18n import Message
from uploader.model.http import Request
from uploader.model.rows import Row, Status


class Verdict(StrEnum):
    """What one answer means for its row and for the run; the first six are words that a template's rules use."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"
    UNKNOWN = "unknown"
    SLOW_DOWN = "slow down"
    """Refused for going too fast; the row was not taken and may go again. Whether that is so, the template says."""
    PAUSE = "pause"
    """The API takes nothing for a while (quota, maintenance); it says nothing about the row."""
    STOP = "stop"
    """The API takes nothing from us as we are (token, address); it says nothing about the row."""
    REFUSED_TOGETHER = "refused together"
    """A request of several rows was refused and none of them taken, for the fault of one: each goes again, alone."""
    OUT_OF_REACH = "out of reach"
    """The request certainly did not arrive, so the row may go again."""
    UNSENDABLE = "unsendable"
    """The row's request can't be written as HTTP, so it never left and never will as it is."""


STATUS_OF: Mapping[Verdict, Status] = {
    Verdict.ACCEPTED: Status.ACCEPTED,
    Verdict.REJECTED: Status.REJECTED,
    Verdict.UNKNOWN: Status.UNKNOWN,
    Verdict.SLOW_DOWN: Status.NOT_SENT,
    Verdict.PAUSE: Status.NOT_SENT,
    Verdict.STOP: Status.NOT_SENT,
    Verdict.REFUSED_TOGETHER: Status.NOT_SENT,
    Verdict.OUT_OF_REACH: Status.NOT_SENT,
    Verdict.UNSENDABLE: Status.INVALID,
}
"""The status of a row whose last attempt ended so and which gets no other one in this run."""


class Outcome(NamedTuple):
    """How one attempt ended. `code` and `message` are the API's own, else empty."""

    verdict: Verdict
    advice: Message
    code: str = ""
    message: str = ""
    http_status: int | None = None
    duration_ms: int | None = None
    detail: Message | None = None
    """Evidence for the sheet `Attempts` where the API gave no code and message of its own."""
    retry_after_seconds: float = 0.0
    """How long the server asks us to wait before we come again."""
    advice_if_rejected: Message | None = None
    """For an answer that is taken for a pause, and that may be a refusal of this row alone: the advice then."""
    slows_down: bool = False
    """The server asks us to slow down, but may have taken the row anyway."""
    may_be_under_way: bool = False
    """No answer of the API's own came, so it may still be working on the request."""
    kept: Mapping[str, str] = MappingProxyType({})
    """The values of the answer that the template keeps, by their columns' names; secrets are masked."""


@dataclass(frozen=True, slots=True)
class Stop:
    """Why a run ended before its rows did."""

    reason: Message
    """Its sentence has no full stop."""
    verdict: Verdict | None
    """Of the answer that stopped it; None where no answer did (Ctrl-C, a closed terminal, the journal)."""
    is_a_guess: bool = False
    """Something seems to be wrong, and a person may know better: ask whether to continue."""
    interrupted: bool = False
    """The person stopped it."""


class Dispatch(NamedTuple):
    """A row about to leave, with the request that it makes alone; `nth` counts its attempts in this run from 1."""

    row: Row
    request: Request
    nth: int = 1
    at: float = 0.0
    """When it leaves, in the run's seconds."""
    first_at: float = 0.0
    """When its first attempt in this run left, later by the time in which it was due and could not leave."""
    is_suspect: bool = False
    """It drew an answer that is taken for a pause, but another row was accepted since."""
    aside_since: float | None = None
    """Since when it waits for another run, in which the same request is under way."""
    beside: "tuple[Dispatch, ...]" = ()
    """The other rows of the same request, in their order; but for row and request, this one speaks for all."""

    def each(self) -> "tuple[Dispatch, ...]":
        """All rows of the request, this one first, each as if it left alone."""
        if not self.beside:
            return (self,)
        alone = self._replace(beside=())
        return (alone, *(alone._replace(row=one.row, request=one.request) for one in self.beside))

    def of_only(self, some: "Sequence[Dispatch]") -> "Dispatch":
        """The same request with only some of its rows."""
        return self._replace(row=some[0].row, request=some[0].request, beside=tuple(some[1:]))


class Completion(NamedTuple):
    """A row's attempt that has ended, and the status of the row now."""

    dispatch: Dispatch
    outcome: Outcome
    status: Status
    goes_again: bool = False
    """Whether it leaves again in this run."""


class Unwritten(NamedTuple):
    """Answers that could not be written into the journal yet, and the file of this computer in which they are kept."""

    answers: int
    path: Path
