"""How requests ended, written down for many at once."""

import json
from collections.abc import Sequence
from typing import Any

from psycopg import Connection

from uploader.journal.sql.database import Database
from uploader.journal.sql.endings import Ending, decided

_COLUMNS = {
    "taken": "text", "verdict": "text", "code": "text", "message": "text", "http_status": "bigint",
    "duration_ms": "bigint", "detail": "text", "kept": "text", "status": "text", "advice": "text",
    "attempt": "bigint", "settled": "text", "waits": "integer", "number": "bigint", "own": "bigint",
}  # fmt: skip
_WRITE = f"""
WITH one AS (
    SELECT %(job)s::bigint AS job, * FROM json_to_recordset(%(endings)s::json)
        AS one ({", ".join(map(" ".join, _COLUMNS.items()))})
), answered AS (
    UPDATE attempt SET verdict = one.verdict, code = one.code, message = one.message, http_status = one.http_status,
        duration_ms = one.duration_ms, detail = one.detail, kept = one.kept,
        taken = CASE WHEN one.taken = 'maybe' OR attempt.taken = 'yes' THEN attempt.taken ELSE one.taken END
    FROM one WHERE attempt.id = one.own AND attempt.job = one.job AND attempt.number = one.number
)
UPDATE row SET status = one.status, advice = one.advice, attempt = one.attempt, settled = one.settled, waits = one.waits
FROM one WHERE row.job = one.job AND row.number = one.number AND row.attempt = one.own AND (row.settled IS NULL
    OR one.taken = 'yes' OR one.taken = 'no' AND row.settled = 'not arrived' AND one.attempt = one.own)
""".encode()
"""The job is a column of what is joined, too: were it a constant, the server would rather read the whole job, as of one
that has just begun it takes it that it has hardly a row.

A person may have found out what the answer doesn't say; and a request that arrived has arrived.

A row that another attempt decides by now is left alone: somebody may have closed it, and sent it again. So is one
that a person has closed meanwhile, unless the answer says more.
"""


def write_endings(db: Database, connection: "Connection[Any]", job: int, endings: Sequence[Ending]) -> None:
    """Write down how requests of rows of a job ended, in the caller's transaction."""
    rows = [(*one.answer, *decided(db, one), int(one.waits), one.number, one.attempt) for one in endings]
    text = json.dumps([dict(zip(_COLUMNS, row, strict=True)) for row in rows], ensure_ascii=False)
    # One text is faster than fifteen arrays. Half of a character that takes two can't be kept.
    connection.execute(_WRITE, {"job": job, "endings": text.encode("utf-8", "replace").decode()})
