"""One job and its runs: staged, sent, held back, ended."""

import multiprocessing
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.journal.builders import NEW, TOKEN_REFUSED, begin, completion, dispatch, rows, staged
from tests.journal.conformance.conftest import Opened
from uploader.errors import JournalError, SettingsError
from uploader.i18n import Message, render
from uploader.journal import MOST_ANSWERS, OTHER_ANSWERS, Journal, Kept, StagedRow
from uploader.model import advice
from uploader.model.outcomes import Completion, Dispatch, Outcome, Stop, Verdict
from uploader.model.problems import Problem
from uploader.model.resend import PriorRequest, ResendPolicy
from uploader.model.rows import Row, Status

WAIT = Message("text", text="wait")
QUOTA_SPENT = Message("stop.quota", calls=5000, until=Message("text", text="midnight"))


def test_a_job_is_staged_with_all_its_rows_or_not_at_all(journal: Journal) -> None:
    def broken() -> Iterator[StagedRow]:
        yield from rows(3)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        journal.stage(NEW, broken())
    with pytest.raises(SettingsError, match="Job 1 does not exist"):
        journal.job(1)
    job = journal.job(journal.stage(NEW, rows(3)))
    with pytest.raises(ZeroDivisionError):
        journal.stage(NEW, broken())
    assert journal.job(job.id) == job  # nor has the job made way that was to be replaced
    assert (job.rows, job.counts[Status.NOT_SENT], job.header, job.fields) == (3, 3, ("a", "b"), {"x": 1})
    assert job.ended_at is None


def test_a_job_that_never_began_to_be_sent_is_none_and_makes_way_for_the_next(journal: Journal) -> None:
    first = journal.stage(NEW, rows(3))  # its command was killed at a question
    assert journal.jobs() == []
    second = journal.stage(NEW, rows(3))
    with pytest.raises(SettingsError):
        journal.job(first)
    begin(journal, second)
    journal.stage(NEW, rows(3))
    assert [job.id for job in journal.jobs()] == [second]


def test_the_first_rows_of_a_status_are_known_by_their_numbers(journal: Journal) -> None:
    job = journal.stage(NEW, [*rows(5), staged(9, Status.INVALID)])
    ledger = begin(journal, job)
    ledger.commit([], [dispatch(2), dispatch(3), dispatch(4)])
    ledger.commit([completion(number, Verdict.REJECTED, Status.REJECTED) for number in (4, 2)], [])
    assert journal.rows_with(job, Status.REJECTED, 10) == [2, 4]
    assert journal.rows_with(job, Status.UNKNOWN, 10) == [3]
    assert journal.rows_with(job, Status.NOT_SENT, 1) == [5]
    assert journal.rows_with(job, Status.INVALID, 10) == [9]
    assert journal.rows_with(job, Status.SKIPPED, 10) == []


def test_a_request_that_was_accepted_before_is_held_back_in_the_transaction_of_its_intent(
    journal: Journal, open_again: Opened
) -> None:
    first = journal.stage(NEW, rows(4))
    ledger = begin(journal, first)
    ledger.commit([], [dispatch(2), dispatch(3), dispatch(4)])
    ledger.commit([completion(2), completion(3, Verdict.REJECTED, Status.REJECTED)], [])
    second = journal.stage(replace(NEW, list_path=Path("/lists/copy.csv"), account="c1" * 16), rows(4))
    with open_again() as other:  # another process
        held_back = begin(other, second).commit([], [dispatch(number) for number in (2, 3, 4, 5)])
    assert held_back == {2: Status.SKIPPED, 4: Status.UNKNOWN}
    results = list(journal.results(second))
    assert [result.status for result in results] == [
        Status.SKIPPED,  # accepted
        Status.UNKNOWN,  # rejected before: it is sent again
        Status.UNKNOWN,  # without an answer yet
        Status.UNKNOWN,  # not sent before: it is sent
    ]
    assert [result.attempts for result in results] == [0, 1, 0, 1]
    sent_at = {one.row: one.sent_at for one in journal.attempts(NEW.account)}
    accepted = PriorRequest(Status.ACCEPTED, first, 2, "list.csv", sent_at[2])
    assert results[0].advice == advice.held_back(accepted)
    assert (results[0].code, results[0].message, results[0].http_status) == (
        "201",
        "done",
        200,
    )  # the accepted one's
    assert results[0].sent_at == next(journal.attempts(NEW.account)).sent_at
    assert results[2].sent_at is None  # that of another list's
    assert results[2].advice == advice.held_back(PriorRequest(Status.UNKNOWN, first, 4, "list.csv", sent_at[4]))
    assert journal.find_prior("print 2", ResendPolicy()) == accepted
    assert journal.find_prior("print 2", ResendPolicy(duplicates=True)) is None
    assert journal.find_prior("print 99", ResendPolicy()) is None


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
    journal: Journal, policy: ResendPolicy, held_back: dict[int, Status]
) -> None:
    ledger = begin(journal, journal.stage(NEW, rows(4)))
    ledger.commit([], [dispatch(2), dispatch(4)])
    ledger.commit([completion(2)], [])
    second = journal.stage(NEW, rows(4))
    assert begin(journal, second, policy).commit([], [dispatch(2), dispatch(4), dispatch(5)]) == held_back


