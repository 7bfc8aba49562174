"""All jobs of one list to one place together, its account: the outcome of each row in all of them.

A new job knows every row of the list: those that were accepted or are unknown point to the job in which they were
(`before`), and those that are not in the file that was read are kept as they were. So the newest job knows all rows.
"""

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence

from uploader.errors import SettingsError
from uploader.i18n import Message, row_numbers
from uploader.journal.clock import now
from uploader.journal.rows import Kept
from uploader.journal.stored_messages import read_reason, stored_advice, stored_code
from uploader.model.job import SETTLED, RowState, RunRecord, arranged
from uploader.model.rows import Status

DECIDING_JOB = (
    "CASE WHEN coalesce((SELECT CASE WHEN EXISTS (SELECT 1 FROM attempt a WHERE a.job = r.job AND a.number = r.number)"
    " THEN r.status IN ('accepted', 'unknown') OR (r.status = 'rejected' AND b.status <> 'accepted') ELSE 0 END"
    " FROM row b WHERE b.job = r.before AND b.number = r.number), 1) THEN r.job ELSE r.before END"
)
"""The job that decides the outcome of a row `r` of the newest job.

It is that job, where no earlier one has accepted the row or got no usable answer; else only if it sent the row again,
and what came of that says more.
"""


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


def row_states(db: sqlite3.Connection, job: int, numbers: Sequence[int]) -> dict[int, RowState]:
    """The outcome of these rows, as that job knows it, the newest of its account; unknown numbers are left out."""
    rows = db.execute(
        "SELECT r.number, r.job AS asked, r.cells AS latest, r.kept, r.status AS here, t.status, t.cells, t.job,"
        " (SELECT max(sent_at) FROM attempt a WHERE a.job = t.job AND a.number = t.number) AS at,"
        " (SELECT taken_from FROM job WHERE id = t.job) AS taken_from"
        f" FROM row r JOIN row t ON t.number = r.number AND t.job = {DECIDING_JOB}"
        " WHERE r.job = ? AND r.number IN (SELECT value FROM json_each(?))",
        (job, json.dumps(list(numbers))),
    ).fetchall()
    headers = _headers(db, {job, *(row["job"] for row in rows)})
    return {row["number"]: _row_state(row, headers) for row in rows}


def _row_state(row: sqlite3.Row, headers: Mapping[int, tuple[str, ...]]) -> RowState:
    """`headers` has those of the job that was asked and of the one that decides."""
    cells, latest = json.loads(row["cells"]), json.loads(row["latest"])
    asked, deciding = row["asked"], row["job"]
    is_held_back = row["here"] in (Status.SKIPPED, Status.UNKNOWN) and not row["kept"] and deciding != asked
    is_changed = latest != cells or row["taken_from"] is not None  # a workbook has lost the cells that were sent
    return RowState(
        status=Status(row["status"]),
        cells=tuple(cells or latest),  # what was forgotten of an earlier job, this one may still know
        header=headers[deciding if cells else asked],
        job=deciding,
        at=row["at"] or "",
        is_recovered=row["taken_from"] is not None,
        edited=tuple(latest) if is_held_back and is_changed and headers[asked] == headers[deciding] else None,
    )


def _headers(db: sqlite3.Connection, jobs: Iterable[int]) -> dict[int, tuple[str, ...]]:
    found = db.execute(
        "SELECT id, header FROM job WHERE id IN (SELECT value FROM json_each(?))", (json.dumps(list(jobs)),)
    )
    return {job: tuple(json.loads(header)) for job, header in found}


def add_missing_rows(db: sqlite3.Connection, account: str, job: int) -> None:
    """Keep in a new job the rows that only the account's job before it knows."""
    previous = newest(db, account, job)
    if previous is None:
        return
    header = json.loads(db.execute("SELECT header FROM job WHERE id = ?", (job,)).fetchone()[0])
    names = json.loads(db.execute("SELECT header FROM job WHERE id = ?", (previous,)).fetchone()[0])
    missing = db.execute(
        f"SELECT r.number, r.cells, r.status, r.advice, r.faults, {DECIDING_JOB} AS deciding FROM row r WHERE r.job = ?"
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
                row["deciding"],
                Kept.ELSEWHERE,
                row["faults"] if names == header else "",
            )
            for row in missing
        ),
    )


def account_of(db: sqlite3.Connection, job: int) -> str:
    """The account to which a job belongs."""
    account: str = db.execute("SELECT account FROM job WHERE id = ?", (job,)).fetchone()[0]
    return account


