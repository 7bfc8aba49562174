"""What a journal is in both engines: each method is one transaction, or one look, of the modules beside this one."""

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Self

from uploader.i18n import Message
from uploader.journal.locks import Locks
from uploader.journal.rows import RecoveredRow
from uploader.journal.sql import forgetting, jobs, living, prior, recovery, requests, rows, settling, workbooks
from uploader.journal.sql.database import Database
from uploader.model.job import Attempt, AttemptKey, Job, NewJob, RowResult, RowState, RunRecord, Sender, Settlement
from uploader.model.resend import PriorRequest, ResendPolicy
from uploader.model.rows import Row, Status, WaitingRow
from uploader.model.summary import AnswerCount


class SqlJournal(ABC):
    """A `Journal`, but for how rows are staged, how a run writes, and what belongs to an engine."""

    locks: Locks
    is_shared = False
    _db: Database

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @abstractmethod
    def close(self) -> None:
        """Let go of the file or connection."""

    # What an engine does its own way

    @abstractmethod
    def _reading(self) -> AbstractContextManager[object]:
        """A block that only reads. Raises JournalError, also at a value that can't be one of ours."""

    @abstractmethod
    def _comparing(self) -> AbstractContextManager[object]:
        """A block that only reads and looks hashes up. Raises JournalError."""

    @abstractmethod
    def _transaction(self, *, compares: bool = True) -> AbstractContextManager[None]:
        """Keep all that the block writes, durably, or nothing of it; nobody else writes meanwhile.

        `compares`: hashes are looked up.
        """

    def _planning(self) -> AbstractContextManager[None]:
        """The same of what is planned by who has the list alone."""
        return self._transaction()

    @abstractmethod
    def _passing(self) -> AbstractContextManager[None]:
        """A block that reads a long list once, from its beginning to its end, or sorts it, in little memory."""

    @abstractmethod
    def _is_alive(self, run_key: str) -> bool:
        """Whether the run with that key lives."""

    @abstractmethod
    def _made_hash_key(self) -> str:
        """The id of the key of hashes that are kept, which is made where there is none."""

    @abstractmethod
    def _wrote_much(self) -> None:
        """Much was written just now."""

    @abstractmethod
    def _deleted(self) -> None:
        """Something was deleted just now, and its bytes must be overwritten."""

    # Jobs are written

    def recover(
        self, new: NewJob, sender: Sender, rows: Iterable[RecoveredRow], attempts: Iterable[Attempt], digest: str, *,
        path: Path, job: int | None = None, settlements: Iterable[Settlement] = (),
    ) -> int:  # fmt: skip
        """Write down what the workbook at `path` says of rows that `sender` sent elsewhere; the job's number."""
        found = list(rows)  # before anybody's lock is needed
        with self._planning():
            number = recovery.recover(self._db, new, sender, found, attempts, settlements, path, job)
            workbooks.note(self._db, number, digest, path, written_here=False)
        self._wrote_much()
        return number

    def redirect(
        self, job: int, destination: str, settings: Mapping[str, str], fingerprint: Callable[[Row], str]
    ) -> None:
        """The rest of the job goes elsewhere, so the requests of its rows become others."""
        with self._planning():
            jobs.redirect(self._db, job, destination, settings, fingerprint)
        self._wrote_much()

    def set_results_path(self, job: int, path: Path) -> None:
        """Where the job's result workbook goes from now on."""
        with self._transaction():
            jobs.set_results_path(self._db, job, path)

    def add_redacted_columns(self, job: int, columns: Sequence[str]) -> None:
        """These columns, too, are shown as keyed hashes from now on."""
        if columns:
            with self._transaction():
                jobs.add_redacted_columns(self._db, job, columns)

    def settle(self, job: int, settlements: Sequence[Settlement], advice: Message) -> None:
        """Close unknown rows after somebody looked, and with each every row that is unknown because of it."""
        with self._transaction():
            settling.settle(self._db, job, settlements, advice)

    def forget(self, jobs: Sequence[int], *, everything: bool) -> None:
        """Delete the customer data of jobs, or the jobs themselves, and overwrite the bytes."""
        with self._transaction(compares=not everything):  # a job whose key is lost can only be deleted whole
            for job in jobs:
                if everything:
                    forgetting.delete(self._db, job)
                else:
                    forgetting.forget(self._db, job, self._made_hash_key())
        self._deleted()

    # A run

    def ask_again(self, job: int, policy: ResendPolicy) -> None:
        """Rows that the policy sends again wait."""
        with self._planning():
            requests.ask_again(self._db, job, policy)

    def waiting(self, job: int, *, with_request_ids: bool = False) -> Iterator[WaitingRow]:
        """The rows that wait to be sent, in the list's order, a page at a time; each is given out once."""
        with self._comparing() if with_request_ids else self._reading():
            found = requests.waiting(self._db, job)
            yield from requests.with_request_ids(self._db, job, found) if with_request_ids else found

    def count_waiting(self, job: int, policy: ResendPolicy) -> Counter[Status]:
        """How many rows wait, or would once they are asked for again, by the status that they have now."""
        with self._reading():
            return requests.count_waiting(self._db, job, policy)

    def known_requests(self, job: int, policy: ResendPolicy) -> Iterator[tuple[int, PriorRequest]]:
        """The rows that wait and must not be sent, as their request is known: by number, in the list's order."""
        with self._comparing():
            yield from ((number, known) for number, _, known in requests.known_requests(self._db, job, policy))

    def perhaps_known(self, fingerprints: Sequence[str]) -> AbstractSet[str]:
        """Those of these requests that may be known in some way; the others are not, as `find_prior` would say."""
        with self._comparing():
            return prior.perhaps_known(self._db, fingerprints)

    def find_prior(self, fingerprint: str, policy: ResendPolicy) -> PriorRequest | None:
        """How a request is known that belongs to no job yet; None if it is not."""
        with self._comparing():
            return prior.find_prior(self._db, fingerprint, 0, 0, policy)

    def unanswered(self, destination: str, within_seconds: float) -> Sequence[float]:
        """How many seconds ago requests left that went there in that time, and never get an answer."""
        with self._reading():
            now = datetime.fromisoformat(self._db.now())
            since = (now - timedelta(seconds=within_seconds)).isoformat(timespec="milliseconds")
            found = requests.unanswered(self._db, destination, since)
            left = [datetime.fromisoformat(at) for at, key in found if not (key and self._is_alive(key))]
            return [(now - at).total_seconds() for at in left]

    # Jobs are read

    def jobs(self, list_sha256: str | None = None) -> list[Job]:
        """All jobs that began to be sent, of the list with that hash if given, the newest sending first."""
        with self._reading() if list_sha256 is None else self._comparing():
            return jobs.begun(self._db, list_sha256)

    def job(self, number: int) -> Job:
        """The job of that number, or that had it before. Raises SettingsError where there is none."""
        with self._reading():
            return jobs.numbered(self._db, number)

    def job_with_key(self, key: str) -> Job | None:
        """The job whose workbooks have that key, if it began to be sent."""
        with self._reading():
            return jobs.with_key(self._db, key)

    def last_sent(self, template: str) -> Job | None:
        """The job with that template of which rows were sent last; None if there is none."""
        with self._reading():
            return jobs.last_sent(self._db, template)

    def sent_now(self) -> list[int]:
        """The jobs of which a run lives, by number."""
        with self._reading():
            return living.sent_now(self._db, self._is_alive)

    def under_way(self, job: int, *, besides: str = "") -> list[int]:
        """The unknown rows of a job that a run which lives still waits for, in the list's order."""
        with self._reading():
            return living.under_way(self._db, job, self._is_alive, besides)

    def sources(self, job: int) -> Mapping[str, Path]:
        """The files from which rows of a job were read to be sent."""
        with self._reading():
            return jobs.sources(self._db, job)

    def was_read_from(self, job: int, sha256: str) -> bool:
        """Whether rows of a job were read from a file with that SHA-256 to be sent."""
        with self._comparing():
            return jobs.was_read_from(self._db, job, sha256)

    def runs(self, job: int) -> list[RunRecord]:
        """Every run of a job, the oldest first."""
        with self._reading():
            return jobs.runs(self._db, job)

    # Rows and requests are read

    def rows(
        self,
        job: int,
        *,
        status: Status | None = None,
        text: str = "",
        after: int = 0,
        skip: int = 0,
        limit: int | None = None,
    ) -> Iterator[RowResult]:
        """The outcome of the rows of a list, with the attempt that decided it, in the list's order."""
        with self._comparing(), self._passing() if limit is None else nullcontext():
            yield from rows.results(self._db, job, status, text, after, skip, limit)

    def count_rows(self, job: int, *, text: str = "") -> Counter[Status]:
        """How many rows `rows` would give of each status."""
        with self._reading():
            return rows.count(self._db, job, text)

    def row_states(self, job: int, numbers: Sequence[int]) -> dict[int, RowState]:
        """What is known of these rows; unknown numbers are left out."""
        with self._reading():
            return rows.states(self._db, job, numbers)

    def unsent_cells(self, job: int, numbers: Sequence[int]) -> dict[int, Sequence[str]]:
        """The cells, as they were last read, of the rows from the first to the last of these that are `not sent`."""
        with self._reading():
            return rows.unsent_cells(self._db, job, numbers)

    def row_numbers(self, job: int, status: Status, most: int | None = None) -> list[int]:
        """The numbers of the rows of that status, or the first `most` of them, in the list's order."""
        with self._reading():
            return rows.numbers(self._db, job, status, most)

    def last_row_number(self, job: int) -> int:
        """The highest number of a row that the job knows; 0 where it has none."""
        with self._reading():
            return rows.last_number(self._db, job)

    def answers(self, job: int) -> list[AnswerCount]:
        """How many rows ended with which answer, the most first."""
        with self._reading(), self._passing():
            return rows.answers(self._db, job)

    def attempts(self, job: int, *, with_cells: bool = False) -> Iterator[Attempt]:
        """Every request that was made for a list, in the order of their leaving."""
        with self._reading(), self._passing():
            yield from rows.attempts(self._db, job, with_cells=with_cells)

    def attempt_keys(self, job: int) -> frozenset[AttemptKey]:
        """By what every request that was made for a list is known again in a workbook."""
        with self._reading():
            return rows.attempt_keys(self._db, job)

    def settlements(self, job: int) -> list[Settlement]:
        """Every row that a person closed, the oldest first."""
        with self._reading():
            return rows.settlements(self._db, job)

    # Workbooks that were written

    def note_workbook(self, job: int, digest: str, path: Path) -> None:
        """Record that a result workbook with these rows is about to be written there."""
        with self._transaction():
            workbooks.note(self._db, job, digest, path, written_here=True)

    def note_workbook_file(self, job: int, digest: str, sha256: str) -> None:
        """Write down which bytes the workbook with these rows has, now that it stands there."""
        with self._transaction():
            workbooks.note_file(self._db, job, digest, sha256)

    def wrote_file(self, job: int, sha256: str) -> bool:
        """Whether a result workbook of the job was written here with these bytes: nobody has changed it since."""
        with self._reading():
            return workbooks.has_file(self._db, job, sha256)

    def note_edits_read(self, job: int, digest: str) -> None:
        """Write down that rows were read from the workbook that was written with these rows, and edited since."""
        with self._transaction():
            workbooks.note_edits_read(self._db, job, digest)

    def were_edits_read(self, job: int, digest: str) -> bool:
        """Whether rows were read from it since it was written and edited: a cell as it was written may be an edit."""
        with self._comparing():
            return workbooks.were_edits_read(self._db, job, digest)

    def workbook_written_at(self, job: int, digest: str) -> str | None:
        """When a result workbook with these rows was written here; None if it wasn't."""
        with self._comparing():
            return workbooks.known_at(self._db, job, digest, written_here=True)

    def knows_workbook(self, job: int, digest: str) -> bool:
        """Whether all is known that a result workbook with these rows says."""
        with self._comparing():
            return workbooks.known_at(self._db, job, digest, written_here=False) is not None

    def workbook_paths(self, job: int) -> list[Path]:
        """Where its result workbooks were written here, each once, the newest first."""
        with self._reading():
            return workbooks.paths(self._db, job)
