"""The id of a row's next request: that of one of which nobody knows whether it arrived, else a new one."""

from pathlib import Path
from uuid import UUID

import pytest

from tests.journal.builders import ANA, LOOKED, NEW, OTHER, begin, dispatch, rows, settlement, staged
from tests.journal.conformance.conftest import Opened
from uploader.journal import Journal, RecoveredRow
from uploader.model import advice
from uploader.model.job import Attempt, RowResult
from uploader.model.outcomes import STATUS_OF, Completion, Outcome, Verdict
from uploader.model.resend import ResendPolicy
from uploader.model.rows import Row, Status

UNKNOWN = ResendPolicy(unknown=True)
EVERYTHING = ResendPolicy(duplicates=True, unknown=True)


def next_ids(journal: Journal, job: int) -> dict[int, str]:
    found = {one.row.number: one.request_id for one in journal.waiting(job, with_request_ids=True)}
    assert len(set(found.values())) == len(found), "two rows would be taken for one request"
    assert all(str(UUID(one)) == one and UUID(one).version == 4 for one in found.values())
    return found


def sent(
    journal: Journal, job: int, number: int, verdict: Verdict | None, fingerprint: str = "",
    policy: ResendPolicy = UNKNOWN,
) -> str:  # fmt: skip
    """Send a row that waits, with the id that it is to have; the id."""
    request_id = next_ids(journal, job)[number]
    ledger, one = begin(journal, job, policy), dispatch(number, fingerprint=fingerprint, request_id=request_id)
    assert ledger.commit([], [one]) == {}
    if verdict is not None:
        ledger.commit([Completion(one, Outcome(verdict, advice.NONE), STATUS_OF[verdict])], [])
    ledger.end(None)
    return request_id


def test_where_none_are_asked_for_rows_have_none(journal: Journal) -> None:
    job = journal.stage(NEW, rows(2))
    assert [one.request_id for one in journal.waiting(job)] == ["", ""]
    begin(journal, job).commit([], [dispatch(2)])
    journal.ask_again(job, UNKNOWN)
    assert len(next_ids(journal, job)) == 2, "a request without an id gives none"


def test_every_row_has_its_own_over_many_pages(journal: Journal) -> None:
    job = journal.stage(NEW, rows(1_200))
    assert len(next_ids(journal, job)) == 1_200


@pytest.mark.parametrize("verdict", [None, Verdict.UNKNOWN])
def test_a_row_that_may_have_arrived_goes_again_with_the_same_one(
    journal: Journal, open_again: Opened, verdict: Verdict | None
) -> None:
    job = journal.stage(NEW, rows(3))
    first = sent(journal, job, 3, verdict)
    with open_again() as other:  # the process died, and another one goes on
        other.ask_again(job, UNKNOWN)
        assert next_ids(other, job)[3] == first
        assert sent(other, job, 3, Verdict.SLOW_DOWN) == first, "a refusal for going too fast says nothing of the first"
        assert sent(other, job, 3, None) == first


@pytest.mark.parametrize("verdict", [Verdict.REJECTED, Verdict.ACCEPTED])
def test_once_it_was_answered_a_further_request_is_another_one(journal: Journal, verdict: Verdict) -> None:
    job = journal.stage(NEW, rows(1))
    first = sent(journal, job, 2, None)
    journal.ask_again(job, UNKNOWN)
    assert sent(journal, job, 2, verdict) == first
    journal.stage(NEW, [staged(2, waits=True)], job=job)
    assert next_ids(journal, job)[2] != first


def test_a_row_that_was_edited_has_a_new_one_and_as_it_was_the_old_one(journal: Journal) -> None:
    job = journal.stage(NEW, rows(1))
    first = sent(journal, job, 2, None)
    journal.stage(NEW, [staged(2, waits=True, fingerprint="edited")], job=job)
    assert sent(journal, job, 2, None, "edited") != first
    journal.stage(NEW, [staged(2, waits=True)], job=job)
    assert next_ids(journal, job)[2] == first


def test_a_row_that_a_person_found_not_arrived_has_a_new_one(journal: Journal) -> None:
    job = journal.stage(NEW, rows(1))
    first = sent(journal, job, 2, None)
    journal.settle(job, [settlement(2, "not arrived")], LOOKED)
    assert next_ids(journal, job)[2] != first