def test_a_request_that_is_twice_in_a_list_is_sent_once(journal: Journal) -> None:
    def twice() -> Iterator[StagedRow]:
        for row in rows(6):
            yield replace(row, fingerprint=f"print {row.row.number % 3}")

    job = journal.stage(NEW, twice())
    assert [(number, prior.status, prior.row) for number, prior in journal.known_requests(job, ResendPolicy())] == [
        (5, Status.SKIPPED, 2),
        (6, Status.SKIPPED, 3),
        (7, Status.SKIPPED, 4),
    ]
    assert list(journal.known_requests(job, ResendPolicy(duplicates=True))) == []
    begin(journal, job).hold_back_known()
    assert [row.number for row, _ in journal.waiting(job, ResendPolicy())] == [2, 3, 4]
    assert [row.number for row, _ in journal.waiting(job, ResendPolicy(duplicates=True))] == [2, 3, 4, 5, 6, 7]


def test_a_row_is_unknown_from_its_intent_until_its_answer(journal: Journal, open_again: Opened) -> None:
    job = journal.stage(NEW, rows(3))
    ledger = begin(journal, job)
    ledger.commit([], [dispatch(2), dispatch(3)])
    with open_again() as other:  # as another process sees it, or this one after a crash
        results = list(other.results(job))
    assert [result.status for result in results] == [Status.UNKNOWN, Status.UNKNOWN, Status.NOT_SENT]
    assert [result.attempts for result in results] == [1, 1, 0]
    assert [result.advice for result in results] == [advice.UNDER_WAY, advice.UNDER_WAY, advice.NOT_ITS_TURN]
    assert results[0].sent_at is not None
    ledger.commit([completion(2), completion(3, Verdict.REJECTED, Status.REJECTED)], [dispatch(4)])
    results = list(journal.results(job))
    assert [result.status for result in results] == [Status.ACCEPTED, Status.REJECTED, Status.UNKNOWN]
    assert (results[0].code, results[0].message, results[0].http_status, results[0].duration_ms) == (
        "201",
        "done",
        200,
        7,
    )
    assert results[0].row == Row(2, ("cell 2", "ñ"))


def test_every_attempt_is_kept_and_the_last_one_counts(journal: Journal) -> None:
    job = journal.stage(NEW, rows(1))
    ledger = begin(journal, job)
    ledger.commit([], [dispatch(2)])
    ledger.commit(
        [Completion(dispatch(2), Outcome(Verdict.SLOW_DOWN, WAIT, "403", "too fast", 403, 3), Status.NOT_SENT, True)],
        [],
    )
    assert next(journal.results(job)).status is Status.NOT_SENT
    ledger.commit([], [dispatch(2, nth=2)])
    ledger.commit([completion(2)], [])
    attempts = list(journal.attempts(NEW.account))
    assert [(a.job, a.row, a.nth, a.code, a.verdict) for a in attempts] == [
        (job, 2, 1, "403", "slow down"),
        (job, 2, 2, "201", "accepted"),
    ]
    result = next(journal.results(job))
    assert (result.attempts, result.code, result.status) == (2, "201", Status.ACCEPTED)


