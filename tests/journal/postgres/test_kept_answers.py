"""Answers that were kept while the connection was lost, and are written back while others go on."""

import json
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from tests.journal.builders import (
    ANA,
    LOOKED,
    NEW,
    completion,
    dispatch,
    result_of,
    rows,
    settlement,
    statuses,
    waiting,
)
from tests.postgres.cluster import Cluster
from tests.postgres.databases import Databases, run_sql
from uploader.errors import JournalLostError
from uploader.journal import Journal, RunLedger, open_journal
from uploader.journal.postgres import kept_answers
from uploader.journal.postgres.journal import PostgresJournal
from uploader.journal.servers import Server
from uploader.model.cancel import CancelToken
from uploader.model.outcomes import Verdict
from uploader.model.resend import ResendPolicy
from uploader.model.rows import Status

KEY = "d4" * 16
ENDED = "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = '{}')"


class Ours:
    """A run of ours, of a list whose rows are 2 to 4, and the file that it keeps."""

    def __init__(self, place: Server, cluster: Cluster, journal: Journal) -> None:
        self.place, self.journal, self._cluster = place, journal, cluster
        self.job = journal.stage(NEW, rows(3))
        self.ledger: RunLedger = journal.begin_run(self.job, ANA, ResendPolicy(), key=KEY)

    @property
    def file(self) -> Path:
        assert self.place.unwritten is not None
        return self.place.unwritten / f"{KEY}.jsonl"

    def loses(self) -> None:
        """The server ends the session."""
        run_sql(self._cluster, ENDED.format(self.place.shown.rpartition("/")[2]))

    def keeps(self, *answers: tuple[int, Verdict, Status]) -> None:
        """These come while the connection is lost."""
        self.loses()
        self.ledger.commit([completion(*answer) for answer in answers], [])
        assert self.file.exists()

    def comes_back(self) -> None:
        assert self.ledger.come_back(20, CancelToken())

    def theirs(self) -> AbstractContextManager[Journal]:
        """The journal as another process of this computer opens it."""
        return open_journal(self.place)

    def elsewhere(self) -> AbstractContextManager[Journal]:
        """The journal on another computer."""
        return open_journal(replace(self.place, unwritten=None))


@pytest.fixture
def ours(databases: Databases, cluster: Cluster, tmp_path: Path) -> Iterator[Ours]:
    with databases.lent() as lent:
        place = replace(lent, unwritten=tmp_path / "unwritten")
        with open_journal(place) as journal:
            ours = Ours(place, cluster, journal)
            with _held(journal):
                yield ours


@contextmanager
def _held(journal: Journal) -> Iterator[None]:
    with journal.locks.hold_list(NEW.list_sha256, NEW.list_name) as held, journal.locks.hold_run(KEY):
        held.share()
        yield


def test_a_run_whose_answers_another_process_wrote_lives_on_once_it_is_back(ours: Ours) -> None:
    ours.ledger.commit([], [dispatch(2)])
    ours.keeps((2, Verdict.ACCEPTED, Status.ACCEPTED))
    with ours.theirs() as journal:
        assert statuses(journal, ours.job)[2] is Status.ACCEPTED
    ours.comes_back()
    assert [one.row.number for one in ours.ledger.take()] == [3, 4]
    with ours.elsewhere() as journal:
        joined = journal.begin_run(ours.job, ANA, ResendPolicy(), key="e5" * 16, joins=True)
        assert list(joined.take()) == []  # they are ours
        assert joined.rows_elsewhere()


def test_what_a_run_keeps_that_is_back_is_left_to_it(ours: Ours) -> None:
    ours.ledger.commit([], [dispatch(2)])
    ours.keeps((2, Verdict.OUT_OF_REACH, Status.NOT_SENT))
    as_kept = ours.file.read_bytes()
    ours.comes_back()
    ours.ledger.commit([], [dispatch(2)])
    ours.file.write_bytes(as_kept)  # as another process has it that began to read it before
    head, *endings = as_kept.decode().splitlines()
    ours.file.write_text("\n".join([json.dumps({**json.loads(head), "may_have_left": [[2, None]]}), *endings]))
    with ours.theirs() as journal:
        assert statuses(journal, ours.job)[2] is Status.UNKNOWN
        assert waiting(journal, ours.job) == [3, 4]


def test_what_is_kept_anew_while_the_rest_is_written_stays(ours: Ours, monkeypatch: pytest.MonkeyPatch) -> None:
    ours.ledger.commit([], [dispatch(2), dispatch(3)])
    ours.keeps((2, Verdict.ACCEPTED, Status.ACCEPTED))
    write = kept_answers._write

    def meanwhile(*kept: object) -> None:
        write(*kept)  # type: ignore[arg-type]
        ours.ledger.commit([completion(3)], [])

    with monkeypatch.context() as patch:
        patch.setattr(kept_answers, "_write", meanwhile)
        with ours.theirs():
            pass
    with ours.theirs() as journal:
        assert statuses(journal, ours.job) == {2: Status.ACCEPTED, 3: Status.ACCEPTED, 4: Status.NOT_SENT}
    assert not ours.file.exists()


