"""The journal in one SQLite file; the modules beside this one are the only place that knows SQL."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from uploader.i18n import Message
from uploader.journal.clock import now
from uploader.journal.rows import RecoveredRow, StagedRow
from uploader.journal.sqlite import jobs, list_jobs, prior_requests, records, staging
from uploader.journal.sqlite.connection import Connection
from uploader.journal.sqlite.ledger import SqliteRunLedger
from uploader.model.job import Attempt, AttemptKey, Job, NewJob, RowResult, RowState, RunRecord
from uploader.model.resend import PriorRequest, ResendPolicy
from uploader.model.rows import Row, Status, WaitingRow
from uploader.model.summary import AnswerCount


class SqliteJournal:
    """A `Journal` in the file at `path`, which is made if it isn't there; `connect` opens that."""

    def __init__(self, path: Path, connect: Callable[[Path], Connection] = Connection) -> None:
        self.path = path
        self._connection = connect(path)
        self._db = self._connection.db
        self._reading, self._transaction = self._connection.reading, self._connection.transaction

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    # Jobs are written

    def stage(self, new_job: NewJob, rows: Iterable[StagedRow]) -> int:
        """Write a job and all its rows in one transaction; the job's number."""
        with self._transaction():
            return staging.stage(self._db, new_job, rows)

    def recover(self, new_job: NewJob, rows: Iterable[RecoveredRow], attempts: Iterable[Attempt], digest: str) -> int:
        """Write down what a workbook says of rows that were sent elsewhere, as a job that ended; the job's number."""
        with self._transaction():
            return staging.recover(self._db, new_job, rows, attempts, digest)

    def redirect(
        self, job: int, destination: str, settings: Mapping[str, str], fingerprint: Callable[[Row], str]
    ) -> None:
        """The rest of the job goes elsewhere, so the requests of its rows become others."""
        with self._transaction():
            jobs.redirect(self._db, job, destination, settings, fingerprint)

    def set_results_path(self, job: int, path: Path) -> None:
        """Where the job's result workbook goes from now on."""
        with self._transaction():
            jobs.set_results_path(self._db, job, path)

    def add_redacted_columns(self, job: int, columns: Sequence[str]) -> None:
        """These columns, too, are shown as keyed hashes from now on."""
        if columns:
            with self._transaction():
                jobs.add_redacted_columns(self._db, job, columns)

    def settle(self, job: int, numbers: Sequence[int], *, arrived: bool, advice: Message) -> None:
        """Close unknown rows after somebody looked, and with each every row that is unknown only because of it."""
        with self._transaction():
            list_jobs.settle(self._db, job, numbers, advice, arrived=arrived)

    def forget(self, job: int, *, everything: bool) -> None:
        """Delete the customer data of a job, or the job itself, and overwrite the bytes."""
        with self._transaction():
            (jobs.delete if everything else jobs.forget)(self._db, job)
        self._connection.overwrite_deleted()

    # A run

    def begin_run(self, job: int, policy: ResendPolicy) -> SqliteRunLedger:
        """Note that a run of this job begins; what it sends is written through the ledger."""
        with self._transaction():
            run = staging.inserted(self._db, "INSERT INTO run (job, started_at) VALUES (?, ?)", (job, now()))
        return SqliteRunLedger(self._db, self._transaction, job, run, policy)

    def waiting(self, job: int, policy: ResendPolicy) -> Iterator[WaitingRow]:
        """The rows that a run may send, in the list's order, a page at a time; each is given out once."""
        with self._reading():
            yield from prior_requests.waiting(self._db, job, policy)

    def count_waiting(self, job: int, policy: ResendPolicy) -> Counter[Status]:
        """How many rows a run may send, by the status that they have now."""
        with self._reading():
            return prior_requests.count_waiting(self._db, job, policy)

    def known_requests(self, job: int, policy: ResendPolicy) -> Iterator[tuple[int, PriorRequest]]:
        """The rows that are not sent yet and must not be, as their request is known: by number, in the list's order."""
        with self._reading():
            yield from prior_requests.known_requests(self._db, job, policy)

    def find_prior(self, fingerprint: str, policy: ResendPolicy) -> PriorRequest | None:
        """How a request is known that belongs to no job yet; None if it is not."""
        with self._reading():
            return prior_requests.find_prior(self._db, fingerprint, 0, 0, policy)

    # Jobs are read

    def jobs(self, list_sha256: str | None = None) -> list[Job]:
        """All jobs that began to be sent, of the list with that hash if given, the newest first."""
        with self._reading():
            return jobs.begun(self._db, list_sha256)

    def job(self, number: int) -> Job:
        """The job of that number. Raises SettingsError where there is none."""
        with self._reading():
            return jobs.numbered(self._db, number)

    def newest_job(self, account: str) -> Job | None:
        """The newest job of an account, which knows all rows of its list; None if there is none."""
        with self._reading():
            newest = list_jobs.newest(self._db, account)
            return None if newest is None else jobs.numbered(self._db, newest)

    def last_sent(self, template: str) -> Job | None:
        """The newest job with that template of which rows were accepted or are unknown; None if there is none."""
        with self._reading():
            return jobs.last_sent(self._db, template)

    def runs(self, account: str) -> list[RunRecord]:
        """Every run of every job of an account, the oldest first."""
        with self._reading():
            return list_jobs.runs(self._db, account)

    # Rows and requests are read

    def results(self, job: int) -> Iterator[RowResult]:
        """The outcome of every row of the list in all its jobs, of which this is the newest, with its last attempt."""
        with self._reading():
            yield from records.results(self._db, job)

    def row_states(self, job: int, numbers: Sequence[int]) -> dict[int, RowState]:
        """The outcome of these rows, as that job knows it, the newest of its account; unknown numbers are left out."""
        with self._reading():
            return list_jobs.row_states(self._db, job, numbers)

    def last_row_number(self, job: int) -> int:
        """The highest number of a row that the job knows; 0 where it has none."""
        with self._reading():
            return records.last_row_number(self._db, job)

    def count_rows_elsewhere(self, job: int) -> int:
        """How many rows of its list the job knows that are not in the file that was read for it."""
        with self._reading():
            return records.count_rows_elsewhere(self._db, job)

    def rows_with(self, job: int, status: Status, most: int) -> list[int]:
        """The numbers of the first `most` rows of a job that have that status, in the list's order."""
        with self._reading():
            return records.rows_with(self._db, job, status, most)

    def answers(self, job: int) -> list[AnswerCount]:
        """How many rows ended with which answer, the most first."""
        with self._reading():
            return records.answers(self._db, job)

    def attempts(self, account: str, *, with_cells: bool = False) -> Iterator[Attempt]:
        """Every request that was made for a list by all its jobs, in the order of their leaving."""
        with self._reading():
            yield from records.attempts(self._db, account, with_cells=with_cells)

    def attempt_keys(self, account: str) -> frozenset[AttemptKey]:
        """By what every request that was made for a list is known again in a workbook."""
        with self._reading():
            return records.attempt_keys(self._db, account)

    # Workbooks that were written

    def note_workbook(self, job: Job, digest: str) -> None:
        """Write down that a result workbook with these rows was written."""
        with self._transaction():
            list_jobs.note_workbook(self._db, digest, job.account, job.id)

    def workbook_written_at(self, account: str, digest: str) -> str | None:
        """When a result workbook with these rows was written here; None if it wasn't."""
        with self._reading():
            return list_jobs.workbook_known_since(self._db, account, digest, from_here=True)

    def knows_workbook(self, account: str, digest: str) -> bool:
        """Whether all is known that a result workbook with these rows says."""
        with self._reading():
            return list_jobs.workbook_known_since(self._db, account, digest, from_here=False) is not None
