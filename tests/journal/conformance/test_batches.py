"""Many answers and intents in one commit are what they would be in a commit each, in their order."""

from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace

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
from tests.journal.conformance.conftest import NewJournal
from tests.journal.stories import Story, ended
from uploader.errors import JournalError
from uploader.journal import Journal, RunLedger
from uploader.model import advice
from uploader.model.outcomes import Completion, Dispatch, Outcome, Verdict
from uploader.model.resend import HeldBack, ResendPolicy
from uploader.model.rows import Status


def test_of_two_rows_alike_in_one_commit_the_first_leaves(journal: Journal) -> None:
    job = journal.stage(NEW, (staged(number, fingerprint="same") for number in (2, 3, 4)))
    ledger = begin(journal, job)
    held_back = ledger.commit([], [dispatch(number, fingerprint="same") for number in (2, 3, 4)])
    assert held_back == {3: Status.SKIPPED, 4: Status.SKIPPED}
    assert [one.row for one in journal.attempts(job)] == [2]
    assert result_of(journal, job, 4).advice.facts["row"] == 2


def test_of_two_rows_alike_the_later_one_may_leave_first_and_the_earlier_one_waits_for_its_answer(
    journal: Journal,
) -> None:
    job = journal.stage(NEW, (staged(number, fingerprint="same") for number in (2, 3)))
    journal.stage(NEW, [replace(staged(2), fingerprint="another")], job=job, others_wait=True)
    ledger = begin(journal, job)
    first, second = dispatch(3, fingerprint="same"), dispatch(2, fingerprint="same")
    assert ledger.commit([], [first, second]) == {2: Status.UNKNOWN}
    assert ledger.commit([ended(first)], []) == {}
    assert statuses(journal, job) == {2: Status.UNKNOWN, 3: Status.ACCEPTED}


@pytest.mark.parametrize(
    "verdict", [Verdict.SLOW_DOWN, Verdict.OUT_OF_REACH, Verdict.PAUSE], ids=lambda verdict: verdict.name
)
def test_a_row_that_ends_and_leaves_again_in_one_turn_is_two_requests(journal: Journal, verdict: Verdict) -> None:
    job = journal.stage(NEW, rows(2))
    ledger = begin(journal, job)
    ledger.commit([], [dispatch(2), dispatch(3)])
    again = ended(dispatch(2), verdict)._replace(goes_again=True)
    assert ledger.commit([again, ended(dispatch(3))], [dispatch(2, nth=2)]) == {}
    assert [(one.row, one.nth, one.verdict) for one in journal.attempts(job)] == [
        (2, 1, verdict), (3, 1, Verdict.ACCEPTED), (2, 2, ""),
    ]  # fmt: skip
    assert statuses(journal, job) == {2: Status.UNKNOWN, 3: Status.ACCEPTED}
    ledger.commit([ended(dispatch(2, nth=2), Verdict.REJECTED)], [])
    assert [(one.row, one.verdict) for one in journal.attempts(job)] == [
        (2, verdict), (3, Verdict.ACCEPTED), (2, Verdict.REJECTED),
    ]  # fmt: skip
    assert (statuses(journal, job)[2], waiting(journal, job)) == (Status.REJECTED, [])


def test_an_accepted_row_that_ends_and_leaves_again_in_one_turn_stays_accepted(journal: Journal) -> None:
    job = journal.stage(NEW, rows(1))
    answered(begin(journal, job), r2=Status.ACCEPTED)
    journal.stage(NEW, [staged(2, waits=True)], job=job)
    ledger = begin(journal, job, ResendPolicy(duplicates=True))
    ledger.commit([], [dispatch(2)])
    ledger.commit([ended(dispatch(2), Verdict.SLOW_DOWN)], [dispatch(2, nth=2)])
    ledger.commit([ended(dispatch(2, nth=2), Verdict.REJECTED)], [])
    assert statuses(journal, job) == {2: Status.ACCEPTED}


def test_a_row_that_is_refused_and_one_alike_that_leaves_in_the_same_turn(journal: Journal) -> None:
    job = journal.stage(NEW, rows(1))
    other = journal.stage(OTHER, rows(1))
    sending, ledger = begin(journal, other), begin(journal, job)
    ledger.commit([], [dispatch(2)])
    assert sending.commit([], [dispatch(2)]) == {2: Status.UNKNOWN}
    ledger.commit([ended(dispatch(2), Verdict.REJECTED)], [])
    journal.stage(OTHER, rows(1), job=other)
    assert begin(journal, other).commit([], [dispatch(2)]) == {}


