"""One run of a job: intents, answers, its end."""

import multiprocessing
import sys
import time
from dataclasses import replace

import pytest

from tests.journal.builders import (
    ANA,
    EVER,
    EVERYTHING,
    NEW,
    TOKEN_REFUSED,
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
from tests.waiting import HANG_SECONDS
from uploader.errors import JournalError
from uploader.i18n import Message
from uploader.journal import Journal
from uploader.model import advice
from uploader.model.outcomes import Completion, Outcome, Stop, Verdict
from uploader.model.problems import Problem
from uploader.model.resend import ResendPolicy
from uploader.model.rows import Status

QUOTA_SPENT = Message("stop.quota", calls=5000, until=Message("text", text="midnight"))


def refused(number: int, *, goes_again: bool = False) -> Completion:
    return Completion(dispatch(number), Outcome(Verdict.STOP, TOKEN_REFUSED), Status.NOT_SENT, goes_again)


@pytest.fixture
def job(journal: Journal) -> int:
    return journal.stage(NEW, rows(3))


def test_a_row_is_unknown_from_its_intent_on_in_every_process(journal: Journal, open_again: Opened, job: int) -> None:
    begin(journal, job).commit([], [dispatch(2), dispatch(3)])
    with open_again() as other:
        found = list(other.rows(job))
    assert [one.status for one in found] == [Status.UNKNOWN, Status.UNKNOWN, Status.NOT_SENT]
    assert [one.attempts for one in found] == [1, 1, 0]
    assert [one.advice for one in found] == [advice.UNDER_WAY, advice.UNDER_WAY, advice.NOT_ITS_TURN]
    assert waiting(journal, job) == [4]


def test_an_answer_decides_its_row(journal: Journal, job: int) -> None:
    answered(begin(journal, job), r2=Status.ACCEPTED, r3=Status.REJECTED, r4=Status.UNKNOWN)
    assert list(statuses(journal, job).values()) == [Status.ACCEPTED, Status.REJECTED, Status.UNKNOWN]
    accepted = result_of(journal, job, 2)
    assert (accepted.code, accepted.message, accepted.http_status, accepted.duration_ms) == ("201", "done", 200, 7)


def test_every_attempt_is_kept_and_the_last_one_counts(journal: Journal, job: int) -> None:
    ledger = begin(journal, job)
    ledger.commit([], [dispatch(2)])
    ledger.commit([refused(2, goes_again=True)], [])
    assert statuses(journal, job)[2] is Status.NOT_SENT
    ledger.commit([], [dispatch(2, nth=2)])
    ledger.commit([completion(2)], [])
    assert [(one.nth, one.verdict) for one in journal.attempts(job)] == [(1, "stop"), (2, "accepted")]
    assert (result_of(journal, job, 2).status, result_of(journal, job, 2).attempts) == (Status.ACCEPTED, 2)


def test_a_row_of_which_the_api_said_nothing_waits_again(journal: Journal, job: int) -> None:
    ledger = begin(journal, job)
    ledger.commit([], [dispatch(2)])
    ledger.commit([refused(2)], [])
    assert waiting(journal, job) == [2, 3, 4]
    assert result_of(journal, job, 2).advice == TOKEN_REFUSED


@pytest.mark.parametrize("before", [Status.ACCEPTED, Status.UNKNOWN])
def test_a_row_that_may_have_arrived_and_does_not_leave_is_again_what_it_was_and_waits(
    journal: Journal, job: int, before: Status
) -> None:
    answered(begin(journal, job), r2=before)
    was = result_of(journal, job, 2)
    journal.stage(NEW, [staged(2, waits=True)], job=job)
    ledger = begin(journal, job, EVERYTHING)
    ledger.commit([], [dispatch(2)])
    ledger.commit([refused(2)], [])
    now = result_of(journal, job, 2)
    assert (now.status, now.code, now.sent_at, now.attempts) == (was.status, was.code, was.sent_at, 2)
    assert waiting(journal, job) == [2]


def test_an_accepted_row_stays_so_where_it_is_refused_when_sent_again(journal: Journal, job: int) -> None:
    answered(begin(journal, job), r2=Status.ACCEPTED)
    journal.stage(NEW, [staged(2, waits=True)], job=job)
    answered(begin(journal, job, EVERYTHING), r2=Status.REJECTED)
    assert statuses(journal, job)[2] is Status.ACCEPTED


def test_an_unknown_row_is_rejected_where_it_is_refused_when_sent_again(journal: Journal, job: int) -> None:
    answered(begin(journal, job), r2=None)
    journal.ask_again(job, EVERYTHING)
    answered(begin(journal, job, EVERYTHING), r2=Status.REJECTED)
    assert statuses(journal, job)[2] is Status.REJECTED


def test_an_accepted_row_under_way_again_is_unknown_after_a_crash(journal: Journal, open_again: Opened) -> None:
    job = journal.stage(NEW, rows(1))
    answered(begin(journal, job), r2=Status.ACCEPTED)
    journal.stage(NEW, [staged(2, waits=True)], job=job)
    begin(journal, job, EVERYTHING).commit([], [dispatch(2)])
    with open_again() as other:
        assert statuses(other, job) == {2: Status.UNKNOWN}


def test_rows_come_in_order_once_and_a_page_at_a_time(journal: Journal) -> None:
    job = journal.stage(NEW, (staged(n, Status.INVALID if n % 3 == 0 else Status.NOT_SENT) for n in range(2, 1302)))
    ledger = begin(journal, job)
    given = []
    for row, fingerprint, _ in journal.waiting(job):
        assert fingerprint == f"print {row.number}"
        given.append(row.number)
        ledger.commit([], [dispatch(row.number)])
    assert given == [number for number in range(2, 1302) if number % 3]


def test_a_row_without_a_fingerprint_can_not_be_waited_for(journal: Journal) -> None:
    job = journal.stage(NEW, [staged(2), replace(staged(3), fingerprint=None)])
    found = journal.waiting(job)
    assert next(found).row.number == 2
    with pytest.raises(JournalError, match=f"Row 3 of job {job}"):
        next(found)


def test_rows_that_turn_out_not_to_be_sendable_are_invalid_with_their_advice(journal: Journal, job: int) -> None:
    wrong = advice.of_problems([Problem(3, 1, "no_such_id", {"id": "0042", "title": "Cola “ñ”"})])
    begin(journal, job).refuse({3: wrong})
    assert (result_of(journal, job, 3).status, result_of(journal, job, 3).advice) == (Status.INVALID, wrong)
    assert waiting(journal, job) == [2, 4]


def test_an_accepted_row_that_turns_out_not_to_be_sendable_stays_accepted(journal: Journal, job: int) -> None:
    answered(begin(journal, job), r2=Status.ACCEPTED)
    journal.stage(NEW, [staged(2, waits=True)], job=job)
    begin(journal, job, EVERYTHING).refuse({2: TOKEN_REFUSED})
    assert (statuses(journal, job)[2], waiting(journal, job)) == (Status.ACCEPTED, [])


def test_a_run_notes_its_end_and_why(journal: Journal, job: int) -> None:
    begin(journal, job).end(None)
    assert (journal.job(job).ended_at is not None, journal.job(job).stopped) == (True, None)
    begin(journal, job).end(Stop(QUOTA_SPENT, Verdict.PAUSE))
    begin(journal, job)
    assert journal.job(job).ended_at is None
    assert [run.stopped for run in journal.runs(job)] == [None, QUOTA_SPENT, None]


def test_a_run_says_who_sent_where_to_and_how_much(journal: Journal, job: int) -> None:
    answered(begin(journal, job), r2=Status.ACCEPTED, r3=None)
    answered(begin(journal, job), r4=Status.ACCEPTED)
    runs = journal.runs(job)
    assert [(run.user, run.machine, run.version, run.requests) for run in runs] == [(*ANA, 2), (*ANA, 1)]
    assert {run.destination for run in runs} == {NEW.destination}
    assert journal.job(job).sender == ANA


def test_requests_without_an_answer_are_known_by_their_destination(journal: Journal, job: int) -> None:
    answered(begin(journal, job), r2=Status.ACCEPTED, r3=None)
    assert len(journal.unanswered(NEW.destination, EVER)) == 1
    assert list(journal.unanswered("https://elsewhere", EVER)) == []


def test_how_long_ago_a_request_without_an_answer_left_is_told_and_no_older_one_than_asked_for(
    journal: Journal, job: int
) -> None:
    answered(begin(journal, job), r2=None)
    (ago,) = journal.unanswered(NEW.destination, EVER)
    assert 0 <= ago < HANG_SECONDS
    time.sleep(0.01)
    (later,) = journal.unanswered(NEW.destination, EVER)
    assert later > ago
    assert list(journal.unanswered(NEW.destination, ago)) == []


def test_requests_are_numbered_over_all_runs_of_a_job(journal: Journal, job: int) -> None:
    answered(begin(journal, job), r2=Status.REJECTED, r3=Status.REJECTED)
    journal.stage(NEW, [staged(3)], job=job)
    answered(begin(journal, job), r3=Status.ACCEPTED)
    found = list(journal.attempts(job, with_cells=True))
    assert [(one.row, one.nth, one.cells[0]) for one in found] == [(2, 1, "cell 2"), (3, 1, "cell 3"), (3, 2, "cell 3")]
    assert journal.attempt_keys(job) == {one.key for one in found}


def test_what_an_attempt_sent_stays_known_after_an_edit(journal: Journal, job: int) -> None:
    answered(begin(journal, job), r2=Status.REJECTED)
    journal.stage(NEW, [staged(2, cells=("mended", "ñ"), fingerprint="mended")], job=job)
    ledger = begin(journal, job)
    ledger.commit([], [dispatch(2, fingerprint="mended")])
    assert [one.cells[0] for one in journal.attempts(job, with_cells=True)] == ["cell 2", "mended"]


def _open(open_again: Opened, n: int) -> None:
    with open_again() as journal:
        begin(journal, journal.stage(replace(NEW, key=f"{n}", list_sha256=f"{n}"), rows(5)))
    sys.exit(0)


def test_many_first_starts_at_once_work(open_again: Opened) -> None:
    context = multiprocessing.get_context("spawn")
    processes = [context.Process(target=_open, args=(open_again, n)) for n in range(4)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)
    assert [process.exitcode for process in processes] == [0] * 4
    with open_again() as journal:
        assert len(journal.jobs()) == 4


def test_a_policy_sends_nothing_that_nobody_asked_for(journal: Journal, job: int) -> None:
    answered(begin(journal, job), r2=None)
    assert journal.count_waiting(job, ResendPolicy()) == {Status.NOT_SENT: 2}
    journal.ask_again(job, ResendPolicy())
    assert waiting(journal, job) == [3, 4]


def test_a_row_that_is_gone_does_not_leave(journal: Journal, open_again: Opened, job: int) -> None:
    ledger = begin(journal, job)
    with open_again() as other:
        other.forget([job], everything=True)
    with pytest.raises(JournalError):
        ledger.commit([], [dispatch(2)])
