"""No request is made twice unless somebody wants it."""

from collections.abc import Mapping

import pytest

from tests.journal.builders import (
    NEW,
    OTHER,
    answered,
    begin,
    completion,
    dispatch,
    result_of,
    rows,
    staged,
    statuses,
    waiting,
)  # fmt: skip
from tests.journal.conformance.conftest import Opened
from uploader.journal import Journal
from uploader.model import advice
from uploader.model.outcomes import Verdict
from uploader.model.resend import PriorRequest, ResendPolicy
from uploader.model.rows import Status


@pytest.fixture
def first(journal: Journal) -> int:
    """Row 2 was accepted, 3 rejected; of 4 no answer came; 5 waits."""
    job = journal.stage(NEW, rows(4))
    answered(begin(journal, job), r2=Status.ACCEPTED, r3=Status.REJECTED, r4=None)
    return job


def test_a_known_request_is_held_back_in_the_transaction_of_its_intent(
    journal: Journal, open_again: Opened, first: int
) -> None:
    second = journal.stage(OTHER, rows(4))
    with open_again() as other:
        held_back = begin(other, second).commit([], [dispatch(number) for number in (2, 3, 4, 5)])
    assert held_back == {2: Status.SKIPPED, 4: Status.UNKNOWN}
    assert [result.attempts for result in journal.rows(second)] == [0, 1, 0, 1]


def test_a_row_that_is_held_back_names_the_list_and_carries_its_answer(journal: Journal, first: int) -> None:
    second = journal.stage(OTHER, rows(4))
    begin(journal, second).hold_back_known()
    sent = result_of(journal, first, 2)
    accepted = PriorRequest(Status.ACCEPTED, first, 2, "list.csv", sent.sent_at or "")
    skipped = result_of(journal, second, 2)
    assert (skipped.advice, skipped.code) == (advice.held_back(accepted), "201")
    assert journal.find_prior("print 2", ResendPolicy()) == accepted
    assert journal.perhaps_known(["print 2", "print 99", 'a "print"']) == {"print 2"}
    assert waiting(journal, second) == [3, 5]


@pytest.mark.parametrize(
    ("policy", "held_back"),
    [
        (ResendPolicy(duplicates=True), {4: Status.UNKNOWN}),
        (ResendPolicy(unknown=True), {2: Status.SKIPPED}),
        (ResendPolicy(duplicates=True, unknown=True), {}),
        (ResendPolicy(since="2999-01-01T00:00:00.000+00:00"), {4: Status.UNKNOWN}),
    ],
)
def test_what_is_known_is_sent_again_if_the_person_says_so(
    journal: Journal, first: int, policy: ResendPolicy, held_back: Mapping[int, Status]
) -> None:
    second = journal.stage(OTHER, rows(4))
    assert begin(journal, second, policy).commit([], [dispatch(2), dispatch(4), dispatch(5)]) == held_back


def test_requests_whose_fingerprints_begin_alike_are_different_ones(journal: Journal) -> None:
    prints = {number: f"{'ab' * 31}0{number}" for number in (2, 3, 4, 5)}
    dispatches = {number: dispatch(number, fingerprint=print_) for number, print_ in prints.items()}
    first, second = (
        journal.stage(new, [staged(number, fingerprint=print_) for number, print_ in prints.items()])
        for new in (NEW, OTHER)
    )
    ledger = begin(journal, first)
    assert ledger.commit([], [dispatches[2], dispatches[3]]) == {}
    ledger.commit([completion(2)._replace(dispatch=dispatches[2])], [])
    assert journal.perhaps_known(list(prints.values())) == {prints[2], prints[3]}
    assert [journal.find_prior(one, ResendPolicy()) is None for one in prints.values()] == [False, False, True, True]
    held_back = {2: Status.SKIPPED, 3: Status.UNKNOWN}
    assert begin(journal, second).commit([], list(dispatches.values())) == held_back


def test_a_request_that_is_twice_in_a_list_is_sent_once(journal: Journal) -> None:
    job = journal.stage(NEW, (staged(n, fingerprint=f"print {n % 3}") for n in range(2, 8)))
    known = journal.known_requests(job, ResendPolicy())
    assert [(number, prior.status, prior.row) for number, prior in known] == [
        (5, Status.SKIPPED, 2), (6, Status.SKIPPED, 3), (7, Status.SKIPPED, 4),
    ]  # fmt: skip
    assert list(journal.known_requests(job, ResendPolicy(duplicates=True))) == []


def test_a_row_that_became_like_a_later_unknown_one_is_not_sent(journal: Journal, first: int) -> None:
    journal.stage(NEW, [staged(3, fingerprint="print 4")], job=first)
    assert begin(journal, first).commit([], [dispatch(3, fingerprint="print 4")]) == {3: Status.UNKNOWN}


def test_rows_alike_are_all_sent_at_once_where_somebody_wants_duplicates(journal: Journal) -> None:
    job = journal.stage(NEW, [staged(2, fingerprint="same"), staged(3, fingerprint="same")])
    ledger = begin(journal, job, ResendPolicy(duplicates=True))
    assert ledger.commit([], [dispatch(2, fingerprint="same"), dispatch(3, fingerprint="same")]) == {}