def _is_settled(row: str) -> str:
    """The condition that a person closed the row of that alias."""
    return " OR ".join(f"{row}.advice GLOB '{stored_code(code)}*'" for code in SETTLED)


def accounts_with_settled(db: sqlite3.Connection, account: str | None = None) -> frozenset[str]:
    """The accounts, or that one, of which a person closed a row: few have any, and only there they need counting."""
    found = db.execute(
        "SELECT DISTINCT j.account FROM job j CROSS JOIN row r ON r.job = j.id"
        f" WHERE ({_is_settled('r')}) {'' if account is None else 'AND j.account = ?'}",
        () if account is None else (account,),
    )
    return frozenset(row[0] for row in found.fetchall())


def count_settled(db: sqlite3.Connection, job: int) -> int:
    """How many rows of the file that was read for a job were closed by a person, in whatever job of its list."""
    found = db.execute(
        f"SELECT count(*) FROM row r WHERE r.job = ? AND r.kept < ? AND ({_is_settled('r')}"
        " OR r.before IS NOT NULL AND EXISTS (SELECT 1 FROM row t WHERE t.number = r.number"
        f" AND t.job = {DECIDING_JOB} AND ({_is_settled('t')})))",
        (job, Kept.ELSEWHERE),
    )
    return int(found.fetchone()[0])


def settle(db: sqlite3.Connection, job: int, numbers: Sequence[int], advice: Message, *, arrived: bool) -> None:
    """Close unknown rows after somebody looked, and with each every row that is unknown only because of it.

    Raises SettingsError where one of them is not unknown.
    """
    unknown = "SELECT 1 FROM row WHERE job = ? AND number = ? AND status = 'unknown'"
    others = [number for number in numbers if db.execute(unknown, (job, number)).fetchone() is None]
    if others:
        raise SettingsError(Message("settle.not_unknown", count=len(others), numbers=row_numbers(others), job=job))
    for number in numbers:
        _settle(db, account_of(db, job), number, advice, arrived=arrived)


def _settle(db: sqlite3.Connection, account: str, number: int, advice: Message, *, arrived: bool) -> None:
    db.execute(
        "UPDATE row SET advice = ?1, before = CASE WHEN ?2 THEN before END,"
        " status = CASE WHEN NOT ?2 THEN 'not sent' WHEN EXISTS"
        " (SELECT 1 FROM attempt a WHERE a.job = row.job AND a.number = row.number) THEN 'accepted'"
        " ELSE 'skipped' END WHERE status = 'unknown' AND (fingerprint IN (SELECT fingerprint FROM row o"
        " JOIN job j ON j.id = o.job WHERE j.account = ?3 AND o.number = ?4 AND o.status = 'unknown')"
        " OR (number = ?4 AND job IN (SELECT id FROM job WHERE account = ?3)))",
        (stored_advice(advice), arrived, account, number),
    )


def runs(db: sqlite3.Connection, account: str) -> list[RunRecord]:
    """Every run of every job of an account, the oldest first."""
    found = db.execute(
        "SELECT r.job, r.started_at, r.ended_at, j.user, j.machine, j.version, j.template_sha256, j.destination,"
        " (SELECT count(*) FROM attempt a WHERE a.run = r.id) AS requests, r.stopped, j.taken_from"
        " FROM run r JOIN job j ON j.id = r.job WHERE j.account = ? ORDER BY r.id",
        (account,),
    )
    return [RunRecord(**{**dict(row), "stopped": read_reason(row["stopped"])}) for row in found.fetchall()]


def note_workbook(db: sqlite3.Connection, digest: str, account: str, job: int) -> None:
    """Write down that a result workbook with these rows is known."""
    db.execute(
        "INSERT OR REPLACE INTO workbook (digest, account, job, written_at) VALUES (?, ?, ?, ?)",
        (digest, account, job, now()),
    )


def workbook_known_since(db: sqlite3.Connection, account: str, digest: str, *, from_here: bool) -> str | None:
    """When a result workbook with these rows became known; None if it isn't. `from_here`: as one written here."""
    condition = "AND job.taken_from IS NULL" if from_here else ""
    found = db.execute(
        "SELECT written_at FROM workbook JOIN job ON job.id = workbook.job"
        f" WHERE workbook.account = ? AND digest = ? {condition}",
        (account, digest),
    ).fetchone()
    return None if found is None else found[0]


def headers(db: sqlite3.Connection, account: str) -> Mapping[int, tuple[str, ...]]:
    """The jobs of an account, and the header of each."""
    return _headers(db, [row[0] for row in db.execute("SELECT id FROM job WHERE account = ?", (account,)).fetchall()])
