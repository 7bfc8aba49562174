"""Rows of unknown outcome are closed by a person's word."""

from collections.abc import Sequence

from uploader.errors import SettingsError
from uploader.i18n import Message, row_numbers
from uploader.journal.sql.database import Database, Record
from uploader.journal.sql.text import as_json, numbers_as_json
from uploader.journal.stored_messages import stored_advice
from uploader.model.job import Settlement

_NAMED = "job = :job AND number IN (SELECT CAST(value AS BIGINT) FROM json_each(:numbers))"
_REQUESTS = f"""
WITH plain (fingerprint) AS (
    SELECT fingerprint FROM attempt WHERE {_NAMED} AND taken = 'maybe'
    UNION SELECT fingerprint FROM row WHERE {_NAMED} AND attempt IS NULL)
SELECT fingerprint FROM plain WHERE fingerprint IS NOT NULL
UNION SELECT keyed(fingerprint) FROM plain WHERE fingerprint IS NOT NULL
"""
_ROWS = f"""
SELECT job, number, attempt IS NOT NULL FROM row WHERE status = 'unknown'
    AND ({_NAMED} OR fingerprint IN (SELECT value FROM json_each(:requests)) AND attempt IS NULL
        OR EXISTS (SELECT 1 FROM attempt a WHERE a.job = row.job AND a.number = row.number AND a.taken = 'maybe'
            AND a.fingerprint IN (SELECT value FROM json_each(:requests))))
    ORDER BY job, number
"""
_THIS = "job = :job AND number = :number"


def settle(db: Database, job: int, settlements: Sequence[Settlement], advice: Message) -> None:
    """Close unknown rows, all found alike, and with each every row that is unknown because of the same request.

    Raises SettingsError, and closes none, where one of them is not unknown.
    """
    numbers = [one.row for one in settlements]
    facts = {"job": job, "numbers": numbers_as_json(numbers)}
    unknown = db.execute(f"SELECT number FROM row WHERE {_NAMED} AND status = 'unknown'", facts).fetchall()
    others = sorted(set(numbers).difference(number for (number,) in unknown))
    if others:
        raise SettingsError(Message("settle.not_unknown", count=len(others), numbers=row_numbers(others), job=job))
    facts["requests"] = as_json([fingerprint for (fingerprint,) in db.execute(_REQUESTS, facts).fetchall()])
    _close(db, db.execute(_ROWS, facts).fetchall(), settlements[0], stored_advice(advice))


def _close(db: Database, rows: Sequence[Record], settlement: Settlement, advice: str) -> None:
    arrived = settlement.found == "arrived"
    told = {"found": settlement.found, "at": settlement.at, "user": settlement.user, "machine": settlement.machine}
    became = {"advice": advice, "waits": not arrived, "taken": "yes" if arrived else "no"}
    closed = [({"job": job, "number": number, **told, **became}, left) for job, number, left in rows]
    left = [{**facts, "status": "accepted" if arrived else "not sent"} for facts, has_left in closed if has_left]
    held = [{**facts, "status": "skipped" if arrived else "not sent"} for facts, has_left in closed if not has_left]
    db.executemany(f"UPDATE attempt SET taken = :taken WHERE {_THIS} AND taken = 'maybe'", [*left, *held])
    db.executemany(
        'INSERT INTO settlement (job, number, found, at, "user", machine)'
        " VALUES (:job, :number, :found, :at, :user, :machine)",
        left,
    )
    of_both = f"UPDATE row SET advice = :advice, status = :status, waits = :waits{{}} WHERE {_THIS}"
    db.executemany(of_both.format(", settled = :found"), left)
    db.executemany(of_both.format(""), held)
