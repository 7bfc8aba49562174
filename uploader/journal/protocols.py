"""What every journal can do, whatever its backend: the protocols that `tests/journal/conformance` checks.

A row belongs to its list: a job is one list, sent with one template to one place, and each sending of it is a run.

A row's status is true at every moment. Planned, it is `not sent` (or `invalid`); with its intent committed it is
`unknown`; the answer then replaces that. So nothing needs repair after a crash. What has been sent stays known by its
request: an attempt says whether the API has taken it (`yes`, `no`, `maybe`).

Every method raises JournalError where the journal can't be read or written; then nothing of the call is kept.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

from uploader.i18n import Message
from uploader.journal.locks import Locks
from uploader.journal.rows import OwnJob, RecoveredRow, StagedRow
from uploader.model.cancel import CancelToken
from uploader.model.job import Attempt, AttemptKey, Job, NewJob, RowResult, RowState, RunRecord, Sender, Settlement
from uploader.model.outcomes import Completion, Dispatch, Stop, Unwritten
from uploader.model.resend import HeldBack, PriorRequest, ResendPolicy
from uploader.model.rows import Row, Status, WaitingRow
from uploader.model.summary import AnswerCount

MOST_ANSWERS = 200
"""How many different answers of a status are counted separately."""
OTHER_ANSWERS = Message("answers.other")
"""Used as the advice for all other rows of that status."""


class RunLedger(Protocol):
    """What one run of a job writes: intents before requests leave, answers after they came, and the run's end."""

    @property
    def leave_within_seconds(self) -> float | None:
        """How long after its intent a request may leave: later, others may have the place of its run. None: always."""

    def take(self, *, with_request_ids: bool = False) -> Iterator[WaitingRow]:
        """The rows of the job that wait to be sent, as `Journal.waiting` gives them, for this run.

        Of several runs that send the job, each row is given to one, and to another once that one is gone. Taken anew,
        it gives what waits then.
        """

    @property
    def unwritten(self) -> Unwritten | None:
        """The answers that are kept on this computer, as the connection is lost; None where there are none."""

    def rows_elsewhere(self) -> bool:
        """Whether rows of the job that another living run has taken wait or are under way."""

    def come_back(self, seconds: float, cancel: CancelToken) -> bool:
        """After a JournalLostError: whether the journal is there again within so many seconds, and all is written down.

        Then the run goes on, with rows that it takes anew. False, too, once it is cancelled.
        """

    def commit(self, completions: Sequence[Completion], dispatches: Sequence[Dispatch]) -> Mapping[int, HeldBack]:
        """Commit the answers that came and the intents of the rows that leave, in one transaction, durable on return.

        Rows that leave in one request have an intent and an answer each, and are told apart as rows that leave alone.
        Whether the same request is known already is decided here, under the lock of the transaction that writes the
        intent: of two runs of two jobs with the same request, one sees the other's intent. (Two runs of one list are
        kept apart by `Journal.locks`.) Gives the rows (by number) that must not leave after all, and their status; of
        one that is under way in another run that lives, or for which it is too early, nothing is written down, and it
        is asked about again. After a JournalError the same call may be tried again.

        Where the connection is lost, raises JournalLostError if rows were to leave, and then nothing leaves. Answers
        alone are kept on this computer instead, and written down later, by `come_back` at the latest.

        A row that may have arrived before, and now is refused or does not leave, is again what it was.
        """

    def hold_back_known(self) -> None:
        """Hold back, in one transaction, every row that waits and whose request is known; not what is under way."""

    def refuse(self, advice_of: Mapping[int, Message]) -> None:
        """Rows that turned out not to be sendable become invalid: by number, each with its advice."""

    def note_sending(self, seconds: float) -> None:
        """Note how long rows were sent, without waits in which nothing was under way."""

    def end(self, stop: Stop | None) -> None:
        """Note that the run ended, and why early if it did."""


