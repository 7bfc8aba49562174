"""Rows and their requests, read as values of the model."""

import json
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence

from uploader.journal.protocols import MOST_ANSWERS, OTHER_ANSWERS
from uploader.journal.sql.database import ALL_ROWS, Database, Record
from uploader.journal.sql.prior import first_of
from uploader.journal.sql.text import (
    IS_TOLD,
    cells_of,
    cells_of_each,
    differ,
    faults_of,
    kept_of,
    numbers_as_json,
    same_request,
)
from uploader.journal.stored_messages import read_advice, read_detail
from uploader.model.job import Attempt, AttemptKey, RowResult, RowState, Settlement
from uploader.model.rows import MAY_HAVE_ARRIVED, Row, Status
from uploader.model.summary import AnswerCount

_LAST_KEPT = (
    "(SELECT kept FROM attempt z INDEXED BY attempt_by_row WHERE z.job = r.job AND z.number = r.number"
    " AND z.fingerprint = r.fingerprint ORDER BY z.id DESC LIMIT 1)"
)
"""Of a row that no attempt decides: of its last of the same request. What was answered to other cells is not its."""
_RESULTS = (
    "SELECT r.number, r.cells, r.status, r.advice, r.fingerprint, r.faults, r.settled, a.cells AS sent,"
    f" a.code, a.message, a.http_status, a.sent_at, a.duration_ms, coalesce(a.kept, {_LAST_KEPT}),"
    " a.request_id, r.kept AS told,"
    " (SELECT count(*) FROM attempt INDEXED BY attempt_by_row WHERE job = r.job AND number = r.number) AS attempts"
    " FROM row r LEFT JOIN attempt a ON a.id = r.attempt WHERE r.job = :job AND r.number > :after"
)
_IN_ORDER = (
    "SELECT id, row_number() OVER (PARTITION BY number ORDER BY id)"
    " FROM attempt INDEXED BY attempt_by_row WHERE job = ? ORDER BY id"
)
"""What is sorted here is small; the requests themselves are read afterwards, some at a time."""
_ATTEMPTS = (
    "SELECT id, number, sent_at, verdict, code, message, http_status, duration_ms, detail, kept,"
    " CASE WHEN ? = 1 THEN cells ELSE '[]' END FROM attempt"
    " WHERE id IN (SELECT CAST(value AS BIGINT) FROM json_each(?)) ORDER BY id"
)
_AT_ONCE = 500
_STATUSES = {str(status): status for status in Status}
_LAST_IN_DOUBT = "SELECT request_id FROM attempt WHERE id = " + first_of(
    "max",
    f"SELECT id FROM attempt INDEXED BY attempt_in_doubt WHERE {same_request('{print}')} AND taken = 'maybe'"
    " ORDER BY id DESC LIMIT 1",
)
_NEWEST_ACCEPTED = "SELECT code, message, http_status, sent_at, duration_ms, kept FROM attempt WHERE id = " + first_of(
    "max",
    f"SELECT id FROM attempt INDEXED BY attempt_accepted WHERE {same_request('{print}')} AND taken = 'yes'"
    " ORDER BY id DESC LIMIT 1",
)
_HAS_TEXT = """
 AND (has_cell(r.cells, :text) OR has_cell(r.kept, :text) OR has_cell(a.cells, :text) OR has_cell(a.kept, :text)
    OR contains(a.code, :text) OR contains(a.message, :text))
"""


