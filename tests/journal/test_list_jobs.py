"""Several jobs of one list: where each row stands after all of them."""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from tests.journal.test_sqlite_journal import NEW, begin, end, start
from uploader.errors import SettingsError
from uploader.journal.sqlite import Journal, Kept, RunLedger, Staged
from uploader.model.job import Attempt, RowResult
from uploader.model.outcomes import Verdict
from uploader.model.resend import ResendPolicy
from uploader.model.rows import Row, Status

SENT_AT = "2026-03-09T17:05:09.123+00:00"
WAITS = "not its turn"


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    with Journal(tmp_path / "journal.db") as opened:
        yield opened


def staged(
    number: int,
    status: Status = Status.NOT_SENT,
    before: int | None = None,
    kept: Kept = Kept.NOT,
    cells: Sequence[str] | None = None,
) -> Staged:
    row = Row(number, tuple(cells or (f"cell {number}", "ñ")))
    return Staged(row, status, WAITS, f"print {number}", before, kept)


def answered(ledger: RunLedger, **numbers: Status | None) -> None:
    """Rows that are sent, by `r` and their number, and where they stand then; None is without an answer."""
    for name, status in numbers.items():
        number = int(name[1:])
        assert ledger.turn([], [start(number)]) == {}
        if status is not None:
            meaning = {Status.ACCEPTED: Verdict.ACCEPTED, Status.REJECTED: Verdict.REJECTED}[status]
            ledger.turn([end(number, meaning, status)], [])


@pytest.fixture
def first(journal: Journal) -> int:
    """A job whose row 2 was accepted, 3 rejected; of 4 no answer came; 5 was not sent; 6 is invalid."""
    rows = [*map(staged, (2, 3, 4, 5)), staged(6, Status.INVALID)]
    job = journal.stage(NEW, rows)
    answered(begin(journal, job), r2=Status.ACCEPTED, r3=Status.REJECTED, r4=None)
    return job


def again(first: int) -> list[Staged]:
    """The rows of the list as the next job stages them."""
    accepted = staged(2, Status.SKIPPED, first, Kept.AS_BEFORE)
    return [accepted, staged(3), staged(4, Status.UNKNOWN, first), staged(5), staged(6)]


def standing(journal: Journal, job: int) -> dict[int, Status]:
    """Every row's, which stands once, in the list's order."""
    found = [(result.row.number, result.status) for result in journal.results(job)]
    assert [number for number, _ in found] == sorted({number for number, _ in found})
    known = journal.standings(job, [number for number, _ in found])
    assert {number: one.status for number, one in known.items()} == dict(found)
    return dict(found)


def test_the_newest_job_tells_where_every_row_stands(journal: Journal, first: int) -> None:
    job = journal.stage(NEW, again(first))
    assert journal.newest(NEW.account) == journal.job(first)  # a job of which nothing was begun is none
    assert standing(journal, job) == {
        2: Status.ACCEPTED,  # by the first; skipped in this one
        3: Status.NOT_SENT,  # rejected by the first; its turn has not come
        4: Status.UNKNOWN,
        5: Status.NOT_SENT,
        6: Status.NOT_SENT,
    }
    accepted, rejected, unknown, *_ = journal.results(job)
    assert (accepted.code, accepted.message, accepted.http_status, accepted.attempts) == ("201", "done", 200, 1)
    assert (accepted.advice, accepted.row) == ("", Row(2, ("cell 2", "ñ")))
    assert accepted.sent_at is not None
    assert (rejected.code, rejected.message, rejected.sent_at, rejected.advice) == ("", "", None, WAITS)
    assert rejected.attempts == 1  # of the first job
    assert (unknown.code, unknown.attempts, unknown.sent_at is None) == ("", 1, False)
    counts = journal.job(job).counts  # what the job itself has to say
    assert (counts[Status.SKIPPED], counts[Status.UNKNOWN], counts[Status.NOT_SENT]) == (1, 1, 3)


