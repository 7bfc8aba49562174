"""What happens while something long is done, for whoever shows it: frozen values, no text."""

from dataclasses import dataclass
from typing import TypeAlias

from uploader.i18n import Message
from uploader.model.rows import Status


@dataclass(frozen=True, slots=True)
class Phase:
    """Something long begins: `reading`, `checking`, `staging`, `sending` or `writing`, over so many rows."""

    name: str
    total: int
    what: str = ""
    """The file it is about."""


@dataclass(frozen=True, slots=True)
class Advanced:
    """So many more rows of the phase are done."""

    rows: int


@dataclass(frozen=True, slots=True)
class PhaseEnded:
    """The phase is over, one way or another."""

    name: str


@dataclass(frozen=True, slots=True)
class RowDone:
    """A row that was to be sent has come to its end."""

    status: Status


@dataclass(frozen=True, slots=True)
class Waiting:
    """Nothing is sent for so long, and why."""

    reason: Message
    seconds: float


@dataclass(frozen=True, slots=True)
class Interrupting:
    """The end was asked for: no new row leaves, and the answers under way are waited for."""


Event: TypeAlias = Phase | Advanced | PhaseEnded | RowDone | Waiting | Interrupting
