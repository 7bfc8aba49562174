"""Several jobs of one list: what became of each row in all of them."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.journal.builders import LOOKED, NEW, answered, begin, completion, dispatch, staged, statuses
from uploader.errors import SettingsError
from uploader.i18n import Message
from uploader.journal import Journal, Kept, RecoveredRow, StagedRow
from uploader.model import advice
from uploader.model.job import Attempt, AttemptKey, RowResult
from uploader.model.outcomes import Verdict
from uploader.model.resend import ResendPolicy
from uploader.model.rows import Row, Status

SENT_AT = "2026-03-09T17:05:09.123+00:00"
DO_SO = Message("text", text="do so")


@pytest.fixture
def first(journal: Journal) -> int:
    """A job whose row 2 was accepted, 3 rejected; of 4 no answer came; 5 was not sent; 6 is invalid."""
    rows = [*map(staged, (2, 3, 4, 5)), staged(6, Status.INVALID)]
    job = journal.stage(NEW, rows)
    answered(begin(journal, job), r2=Status.ACCEPTED, r3=Status.REJECTED, r4=None)
    return job


def again(first: int) -> list[StagedRow]:
    """The rows of the list as the next job stages them."""
    accepted = staged(2, Status.SKIPPED, first, Kept.AS_BEFORE)
    return [accepted, staged(3), staged(4, Status.UNKNOWN, first), staged(5), staged(6)]


def test_the_newest_job_knows_what_became_of_every_row(journal: Journal, first: int) -> None:
    job = journal.stage(NEW, again(first))
    assert journal.newest_job(NEW.account) == journal.job(first)  # a job of which nothing was begun is none
    assert statuses(journal, job) == {
        2: Status.ACCEPTED,  # by the first; skipped in this one
        3: Status.NOT_SENT,  # rejected by the first; its turn has not come
        4: Status.UNKNOWN,
        5: Status.NOT_SENT,
        6: Status.NOT_SENT,
    }
    accepted, rejected, unknown, *_ = journal.results(job)
    assert (accepted.code, accepted.message, accepted.http_status, accepted.attempts) == ("201", "done", 200, 1)
    assert (accepted.advice, accepted.row) == (advice.NONE, Row(2, ("cell 2", "ñ")))
    assert accepted.sent_at is not None
    assert (rejected.code, rejected.message, rejected.sent_at) == ("", "", None)
    assert rejected.advice == advice.NOT_ITS_TURN
    assert rejected.attempts == 1  # of the first job
    assert (unknown.code, unknown.attempts, unknown.sent_at is None) == ("", 1, False)
    counts = journal.job(job).counts  # what the job itself has to say
    assert (counts[Status.SKIPPED], counts[Status.UNKNOWN], counts[Status.NOT_SENT]) == (1, 1, 3)


def test_what_the_newest_job_sends_counts_from_the_intent_on(journal: Journal, first: int) -> None:
    job = journal.stage(NEW, again(first))
    ledger = begin(journal, job, ResendPolicy(unknown=True))
    assert [row.number for row, _ in journal.waiting(job, ResendPolicy())] == [3, 5, 6]
    assert [row.number for row, _ in journal.waiting(job, ResendPolicy(unknown=True))] == [3, 4, 5, 6]
    ledger.commit([], [dispatch(4), dispatch(5)])
    assert statuses(journal, job)[5] is Status.UNKNOWN
    ledger.commit([completion(4), completion(5, Verdict.REJECTED, Status.REJECTED)], [])
    assert statuses(journal, job) == {
        2: Status.ACCEPTED,
        3: Status.NOT_SENT,
        4: Status.ACCEPTED,
        5: Status.REJECTED,
        6: Status.NOT_SENT,
    }
    assert journal.job(first).continued_by == job
    assert journal.job(job).continued_by is None
    newest = journal.newest_job(NEW.account)
    assert newest is not None
    assert newest.id == job


def test_requests_are_numbered_over_all_jobs_of_the_list_alone(journal: Journal, first: int) -> None:
    job = journal.stage(NEW, again(first))
    answered(begin(journal, job, ResendPolicy(unknown=True)), r3=Status.REJECTED, r4=Status.ACCEPTED)
    answered(begin(journal, job), r3=Status.ACCEPTED)
    other = journal.stage(replace(NEW, list_sha256="ef" * 32, account="e1" * 16), [staged(9)])
    answered(begin(journal, other), r9=Status.ACCEPTED)
    made = [(one.row, one.nth, one.job, one.verdict) for one in journal.attempts(NEW.account)]
    assert made == [
        (2, 1, first, "accepted"),
        (3, 1, first, "rejected"),
        (4, 1, first, ""),
        (3, 2, job, "rejected"),
        (4, 2, job, "accepted"),
        (3, 3, job, "accepted"),
    ]
    assert {result.row.number: result.attempts for result in journal.results(job)} == {2: 1, 3: 3, 4: 2, 5: 0, 6: 0}
    attempts = list(journal.attempts(NEW.account))
    assert journal.attempt_keys(NEW.account) == {one.key for one in attempts}
    assert attempts[0].key == AttemptKey(2, attempts[0].sent_at[:19], 7)
    with_cells = list(journal.attempts(NEW.account, with_cells=True))
    assert [one.cells[0] for one in with_cells] == [f"cell {row}" for row, *_ in made]
    assert [(run.job, run.requests) for run in journal.runs(NEW.account)] == [(first, 3), (job, 2), (job, 1)]


def test_rows_that_were_deleted_stay_in_the_account_and_are_not_sent(journal: Journal, first: int) -> None:
    job = journal.stage(NEW, [staged(5)])
    begin(journal, job)
    everything = {2: Status.ACCEPTED, 3: Status.REJECTED, 4: Status.UNKNOWN, 5: Status.NOT_SENT, 6: Status.INVALID}
    assert statuses(journal, job) == everything
    assert next(journal.results(job)).code == "201"
    assert [row.number for row, _ in journal.waiting(job, ResendPolicy(duplicates=True, unknown=True))] == [5]
    assert journal.job(job).rows == 1
    third = journal.stage(NEW, [])
    begin(journal, third)
    assert statuses(journal, third) == everything
    assert journal.last_row_number(third) == 6


def test_a_row_that_was_deleted_may_come_back(journal: Journal, first: int) -> None:
    begin(journal, journal.stage(NEW, [staged(5)]))
    (state,) = journal.row_states(2, [3]).values()
    assert (state.status, state.job, state.cells) == (Status.REJECTED, first, ("cell 3", "ñ"))
    third = journal.stage(NEW, [staged(3, cells=("fixed", "ñ")), staged(5)])
    answered(begin(journal, third), r3=Status.ACCEPTED)
    assert statuses(journal, third)[3] is Status.ACCEPTED
    assert {result.row.number: result.row.cells[0] for result in journal.results(third)}[3] == "fixed"


def test_new_rows_come_under_new_numbers(journal: Journal, first: int) -> None:
    assert journal.last_row_number(first) == 6
    job = journal.stage(NEW, [*again(first), staged(7, cells=("new", "")), staged(8, cells=("new, too", ""))])
    answered(begin(journal, job), r7=Status.ACCEPTED)
    found = statuses(journal, job)
    assert (found[7], found[8], len(found)) == (Status.ACCEPTED, Status.NOT_SENT, 7)
    assert journal.row_states(first, [7, 8]) == {}


@pytest.mark.parametrize(
    ("header", "cells", "shown"),
    [
        (["a", "b", "c"], ("typed", "typed", "new"), ("cell 2", "ñ", "new")),
        (["b", "a"], ("typed", "typed"), ("ñ", "cell 2")),
        (["b"], ("typed",), ("ñ",)),
        (["A", "b"], ("now", "typed"), ("now", "ñ")),
        (["b", "b"], ("typed", "second"), ("ñ", "second")),
    ],
)
def test_cells_that_were_sent_are_under_their_names_also_where_the_columns_are_others(
    journal: Journal, first: int, header: list[str], cells: tuple[str, ...], shown: tuple[str, ...]
) -> None:
    accepted = staged(2, Status.SKIPPED, first, Kept.AS_BEFORE, cells)
    job = journal.stage(replace(NEW, header=header, fields={str(at): at for at in range(len(header))}), [accepted])
    begin(journal, job)
    results = {result.row.number: result.row.cells for result in journal.results(job)}
    assert results[2] == shown
    assert {len(row) for row in results.values()} == {len(header)}  # those that were deleted, too
    (state,) = journal.row_states(job, [2]).values()
    assert (state.cells, state.header) == (("cell 2", "ñ"), ("a", "b"))


def test_what_was_accepted_and_changed_since_is_remembered_as_it_is_now(journal: Journal, first: int) -> None:
    held_back = staged(2, Status.SKIPPED, first, cells=("changed", "a note"))
    job = journal.stage(replace(NEW, fields={"x": 0}), [held_back])
    begin(journal, job)
    (state,) = journal.row_states(job, [2]).values()
    assert (state.status, state.cells, state.edited) == (Status.ACCEPTED, ("cell 2", "ñ"), ("changed", "a note"))
    assert next(journal.results(job)).held_back == {0: "changed"}
    assert next(journal.results(job)).row.cells == ("cell 2", "a note")  # the second column is not sent
    assert [row.cells[0] for row, _ in journal.waiting(job, ResendPolicy(duplicates=True))] == ["changed"]


def test_a_forgotten_job_s_rows_keep_their_status(journal: Journal, first: int) -> None:
    job = journal.stage(NEW, [*again(first)[:1], staged(5)])
    begin(journal, job)
    journal.forget(first, everything=False)
    assert statuses(journal, job) == {
        2: Status.ACCEPTED,
        3: Status.REJECTED,
        4: Status.UNKNOWN,
        5: Status.NOT_SENT,
        6: Status.INVALID,
    }
    accepted = next(journal.results(job))
    assert (accepted.row.cells, accepted.code, accepted.message) == (("cell 2", "ñ"), "", "")
    (state,) = journal.row_states(job, [2]).values()
    assert (state.cells, state.header, state.may_have_arrived) == (("cell 2", "ñ"), ("a", "b"), True)
    journal.forget(job, everything=False)
    assert statuses(journal, job)[2] is Status.ACCEPTED
    assert next(journal.results(job)).row.cells == ()
    journal.stage(NEW, [staged(2, Status.SKIPPED, first, Kept.AS_BEFORE)])


def test_where_the_earlier_job_is_gone_the_later_one_says_what_it_knows(journal: Journal, first: int) -> None:
    job = journal.stage(NEW, again(first))
    begin(journal, job)
    journal.forget(first, everything=True)
    found = statuses(journal, job)
    assert (found[2], found[4]) == (Status.SKIPPED, Status.UNKNOWN)
    assert journal.newest_job(NEW.account) == journal.job(job)


@pytest.mark.parametrize("newer", [True, False])
@pytest.mark.parametrize("arrived", [True, False])
def test_an_unknown_row_can_be_settled_by_either_job(journal: Journal, first: int, newer: bool, arrived: bool) -> None:
    job = journal.stage(NEW, again(first))
    begin(journal, job)
    journal.settle(job if newer else first, [4], arrived=arrived, advice=LOOKED)
    (result,) = (result for result in journal.results(job) if result.row.number == 4)
    assert (result.status, result.advice) == (Status.ACCEPTED if arrived else Status.NOT_SENT, LOOKED)
    assert 4 in statuses(journal, job)
    assert (4 in [row.number for row, _ in journal.waiting(job, ResendPolicy())]) is not arrived
    assert statuses(journal, first)[4] is result.status
    with pytest.raises(SettingsError, match="Row 4 of job"):
        journal.settle(first, [4], arrived=arrived, advice=advice.NONE)
    with pytest.raises(SettingsError, match="Row 2 of job"):
        journal.settle(job, [2], arrived=arrived, advice=advice.NONE)
    third = journal.stage(NEW, [])
    assert statuses(journal, third)[4] is result.status


def test_what_was_settled_in_an_older_job_leaves_what_a_later_one_accepted(journal: Journal, first: int) -> None:
    job = journal.stage(NEW, again(first))
    answered(begin(journal, job, ResendPolicy(unknown=True)), r4=Status.ACCEPTED)
    journal.settle(first, [4], arrived=False, advice=LOOKED)
    assert statuses(journal, job)[4] is Status.ACCEPTED
    assert 4 not in [row.number for row, _ in journal.waiting(job, ResendPolicy(unknown=True))]


def test_several_rows_are_settled_together_or_none_of_them(journal: Journal, first: int) -> None:
    before = statuses(journal, first)
    with pytest.raises(SettingsError, match="Rows 2 and 99 of job"):
        journal.settle(first, [4, 2, 99], arrived=True, advice=LOOKED)
    assert statuses(journal, first) == before


@pytest.mark.parametrize("arrived", [True, False])
def test_a_job_counts_the_rows_that_a_person_closed_also_in_an_earlier_job(
    journal: Journal, first: int, arrived: bool
) -> None:
    job = journal.stage(NEW, again(first))
    begin(journal, job)
    assert [one.settled for one in journal.jobs()] == [0, 0]
    found = advice.settled(arrived=arrived, who="ana", when=datetime(2026, 11, 26, 9, 30, tzinfo=UTC))
    journal.settle(job, [4, 4], arrived=arrived, advice=found)
    assert [one.settled for one in journal.jobs()] == [1, 1]
    later = journal.stage(NEW, again(first) if arrived else [])
    begin(journal, later)
    settled = {result.row.number: result.settled for result in journal.results(later) if result.settled}
    assert settled == {4: "arrived" if arrived else "not arrived"}
    assert journal.job(later).settled == (1 if arrived else 0)  # it is not in the file of the other
    assert journal.newest_job(NEW.account) == journal.job(later) == journal.jobs()[0]


def test_settling_touches_no_other_list(journal: Journal, first: int) -> None:
    other = journal.stage(
        replace(NEW, list_sha256="ef" * 32, account="e1" * 16), [replace(staged(4), fingerprint="other")]
    )
    ledger = begin(journal, other)
    ledger.commit([], [replace(dispatch(4), request=replace(dispatch(4).request, fingerprint="other"))])
    journal.settle(first, [4], arrived=False, advice=advice.NONE)
    assert statuses(journal, other) == {4: Status.UNKNOWN}


# What a workbook says


def recovered(number: int, status: Status, attempts: int = 1) -> RowResult:
    row = Row(number, (f"cell {number}", "ñ"))
    code = "201" if attempts else ""
    return RowResult(
        row, status, code, "said", DO_SO, 200 if attempts else None, attempts, SENT_AT if attempts else None, 7
    )


def test_a_workbook_that_was_written_elsewhere_is_recovered(journal: Journal, tmp_path: Path) -> None:
    rows = [
        recovered(2, Status.ACCEPTED, 2),
        recovered(3, Status.REJECTED),
        recovered(4, Status.UNKNOWN),
        recovered(5, Status.NOT_SENT, 0),
        recovered(6, Status.INVALID, 0),
    ]
    attempts = [
        Attempt(2, 1, SENT_AT, "slow down", "403", "too fast", 403, 5, Message("failure.too_late", seconds=75), 0),
        Attempt(2, 2, SENT_AT, "accepted", "201", "said", 200, 7, None, 0),
        Attempt(3, 1, SENT_AT, "rejected", "400", "no", 400, 7, None, 0),
        Attempt(99, 1, SENT_AT, "accepted", "201", "of no row", 200, 7, None, 0),
    ]
    new = replace(NEW, taken_from=tmp_path / "list.results.xlsx", source_sha256="")
    recovered_rows = (RecoveredRow(row.row, row, None, f"print {row.row.number}") for row in rows)
    job = journal.recover(new, recovered_rows, attempts, "ab" * 32)
    assert statuses(journal, job) == {row.row.number: row.status for row in rows}
    states = journal.row_states(job, [2, 3, 4, 5, 99])
    assert [one.is_recovered for one in states.values()] == [True] * 4
    assert [one.may_have_arrived for one in states.values()] == [True, False, True, False]
    assert [(one.row, one.nth, one.verdict, one.code) for one in journal.attempts(NEW.account)] == [
        (2, 1, "slow down", "403"),
        (2, 2, "accepted", "201"),
        (3, 1, "rejected", "400"),
        (4, 1, "unknown", "201"),  # its own was not among them: the row has it
    ]
    assert {result.row.number: result.attempts for result in journal.results(job)} == {2: 2, 3: 1, 4: 1, 5: 0, 6: 0}
    assert list(journal.waiting(job, ResendPolicy(duplicates=True, unknown=True))) == []
    assert journal.knows_workbook(NEW.account, "ab" * 32)  # what it says is recovered once
    assert journal.workbook_written_at(NEW.account, "ab" * 32) is None  # and it was not written here
    assert not journal.knows_workbook(NEW.account, "ef" * 32)
    assert {result.advice for result in journal.results(job)} == {DO_SO}
    assert journal.job(job).ended_at is not None
    (run,) = journal.runs(NEW.account)
    assert run.taken_from == str(tmp_path / "list.results.xlsx")
    # The same requests from another list are known by it.
    other = journal.stage(replace(NEW, list_sha256="ef" * 32, account="e1" * 16), [staged(2), staged(3), staged(4)])
    assert begin(journal, other).commit([], [dispatch(2), dispatch(3), dispatch(4)]) == {
        2: Status.SKIPPED,
        4: Status.UNKNOWN,
    }


def test_what_this_journal_knows_better_stays(journal: Journal, first: int) -> None:
    rows = [
        RecoveredRow(Row(2, ("cell 2", "ñ")), None, first, None),
        RecoveredRow(Row(3, ("cell 3", "ñ")), recovered(3, Status.ACCEPTED), None, "print 3"),
    ]
    job = journal.recover(replace(NEW, taken_from=Path("/elsewhere.xlsx")), rows, [], "ab" * 32)
    assert statuses(journal, job) == {
        2: Status.ACCEPTED,
        3: Status.ACCEPTED,
        4: Status.UNKNOWN,  # not in the workbook
        5: Status.NOT_SENT,
        6: Status.INVALID,
    }
    states = journal.row_states(job, [2, 3])
    assert (states[2].job, states[2].is_recovered) == (first, False)
    assert (states[3].job, states[3].is_recovered) == (job, True)


def test_a_workbook_that_was_written_is_known_by_its_rows_digest(journal: Journal, first: int) -> None:
    assert journal.workbook_written_at(NEW.account, "ab" * 32) is None
    journal.note_workbook(journal.job(first), "ab" * 32)
    when = journal.workbook_written_at(NEW.account, "ab" * 32)
    assert when is not None
    assert journal.workbook_written_at("e1" * 16, "ab" * 32) is None
    journal.note_workbook(journal.job(first), "ab" * 32)
    assert (journal.workbook_written_at(NEW.account, "ab" * 32) or "") >= when
    journal.forget(first, everything=True)
    assert journal.workbook_written_at(NEW.account, "ab" * 32) is None


def test_columns_that_were_redacted_once_stay_so(journal: Journal, first: int) -> None:
    journal.add_redacted_columns(first, [])
    journal.add_redacted_columns(first, ["b"])
    journal.add_redacted_columns(first, ["a", "b"])
    assert list(journal.job(first).redacted) == ["b", "a"]