def test_what_the_newest_job_sends_counts_from_the_intent_on(journal: Journal, first: int) -> None:
    job = journal.stage(NEW, again(first))
    ledger = begin(journal, job, ResendPolicy(unknown=True))
    assert [row.number for row in journal.waiting(job, ResendPolicy())] == [3, 5, 6]
    assert [row.number for row in journal.waiting(job, ResendPolicy(unknown=True))] == [3, 4, 5, 6]
    ledger.turn([], [start(4), start(5)])
    assert standing(journal, job)[5] is Status.UNKNOWN
    ledger.turn([end(4), end(5, Verdict.REJECTED, Status.REJECTED)], [])
    assert standing(journal, job) == {
        2: Status.ACCEPTED,
        3: Status.NOT_SENT,
        4: Status.ACCEPTED,
        5: Status.REJECTED,
        6: Status.NOT_SENT,
    }
    assert journal.job(first).gone_on_by == job
    assert journal.job(job).gone_on_by is None
    newest = journal.newest(NEW.account)
    assert newest is not None
    assert newest.id == job


def test_requests_are_numbered_over_all_jobs_of_the_list_alone(journal: Journal, first: int) -> None:
    job = journal.stage(NEW, again(first))
    answered(begin(journal, job, ResendPolicy(unknown=True)), r3=Status.REJECTED, r4=Status.ACCEPTED)
    answered(begin(journal, job), r3=Status.ACCEPTED)
    other = journal.stage(replace(NEW, list_sha256="ef" * 32, account="e1" * 16), [staged(9)])
    answered(begin(journal, other), r9=Status.ACCEPTED)
    told = [(one.row, one.nth, one.job, one.meaning) for one in journal.attempts(NEW.account)]
    assert told == [
        (2, 1, first, "accepted"),
        (3, 1, first, "rejected"),
        (4, 1, first, ""),
        (3, 2, job, "rejected"),
        (4, 2, job, "accepted"),
        (3, 3, job, "accepted"),
    ]
    assert {result.row.number: result.attempts for result in journal.results(job)} == {2: 1, 3: 3, 4: 2, 5: 0, 6: 0}
    with_cells = list(journal.attempts(NEW.account, with_cells=True))
    assert [one.cells[0] for one in with_cells] == [f"cell {row}" for row, *_ in told]
    assert [(run.job, run.requests) for run in journal.runs(NEW.account)] == [(first, 3), (job, 2), (job, 1)]


def test_rows_that_were_deleted_stay_in_the_account_and_are_not_sent(journal: Journal, first: int) -> None:
    job = journal.stage(NEW, [staged(5)])
    begin(journal, job)
    everything = {2: Status.ACCEPTED, 3: Status.REJECTED, 4: Status.UNKNOWN, 5: Status.NOT_SENT, 6: Status.INVALID}
    assert standing(journal, job) == everything
    assert next(journal.results(job)).code == "201"
    assert [row.number for row in journal.waiting(job, ResendPolicy(duplicates=True, unknown=True))] == [5]
    assert journal.job(job).rows == 1
    third = journal.stage(NEW, [])
    begin(journal, third)
    assert standing(journal, third) == everything
    assert journal.last_number(third) == 6


def test_a_row_that_was_deleted_may_come_back(journal: Journal, first: int) -> None:
    begin(journal, journal.stage(NEW, [staged(5)]))
    (known,) = journal.standings(2, [3]).values()
    assert (known.status, known.job, known.cells) == (Status.REJECTED, first, ("cell 3", "ñ"))
    third = journal.stage(NEW, [staged(3, cells=("mended", "ñ")), staged(5)])
    answered(begin(journal, third), r3=Status.ACCEPTED)
    assert standing(journal, third)[3] is Status.ACCEPTED
    assert {result.row.number: result.row.cells[0] for result in journal.results(third)}[3] == "mended"


def test_new_rows_come_under_new_numbers(journal: Journal, first: int) -> None:
    assert journal.last_number(first) == 6
    job = journal.stage(NEW, [*again(first), staged(7, cells=("new", "")), staged(8, cells=("new, too", ""))])
    answered(begin(journal, job), r7=Status.ACCEPTED)
    found = standing(journal, job)
    assert (found[7], found[8], len(found)) == (Status.ACCEPTED, Status.NOT_SENT, 7)
    assert journal.standings(first, [7, 8]) == {}


