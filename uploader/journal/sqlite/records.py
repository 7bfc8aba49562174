"""What the journal tells: its rows as the values that everything speaks in."""

import json
import sqlite3
import zlib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from uploader.journal.sqlite import list_jobs
from uploader.model.job import Attempt, Job, RowResult, arranged
from uploader.model.rows import Row, Status

_ANSWERS = 200
_OTHERS = "… other answers"


def job(db: sqlite3.Connection, row: sqlite3.Row) -> Job:
    """A job, with how many of its rows stand where and how its last run ended."""
    counts = db.execute(
        "SELECT status, count(*) FROM row WHERE job = ? AND kept < ? GROUP BY status",
        (row["id"], list_jobs.Kept.ELSEWHERE),
    )
    by_status = {Status(status): count for status, count in counts.fetchall()}
    run = db.execute(
        "SELECT ended_at, stopped FROM run WHERE job = ? ORDER BY id DESC LIMIT 1", (row["id"],)
    ).fetchone()
    kept = db.execute("SELECT text, profile FROM template WHERE sha256 = ?", (row["template_sha256"],)).fetchone()
    text, profile = (None if blob is None else zlib.decompress(blob).decode() for blob in kept or (None, None))
    gone_on = list_jobs.newest(db, row["account"])
    return Job(
        id=row["id"],
        created_at=row["created_at"],
        ended_at=run and run["ended_at"],
        stopped=run and run["stopped"],
        user=row["user"],
        machine=row["machine"],
        list_path=Path(row["list_path"]),
        list_sha256=row["list_sha256"],
        sheet=row["sheet"],
        header=tuple(json.loads(row["header"])),
        fields=json.loads(row["fields"]),
        template=row["template"],
        template_sha256=row["template_sha256"],
        template_text=text or "",
        profile_text=profile,
        destination=row["destination"],
        settings=json.loads(row["settings"]),
        version=row["version"],
        results_path=Path(row["results_path"]),
        counts={status: by_status.get(status, 0) for status in Status},
        forgotten_at=row["forgotten_at"],
        account=row["account"],
        list_name=row["list_name"] or Path(row["list_path"]).name,
        source_sha256=row["source_sha256"],
        redacted=json.loads(row["redacted"]),
        taken_from=row["taken_from"] and Path(row["taken_from"]),
        gone_on_by=gone_on if gone_on is not None and gone_on > row["id"] else None,
    )


def results(db: sqlite3.Connection, job: int) -> Iterator[RowResult]:
    """Where every row stands after all jobs of its list, of which this is the newest, with its last attempt.

    A row that this job did not send stands as an earlier job left it, if that accepted it or got no usable answer: with
    the cells that were sent. In columns that are not sent the latest cells stand. A skipped row carries the answer to
    the request that was accepted before. In the list's order; memory stays flat.
    """
    account, fields = db.execute("SELECT account, fields FROM job WHERE id = ?", (job,)).fetchone()
    sent = set(json.loads(fields).values())
    headers = list_jobs.headers(db, account)
    found = db.execute(
        "SELECT r.number, r.cells AS latest, r.kept, r.status AS here, t.job, t.cells, t.status, t.advice,"
        " t.fingerprint, t.faults,"
        " a.code, a.message, a.http_status, a.sent_at, a.duration_ms, (SELECT count(*) FROM attempt"
        " WHERE number = r.number AND job IN (SELECT value FROM json_each(?2))) AS attempts"
        f" FROM row r JOIN row t ON t.number = r.number AND t.job = {list_jobs.TELLS}"
        " LEFT JOIN attempt a ON a.id = (SELECT max(id) FROM attempt WHERE job = t.job AND number = t.number)"
        " WHERE r.job = ?1 ORDER BY r.number",
        (job, json.dumps(list(headers))),
    )
    for row in found:
        answer = _accepted(db, row["fingerprint"]) if row["status"] == Status.SKIPPED else None
        answer = answer or row
        cells = latest = json.loads(row["latest"])
        if row["job"] != job and row["cells"] != "[]":  # an earlier job's may have been forgotten
            before = arranged(json.loads(row["cells"]), headers[row["job"]], headers[job], latest)
            cells = [before[at] if at in sent else cell for at, cell in enumerate(latest)]
        is_held_back = row["here"] in (Status.SKIPPED, Status.UNKNOWN) and not row["kept"]
        changed = {at: latest[at] for at in sent if is_held_back and latest[at] != cells[at]}
        yield RowResult(
            row=Row(row["number"], tuple(cells)),
            status=Status(row["status"]),
            code=answer["code"] or "",
            message=answer["message"] or "",
            advice=row["advice"],
            http_status=answer["http_status"],
            attempts=row["attempts"],
            sent_at=answer["sent_at"],
            duration_ms=answer["duration_ms"],
            faults=json.loads(row["faults"] or "[]"),
            held_back=changed,
        )