class Journal(Protocol):
    """The durable record of jobs, rows and attempts. Use it as a context manager: it is closed at the block's end.

    Jobs are known by their number from 1, rows by their number in the list. Moments are ISO 8601 in UTC.
    """

    def __enter__(self) -> Self:
        """The journal itself."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close it."""

    def close(self) -> None:
        """Release the file or connection."""

    def check_may_write(self) -> None:
        """Raises JournalError where this user of it may only look."""

    def lacks(self, jobs: Sequence[OwnJob]) -> int:
        """How many of these are not in it, and could be copied into it; 0 where it is a computer's own."""

    @property
    def locks(self) -> Locks:
        """What keeps apart the runs of all who have this journal."""

    @property
    def is_shared(self) -> bool:
        """Whether it is a team's: others write to it too, from other computers."""

    # Jobs are written

    def stage(
        self, new: NewJob, rows: Iterable[StagedRow], *, job: int | None = None, others_wait: bool = False
    ) -> int:
        """Write what is about to be sent, in one transaction: a new job, or more of `job`; gives the job's number.

        Of `job`, rows that are not among `rows` stay as they are, and wait no longer unless `others_wait`. Its header
        must begin with the one that it has. What `rows` raises is passed on, and nothing is kept. A new job counts once
        a run begins; those that never began make way, if they are of the same list or a day old.
        """

    def recover(
        self, new: NewJob, sender: Sender, rows: Iterable[RecoveredRow], attempts: Iterable[Attempt], digest: str, *,
        path: Path, job: int | None = None, settlements: Iterable[Settlement] = (),
    ) -> int:  # fmt: skip
        """Write down what the workbook at `path` says of rows that `sender` sent elsewhere, as a run that ended.

        A new job, or more of `job`; gives its number. The rows are as the workbook says; none of them waits. `digest`
        is that of the workbook's rows. Each row with an outcome gets an attempt, whether `attempts` has one or not.

        Of a row with a settlement only that is written down, as `settle` does it. All `settlements` are kept, each
        once, whatever decides their rows.
        """

    def redirect(
        self, job: int, destination: str, settings: Mapping[str, str], fingerprint: Callable[[Row], str]
    ) -> None:
        """The rest of the job goes elsewhere, so the requests of its rows become others.

        Rows that never left and were held back because of another job's request wait again.
        """

    def set_results_path(self, job: int, path: Path) -> None:
        """Where the job's result workbook goes from now on."""

    def add_redacted_columns(self, job: int, columns: Sequence[str]) -> None:
        """These columns, too, are shown as keyed hashes from now on."""

    def settle(self, job: int, settlements: Sequence[Settlement], advice: Message) -> None:
        """Close unknown rows after somebody looked, all found alike, in one transaction.

        With each goes every row, of whatever job, that is unknown because of the same request. One that did not arrive
        waits. Raises SettingsError, and closes none, where one of them is not unknown.
        """

    def forget(self, jobs: Sequence[int], *, everything: bool) -> None:
        """Delete the customer data of jobs: cells, answers, advice. `everything`: hashes and the jobs themselves, too.

        The hashes that are left are keyed, so nobody finds a phone number by trying all; every method that is given a
        plain hash finds them. Where the key is lost, such a method raises JournalError; reading, and `everything`, goes
        on. Raises JournalError where somebody else's reading keeps the bytes from being overwritten at once.
        """

    # A run

    def ask_again(self, job: int, policy: ResendPolicy) -> None:
        """Rows that the policy sends again wait: unknown ones, skipped ones and those whose edits are held back."""

    def begin_run(
        self, job: int, sender: Sender, policy: ResendPolicy, *, key: str = "", joins: bool = False
    ) -> RunLedger:
        """Note that a run of this job begins; what it sends is written through the ledger.

        One that `joins` sends what another has planned, and beside it: it begins nothing anew.
        `key` is the run's own: with it `locks.is_run_alive` knows whether its process lives. Without one, it does not.
        """

    def waiting(self, job: int, *, with_request_ids: bool = False) -> Iterator[WaitingRow]:
        """The rows that wait to be sent, in the list's order, a page at a time; each is given out once.

        Each with the id of its next request, where they are asked for: that of the last request alike of which nobody
        knows whether it arrived, of this row or of another job, else a new one; no two rows have the same. A request
        that was answered is not repeated, even with the same cells: what is sent then has a new id.

        Raises JournalError at one without a fingerprint: whether its request is known can't be decided.
        """

    def count_waiting(self, job: int, policy: ResendPolicy) -> Counter[Status]:
        """How many rows wait, or would once they are asked for again, by the status that they have now."""

    def known_requests(self, job: int, policy: ResendPolicy) -> Iterator[tuple[int, PriorRequest]]:
        """The rows that wait and must not be sent, as their request is known: by number, in the list's order."""

    def perhaps_known(self, fingerprints: Sequence[str]) -> AbstractSet[str]:
        """Those of these requests that may be known in some way; the others are not, as `find_prior` would say."""

    def find_prior(self, fingerprint: str, policy: ResendPolicy) -> PriorRequest | None:
        """How a request is known that belongs to no job yet; None if it is not."""

    def unanswered(self, destination: str, within_seconds: float) -> Sequence[float]:
        """How many seconds ago the requests left that went there in that time and never get an answer.

        By the journal's own clock, the oldest request first.

        The API may still be working on them. Those that a run which lives waits for are not among them.
        """

    # Jobs are read

    def jobs(self, list_sha256: str | None = None) -> list[Job]:
        """All jobs that began to be sent, the newest sending first. One query.

        Of the list with that hash if given: each then has it, even one that was forgotten.
        """

    def job(self, number: int) -> Job:
        """The job of that number, or that had it before its sendings became one. Raises SettingsError."""

    def job_with_key(self, key: str) -> Job | None:
        """The job whose workbooks have that key, if it began to be sent."""

    def last_sent(self, template: str) -> Job | None:
        """The job with that template of which rows were sent last; None if there is none."""

    def sent_now(self) -> list[int]:
        """The jobs of which a run lives, by number."""

    def under_way(self, job: int, *, besides: str = "") -> list[int]:
        """The unknown rows of a job that a run which lives still waits for, in the list's order.

        Without those of the run with the key `besides`.
        """

    def sources(self, job: int) -> Mapping[str, Path]:
        """The files from which rows of a job were read to be sent: by their SHA-256, where each was; oldest first."""

    def was_read_from(self, job: int, sha256: str) -> bool:
        """Whether rows of a job were read from a file with that SHA-256 to be sent."""

    def runs(self, job: int) -> list[RunRecord]:
        """Every run of a job, the oldest first."""

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
        """The outcome of the rows of a list, with the attempt that decided it, in the list's order; memory stays flat.

        Of all rows, or those of that status, or that have that text in a cell or an answer (whatever the case); those
        after that number, without the first `skip` of them; at most `limit`. Of a row that may have arrived, the
        columns that are sent show what was sent; the others, and other rows, show the latest cells. A skipped row
        carries the answer to the request that was accepted before.
        """

    def count_rows(self, job: int, *, text: str = "") -> Counter[Status]:
        """How many rows `rows` would give of each status."""

    def row_states(self, job: int, numbers: Sequence[int]) -> dict[int, RowState]:
        """What is known of these rows; unknown numbers are left out."""

    def unsent_cells(self, job: int, numbers: Sequence[int]) -> dict[int, Sequence[str]]:
        """The cells, as they were last read, of the rows from the first to the last of these that are `not sent`."""

    def row_numbers(self, job: int, status: Status, most: int | None = None) -> list[int]:
        """The numbers of the rows of that status, or the first `most` of them, in the list's order."""

    def last_row_number(self, job: int) -> int:
        """The highest number of a row that the job knows; 0 where it has none."""

    def answers(self, job: int) -> list[AnswerCount]:
        """How many rows ended with which answer, the most first.

        Invalid and skipped rows are one entry each without advice: every row has its own. Where an API answers each row
        in other words, only `MOST_ANSWERS` of a status are counted separately; the rest is one with the advice
        `OTHER_ANSWERS`.
        """

    def attempts(self, job: int, *, with_cells: bool = False) -> Iterator[Attempt]:
        """Every request that was made for a list, in the order of their leaving."""

    def attempt_keys(self, job: int) -> frozenset[AttemptKey]:
        """By what every request that was made for a list is known again in a workbook."""

    def settlements(self, job: int) -> list[Settlement]:
        """Every row that a person closed, the oldest first."""

    # Workbooks that were written

    def note_workbook(self, job: int, digest: str, path: Path) -> None:
        """Record that a result workbook with these rows is about to be written there."""

    def note_workbook_file(self, job: int, digest: str, sha256: str) -> None:
        """Write down which bytes the workbook with these rows has, now that it stands there."""

    def wrote_file(self, job: int, sha256: str) -> bool:
        """Whether a result workbook of the job was written here with these bytes: nobody has changed it since."""

    def note_edits_read(self, job: int, digest: str) -> None:
        """Write down that rows were read from the workbook that was written with these rows, and edited since."""

    def were_edits_read(self, job: int, digest: str) -> bool:
        """Whether rows were read from it since it was written and edited: a cell as it was written may be an edit."""

    def workbook_written_at(self, job: int, digest: str) -> str | None:
        """When a result workbook with these rows was written here; None if it wasn't."""

    def knows_workbook(self, job: int, digest: str) -> bool:
        """Whether all is known that a result workbook with these rows says."""

    def workbook_paths(self, job: int) -> list[Path]:
        """Where its result workbooks were written here, each once, the newest first."""