def results(
    db: Database, job: int, status: Status | None, text: str, after: int, skip: int, limit: int | None
) -> Iterator[RowResult]:
    """The outcome of rows, in the list's order; see `Journal.rows`."""
    header, fields = db.execute("SELECT header, fields FROM job WHERE id = ?", (job,)).fetchone()
    width, sent = len(json.loads(header)), set(json.loads(fields).values())
    statement = _RESULTS + (" AND r.status = :status" if status is not None else "") + (_HAS_TEXT if text else "")
    facts = {
        "job": job,
        "after": after,
        "status": status,
        "text": text.casefold(),
        "skip": skip,
        "limit": ALL_ROWS if limit is None else limit,
    }
    found = (db.stream if limit is None else db.execute)(
        f"{statement} ORDER BY r.number LIMIT :limit OFFSET :skip", facts
    )
    for row in found:
        (
            number,
            stored,
            status,
            advice,
            fingerprint,
            faults,
            settled,
            sent_cells,
            *answer,
            request_id,
            told,
            attempts,
        ) = row
        if status == Status.SKIPPED:
            answer = _accepted(db, fingerprint) or answer
        elif status != Status.UNKNOWN:
            request_id = ""
        elif sent_cells is None:  # held back: another row's request may have arrived
            request_id = _in_doubt(db, fingerprint)
        code, message, http_status, sent_at, duration_ms, kept = answer
        may_have_arrived = _STATUSES[status] in MAY_HAVE_ARRIVED
        cells, held_back = _shown(stored, sent_cells if may_have_arrived else None, sent, width)
        yield RowResult(
            row=Row(number, cells),
            status=_STATUSES[status],
            code=code or "",
            message=message or "",
            advice=read_advice(advice),
            http_status=http_status,
            attempts=attempts,
            sent_at=sent_at,
            duration_ms=duration_ms,
            faults=faults_of(faults),
            held_back=held_back,
            settled=settled,
            kept=kept_of(kept or (told if status == Status.SKIPPED else "")),
            request_id=request_id or "",
        )


def _shown(
    stored: str, stored_as_sent: str | None, sent: Collection[int], width: int
) -> tuple[tuple[str, ...], Mapping[int, str]]:
    """A row's cells, and those that were edited since they were sent; `sent`: the columns that fill fields, from 0."""
    latest = cells_of(stored, width)
    if not stored_as_sent or stored_as_sent == stored:
        return latest, {}
    then = cells_of(stored_as_sent, width) or latest  # what was sent may have been forgotten
    cells = tuple(then[at] if at in sent else cell for at, cell in enumerate(latest))
    return cells, {at: cell for at, cell in enumerate(latest) if at in sent and cell != cells[at]}


def _accepted(db: Database, fingerprint: str | None) -> Record | None:
    """What was answered to the newest attempt by which the same request was accepted."""
    row: Record | None = db.execute(_NEWEST_ACCEPTED, {"fingerprint": fingerprint}).fetchone()
    return row


def _in_doubt(db: Database, fingerprint: str | None) -> str | None:
    """The id of the newest attempt of which nobody knows whether the same request arrived by it."""
    found = db.execute(_LAST_IN_DOUBT, {"fingerprint": fingerprint}).fetchone()
    return None if found is None else found[0]


def count(db: Database, job: int, text: str) -> Counter[Status]:
    """How many rows there are of each status, or of those with that text."""
    condition = _HAS_TEXT if text else ""
    join = " LEFT JOIN attempt a ON a.id = r.attempt" if text else ""
    statement = f"SELECT r.status, count(*) FROM row r{join} WHERE r.job = :job{condition} GROUP BY r.status"
    found = db.execute(statement, {"job": job, "text": text.casefold()})
    return Counter({Status(status): count for status, count in found.fetchall()})


def states(db: Database, job: int, numbers: Sequence[int]) -> dict[int, RowState]:
    """What is known of these rows."""
    header, fields = db.execute("SELECT header, fields FROM job WHERE id = ?", (job,)).fetchone()
    width = len(json.loads(header))
    found = db.execute(
        f"SELECT r.number, r.cells, r.status, r.waits, a.cells AS sent, run.taken_from, {IS_TOLD} AS is_told,"
        " (SELECT max(sent_at) FROM attempt INDEXED BY attempt_by_row WHERE job = r.job AND number = r.number) AS at"
        " FROM row r LEFT JOIN attempt a ON a.id = r.attempt LEFT JOIN run ON run.id = a.run"
        " WHERE r.job = ? AND r.number IN (SELECT CAST(value AS BIGINT) FROM json_each(?))",
        (job, numbers_as_json(numbers)),
    )
    return {
        row["number"]: RowState(
            status=Status(row["status"]),
            cells=cells_of(row["cells"], width),
            sent=(row["sent"] and cells_of(row["sent"], width)) or None,
            job=job,
            at=row["at"] or "",
            waits=bool(row["waits"]),
            is_recovered=row["taken_from"] is not None or bool(row["is_told"]),
            has_other_cells=differ(row["cells"], row["sent"], fields),
        )
        for row in found.fetchall()
    }