def test_a_row_whose_request_is_that_of_an_earlier_row_is_held_back_as_it_leaves(journal: Journal) -> None:
    job = journal.stage(NEW, [staged(2), staged(3), staged(4, fingerprint="print 2")])
    ledger = begin(journal, job)
    answered(ledger, r2=Status.REJECTED)
    assert ledger.commit([], [dispatch(3), dispatch(4, fingerprint="print 2")]) == {4: Status.SKIPPED}


def test_a_row_whose_request_only_a_workbook_knows_is_held_back_as_it_leaves(journal: Journal) -> None:
    told = replace(staged(2, Status.SKIPPED), advice=advice.TOLD_BY_WORKBOOK)
    journal.stage(NEW, [told])
    begin(journal, 1)
    job = journal.stage(OTHER, rows(2))
    assert begin(journal, job).commit([], [dispatch(2), dispatch(3)]) == {2: Status.SKIPPED}


def test_an_unknown_row_does_not_leave_edited_where_somebody_wants_duplicates_alone(journal: Journal) -> None:
    job = journal.stage(NEW, rows(2))
    answered(begin(journal, job), r2=None)
    journal.stage(NEW, [staged(2, cells=("edited", "x"), fingerprint="edited", waits=True)], job=job, others_wait=True)
    ledger = begin(journal, job, ResendPolicy(duplicates=True))
    assert ledger.commit([], [dispatch(2, fingerprint="edited"), dispatch(3)]) == {2: Status.UNKNOWN}


def test_a_row_is_known_by_the_request_with_which_it_left(journal: Journal) -> None:
    job = journal.stage(NEW, rows(2))
    ledger = begin(journal, job)
    left = dispatch(2, fingerprint="as it left")
    ledger.commit([], [left, dispatch(3)])
    ledger.commit([ended(left, Verdict.SLOW_DOWN)], [])
    assert [one.fingerprint for one in journal.waiting(job)] == ["as it left"]


def test_answers_with_what_is_no_text_cost_no_other_answer(journal: Journal) -> None:
    job = journal.stage(NEW, rows(3))
    ledger = begin(journal, job)
    ledger.commit([], [dispatch(number) for number in (2, 3, 4)])
    odd = completion(3)._replace(outcome=Outcome(Verdict.ACCEPTED, advice.NONE, "\ud800", "half \udfff", 200, 7))
    ledger.commit([completion(2), odd, completion(4)], [])
    assert [one.message for one in journal.rows(job)] == ["done", "half ?", "done"]
    assert set(statuses(journal, job).values()) == {Status.ACCEPTED}


def test_after_a_commit_that_failed_the_same_one_can_be_tried_again(journal: Journal) -> None:
    """The number of a row that is gone fails in the midst of the intents."""
    job = journal.stage(NEW, rows(4))
    ledger = begin(journal, job)
    ledger.commit([], [dispatch(2), dispatch(3)])
    answers = [ended(dispatch(2), Verdict.SLOW_DOWN), completion(3)]
    for _ in range(2):
        with pytest.raises(JournalError):
            ledger.commit(answers, [dispatch(2, nth=2), dispatch(4), dispatch(99), dispatch(5)])
        assert statuses(journal, job)[3] is Status.UNKNOWN
        assert len(list(journal.attempts(job))) == 2
    assert ledger.commit(answers, [dispatch(2, nth=2), dispatch(4), dispatch(5)]) == {}
    assert [one.row for one in journal.attempts(job)] == [2, 3, 2, 4, 5]
    ledger.commit([completion(number) for number in (2, 4, 5)], [])
    assert set(statuses(journal, job).values()) == {Status.ACCEPTED}


def at_once(
    ledger: RunLedger, completions: Sequence[Completion], dispatches: Sequence[Dispatch]
) -> dict[int, HeldBack]:
    return dict(ledger.commit(completions, dispatches))


def one_by_one(
    ledger: RunLedger, completions: Sequence[Completion], dispatches: Sequence[Dispatch]
) -> dict[int, HeldBack]:
    held_back: dict[int, HeldBack] = {}
    for completion_ in completions:
        ledger.commit([completion_], [])
    for dispatch_ in dispatches:
        held_back |= ledger.commit([], [dispatch_])
    return held_back


@pytest.mark.parametrize("seed", range(16))
def test_whatever_happens_one_commit_says_and_writes_what_many_would(new_journal: NewJournal, seed: int) -> None:
    told = []
    for how in (at_once, one_by_one):
        with closing(new_journal()()) as journal:
            told.append(Story(journal, seed).told(how))
    assert told[0] == told[1]
