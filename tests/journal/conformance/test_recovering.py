"""What a workbook from elsewhere says of rows is written down."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.journal.builders import (
    ANA,
    EVERYTHING,
    NEW,
    OTHER,
    answered,
    begin,
    dispatch,
    result_of,
    rows,
    settlement,
    staged,
    statuses,
    waiting,
)  # fmt: skip
from uploader.journal import Journal, RecoveredRow
from uploader.model import advice
from uploader.model.job import Attempt, RowResult, Sender, Settlement
from uploader.model.resend import ResendPolicy
from uploader.model.rows import Row, Status

BOOK, DIGEST = Path("/mail/list.results.xlsx"), "99" * 32
EVA = Sender("eva", "pc-9", "")
TIMES = [f"2026-11-26T09:{minute}:00.000+00:00" for minute in range(10, 20)]


def row(number: int, status: Status, fingerprint: str | None = "", **facts: Any) -> RecoveredRow:
    found = {"code": "", "message": "", "http_status": None, "attempts": 0, "sent_at": None, "duration_ms": None}
    cells = Row(number, (f"cell {number}", "ñ"))
    result = RowResult(row=cells, status=status, advice=advice.NONE, **{**found, **facts})
    return RecoveredRow(cells, result, f"print {number}" if fingerprint == "" else fingerprint)


def attempt(number: int, verdict: str, nth: int = 1) -> Attempt:
    code = {"accepted": "201", "rejected": "404"}.get(verdict, "")
    status = 200 if code else None
    return Attempt(number, nth, TIMES[nth], verdict, code, f"{verdict} {nth}", status, 7 if code else None, None, 0)


def recover(
    journal: Journal, found: Sequence[RecoveredRow], attempts: Sequence[Attempt] = (), job: int | None = None
) -> int:
    return journal.recover(NEW, EVA, found, attempts, DIGEST, path=BOOK, job=job)


def test_it_is_a_run_that_ended_and_says_where_it_is_from(journal: Journal) -> None:
    job = recover(journal, [row(2, Status.ACCEPTED)], [attempt(2, "accepted", 3)])
    (run,) = journal.runs(job)
    assert (run.user, run.machine, run.taken_from, run.requests) == ("eva", "pc-9", str(BOOK), 1)
    assert (run.started_at, run.ended_at) == (TIMES[3], TIMES[3])
    assert [one.id for one in journal.jobs()] == [job]


def test_its_workbook_is_known_and_was_not_written_here(journal: Journal) -> None:
    job = recover(journal, [])
    assert journal.knows_workbook(job, DIGEST)
    assert journal.workbook_written_at(job, DIGEST) is None
    assert journal.workbook_paths(job) == []


@pytest.mark.parametrize("status", Status)
def test_each_row_is_as_the_workbook_says_and_none_waits(journal: Journal, status: Status) -> None:
    job = recover(journal, [row(2, status, code="12", message="said", sent_at=TIMES[0], attempts=1)])
    assert (statuses(journal, job), waiting(journal, job)) == ({2: status}, [])
    assert result_of(journal, job, 2).row.cells == ("cell 2", "ñ")


@pytest.mark.parametrize("status", [Status.ACCEPTED, Status.REJECTED])
def test_a_row_without_its_requests_keeps_its_own_answer(journal: Journal, status: Status) -> None:
    said: dict[str, Any] = {"code": "12", "message": "said", "http_status": 200, "sent_at": TIMES[0], "duration_ms": 3}
    job = recover(journal, [row(2, status, attempts=4, **said)])
    found = result_of(journal, job, 2)
    assert {name: getattr(found, name) for name in said} == said
    assert found.attempts == 1


def test_a_row_that_may_have_arrived_is_known_though_the_workbook_has_no_request(journal: Journal) -> None:
    job = recover(journal, [row(2, Status.ACCEPTED), row(3, Status.UNKNOWN)])
    second = journal.stage(OTHER, rows(3))
    held_back = begin(journal, second).commit([], [dispatch(number) for number in (2, 3, 4)])
    assert held_back == {2: Status.SKIPPED, 3: Status.UNKNOWN}
    assert [one.row for one in journal.attempts(job)] == [2, 3]


def test_of_a_row_that_was_edited_nobody_knows_what_was_sent(journal: Journal) -> None:
    job = recover(journal, [row(2, Status.ACCEPTED, None)])
    (state,) = journal.row_states(job, [2]).values()
    assert (state.sent, state.is_recovered, state.is_edited) == (None, True, True)
    assert journal.find_prior("print 2", ResendPolicy()) is None


# The attempt that decides a row is the last that fits its status


@pytest.mark.parametrize(
    ("status", "verdicts", "deciding"),
    [
        (Status.ACCEPTED, ["accepted"], 0),
        (Status.ACCEPTED, ["rejected", "accepted"], 1),
        (Status.ACCEPTED, ["accepted", "rejected"], 0),
        (Status.ACCEPTED, ["accepted", "stop"], 0),
        (Status.ACCEPTED, ["accepted", ""], 0),
        (Status.ACCEPTED, ["unknown", "rejected"], 0),
        (Status.UNKNOWN, ["unknown", "stop"], 0),
        (Status.UNKNOWN, ["rejected", ""], 1),
        (Status.REJECTED, ["rejected", "rejected"], 1),
        (Status.REJECTED, ["unknown", "rejected"], 1),
        (Status.NOT_SENT, ["rejected", "unknown"], 1),
    ],
)
def test_the_last_request_that_fits_decides(
    journal: Journal, status: Status, verdicts: Sequence[str], deciding: int
) -> None:
    tried = [attempt(2, verdict, nth) for nth, verdict in enumerate(verdicts, start=1)]
    job = recover(journal, [row(2, status, sent_at=tried[-1].sent_at, attempts=len(tried))], tried)
    found = result_of(journal, job, 2)
    assert (found.code, found.message, found.sent_at) == (
        tried[deciding].code, tried[deciding].message, tried[deciding].sent_at,
    )  # fmt: skip
    assert found.attempts == len(tried)


def test_a_refusal_is_not_taken_for_what_was_accepted(journal: Journal) -> None:
    job = recover(journal, [row(2, Status.ACCEPTED, code="201", sent_at=TIMES[0])], [attempt(2, "rejected")])
    assert result_of(journal, job, 2).code == "201"
    assert [one.verdict for one in journal.attempts(job)] == ["rejected", "accepted"]


@pytest.mark.parametrize("status", [Status.INVALID, Status.SKIPPED, Status.NOT_SENT])
def test_no_request_decides_a_row_that_was_mended_since(journal: Journal, status: Status) -> None:
    job = recover(journal, [row(2, status, attempts=1)], [attempt(2, "rejected")])
    found = result_of(journal, job, 2)
    assert (found.code, found.sent_at, found.attempts) == ("", None, 1)


def test_a_row_that_a_person_found_not_to_have_arrived_is_unknown_to_no_other_list(journal: Journal) -> None:
    recover(journal, [row(2, Status.NOT_SENT, sent_at=TIMES[1])], [attempt(2, "")])
    assert journal.find_prior("print 2", ResendPolicy()) is None


# More of a job that is known


@pytest.fixture
def job(journal: Journal) -> int:
    """Row 2 was rejected, of 3 no answer came, 4 waits."""
    job = journal.stage(NEW, rows(3))
    answered(begin(journal, job), r2=Status.REJECTED, r3=None)
    return job


def test_more_of_a_job_is_another_run_of_it(journal: Journal, job: int) -> None:
    assert recover(journal, [row(2, Status.ACCEPTED)], [attempt(2, "accepted")], job=job) == job
    assert [one.taken_from for one in journal.runs(job)] == [None, str(BOOK)]
    assert journal.job(job).sender == EVA


def test_rows_that_it_says_nothing_of_stay(journal: Journal, job: int) -> None:
    before = [one for one in journal.rows(job) if one.row.number != 2]
    recover(journal, [row(2, Status.ACCEPTED)], [attempt(2, "accepted")], job=job)
    assert [one for one in journal.rows(job) if one.row.number != 2] == before
    assert waiting(journal, job) == [4]


def test_a_row_that_it_knows_more_of_shows_the_new_answer_and_all_requests(journal: Journal, job: int) -> None:
    recover(journal, [row(2, Status.ACCEPTED)], [attempt(2, "accepted")], job=job)
    found = result_of(journal, job, 2)
    assert (found.status, found.code, found.attempts) == (Status.ACCEPTED, "201", 2)
    assert journal.find_prior("print 2", ResendPolicy()) is not None


def test_the_answer_of_before_does_not_decide_a_row_that_has_none_now(journal: Journal, job: int) -> None:
    recover(journal, [row(2, Status.NOT_SENT)], job=job)
    found = result_of(journal, job, 2)
    assert (found.status, found.code, found.http_status, found.sent_at) == (Status.NOT_SENT, "", None, None)


def test_a_row_that_waited_and_was_sent_elsewhere_waits_no_longer(journal: Journal, job: int) -> None:
    recover(journal, [row(4, Status.ACCEPTED)], [attempt(4, "accepted")], job=job)
    assert waiting(journal, job) == []


def test_its_rows_are_sent_again_like_others(journal: Journal) -> None:
    job = recover(journal, [row(2, Status.REJECTED, sent_at=TIMES[1]), row(3, Status.UNKNOWN)])
    journal.stage(NEW, [staged(2)], job=job)
    journal.ask_again(job, EVERYTHING)
    assert waiting(journal, job) == [2, 3]
    answered(begin(journal, job, EVERYTHING), r2=Status.ACCEPTED, r3=Status.ACCEPTED)
    assert journal.job(job).sender == ANA


def test_columns_of_the_person_may_be_new(journal: Journal, job: int) -> None:
    wider = replace(NEW, header=["a", "b", "note"])
    found = row(9, Status.ACCEPTED)
    found = found._replace(row=Row(9, ("9", "ñ", "mine")))
    journal.recover(wider, EVA, [found], [], DIGEST, path=BOOK, job=job)
    assert result_of(journal, job, 9).row.cells == ("9", "ñ", "mine")
    assert result_of(journal, job, 4).row.cells == ("cell 4", "ñ", "")


def test_nothing_of_it_is_kept_where_it_fails(journal: Journal, job: int) -> None:
    def broken() -> Any:
        yield attempt(2, "accepted")
        raise ZeroDivisionError

    before = list(journal.rows(job)), journal.runs(job)
    with pytest.raises(ZeroDivisionError):
        journal.recover(NEW, EVA, [row(2, Status.ACCEPTED)], broken(), DIGEST, path=BOOK, job=job)
    assert (list(journal.rows(job)), journal.runs(job)) == before
    assert not journal.knows_workbook(job, DIGEST)


# What people found who looked rows up


def settled(number: int, found: str) -> RecoveredRow:
    status = Status.ACCEPTED if found == "arrived" else Status.NOT_SENT
    return row(number, status, None)._replace(settlement=settlement(number, found))


def recover_settled(journal: Journal, job: int, found: Sequence[RecoveredRow], *others: Settlement) -> None:
    every = [*others, *(one.settlement for one in found if one.settlement is not None)]
    journal.recover(NEW, EVA, found, [], DIGEST, path=BOOK, job=job, settlements=every)


def test_a_row_of_a_known_request_is_accepted_by_a_persons_word(journal: Journal, job: int) -> None:
    before = result_of(journal, job, 3)
    recover_settled(journal, job, [settled(3, "arrived")])
    after = result_of(journal, job, 3)
    assert (after.status, after.settled, journal.job(job).settled) == (Status.ACCEPTED, "arrived", 1)
    assert (after.row, after.attempts, after.sent_at) == (before.row, before.attempts, before.sent_at)
    assert (after.advice.code, after.advice.facts["who"]) == ("advice.arrived", "ana")
    assert journal.settlements(job) == [settlement(3)]


def test_one_that_a_person_found_not_to_have_arrived_waits(journal: Journal, job: int) -> None:
    recover_settled(journal, job, [settled(3, "not arrived")])
    assert (statuses(journal, job)[3], waiting(journal, job)) == (Status.NOT_SENT, [3, 4])


def test_one_that_was_closed_with_another_row_is_no_obstacle(journal: Journal) -> None:
    job = journal.stage(NEW, [staged(2), staged(3, fingerprint="print 2")])
    ledger = begin(journal, job, EVERYTHING)
    ledger.commit([], [dispatch(2), dispatch(3, fingerprint="print 2")])
    later = replace(settlement(3), at=TIMES[9])
    recover_settled(journal, job, [settled(2, "arrived"), settled(3, "arrived")._replace(settlement=later)])
    assert set(statuses(journal, job).values()) == {Status.ACCEPTED}


def test_what_was_found_of_other_rows_is_kept_once(journal: Journal, job: int) -> None:
    of_2, of_nobody = settlement(2, "not arrived"), settlement(99)
    recover_settled(journal, job, [], of_2, of_nobody)
    recover_settled(journal, job, [], of_2)
    assert (journal.settlements(job), statuses(journal, job)[2]) == ([of_2], Status.REJECTED)


def test_of_a_row_that_is_new_here_it_is_known_by_whose_word_it_is_accepted(journal: Journal) -> None:
    job = recover(journal, [row(2, Status.ACCEPTED, settled="arrived")], [attempt(2, "unknown")])
    assert (result_of(journal, job, 2).settled, journal.job(job).settled) == ("arrived", 1)
