"""All jobs of one list to one place together: where each row stands after all of them.

A new job knows every row of the list: those that were accepted or are unknown point to the job that tells so
(`before`), and those that are not in the file that was read are kept as they stood. So the newest job tells of all.
"""

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from enum import IntEnum
from typing import TypeAlias

from uploader.model.job import Attempt, RowResult, RowState, RunRecord, arranged
from uploader.model.rows import Row, Status

SETTLED = (Status.ACCEPTED, Status.UNKNOWN)
TELLS = (
    "CASE WHEN coalesce((SELECT CASE WHEN EXISTS (SELECT 1 FROM attempt a WHERE a.job = r.job AND a.number = r.number)"
    " THEN r.status IN ('accepted', 'unknown') OR (r.status = 'rejected' AND b.status <> 'accepted') ELSE 0 END"
    " FROM row b WHERE b.job = r.before AND b.number = r.number), 1) THEN r.job ELSE r.before END"
)
"""The job that tells where a row `r` of the newest job stands.

It is that job, where no earlier one has accepted the row or got no usable answer; else only if it sent the row again,
and what came of that says more.
"""
RecoveredRow: TypeAlias = tuple[Row, RowResult | None, int | None, str | None]
"""What a workbook tells of a row: what it is, what became of it (None where this journal knows more, and then the job
that tells), and its request's fingerprint."""


class Kept(IntEnum):
    """Whether a row only stands in its job so that the job knows all rows of the list."""

    NOT = 0
    AS_BEFORE = 1
    """No run sends it: it stands as it stood."""
    ELSEWHERE = 2
    """Nor does it stand in the file that was read."""


def newest(db: sqlite3.Connection, account: str, before: int | None = None) -> int | None:
    """The newest job of an account, or the newest one before that job; None if there is none.

    One that was staged and never began to be sent doesn't count.
    """
    found = db.execute(
        "SELECT max(id) FROM job WHERE account = ?1 AND (?2 IS NULL OR id < ?2)"
        " AND EXISTS (SELECT 1 FROM run WHERE run.job = job.id)",
        (account, before),
    ).fetchone()
    return None if found is None else found[0]


def standings(db: sqlite3.Connection, job: int, numbers: Sequence[int]) -> dict[int, RowState]:
    """Where these rows stand after that job, the newest of its account; rows that it doesn't know are left out."""
    rows = db.execute(
        f"SELECT r.number, r.cells AS latest, r.kept, r.status AS here, t.status, t.cells, t.job,"
        " (SELECT max(sent_at) FROM attempt a WHERE a.job = t.job AND a.number = t.number) AS at,"
        " (SELECT taken_from FROM job WHERE id = t.job) AS taken_from"
        f" FROM row r JOIN row t ON t.number = r.number AND t.job = {TELLS}"
        " WHERE r.job = ? AND r.number IN (SELECT value FROM json_each(?))",
        (job, json.dumps(list(numbers))),
    ).fetchall()
    headers = _headers(db, {job, *(row["job"] for row in rows)})
    found = {}
    for row in rows:
        cells, latest = json.loads(row["cells"]), json.loads(row["latest"])
        is_held_back = row["here"] in (Status.SKIPPED, Status.UNKNOWN) and not row["kept"] and row["job"] != job
        is_changed = latest != cells or row["taken_from"] is not None  # a workbook has lost the cells that were sent
        found[row["number"]] = RowState(
            status=Status(row["status"]),
            cells=tuple(cells or latest),  # what was forgotten of an earlier job, this one may still know
            header=headers[row["job"] if cells else job],
            job=row["job"],
            at=row["at"] or "",
            is_settled=row["status"] in SETTLED,
            is_taken_over=row["taken_from"] is not None,
            changed=tuple(latest) if is_held_back and is_changed and headers[job] == headers[row["job"]] else None,
        )
    return found


def _headers(db: sqlite3.Connection, jobs: Iterable[int]) -> dict[int, tuple[str, ...]]:
    found = db.execute(
        "SELECT id, header FROM job WHERE id IN (SELECT value FROM json_each(?))", (json.dumps(list(jobs)),)
    )
    return {job: tuple(json.loads(header)) for job, header in found}


