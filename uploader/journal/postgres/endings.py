"""How requests ended, written down for many at once."""

from collections.abc import Sequence
from typing import Any

from psycopg import Connection

from uploader.journal.postgres.database import fitted
from uploader.journal.sql.database import Database
from uploader.journal.sql.endings import Ending, decided

_ANSWERS = b"""
UPDATE attempt SET taken = CASE WHEN one.taken = 'maybe' OR attempt.taken = 'yes' THEN attempt.taken ELSE one.taken END,
    verdict = one.verdict, code = one.code, message = one.message, http_status = one.http_status,
    duration_ms = one.duration_ms, detail = one.detail, kept = one.kept
FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::bigint[], %s::bigint[], %s::text[], %s::text[],
    %s::bigint[]) AS one (taken, verdict, code, message, http_status, duration_ms, detail, kept, id)
WHERE attempt.id = one.id
"""
"""A person may have found out what the answer doesn't say; and a request that arrived has arrived."""
_ROWS = b"""
UPDATE row SET status = one.status, advice = one.advice, attempt = one.attempt, settled = one.settled, waits = one.waits
FROM unnest(%(status)s::text[], %(advice)s::text[], %(attempt)s::bigint[], %(settled)s::text[], %(waits)s::integer[],
    %(number)s::bigint[], %(own)s::bigint[], %(taken)s::text[])
    AS one (status, advice, attempt, settled, waits, number, own, taken)
WHERE row.job = %(job)s AND row.number = one.number AND row.attempt = one.own AND (row.settled IS NULL
    OR one.taken = 'yes' OR one.taken = 'no' AND row.settled = 'not arrived' AND one.attempt = one.own)
"""
"""A row that another attempt decides by now is left alone: somebody may have closed it, and sent it again. So is one
that a person has closed meanwhile, unless the answer says more."""


def write_endings(db: Database, connection: "Connection[Any]", job: int, endings: Sequence[Ending]) -> None:
    """Write down how requests of rows of a job ended, in the caller's transaction."""
    answers = [fitted((*one.answer, one.attempt)) for one in endings]
    connection.execute(_ANSWERS, [list(column) for column in zip(*answers, strict=True)])
    rows = [fitted((*decided(db, one), one.waits, one.number, one.attempt, one.taken)) for one in endings]
    names = ("status", "advice", "attempt", "settled", "waits", "number", "own", "taken")
    columns = {name: list(column) for name, column in zip(names, zip(*rows, strict=True), strict=True)}
    connection.execute(_ROWS, {"job": job, **columns})
