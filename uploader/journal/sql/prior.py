"""How a request is known already: accepted, unknown, or that of an earlier row of the list."""

import json
from collections.abc import Sequence
from typing import Any

from uploader.journal.sql.database import Database, Record
from uploader.journal.sql.text import IS_TOLD, same_request
from uploader.model.resend import PriorRequest, ResendPolicy
from uploader.model.rows import Status

_MOST_KNOWN = 1_000
_IS_ACCEPTED = (
    "EXISTS (SELECT 1 FROM attempt y INDEXED BY attempt_accepted"
    f" WHERE {same_request(':fingerprint', 'keyed(:fingerprint)', of='y')} AND y.taken = 'yes')"
)


def first_of(best: str, one: str) -> str:
    """The best that `one` finds, `min` or `max`, of the hash as it is and as it is kept of what was forgotten.

    Each alone is found at the index's end: looked for at once, all requests alike would be sorted for each of them.
    """
    both = " UNION ALL ".join(f"SELECT ({one.format(print=kept)}) AS it" for kept in _PRINTS)
    return f"(SELECT {best}(it) FROM ({both}) AS found)"


_PRINTS = (":fingerprint", "keyed(:fingerprint)")
_ATTEMPT = (
    "SELECT a.job, a.number, j.list_name, a.sent_at FROM attempt a CROSS JOIN job j ON j.id = a.job"
    " CROSS JOIN row r ON r.job = a.job AND r.number = a.number WHERE a.id = "
)
_ACCEPTED = _ATTEMPT + first_of(
    "max",
    f"SELECT id FROM attempt INDEXED BY attempt_accepted WHERE {same_request('{print}')} AND taken = 'yes'"
    " AND NOT (job = :job AND number = :number) AND sent_at >= :since ORDER BY id DESC LIMIT 1",
)
_UNKNOWN = _ATTEMPT + first_of(
    "min",
    "SELECT a.id FROM attempt a INDEXED BY attempt_in_doubt CROSS JOIN row r ON r.job = a.job AND r.number = a.number"
    f" WHERE {same_request('{print}', of='a')} AND a.taken = 'maybe'"
    # Once it was accepted, by being sent again, its outcome is no longer unknown.
    f" AND NOT {_IS_ACCEPTED}"
    # Nor is it once the same request was rejected; an answer to other cells of the row says nothing about it.
    " AND NOT (r.status = 'rejected' AND keyed(r.fingerprint) = keyed(a.fingerprint))"
    # Another row of this list may be under way at this moment, where somebody wants duplicates sent.
    " AND (a.job <> :job OR a.number <> :number AND :duplicates = 0) ORDER BY a.id LIMIT 1",
)
_EARLIER = (
    "SELECT r.job, r.number, j.list_name, a.sent_at FROM row r CROSS JOIN job j ON j.id = r.job"
    " LEFT JOIN attempt a ON a.id = r.attempt WHERE r.job = :job AND r.number = "
) + first_of(
    "min",
    "SELECT number FROM row INDEXED BY row_by_fingerprint WHERE fingerprint = {print} AND job = :job"
    " AND number < :number AND status <> 'invalid' ORDER BY number LIMIT 1",
)
_TOLD = (
    "SELECT r.job, r.number, j.list_name, j.created_at FROM row r INDEXED BY row_by_fingerprint"
    f" CROSS JOIN job j ON j.id = r.job WHERE r.fingerprint IN (:fingerprint, keyed(:fingerprint)) AND {IS_TOLD}"
    " AND j.created_at >= :since LIMIT 2"
)

_PERHAPS_KNOWN = (
    "SELECT value FROM (SELECT value, value AS print FROM json_each(:asked)"
    " UNION ALL SELECT value, keyed(value) FROM json_each(:asked) WHERE keyed(value) <> value) AS asked"
    f" WHERE EXISTS (SELECT 1 FROM attempt INDEXED BY attempt_accepted WHERE {same_request('print')} AND taken = 'yes')"
    f" OR EXISTS (SELECT 1 FROM attempt INDEXED BY attempt_in_doubt WHERE {same_request('print')} AND taken = 'maybe')"
    f" OR EXISTS (SELECT 1 FROM row r INDEXED BY row_by_fingerprint WHERE r.fingerprint = print AND {IS_TOLD})"
)
"""Most are not, and are told at once; `find_prior` takes several statements for each."""


