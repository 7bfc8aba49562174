"""What the functions of the public API return."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from uploader.api.running import finished
from uploader.api.sessions import PathLike
from uploader.errors import SettingsError
from uploader.i18n import Message
from uploader.model.rows import Status

if TYPE_CHECKING:
    import pandas as pd

    from uploader.actions.outcome import Outcome


def counts_of(counts: Mapping[Status, int]) -> dict[str, int]:
    """Every status and its number of rows."""
    return {str(status): counts.get(status, 0) for status in Status}


@dataclass(frozen=True, eq=False)
class Check:
    """What `uploader.check` found."""

    problems: "pd.DataFrame" = field(repr=False)
    """`row`, `column` (its name), `cell` (`C14`), `code`, `cause`, `fix`, `stops` (False: a warning; the row goes)."""
    counts: Mapping[str, int]
    """The rows by the status that they would have if nothing was sent; those that would go are `not sent`."""
    sha256: str
    """The list's identity: of a file's bytes, or of a DataFrame's cells."""
    notes: Sequence[str] = ()
    """What is to be known of the list as a whole, as sentences."""

    @property
    def ok(self) -> bool:
        """Whether every row could be sent."""
        return not self.counts[Status.INVALID]

    @property
    def rows(self) -> int:
        """How many rows the list has."""
        return sum(self.counts.values())

    @property
    def exit_code(self) -> int:
        """What `uploader check` ends with."""
        return 0 if self.ok else 2


@dataclass(frozen=True, eq=False)
class Result:
    """How sending ended. It holds no customer data: rows and attempts are read from the journal when asked for."""

    counts: Mapping[str, int]
    """Status -> number of rows, over all runs of the job; every status is there."""
    exit_code: int
    """What `uploader send` ends with: 0 every row is accepted or skipped, 1 some are not, 2 nothing was sent, 4 stopped
    early, 130 interrupted."""
    job: int | None = None
    """The job's number; None where nothing was sent."""
    workbook: Path | None = None
    """The result workbook, where one was written."""
    stopped: str | None = None
    """Why it ended early, or sent nothing, as a sentence."""
    requests: int = 0
    """How many were made by this run."""
    seconds: float = 0.0
    messages: Sequence[str] = field(default=(), repr=False)
    """What a person would have been told on the way, as sentences."""
    problems: "pd.DataFrame | None" = field(default=None, repr=False)
    """What is wrong with rows of the list, as `Check.problems`; None where no list was looked at."""
    _outcome: "Outcome | None" = field(default=None, repr=False)

    @cached_property
    def rows(self) -> "pd.DataFrame":
        """Every row of the list: its columns and, as in the result workbook, ours. The index is the row's number."""
        from uploader.api import frames

        return frames.without_rows() if self._outcome is None else frames.of_rows(self._outcome)

    @cached_property
    def attempts(self) -> "pd.DataFrame":
        """Every request that was made for the list, as in the result workbook."""
        from uploader.api import frames

        return frames.without_attempts() if self._outcome is None else frames.of_attempts(self._outcome)

    def to_excel(self, path: PathLike) -> Path:
        """Write the result workbook; where it was written, which is elsewhere if another list's is there already.

        Raises SettingsError where nothing was sent or it can't be written there.
        """
        from uploader.actions.results import results

        outcome = self._outcome
        if outcome is None:
            raise SettingsError(Message("python.nothing_to_write"))
        job, session = outcome.job, outcome.session

        def written() -> Path:
            target = Path(path).expanduser()
            return results(job.id, target, session, redact=job.redacted, sandbox=outcome.sandbox)[1]

        return finished(written, session.ui.cancel)


@dataclass(frozen=True, eq=False)
class Preview:
    """The request that a row would make."""

    method: str
    url: str
    headers: Mapping[str, str]
    """Every secret is `***`."""
    body: bytes
    problems: "pd.DataFrame" = field(repr=False)
    """What is wrong with the row, as `Check.problems`."""


@dataclass(frozen=True, eq=False)
class Verification:
    """Whether a result workbook is as it was written."""

    ok: bool
    rows: int
    """How many are in it."""
    differences: "pd.DataFrame" = field(repr=False)
    """`row` (its number in the list), `line` (of the sheet, where it has no number), `what`."""
    others: Sequence[str] = ()
    """What else is not as it was written."""
    knows_list: bool = False
    """Whether the journal of this computer knows the list."""
    written_at: str | None = None
    """When this computer wrote these rows, ISO 8601 in UTC; None where its journal doesn't know that."""

    @property
    def exit_code(self) -> int:
        """What `uploader verify` ends with."""
        return 0 if self.ok else 1
