import multiprocessing
import sqlite3
import stat
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from uploader.actions.steps import find_job
from uploader.errors import JournalError, SettingsError, UploaderError
from uploader.journal.sqlite import Advice, Journal, RunLedger, Staged
from uploader.model.http import Request
from uploader.model.job import NewJob
from uploader.model.outcomes import Completion, Dispatch, Outcome, Stop, Verdict
from uploader.model.resend import PriorRequest, ResendPolicy
from uploader.model.rows import Row, Status

NEW = NewJob(
    user="ana",
    machine="pc-7",
    list_path=Path("/lists/list.csv"),
    list_sha256="ab" * 32,
    sheet=None,
    header=["a", "b"],
    fields={"x": 1},
    template="wolkvox/add_interaction",
    template_sha256="cd" * 32,
    template_text="title = 'x'",
    profile_text=None,
    destination="https://wv0042.wolkvox.com",
    settings={"wolkvox_server": "0042"},
    version="0.1.0",
    results_path=Path("/lists/list.results.xlsx"),
    account="a1" * 16,
    list_name="list.csv",
    source_sha256="ab" * 32,
)
UNDER_WAY = "It left; look it up."


def told(found: PriorRequest) -> str:
    return f"{found.status} {found.list_name} {found.job} {found.row}"


def begin(journal: Journal, job: int, repeats: ResendPolicy | None = None) -> RunLedger:
    return journal.begin_run(job, repeats or ResendPolicy(), Advice(UNDER_WAY, told))


def rows(count: int) -> Iterator[Staged]:
    for number in range(2, 2 + count):
        row = Row(number, (f"cell {number}", "ñ"))
        yield Staged(row, Status.NOT_SENT, "not its turn", f"print {number}")


def start(number: int, nth: int = 1) -> Dispatch:
    return Dispatch(Row(number, ()), Request("POST", "https://x", {}, b"", f"print {number}"), nth)


def end(number: int, meaning: Verdict = Verdict.ACCEPTED, status: Status = Status.ACCEPTED) -> Completion:
    return Completion(start(number), Outcome(meaning, "", "201", "done", 200, 7), status)


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    with Journal(tmp_path / "home" / "journal.db") as opened:
        yield opened


def test_only_the_owner_may_read_it(journal: Journal) -> None:
    assert stat.S_IMODE(journal.path.stat().st_mode) == 0o600
    journal.stage(NEW, rows(1))
    for beside in journal.path.parent.glob("journal.db-*"):
        assert stat.S_IMODE(beside.stat().st_mode) == 0o600


def test_every_commit_is_on_disk_before_it_counts(journal: Journal) -> None:
    assert journal._db.execute("PRAGMA synchronous").fetchone()[0] == 2
    assert journal._db.execute("PRAGMA journal_mode").fetchone()[0] == "wal"


def test_a_job_is_staged_with_all_its_rows_or_not_at_all(journal: Journal) -> None:
    def broken() -> Iterator[Staged]:
        yield from rows(3)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        journal.stage(NEW, broken())
    assert journal._db.execute("SELECT count(*) FROM job").fetchone()[0] == 0
    job = journal.job(journal.stage(NEW, rows(3)))
    assert (job.rows, job.counts[Status.NOT_SENT], job.header, job.fields) == (3, 3, ("a", "b"), {"x": 1})
    assert job.ended_at is None


def test_a_job_that_the_checks_stopped_leaves_nothing(journal: Journal) -> None:
    journal.discard(journal.stage(NEW, rows(3)))
    assert [
        journal._db.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in ("job", "row", "attempt")
    ] == [0, 0, 0]


def test_a_job_that_never_began_to_be_sent_is_none_and_makes_way_for_the_next(journal: Journal) -> None:
    journal.stage(NEW, rows(3))  # its command was killed at a question
    assert journal.jobs() == []
    second = journal.stage(NEW, rows(3))
    assert journal._db.execute("SELECT id FROM job").fetchall()[0][0] == second
    begin(journal, second)
    journal.stage(NEW, rows(3))
    assert [job.id for job in journal.jobs()] == [second]


