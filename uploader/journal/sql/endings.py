"""How a request ended, as it is written down: the answer into its attempt, and what it means into its row."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from uploader.journal.sql.database import Database
from uploader.journal.sql.text import stored_kept
from uploader.journal.stored_messages import read_advice, stored_advice, stored_detail
from uploader.model import advice
from uploader.model.outcomes import Completion, Verdict
from uploader.model.rows import Status

TAKEN: Mapping[Verdict, str] = {Verdict.ACCEPTED: "yes", Verdict.UNKNOWN: "maybe"}
"""Whether the API has a request whose attempt ended so; every other verdict is a no."""
_SENT_OTHERWISE = (
    "SELECT 1 FROM attempt now CROSS JOIN attempt a INDEXED BY attempt_by_row"
    " ON a.job = now.job AND a.number = now.number WHERE now.id = ? AND a.taken = 'maybe'"
    " AND coalesce(keyed(a.fingerprint), '') <> coalesce(keyed(now.fingerprint), '') LIMIT 1"
)


class Decision(NamedTuple):
    """What a row is, and by which of its attempts."""

    status: str
    advice: str
    attempt: int | None
    settled: str | None


class Ending(NamedTuple):
    """How the request of one row ended. Texts and numbers alone: it may have to be kept in a file."""

    number: int
    attempt: int
    taken: str
    verdict: str
    code: str
    message: str
    http_status: int | None
    duration_ms: int | None
    detail: str
    kept: str
    status: str
    advice: str
    before: Decision | None
    """What the row was before, if it may have arrived already."""

    @property
    def answer(self) -> Sequence[object]:
        """What the attempt says of it, in the order of its columns."""
        return self[2:10]

    @property
    def waits(self) -> bool:
        """Whether the row goes again."""
        return self.status == Status.NOT_SENT


def ending_of(completion: Completion, attempt: int, before: Decision | None) -> Ending:
    """The ending that a completion is, of that attempt."""
    outcome = completion.outcome
    return Ending(
        number=completion.dispatch.row.number,
        attempt=attempt,
        taken=TAKEN.get(outcome.verdict, "no"),
        verdict=str(outcome.verdict),
        code=_shown(outcome.code),
        message=_shown(outcome.message),
        http_status=outcome.http_status,
        duration_ms=outcome.duration_ms,
        detail=stored_detail(outcome.detail),
        kept=stored_kept(outcome.kept),
        status=str(completion.status),
        advice=stored_advice(outcome.advice),
        before=before,
    )


def _shown(text: str) -> str:
    """A text without the one character that a column can't hold; its picture is in its place."""
    return text.replace("\0", "\N{SYMBOL FOR NULL}")


def decided(db: Database, ending: Ending) -> Decision:
    """What the row is then. One that may have arrived before, and now was refused or did not leave, is that again."""
    before = ending.before
    if before is None or not _still_decides(db, before, ending):
        return Decision(ending.status, ending.advice, ending.attempt, None)
    if before.status == Status.UNKNOWN and not ending.waits:
        told = advice.refused_as_edited(read_advice(before.advice))
        return before._replace(advice=stored_advice(told))
    return before


def _still_decides(db: Database, before: Decision, ending: Ending) -> bool:
    """Whether what a row was before still decides it.

    A no to the very request whose outcome is unknown is an answer. A no to an edited one says nothing about what was
    sent before.
    """
    if ending.status in (Status.ACCEPTED, Status.UNKNOWN):
        return False
    if ending.waits or before.status == Status.ACCEPTED:
        return True
    return db.execute(_SENT_OTHERWISE, (ending.attempt,)).fetchone() is not None
