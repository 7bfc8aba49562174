"""The outcomes of rows and requests, read as values of the model."""

import json
import sqlite3
from collections import Counter
from collections.abc import Collection, Iterator, Mapping

from uploader.journal.protocols import MOST_ANSWERS, OTHER_ANSWERS
from uploader.journal.rows import Kept
from uploader.journal.sqlite import list_jobs
from uploader.journal.stored_messages import read_advice, read_detail
from uploader.model.job import Attempt, AttemptKey, RowResult, arranged
from uploader.model.rows import Row, Status
from uploader.model.summary import AnswerCount


def results(db: sqlite3.Connection, job: int) -> Iterator[RowResult]:
    """The outcome of every row in all jobs of its list, of which this is the newest, with its last attempt.

    A row that this job did not send is as an earlier job left it, if that accepted it or got no usable answer: with the
    cells that were sent. Columns that are not sent have the latest cells. A skipped row carries the answer to the
    request that was accepted before. In the list's order; memory stays flat.
    """
    account, fields = db.execute("SELECT account, fields FROM job WHERE id = ?", (job,)).fetchone()
    sent = set(json.loads(fields).values())
    headers = list_jobs.headers(db, account)
    found = db.execute(
        "SELECT r.number, r.job AS asked, r.cells AS latest, r.kept, r.status AS here, t.job, t.cells, t.status,"
        " t.advice, t.fingerprint, t.faults,"
        " a.code, a.message, a.http_status, a.sent_at, a.duration_ms, (SELECT count(*) FROM attempt"
        " WHERE number = r.number AND job IN (SELECT value FROM json_each(?2))) AS attempts"
        f" FROM row r JOIN row t ON t.number = r.number AND t.job = {list_jobs.DECIDING_JOB}"
        " LEFT JOIN attempt a ON a.id = (SELECT max(id) FROM attempt WHERE job = t.job AND number = t.number)"
        " WHERE r.job = ?1 ORDER BY r.number",
        (job, json.dumps(list(headers))),
    )
    for row in found:
        answer = _accepted(db, row["fingerprint"]) if row["status"] == Status.SKIPPED else None
        yield _result(row, answer or row, sent, headers)


def _result(
    row: sqlite3.Row, answer: sqlite3.Row, sent: Collection[int], headers: Mapping[int, tuple[str, ...]]
) -> RowResult:
    """`sent`: the columns that fill fields, from 0; `headers`: those of all jobs of the list."""
    cells = latest = json.loads(row["latest"])
    if row["job"] != row["asked"] and row["cells"] != "[]":  # an earlier job's may have been forgotten
        before = arranged(json.loads(row["cells"]), headers[row["job"]], headers[row["asked"]], latest)
        cells = [before[column] if column in sent else cell for column, cell in enumerate(latest)]
    is_held_back = row["here"] in (Status.SKIPPED, Status.UNKNOWN) and not row["kept"]
    return RowResult(
        row=Row(row["number"], tuple(cells)),
        status=Status(row["status"]),
        code=answer["code"] or "",
        message=answer["message"] or "",
        advice=read_advice(row["advice"]),
        http_status=answer["http_status"],
        attempts=row["attempts"],
        sent_at=answer["sent_at"],
        duration_ms=answer["duration_ms"],
        faults=json.loads(row["faults"] or "[]"),
        held_back={at: latest[at] for at in sent if is_held_back and latest[at] != cells[at]},
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
            verdict=row["meaning"],
            code=row["code"],
            message=row["message"],
            http_status=row["http_status"],
            duration_ms=row["duration_ms"],
            detail=read_detail(row["detail"]),
            job=row["job"],
            cells=json.loads(row["cells"]),
        )


def attempt_keys(db: sqlite3.Connection, account: str) -> frozenset[AttemptKey]:
    """By what every request that was made for a list is known again in a workbook."""
    found = db.execute(
        "SELECT number, substr(sent_at, 1, 19), duration_ms FROM attempt"
        " WHERE job IN (SELECT id FROM job WHERE account = ?)",
        (account,),
    )
    return frozenset(AttemptKey(number, sent_at, duration) for number, sent_at, duration in found)


def last_row_number(db: sqlite3.Connection, job: int) -> int:
    """The highest number of a row that the job knows; 0 where it has none."""
    return db.execute("SELECT max(number) FROM row WHERE job = ?", (job,)).fetchone()[0] or 0


def count_rows_elsewhere(db: sqlite3.Connection, job: int) -> int:
    """How many rows of its list the job knows that are not in the file that was read for it."""
    found = db.execute("SELECT count(*) FROM row WHERE job = ? AND kept = ?", (job, Kept.ELSEWHERE))
    return int(found.fetchone()[0])


def rows_with(db: sqlite3.Connection, job: int, status: Status, most: int) -> list[int]:
    """The numbers of the first `most` rows of a job that have that status, in the list's order."""
    found = db.execute(
        "SELECT number FROM row WHERE job = ? AND status = ? AND kept < ? ORDER BY number LIMIT ?",
        (job, status, Kept.ELSEWHERE, most),
    )
    return [number for (number,) in found]


def answers(db: sqlite3.Connection, job: int) -> list[AnswerCount]:
    """How many rows ended with which answer, the most first.

    Invalid and skipped rows are one entry each without advice: every row has its own. Where an API answers each row in
    other words, there are as many answers as rows: of each status only the first `MOST_ANSWERS` are told apart.
    """
    found = db.execute(
        "SELECT r.status, coalesce(a.code, ''), coalesce(a.message, ''),"
        " CASE WHEN r.status IN ('invalid', 'skipped') THEN '' ELSE r.advice END, count(*) AS rows"
        " FROM row r LEFT JOIN attempt a ON a.id ="
        " (SELECT max(id) FROM attempt WHERE job = r.job AND number = r.number)"
        " WHERE r.job = ? AND r.kept = 0 GROUP BY 1, 2, 3, 4 ORDER BY rows DESC, 1, 2, 3, 4",
        (job,),
    )
    counted: list[AnswerCount] = []
    apart, others = Counter[str](), Counter[str]()
    for status, code, message, advice, rows in found:
        if apart[status] < MOST_ANSWERS:
            apart[status] += 1
            counted.append(AnswerCount(Status(status), code, message, read_advice(advice), rows))
        else:
            others[status] += rows
    return counted + [AnswerCount(Status(status), "", "", OTHER_ANSWERS, rows) for status, rows in others.most_common()]
