"""Jobs are listed and found again: by number, list, key and template."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.journal.builders import (
    ANA,
    LOOKED,
    NEW,
    OTHER,
    answered,
    begin,
    result_of,
    rows,
    settlement,
    staged,
    statuses,
    waiting,
)  # fmt: skip
from uploader.errors import JournalError, SettingsError
from uploader.journal import Journal
from uploader.model.rows import Status

HUGE = 10**30


@pytest.fixture
def job(journal: Journal) -> int:
    """Row 2 was accepted, 3 rejected; of 4 no answer came; 5 waits; 6 is invalid."""
    job = journal.stage(NEW, [*map(staged, (2, 3, 4, 5)), staged(6, Status.INVALID)])
    answered(begin(journal, job), r2=Status.ACCEPTED, r3=Status.REJECTED, r4=None)
    return job


def test_the_newest_sending_is_listed_first_whichever_job_is_the_newest(journal: Journal, job: int) -> None:
    other = journal.stage(OTHER, rows(1))
    begin(journal, other)
    assert [one.id for one in journal.jobs()] == [other, job]
    begin(journal, job)
    assert [one.id for one in journal.jobs()] == [job, other]


def test_the_jobs_of_a_list_are_found_by_its_hash(journal: Journal, job: int) -> None:
    elsewhere = journal.stage(replace(NEW, key="e5" * 16, destination="https://elsewhere"), rows(1))
    begin(journal, elsewhere)
    begin(journal, journal.stage(OTHER, rows(1)))
    assert [one.id for one in journal.jobs(NEW.list_sha256)] == [elsewhere, job]
    assert journal.jobs("00" * 32) == []


def test_a_job_is_listed_as_it_is_found(journal: Journal, job: int) -> None:
    begin(journal, job).end(None)
    (listed,) = journal.jobs()
    assert listed == journal.job(job) == journal.job_with_key(NEW.key)
    assert (listed.sender, listed.ended_at is not None) == (ANA, True)


def test_a_job_counts_its_rows_by_status_and_those_that_wait(journal: Journal, job: int) -> None:
    found = journal.job(job)
    assert {status: found.counts[status] for status in Status} == {
        Status.ACCEPTED: 1, Status.REJECTED: 1, Status.UNKNOWN: 1, Status.NOT_SENT: 1, Status.INVALID: 1,
        Status.SKIPPED: 0,
    }  # fmt: skip
    assert (found.rows, found.waiting, found.settled) == (5, 1, 0)
    journal.settle(job, [settlement(4)], LOOKED)
    assert (journal.job(job).counts[Status.ACCEPTED], journal.job(job).settled) == (2, 1)


def test_a_job_without_rows_is_a_job(journal: Journal) -> None:
    job = journal.stage(NEW, [])
    begin(journal, job)
    assert [(one.id, one.rows) for one in journal.jobs()] == [(job, 0)]
    assert (statuses(journal, job), waiting(journal, job), journal.last_row_number(job)) == ({}, [], 0)
    assert (journal.answers(job), list(journal.attempts(job)), journal.settlements(job)) == ([], [], [])


@pytest.mark.parametrize("number", [0, -1, 99, 2**63 - 1, 2**63, HUGE, -HUGE])
def test_a_number_that_no_job_has_is_told(journal: Journal, job: int, number: int) -> None:
    with pytest.raises(SettingsError, match="does not exist"):
        journal.job(number)


def test_a_job_is_found_by_its_key_once_it_began(journal: Journal, job: int) -> None:
    assert (journal.job_with_key(NEW.key), journal.job_with_key("00" * 16)) == (journal.job(job), None)
    journal.stage(OTHER, rows(1))
    assert journal.job_with_key(OTHER.key) is None


def test_the_job_of_a_template_of_which_rows_were_sent_last_is_found(journal: Journal, job: int) -> None:
    other = journal.stage(replace(OTHER, template="my/other"), [staged(8)])
    assert journal.last_sent("my/other") is None
    answered(begin(journal, other), r8=Status.ACCEPTED)
    second = journal.stage(replace(OTHER, key="c3" * 16, list_sha256="12" * 32), [staged(9)])
    begin(journal, second)  # of which none left
    found = [journal.last_sent(template) for template in (NEW.template, "my/other", "none")]
    assert [one and one.id for one in found] == [job, other, None]


def test_columns_once_redacted_stay_so(journal: Journal, job: int) -> None:
    journal.add_redacted_columns(job, ["b"])
    journal.add_redacted_columns(job, ["a", "b"])
    journal.add_redacted_columns(job, [])
    assert list(journal.job(job).redacted) == ["b", "a"]


def test_its_workbook_may_go_elsewhere(journal: Journal, job: int) -> None:
    journal.set_results_path(job, Path("/lists/ñandú.xlsx"))
    assert journal.job(job).results_path == Path("/lists/ñandú.xlsx")


def test_settings_and_profile_are_kept_as_they_were(journal: Journal) -> None:
    new = replace(NEW, profile_text="título = 'x'", settings={"server": "ñ"}, sheet="Hoja 1")
    job = journal.job(journal.stage(new, rows(1)))
    assert (job.profile_text, job.settings, job.sheet) == ("título = 'x'", {"server": "ñ"}, "Hoja 1")


def test_a_mended_sending_changes_the_template_and_not_the_list(journal: Journal, job: int) -> None:
    changed = replace(NEW, template_sha256="dd" * 32, template_text="title = 'y'", list_name="other", key="ff" * 16)
    journal.stage(changed, [], job=job)
    found = journal.job(job)
    assert (found.template_text, found.list_name, found.key) == ("title = 'y'", NEW.list_name, NEW.key)


# Row numbers


@pytest.mark.parametrize("number", [2**63 - 1, 2**63, HUGE, -HUGE])
def test_a_row_number_that_no_row_has_finds_nothing(journal: Journal, job: int, number: int) -> None:
    assert journal.row_states(job, [number, 2]).keys() == {2}
    after = list(journal.rows(job, after=number))
    assert [one.row.number for one in after] == ([] if number > 0 else [2, 3, 4, 5, 6])
    with pytest.raises(SettingsError, match="Nothing was settled"):
        journal.settle(job, [settlement(number)], LOOKED)


@pytest.mark.parametrize("number", [2**63, HUGE, -HUGE])
def test_a_row_number_that_can_not_be_kept_is_refused_before_anything_is(journal: Journal, number: int) -> None:
    with pytest.raises(JournalError):
        journal.stage(NEW, [staged(2), staged(number)])
    with pytest.raises(SettingsError):
        journal.job(1)


@pytest.mark.parametrize("most", [2, HUGE])
def test_as_many_rows_are_given_as_are_asked_for(journal: Journal, job: int, most: int) -> None:
    assert len(list(journal.rows(job, limit=most))) == min(most, 5)
    assert len(journal.row_numbers(job, Status.ACCEPTED, most)) == 1


@pytest.mark.parametrize("number", [99, HUGE, -HUGE])
def test_of_a_job_that_is_not_there_nothing_is_known(journal: Journal, job: int, number: int) -> None:
    assert (list(journal.attempts(number)), journal.runs(number), journal.answers(number)) == ([], [], [])
    assert (journal.sources(number), journal.settlements(number)) == ({}, [])
    assert (journal.workbook_paths(number), journal.knows_workbook(number, "aa")) == ([], False)
    assert (journal.last_row_number(number), journal.row_numbers(number, Status.ACCEPTED)) == (0, [])
    assert (waiting(journal, number), journal.count_rows(number)) == ([], {})
    journal.forget([number], everything=True)
    assert result_of(journal, job, 2).status is Status.ACCEPTED


# Workbooks


def test_a_workbook_is_known_by_its_rows(journal: Journal, job: int) -> None:
    other = journal.stage(OTHER, rows(1))
    journal.note_workbook(job, "77" * 32, NEW.results_path)
    assert journal.knows_workbook(job, "77" * 32)
    assert journal.workbook_written_at(job, "77" * 32) is not None
    assert (journal.knows_workbook(job, "78" * 32), journal.knows_workbook(other, "77" * 32)) == (False, False)


def test_where_workbooks_were_written_is_known_once_each_the_newest_first(journal: Journal, job: int) -> None:
    first, second = Path("/lists/a.xlsx"), Path("/lists/b.xlsx")
    for digest, path in (("1", first), ("2", second), ("3", first)):
        journal.note_workbook(job, digest * 64, path)
    assert set(journal.workbook_paths(job)) == {first, second}


def test_a_workbook_noted_twice_is_known_once(journal: Journal, job: int) -> None:
    journal.note_workbook(job, "77" * 32, Path("/lists/a.xlsx"))
    journal.note_workbook(job, "77" * 32, Path("/lists/b.xlsx"))
    assert journal.workbook_paths(job) == [Path("/lists/b.xlsx")]


@pytest.mark.parametrize("everything", [False, True])
def test_a_workbook_of_another_job_is_not_forgotten_with_it(journal: Journal, job: int, *, everything: bool) -> None:
    other = journal.stage(OTHER, rows(1))
    for one in (job, other):
        journal.note_workbook(one, "77" * 32, NEW.results_path)
    journal.forget([job], everything=everything)
    assert journal.knows_workbook(other, "77" * 32)