def unsent_cells(db: Database, job: int, numbers: Sequence[int]) -> dict[int, Sequence[str]]:
    """The cells of the rows from the first to the last of these numbers that are `not sent`."""
    found = db.execute(
        # Not by the index of statuses, which has no cells.
        "SELECT number, cells FROM row WHERE job = ? AND number BETWEEN ? AND ? AND +status = 'not sent'",
        (job, numbers[0], numbers[-1]),
    ).fetchall()
    unsent, stored = zip(*found, strict=True) if found else ((), ())
    return dict(zip(unsent, cells_of_each(stored), strict=True))


def numbers(db: Database, job: int, status: Status, most: int | None) -> list[int]:
    """The numbers of the rows of that status, in the list's order."""
    found = db.execute(
        "SELECT number FROM row WHERE job = ? AND status = ? ORDER BY number LIMIT ?",
        (job, status, ALL_ROWS if most is None else most),
    )
    return [number for (number,) in found.fetchall()]


def last_number(db: Database, job: int) -> int:
    """The highest number of a row that the job knows; 0 where it has none."""
    return db.execute("SELECT max(number) FROM row WHERE job = ?", (job,)).fetchone()[0] or 0


def attempts(db: Database, job: int, *, with_cells: bool = False) -> Iterator[Attempt]:
    """Every request that was made for a list, in the order of their leaving."""
    in_order = db.stream(_IN_ORDER, (job,))
    while some := in_order.fetchmany(_AT_ONCE):
        found = db.execute(_ATTEMPTS, (with_cells, numbers_as_json(key for key, _ in some)))
        nth = dict(some)
        for key, number, sent_at, verdict, code, message, http_status, duration_ms, detail, kept, cells in found:
            yield Attempt(
                row=number,
                nth=nth[key],
                sent_at=sent_at,
                verdict=verdict,
                code=code,
                message=message,
                http_status=http_status,
                duration_ms=duration_ms,
                detail=read_detail(detail),
                job=job,
                cells=cells_of(cells) if with_cells else (),
                kept=kept_of(kept),
            )


def attempt_keys(db: Database, job: int) -> frozenset[AttemptKey]:
    """By what every request that was made for a list is known again in a workbook."""
    found = db.execute("SELECT number, substr(sent_at, 1, 19), duration_ms FROM attempt WHERE job = ?", (job,))
    return frozenset(AttemptKey(*row) for row in found.fetchall())


def settlements(db: Database, job: int) -> list[Settlement]:
    """Every row that a person closed, the oldest first."""
    found = db.execute(
        'SELECT number, found, at, "user", machine FROM settlement WHERE job = ? ORDER BY at, id', (job,)
    )
    return [Settlement(*row) for row in found.fetchall()]


def answers(db: Database, job: int) -> list[AnswerCount]:
    """How many rows ended with which answer, the most first.

    Invalid and skipped rows are one entry each without advice: every row has its own. Where an API answers each row in
    other words, there are as many answers as rows: of each status only the first `MOST_ANSWERS` are told apart.
    """
    found = db.execute(
        "SELECT r.status, coalesce(a.code, ''), coalesce(a.message, ''),"
        " CASE WHEN r.status IN ('invalid', 'skipped') THEN '' ELSE r.advice END, count(*) AS rows"
        " FROM row r LEFT JOIN attempt a ON a.id = r.attempt"
        " WHERE r.job = ? GROUP BY 1, 2, 3, 4 ORDER BY rows DESC, 1, 2, 3, 4",
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