def test_an_accepted_row_does_not_leave_again_whatever_its_cells_are_now(journal: Journal, first: int) -> None:
    journal.stage(NEW, [staged(2, cells=("edited", "ñ"), fingerprint="edited", waits=True)], job=first)
    assert begin(journal, first).commit([], [dispatch(2, fingerprint="edited")]) == {2: Status.ACCEPTED}
    assert (statuses(journal, first)[2], waiting(journal, first)) == (Status.ACCEPTED, [])


def test_what_was_accepted_when_sent_again_is_unknown_no_longer_for_others(journal: Journal, first: int) -> None:
    again = ResendPolicy(unknown=True)
    journal.ask_again(first, again)
    answered(begin(journal, first, again), r4=Status.ACCEPTED)
    prior = journal.find_prior("print 4", ResendPolicy())
    assert prior is not None
    assert prior.status is Status.ACCEPTED


def test_rows_that_the_policy_asks_for_are_counted_and_then_wait(journal: Journal, first: int) -> None:
    again = ResendPolicy(unknown=True)
    assert journal.count_waiting(first, again) == {Status.NOT_SENT: 1, Status.UNKNOWN: 1}
    journal.ask_again(first, again)
    assert waiting(journal, first) == [4, 5]


def test_a_job_that_goes_elsewhere_has_other_requests(journal: Journal, first: int) -> None:
    second = journal.stage(OTHER, rows(4))
    begin(journal, second).hold_back_known()
    journal.redirect(second, "https://elsewhere", {}, lambda row: f"elsewhere {row.number}")
    assert journal.job(second).destination == "https://elsewhere"
    assert [(one.row.number, one.fingerprint) for one in journal.waiting(second)] == [
        (number, f"elsewhere {number}") for number in (2, 3, 4, 5)
    ]


def test_a_row_that_goes_again_is_held_back_if_another_list_sent_it_meanwhile(journal: Journal) -> None:
    job, other = journal.stage(NEW, rows(1)), journal.stage(OTHER, rows(1))
    ledger = begin(journal, job)
    answered(begin(journal, other), r2=Status.ACCEPTED)
    assert ledger.commit([], [dispatch(2)]) == {2: Status.SKIPPED}
    assert list(journal.attempts(job)) == []


def test_an_answer_replaces_the_unknown(journal: Journal, first: int) -> None:
    ledger = begin(journal, first)
    ledger.commit([], [dispatch(5)])
    ledger.commit([completion(5)], [])
    assert statuses(journal, first)[5] is Status.ACCEPTED


@pytest.mark.parametrize(
    ("number", "verdict", "status", "then"),
    [
        (2, Verdict.REJECTED, Status.REJECTED, Status.ACCEPTED),
        (2, Verdict.UNSENDABLE, Status.INVALID, Status.ACCEPTED),
        (2, Verdict.OUT_OF_REACH, Status.NOT_SENT, Status.ACCEPTED),
        (4, Verdict.REJECTED, Status.REJECTED, Status.REJECTED),
        (4, Verdict.UNSENDABLE, Status.INVALID, Status.INVALID),
        (4, Verdict.OUT_OF_REACH, Status.NOT_SENT, Status.UNKNOWN),
    ],
)
def test_what_was_accepted_stays_so_and_a_no_to_the_same_request_closes_what_was_unknown(
    journal: Journal, first: int, number: int, verdict: Verdict, status: Status, then: Status
) -> None:
    ledger = begin(journal, first, ResendPolicy(duplicates=True, unknown=True))
    ledger.commit([], [dispatch(number)])
    ledger.commit([completion(number, verdict, status)], [])
    assert statuses(journal, first)[number] is then


@pytest.mark.parametrize(
    ("verdict", "status"), [(Verdict.REJECTED, Status.REJECTED), (Verdict.UNSENDABLE, Status.INVALID)]
)
def test_a_no_to_an_edited_request_leaves_unknown_what_was_sent_before(
    journal: Journal, first: int, verdict: Verdict, status: Status
) -> None:
    def sends(fingerprint: str, verdict: Verdict, status: Status) -> Status:
        row = dispatch(4, fingerprint=fingerprint)
        ledger = begin(journal, first, ResendPolicy(unknown=True))
        ledger.commit([], [row])
        ledger.commit([completion(4, verdict, status)._replace(dispatch=row)], [])
        return statuses(journal, first)[4]

    assert sends("edited", verdict, status) is Status.UNKNOWN
    assert sends("edited", verdict, status) is Status.UNKNOWN
    said = result_of(journal, first, 4).advice
    assert said == advice.refused_as_edited(advice.UNDER_WAY) == advice.refused_as_edited(said)
    held = begin(journal, first).commit([], [dispatch(4, fingerprint="edited again")])
    assert held == {4: Status.UNKNOWN}
    assert sends("print 4", verdict, status) is status  # the request that was sent first


def test_each_of_several_unknown_requests_of_a_row_waits_for_an_answer(journal: Journal, first: int) -> None:
    for fingerprint, verdict, status in (
        ("edited", Verdict.UNKNOWN, Status.UNKNOWN),
        ("edited", Verdict.REJECTED, Status.UNKNOWN),
        ("edited again", Verdict.ACCEPTED, Status.ACCEPTED),
    ):
        row = dispatch(4, fingerprint=fingerprint)
        ledger = begin(journal, first, ResendPolicy(unknown=True))
        ledger.commit([], [row])
        given = Status.REJECTED if verdict is Verdict.REJECTED else status
        ledger.commit([completion(4, verdict, given)._replace(dispatch=row)], [])
        assert statuses(journal, first)[4] is status