@pytest.mark.parametrize(
    ("header", "cells", "told"),
    [
        (["a", "b", "c"], ("typed", "typed", "new"), ("cell 2", "ñ", "new")),
        (["b", "a"], ("typed", "typed"), ("ñ", "cell 2")),
        (["b"], ("typed",), ("ñ",)),
        (["A", "b"], ("now", "typed"), ("now", "ñ")),
        (["b", "b"], ("typed", "second"), ("ñ", "second")),
    ],
)
def test_cells_that_were_sent_stand_under_their_names_also_where_the_columns_are_others(
    journal: Journal, first: int, header: list[str], cells: tuple[str, ...], told: tuple[str, ...]
) -> None:
    accepted = staged(2, Status.SKIPPED, first, Kept.AS_BEFORE, cells)
    job = journal.stage(replace(NEW, header=header, fields={str(at): at for at in range(len(header))}), [accepted])
    begin(journal, job)
    results = {result.row.number: result.row.cells for result in journal.results(job)}
    assert results[2] == told
    assert {len(row) for row in results.values()} == {len(header)}  # those that were deleted, too
    (known,) = journal.standings(job, [2]).values()
    assert (known.cells, known.header) == (("cell 2", "ñ"), ("a", "b"))


def test_what_was_accepted_and_changed_since_is_remembered_as_it_stands_now(journal: Journal, first: int) -> None:
    held_back = staged(2, Status.SKIPPED, first, cells=("changed", "a note"))
    job = journal.stage(replace(NEW, fields={"x": 0}), [held_back])
    begin(journal, job)
    (known,) = journal.standings(job, [2]).values()
    assert (known.status, known.cells, known.changed) == (Status.ACCEPTED, ("cell 2", "ñ"), ("changed", "a note"))
    assert next(journal.results(job)).held_back == {0: "changed"}
    assert next(journal.results(job)).row.cells == ("cell 2", "a note")  # the second column is not sent
    assert [row.cells[0] for row in journal.waiting(job, ResendPolicy(duplicates=True))] == ["changed"]


def test_a_forgotten_job_s_rows_keep_their_standing(journal: Journal, first: int) -> None:
    job = journal.stage(NEW, [*again(first)[:1], staged(5)])
    begin(journal, job)
    journal.forget(first, everything=False)
    assert standing(journal, job) == {
        2: Status.ACCEPTED,
        3: Status.REJECTED,
        4: Status.UNKNOWN,
        5: Status.NOT_SENT,
        6: Status.INVALID,
    }
    accepted = next(journal.results(job))
    assert (accepted.row.cells, accepted.code, accepted.message) == (("cell 2", "ñ"), "", "")
    (known,) = journal.standings(job, [2]).values()
    assert (known.cells, known.header, known.is_settled) == (("cell 2", "ñ"), ("a", "b"), True)
    journal.forget(job, everything=False)
    assert standing(journal, job)[2] is Status.ACCEPTED
    assert next(journal.results(job)).row.cells == ()
    journal.stage(NEW, [staged(2, Status.SKIPPED, first, Kept.AS_BEFORE)])


def test_where_the_earlier_job_is_gone_the_later_one_tells_what_it_knows(journal: Journal, first: int) -> None:
    job = journal.stage(NEW, again(first))
    begin(journal, job)
    journal.forget(first, everything=True)
    found = standing(journal, job)
    assert (found[2], found[4]) == (Status.SKIPPED, Status.UNKNOWN)
    assert journal.newest(NEW.account) == journal.job(job)


