"""The rows that a run takes to send them, alone or beside other runs of the job."""

from dataclasses import replace

import pytest

from tests.journal.builders import ANA, NEW, answered, begin, completion, dispatch, rows, staged, waiting
from tests.journal.conformance.conftest import Opened
from uploader.errors import JournalError
from uploader.journal import Journal
from uploader.model.cancel import CancelToken
from uploader.model.resend import ResendPolicy
from uploader.model.rows import Status


def test_a_run_takes_the_rows_that_wait_in_the_order_of_the_list(journal: Journal) -> None:
    job = journal.stage(NEW, [staged(2), staged(3, Status.INVALID), staged(4), staged(5)])
    taken = list(begin(journal, job).take())
    assert [(one.row.number, one.fingerprint, one.request_id) for one in taken] == [
        (2, "print 2", ""), (4, "print 4", ""), (5, "print 5", ""),
    ]  # fmt: skip


def test_rows_are_taken_with_the_ids_of_their_requests_where_they_are_asked_for(journal: Journal) -> None:
    job = journal.stage(NEW, rows(3))
    assert len({one.request_id for one in begin(journal, job).take(with_request_ids=True)} - {""}) == 3


def test_rows_taken_anew_are_those_that_wait_then(journal: Journal) -> None:
    job = journal.stage(NEW, rows(4))
    ledger = begin(journal, job)
    first = ledger.take()
    assert [next(first).row.number, next(first).row.number] == [2, 3]
    answered(ledger, r2=Status.ACCEPTED)
    ledger.commit([], [dispatch(4)])
    assert [one.row.number for one in ledger.take()] == [3, 5]


def test_a_row_without_a_fingerprint_can_not_be_taken(journal: Journal) -> None:
    job = journal.stage(NEW, [staged(2), replace(staged(3), fingerprint=None)])
    taken = begin(journal, job).take()
    with pytest.raises(JournalError, match=f"Row 3 of job {job}"):
        list(taken)


def test_nothing_is_kept_elsewhere_while_the_journal_is_there(journal: Journal) -> None:
    ledger = begin(journal, journal.stage(NEW, rows(2)))
    answered(ledger, r2=Status.ACCEPTED)
    assert ledger.unwritten is None


def test_what_a_run_has_taken_itself_is_not_elsewhere(journal: Journal) -> None:
    job = journal.stage(NEW, rows(2))
    ledger = begin(journal, job)
    ledger.commit([], [dispatch(next(ledger.take()).row.number)])
    assert not ledger.rows_elsewhere()


def test_what_a_run_that_is_gone_has_taken_is_not_elsewhere(journal: Journal) -> None:
    job = journal.stage(NEW, rows(2))
    gone = journal.begin_run(job, ANA, ResendPolicy(), key="c1" * 16)
    gone.commit([], [dispatch(next(gone.take()).row.number)])
    ledger = begin(journal, job)
    assert not ledger.rows_elsewhere()
    assert [one.row.number for one in ledger.take()] == [3]


def test_one_that_joins_is_a_run_of_its_own(journal: Journal) -> None:
    job = journal.stage(NEW, rows(2))
    begin(journal, job)
    answered(journal.begin_run(job, ANA, ResendPolicy(), joins=True), r2=Status.ACCEPTED)
    assert (len(journal.runs(job)), waiting(journal, job)) == (2, [3])


def test_nobody_waits_for_a_journal_after_a_wish_to_end(journal: Journal) -> None:
    cancel = CancelToken()
    cancel.cancel()
    assert not begin(journal, journal.stage(NEW, rows(1))).come_back(60, cancel)


def test_what_a_living_run_waits_for_is_under_way_until_it_is_answered(journal: Journal, open_again: Opened) -> None:
    job = journal.stage(NEW, rows(4))
    gone = begin(journal, job)
    gone.commit([], [dispatch(5)])
    with open_again() as other:
        with other.locks.hold_run("ab12"):
            ledger = other.begin_run(job, ANA, ResendPolicy(), key="ab12", joins=True)
            ledger.commit([], [dispatch(2), dispatch(3)])
            assert (journal.sent_now(), journal.under_way(job)) == ([job], [2, 3])
            assert journal.under_way(job, besides="ab12") == []
            ledger.commit([completion(2)], [])
            assert journal.under_way(job) == [3]
        assert (journal.sent_now(), journal.under_way(job)) == ([], [])


def test_a_run_that_has_ended_sends_nothing_though_it_lives(journal: Journal) -> None:
    job = journal.stage(NEW, rows(1))
    with journal.locks.hold_run("ab12"):
        ledger = journal.begin_run(job, ANA, ResendPolicy(), key="ab12")
        ledger.commit([], [dispatch(2)])
        ledger.end(None)
        assert (journal.sent_now(), journal.under_way(job)) == ([], [])
