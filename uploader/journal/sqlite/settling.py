"""Rows of unknown outcome are closed by a person's word."""

import sqlite3
from collections.abc import Sequence

from uploader.errors import SettingsError
from uploader.i18n import Message, row_numbers
from uploader.journal.sqlite.text import numbers_as_json
from uploader.journal.stored_messages import stored_advice
from uploader.model.job import Settlement

_NAMED = "job = :job AND number IN (SELECT value FROM json_each(:numbers))"
_REQUESTS = f"""
CREATE TEMP TABLE settled_request AS WITH plain (fingerprint) AS (
    SELECT fingerprint FROM attempt WHERE {_NAMED} AND taken = 'maybe'
    UNION SELECT fingerprint FROM row WHERE {_NAMED} AND attempt IS NULL)
SELECT fingerprint FROM plain UNION SELECT keyed(fingerprint) FROM plain
"""
_ROWS = f"""
CREATE TEMP TABLE settled_row AS SELECT job, number, attempt IS NOT NULL AS left FROM row WHERE status = 'unknown'
    AND ({_NAMED} OR fingerprint IN (SELECT fingerprint FROM settled_request) AND attempt IS NULL
        OR EXISTS (SELECT 1 FROM attempt a WHERE a.job = row.job AND a.number = row.number AND a.taken = 'maybe'
            AND a.fingerprint IN (SELECT fingerprint FROM settled_request)))
"""
_IS_SETTLED = "(job, number) IN (SELECT job, number FROM settled_row)"
_LEFT = "(job, number) IN (SELECT job, number FROM settled_row WHERE left)"


def settle(db: sqlite3.Connection, job: int, settlements: Sequence[Settlement], advice: Message) -> None:
    """Close unknown rows, all found alike, and with each every row that is unknown because of the same request.

    Raises SettingsError, and closes none, where one of them is not unknown.
    """
    numbers = [one.row for one in settlements]
    facts = {"job": job, "numbers": numbers_as_json(numbers)}
    unknown = db.execute(f"SELECT number FROM row WHERE {_NAMED} AND status = 'unknown'", facts).fetchall()
    others = sorted(set(numbers).difference(number for (number,) in unknown))
    if others:
        raise SettingsError(Message("settle.not_unknown", count=len(others), numbers=row_numbers(others), job=job))
    for statement in (_REQUESTS, _ROWS):
        db.execute(statement, facts)
    try:
        _close(db, settlements[0], stored_advice(advice))
    finally:
        db.execute("DROP TABLE temp.settled_row")
        db.execute("DROP TABLE temp.settled_request")


def _close(db: sqlite3.Connection, settlement: Settlement, advice: str) -> None:
    _, found, at, user, machine = settlement.row, settlement.found, settlement.at, settlement.user, settlement.machine
    arrived = found == "arrived"
    db.execute(f"UPDATE attempt SET taken = ? WHERE taken = 'maybe' AND {_IS_SETTLED}", ("yes" if arrived else "no",))
    db.execute(
        "INSERT INTO settlement (job, number, found, at, user, machine)"
        " SELECT job, number, ?, ?, ?, ? FROM settled_row WHERE left ORDER BY job, number",
        (found, at, user, machine),
    )
    db.execute(
        f"UPDATE row SET advice = ?, status = ?, waits = ?, settled = ? WHERE {_LEFT}",
        (advice, "accepted" if arrived else "not sent", not arrived, found),
    )
    db.execute(
        f"UPDATE row SET advice = ?, status = ?, waits = ? WHERE {_IS_SETTLED} AND NOT {_LEFT}",
        (advice, "skipped" if arrived else "not sent", not arrived),
    )
