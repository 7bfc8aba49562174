"""Rows are asked for by status, page and text, and forgotten."""

import pytest

from tests.journal.builders import NEW, answered, begin, rows, staged, statuses
from uploader.errors import SettingsError
from uploader.journal import Journal
from uploader.model.resend import ResendPolicy
from uploader.model.rows import Status


@pytest.fixture
def job(journal: Journal) -> int:
    """Rows 2 and 3 were accepted; 4 and 5 wait."""
    job = journal.stage(NEW, rows(4))
    answered(begin(journal, job), r2=Status.ACCEPTED, r3=Status.ACCEPTED)
    return job


def test_rows_are_given_by_status_and_page(journal: Journal, job: int) -> None:
    assert [one.row.number for one in journal.rows(job, status=Status.NOT_SENT)] == [4, 5]
    assert [one.row.number for one in journal.rows(job, after=2, limit=2)] == [3, 4]
    assert [one.row.number for one in journal.rows(job, after=2, skip=1, limit=2)] == [4, 5]


@pytest.mark.parametrize(("text", "found"), [("CELL 4", [4]), ("Ñ", [2, 3, 4, 5]), ("DONE", [2, 3]), ("[", [])])
def test_rows_are_found_by_a_text_whatever_its_case(journal: Journal, job: int, text: str, found: list[int]) -> None:
    assert [one.row.number for one in journal.rows(job, text=text)] == found
    assert journal.count_rows(job, text=text).total() == len(found)


def test_the_cells_of_rows_that_were_not_sent_are_given(journal: Journal, job: int) -> None:
    strange = ('"],["[\\', "\ud800 \x00 \u2028 😀")
    journal.stage(NEW, [staged(5, cells=strange)], job=job, others_wait=True)
    assert journal.unsent_cells(job, [3, 4]) == {4: ["cell 4", "ñ"]}
    assert journal.unsent_cells(job, [2, 9]) == {4: ["cell 4", "ñ"], 5: list(strange)}
    assert journal.unsent_cells(job, [6]) == journal.unsent_cells(job + 1, [4]) == {}
    journal.forget([job], everything=False)
    assert journal.unsent_cells(job, [2, 9]) == {4: [], 5: []}


def test_a_forgotten_job_keeps_statuses_and_is_still_known(journal: Journal, job: int) -> None:
    before = statuses(journal, job)
    journal.forget([job], everything=False)
    assert statuses(journal, job) == before
    assert {one.row.cells for one in journal.rows(job)} == {()}
    assert journal.find_prior("print 2", ResendPolicy()) is not None


def test_a_job_forgotten_with_its_hashes_is_gone(journal: Journal, job: int) -> None:
    journal.forget([job], everything=True)
    assert journal.find_prior("print 2", ResendPolicy()) is None
    with pytest.raises(SettingsError):
        journal.job(job)
