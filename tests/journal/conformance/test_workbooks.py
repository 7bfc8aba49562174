"""Which result workbooks were written here."""

from pathlib import Path

import pytest

from tests.journal.builders import NEW, rows
from tests.journal.conformance.conftest import Opened
from uploader.journal import Journal

BOOK, BYTES, OTHERS = Path("/lists/list.results.xlsx"), "ab" * 32, "cd" * 32


def test_a_file_is_one_that_was_written_here_by_its_bytes_for_its_job_alone(
    journal: Journal, open_again: Opened
) -> None:
    job = journal.stage(NEW, rows(1))
    another = job + 1
    journal.note_workbook(job, "digest", BOOK)
    journal.note_workbook_file(job, "digest", BYTES)
    with open_again() as opened:
        assert opened.wrote_file(job, BYTES)
        assert not opened.wrote_file(job, OTHERS)
        assert not opened.wrote_file(another, BYTES)


@pytest.mark.parametrize("sha256", ["", BYTES])
def test_nothing_is_known_of_the_bytes_of_a_workbook_that_never_stood_there(journal: Journal, sha256: str) -> None:
    job = journal.stage(NEW, rows(1))
    journal.note_workbook(job, "digest", BOOK)
    assert not journal.wrote_file(job, sha256)


def test_that_an_edited_workbook_was_read_is_known_until_it_is_written_again(
    journal: Journal, open_again: Opened
) -> None:
    job = journal.stage(NEW, rows(1))
    for digest in ("one", "other"):
        journal.note_workbook(job, digest, BOOK)
    journal.note_edits_read(job, "one")
    with open_again() as opened:
        assert [opened.were_edits_read(job, digest) for digest in ("one", "other", "none")] == [True, False, False]
        opened.note_workbook(job, "one", BOOK)
        assert not opened.were_edits_read(job, "one")
