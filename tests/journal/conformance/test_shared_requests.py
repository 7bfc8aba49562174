"""Rows that leave in one request: each has an intent, an answer and a status of its own, and the request counts once."""

from tests.journal.builders import (
    ANA,
    EVER,
    NEW,
    OTHER,
    answered,
    begin,
    completion,
    dispatch,
    rows,
    staged,
    statuses,
    waiting,
)
from tests.journal.conformance.conftest import Opened
from uploader.journal import Journal
from uploader.model.outcomes import Dispatch, Verdict
from uploader.model.resend import UNDER_WAY_ELSEWHERE, ResendPolicy
from uploader.model.rows import Status


def together(*numbers: int, fingerprint: str = "") -> Dispatch:
    """Rows that leave in one request."""
    first, *others = [dispatch(number, fingerprint=fingerprint) for number in numbers]
    return first._replace(beside=tuple(others))


def test_every_row_of_a_request_is_unknown_from_its_intent_on_in_every_process(
    journal: Journal, open_again: Opened
) -> None:
    job = journal.stage(NEW, rows(4))
    assert begin(journal, job).commit([], [together(2, 3, 4)]) == {}
    with open_again() as other:
        assert list(statuses(other, job).values()) == [Status.UNKNOWN] * 3 + [Status.NOT_SENT]
        assert [one.row for one in other.attempts(job)] == [2, 3, 4]
    assert waiting(journal, job) == [5]


def test_each_row_of_a_request_has_the_answer_that_is_its_own(journal: Journal) -> None:
    job = journal.stage(NEW, rows(3))
    ledger = begin(journal, job)
    ledger.commit([], [together(2, 3, 4)])
    answers = [completion(2), completion(3, Verdict.REJECTED, Status.REJECTED)]
    ledger.commit([*answers, completion(4, Verdict.UNKNOWN, Status.UNKNOWN)], [])
    assert list(statuses(journal, job).values()) == [Status.ACCEPTED, Status.REJECTED, Status.UNKNOWN]
    assert [one.verdict for one in journal.attempts(job)] == ["accepted", "rejected", "unknown"]


def test_of_two_rows_alike_in_one_request_the_first_leaves(journal: Journal) -> None:
    job = journal.stage(NEW, (staged(number, fingerprint="same") for number in (2, 3)))
    assert begin(journal, job).commit([], [together(2, 3, fingerprint="same")]) == {3: Status.SKIPPED}
    assert [one.row for one in journal.attempts(job)] == [2]


def test_rows_alike_leave_in_one_request_if_the_person_says_so(journal: Journal) -> None:
    job = journal.stage(NEW, (staged(number, fingerprint="same") for number in (2, 3)))
    ledger = begin(journal, job, ResendPolicy(duplicates=True))
    assert ledger.commit([], [together(2, 3, fingerprint="same")]) == {}
    assert [one.row for one in journal.attempts(job)] == [2, 3]


def test_rows_whose_request_is_known_drop_out_wherever_they_stand_in_theirs(journal: Journal) -> None:
    first = journal.stage(OTHER, rows(3))
    answered(begin(journal, first), r2=Status.ACCEPTED, r4=Status.UNKNOWN)
    job = journal.stage(NEW, rows(5))
    ledger = begin(journal, job)
    held_back = ledger.commit([], [together(2, 3, 4), together(5, 6)])
    assert held_back == {2: Status.SKIPPED, 4: Status.UNKNOWN}
    assert [one.row for one in journal.attempts(job)] == [3, 5, 6]
    assert [run.requests for run in journal.runs(job)] == [2]


def test_only_the_rows_that_another_run_has_under_way_are_asked_about_again(
    journal: Journal, open_again: Opened
) -> None:
    with open_again() as other, other.locks.hold_run("ab12"):
        theirs = other.begin_run(other.stage(OTHER, rows(1)), ANA, ResendPolicy(), key="ab12")
        theirs.commit([], [dispatch(2)])
        job = journal.stage(NEW, rows(2))
        assert begin(journal, job).commit([], [together(2, 3)]) == {2: UNDER_WAY_ELSEWHERE}
        assert statuses(journal, job) == {2: Status.NOT_SENT, 3: Status.UNKNOWN}


def test_a_request_without_an_answer_keeps_one_place_however_many_rows_it_has(journal: Journal) -> None:
    job = journal.stage(NEW, rows(7))
    ledger = begin(journal, job)
    ledger.commit([], [together(2, 3, 4), dispatch(5), together(6, 7)])
    assert len(journal.unanswered(NEW.destination, EVER)) == 3
    ledger.commit([completion(2), completion(5)], [])
    assert len(journal.unanswered(NEW.destination, EVER)) == 2


def test_a_run_tells_how_many_requests_it_made(journal: Journal) -> None:
    job = journal.stage(NEW, rows(6))
    ledger = begin(journal, job)
    ledger.commit([], [dispatch(2)])
    ledger.commit([completion(2)], [together(3, 4, 5), together(6, 7)])
    assert [run.requests for run in journal.runs(job)] == [3]
