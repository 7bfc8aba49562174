"""Unknown rows are closed by a person's word."""

import pytest

from tests.journal.builders import (
    LOOKED,
    NEW,
    OTHER,
    answered,
    begin,
    dispatch,
    result_of,
    rows,
    settlement,
    statuses,
    waiting,
)
from uploader.errors import SettingsError
from uploader.journal import Journal
from uploader.model.rows import Status


@pytest.fixture
def first(journal: Journal) -> int:
    """Row 2 was accepted; of 3 and 4 no answer came."""
    job = journal.stage(NEW, rows(3))
    answered(begin(journal, job), r2=Status.ACCEPTED, r3=None, r4=None)
    return job


def test_a_row_that_arrived_is_accepted_by_a_persons_word(journal: Journal, first: int) -> None:
    journal.settle(first, [settlement(4)], LOOKED)
    found = result_of(journal, first, 4)
    assert (found.status, found.advice, found.settled) == (Status.ACCEPTED, LOOKED, "arrived")
    assert (journal.job(first).settled, journal.settlements(first)) == (1, [settlement(4)])


def test_a_row_that_did_not_arrive_waits(journal: Journal, first: int) -> None:
    journal.settle(first, [settlement(4, "not arrived")], LOOKED)
    assert (statuses(journal, first)[4], waiting(journal, first)) == (Status.NOT_SENT, [4])
    answered(begin(journal, first), r4=Status.ACCEPTED)
    assert (result_of(journal, first, 4).settled, journal.job(first).settled) == (None, 0)


@pytest.mark.parametrize(("found", "status"), [("arrived", Status.SKIPPED), ("not arrived", Status.NOT_SENT)])
def test_rows_held_back_because_of_it_go_with_it(journal: Journal, first: int, found: str, status: Status) -> None:
    other = journal.stage(OTHER, rows(3))
    begin(journal, other).hold_back_known()
    journal.settle(first, [settlement(4, found)], LOOKED)
    assert (statuses(journal, other)[4], statuses(journal, other)[3]) == (status, Status.UNKNOWN)


def test_the_row_that_left_is_closed_by_the_one_that_was_held_back(journal: Journal, first: int) -> None:
    other = journal.stage(OTHER, rows(3))
    begin(journal, other).hold_back_known()
    journal.settle(other, [settlement(4)], LOOKED)
    assert statuses(journal, first)[4] is Status.ACCEPTED


def test_many_rows_are_closed_together_or_none_of_them(journal: Journal, first: int) -> None:
    before = statuses(journal, first)
    with pytest.raises(SettingsError, match="2 and 99"):
        journal.settle(first, [settlement(4), settlement(2), settlement(99)], LOOKED)
    assert (statuses(journal, first), journal.settlements(first)) == (before, [])


def test_ten_thousand_rows_are_closed_in_one_call(journal: Journal) -> None:
    job = journal.stage(NEW, rows(10_000))
    begin(journal, job).commit([], [dispatch(number) for number in range(2, 10_002)])
    journal.settle(job, [settlement(number) for number in range(2, 10_002)], LOOKED)
    assert journal.job(job).settled == 10_000