def test_a_request_that_was_accepted_before_is_held_back_in_the_transaction_of_its_intent(journal: Journal) -> None:
    first = journal.stage(NEW, rows(4))
    ledger = begin(journal, first)
    ledger.turn([], [start(2), start(3), start(4)])
    ledger.turn([end(2), end(3, Verdict.REJECTED, Status.REJECTED)], [])
    second = journal.stage(replace(NEW, list_path=Path("/lists/copy.csv"), account="c1" * 16), rows(4))
    with Journal(journal.path) as other:  # another process
        held_back = begin(other, second).turn([], [start(number) for number in (2, 3, 4, 5)])
    assert held_back == {2: Status.SKIPPED, 4: Status.UNKNOWN}
    standing = list(journal.results(second))
    assert [result.status for result in standing] == [
        Status.SKIPPED,  # accepted
        Status.UNKNOWN,  # rejected before: it goes again
        Status.UNKNOWN,  # without an answer yet
        Status.UNKNOWN,  # not sent before: it goes
    ]
    assert [result.attempts for result in standing] == [0, 1, 0, 1]
    assert standing[0].advice == f"accepted list.csv {first} 2"
    assert (standing[0].code, standing[0].message, standing[0].http_status) == (
        "201",
        "done",
        200,
    )  # the accepted one's
    assert standing[0].sent_at == next(journal.attempts(NEW.account)).sent_at
    assert standing[2].sent_at is None  # that of another list's
    assert standing[2].advice == f"unknown list.csv {first} 4"


@pytest.mark.parametrize(
    ("repeats", "held_back"),
    [
        (ResendPolicy(duplicates=True), {4: Status.UNKNOWN}),
        (ResendPolicy(unknown=True), {2: Status.SKIPPED}),
        (ResendPolicy(duplicates=True, unknown=True), {}),
        (ResendPolicy(since="2999-01-01T00:00:00.000+00:00"), {4: Status.UNKNOWN}),
    ],
)
def test_what_is_known_goes_again_if_the_person_says_so(
    journal: Journal, repeats: ResendPolicy, held_back: dict[int, Status]
) -> None:
    ledger = begin(journal, journal.stage(NEW, rows(4)))
    ledger.turn([], [start(2), start(4)])
    ledger.turn([end(2)], [])
    second = journal.stage(NEW, rows(4))
    assert begin(journal, second, repeats).turn([], [start(2), start(4), start(5)]) == held_back


def test_a_request_that_stands_twice_in_a_list_is_sent_once(journal: Journal) -> None:
    def twice() -> Iterator[Staged]:
        for row in rows(6):
            yield replace(row, fingerprint=f"print {row.row.number % 3}")

    job = journal.stage(NEW, twice())
    assert [(number, found.status, found.row) for number, found in journal.known(job, ResendPolicy())] == [
        (5, Status.SKIPPED, 2),
        (6, Status.SKIPPED, 3),
        (7, Status.SKIPPED, 4),
    ]
    assert list(journal.known(job, ResendPolicy(duplicates=True))) == []
    begin(journal, job).hold_back_known()
    assert [row.number for row in journal.waiting(job, ResendPolicy())] == [2, 3, 4]
    assert [row.number for row in journal.waiting(job, ResendPolicy(duplicates=True))] == [2, 3, 4, 5, 6, 7]


