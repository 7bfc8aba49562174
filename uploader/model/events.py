"""What happens while something long is done, for whoever shows it: frozen values, no text."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal, TypeAlias

from uploader.i18n import Message
from uploader.model.rows import Status

PhaseName: TypeAlias = Literal["reading", "checking", "staging", "sending", "writing"]


@dataclass(frozen=True, slots=True)
class Phase:
    """Something long begins."""

    name: PhaseName
    total: int
    """How many rows it is about; 0 where that isn't known."""
    what: str = ""
    """The file it is about."""


@dataclass(frozen=True, slots=True)
class Advanced:
    """So many more rows of the phase are done."""

    rows: int


@dataclass(frozen=True, slots=True)
class PhaseEnded:
    """The phase is over, one way or another."""

    name: PhaseName


@dataclass(frozen=True, slots=True)
class RowDone:
    """A row that was to be sent has come to its end."""

    status: Status


@dataclass(frozen=True, slots=True)
class RestOfJob:
    """So many rows are left to send for all who send the list, of which others take some."""

    rows: int


@dataclass(frozen=True, slots=True)
class Waiting:
    """Nothing is sent for so long, and why."""

    reason: Message
    seconds: float


@dataclass(frozen=True, slots=True)
class Waited:
    """So long nothing was sent, for another reason than the pace: a rate doesn't count this time."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Interrupting:
    """The end was asked for: no new row leaves, and the answers under way are waited for."""


Event: TypeAlias = Phase | Advanced | PhaseEnded | RowDone | RestOfJob | Waiting | Waited | Interrupting


@contextmanager
def phase(on_event: Callable[[Event], None], name: PhaseName, total: int, what: str) -> Iterator[None]:
    """The block is a phase: its begin and its end are told, however it ends."""
    on_event(Phase(name, total, what))
    try:
        yield
    finally:
        on_event(PhaseEnded(name))
