"""What one run of a job writes into the journal: intents before requests leave, answers after they came."""

import sqlite3
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from typing import cast

from uploader.model import Status, Stop
from uploader.pipeline import End, Start


class RunLedger:
    """What one run of a job writes: `pipeline.Ledger`, and its end."""

    def __init__(
        self,
        db: sqlite3.Connection,
        transaction: Callable[[], AbstractContextManager[None]],
        job: int,
        run: int,
        advice_under_way: str,
    ) -> None:
        self._db, self._transaction = db, transaction
        self._job, self._run = job, run
        self._advice_under_way = advice_under_way
        self._attempt_of: dict[int, int] = {}

    def turn(self, ended: Sequence[End], starting: Sequence[Start]) -> None:
        """Commit the answers that came and the intents of the rows that leave, in one transaction."""
        with self._transaction():
            for end in ended:
                self._record(end)
            for start in starting:
                self._intend(start)

    def _intend(self, start: Start) -> None:
        number = start.row.number
        self._db.execute(
            "UPDATE row SET status = ?, fingerprint = ?, advice = ? WHERE job = ? AND number = ?",
            (Status.UNKNOWN, start.request.fingerprint, self._advice_under_way, self._job, number),
        )
        self._attempt_of[number] = inserted(
            self._db,
            "INSERT INTO attempt (job, number, run, sent_at) VALUES (?, ?, ?, ?)",
            (self._job, number, self._run, now()),
        )

    def _record(self, end: End) -> None:
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
        self._db.execute(
            "UPDATE row SET status = ?, advice = ? WHERE job = ? AND number = ?",
            (end.status or Status.NOT_SENT, outcome.advice, self._job, number),
        )

    def end(self, stop: Stop | None) -> None:
        """Note that the run ended, and why early if it did."""
        with self._transaction():
            self._db.execute(
                "UPDATE run SET ended_at = ?, stopped = ? WHERE id = ?", (now(), stop and stop.reason, self._run)
            )


def now() -> str:
    """This instant as the journal writes it: ISO 8601, UTC, milliseconds."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def inserted(db: sqlite3.Connection, statement: str, values: Sequence[object]) -> int:
    """The id of the row that `statement` inserts."""
    return cast(int, db.execute(statement, values).lastrowid)
