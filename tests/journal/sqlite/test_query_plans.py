"""What is asked for every row or every commit never costs more in a longer list, whatever SQLite knows of its tables.

Work is counted in steps of SQLite's virtual machine: no clock is asked.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from tests.conftest import interactions, write_csv
from tests.journal.builders import NEW, OTHER, answered, begin, completion, dispatch, rows, staged, statuses, waiting
from tests.worlds import World
from uploader.actions.options import ReadOptions, SendOptions
from uploader.actions.send import send
from uploader.journal import journal_path
from uploader.journal.sqlite import SqliteJournal
from uploader.journal.sqlite.connection import Connection
from uploader.model.outcomes import Verdict
from uploader.model.resend import ResendPolicy
from uploader.model.rows import Status

_VERBS = ("SELECT", "UPDATE", "INSERT", "DELETE", "WITH")
_IN_MEMORY = re.compile(r"SCAN (CONSTANT ROW|json_each\b|asked\b)")
"""What is read whole, and is no longer than one commit."""
_NARROW = re.compile(
    r"\((rowid=\?|rowid=\? .*|.*\bnumber[=><]\?.*|fingerprint=\?.*|<expr>=\?|hash_key>\?|hash_key=\?|key=\?|sha256=\?.*|name=\?)\)$"
)
_STEPS_OF_A_COUNT = 50


@pytest.fixture
def journal(connection: Connection) -> SqliteJournal:
    """Job 1: row 2 was accepted, of 3 no answer came. Job 2: 2 and 3 are held back, 4 and more wait."""
    journal = SqliteJournal(connection.path, lambda _: connection)
    first = journal.stage(NEW, rows(2))
    answered(begin(journal, first), r2=Status.ACCEPTED, r3=None)
    begin(journal, journal.stage(OTHER, rows(300))).hold_back_known()
    return journal


@contextmanager
def statements(connection: Connection) -> Iterator[list[str]]:
    found: list[str] = []
    connection.db.set_trace_callback(found.append)
    try:
        yield found
    finally:
        connection.db.set_trace_callback(None)


def wide(connection: Connection, asked: Sequence[str]) -> list[tuple[str, str]]:
    """The steps that read a table whole, or all of a job, and their statements."""
    steps = [
        (step[3], statement)
        for statement in dict.fromkeys(asked)
        if statement.lstrip().startswith(_VERBS)
        for step in connection.db.execute(f"EXPLAIN QUERY PLAN {statement}").fetchall()
    ]
    assert steps
    return [(step, statement) for step, statement in steps if _is_wide(step)]


def _is_wide(step: str) -> bool:
    if step.startswith("SCAN"):
        return not _IN_MEMORY.match(step)
    return (
        step.startswith("SEARCH")
        and not step.startswith("SEARCH found")
        and not _NARROW.search(step.removesuffix(" LEFT-JOIN"))
    )


def _and_again(journal: SqliteJournal) -> None:
    """A row that may go again, and does in the same turn; one that is refused; one that was sent before."""
    ledger = begin(journal, 2, ResendPolicy(unknown=True))
    ledger.commit([], [dispatch(4), dispatch(5), dispatch(3)])
    again = completion(4, Verdict.SLOW_DOWN, Status.NOT_SENT)
    no = completion(5, Verdict.REJECTED, Status.REJECTED)
    ledger.commit([again, no, completion(3, Verdict.REJECTED, Status.REJECTED)], [dispatch(4), dispatch(6)])


WORK: dict[str, Callable[[SqliteJournal], object]] = {
    "an intent": lambda journal: begin(journal, 2).commit([], [dispatch(4)]),
    "intents": lambda journal: begin(journal, 2).commit([], [dispatch(number) for number in (2, 3, 4, 5)]),
    "intents alike": lambda journal: begin(journal, 2).commit([], [dispatch(4), dispatch(5, fingerprint="print 4")]),
    "intents whatever is known": lambda journal: begin(journal, 2, ResendPolicy(duplicates=True, unknown=True)).commit(
        [], [dispatch(2), dispatch(3)]
    ),
    "duplicates": lambda journal: begin(journal, 2, ResendPolicy(duplicates=True)).commit([], [dispatch(2)]),
    "answers": _and_again,
    "an answer": lambda journal: answered(begin(journal, 2), r4=Status.ACCEPTED),
    "what is known": lambda journal: list(journal.known_requests(2, ResendPolicy())),
    "a list that is checked": lambda journal: journal.find_prior("print 3", ResendPolicy()),
    "a list that is checked, page by page": lambda journal: journal.perhaps_known(["print 2", "print 3"]),
    "ids of requests": lambda journal: list(journal.waiting(2, with_request_ids=True)),
    "a page of rows": lambda journal: list(journal.rows(2, after=10, limit=10)),
    "held-back rows": lambda journal: list(journal.rows(2, limit=3)),
    "states": lambda journal: journal.row_states(2, [2, 3, 4]),
    "unsent cells": lambda journal: journal.unsent_cells(2, [2, 3, 4]),
}
PER_JOB = re.compile(r"^INSERT INTO run|^SELECT header, fields FROM job")
"""Asked once, or once a page."""


@pytest.mark.parametrize("is_analyzed", [False, True])
@pytest.mark.parametrize("kind", WORK)
def test_nothing_asked_for_a_row_reads_a_table_or_a_job_whole(
    connection: Connection, journal: SqliteJournal, kind: str, is_analyzed: bool
) -> None:
    if is_analyzed:
        connection.db.execute("ANALYZE")
    with statements(connection) as found:
        WORK[kind](journal)
    assert wide(connection, [one for one in found if not PER_JOB.match(one)]) == []


def test_what_was_not_answered_reads_requests_of_its_own_runs_alone(
    connection: Connection, journal: SqliteJournal
) -> None:
    with statements(connection) as found:
        journal.unanswered(NEW.destination, 60)
    assert [step for step, _ in wide(connection, found)] == ["SCAN run", "SEARCH a USING INDEX attempt_by_run (run=?)"]


def _shape(statement: str) -> str:
    """A statement without its values."""
    return re.sub(r"'(?:[^']|'')*'|\b\d+\b|NULL", "?", statement)


@pytest.mark.parametrize("is_analyzed", [False, True])
def test_no_statement_of_a_run_that_comes_with_every_row_or_commit_is_wide(
    tmp_path: Path, own_world: Path, is_analyzed: bool
) -> None:
    world, opened, found = World(own_world), list[Connection](), list[str]()

    def traced(path: Path) -> Connection:
        opened.append(Connection(path))
        if is_analyzed:
            opened[-1].db.execute("ANALYZE")
        opened[-1].db.set_trace_callback(found.append)
        return opened[-1]

    few, many = interactions(4), interactions(44)
    for name, listed in {"before": few, "list": many}.items():
        found.clear()
        session = replace(world.session, open_journal=lambda _: SqliteJournal(journal_path(own_world), traced))
        summary = send(write_csv(tmp_path / f"{name}.csv", listed), ReadOptions(), SendOptions(concurrency=1), session)
        assert summary.sent
    times = Counter(map(_shape, found))
    often = [one for one in found if times[_shape(one)] >= len(many) - len(few)]
    assert any(one.startswith("INSERT INTO attempt") for one in often)
    with closing(Connection(opened[-1].path)) as connection:
        assert wide(connection, [one for one in often if "temp.staged" not in one]) == []


def steps(connection: Connection, work: Callable[[], object]) -> int:
    """How much SQLite does for it."""
    counted = Counter[str]()
    connection.db.set_progress_handler(lambda: counted.update(["steps"]), _STEPS_OF_A_COUNT)
    try:
        work()
    finally:
        connection.db.set_progress_handler(None, 0)
    return counted["steps"]


@pytest.mark.parametrize("is_analyzed", [False, True])
def test_a_row_at_the_end_of_a_list_costs_what_one_at_its_beginning_does(
    connection: Connection, is_analyzed: bool
) -> None:
    journal, last = SqliteJournal(connection.path, lambda _: connection), 4_000
    ledger = begin(journal, journal.stage(NEW, rows(last)))
    if is_analyzed:
        connection.db.execute("ANALYZE")

    def sends(number: int) -> None:
        some = range(number, number + 20)
        ledger.commit([], [dispatch(one) for one in some])
        ledger.commit([completion(one) for one in some], [])

    first = steps(connection, lambda: sends(2))
    for number in range(22, last - 40, 200):
        sends(number)
    assert steps(connection, lambda: sends(last - 20)) < 1.3 * first


ALIKE: dict[str, Callable[[SqliteJournal, int], object]] = {
    "held back": lambda journal, job: begin(journal, job).hold_back_known(),
    "known": lambda journal, job: list(journal.known_requests(job, ResendPolicy())),
    "redirected": lambda journal, job: journal.redirect(job, "https://elsewhere", {}, lambda row: f"{row.number}"),
    "shown": lambda journal, job: list(journal.rows(job)),
}


@pytest.mark.parametrize("before", [None, Status.ACCEPTED, Status.REJECTED, Status.UNKNOWN])
@pytest.mark.parametrize("kind", ALIKE)
def test_a_list_in_which_all_rows_are_alike_is_not_looked_through_for_each_row(
    tmp_path: Path, kind: str, before: Status | None
) -> None:
    def work(count: int) -> int:
        with closing(Connection(tmp_path / f"{count}.db")) as connection:
            journal = SqliteJournal(connection.path, lambda _: connection)
            job = journal.stage(NEW, (staged(number, fingerprint="print 2") for number in range(2, 2 + count)))
            answered(begin(journal, job), r2=before)
            if kind == "shown":
                begin(journal, job).hold_back_known()
            return steps(connection, lambda: ALIKE[kind](journal, job))

    assert work(1_600) < 2.5 * work(800)


def test_rows_alike_that_somebody_wants_sent_do_not_cost_more_and_more(connection: Connection) -> None:
    journal, last = SqliteJournal(connection.path, lambda _: connection), 1_200
    job = journal.stage(NEW, (staged(number, fingerprint="print 2") for number in range(2, 2 + last)))
    ledger = begin(journal, job, ResendPolicy(duplicates=True))

    def sends(number: int) -> None:
        some = [dispatch(one, fingerprint="print 2") for one in range(number, number + 10)]
        assert ledger.commit([], some) == {}
        ledger.commit([completion(one.row.number)._replace(dispatch=one) for one in some], [])

    first = steps(connection, lambda: sends(2))
    for number in range(12, last - 20, 10):
        sends(number)
    assert steps(connection, lambda: sends(last - 10)) < 1.3 * first
    assert set(statuses(journal, job).values()) >= {Status.ACCEPTED}
    assert len(waiting(journal, job)) < 20