@pytest.mark.parametrize("newer", [True, False])
@pytest.mark.parametrize("arrived", [True, False])
def test_an_unknown_row_can_be_settled_by_either_job(journal: Journal, first: int, newer: bool, arrived: bool) -> None:
    job = journal.stage(NEW, again(first))
    begin(journal, job)
    journal.settle(job if newer else first, 4, arrived=arrived, advice="Ana looked.")
    (result,) = (result for result in journal.results(job) if result.row.number == 4)
    assert (result.status, result.advice) == (Status.ACCEPTED if arrived else Status.NOT_SENT, "Ana looked.")
    assert 4 in standing(journal, job)
    assert (4 in [row.number for row in journal.waiting(job, ResendPolicy())]) is not arrived
    assert standing(journal, first)[4] is result.status
    with pytest.raises(SettingsError, match="no row 4 whose outcome is unknown"):
        journal.settle(first, 4, arrived=arrived, advice="")
    with pytest.raises(SettingsError, match="no row 2"):
        journal.settle(job, 2, arrived=arrived, advice="")
    third = journal.stage(NEW, [])
    assert standing(journal, third)[4] is result.status


def test_what_was_settled_in_an_older_job_leaves_what_a_later_one_accepted(journal: Journal, first: int) -> None:
    job = journal.stage(NEW, again(first))
    answered(begin(journal, job, ResendPolicy(unknown=True)), r4=Status.ACCEPTED)
    journal.settle(first, 4, arrived=False, advice="Ana looked.")
    assert standing(journal, job)[4] is Status.ACCEPTED
    assert 4 not in [row.number for row in journal.waiting(job, ResendPolicy(unknown=True))]


def test_settling_touches_no_other_list(journal: Journal, first: int) -> None:
    other = journal.stage(
        replace(NEW, list_sha256="ef" * 32, account="e1" * 16), [replace(staged(4), fingerprint="other")]
    )
    ledger = begin(journal, other)
    ledger.turn([], [replace(start(4), request=replace(start(4).request, fingerprint="other"))])
    journal.settle(first, 4, arrived=False, advice="")
    assert standing(journal, other) == {4: Status.UNKNOWN}


# What a workbook tells


def told(number: int, status: Status, attempts: int = 1) -> RowResult:
    row = Row(number, (f"cell {number}", "ñ"))
    code = "201" if attempts else ""
    return RowResult(
        row, status, code, "said", "do so", 200 if attempts else None, attempts, SENT_AT if attempts else None, 7
    )


def test_a_workbook_that_was_written_elsewhere_is_taken_over(journal: Journal, tmp_path: Path) -> None:
    rows = [
        told(2, Status.ACCEPTED, 2),
        told(3, Status.REJECTED),
        told(4, Status.UNKNOWN),
        told(5, Status.NOT_SENT, 0),
        told(6, Status.INVALID, 0),
    ]
    attempts = [
        Attempt(2, 1, SENT_AT, "slow down", "403", "too fast", 403, 5, "detail", 0),
        Attempt(2, 2, SENT_AT, "accepted", "201", "said", 200, 7, "", 0),
        Attempt(3, 1, SENT_AT, "rejected", "400", "no", 400, 7, "", 0),
        Attempt(99, 1, SENT_AT, "accepted", "201", "of no row", 200, 7, "", 0),
    ]
    new = replace(NEW, taken_from=tmp_path / "list.results.xlsx", source_sha256="")
    job = journal.take_over(new, ((row.row, row, None, f"print {row.row.number}") for row in rows), attempts, "ab" * 32)
    assert standing(journal, job) == {row.row.number: row.status for row in rows}
    known = journal.standings(job, [2, 3, 4, 5, 99])
    assert [one.is_taken_over for one in known.values()] == [True] * 4
    assert [one.is_settled for one in known.values()] == [True, False, True, False]
    assert [(one.row, one.nth, one.meaning, one.code) for one in journal.attempts(NEW.account)] == [
        (2, 1, "slow down", "403"),
        (2, 2, "accepted", "201"),
        (3, 1, "rejected", "400"),
        (4, 1, "unknown", "201"),  # its own was not among them: the row tells it
    ]
    assert {result.row.number: result.attempts for result in journal.results(job)} == {2: 2, 3: 1, 4: 1, 5: 0, 6: 0}
    assert list(journal.waiting(job, ResendPolicy(duplicates=True, unknown=True))) == []
    assert journal.knows(NEW.account, "ab" * 32)  # what it tells is taken over once
    assert journal.wrote(NEW.account, "ab" * 32) is None  # and it was not written here
    assert not journal.knows(NEW.account, "ef" * 32)
    assert journal.job(job).ended_at is not None
    (run,) = journal.runs(NEW.account)
    assert run.taken_from == str(tmp_path / "list.results.xlsx")
    # The same requests from another list are known by it.
    other = journal.stage(replace(NEW, list_sha256="ef" * 32, account="e1" * 16), [staged(2), staged(3), staged(4)])
    assert begin(journal, other).turn([], [start(2), start(3), start(4)]) == {2: Status.SKIPPED, 4: Status.UNKNOWN}


