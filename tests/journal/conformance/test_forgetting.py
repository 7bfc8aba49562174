"""What is forgotten is known by keyed hashes alone, and is not sent again."""

from dataclasses import replace
from pathlib import Path

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
    staged,
    statuses,
    waiting,
)  # fmt: skip
from tests.journal.conformance.conftest import Opened
from uploader.errors import SettingsError
from uploader.journal import Journal
from uploader.model import advice
from uploader.model.resend import ResendPolicy
from uploader.model.rows import Status

WORKBOOK = "77" * 32


@pytest.fixture
def job(journal: Journal) -> int:
    """Forgotten; row 2 was accepted, 3 rejected; of 4 no answer came; 5 waited."""
    job = journal.stage(NEW, rows(4))
    ledger = begin(journal, job)
    answered(ledger, r2=Status.ACCEPTED, r3=Status.REJECTED, r4=None)
    ledger.end(None)
    journal.note_workbook(job, WORKBOOK, NEW.results_path)
    journal.forget([job], everything=False)
    return job


def test_statuses_numbers_and_times_are_left(journal: Journal, job: int) -> None:
    assert statuses(journal, job) == {
        2: Status.ACCEPTED, 3: Status.REJECTED, 4: Status.UNKNOWN, 5: Status.NOT_SENT,
    }  # fmt: skip
    assert [(one.row, bool(one.sent_at), one.http_status) for one in journal.attempts(job)] == [
        (2, True, 200), (3, True, 200), (4, True, None),
    ]  # fmt: skip
    assert (journal.job(job).forgotten_at is not None, journal.job(job).rows) == (True, 4)


def test_cells_answers_and_advice_are_gone(journal: Journal, job: int) -> None:
    found = list(journal.rows(job))
    assert {(one.row.cells, one.code, one.message, one.advice) for one in found} == {((), "", "", advice.NONE)}
    assert {one.cells for one in journal.attempts(job, with_cells=True)} == {()}
    assert (journal.job(job).header, journal.job(job).fields) == ((), {})
    assert list(journal.rows(job, text="cell")) == []


def test_its_rows_wait_no_longer(journal: Journal, job: int) -> None:
    assert waiting(journal, job) == []


def test_its_hashes_can_not_be_made_from_what_was_sent(journal: Journal, job: int) -> None:
    assert journal.job(job).list_sha256 != NEW.list_sha256
    assert set(journal.sources(job)) != {NEW.source_sha256}


def test_a_plain_hash_still_finds_all_that_is_known_by_it(journal: Journal, job: int) -> None:
    assert [(one.id, one.way) for one in journal.jobs(NEW.list_sha256)] == [(job, NEW.way)]
    assert journal.was_read_from(job, NEW.source_sha256)
    assert journal.knows_workbook(job, WORKBOOK)
    assert journal.workbook_written_at(job, WORKBOOK) is not None


def test_another_hash_finds_nothing(journal: Journal, job: int) -> None:
    assert journal.jobs(OTHER.list_sha256) == []
    assert not journal.was_read_from(job, OTHER.source_sha256)
    assert not journal.knows_workbook(job, "78" * 32)
    assert journal.find_prior("print 99", ResendPolicy()) is None


@pytest.mark.parametrize(
    ("number", "status"), [(2, Status.ACCEPTED), (3, None), (4, Status.UNKNOWN), (5, None)],
)  # fmt: skip
def test_what_was_sent_is_known(journal: Journal, job: int, number: int, status: Status | None) -> None:
    prior = journal.find_prior(f"print {number}", ResendPolicy())
    assert (prior and prior.status) == status
    assert prior is None or journal.perhaps_known(["print 99", f"print {number}"]) == {f"print {number}"}
    assert prior is None or (prior.job, prior.row, prior.list_name) == (job, number, "list.csv")


def test_another_list_with_the_same_rows_is_held_back(journal: Journal, open_again: Opened, job: int) -> None:
    with open_again() as other:
        second = other.stage(OTHER, rows(4))
        assert [number for number, _ in other.known_requests(second, ResendPolicy())] == [2, 4]
        held_back = begin(other, second).commit([], [dispatch(number) for number in (2, 3, 4, 5)])
    assert held_back == {2: Status.SKIPPED, 4: Status.UNKNOWN}
    assert result_of(journal, second, 2).sent_at == result_of(journal, job, 2).sent_at


