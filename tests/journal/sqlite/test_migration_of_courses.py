"""What version 3 said of its journals, version 4 says of the same journals: nothing is lost, nothing is known less.

The journals are of random courses of sending, mending, settling, resuming, redirecting and forgetting, with kills, on
two computers; the code before version 4 wrote them and said of them what stands beside them.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.journal.sqlite.old_journals import COURSES, POLICIES, asked, course, told_of
from uploader.journal.sqlite import SqliteJournal
from uploader.model.job import Job, RowResult
from uploader.model.resend import ResendPolicy
from uploader.model.rows import MAY_HAVE_ARRIVED

ROW = ("status", "code", "message", "http_status", "attempts", "sent_at", "duration_ms", "faults", "settled")
ATTEMPT = ("row", "nth", "sent_at", "verdict", "code", "message", "http_status", "duration_ms")
RUN = ("started_at", "ended_at", "user", "machine", "version", "template_sha256", "destination", "requests")


class Migrated(NamedTuple):
    """A journal as it is now, and what was said of it before."""

    journal: SqliteJournal
    told: Any
    path: Path

    def lists(self) -> Iterator[tuple[Job, Any]]:
        """Each list, and what was said of it."""
        for old in self.told["jobs"]:
            yield self.journal.job(old["number"]), old


@pytest.fixture(params=COURSES)
def migrated(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Migrated]:
    path = course(request.param, tmp_path / "journal.db")
    with SqliteJournal(path) as journal:
        yield Migrated(journal, told_of(request.param), path)


def rows(journal: SqliteJournal, job: int) -> dict[int, RowResult]:
    return {result.row.number: result for result in journal.rows(job)}


def test_all_sendings_of_a_list_are_one_job_that_each_of_their_numbers_finds(migrated: Migrated) -> None:
    for job, old in migrated.lists():
        assert (job.id, job.key) == (old["number"], old["account"])
        assert [migrated.journal.job(number).id for number in old["others"]] == [job.id] * len(old["others"])
        assert (job.list_name, job.destination) == (old["list_name"], old["destination"])
        assert job.forgotten_at is not None or job.list_sha256 == old["list_sha256"]
        assert job.id in {one.id for one in migrated.journal.jobs(old["list_sha256"])}
        assert (str(job.results_path), list(job.redacted)) == (old["results_path"], old["redacted"])
    assert len(migrated.journal.jobs()) == len(migrated.told["jobs"])


def test_every_row_is_shown_as_before(migrated: Migrated) -> None:
    for job, old in migrated.lists():
        now = rows(migrated.journal, job.id)
        assert list(now) == [row["number"] for row in old["rows"]]
        for row in old["rows"]:
            result = now[row["number"]]
            assert {name: _plain(getattr(result, name)) for name in ROW} == {name: row[name] for name in ROW}
            assert result.advice.as_json() == row["advice"]
            if row["cells"]:
                assert list(result.row.cells) == row["cells"]


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def test_edits_that_were_held_back_still_are_and_those_that_wait_are_shown_too(migrated: Migrated) -> None:
    for job, old in migrated.lists():
        now = rows(migrated.journal, job.id)
        for row in old["rows"]:
            held_back = {str(column): cell for column, cell in now[row["number"]].held_back.items()}
            if row["number"] not in old["waits"]:
                assert held_back == row["held_back"]


def test_the_rows_that_would_have_been_sent_wait(migrated: Migrated) -> None:
    for job, old in migrated.lists():
        assert [waiting.row.number for waiting in migrated.journal.waiting(job.id)] == old["waits"]


def test_every_request_and_every_run_is_there(migrated: Migrated) -> None:
    for job, old in migrated.lists():
        attempts = list(migrated.journal.attempts(job.id, with_cells=True))
        assert [{name: getattr(one, name) for name in ATTEMPT} for one in attempts] == [
            {name: one[name] for name in ATTEMPT} for one in old["attempts"]
        ]
        for attempt, one in zip(attempts, old["attempts"], strict=True):
            assert (attempt.detail and attempt.detail.as_json()) == one["detail"]
            # Its cells have their place in the list's last header now; columns of notes come and go.
            assert {cell for cell in one["cells"] if cell != "llamar"} <= {*attempt.cells, ""}
        runs = migrated.journal.runs(job.id)
        assert [{name: getattr(run, name) for name in RUN} for run in runs] == [
            {name: run[name] for name in RUN} for run in old["runs"]
        ]
        assert [(run.stopped and run.stopped.as_json(), run.taken_from) for run in runs] == [
            (run["stopped"], run["taken_from"]) for run in old["runs"]
        ]


def test_no_lookup_became_blind_and_none_sees_more(migrated: Migrated) -> None:
    for fingerprint, told in migrated.told["requests"].items():
        for policy, before in zip(POLICIES, told, strict=True):
            now = migrated.journal.find_prior(fingerprint, policy)
            if before is None or before[2]:
                assert (now and now.status) == (before and before[0])
            else:  # an edit that was held back because the row is unknown: it never left
                assert now is None
                sent = f"SELECT 1 FROM attempt WHERE fingerprint = '{fingerprint}'"
                assert asked(migrated.path, sent) == []


def test_requests_that_are_too_old_to_count_still_are(migrated: Migrated) -> None:
    for fingerprint in migrated.told["requests"]:
        prior = migrated.journal.find_prior(fingerprint, ResendPolicy())
        if prior is not None and prior.status in MAY_HAVE_ARRIVED:
            later = migrated.journal.find_prior(fingerprint, ResendPolicy(since="9999", unknown=True))
            assert later is None


def test_workbooks_are_known_again(migrated: Migrated) -> None:
    for digest, account, at, is_from_here in migrated.told["workbooks"]:
        job = migrated.journal.job_with_key(account)
        assert job is not None
        assert migrated.journal.knows_workbook(job.id, digest)
        assert migrated.journal.workbook_written_at(job.id, digest) == (at if is_from_here else None)


def test_what_was_forgotten_does_not_come_back(migrated: Migrated) -> None:
    for job, old in migrated.lists():
        if old["forgotten"] and all(row["cells"] == [] for row in old["rows"]):
            before = {cell for one in old["attempts"] for cell in one["cells"]}
            assert {cell for one in migrated.journal.attempts(job.id, with_cells=True) for cell in one.cells} <= before