def test_rows_to_send_come_in_order_once_and_a_page_at_a_time(journal: Journal) -> None:
    job = journal.stage(
        NEW, (replace(row, status=Status.INVALID) if row.row.number % 3 == 0 else row for row in rows(1300))
    )
    ledger = begin(journal, job)
    given = []
    for row, fingerprint in journal.waiting(job, ResendPolicy()):
        assert fingerprint == f"print {row.number}"
        given.append(row.number)
        ledger.commit([], [Dispatch(row, dispatch(row.number).request, 1)])
    assert given == [number for number in range(2, 1302) if number % 3]


def test_a_run_notes_its_end_and_why(journal: Journal) -> None:
    job = journal.stage(NEW, rows(1))
    begin(journal, job).end(None)
    assert (journal.job(job).ended_at is not None, journal.job(job).stopped) == (True, None)
    begin(journal, job).end(Stop(QUOTA_SPENT, Verdict.PAUSE))
    assert journal.job(job).stopped == QUOTA_SPENT
    begin(journal, job)
    assert journal.job(job).ended_at is None
    assert [run.stopped for run in journal.runs(NEW.account)] == [None, QUOTA_SPENT, None]


def test_jobs_are_found_by_number_and_by_list(journal: Journal) -> None:
    first = journal.stage(NEW, rows(1))
    begin(journal, first)
    second = journal.stage(NEW, rows(2))
    begin(journal, second)
    assert [job.id for job in journal.jobs()] == [second, first]
    assert journal.jobs(NEW.list_sha256) == journal.jobs()
    assert journal.jobs("ff" * 32) == []
    with pytest.raises(SettingsError, match="Job 99 does not exist"):
        journal.job(99)
    with pytest.raises(SettingsError, match="Job 99999999999999999999 does not exist"):
        journal.job(99_999_999_999_999_999_999)


def test_answers_are_counted_by_what_was_said(journal: Journal) -> None:
    job = journal.stage(NEW, rows(4))
    ledger = begin(journal, job)
    for number in (2, 3):
        ledger.commit([], [dispatch(number)])
        ledger.commit([completion(number)], [])
    assert journal.answers(job) == [
        (Status.ACCEPTED, "201", "done", advice.NONE, 2),
        (Status.NOT_SENT, "", "", advice.NOT_ITS_TURN, 2),
    ]


def test_where_each_row_is_answered_in_other_words_only_some_are_told_apart(journal: Journal) -> None:
    job = journal.stage(NEW, rows(302))
    ledger = begin(journal, job)
    for number in range(2, 304):
        ledger.commit([], [dispatch(number)])
        verdict = Verdict.REJECTED if number == 303 else Verdict.ACCEPTED
        answer = Outcome(verdict, advice.NONE, "201", f"case {number}", 200, 7)
        ledger.commit([Completion(dispatch(number), answer, Status(verdict.value))], [])
    answers = journal.answers(job)
    assert len(answers) == MOST_ANSWERS + 2 == 202
    assert (Status.REJECTED, "201", "case 303", advice.NONE, 1) in answers
    assert answers[-1] == (Status.ACCEPTED, "", "", OTHER_ANSWERS, 101)
    assert render(OTHER_ANSWERS, "en") == "… other answers"


def _open(backend: Callable[[Path], Journal], folder: Path) -> None:
    with backend(folder) as journal:
        begin(journal, journal.stage(NEW, rows(5)))
    sys.exit(0)


