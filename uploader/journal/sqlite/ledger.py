"""What one run of a job writes into the journal: intents before requests leave, answers after they came."""

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import cast

from uploader.journal.sqlite.prior_requests import earlier, known
from uploader.model.outcomes import Completion, Dispatch, Stop
from uploader.model.resend import PriorRequest, ResendPolicy
from uploader.model.rows import Status


@dataclass(frozen=True, slots=True)
class Advice:
    """What rows are advised that got no answer of their own."""

    under_way: str
    """Its request left and its answer was never recorded."""
    earlier: Callable[[PriorRequest], str]
    """It is held back."""


class RunLedger:
    """What one run of a job writes: `pipeline.Ledger`, and its end."""

    def __init__(
        self,
        db: sqlite3.Connection,
        transaction: Callable[[], AbstractContextManager[None]],
        job: int,
        run: int,
        repeats: ResendPolicy,
        advice: Advice,
    ) -> None:
        self._db, self._transaction = db, transaction
        self._job, self._run = job, run
        self._repeats, self._advice = repeats, advice
        self._attempt_of: dict[int, int] = {}
        self._may_have_arrived: set[int] = set()
        """Rows under way that were unknown already when they left."""

    def turn(self, ended: Sequence[Completion], starting: Sequence[Dispatch]) -> Mapping[int, Status]:
        """Commit the answers that came and the intents of the rows that leave, in one transaction.

        Whether the same request is known already is decided here, under the lock of the transaction that writes the
        intent: of two runs of two jobs with the same request, one sees the other's intent. (Two runs of one job are
        kept apart by `locks`.) Gives the rows that must not leave.
        """
        held_back: dict[int, Status] = {}
        attempts = dict(self._attempt_of)
        try:
            with self._transaction():
                for end in ended:
                    self._record(end)
                for start in starting:
                    number = start.row.number
                    # One that goes again, too: meanwhile another run may have sent the same request.
                    found = earlier(self._db, start.request.fingerprint, self._job, number, self._repeats)
                    if found is None:
                        self._intend(start)
                    else:
                        held_back[number] = found.standing
                        self.hold_back(number, found)
        except BaseException:
            self._attempt_of = attempts  # nothing of the turn was kept: it may be tried again
            raise
        return held_back

    def hold_back(self, number: int, found: PriorRequest) -> None:
        """Write down that a row is not sent because of `found`; in the caller's transaction."""
        self._db.execute(
            "UPDATE row SET status = ?, advice = ? WHERE job = ? AND number = ?",
            (found.standing, self._advice.earlier(found), self._job, number),
        )

    def hold_back_known(self, *, skipped_alone: bool = False) -> None:
        """Hold back, in one transaction, every row that waits and whose request is known.

        `skipped_alone`: not those whose request got no answer. While another run may still be sending, that is no news.
        """
        with self._transaction():
            for number, found in known(self._db, self._job, self._repeats):
                if not skipped_alone or found.standing is Status.SKIPPED:
                    self.hold_back(number, found)

    def refuse(self, advice_of: Mapping[int, str]) -> None:
        """Rows that turned out not to be sendable, by number, each with its advice."""
        with self._transaction():
            self._db.executemany(
                "UPDATE row SET status = ?, advice = ? WHERE job = ? AND number = ?",
                ((Status.INVALID, advice, self._job, number) for number, advice in advice_of.items()),
            )

    def _intend(self, start: Dispatch) -> None:
        number = start.row.number
        if self._stands(number) is Status.UNKNOWN:
            self._may_have_arrived.add(number)
        else:
            self._may_have_arrived.discard(number)
        self._db.execute(
            "UPDATE row SET status = ?, fingerprint = ?, advice = ? WHERE job = ? AND number = ?",
            (Status.UNKNOWN, start.request.fingerprint, self._advice.under_way, self._job, number),
        )
        self._attempt_of[number] = inserted(
            self._db,
            "INSERT INTO attempt (job, number, run, sent_at) VALUES (?, ?, ?, ?)",
            (self._job, number, self._run, now()),
        )

    def _record(self, end: Completion) -> None:
        number, outcome = end.start.row.number, end.outcome
        self._db.execute(
            "UPDATE attempt SET meaning = ?, code = ?, message = ?, http_status = ?, duration_ms = ?, detail = ?"
            " WHERE id = ?",
            (
                outcome.meaning,
                outcome.code,
                outcome.message,
                outcome.http_status,
                outcome.duration_ms,
                outcome.detail,
                self._attempt_of.pop(number),
            ),
        )
        status, advice = end.status, outcome.advice
        if status is Status.NOT_SENT and number in self._may_have_arrived:
            # This attempt was not taken; the one before it may have been.
            status, advice = Status.UNKNOWN, self._advice.under_way
        self._db.execute(
            "UPDATE row SET status = ?, advice = ? WHERE job = ? AND number = ?",
            (status, advice, self._job, number),
        )

    def _stands(self, number: int) -> Status:
        found = self._db.execute("SELECT status FROM row WHERE job = ? AND number = ?", (self._job, number)).fetchone()
        return Status(found[0])

    def end(self, stop: Stop | None) -> None:
        """Note that the run ended, and why early if it did."""
        with self._transaction():
            self._db.execute(
                "UPDATE run SET ended_at = ?, stopped = ? WHERE id = ?", (now(), stop and stop.reason, self._run)
            )


def now(seconds_later: float = 0.0) -> str:
    """This instant, or one a while later, as the journal writes it: ISO 8601, UTC, milliseconds."""
    return (datetime.now(UTC) + timedelta(seconds=seconds_later)).isoformat(timespec="milliseconds")


def inserted(db: sqlite3.Connection, statement: str, values: Sequence[object]) -> int:
    """The id of the row that `statement` inserts."""
    return cast(int, db.execute(statement, values).lastrowid)
