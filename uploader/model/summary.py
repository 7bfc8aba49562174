"""How a command ended: how many rows with which status and answer, and how the rest can be sent."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from uploader.i18n import Message
from uploader.model.rows import Status


class AnswerCount(NamedTuple):
    """How many rows ended with one answer."""

    status: Status
    code: str
    message: str
    advice: Message
    rows: int


class ResumeHint(NamedTuple):
    """What has to be said again so that the rest of a job is sent as it was meant to be."""

    job: int
    sandbox: bool = False
    send_duplicates: bool = False
    resend_unknown: bool = False
    first: int | None = None
    files: Path | None = None


@dataclass(frozen=True, slots=True)
class Summary:
    """How a command ended, for the screen, the JSON object and the exit code."""

    list_path: Path | None
    template: str | None
    job: int | None = None
    counts: Mapping[Status, int] = field(default_factory=dict)
    requests: int = 0
    seconds: float = 0.0
    sending_seconds: float = 0.0
    """How long rows were sent, of these, without waits in which nothing was under way."""
    results: Path | None = None
    stopped: Message | None = None
    interrupted: bool = False
    settled: int = 0
    """How many of the accepted rows are so by a person's word."""
    under_way: int = 0
    """How many of the unknown rows another computer still waits for: nobody has to look them up."""
    others: int = 0
    """How many computers send the job on."""
    answers: Sequence[AnswerCount] = ()
    """How many rows ended with which answer, the most first."""
    run: Mapping[Status, int] = field(default_factory=dict)
    """The rows that this run sent, by their status at its end; `counts` are those of the whole list."""
    numbers: Mapping[Status, Sequence[int]] = field(default_factory=dict)
    """The first rows of each status that leaves something to do, by their numbers."""
    resume: ResumeHint | None = None
    """How what is left can be sent, where anything is."""
    sent: bool = True
    """False where the run ended before anything could be sent: the checks, the template or the options stopped it."""

    @property
    def told(self) -> Mapping[Status, int]:
        """`counts`, without the unknown rows that are still under way."""
        return {**self.counts, Status.UNKNOWN: self.counts.get(Status.UNKNOWN, 0) - self.under_way}

    @property
    def rows(self) -> int:
        """How many rows the list has."""
        return sum(self.counts.values())
