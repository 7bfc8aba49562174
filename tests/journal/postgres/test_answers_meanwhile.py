"""An answer that is written while another sender looks its request up: it is seen, as it was or as it is."""

import threading
from dataclasses import replace

import pytest

from tests.journal.builders import NEW, OTHER, begin, completion, dispatch, rows
from tests.postgres.cluster import Cluster
from tests.postgres.databases import Databases, run_sql
from tests.waiting import HANG_SECONDS, until
from uploader.journal import open_journal
from uploader.journal.sql import prior
from uploader.model.rows import Status

_WAITING = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = '{}'"


def test_a_row_whose_request_is_accepted_while_it_is_looked_up_does_not_leave(
    databases: Databases, cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    with (
        databases.lent() as place,
        open_journal(replace(place, unwritten=None)) as ours,
        open_journal(replace(place, unwritten=None)) as theirs,
    ):
        sending = begin(theirs, theirs.stage(OTHER, rows(1)))
        sending.commit([], [dispatch(2)])
        answering = threading.Thread(target=sending.commit, args=([completion(2)], []))
        look_for_unknown = prior._unknown

        def meanwhile(*asked: object) -> object:
            """That it was accepted has been asked before, and whether it is unknown comes now."""
            if answering.ident is None:
                answering.start()
                question = _WAITING.format(place.shown.rpartition("/")[2])
                until(
                    lambda: not answering.is_alive() or run_sql(cluster, question) == [(1,)], "it is written, or waits"
                )
            return look_for_unknown(*asked)  # type: ignore[arg-type]

        monkeypatch.setattr(prior, "_unknown", meanwhile)
        job = ours.stage(NEW, rows(1))
        held_back = begin(ours, job).commit([], [dispatch(2)])
        answering.join(HANG_SECONDS)
        assert held_back == {2: Status.UNKNOWN}
        assert list(ours.attempts(job)) == []
