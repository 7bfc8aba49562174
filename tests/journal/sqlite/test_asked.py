"""What is looked up for many rows at once never passes a row of which something is known that counts."""

from contextlib import closing
from pathlib import Path

import pytest

from tests.journal.builders import dispatch
from tests.journal.stories import POLICIES, Story
from uploader.journal.sql.prior import find_prior, under_way
from uploader.journal.sqlite import SqliteJournal
from uploader.journal.sqlite.asked import asked_rows
from uploader.journal.sqlite.connection import Connection

JOBS, ROWS, REQUESTS = range(1, 4), range(2, 22), 30


@pytest.mark.parametrize("seed", range(100, 108))
def test_a_row_whose_request_is_known_may_be_known(tmp_path: Path, seed: int) -> None:
    with closing(Connection(tmp_path / "journal.db")) as connection:
        journal = SqliteJournal(connection.path, lambda _: connection)
        story = Story(journal, seed)
        story.told(lambda ledger, completions, dispatches: dict(ledger.commit(completions, dispatches)))
        known = 0
        for job in JOBS:
            some = [dispatch(row, fingerprint=f"print {(row * 7 + seed) % REQUESTS}") for row in ROWS]
            for policy in POLICIES:
                asked = asked_rows(connection.db, job, some, policy)
                for one in some:
                    number, fingerprint = one.row.number, one.request.fingerprint
                    prior = find_prior(connection.db, fingerprint, job, number, policy)
                    elsewhere = not policy.duplicates and under_way(connection.db, fingerprint, 0)
                    if prior or elsewhere:
                        assert asked[number].may_be_known
                        known += 1
        assert known > 0
        for policy in POLICIES:
            for number in range(REQUESTS):
                as_without_a_list = find_prior(connection.db, f"print {number}", 0, 0, policy)
                assert journal.find_prior(f"print {number}", policy) == as_without_a_list
