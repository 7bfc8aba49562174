"""What is about to be sent is written down, whole or not at all."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.journal.builders import NEW, OTHER, answered, begin, result_of, rows, staged, statuses, waiting
from uploader.errors import SettingsError
from uploader.journal import Journal, StagedRow
from uploader.model.rows import Status


def broken() -> Iterator[StagedRow]:
    yield from rows(3)
    raise ZeroDivisionError


@pytest.fixture
def job(journal: Journal) -> int:
    """Row 2 was accepted, 3 rejected; of 4 no answer came; 5 waits; 6 is invalid."""
    job = journal.stage(NEW, [*map(staged, (2, 3, 4, 5)), staged(6, Status.INVALID)])
    answered(begin(journal, job), r2=Status.ACCEPTED, r3=Status.REJECTED, r4=None)
    return job


def test_a_job_is_staged_with_all_its_rows_or_not_at_all(journal: Journal) -> None:
    with pytest.raises(ZeroDivisionError):
        journal.stage(NEW, broken())
    with pytest.raises(SettingsError, match="Job 1 does not exist"):
        journal.job(1)


def test_a_job_has_what_it_was_staged_with(journal: Journal) -> None:
    job = journal.job(journal.stage(NEW, rows(3)))
    assert (job.rows, job.counts[Status.NOT_SENT], job.waiting) == (3, 3, 3)
    assert (job.header, job.fields, job.template_text, job.way) == (("a", "b"), {"x": 0}, "title = 'x'", NEW.way)


def test_a_job_that_never_began_to_be_sent_makes_way_for_the_next(journal: Journal) -> None:
    first = journal.stage(NEW, rows(3))  # its command was killed at a question
    assert journal.jobs() == []
    second = journal.stage(NEW, rows(3))
    with pytest.raises(SettingsError):
        journal.job(first)
    begin(journal, second)
    assert [job.id for job in journal.jobs()] == [second]


def test_a_job_that_makes_way_stays_where_its_successor_fails(journal: Journal) -> None:
    first = journal.job(journal.stage(NEW, rows(3)))
    with pytest.raises(ZeroDivisionError):
        journal.stage(replace(NEW, key="c3" * 16), broken())
    assert journal.job(first.id) == first


def test_a_job_that_never_began_does_not_make_way_for_more_of_itself(journal: Journal) -> None:
    job = journal.stage(NEW, rows(2))
    assert journal.stage(NEW, [staged(9)], job=job) == job
    assert list(statuses(journal, job)) == [2, 3, 9]


def test_more_of_a_job_keeps_its_number(journal: Journal, job: int) -> None:
    assert journal.stage(NEW, [staged(7)], job=job) == job
    assert statuses(journal, job)[7] is Status.NOT_SENT


def test_a_job_is_unchanged_where_more_of_it_fails(journal: Journal, job: int) -> None:
    before = list(journal.rows(job))
    with pytest.raises(ZeroDivisionError):
        journal.stage(NEW, broken(), job=job)
    assert list(journal.rows(job)) == before
    assert waiting(journal, job) == [5]


def test_rows_that_are_not_given_stay_as_they_are_and_wait_no_longer(journal: Journal, job: int) -> None:
    before = statuses(journal, job)
    journal.stage(NEW, [], job=job)
    assert (statuses(journal, job), waiting(journal, job)) == (before, [])


def test_rows_that_are_not_given_wait_on_where_the_others_wait(journal: Journal, job: int) -> None:
    journal.stage(NEW, [], job=job, others_wait=True)
    assert waiting(journal, job) == [5]


def test_a_mended_row_begins_anew(journal: Journal, job: int) -> None:
    journal.stage(NEW, [staged(3, cells=("mended", "ñ"), fingerprint="mended")], job=job)
    mended = result_of(journal, job, 3)
    assert (mended.status, mended.code, mended.row.cells, mended.attempts) == (
        Status.NOT_SENT, "", ("mended", "ñ"), 1,
    )  # fmt: skip
    assert waiting(journal, job) == [3]


def test_a_row_that_may_have_arrived_says_so_until_it_leaves_again(journal: Journal, job: int) -> None:
    journal.stage(NEW, [staged(2, waits=True), staged(4, waits=True)], job=job)
    assert [statuses(journal, job)[number] for number in (2, 4)] == [Status.ACCEPTED, Status.UNKNOWN]
    assert waiting(journal, job) == [2, 4]


def test_an_edit_of_an_accepted_row_is_taken_in_and_held_back(journal: Journal, job: int) -> None:
    journal.stage(NEW, [staged(2, cells=("edited", "a note"), keeps_outcome=True, waits=False)], job=job)
    accepted = result_of(journal, job, 2)
    assert (accepted.status, accepted.row.cells, accepted.held_back) == (
        Status.ACCEPTED, ("cell 2", "a note"), {0: "edited"},
    )  # fmt: skip
    (state,) = journal.row_states(job, [2]).values()
    assert (state.cells, state.sent, state.is_edited) == (("edited", "a note"), ("cell 2", "ñ"), True)


def test_a_header_may_grow_and_older_rows_are_padded(journal: Journal, job: int) -> None:
    journal.stage(replace(NEW, header=["a", "b", "c"]), [staged(5, cells=("5", "ñ", "new"))], job=job)
    assert result_of(journal, job, 5).row.cells == ("5", "ñ", "new")
    assert result_of(journal, job, 2).row.cells == ("cell 2", "ñ", "")


def test_the_faults_of_a_row_are_kept(journal: Journal) -> None:
    job = journal.stage(NEW, [replace(staged(2, Status.INVALID), faults=(0, 1))])
    assert list(result_of(journal, job, 2).faults) == [0, 1]


def test_every_file_of_which_rows_were_read_is_known(journal: Journal, job: int) -> None:
    workbook = replace(NEW, list_path=Path("/lists/list.results.xlsx"), source_sha256="99" * 32)
    journal.stage(workbook, [], job=job)
    journal.stage(replace(workbook, source_sha256=""), [], job=job)
    assert journal.sources(job) == {"ab" * 32: NEW.list_path, "99" * 32: workbook.list_path}
    assert (journal.job(job).list_name, journal.job(job).list_sha256) == ("list.csv", "ab" * 32)


def test_two_lists_are_two_jobs(journal: Journal, job: int) -> None:
    other = journal.stage(OTHER, rows(1))
    assert other != job
    assert statuses(journal, other) == {2: Status.NOT_SENT}


def test_cells_may_hold_any_text(journal: Journal) -> None:
    strange = ('"[\\', "\ud800 \x00 \u2028 😀")
    job = journal.stage(NEW, [staged(2, cells=strange)])
    assert result_of(journal, job, 2).row.cells == strange
