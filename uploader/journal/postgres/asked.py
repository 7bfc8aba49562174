"""Rows that are about to leave, looked up all at once: what they are, and whether their requests may be known."""

from collections.abc import Mapping, Sequence
from typing import Any

from psycopg import Connection

from uploader.journal.sql.asked import AskedRow
from uploader.journal.sql.text import IS_TOLD
from uploader.model.outcomes import Dispatch
from uploader.model.resend import ResendPolicy

_SAME = "fingerprint IN (asked.print, asked.keyed)"
_YES = f"EXISTS (SELECT 1 FROM attempt WHERE {_SAME} AND taken = 'yes')"
_MAYBE = f"EXISTS (SELECT 1 FROM attempt WHERE {_SAME} AND taken = 'maybe')"
_EARLIER = f"EXISTS (SELECT 1 FROM row AS o WHERE o.{_SAME} AND o.job = row.job AND o.number < row.number)"
_TOLD = f"EXISTS (SELECT 1 FROM row AS r WHERE r.{_SAME} AND {IS_TOLD.replace('instr(', 'strpos(')})"
_ANY = (
    f"row.attempt IS NOT NULL AND row.status IN ('accepted', 'unknown') OR {_YES} OR {_MAYBE} OR {_EARLIER} OR {_TOLD}"
)
_UNKNOWN = f"row.attempt IS NOT NULL AND row.status = 'unknown' OR {_MAYBE}"
_ASKED = """
WITH asked AS MATERIALIZED (
    SELECT %(job)s::bigint AS job, number, print,
        CASE WHEN (SELECT count(id) FROM hash_key) = 0 THEN print ELSE keyed(print) END AS keyed
    FROM unnest(%(numbers)s::bigint[], %(prints)s::text[]) AS one (number, print)
)
SELECT row.number, row.status, row.advice, row.attempt, row.settled, row.fingerprint, {known}, row.taken_by
FROM asked JOIN row ON row.job = asked.job AND row.number = asked.number
FOR UPDATE OF row
"""
LIVING = b"""
SELECT id FROM run WHERE job = %(job)s AND id <> %(run)s AND ended_at IS NULL AND key <> '' AND is_held('run:' || key)
"""


def asked_rows(
    connection: "Connection[Any]", job: int, run: int, dispatches: Sequence[Dispatch], policy: ResendPolicy
) -> Mapping[int, AskedRow]:
    """The rows by number, without those that are gone, or that another run has taken which lives."""
    asked = {
        "job": job,
        "run": run,
        "numbers": [dispatch.row.number for dispatch in dispatches],
        "prints": [dispatch.request.fingerprint for dispatch in dispatches],
    }
    found = connection.execute(_ASKED.format(known=_known(policy)).encode(), asked).fetchall()
    others = {taker for *_, taker in found} - {None, run}
    living = {one for (one,) in connection.execute(LIVING, asked).fetchall()} if others else set()
    return {number: AskedRow(number, *row) for number, *row, taker in found if taker not in living}


def _known(policy: ResendPolicy) -> str:
    """The condition that something may be known that counts; wider than what `find_prior` asks for then."""
    if not policy.duplicates:
        return _ANY
    return "false" if policy.unknown else _UNKNOWN