def test_a_turn_that_could_not_be_kept_can_be_tried_again(journal: Journal) -> None:
    job = journal.stage(NEW, rows(2))
    ledger = begin(journal, job)
    ledger.turn([], [start(2)])
    other = sqlite3.connect(journal.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    journal._db.execute("PRAGMA busy_timeout = 10")
    with pytest.raises(JournalError, match="locked"):
        ledger.turn([end(2)], [start(3)])
    other.execute("ROLLBACK")
    other.close()
    ledger.turn([end(2)], [])
    assert [result.status for result in journal.results(job)] == [Status.ACCEPTED, Status.NOT_SENT]


def test_a_row_is_unknown_from_its_intent_until_its_answer(journal: Journal) -> None:
    job = journal.stage(NEW, rows(3))
    ledger = begin(journal, job)
    ledger.turn([], [start(2), start(3)])
    with Journal(journal.path) as other:  # as another process sees it, or this one after a crash
        standing = list(other.results(job))
    assert [result.status for result in standing] == [Status.UNKNOWN, Status.UNKNOWN, Status.NOT_SENT]
    assert [result.attempts for result in standing] == [1, 1, 0]
    assert [result.advice for result in standing] == [UNDER_WAY, UNDER_WAY, "not its turn"]
    assert standing[0].sent_at is not None
    ledger.turn([end(2), end(3, Verdict.REJECTED, Status.REJECTED)], [start(4)])
    standing = list(journal.results(job))
    assert [result.status for result in standing] == [Status.ACCEPTED, Status.REJECTED, Status.UNKNOWN]
    assert (standing[0].code, standing[0].message, standing[0].http_status, standing[0].duration_ms) == (
        "201",
        "done",
        200,
        7,
    )
    assert standing[0].row == Row(2, ("cell 2", "ñ"))


def test_every_attempt_is_kept_and_the_last_one_counts(journal: Journal) -> None:
    job = journal.stage(NEW, rows(1))
    ledger = begin(journal, job)
    ledger.turn([], [start(2)])
    ledger.turn(
        [Completion(start(2), Outcome(Verdict.SLOW_DOWN, "wait", "403", "too fast", 403, 3), Status.NOT_SENT, True)], []
    )
    assert next(journal.results(job)).status is Status.NOT_SENT
    ledger.turn([], [start(2, nth=2)])
    ledger.turn([end(2)], [])
    attempts = list(journal.attempts(NEW.account))
    assert [(a.job, a.row, a.nth, a.code, a.meaning) for a in attempts] == [
        (job, 2, 1, "403", "slow down"),
        (job, 2, 2, "201", "accepted"),
    ]
    result = next(journal.results(job))
    assert (result.attempts, result.code, result.status) == (2, "201", Status.ACCEPTED)


def test_rows_to_send_come_in_order_once_and_a_page_at_a_time(journal: Journal) -> None:
    job = journal.stage(
        NEW, (replace(row, status=Status.INVALID) if row.row.number % 3 == 0 else row for row in rows(1300))
    )
    ledger = begin(journal, job)
    given = []
    for row in journal.waiting(job, ResendPolicy()):
        given.append(row.number)
        ledger.turn([], [Dispatch(row, start(row.number).request, 1)])
    assert given == [number for number in range(2, 1302) if number % 3]


def test_a_run_notes_its_end_and_why(journal: Journal) -> None:
    job = journal.stage(NEW, rows(1))
    begin(journal, job).end(None)
    assert (journal.job(job).ended_at is not None, journal.job(job).stopped) == (True, None)
    begin(journal, job).end(Stop("the quota is spent", Verdict.PAUSE))
    assert journal.job(job).stopped == "the quota is spent"
    begin(journal, job)
    assert journal.job(job).ended_at is None


def test_jobs_are_found_by_number_and_by_list(journal: Journal) -> None:
    first = journal.stage(NEW, rows(1))
    begin(journal, first)
    second = journal.stage(NEW, rows(2))
    begin(journal, second)
    assert [job.id for job in journal.jobs()] == [second, first]
    assert journal.jobs(NEW.list_sha256) == journal.jobs()
    assert journal.jobs("ff" * 32) == []
    with pytest.raises(SettingsError, match="no job 99"):
        journal.job(99)
    with pytest.raises(SettingsError, match="no job 99999999999999999999"):
        journal.job(99_999_999_999_999_999_999)


def test_answers_are_counted_by_what_was_said(journal: Journal) -> None:
    job = journal.stage(NEW, rows(4))
    ledger = begin(journal, job)
    for number in (2, 3):
        ledger.turn([], [start(number)])
        ledger.turn([end(number)], [])
    assert journal.answers(job) == [
        (Status.ACCEPTED, "201", "done", "", 2),
        (Status.NOT_SENT, "", "", "not its turn", 2),
    ]


def test_where_each_row_is_answered_in_other_words_only_some_are_told_apart(journal: Journal) -> None:
    job = journal.stage(NEW, rows(302))
    ledger = begin(journal, job)
    for number in range(2, 304):
        ledger.turn([], [start(number)])
        meaning = Verdict.REJECTED if number == 303 else Verdict.ACCEPTED
        answer = Outcome(meaning, "", "201", f"case {number}", 200, 7)
        ledger.turn([Completion(start(number), answer, Status(meaning.value))], [])
    told = journal.answers(job)
    assert len(told) == 202
    assert (Status.REJECTED, "201", "case 303", "", 1) in told
    assert told[-1] == (Status.ACCEPTED, "", "… other answers", "", 101)


def test_a_journal_that_can_not_be_used_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(JournalError, match="UPLOADER_HOME"):
        Journal(tmp_path / "file" / "journal.db")
    (tmp_path / "journal.db").write_bytes(b"this is no database, and never was one" * 99)
    with pytest.raises(JournalError, match=r"journal\.db is damaged"):
        Journal(tmp_path / "journal.db")


def test_a_journal_of_a_newer_version_is_left_alone(journal: Journal) -> None:
    db = sqlite3.connect(journal.path)
    db.execute("PRAGMA user_version = 999")
    db.close()
    with pytest.raises(JournalError, match="newer"):
        Journal(journal.path)


def _open(path: Path) -> None:
    with Journal(path) as journal:
        begin(journal, journal.stage(NEW, rows(5)))
    sys.exit(0)


def test_many_first_starts_at_once_work(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    processes = [context.Process(target=_open, args=(tmp_path / "journal.db",)) for _ in range(6)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)
    assert [process.exitcode for process in processes] == [0] * 6
    with Journal(tmp_path / "journal.db") as journal:
        assert len(journal.jobs()) == 6


def test_a_row_that_may_have_arrived_is_not_called_not_sent_because_a_later_attempt_was_refused(
    journal: Journal,
) -> None:
    job = journal.stage(NEW, rows(3))
    begin(journal, job).turn([], [start(2), start(3)])  # and the process dies
    ledger = begin(journal, job, ResendPolicy(unknown=True))
    ledger.turn([], [start(2), start(3), start(4)])
    refused = [Completion(start(number), Outcome(Verdict.STOP, "the token"), Status.NOT_SENT) for number in (2, 4)]
    ledger.turn([*refused, end(3)], [])
    standing = list(journal.results(job))
    assert [result.status for result in standing] == [Status.UNKNOWN, Status.ACCEPTED, Status.NOT_SENT]
    assert [result.advice for result in standing] == [UNDER_WAY, "", "the token"]
    assert [row.number for row in journal.waiting(job, ResendPolicy())] == [4]


def test_a_row_that_goes_again_is_held_back_if_another_run_sent_the_same_request_meanwhile(journal: Journal) -> None:
    job = journal.stage(NEW, rows(1))
    other = journal.stage(replace(NEW, list_sha256="ef" * 32, account="e1" * 16), rows(1))
    ledger, others = begin(journal, job), begin(journal, other)
    ledger.turn([], [start(2)])
    ledger.turn([Completion(start(2), Outcome(Verdict.PAUSE, "quota"), Status.NOT_SENT, goes_again=True)], [])
    others.turn([], [start(2)])
    others.turn([end(2)], [])
    assert ledger.turn([], [start(2, nth=2)]) == {2: Status.SKIPPED}
    assert [attempt.job for attempt in journal.attempts(NEW.account)] == [job]


def test_a_job_is_not_named_by_what_only_looks_like_a_number(journal: Journal) -> None:
    with pytest.raises(UploaderError):
        find_job.named(journal, "²", "resume")
