"""What one run of a job writes into the journal: intents before requests leave, answers after they came."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager

from uploader.i18n import Message
from uploader.journal.sql.asked import AskedRow
from uploader.journal.sql.database import Database, MalformedError
from uploader.journal.sql.endings import Decision, Ending, ending_of
from uploader.journal.sql.prior import find_prior, under_way
from uploader.journal.sql.requests import known_requests
from uploader.journal.stored_messages import stored_advice, stored_reason
from uploader.model import advice
from uploader.model.outcomes import Completion, Dispatch, Stop
from uploader.model.resend import UNDER_WAY_ELSEWHERE, HeldBack, PriorRequest, ResendPolicy
from uploader.model.rows import Status

BEGIN_RUN = (
    'INSERT INTO run (job, started_at, "user", machine, version, template_sha256, destination, key)'
    " SELECT id, ?, ?, ?, ?, template_sha256, destination, ? FROM job WHERE id = ?"
)
UNDER_WAY = stored_advice(advice.UNDER_WAY)
_HELD = "CREATE TEMP TABLE held (number BIGINT PRIMARY KEY, status TEXT, advice TEXT)"
_HOLD_BACK = (
    "UPDATE row SET waits = 0, status = coalesce(held.status, row.status), advice = coalesce(held.advice, row.advice)"
    " FROM held WHERE row.job = ? AND row.number = held.number"
)
_HELD_BACK = (
    "UPDATE row SET waits = 0, status = coalesce(?, status), advice = coalesce(?, advice) WHERE job = ? AND number = ?"
)


class SqlRunLedger(ABC):
    """A `RunLedger`, but for how many rows are looked up at once. `transaction` keeps all that its block writes."""

    def __init__(
        self,
        db: Database,
        transaction: Callable[[], AbstractContextManager[None]],
        job: int,
        run: int,
        policy: ResendPolicy,
        is_alive: Callable[[str], bool],
    ) -> None:
        self._db, self._transaction = db, transaction
        self._job, self._run = job, run
        self._policy, self._is_alive = policy, is_alive
        self._attempt_of: dict[int, int] = {}
        self._before: dict[int, Decision] = {}
        """Of the rows under way that may have arrived already."""

    def commit(self, completions: Sequence[Completion], dispatches: Sequence[Dispatch]) -> Mapping[int, HeldBack]:
        """Commit the answers that came and the intents of the rows that leave; gives the rows that must not leave.

        Whether a request is known is decided under the lock of the transaction that writes its intent.
        """
        kept = dict(self._attempt_of), dict(self._before)
        try:
            with self._transaction():
                self._record(completions)
                return self._send(dispatches)
        except BaseException:
            self._attempt_of, self._before = kept  # nothing of it was kept: it may be tried again
            raise

    def hold_back_known(self) -> None:
        """Hold back, in one transaction, every row that waits and whose request is known."""
        with self._transaction():
            self._db.execute(_HELD)  # all are looked up before any is held back: that may change what others are
            self._db.executemany("INSERT INTO held VALUES (?, ?, ?)", self._known())
            self._db.execute(_HOLD_BACK, (self._job,))
            self._db.execute("DROP TABLE held")

    def refuse(self, advice_of: Mapping[int, Message]) -> None:
        """Rows that turned out not to be sendable become invalid: by number, each with its advice."""
        with self._transaction():
            for number, message in advice_of.items():
                self._db.execute(
                    "UPDATE row SET waits = 0 WHERE job = ? AND number = ? AND status IN ('accepted', 'unknown')",
                    (self._job, number),
                )
                self._db.execute(
                    "UPDATE row SET waits = 0, status = 'invalid', advice = ? WHERE job = ? AND number = ?"
                    " AND status NOT IN ('accepted', 'unknown')",
                    (stored_advice(message), self._job, number),
                )

    def note_sending(self, seconds: float) -> None:
        """Note how long rows were sent, without waits in which nothing was under way."""
        with self._transaction():
            self._db.execute("UPDATE run SET sending_seconds = ? WHERE id = ?", (seconds, self._run))

    def end(self, stop: Stop | None) -> None:
        """Note that the run ended, and why early if it did."""
        reason = stored_reason(None if stop is None else stop.reason)
        with self._transaction():
            self._db.execute(
                "UPDATE run SET ended_at = ?, stopped = ? WHERE id = ?", (self._db.now(), reason, self._run)
            )

    # In the caller's transaction

    @abstractmethod
    def _asked(self, dispatches: Sequence[Dispatch]) -> Mapping[int, AskedRow]:
        """The rows that are about to leave, by number, without those that are gone."""

    @abstractmethod
    def _write_intents(self, leaving: Sequence[tuple[Dispatch, AskedRow]]) -> Sequence[int]:
        """Rows leave: each has an attempt, whose outcome is unknown; the ids of these."""

    @abstractmethod
    def _write_endings(self, endings: Sequence[Ending]) -> None:
        """Requests have ended."""

    def _send(self, dispatches: Sequence[Dispatch]) -> Mapping[int, HeldBack]:
        """Write the intents, in their order; gives the rows that must not leave.

        All are looked up at once. Only of a row whose request may be known, or is another one's that leaves now, it is
        then asked how, with the intents of those before it written. One that is sent again is asked about, too:
        meanwhile another run may have sent the same request.
        """
        held_back: dict[int, HeldBack] = {}
        leaving: list[tuple[Dispatch, AskedRow | None]] = []
        shared = [dispatch.each() for dispatch in dispatches if dispatch.beside]
        rows = [one for dispatch in dispatches for one in dispatch.each()] if shared else dispatches
        asked = self._asked(rows) if rows else {}
        fingerprints: set[str] = set()
        for dispatch in rows:
            number, fingerprint = dispatch.row.number, dispatch.request.fingerprint
            row = asked.get(number)
            if row is None or row.may_be_known or fingerprint in fingerprints:
                self._intend(leaving)
                leaving = []
                why = self._held_back(number, fingerprint)
                if why is not None:
                    held_back[number] = why
                    continue
            fingerprints.add(fingerprint)
            leaving.append((dispatch, row))
        self._intend(leaving)
        for together in shared:
            self._note_who_shares([one.row.number for one in together if one.row.number not in held_back])
        return held_back

    def _note_who_shares(self, numbers: Sequence[int]) -> None:
        """The intents of these rows are of one request."""
        first, *others = [self._attempt_of[number] for number in numbers] or [0]
        self._db.executemany("UPDATE attempt SET beside = ? WHERE id = ?", [(first, one) for one in others])

    def _held_back(self, number: int, fingerprint: str) -> HeldBack | None:
        """Why a row must not leave, which is then written down; None if it may."""
        prior = find_prior(self._db, fingerprint, self._job, number, self._policy)
        if self._is_under_way_elsewhere(fingerprint, prior):
            return UNDER_WAY_ELSEWHERE
        return None if prior is None else self._hold_back(number, prior)

    def _is_under_way_elsewhere(self, fingerprint: str, prior: PriorRequest | None) -> bool:
        """Whether a run that lives has sent the same request and has no answer yet: that is not yet unknown."""
        if self._policy.duplicates or (prior is not None and prior.status is not Status.UNKNOWN):
            return False
        return any(map(self._is_alive, under_way(self._db, fingerprint, self._run)))

    def _known(self) -> Iterator[tuple[int, str | None, str | None]]:
        """The rows that wait and whose request is known: how each is held back."""
        for number, fingerprint, prior in known_requests(self._db, self._job, self._policy):
            if not self._is_under_way_elsewhere(fingerprint, prior):
                yield (number, *self._held_as(number, prior))

    def _held_as(self, number: int, prior: PriorRequest) -> tuple[Status | None, str | None]:
        """Status and advice of a row that is held back; where it is the request of the row itself, both stay."""
        if (prior.job, prior.row) == (self._job, number):
            return None, None
        return prior.held_as, stored_advice(advice.held_back(prior))

    def _hold_back(self, number: int, prior: PriorRequest) -> Status:
        """Write it down; the row's status then."""
        status, told = self._held_as(number, prior)
        self._db.execute(_HELD_BACK, (status, told, self._job, number))
        return status or prior.status

    def _intend(self, leaving: "Sequence[tuple[Dispatch, AskedRow | None]]") -> None:
        known: list[tuple[Dispatch, AskedRow]] = []
        for dispatch, row in leaving:
            number = dispatch.row.number
            if row is None:
                raise MalformedError(f"row {number} of job {self._job} is gone")
            if row.status in (Status.ACCEPTED, Status.UNKNOWN):
                self._before[number] = Decision(row.status, row.advice, row.attempt, row.settled)
            known.append((dispatch, row))
        if known:
            attempts = self._write_intents(known)
            self._attempt_of |= {dispatch.row.number: one for (dispatch, _), one in zip(known, attempts, strict=True)}

    def _record(self, completions: Sequence[Completion]) -> None:
        if completions:
            self._write_endings(self._endings(completions))

    def _endings(self, completions: Sequence[Completion]) -> Sequence[Ending]:
        """How the requests ended; their rows are under way no longer."""
        numbers = [completion.dispatch.row.number for completion in completions]
        return [
            ending_of(completion, self._attempt_of.pop(number), self._before.pop(number, None))
            for completion, number in zip(completions, numbers, strict=True)
        ]
