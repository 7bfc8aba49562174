"""Rows that are about to leave, looked up all at once: what they are, and whether their requests may be known."""

import json
from collections.abc import Mapping, Sequence

from uploader.journal.sql.asked import AskedRow
from uploader.journal.sql.database import Database
from uploader.journal.sql.text import IS_TOLD, same_request
from uploader.model.outcomes import Dispatch
from uploader.model.resend import ResendPolicy

_SAME = "fingerprint IN (asked.print, asked.keyed)"
_IS_SAME = same_request("asked.print", "asked.keyed")
_YES = f"EXISTS (SELECT 1 FROM attempt INDEXED BY attempt_accepted WHERE {_IS_SAME} AND taken = 'yes')"
_MAYBE = f"EXISTS (SELECT 1 FROM attempt INDEXED BY attempt_in_doubt WHERE {_IS_SAME} AND taken = 'maybe')"
_EARLIER = (
    f"EXISTS (SELECT 1 FROM row INDEXED BY row_by_fingerprint WHERE {_SAME} AND job = :job AND number < asked.number)"
)
_TOLD = f"EXISTS (SELECT 1 FROM row r INDEXED BY row_by_fingerprint WHERE r.{_SAME} AND {IS_TOLD})"
_ANY = (
    f"row.attempt IS NOT NULL AND row.status IN ('accepted', 'unknown') OR {_YES} OR {_MAYBE} OR {_EARLIER} OR {_TOLD}"
)
_UNKNOWN = f"row.attempt IS NOT NULL AND row.status = 'unknown' OR {_MAYBE}"
_ASKED = """
SELECT row.number, row.status, row.advice, row.attempt, row.settled, row.fingerprint, {known}
FROM (SELECT number, print, keyed(print) AS keyed
    FROM (SELECT json_extract(value, '$[0]') AS number, json_extract(value, '$[1]') AS print FROM json_each(:asked))
    LIMIT -1) asked
CROSS JOIN row ON row.job = :job AND row.number = asked.number
"""
"""The limit keeps it from hashing again for every use."""


def asked_rows(db: Database, job: int, dispatches: Sequence[Dispatch], policy: ResendPolicy) -> Mapping[int, AskedRow]:
    """The rows by number, without those that are gone."""
    asked = [(dispatch.row.number, dispatch.request.fingerprint) for dispatch in dispatches]
    statement = _ASKED.format(known=_known(policy))
    found = db.execute(statement, {"job": job, "asked": json.dumps(asked)}).fetchall()
    return {row[0]: AskedRow(*row) for row in found}


def _known(policy: ResendPolicy) -> str:
    """The condition that something may be known that counts; wider than what `prior.find_prior` asks for then."""
    if not policy.duplicates:
        return _ANY
    return "0" if policy.unknown else _UNKNOWN