def test_what_this_journal_knows_better_stays(journal: Journal, first: int) -> None:
    rows = [
        (Row(2, ("cell 2", "ñ")), None, first, None),
        (Row(3, ("cell 3", "ñ")), told(3, Status.ACCEPTED), None, "print 3"),
    ]
    job = journal.take_over(replace(NEW, taken_from=Path("/elsewhere.xlsx")), rows, [], "ab" * 32)
    assert standing(journal, job) == {
        2: Status.ACCEPTED,
        3: Status.ACCEPTED,
        4: Status.UNKNOWN,  # not in the workbook
        5: Status.NOT_SENT,
        6: Status.INVALID,
    }
    known = journal.standings(job, [2, 3])
    assert (known[2].job, known[2].is_taken_over) == (first, False)
    assert (known[3].job, known[3].is_taken_over) == (job, True)


def test_a_workbook_that_was_written_is_known_by_its_rows_digest(journal: Journal, first: int) -> None:
    assert journal.wrote(NEW.account, "ab" * 32) is None
    journal.note_workbook(journal.job(first), "ab" * 32)
    when = journal.wrote(NEW.account, "ab" * 32)
    assert when is not None
    assert journal.wrote("e1" * 16, "ab" * 32) is None
    journal.note_workbook(journal.job(first), "ab" * 32)
    assert (journal.wrote(NEW.account, "ab" * 32) or "") >= when
    journal.forget(first, everything=True)
    assert journal.wrote(NEW.account, "ab" * 32) is None


def test_columns_that_were_redacted_once_stay_so(journal: Journal, first: int) -> None:
    journal.redact(first, [])
    journal.redact(first, ["b"])
    journal.redact(first, ["a", "b"])
    assert list(journal.job(first).redacted) == ["b", "a"]


# A journal of an earlier version

VERSION_2 = Path(__file__).parents[1] / "data" / "journal_version_2.sql"
STATUSES: Mapping[int, Mapping[int, tuple[str, bool]]] = {
    1: {
        2: ("accepted", True),
        3: ("rejected", True),
        4: ("unknown", True),
        5: ("not sent", False),
        6: ("skipped", False),
    },
    2: {
        2: ("skipped", False),
        3: ("accepted", True),
        4: ("unknown", False),
        5: ("rejected", True),
        6: ("skipped", False),
    },
    3: {2: ("accepted", True)},  # another list
    4: {2: ("rejected", True)},  # elsewhere
    5: {2: ("not sent", False)},  # another sheet
}
"""By job and row: the status, and whether a request was made."""


def of_version_2(path: Path) -> Path:
    db = sqlite3.connect(path, isolation_level=None)
    db.executescript(VERSION_2.read_text(encoding="utf-8"))
    db.execute("PRAGMA user_version = 2")
    for job, rows in STATUSES.items():
        sha256 = ("ef" if job == 3 else "ab") * 32
        destination = "https://elsewhere" if job == 4 else "https://wv0042.wolkvox.com"
        sheet = "Hoja 2" if job == 5 else None
        db.execute(
            "INSERT INTO job VALUES (?, ?, 'ana', 'pc-7', ?, ?, ?, '[\"a\", \"b\"]', '{\"x\": 1}', 't', 'cd', ?, '{}',"
            " '0.1.0', '/lists/list.results.xlsx', NULL)",
            (job, SENT_AT, f"/lists/{'other' if job == 3 else 'list'}.csv", sha256, sheet, destination),
        )
        db.execute("INSERT INTO run VALUES (?, ?, ?, ?, NULL)", (job, job, SENT_AT, SENT_AT))
        for number, (status, is_sent) in rows.items():
            print_ = f"print {destination} {sha256} {2 if number == 6 else number}"
            db.execute(
                "INSERT INTO row VALUES (?, ?, ?, ?, ?, ?)",
                (job, number, f'["cell {number}", "ñ"]', status, f"advice {job}", print_),
            )
            if is_sent:
                meaning = "" if status == "unknown" else status
                db.execute(
                    "INSERT INTO attempt (job, number, run, sent_at, meaning, code, message) VALUES (?, ?, ?, ?, ?, ?, 'said')",
                    (job, number, job, SENT_AT, meaning, f"2{job}"),
                )
    db.close()
    return path