def perhaps_known(db: Database, fingerprints: Sequence[str]) -> frozenset[str]:
    """Those of many requests, of no job yet, that were made before, or of which a workbook tells so."""
    found = db.execute(_PERHAPS_KNOWN, {"asked": json.dumps(fingerprints)})
    return frozenset(value for (value,) in found.fetchall())


def find_prior(
    db: Database,
    fingerprint: str,
    job: int,
    number: int,
    policy: ResendPolicy,
    told: "ToldRows | None" = None,
) -> PriorRequest | None:
    """Why a row with that request must not be sent; None if it may. `job` 0 is none."""
    facts = {
        "fingerprint": fingerprint,
        "job": job,
        "number": number,
        "since": policy.since,
        "duplicates": policy.duplicates,
    }
    prior = None
    if not policy.duplicates:
        told = told or ToldRows(db)
        prior = _own(db, Status.ACCEPTED, facts) or _accepted(db, facts, told) or _earlier_in_list(db, facts)
    if prior is None and not policy.unknown:
        prior = _own(db, Status.UNKNOWN, facts) or _unknown(db, facts)
    return prior


class ToldRows:
    """The rows of which only another computer's workbook says that their request was accepted; each is read once.

    No index knows them: of a list in which all rows are alike, each would be looked at for each.
    """

    def __init__(self, db: Database) -> None:
        self._db = db
        self._known: dict[str, list[Record]] = {}

    def other_than(self, facts: dict[str, Any]) -> Record | None:
        """One with that request, other than the row itself."""
        fingerprint = facts["fingerprint"]
        found = self._known.get(fingerprint)
        if found is None:
            if len(self._known) >= _MOST_KNOWN:
                self._known.clear()
            found = self._known[fingerprint] = self._db.execute(_TOLD, facts).fetchall()
        return next((row for row in found if (row[0], row[1]) != (facts["job"], facts["number"])), None)


def _own(db: Database, status: Status, facts: dict[str, Any]) -> PriorRequest | None:
    """How the row itself was sent before, with whatever cells; a list that is only checked has no rows here."""
    if not facts["job"]:
        return None
    found = db.execute(
        "SELECT r.job, r.number, j.list_name, a.sent_at FROM row r CROSS JOIN job j ON j.id = r.job"
        " CROSS JOIN attempt a ON a.id = r.attempt WHERE r.job = :job AND r.number = :number AND r.status = :status",
        {**facts, "status": status},
    ).fetchone()
    return _as_prior(status, found)


def _accepted(db: Database, facts: dict[str, Any], told: ToldRows) -> PriorRequest | None:
    found = db.execute(_ACCEPTED, facts).fetchone() or told.other_than(facts)
    is_of_this_list = found is not None and found[0] == facts["job"]  # then name the row, not the day
    return _as_prior(Status.SKIPPED if is_of_this_list else Status.ACCEPTED, found)


def _earlier_in_list(db: Database, facts: dict[str, Any]) -> PriorRequest | None:
    found = db.execute(_EARLIER, facts).fetchone() if facts["job"] else None
    return _as_prior(Status.SKIPPED, found)


def _unknown(db: Database, facts: dict[str, Any]) -> PriorRequest | None:
    return _as_prior(Status.UNKNOWN, db.execute(_UNKNOWN, facts).fetchone())


def _as_prior(status: Status, found: Record | None) -> PriorRequest | None:
    if found is None:
        return None
    job, row, list_name, at = found
    return PriorRequest(status, job, row, list_name, at or "")


def under_way(db: Database, fingerprint: str, run: int) -> list[str]:
    """The keys of the other runs that have not ended and in which that request has no answer recorded."""
    found = db.execute(
        "SELECT DISTINCT run.key FROM attempt a INDEXED BY attempt_in_doubt CROSS JOIN run ON run.id = a.run"
        f" WHERE {same_request(':fingerprint', of='a')} AND a.taken = 'maybe' AND a.verdict = '' AND a.run <> :run"
        " AND run.ended_at IS NULL AND run.key <> ''",
        {"fingerprint": fingerprint, "run": run},
    )
    return [row[0] for row in found.fetchall()]
