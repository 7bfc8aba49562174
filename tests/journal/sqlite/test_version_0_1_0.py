"""The journal that version 0.1.0 wrote (tests/data/version_0_1_0) is read, shown and continued."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.journal.builders import begin
from uploader.i18n import Message, render
from uploader.journal.sqlite import SqliteJournal
from uploader.model import advice
from uploader.model.http import Request
from uploader.model.outcomes import Completion, Dispatch, Outcome, Verdict
from uploader.model.resend import ResendPolicy
from uploader.model.rows import Row, Status, column_letter

KEPT = Path(__file__).parents[2] / "data" / "version_0_1_0" / "journal.db"
FORGOTTEN, UNFINISHED = 7, 4


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return shutil.copyfile(KEPT, tmp_path / "journal.db")


@pytest.fixture
def journal(place: Path) -> Iterator[SqliteJournal]:
    with SqliteJournal(place) as opened:
        yield opened


def stored(table: str) -> list[dict[str, Any]]:
    """A table as version 0.1.0 wrote it."""
    with closing(sqlite3.connect(f"file:{KEPT}?mode=ro&immutable=1", uri=True)) as db:
        db.row_factory = sqlite3.Row
        return [dict(row) for row in db.execute(f"SELECT * FROM {table}")]


def dump(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as db:
        return [*db.iterdump(), str(db.execute("PRAGMA user_version").fetchone())]


def cell(column: int | None) -> str:
    return f"{column_letter(column or 0)}9"


def test_nothing_in_it_changes_by_being_opened_and_read(place: Path) -> None:
    before = dump(place)
    with SqliteJournal(place) as journal:
        for job in journal.jobs():
            assert list(journal.results(job.id))
            assert list(journal.attempts(job.account))
            assert journal.answers(job.id) or job.taken_from  # none of its rows is sent by a run
            assert journal.runs(job.account)
    assert dump(place) == before


def test_every_job_is_read(journal: SqliteJournal) -> None:
    jobs = {job.id: job for job in journal.jobs()}
    assert list(jobs) == [7, 6, 5, 4, 3, 2, 1]
    for row in stored("job"):
        job = jobs[row["id"]]
        assert (job.account, job.list_name, job.list_sha256) == (row["account"], row["list_name"], row["list_sha256"])
        assert (job.destination, job.created_at, job.user) == (row["destination"], row["created_at"], "ana")
        assert "[request]" in job.template_text
    assert [jobs[number].continued_by for number in range(1, 8)] == [3, 3, None, None, 6, None, None]
    assert jobs[FORGOTTEN].forgotten_at is not None
    assert list(jobs[UNFINISHED].redacted) == ["Para"]
    stopped = "the API takes no more requests now: TOKEN LIMIT EXCEEDED"
    assert jobs[UNFINISHED].stopped == Message("text", text=stopped)
    assert render(Message("text", text=stopped), "pt") == stopped
    assert {job.stopped for job in jobs.values() if job.id != UNFINISHED} == {None}


def test_every_row_and_its_advice_are_read_and_shown(journal: SqliteJournal) -> None:
    rows = {(row["job"], row["number"]): row for row in stored("row")}
    shown = set()
    for job in journal.jobs():
        results = {result.row.number: result for result in journal.results(job.id)}
        assert sorted(results) == sorted(number for at, number in rows if at == job.id)
        for number, state in journal.row_states(job.id, list(results)).items():
            row, result = rows[state.job, number], results[number]
            assert (result.status, state.status) == (row["status"], row["status"])
            for language in ("en", "es", "pt"):
                assert render(result.advice, language, cell) == _in_0_1_0(row["advice"])
            shown.add((state.job, number))
    # The others are of rows that an earlier job had accepted, or of which it got no answer: that counts.
    assert {rows[key]["status"] for key in rows.keys() - shown} <= {"skipped", "unknown", "rejected"}
    assert len(shown) > len(rows) / 2


def _in_0_1_0(text: str) -> str:
    parts = text.split("\ue000")
    parts[1::2] = [cell(int(column)) for column in parts[1::2]]
    return "".join(parts)


def test_a_cell_that_an_advice_names_is_named_as_in_the_workbook_at_hand(journal: SqliteJournal) -> None:
    (invalid,) = (result for result in journal.results(1) if result.status is Status.INVALID)
    assert invalid.advice.code == "advice.problems"
    assert render(invalid.advice, "en", cell).startswith("E9: ")
    assert list(invalid.faults) == [4]


def test_every_attempt_and_every_run_is_read(journal: SqliteJournal) -> None:
    attempts, runs = [], []
    for account in {job.account for job in journal.jobs()}:
        attempts += [
            (
                one.job,
                one.row,
                one.sent_at,
                one.verdict,
                one.code,
                one.message,
                one.http_status,
                one.duration_ms,
                "" if one.detail is None else render(one.detail, "pt"),
            )
            for one in journal.attempts(account)
        ]
        runs += [(run.job, run.started_at, run.ended_at, run.stopped) for run in journal.runs(account)]
        assert journal.attempt_keys(account) == {one.key for one in journal.attempts(account)}
    names = ("job", "number", "sent_at", "meaning", "code", "message", "http_status", "duration_ms", "detail")
    assert sorted(attempts) == sorted(tuple(row[name] for name in names) for row in stored("attempt"))
    assert {one[3] for one in attempts} <= set(Verdict)
    assert sorted(runs, key=str) == sorted(
        (
            (row["job"], row["started_at"], row["ended_at"], row["stopped"] and Message("text", text=row["stopped"]))
            for row in stored("run")
        ),
        key=str,
    )


def test_its_workbooks_are_known(journal: SqliteJournal) -> None:
    recovered = {row["id"] for row in stored("job") if row["taken_from"]}
    for row in stored("workbook"):
        assert journal.knows_workbook(row["account"], row["digest"])
        written_at = journal.workbook_written_at(row["account"], row["digest"])
        assert written_at == (None if row["job"] in recovered else row["written_at"])


def test_an_unfinished_job_goes_on_and_what_was_sent_is_not_sent_again(journal: SqliteJournal) -> None:
    rows = {(row["job"], row["number"]): row for row in stored("row")}
    waiting = list(journal.waiting(UNFINISHED, ResendPolicy()))
    assert [(row.number, print_) for row, print_ in waiting] == [
        (number, rows[UNFINISHED, number]["fingerprint"]) for number in (5, 6)
    ]
    ledger = begin(journal, UNFINISHED)
    dispatches = [_dispatch(row, print_) for row, print_ in waiting]
    known = rows[1, 3]["fingerprint"]
    held_back = ledger.commit([], [*dispatches, _dispatch(Row(3, ()), known)])
    assert held_back == {3: Status.SKIPPED}
    answer = Outcome(Verdict.ACCEPTED, advice.NONE, "201", "done", 201, 7)
    ledger.commit([Completion(one, answer, Status.ACCEPTED) for one in dispatches], [])
    ledger.end(None)
    assert list(journal.waiting(UNFINISHED, ResendPolicy())) == []
    assert journal.job(UNFINISHED).stopped is None
    counts = {status: count for status, count in journal.job(UNFINISHED).counts.items() if count}
    assert counts == {Status.ACCEPTED: 4, Status.SKIPPED: 1}
    # What both versions wrote of rows that need no advice is one answer.
    accepted = [one for one in journal.answers(UNFINISHED) if one.status is Status.ACCEPTED]
    assert {one.advice for one in accepted} == {advice.NONE}


def test_every_row_that_a_run_could_send_has_the_fingerprint_of_its_request(journal: SqliteJournal) -> None:
    for job in journal.jobs():
        waiting = list(journal.waiting(job.id, ResendPolicy(duplicates=True, unknown=True)))
        assert len(waiting) == journal.count_waiting(job.id, ResendPolicy(duplicates=True, unknown=True)).total()


def _dispatch(row: Row, fingerprint: str) -> Dispatch:
    return Dispatch(row, Request("POST", "https://x", {}, b"", fingerprint))