def test_a_session_that_is_lost_again_on_the_way_back_is_waited_for_again(
    ours: Ours, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours.ledger.commit([], [dispatch(2)])
    ours.keeps((2, Verdict.ACCEPTED, Status.ACCEPTED))
    write, losses = kept_answers._write, iter([ours.loses])

    def once_lost(*kept: object) -> None:
        next(losses, lambda: None)()
        write(*kept)  # type: ignore[arg-type]

    monkeypatch.setattr(kept_answers, "_write", once_lost)
    ours.comes_back()
    assert next(losses, None) is None
    assert statuses(ours.journal, ours.job)[2] is Status.ACCEPTED


@pytest.mark.parametrize(
    ("verdict", "status", "found", "then"),
    [
        (Verdict.ACCEPTED, Status.ACCEPTED, "arrived", Status.ACCEPTED),
        (Verdict.ACCEPTED, Status.ACCEPTED, "not arrived", Status.ACCEPTED),
        (Verdict.UNKNOWN, Status.UNKNOWN, "arrived", Status.ACCEPTED),
        (Verdict.UNKNOWN, Status.UNKNOWN, "not arrived", Status.NOT_SENT),
        (Verdict.REJECTED, Status.REJECTED, "not arrived", Status.REJECTED),
        (Verdict.REJECTED, Status.REJECTED, "arrived", Status.ACCEPTED),
    ],
)
def test_an_answer_that_comes_late_counts_where_it_says_more_than_who_looked(
    ours: Ours, verdict: Verdict, status: Status, found: str, then: Status
) -> None:
    ours.ledger.commit([], [dispatch(2)])
    ours.keeps((2, verdict, status))
    with ours.elsewhere() as journal:
        journal.settle(ours.job, [settlement(2, found)], LOOKED)
    ours.comes_back()
    assert statuses(ours.journal, ours.job)[2] is then
    assert (2 in waiting(ours.journal, ours.job)) == (then is Status.NOT_SENT)
    with ours.elsewhere() as journal:  # the same request in another list
        assert (journal.find_prior("print 2", ResendPolicy()) is not None) == (then is Status.ACCEPTED)


def test_what_was_deleted_meanwhile_does_not_come_back(ours: Ours) -> None:
    ours.ledger.commit([], [dispatch(2), dispatch(3)])
    ours.keeps((2, Verdict.ACCEPTED, Status.ACCEPTED), (3, Verdict.OUT_OF_REACH, Status.NOT_SENT))
    with ours.elsewhere() as journal:
        journal.forget([ours.job], everything=False)
    ours.comes_back()
    found = result_of(ours.journal, ours.job, 2)
    assert (found.status, found.code, found.message, found.http_status) == (Status.ACCEPTED, "", "", 200)
    assert waiting(ours.journal, ours.job) == []
    assert not ours.file.exists()


def test_what_another_journal_knows_by_the_same_numbers_is_not_written_there(ours: Ours, databases: Databases) -> None:
    ours.ledger.commit([], [dispatch(2)])
    ours.keeps((2, Verdict.ACCEPTED, Status.ACCEPTED))
    with databases.lent() as lent, open_journal(replace(lent, unwritten=None)) as other:
        job = other.stage(NEW, rows(3))
        other.begin_run(job, ANA, ResendPolicy()).commit([], [dispatch(2)])
        with open_journal(replace(lent, unwritten=ours.place.unwritten)) as journal:
            assert statuses(journal, job)[2] is Status.UNKNOWN
    assert ours.file.exists()


def test_requests_that_a_restored_backup_does_not_know_are_answered_nowhere(ours: Ours, cluster: Cluster) -> None:
    ours.ledger.commit([], [dispatch(2)])
    ours.keeps((2, Verdict.ACCEPTED, Status.ACCEPTED))
    ours.journal.close()
    database = ours.place.shown.rpartition("/")[2]
    run_sql(cluster, "UPDATE uploader.attempt SET number = 3", database=database)  # the id is another row's by now
    with ours.theirs() as theirs:
        assert isinstance(theirs, PostgresJournal)
        assert [why.code for why in theirs.written_back.left.values()] == ["team.kept_unknown"]
        assert [one.verdict for one in theirs.attempts(ours.job)] == [""]
    assert ours.file.exists()


def test_a_lost_session_says_so_when_rows_leave(ours: Ours) -> None:
    ours.loses()
    with pytest.raises(JournalLostError):
        ours.ledger.commit([], [dispatch(2)])
