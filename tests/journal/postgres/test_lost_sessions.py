"""A session that is lost while a run uses it: whatever the run was doing, the journal is lost, and that is told."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.journal.builders import ANA, NEW, dispatch, rows
from tests.journal.postgres.test_kept_answers import ENDED
from tests.postgres.cluster import Cluster
from tests.postgres.databases import Databases, run_sql
from uploader.errors import JournalLostError
from uploader.journal import RunLedger, open_journal
from uploader.journal.sql.requests import _InDoubt
from uploader.model.resend import ResendPolicy

_ACTS: dict[str, Callable[[RunLedger], object]] = {
    "end": lambda ledger: ledger.end(None),
    "seconds": lambda ledger: ledger.note_sending(1.5),
    "rows elsewhere": lambda ledger: ledger.rows_elsewhere(),
    "take": lambda ledger: next(ledger.take()),
    "take with ids": lambda ledger: next(ledger.take(with_request_ids=True)),
    "commit": lambda ledger: ledger.commit([], [dispatch(2)]),
    "hold back": lambda ledger: ledger.hold_back_known(),
}


@pytest.mark.parametrize("act", _ACTS)
def test_it_is_told_as_lost(act: str, databases: Databases, cluster: Cluster) -> None:
    with databases.lent() as lent, open_journal(replace(lent, unwritten=None)) as journal:
        ledger = journal.begin_run(journal.stage(NEW, rows(3)), ANA, ResendPolicy(), key="a1" * 16)
        with journal.locks.hold_run("a1" * 16):
            run_sql(cluster, ENDED.format(lent.shown.rpartition("/")[2]))
            with pytest.raises(JournalLostError):
                _ACTS[act](ledger)


def test_it_is_told_as_lost_between_rows_and_the_ids_of_their_requests(
    databases: Databases, cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    with databases.lent() as lent, open_journal(replace(lent, unwritten=None)) as journal:
        ledger = journal.begin_run(journal.stage(NEW, rows(3)), ANA, ResendPolicy(), key="a1" * 16)
        look_up = _InDoubt.__init__

        def lost_before(*asked: object) -> None:
            run_sql(cluster, ENDED.format(lent.shown.rpartition("/")[2]))
            look_up(*asked)  # type: ignore[arg-type]

        monkeypatch.setattr(_InDoubt, "__init__", lost_before)
        with journal.locks.hold_run("a1" * 16), pytest.raises(JournalLostError):
            next(ledger.take(with_request_ids=True))


def test_rows_with_ids_are_taken_few_at_a_time(databases: Databases) -> None:
    with databases.lent() as lent, open_journal(replace(lent, unwritten=None)) as journal:
        job = journal.stage(NEW, rows(100))
        ours, theirs = (journal.begin_run(job, ANA, ResendPolicy(), key=key * 32, joins=True) for key in "ab")
        with journal.locks.hold_run("a" * 32):
            next(ours.take(with_request_ids=True))
            assert len(list(theirs.take())) >= 60
