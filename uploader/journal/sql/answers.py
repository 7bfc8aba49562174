"""What an attempt's row says once its answer came."""

from collections.abc import Mapping, Sequence

from uploader.journal.sql.text import stored_kept
from uploader.journal.stored_messages import stored_detail
from uploader.model.outcomes import Completion, Verdict

TAKEN: Mapping[Verdict, str] = {Verdict.ACCEPTED: "yes", Verdict.UNKNOWN: "maybe"}
"""Whether the API has a request whose attempt ended so; every other verdict is a no."""
SET_ANSWER = (
    "UPDATE attempt SET taken = ?, verdict = ?, code = ?, message = ?, http_status = ?, duration_ms = ?, detail = ?,"
    " kept = ? WHERE id = ?"
)


def answer_of(completion: Completion, attempt: int) -> Sequence[object]:
    """The values of `SET_ANSWER`."""
    outcome = completion.outcome
    taken, detail = TAKEN.get(outcome.verdict, "no"), stored_detail(outcome.detail)
    answer = (outcome.verdict, outcome.code, outcome.message, outcome.http_status, outcome.duration_ms)
    return (taken, *answer, detail, stored_kept(outcome.kept), attempt)
