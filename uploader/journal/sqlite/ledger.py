"""What one run of a job writes into the journal: intents before requests leave, answers after they came."""

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import NamedTuple

from uploader.i18n import Message
from uploader.journal.clock import now
from uploader.journal.sqlite.prior import find_prior, under_way
from uploader.journal.sqlite.requests import known_requests
from uploader.journal.stored_messages import read_advice, stored_advice, stored_detail, stored_reason
from uploader.model import advice
from uploader.model.outcomes import Completion, Dispatch, Stop, Verdict
from uploader.model.resend import UNDER_WAY_ELSEWHERE, HeldBack, PriorRequest, ResendPolicy
from uploader.model.rows import Status

TAKEN: Mapping[Verdict, str] = {Verdict.ACCEPTED: "yes", Verdict.UNKNOWN: "maybe"}
"""Whether the API has a request whose attempt ended so; every other verdict is a no."""


class _Decision(NamedTuple):
    """What a row was before its request left."""

    status: str
    advice: str
    attempt: int | None
    settled: str | None


class SqliteRunLedger:
    """A `RunLedger`. `transaction` keeps all that its block writes, or nothing."""

    def __init__(
        self,
        db: sqlite3.Connection,
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
        held_back: dict[int, HeldBack] = {}
        kept = dict(self._attempt_of), dict(self._before)
        try:
            with self._transaction():
                for completion in completions:
                    self._record(completion)
                for dispatch in dispatches:
                    number = dispatch.row.number
                    # One that is sent again, too: meanwhile another run may have sent the same request.
                    fingerprint = dispatch.request.fingerprint
                    prior = find_prior(self._db, fingerprint, self._job, number, self._policy)
                    if self._is_under_way_elsewhere(fingerprint, prior):
                        held_back[number] = UNDER_WAY_ELSEWHERE
                    elif prior is None:
                        self._intend(dispatch)
                    else:
                        held_back[number] = self._hold_back(number, prior)
        except BaseException:
            self._attempt_of, self._before = kept  # nothing of it was kept: it may be tried again
            raise
        return held_back

    def hold_back_known(self) -> None:
        """Hold back, in one transaction, every row that waits and whose request is known."""
        with self._transaction():
            for number, fingerprint, prior in list(known_requests(self._db, self._job, self._policy)):
                if not self._is_under_way_elsewhere(fingerprint, prior):
                    self._hold_back(number, prior)

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

    def _is_under_way_elsewhere(self, fingerprint: str, prior: PriorRequest | None) -> bool:
        """Whether a run that lives has sent the same request and has no answer yet: that is not yet unknown."""
        if self._policy.duplicates or (prior is not None and prior.status is not Status.UNKNOWN):
            return False
        return any(map(self._is_alive, under_way(self._db, fingerprint, self._run)))

    def _hold_back(self, number: int, prior: PriorRequest) -> Status:
        """The row's status then: where it is the request of the row itself, that stays."""
        if (prior.job, prior.row) == (self._job, number):
            self._db.execute("UPDATE row SET waits = 0 WHERE job = ? AND number = ?", (self._job, number))
            return prior.status
        self._update(number, prior.held_as, advice.held_back(prior))
        return prior.held_as

    def _intend(self, dispatch: Dispatch) -> None:
        number, place = dispatch.row.number, (self._job, dispatch.row.number)
        statement = "SELECT status, advice, attempt, settled FROM row WHERE job = ? AND number = ?"
        found = self._db.execute(statement, place).fetchone()
        if found is None:
            raise sqlite3.DatabaseError(f"row {number} of job {self._job} is gone")
        before = _Decision(*found)
        if before.status in (Status.ACCEPTED, Status.UNKNOWN):
            self._before[number] = before
        fingerprint = dispatch.request.fingerprint
        attempt = self._db.execute(
            "INSERT INTO attempt (job, number, run, sent_at, cells, fingerprint)"
            " SELECT job, number, ?, ?, cells, ? FROM row WHERE job = ? AND number = ?",
            (self._run, now(), fingerprint, *place),
        ).lastrowid
        self._attempt_of[number] = attempt or 0
        self._db.execute(
            "UPDATE row SET status = ?, advice = ?, fingerprint = ?, waits = 0, attempt = ?, settled = NULL"
            " WHERE job = ? AND number = ?",
            (Status.UNKNOWN, stored_advice(advice.UNDER_WAY), fingerprint, attempt, *place),
        )

    def _record(self, completion: Completion) -> None:
        number, outcome = completion.dispatch.row.number, completion.outcome
        attempt = self._attempt_of.pop(number)
        taken = TAKEN.get(outcome.verdict, "no")
        answer = (outcome.verdict, outcome.code, outcome.message, outcome.http_status, outcome.duration_ms)
        self._db.execute(
            "UPDATE attempt SET taken = ?, verdict = ?, code = ?, message = ?, http_status = ?, duration_ms = ?,"
            " detail = ? WHERE id = ?",
            (taken, *answer, stored_detail(outcome.detail), attempt),
        )
        waits = completion.status is Status.NOT_SENT
        before = self._before.pop(number, None)
        if before is not None and self._still_decides(before, completion, attempt):
            if before.status == Status.UNKNOWN and not waits:
                told = advice.refused_as_edited(read_advice(before.advice))
                before = before._replace(advice=stored_advice(told))
            self._db.execute(
                "UPDATE row SET status = ?, advice = ?, attempt = ?, settled = ?, waits = ?"
                " WHERE job = ? AND number = ?",
                (*before, waits, self._job, number),
            )
        else:
            self._update(number, completion.status, outcome.advice, waits=waits)

    def _update(self, number: int, status: Status, message: Message, *, waits: bool = False) -> None:
        self._db.execute(
            "UPDATE row SET status = ?, advice = ?, waits = ? WHERE job = ? AND number = ?",
            (status, stored_advice(message), waits, self._job, number),
        )

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
