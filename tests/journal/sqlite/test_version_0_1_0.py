"""The journal that version 0.1.0 wrote (tests/data/version_0_1_0) is read, and what it knows stays known."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.journal.sqlite.old_journals import asked, of_version_0_1_0
from uploader.journal.sqlite import SqliteJournal
from uploader.model.resend import ResendPolicy
from uploader.model.rows import Status

CLIENTES, UNFINISHED, MOVED, FORGOTTEN = 3, 4, 6, 7


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[SqliteJournal]:
    with SqliteJournal(of_version_0_1_0(tmp_path / "journal.db")) as opened:
        yield opened


def test_its_seven_sendings_are_four_jobs(journal: SqliteJournal) -> None:
    assert {job.id for job in journal.jobs()} == {CLIENTES, UNFINISHED, MOVED, FORGOTTEN}
    assert [journal.job(number).id for number in range(1, 8)] == [3, 3, 3, 4, 6, 6, 7]
    assert journal.job(FORGOTTEN).forgotten_at is not None
    assert list(journal.job(UNFINISHED).redacted) == ["Para"]


def test_every_request_that_was_accepted_or_may_have_arrived_is_known(journal: SqliteJournal, tmp_path: Path) -> None:
    old = of_version_0_1_0(tmp_path / "old.db")
    sent = "SELECT fingerprint, max(status = 'accepted') FROM row r WHERE status IN ('accepted', 'unknown') AND EXISTS"
    sent += " (SELECT 1 FROM attempt a WHERE a.job = r.job AND a.number = r.number) GROUP BY fingerprint"
    known = asked(old, sent)
    assert len(known) > 10
    for fingerprint, is_accepted in known:
        prior = journal.find_prior(fingerprint, ResendPolicy())
        assert prior is not None
        assert prior.status is (Status.ACCEPTED if is_accepted else Status.UNKNOWN)


def test_what_a_person_found_is_read_from_its_sentence(journal: SqliteJournal) -> None:
    (settlement,) = journal.settlements(MOVED)
    assert (settlement.row, settlement.found, settlement.user, settlement.machine) == (4, "arrived", "ana", "pc-7")
    (settled,) = (result for result in journal.rows(MOVED) if result.settled)
    assert (settled.row.number, settled.status) == (4, Status.ACCEPTED)
    assert journal.job(MOVED).settled == 1


def test_its_unfinished_job_goes_on(journal: SqliteJournal) -> None:
    assert [waiting.row.number for waiting in journal.waiting(UNFINISHED)] == [5, 6]
