"""Why a run stops and what it waits for, as messages. Their sentences have no full stop: they go into others."""

from collections.abc import Sequence

from uploader.errors import JournalError
from uploader.i18n import Fact, Message
from uploader.model.outcomes import Completion, Outcome, Verdict
from uploader.model.rows import Status
from uploader.sending.scheduling.pacing import LONGEST_PAUSE_SECONDS, THROTTLED_SECONDS
from uploader.sending.scheduling.rows_aside import LONGEST_ASIDE_SECONDS

INTERRUPTED = Message("stop.interrupted")
_LAST_ROWS_REFUSED = Message("stop.last_rows_refused")
"""Said where the API has given no reason of its own."""

STOPPED_ELSEWHERE = "stop.elsewhere"
WAIT_FOR_PLACE = Message("wait.for_place")
"""A request that got no answer may still count against the API's limit."""
WAIT_FOR_OTHER_RUN = Message("wait.other_run")
"""The rows that are left are under way in another run; what comes of them there decides."""
OTHER_RUN_HALTED = Message("stop.other_run_halted", minutes=round(LONGEST_ASIDE_SECONDS / 60))
WAIT_TO_SLOW_DOWN = Message("wait.slow_down")
WAIT_TO_REACH = Message("wait.out_of_reach")


def cause_of(outcome: Outcome) -> Fact:
    """What the API said, or how the request failed."""
    return outcome.message.strip() or (f"HTTP {outcome.http_status}" if outcome.http_status else outcome.detail)


def refused(outcome: Outcome) -> Message:
    """The API takes nothing from us as we are, or something in between lets nothing through."""
    if outcome.verdict is Verdict.STOP and outcome.http_status is None and outcome.detail is not None:
        return outcome.detail
    return Message("stop.refused", why=cause_of(outcome))


def paused(cause: Fact) -> Message:
    """The API takes nothing for a while. `cause` is in its own words, or "" where only the last rows say so."""
    return Message("stop.paused", why=cause or _LAST_ROWS_REFUSED)


def paused_too_long(cause: Fact) -> Message:
    """It has taken nothing for as long as we wait."""
    return Message("stop.paused_too_long", hours=round(LONGEST_PAUSE_SECONDS / 3600), why=cause or _LAST_ROWS_REFUSED)


def wait_for_pause(cause: Fact) -> Message:
    """A row tries now and then whether the pause is over."""
    return Message("wait.paused", why=cause or _LAST_ROWS_REFUSED)


def cause_of_pause(waits_for: Message | None) -> Fact:
    """What the API said, where another sender waits for the end of a pause for this reason."""
    return "" if waits_for is None else waits_for.facts.get("why", "")


def stopped_elsewhere(why: Message | None) -> Message:
    """Another sender of the list has found a reason that holds for all."""
    return Message(STOPPED_ELSEWHERE, why=why or _LAST_ROWS_REFUSED)


def slow_down(outcome: Outcome) -> Message:
    """It has done nothing for a while but ask us to slow down."""
    return Message("stop.slow_down", seconds=round(THROTTLED_SECONDS), why=cause_of(outcome))


def out_of_reach(tries: int, outcome: Outcome) -> Message:
    """No request arrived, in so many attempts."""
    return Message("stop.out_of_reach", count=tries, why=cause_of(outcome))


def unknown_from_the_start(rows: int) -> Message:
    """None of the first rows got an answer that says yes or no."""
    return Message("stop.unknown_from_the_start", count=rows)


def too_many_unknown(count: int, *, shared: bool = False) -> Message:
    """So many rows in a row got none, or requests where rows share them."""
    return Message("stop.too_many_unknown_requests" if shared else "stop.too_many_unknown", count=count)


def too_many_alike(count: int, outcome: Outcome, *, shared: bool = False) -> Message:
    """So many rows in a row were rejected with the same answer, or requests where rows share them."""
    code = "stop.too_many_alike_requests" if shared else "stop.too_many_alike"
    return Message(code, count=count, why=cause_of(outcome))


def journal_failed(error: JournalError) -> Message:
    """What was sent or answered can't be recorded."""
    return Message("stop.journal", why=error.message)


def not_recorded(error: JournalError, completions: Sequence[Completion]) -> Message:
    """Answers are lost: every row whose answer that is, by what it meant."""
    rows: dict[Status, list[str]] = {}
    for done in completions:
        rows.setdefault(done.status, []).append(str(done.dispatch.row.number))
    by_status = tuple(
        Message(f"journal.unrecorded.{status.replace(' ', '_')}", count=len(numbers), rows=numbers)
        for status, numbers in rows.items()
    )
    return Message("journal.not_recorded", why=error.message, rows=by_status)