def _accepted(db: sqlite3.Connection, fingerprint: str) -> sqlite3.Row | None:
    """The newest attempt by which the same request was accepted."""
    row: sqlite3.Row | None = db.execute(
        "SELECT a.* FROM row r JOIN attempt a ON a.job = r.job AND a.number = r.number"
        " WHERE r.fingerprint = ? AND r.status = 'accepted' ORDER BY a.id DESC LIMIT 1",
        (fingerprint,),
    ).fetchone()
    return row


def attempts(db: sqlite3.Connection, account: str, *, with_cells: bool = False) -> Iterator[Attempt]:
    """Every request that was made for a list by all its jobs, in the order of their leaving."""
    cells = (
        "(SELECT cells FROM row r WHERE r.job = attempt.job AND r.number = attempt.number)" if with_cells else "'[]'"
    )
    found = db.execute(
        f"SELECT *, row_number() OVER (PARTITION BY number ORDER BY id) AS nth, {cells} AS cells"
        " FROM attempt WHERE job IN (SELECT id FROM job WHERE account = ?) ORDER BY id",
        (account,),
    )
    for row in found:
        yield Attempt(
            row=row["number"],
            nth=row["nth"],
            sent_at=row["sent_at"],
            meaning=row["meaning"],
            code=row["code"],
            message=row["message"],
            http_status=row["http_status"],
            duration_ms=row["duration_ms"],
            detail=row["detail"],
            job=row["job"],
            cells=json.loads(row["cells"]),
        )


def answers(db: sqlite3.Connection, job: int) -> list[tuple[Status, str, str, str, int]]:
    """How many rows stand where for which answer: status, code, message, advice, rows; the most first.

    Invalid and skipped rows are one entry each without advice: every row has its own. Where an API answers each row in
    other words, there are as many answers as rows: of each status only the first `_ANSWERS` are told apart.
    """
    found = db.execute(
        "SELECT r.status, coalesce(a.code, ''), coalesce(a.message, ''),"
        " CASE WHEN r.status IN ('invalid', 'skipped') THEN '' ELSE r.advice END, count(*) AS rows"
        " FROM row r LEFT JOIN attempt a ON a.id ="
        " (SELECT max(id) FROM attempt WHERE job = r.job AND number = r.number)"
        " WHERE r.job = ? AND r.kept = 0 GROUP BY 1, 2, 3, 4 ORDER BY rows DESC, 1, 2, 3, 4",
        (job,),
    )
    told: list[tuple[Status, str, str, str, int]] = []
    shown, others = Counter[str](), Counter[str]()
    for status, code, message, words, rows in found:
        if shown[status] < _ANSWERS:
            shown[status] += 1
            told.append((Status(status), code, message, words, rows))
        else:
            others[status] += rows
    return told + [(Status(status), "", _OTHERS, "", rows) for status, rows in others.most_common()]