def test_many_first_starts_at_once_work(backend: Callable[[Path], Journal], tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    processes = [context.Process(target=_open, args=(backend, tmp_path)) for _ in range(6)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)
    assert [process.exitcode for process in processes] == [0] * 6
    with backend(tmp_path) as journal:
        assert len(journal.jobs()) == 6


def test_a_row_that_may_have_arrived_is_not_called_not_sent_because_a_later_attempt_was_refused(
    journal: Journal,
) -> None:
    job = journal.stage(NEW, rows(3))
    begin(journal, job).commit([], [dispatch(2), dispatch(3)])  # and the process dies
    ledger = begin(journal, job, ResendPolicy(unknown=True))
    ledger.commit([], [dispatch(2), dispatch(3), dispatch(4)])
    refused = [Completion(dispatch(number), Outcome(Verdict.STOP, TOKEN_REFUSED), Status.NOT_SENT) for number in (2, 4)]
    ledger.commit([*refused, completion(3)], [])
    results = list(journal.results(job))
    assert [result.status for result in results] == [Status.UNKNOWN, Status.ACCEPTED, Status.NOT_SENT]
    assert [result.advice for result in results] == [advice.UNDER_WAY, advice.NONE, TOKEN_REFUSED]
    assert [row.number for row, _ in journal.waiting(job, ResendPolicy())] == [4]


def test_a_row_that_is_sent_again_is_held_back_if_another_run_sent_the_same_request_meanwhile(journal: Journal) -> None:
    job = journal.stage(NEW, rows(1))
    other = journal.stage(replace(NEW, list_sha256="ef" * 32, account="e1" * 16), rows(1))
    ledger, others = begin(journal, job), begin(journal, other)
    ledger.commit([], [dispatch(2)])
    ledger.commit(
        [
            Completion(
                dispatch(2), Outcome(Verdict.PAUSE, Message("text", text="quota")), Status.NOT_SENT, goes_again=True
            )
        ],
        [],
    )
    others.commit([], [dispatch(2)])
    others.commit([completion(2)], [])
    assert ledger.commit([], [dispatch(2, nth=2)]) == {2: Status.SKIPPED}
    assert [attempt.job for attempt in journal.attempts(NEW.account)] == [job]


# What is not sent


def test_a_row_that_waits_has_the_fingerprint_of_its_request(journal: Journal) -> None:
    """Rows without one never wait: they are invalid, or kept as they were. Else nothing of the job is sent."""
    without = (
        replace(staged(3, Status.INVALID), fingerprint=None),
        replace(staged(4, Status.SKIPPED, kept=Kept.AS_BEFORE), fingerprint=None),
        replace(staged(5, Status.UNKNOWN, kept=Kept.AS_BEFORE), fingerprint=None),
    )
    everything = ResendPolicy(duplicates=True, unknown=True)
    first = journal.stage(NEW, [staged(2), *without, staged(6, Status.UNKNOWN), staged(7, Status.SKIPPED)])
    begin(journal, first)
    assert [(row.number, print_) for row, print_ in journal.waiting(first, everything)] == [
        (2, "print 2"),
        (6, ""),  # theirs may be of a request to a former place: it is made anew
        (7, ""),
    ]
    second = journal.stage(NEW, [staged(9)])  # the rows of the first are kept in it, without fingerprints
    assert [row.number for row, _ in journal.waiting(second, everything)] == [9]
    third = journal.stage(replace(NEW, account="c1" * 16), [staged(2), replace(staged(3), fingerprint=None)])
    rows_of_third = journal.waiting(third, ResendPolicy())
    assert next(rows_of_third).row.number == 2
    with pytest.raises(JournalError, match=f"Row 3 of job {third} can't be sent"):
        next(rows_of_third)


def test_waiting_rows_are_counted_by_status(journal: Journal) -> None:
    job = journal.stage(
        NEW, [*rows(3), staged(9, Status.UNKNOWN), staged(10, Status.SKIPPED), staged(11, Status.INVALID)]
    )
    assert journal.count_waiting(job, ResendPolicy()) == {Status.NOT_SENT: 3}
    assert journal.count_waiting(job, ResendPolicy(unknown=True)) == {Status.NOT_SENT: 3, Status.UNKNOWN: 1}
    again = ResendPolicy(duplicates=True, unknown=True)
    assert journal.count_waiting(job, again) == {Status.NOT_SENT: 3, Status.UNKNOWN: 1, Status.SKIPPED: 1}


def test_rows_that_turn_out_not_to_be_sendable_are_refused_with_their_advice(journal: Journal) -> None:
    job = journal.stage(NEW, rows(3))
    wrong = [Problem(3, 1, "no_such_id", {"id": "0042", "title": "Cola “ñ”"})]
    begin(journal, job).refuse({3: advice.of_problems(wrong)})
    assert [row.number for row, _ in journal.waiting(job, ResendPolicy())] == [2, 4]
    refused = list(journal.results(job))[1]
    assert (refused.status, refused.advice) == (Status.INVALID, advice.of_problems(wrong))
    assert (Status.INVALID, "", "", advice.NONE, 1) in journal.answers(job)


def test_rows_whose_request_is_known_are_held_back_by_what_came_of_it(journal: Journal) -> None:
    first = journal.stage(NEW, rows(2))
    ledger = begin(journal, first)
    ledger.commit([], [dispatch(2), dispatch(3)])
    ledger.commit([completion(2)], [])
    job = journal.stage(replace(NEW, list_sha256="ef" * 32, account="c1" * 16), rows(3))
    begin(journal, job).hold_back_known()
    assert [result.status for result in journal.results(job)] == [Status.SKIPPED, Status.UNKNOWN, Status.NOT_SENT]


def test_a_job_that_goes_elsewhere_has_other_requests(journal: Journal) -> None:
    first = journal.stage(NEW, rows(2))
    ledger = begin(journal, first)
    ledger.commit([], [dispatch(2), dispatch(3)])
    ledger.commit([completion(2)], [])
    job = journal.stage(replace(NEW, list_sha256="ef" * 32, account="c1" * 16), rows(4))
    ledger = begin(journal, job)
    ledger.hold_back_known()
    ledger.commit([], [dispatch(5)])
    journal.redirect(job, "https://elsewhere", {"wolkvox_server": "0007"}, lambda row: f"elsewhere {row.number}")
    assert (journal.job(job).destination, journal.job(job).settings) == (
        "https://elsewhere",
        {"wolkvox_server": "0007"},
    )
    # What only another job's request held back waits again; what left stays as it is.
    assert list(journal.waiting(job, ResendPolicy())) == [
        (Row(number, (f"cell {number}", "ñ")), f"elsewhere {number}") for number in (2, 3, 4)
    ]
    assert [result.status for result in journal.results(job)][3] is Status.UNKNOWN
    *_, left = journal.waiting(job, ResendPolicy(unknown=True))
    assert (left.row.number, left.fingerprint) == (5, "")  # it has that of the request that left, to the former place
    assert list(journal.known_requests(job, ResendPolicy())) == []


def test_the_result_workbook_of_a_job_may_go_elsewhere(journal: Journal, tmp_path: Path) -> None:
    job = journal.stage(NEW, rows(1))
    journal.set_results_path(job, tmp_path / "ñ.xlsx")
    assert journal.job(job).results_path == tmp_path / "ñ.xlsx"


def test_the_last_job_of_a_template_that_sent_anything_is_known(journal: Journal) -> None:
    first = journal.stage(NEW, rows(1))
    ledger = begin(journal, first)
    assert journal.last_sent(NEW.template) is None
    ledger.commit([], [dispatch(2)])
    begin(journal, journal.stage(replace(NEW, account="c1" * 16), []))
    last = journal.last_sent(NEW.template)
    assert last is not None
    assert last.id == first
    assert journal.last_sent("another") is None


# Codes and facts


def test_what_is_said_of_rows_and_runs_is_kept_as_codes_and_facts(journal: Journal) -> None:
    job = journal.stage(NEW, rows(2))
    ledger = begin(journal, job)
    said = advice.from_template({"en": "Fix “it”: 100 % {x}", "es": "Corríjalo", "pt": "Corrija"})
    ledger.commit([], [dispatch(2), dispatch(3)])
    ledger.commit([completion(2, Verdict.REJECTED, Status.REJECTED, said)], [])
    ledger.commit([completion(3, Verdict.REJECTED, Status.REJECTED, said)], [])
    assert [result.advice for result in journal.results(job)] == [said, said]
    assert journal.answers(job) == [(Status.REJECTED, "201", "done", said, 2)]


def test_a_forgotten_job_has_no_advice_and_no_reason_any_more(journal: Journal) -> None:
    job = journal.stage(NEW, rows(2))
    ledger = begin(journal, job)
    ledger.commit([], [dispatch(2)])
    ledger.commit([completion(2, said=WAIT)], [])
    ledger.end(Stop(QUOTA_SPENT, Verdict.PAUSE))
    journal.forget(job, everything=False)
    assert [result.advice for result in journal.results(job)] == [advice.NONE, advice.NONE]
    assert journal.job(job).stopped is None
    assert [run.stopped for run in journal.runs(NEW.account)] == [None]
    assert journal.find_prior("print 2", ResendPolicy()) is not None  # hashes stay
    journal.forget(job, everything=True)
    assert journal.find_prior("print 2", ResendPolicy()) is None
    assert journal.jobs() == []
