"""What every journal can do, whatever its backend: the protocols that `tests/journal/conformance` checks.

A row's status is true at every moment. Staged, it is `not sent` (or `invalid`); with its intent committed it is
`unknown`; the answer then replaces that. So nothing needs repair after a crash.

Every method raises JournalError where the journal can't be read or written; then nothing of the call is kept.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

from uploader.i18n import Message
from uploader.journal.rows import RecoveredRow, StagedRow
from uploader.model.job import Attempt, AttemptKey, Job, NewJob, RowResult, RowState, RunRecord
from uploader.model.outcomes import Completion, Dispatch, Stop
from uploader.model.resend import PriorRequest, ResendPolicy
from uploader.model.rows import Row, Status, WaitingRow
from uploader.model.summary import AnswerCount

MOST_ANSWERS = 200
"""How many different answers of a status are counted separately."""
OTHER_ANSWERS = Message("answers.other")
"""Used as the advice for all other rows of that status."""


class RunLedger(Protocol):
    """What one run of a job writes: intents before requests leave, answers after they came, and the run's end."""

    def commit(self, completions: Sequence[Completion], dispatches: Sequence[Dispatch]) -> Mapping[int, Status]:
        """Commit the answers that came and the intents of the rows that leave, in one transaction, durable on return.

        Whether the same request is known already is decided here, under the lock of the transaction that writes the
        intent: of two runs of two jobs with the same request, one sees the other's intent. (Two runs of one list are
        kept apart by `locks`.) Gives the rows (by number) that must not leave after all, and their status.
        After a JournalError the same call may be tried again.
        """

    def hold_back_known(self) -> None:
        """Hold back, in one transaction, every row that waits and whose request is known."""

    def refuse(self, advice_of: Mapping[int, Message]) -> None:
        """Rows that turned out not to be sendable become invalid: by number, each with its advice."""

    def end(self, stop: Stop | None) -> None:
        """Note that the run ended, and why early if it did."""


class Journal(Protocol):
    """The durable record of jobs, rows and attempts. Use it as a context manager: it is closed at the block's end.

    Jobs are known by their number from 1, rows by their number in the list. All jobs of one list to one place have one
    `account` in common. Moments are ISO 8601 in UTC.
    """

    def __enter__(self) -> Self:
        """The journal itself."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close it."""

    def close(self) -> None:
        """Release the file or connection."""

    # Jobs are written

    def stage(self, new_job: NewJob, rows: Iterable[StagedRow]) -> int:
        """Write a job and all its rows in one transaction; the job's number.

        The rows that only earlier jobs of its account know are kept in it, too. What `rows` raises is passed on, and
        nothing is kept. Jobs that were staged and never began to be sent make way, if they are of the same list or a
        day old.
        """

    def recover(self, new_job: NewJob, rows: Iterable[RecoveredRow], attempts: Iterable[Attempt], digest: str) -> int:
        """Write down what a workbook says of rows that were sent elsewhere, as a job that ended; the job's number.

        No run sends these rows. `digest` is that of the workbook's rows.
        """

    def redirect(
        self, job: int, destination: str, settings: Mapping[str, str], fingerprint: Callable[[Row], str]
    ) -> None:
        """The rest of the job goes elsewhere, so the requests of its rows become others.

        Rows that were held back because of another job's request wait again. Those that are still unknown or skipped
        keep the fingerprint of their request to the former place: sent again, they need one of their own.
        """

    def set_results_path(self, job: int, path: Path) -> None:
        """Where the job's result workbook goes from now on."""

    def add_redacted_columns(self, job: int, columns: Sequence[str]) -> None:
        """These columns, too, are shown as keyed hashes from now on."""

    def settle(self, job: int, numbers: Sequence[int], *, arrived: bool, advice: Message) -> None:
        """Close unknown rows after somebody looked, and with each every row that is unknown only because of it.

        Raises SettingsError, and closes none, where one of them is not unknown.
        """

    def forget(self, job: int, *, everything: bool) -> None:
        """Delete the customer data of a job: cells, answers, advice. `everything`: hashes and the job itself, too.

        Raises JournalError where somebody else's reading keeps the bytes from being overwritten at once.
        """

    # A run

    def begin_run(self, job: int, policy: ResendPolicy) -> RunLedger:
        """Note that a run of this job begins; what it sends is written through the ledger."""

    def waiting(self, job: int, policy: ResendPolicy) -> Iterator[WaitingRow]:
        """The rows that a run may send, in the list's order, a page at a time; each is given out once.

        Raises JournalError at one without a fingerprint: whether its request is known can't be decided.
        """

    def count_waiting(self, job: int, policy: ResendPolicy) -> Counter[Status]:
        """How many rows a run may send, by the status that they have now."""

    def known_requests(self, job: int, policy: ResendPolicy) -> Iterator[tuple[int, PriorRequest]]:
        """The rows that are not sent yet and must not be, as their request is known: by number, in the list's order."""

    def find_prior(self, fingerprint: str, policy: ResendPolicy) -> PriorRequest | None:
        """How a request is known that belongs to no job yet; None if it is not."""

    # Jobs are read

    def jobs(self, list_sha256: str | None = None) -> list[Job]:
        """All jobs that began to be sent, of the list with that hash if given, the newest first."""

    def job(self, number: int) -> Job:
        """The job of that number. Raises SettingsError where there is none."""

    def newest_job(self, account: str) -> Job | None:
        """The newest started job of an account, which knows all rows of its list; None if there is none."""

    def last_sent(self, template: str) -> Job | None:
        """The newest job with that template of which rows were accepted or are unknown; None if there is none."""

    def runs(self, account: str) -> list[RunRecord]:
        """Every run of every job of an account, the oldest first."""

    # Rows and requests are read

    def results(self, job: int) -> Iterator[RowResult]:
        """The outcome of every row of the list in all its jobs, of which this is the newest, with its last attempt.

        In the list's order; memory stays flat.
        """

    def row_states(self, job: int, numbers: Sequence[int]) -> dict[int, RowState]:
        """The outcome of these rows, as that job knows it, the newest of its account; unknown numbers are left out."""

    def rows_with(self, job: int, status: Status, most: int) -> list[int]:
        """The numbers of the first `most` rows of a job that have that status, in the list's order."""

    def last_row_number(self, job: int) -> int:
        """The highest number of a row that the job knows; 0 where it has none."""

    def count_rows_elsewhere(self, job: int) -> int:
        """How many rows of its list the job knows that are not in the file that was read for it."""

    def answers(self, job: int) -> list[AnswerCount]:
        """How many rows ended with which answer, the most first.

        Invalid and skipped rows are one entry each without advice: every row has its own. Where an API answers each row
        in other words, only `MOST_ANSWERS` of a status are counted separately; the rest is one with the advice
        `OTHER_ANSWERS`.
        """

    def attempts(self, account: str, *, with_cells: bool = False) -> Iterator[Attempt]:
        """Every request that was made for a list by all its jobs, in the order of their leaving."""

    def attempt_keys(self, account: str) -> frozenset[AttemptKey]:
        """By what every request that was made for a list is known again in a workbook."""

    # Workbooks that were written

    def note_workbook(self, job: Job, digest: str) -> None:
        """Write down that a result workbook with these rows was written."""

    def workbook_written_at(self, account: str, digest: str) -> str | None:
        """When a result workbook with these rows was written here; None if it wasn't."""

    def knows_workbook(self, account: str, digest: str) -> bool:
        """Whether all is known that a result workbook with these rows says."""
