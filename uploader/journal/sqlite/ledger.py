"""What one run of a job writes into the journal: intents before requests leave, answers after they came."""

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager

from uploader.i18n import Message
from uploader.journal.clock import now
from uploader.journal.sqlite.prior_requests import find_prior, known_requests
from uploader.journal.sqlite.staging import inserted
from uploader.journal.stored_messages import stored_advice, stored_detail, stored_reason
from uploader.model import advice
from uploader.model.outcomes import Completion, Dispatch, Stop
from uploader.model.resend import PriorRequest, ResendPolicy
from uploader.model.rows import Status


class SqliteRunLedger:
    """A `RunLedger`. `transaction` keeps all that its block writes, or nothing."""

    def __init__(
        self,
        db: sqlite3.Connection,
        transaction: Callable[[], AbstractContextManager[None]],
        job: int,
        run: int,
        policy: ResendPolicy,
    ) -> None:
        self._db, self._transaction = db, transaction
        self._job, self._run = job, run
        self._policy = policy
        self._attempt_of: dict[int, int] = {}
        self._may_have_arrived: set[int] = set()
        """Rows under way that were unknown already when they left."""

    def commit(self, completions: Sequence[Completion], dispatches: Sequence[Dispatch]) -> Mapping[int, Status]:
        """Commit the answers that came and the intents of the rows that leave; gives the rows that must not leave.

        Whether a request is known is decided under the lock of the transaction that writes its intent.
        """
        held_back: dict[int, Status] = {}
        attempts = dict(self._attempt_of)
        try:
            with self._transaction():
                for completion in completions:
                    self._record(completion)
                for dispatch in dispatches:
                    number = dispatch.row.number
                    # One that is sent again, too: meanwhile another run may have sent the same request.
                    prior = find_prior(self._db, dispatch.request.fingerprint, self._job, number, self._policy)
                    if prior is None:
                        self._intend(dispatch)
                    else:
                        held_back[number] = prior.held_as
                        self._hold_back(number, prior)
        except BaseException:
            self._attempt_of = attempts  # nothing of it was kept: it may be tried again
            raise
        return held_back

    def hold_back_known(self) -> None:
        """Hold back, in one transaction, every row that waits and whose request is known."""
        with self._transaction():
            for number, prior in known_requests(self._db, self._job, self._policy):
                self._hold_back(number, prior)

    def refuse(self, advice_of: Mapping[int, Message]) -> None:
        """Rows that turned out not to be sendable become invalid: by number, each with its advice."""
        with self._transaction():
            for number, message in advice_of.items():
                self._update(number, Status.INVALID, message)

    def end(self, stop: Stop | None) -> None:
        """Note that the run ended, and why early if it did."""
        values = (now(), stored_reason(None if stop is None else stop.reason), self._run)
        with self._transaction():
            self._db.execute("UPDATE run SET ended_at = ?, stopped = ? WHERE id = ?", values)

    # In the caller's transaction

    def _hold_back(self, number: int, prior: PriorRequest) -> None:
        self._update(number, prior.held_as, advice.held_back(prior))

    def _intend(self, dispatch: Dispatch) -> None:
        number = dispatch.row.number
        if self._status(number) is Status.UNKNOWN:
            self._may_have_arrived.add(number)
        else:
            self._may_have_arrived.discard(number)
        self._db.execute(
            "UPDATE row SET status = ?, fingerprint = ?, advice = ? WHERE job = ? AND number = ?",
            (Status.UNKNOWN, dispatch.request.fingerprint, stored_advice(advice.UNDER_WAY), self._job, number),
        )
        self._attempt_of[number] = inserted(
            self._db,
            "INSERT INTO attempt (job, number, run, sent_at) VALUES (?, ?, ?, ?)",
            (self._job, number, self._run, now()),
        )

    def _record(self, completion: Completion) -> None:
        number, outcome = completion.dispatch.row.number, completion.outcome
        self._db.execute(
            "UPDATE attempt SET meaning = ?, code = ?, message = ?, http_status = ?, duration_ms = ?, detail = ?"
            " WHERE id = ?",
            (
                outcome.verdict,
                outcome.code,
                outcome.message,
                outcome.http_status,
                outcome.duration_ms,
                stored_detail(outcome.detail),
                self._attempt_of.pop(number),
            ),
        )
        if completion.status is Status.NOT_SENT and number in self._may_have_arrived:
            # This attempt was not taken; the one before it may have been.
            self._update(number, Status.UNKNOWN, advice.UNDER_WAY)
        else:
            self._update(number, completion.status, outcome.advice)

    def _status(self, number: int) -> Status:
        found = self._db.execute("SELECT status FROM row WHERE job = ? AND number = ?", (self._job, number)).fetchone()
        return Status(found[0])

    def _update(self, number: int, status: Status, message: Message) -> None:
        self._db.execute(
            "UPDATE row SET status = ?, advice = ? WHERE job = ? AND number = ?",
            (status, stored_advice(message), self._job, number),
        )
