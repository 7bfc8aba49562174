"""A team's database with the tables of its locks."""

from collections.abc import Iterator

import pytest

from tests.journal.postgres.senders.team import Team
from tests.postgres.cluster import IN_MEMORY, Cluster, PostgresMissingError, clusters
from tests.postgres.databases import fresh, prepare
from uploader.journal.locks import naming
from uploader.journal.servers import Server


@pytest.fixture
def team(database: Server, monkeypatch: pytest.MonkeyPatch, cost_of_a_lock: int) -> Iterator[Team]:
    monkeypatch.setattr(naming, "_COST", cost_of_a_lock)  # as in other processes
    made = Team(database)
    yield made
    made.close()


@pytest.fixture
def own_cluster() -> Iterator[Cluster]:
    """A server that this test may kill."""
    try:
        with clusters({**IN_MEMORY, "fsync": "on"}) as made:
            yield made
    except PostgresMissingError as missing:
        pytest.skip(str(missing))


@pytest.fixture
def own(own_cluster: Cluster) -> Iterator[Team]:
    """A team whose database is in that."""
    prepare(own_cluster)
    with fresh(own_cluster) as server:
        made = Team(server)
        yield made
        made.close()