@pytest.mark.parametrize("is_forgotten", [False, True])
def test_the_same_request_of_another_job_gives_its_id_to_one_row(journal: Journal, is_forgotten: bool) -> None:
    other = journal.stage(OTHER, [staged(2, fingerprint="same")])
    first = sent(journal, other, 2, None, "same")
    if is_forgotten:
        journal.forget([other], everything=False)
    job = journal.stage(NEW, [staged(2), *(staged(number, fingerprint="same") for number in (3, 4))])
    found = next_ids(journal, job)
    assert (found[2] != first, found[3], found[4] != first) == (True, first, True)


def test_two_rows_alike_that_somebody_wants_sent_are_two_requests(journal: Journal) -> None:
    job = journal.stage(NEW, (staged(number, fingerprint="same") for number in (2, 3)))
    first = sent(journal, job, 2, None, "same", EVERYTHING)
    assert next_ids(journal, job)[3] != first
    journal.ask_again(job, EVERYTHING)
    assert next_ids(journal, job)[2] == first


@pytest.mark.parametrize("verdict", [Verdict.REJECTED, Verdict.ACCEPTED])
def test_once_another_row_got_an_answer_with_its_id_a_further_request_is_another_one(
    journal: Journal, verdict: Verdict
) -> None:
    other = journal.stage(OTHER, [staged(2, fingerprint="same")])
    first = sent(journal, other, 2, None, "same")
    job = journal.stage(NEW, [staged(2, fingerprint="same")])
    assert sent(journal, job, 2, verdict, "same") == first
    journal.stage(NEW, [staged(2, waits=True, fingerprint="same")], job=job)
    assert next_ids(journal, job)[2] != first


def test_an_own_request_comes_before_that_of_another_job(journal: Journal) -> None:
    job = journal.stage(NEW, [staged(2, fingerprint="same")])
    own = sent(journal, job, 2, None, "same")
    journal.ask_again(job, UNKNOWN)
    other = journal.stage(OTHER, [staged(number, fingerprint="same") for number in (2, 3)])
    assert sent(journal, other, 2, None, "same", EVERYTHING) == own
    assert sent(journal, other, 3, None, "same", EVERYTHING) != own
    assert next_ids(journal, job)[2] == own


def test_a_row_says_the_id_of_the_request_that_may_have_arrived_and_no_other(journal: Journal) -> None:
    job = journal.stage(NEW, rows(4))
    ids = [sent(journal, job, number, verdict) for number, verdict in ((2, None), (3, Verdict.UNKNOWN))]
    sent(journal, job, 4, Verdict.ACCEPTED)
    assert [one.request_id for one in journal.rows(job)] == [*ids, "", ""]


def test_a_row_that_is_held_back_says_the_id_of_the_other_one(journal: Journal) -> None:
    other = journal.stage(OTHER, [staged(2, fingerprint="same")])
    first = sent(journal, other, 2, None, "same")
    job = journal.stage(NEW, [staged(2, fingerprint="same")])
    begin(journal, job).hold_back_known()
    assert [(one.status, one.request_id) for one in journal.rows(job)] == [(Status.UNKNOWN, first)]


@pytest.mark.parametrize("has_requests", [False, True])
def test_a_row_that_came_from_elsewhere_goes_again_with_the_id_that_it_had_there(
    journal: Journal, has_requests: bool
) -> None:
    at = "2026-11-26T09:10:00.000+00:00"
    row = Row(2, ("cell 2", "ñ"))
    result = RowResult(row, Status.UNKNOWN, "", "", advice.NONE, None, 1, at, None, request_id="the-same")
    attempts = [Attempt(2, 1, at, "", "", "", None, None, None, 0)] if has_requests else []
    book = Path("/mail/list.results.xlsx")
    job = journal.recover(NEW, ANA, [RecoveredRow(row, result, "print 2")], attempts, "99" * 32, path=book)
    journal.ask_again(job, UNKNOWN)
    assert [one.request_id for one in journal.waiting(job, with_request_ids=True)] == ["the-same"]