def test_a_run_that_goes_on_while_another_list_is_forgotten_knows_what_was_sent(
    journal: Journal, open_again: Opened
) -> None:
    with open_again() as other:
        second = other.stage(OTHER, rows(2))
        running = begin(other, second)
        first = journal.stage(NEW, rows(2))
        answered(begin(journal, first), r2=Status.ACCEPTED)
        journal.forget([first], everything=False)
        assert running.commit([], [dispatch(2), dispatch(3)]) == {2: Status.SKIPPED}


def test_its_list_sent_again_is_the_same_job_and_sends_nothing_twice(journal: Journal, job: int) -> None:
    again = [staged(2, waits=True), staged(3), staged(4, waits=True), staged(5)]
    assert journal.stage(NEW, again, job=job) == job
    held_back = begin(journal, job).commit([], [dispatch(number) for number in (2, 3, 4, 5)])
    assert held_back == {2: Status.ACCEPTED, 4: Status.UNKNOWN}
    assert journal.job(job).forgotten_at is None
    assert journal.job(job).way == NEW.way
    assert journal.sources(job) == {NEW.source_sha256: NEW.list_path}


def test_its_list_may_be_forgotten_again(journal: Journal, job: int) -> None:
    journal.stage(NEW, [staged(3)], job=job)
    answered(begin(journal, job), r3=Status.ACCEPTED)
    journal.forget([job], everything=False)
    for number in (2, 3):
        prior = journal.find_prior(f"print {number}", ResendPolicy())
        assert prior is not None
        assert prior.status is Status.ACCEPTED
    assert [one.id for one in journal.jobs(NEW.list_sha256)] == [job]


def test_two_forgotten_lists_are_told_apart(journal: Journal, job: int) -> None:
    other = journal.stage(OTHER, [staged(9)])
    answered(begin(journal, other), r9=Status.ACCEPTED)
    journal.forget([other], everything=False)
    assert [[one.id for one in journal.jobs(new.list_sha256)] for new in (NEW, OTHER)] == [[job], [other]]
    assert journal.find_prior("print 9", ResendPolicy()) is not None


@pytest.mark.parametrize(("found", "status"), [("arrived", Status.SKIPPED), ("not arrived", Status.NOT_SENT)])
def test_a_row_held_back_because_of_a_forgotten_one_is_settled(
    journal: Journal, job: int, found: str, status: Status
) -> None:
    second = journal.stage(OTHER, rows(4))
    begin(journal, second).hold_back_known()
    journal.settle(second, [settlement(4, found)], LOOKED)
    assert statuses(journal, second)[4] is status
    assert statuses(journal, job)[4] is (Status.ACCEPTED if found == "arrived" else Status.NOT_SENT)


def test_a_job_forgotten_whole_is_gone_with_all_that_belongs_to_it(journal: Journal, job: int) -> None:
    key = journal.job(job).key
    journal.forget([job], everything=True)
    assert journal.find_prior("print 2", ResendPolicy()) is None
    assert (journal.jobs(), journal.job_with_key(key)) == ([], None)
    with pytest.raises(SettingsError):
        journal.job(job)


def test_the_number_of_a_job_that_is_gone_is_not_given_again(journal: Journal, job: int) -> None:
    journal.forget([job], everything=True)
    assert journal.stage(NEW, rows(1)) > job


def test_other_jobs_stay_as_they_are(journal: Journal) -> None:
    job, other = journal.stage(NEW, rows(2)), journal.stage(OTHER, [staged(7), staged(8)])
    answered(begin(journal, other), r7=Status.ACCEPTED)
    before = list(journal.rows(other)), journal.job(other), journal.sources(other)
    journal.forget([job], everything=False)
    journal.forget([job], everything=True)
    assert (list(journal.rows(other)), journal.job(other), journal.sources(other)) == before


def test_a_workbook_from_elsewhere_is_still_known(journal: Journal, job: int) -> None:
    journal.stage(replace(NEW, list_path=Path("/lists/list.results.xlsx"), source_sha256=WORKBOOK), [], job=job)
    journal.forget([job], everything=False)
    assert journal.was_read_from(job, WORKBOOK)