def add_the_others(db: sqlite3.Connection, account: str, job: int) -> None:
    """Keep in a new job the rows that only the account's job before it knows."""
    previous = newest(db, account, job)
    if previous is None:
        return
    header = json.loads(db.execute("SELECT header FROM job WHERE id = ?", (job,)).fetchone()[0])
    names = json.loads(db.execute("SELECT header FROM job WHERE id = ?", (previous,)).fetchone()[0])
    missing = db.execute(
        f"SELECT r.number, r.cells, r.status, r.advice, r.faults, {TELLS} AS tells FROM row r WHERE r.job = ?"
        " AND NOT EXISTS (SELECT 1 FROM row n WHERE n.job = ? AND n.number = r.number)",
        (previous, job),
    ).fetchall()
    db.executemany(
        "INSERT INTO row (job, number, cells, status, advice, before, kept, faults) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            (
                job,
                row["number"],
                json.dumps(arranged(json.loads(row["cells"]), names, header, [""] * len(header)), ensure_ascii=False),
                row["status"],
                row["advice"],
                row["tells"],
                Kept.ELSEWHERE,
                row["faults"] if names == header else "",
            )
            for row in missing
        ),
    )


def take_over(
    db: sqlite3.Connection,
    job: int,
    rows: Iterable[RecoveredRow],
    attempts: Iterable[Attempt],
    now: str,
) -> None:
    """Write down the rows of a workbook that another journal wrote, and the requests that were made for them."""
    attempts = list(attempts)
    times = [one.sent_at for one in attempts] or [now]
    run = db.execute(
        "INSERT INTO run (job, started_at, ended_at) VALUES (?, ?, ?)", (job, min(times), max(times))
    ).lastrowid
    told: dict[int, RowResult] = {}
    for row, result, before, fingerprint in rows:
        status = Status.SKIPPED if result is None else result.status
        advice = "" if result is None else result.advice
        cells = json.dumps(row.cells, ensure_ascii=False)
        db.execute(
            "INSERT INTO row (job, number, cells, status, advice, fingerprint, before, kept, faults)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, '')",
            (job, row.number, cells, status, advice, fingerprint, before, Kept.AS_BEFORE),
        )
        if result is not None and result.attempts:
            told[row.number] = result
    insert = (
        "INSERT INTO attempt (job, number, run, sent_at, meaning, code, message, http_status, duration_ms, detail)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
    )
    made: dict[int, int] = {}
    for one in attempts:
        if one.row in told:
            made[one.row] = made.get(one.row, 0) + 1
            texts = (one.meaning, one.code, one.message, one.http_status, one.duration_ms, one.detail)
            db.execute(insert, (job, one.row, run, one.sent_at, *texts))
    for number, result in told.items():
        if number not in made:  # somebody took the sheet of requests away: the row itself tells the last one
            meaning = result.status if result.status in (*SETTLED, Status.REJECTED) else ""
            texts = (meaning, result.code, result.message, result.http_status, result.duration_ms, "")
            db.execute(insert, (job, number, run, result.sent_at or now, *texts))


def runs(db: sqlite3.Connection, account: str) -> list[RunRecord]:
    """Every run of every job of an account, the oldest first."""
    found = db.execute(
        "SELECT r.job, r.started_at, r.ended_at, j.user, j.machine, j.version, j.template_sha256, j.destination,"
        " (SELECT count(*) FROM attempt a WHERE a.run = r.id) AS requests, r.stopped, j.taken_from"
        " FROM run r JOIN job j ON j.id = r.job WHERE j.account = ? ORDER BY r.id",
        (account,),
    )
    return [RunRecord(**dict(row)) for row in found.fetchall()]


def headers(db: sqlite3.Connection, account: str) -> Mapping[int, tuple[str, ...]]:
    """The jobs of an account, and the header of each."""
    return _headers(db, [row[0] for row in db.execute("SELECT id FROM job WHERE account = ?", (account,)).fetchall()])
