"""What a result workbook from elsewhere says, written down."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from uploader.journal.clock import now
from uploader.journal.rows import RecoveredRow
from uploader.journal.sql.database import Database
from uploader.journal.sql.endings import TAKEN
from uploader.journal.sql.jobs import insert_job, update_job
from uploader.journal.sql.rows import numbers
from uploader.journal.sql.settling import settle
from uploader.journal.sql.text import as_json, path_as_text, stored_kept
from uploader.journal.stored_messages import stored_advice, stored_detail
from uploader.model import advice
from uploader.model.job import Attempt, NewJob, RowResult, Sender, Settlement
from uploader.model.outcomes import Verdict
from uploader.model.rows import MAY_HAVE_ARRIVED, Status

_ANSWERED = (Status.ACCEPTED, Status.UNKNOWN, Status.REJECTED)
_DECIDED = {Status.ACCEPTED: "yes", Status.UNKNOWN: "maybe"}
"""Whether the API has the request that decides a row, by the row's status; else it has not."""
_FITTING: Mapping[Status, Sequence[Collection[str]]] = {
    Status.ACCEPTED: (["yes"], ["maybe"]),  # by the API's word, else by that of a person who looked
    Status.UNKNOWN: (["maybe"],),
    Status.REJECTED: (["no"],),
    Status.NOT_SENT: (["no", "maybe"],),  # a person found that it did not arrive
}
"""Which attempts may decide a row, by its status and by whether the API has them; the best first."""
_UPSERT = (
    "INSERT INTO row (job, number, cells, status, advice, fingerprint, settled, kept, faults, waits)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, '', 0)"
    " ON CONFLICT (job, number) DO UPDATE SET cells = excluded.cells, status = excluded.status,"
    " advice = excluded.advice, fingerprint = excluded.fingerprint, settled = excluded.settled, kept = excluded.kept,"
    " faults = '', waits = 0, attempt = NULL"
)
_ATTEMPT = (
    "INSERT INTO attempt (job, number, run, sent_at, cells, fingerprint, taken, verdict, code, message, http_status,"
    " duration_ms, detail, kept, request_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_SETTLEMENT = (
    'INSERT INTO settlement (job, number, found, at, "user", machine)'
    " SELECT job, number, CAST(:found AS TEXT), CAST(:at AS TEXT), :user, :machine FROM row"
    " WHERE job = :job AND number = :number AND NOT EXISTS (SELECT 1 FROM settlement s WHERE s.job = row.job"
    " AND s.number = row.number AND s.found = :found AND s.at = :at)"
)


def recover(
    db: Database,
    new: NewJob,
    sender: Sender,
    rows: Iterable[RecoveredRow],
    attempts: Iterable[Attempt],
    settlements: Iterable[Settlement],
    path: Path,
    job: int | None,
) -> int:
    """Write down the rows of a workbook that another journal wrote, and the requests made for them."""
    number = insert_job(db, new) if job is None else update_job(db, new, job)
    attempts = list(attempts)
    times = [attempt.sent_at for attempt in attempts] or [db.now()]
    run = db.inserted(
        'INSERT INTO run (job, started_at, ended_at, "user", machine, version, template_sha256, destination,'
        " taken_from) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (number, min(times), max(times), *sender, new.template_sha256, new.destination, path_as_text(path)),
    )
    of_row: dict[int, list[Attempt]] = {}
    for one in attempts:
        of_row.setdefault(one.row, []).append(one)
    closed: list[Settlement] = []
    for recovered in rows:
        if recovered.settlement is None:
            _recover(db, number, run, recovered, of_row.get(recovered.row.number, []))
        else:
            closed.append(recovered.settlement)
    _settle(db, number, closed)
    for settlement in settlements:
        facts = {"found": settlement.found, "at": settlement.at, "user": settlement.user, "machine": settlement.machine}
        db.execute(_SETTLEMENT, {"job": number, "number": settlement.row, **facts})
    return number


def _settle(db: Database, job: int, settlements: Iterable[Settlement]) -> None:
    """Close unknown rows as their own computer did: those that somebody closed at once, at once."""
    at_once: dict[tuple[str, ...], list[Settlement]] = defaultdict(list)
    for one in settlements:
        at_once[one.found, one.at, one.user, one.machine].append(one)
    for (found, at, who, _), some in at_once.items():
        unknown = set(numbers(db, job, Status.UNKNOWN, None))  # those before may have closed more: the same requests
        left = [one for one in some if one.row in unknown]
        if left:
            when = datetime.fromisoformat(at).astimezone()
            settle(db, job, left, advice.settled(arrived=found == "arrived", who=who, when=when))


def _recover(db: Database, job: int, run: int, recovered: RecoveredRow, attempts: list[Attempt]) -> None:
    row, result, fingerprint, _ = recovered
    cells = as_json(row.cells)
    told = stored_kept(result.kept) if result.status is Status.SKIPPED else ""  # of others its requests have them
    values = (job, row.number, cells, result.status, stored_advice(result.advice), fingerprint, result.settled, told)
    db.execute(_UPSERT, values)
    attempts, decides = _with_deciding(attempts, result)
    sent = cells if fingerprint is not None else as_json([])  # edited since: nobody knows what was sent
    for one in attempts:
        taken = _DECIDED.get(result.status, "no") if one is decides else _taken(one)
        answer = (one.verdict, one.code, one.message, one.http_status, one.duration_ms, stored_detail(one.detail))
        kept = stored_kept(one.kept or (result.kept if one is decides else {}))
        place = (job, row.number, run, one.sent_at, sent, fingerprint if taken != "no" else None, taken)
        attempt = db.inserted(_ATTEMPT, (*place, *answer, kept, (one is decides and result.request_id) or None))
        if one is decides:
            db.execute("UPDATE row SET attempt = ? WHERE job = ? AND number = ?", (attempt, job, row.number))


def _with_deciding(attempts: list[Attempt], result: RowResult) -> tuple[list[Attempt], Attempt | None]:
    """The attempts of a row, and the one that decides its status: the last that fits it, if any does."""
    has_answer = result.sent_at is not None or result.status in MAY_HAVE_ARRIVED
    fitting = _FITTING.get(result.status, ()) if has_answer else ()
    for wanted in fitting:
        found = next((one for one in reversed(attempts) if _taken(one) in wanted), None)
        if found is not None:
            return attempts, found
    if fitting or (result.attempts and not attempts):
        own = _last_attempt(result)  # somebody took the sheet of requests away, or lines of it: the row has the last
        return [*attempts, own], own if fitting else None
    return attempts, None


def _taken(attempt: Attempt) -> str:
    """Whether the API has the request of an attempt, by its own answer."""
    try:
        return TAKEN.get(Verdict(attempt.verdict), "no") if attempt.verdict else "maybe"
    except ValueError:  # not a word of ours
        return "maybe"


def _last_attempt(result: RowResult) -> Attempt:
    verdict = result.status if result.status in _ANSWERED else ""
    return Attempt(
        row=result.row.number,
        nth=1,
        sent_at=result.sent_at or now(),
        verdict=verdict,
        code=result.code,
        message=result.message,
        http_status=result.http_status,
        duration_ms=result.duration_ms,
        detail=None,
        job=0,
        kept=result.kept,
    )
