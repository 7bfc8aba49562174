"""Why a run stops and what it waits for, as sentences: in every language, without a full stop."""

import pytest

from uploader.errors import JournalError
from uploader.i18n import Message, render
from uploader.model import advice
from uploader.model.outcomes import Outcome, Verdict
from uploader.sending import reasons

NOT_FREE = Message("failure.no_free_connection")
SAID = Outcome(Verdict.STOP, advice.NONE, message=" TOKEN LIMIT ", http_status=403)
REASONS = {
    "interrupted": reasons.INTERRUPTED,
    "the API refused the request: TOKEN LIMIT": reasons.refused(SAID),
    "the API is not taking requests at the moment: SHUT": reasons.paused("SHUT."),
    "the API is not taking requests at the moment: it refused the last rows": reasons.paused(""),
    "the API has not taken a request for 48 hours: CLOSED": reasons.paused_too_long("CLOSED"),
    "the API is not taking requests at the moment: CLOSED": reasons.wait_for_pause("CLOSED"),
    "the API has asked to slow down for 120 seconds and has not taken a row: TOKEN LIMIT": reasons.slow_down(SAID),
    "the API could not be reached in 7 attempts: TOKEN LIMIT": reasons.out_of_reach(7, SAID),
    "the first 3 rows got no usable answer": reasons.unknown_from_the_start(3),
    "5 rows in a row got no usable answer": reasons.too_many_unknown(5),
    "1,000 rows in a row were rejected for the same reason, so check the list or the API: TOKEN LIMIT": (
        reasons.too_many_alike(1000, SAID)
    ),
    "5 requests in a row, each for several rows, got no usable answer": reasons.too_many_unknown(5, shared=True),
    "25 requests in a row, each for several rows, were rejected for the same reason, so check the list or the API: "
    "TOKEN LIMIT": reasons.too_many_alike(25, SAID, shared=True),
    "no connection was free": reasons.refused(Outcome(Verdict.STOP, advice.NONE, detail=NOT_FREE)),
    "the journal failed. The disk is full": reasons.journal_failed(
        JournalError(Message("text", text="The disk is full."))
    ),
    "an unanswered request may still count against the API's limit": reasons.WAIT_FOR_PLACE,
    "another uploader is sending the same rows; this one is waiting for the outcome": (reasons.WAIT_FOR_OTHER_RUN),
    "another uploader has been sending the same rows for 15 minutes without a result, so it may be "
    "suspended. Close it": reasons.OTHER_RUN_HALTED,
    "the API asked to slow down": reasons.WAIT_TO_SLOW_DOWN,
    "the API could not be reached": reasons.WAIT_TO_REACH,
}


@pytest.mark.parametrize("english", REASONS)
def test_a_reason_is_a_sentence_in_every_language(english: str) -> None:
    reason = REASONS[english]
    assert render(reason, "en") == english
    others = {render(reason, language) for language in ("es", "pt")}
    assert len({english, *others}) == 3
    assert not any(sentence.endswith(".") or "{" in sentence for sentence in others)


def test_one_is_not_several() -> None:
    assert render(reasons.out_of_reach(1, SAID), "en") == "the API could not be reached in 1 attempt: TOKEN LIMIT"
    assert render(reasons.too_many_unknown(1), "en") == "1 row got no usable answer"


@pytest.mark.parametrize(
    ("outcome", "cause"),
    [
        (SAID, "TOKEN LIMIT"),
        (Outcome(Verdict.STOP, advice.NONE, http_status=405, detail=Message("text", text="<html>")), "HTTP 405"),
        (Outcome(Verdict.OUT_OF_REACH, advice.NONE, detail=NOT_FREE), NOT_FREE),
    ],
)
def test_the_cause_is_what_the_api_said_or_else_what_happened(outcome: Outcome, cause: str | Message) -> None:
    assert reasons.refused(outcome) == Message("stop.refused", why=cause)
