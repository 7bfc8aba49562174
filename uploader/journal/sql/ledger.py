"""What one run of a job writes into the journal: intents before requests leave, answers after they came."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import NamedTuple

from uploader.i18n import Message
from uploader.journal.clock import now
from uploader.journal.sql.answers import SET_ANSWER, answer_of
from uploader.journal.sql.asked import AskedRow
from uploader.journal.sql.database import Database, MalformedError
from uploader.journal.sql.prior import find_prior, under_way
from uploader.journal.sql.requests import known_requests
from uploader.journal.stored_messages import read_advice, stored_advice, stored_reason
from uploader.model import advice
from uploader.model.outcomes import Completion, Dispatch, Stop
from uploader.model.resend import UNDER_WAY_ELSEWHERE, HeldBack, PriorRequest, ResendPolicy
from uploader.model.rows import Status

BEGIN_RUN = (
    'INSERT INTO run (job, started_at, "user", machine, version, template_sha256, destination, key)'
    " SELECT id, ?, ?, ?, ?, template_sha256, destination, ? FROM job WHERE id = ?"
)
UNDER_WAY = stored_advice(advice.UNDER_WAY)
_INTENT = (
    "INSERT INTO attempt (job, number, run, sent_at, cells, fingerprint, request_id)"
    " SELECT job, number, ?, ?, cells, ?, ? FROM row WHERE job = ? AND number = ?"
)
_LEAVES = "UPDATE row SET status = ?, advice = ?, waits = 0, attempt = ? WHERE job = ? AND number = ?"
_LEAVES_CHANGED = _LEAVES.replace("attempt = ?", "attempt = ?, settled = NULL, fingerprint = ?")
_ENDS = "UPDATE row SET status = ?, advice = ?, waits = ? WHERE job = ? AND number = ?"
_IS_AS_BEFORE = (
    "UPDATE row SET status = ?, advice = ?, attempt = ?, settled = ?, waits = ? WHERE job = ? AND number = ?"
)
_HELD = "CREATE TEMP TABLE held (number BIGINT PRIMARY KEY, status TEXT, advice TEXT)"
_HOLD_BACK = (
    "UPDATE row SET waits = 0, status = coalesce(held.status, row.status), advice = coalesce(held.advice, row.advice)"
    " FROM held WHERE row.job = ? AND row.number = held.number"
)
_HELD_BACK = (
    "UPDATE row SET waits = 0, status = coalesce(?, status), advice = coalesce(?, advice) WHERE job = ? AND number = ?"
)


class _Decision(NamedTuple):
    """What a row was before its request left."""

    status: str
    advice: str
    attempt: int | None
    settled: str | None


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
        self._before: dict[int, _Decision] = {}
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
        values = (now(), stored_reason(None if stop is None else stop.reason), self._run)
        with self._transaction():
            self._db.execute("UPDATE run SET ended_at = ?, stopped = ? WHERE id = ?", values)

    # In the caller's transaction

    @abstractmethod
    def _asked(self, dispatches: Sequence[Dispatch]) -> Mapping[int, AskedRow]:
        """The rows that are about to leave, by number, without those that are gone."""

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
        at, as_staged, changed = now(), [], []
        for dispatch, row in leaving:
            number, place = dispatch.row.number, (self._job, dispatch.row.number)
            if row is None:
                raise MalformedError(f"row {number} of job {self._job} is gone")
            if row.status in (Status.ACCEPTED, Status.UNKNOWN):
                self._before[number] = _Decision(row.status, row.advice, row.attempt, row.settled)
            fingerprint = dispatch.request.fingerprint
            intent = (self._run, at, fingerprint, dispatch.request.request_id or None)
            attempt = self._db.inserted(_INTENT, (*intent, *place))
            self._attempt_of[number] = attempt
            if row.settled is None and row.fingerprint == fingerprint:
                as_staged.append((Status.UNKNOWN, UNDER_WAY, attempt, *place))
            else:
                changed.append((Status.UNKNOWN, UNDER_WAY, attempt, fingerprint, *place))
        self._db.executemany(_LEAVES, as_staged)  # what is unchanged is not taken out of its index and put back
        self._db.executemany(_LEAVES_CHANGED, changed)

    def _record(self, completions: Sequence[Completion]) -> None:
        attempts = [self._attempt_of.pop(completion.dispatch.row.number) for completion in completions]
        self._db.executemany(SET_ANSWER, map(answer_of, completions, attempts))
        ends: list[Sequence[object]] = []
        for completion, attempt in zip(completions, attempts, strict=True):
            number, waits = completion.dispatch.row.number, completion.status is Status.NOT_SENT
            before = self._before.pop(number, None)
            if before is not None and self._still_decides(before, completion, attempt):
                self._restore(number, before, waits=waits)
            else:
                told = stored_advice(completion.outcome.advice)
                ends.append((completion.status, told, waits, self._job, number))
        self._db.executemany(_ENDS, ends)

    def _restore(self, number: int, before: _Decision, *, waits: bool) -> None:
        """A row that may have arrived before is that again."""
        if before.status == Status.UNKNOWN and not waits:
            told = advice.refused_as_edited(read_advice(before.advice))
            before = before._replace(advice=stored_advice(told))
        self._db.execute(_IS_AS_BEFORE, (*before, waits, self._job, number))

    def _still_decides(self, before: _Decision, completion: Completion, attempt: int) -> bool:
        """Whether a row that may have arrived before is that again: this time it was refused, or did not leave.

        A no to the very request whose outcome is unknown is an answer. A no to an edited one says nothing about what
        was sent before.
        """
        if completion.status in (Status.ACCEPTED, Status.UNKNOWN):
            return False
        if completion.status is Status.NOT_SENT or before.status == Status.ACCEPTED:
            return True
        found = self._db.execute(
            "SELECT 1 FROM attempt now CROSS JOIN attempt a INDEXED BY attempt_by_row"
            " ON a.job = now.job AND a.number = now.number WHERE now.id = ?"
            " AND a.taken = 'maybe' AND keyed(a.fingerprint) IS NOT keyed(now.fingerprint) LIMIT 1",
            (attempt,),
        )
        return found.fetchone() is not None