def test_a_journal_of_version_2_becomes_one_of_today(tmp_path: Path) -> None:
    path = of_version_2(tmp_path / "journal.db")
    with Journal(path) as journal:
        assert journal._db.execute("PRAGMA user_version").fetchone()[0] == 3
        accounts = [journal.job(number).account for number in range(1, 6)]
        assert accounts[0] == accounts[1]
        assert len(set(accounts)) == 4
        assert all(len(account) == 32 for account in accounts)
        jobs = {job.id: job for job in journal.jobs()}
        assert [jobs[number].gone_on_by for number in range(1, 6)] == [2, None, None, None, None]
        assert (jobs[3].list_name, jobs[3].source_sha256, jobs[3].redacted) == ("other.csv", "ef" * 32, [])
        assert standing(journal, 2) == {
            2: Status.ACCEPTED,
            3: Status.ACCEPTED,
            4: Status.UNKNOWN,
            5: Status.REJECTED,
            6: Status.SKIPPED,  # the same request as row 2
        }
        results = {result.row.number: result for result in journal.results(2)}
        assert [results[number].code for number in (2, 3, 4, 5, 6)] == ["21", "22", "21", "22", "21"]
        assert [results[number].attempts for number in (2, 3, 4, 5, 6)] == [1, 2, 1, 1, 0]
        assert results[2].row.cells == ("cell 2", "ñ")
        assert standing(journal, 4) == {2: Status.REJECTED}
        assert [(one.job, one.row, one.nth) for one in journal.attempts(accounts[0])] == [
            (1, 2, 1), (1, 3, 1), (1, 4, 1), (2, 3, 2), (2, 5, 1),
        ]  # fmt: skip
        new = replace(NEW, account=accounts[0])
        third = journal.stage(new, [staged(5)])
        begin(journal, third)
        assert standing(journal, third) == {**standing(journal, 2), 5: Status.NOT_SENT}
    with Journal(path) as journal:  # once is enough
        assert [journal.job(number).account for number in range(1, 6)] == accounts


def test_a_journal_of_version_1_becomes_one_of_today(tmp_path: Path) -> None:
    path = of_version_2(tmp_path / "journal.db")
    db = sqlite3.connect(path, isolation_level=None)
    db.executescript("DROP TABLE template; ALTER TABLE job DROP COLUMN forgotten_at; PRAGMA user_version = 1;")
    db.close()
    with Journal(path) as journal:
        assert standing(journal, 2)[2] is Status.ACCEPTED
        assert journal.job(1).forgotten_at is None
        assert journal.job(1).template_text == ""
        journal.stage(NEW, [staged(2)])


def test_an_old_journal_has_the_tables_and_columns_of_a_new_one(tmp_path: Path) -> None:
    def columns(path: Path) -> dict[str, set[str]]:
        with Journal(path) as journal:
            tables = [row[0] for row in journal._db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            return {table: {row[1] for row in journal._db.execute(f"PRAGMA table_info({table})")} for table in tables}

    def indexes(path: Path) -> set[str]:
        with Journal(path) as journal:
            return {row[0] for row in journal._db.execute("SELECT name FROM sqlite_master WHERE type = 'index'")}

    old, new = of_version_2(tmp_path / "old.db"), tmp_path / "new.db"
    assert columns(old) == columns(new)
    assert indexes(old) == indexes(new)
