"""Fixtures: the run's own server, shared by all its workers, and fresh databases in it."""

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from filelock import FileLock

from tests.postgres.cluster import ADMIN, IN_MEMORY, OWNER, Cluster, PostgresMissingError, made_cluster
from uploader.journal.servers import Server

_TEMPLATE = "journal_of_a_team"
"""The database that others are made from: the journal's schema is in it."""
_WITHOUT_ANYBODY = """
SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
"""
_WITHOUT_ROWS = """
DO $$ DECLARE name text; BEGIN
    SET LOCAL session_replication_role = replica;   -- tables in any order
    FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'uploader' AND tablename <> 'journal' LOOP
        EXECUTE format('DELETE FROM uploader.%I', name);
    END LOOP;
    FOR name IN SELECT sequencename FROM pg_sequences WHERE schemaname = 'uploader' LOOP
        EXECUTE format('ALTER SEQUENCE uploader.%I RESTART', name);
    END LOOP;
END $$
"""


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """The server of this run of the tests, whose databases don't outlive it. Skips where there is no PostgreSQL."""
    if find_spec("psycopg") is None:
        pytest.skip('psycopg is not installed: pip install ".[team]"')
    base = tmp_path_factory.getbasetemp()
    try:
        shared, held = _shared(base.parent if "PYTEST_XDIST_WORKER" in os.environ else base)
    except PostgresMissingError as missing:
        pytest.skip(str(missing))
    yield shared
    os.close(held)


@pytest.fixture(scope="session")
def databases(cluster: Cluster) -> "Databases":
    """Emptied databases, for tests that change rows and no more."""
    return Databases(cluster)


@pytest.fixture
def database(cluster: Cluster) -> Iterator[Server]:
    """A fresh database with the journal's schema. The server's OWNER owns it."""
    with fresh(cluster) as server:
        yield server


@pytest.fixture
def empty_database(cluster: Cluster) -> Iterator[Server]:
    """A fresh database with nothing in it. The server's OWNER owns it."""
    with fresh(cluster, template="template1") as server:
        yield server


@dataclass(frozen=True)
class Databases:
    """Databases of one worker that are emptied and used again, as making one takes longer than most tests."""

    cluster: Cluster
    _free: list[str] = field(default_factory=list)

    @contextmanager
    def lent(self) -> Iterator[Server]:
        """A database whose journal is empty, for the length of the block."""
        if not self._free:
            self._free.append(f"test_{uuid4().hex}")
            make(self.cluster, self._free[-1])
        name = self._free.pop()
        yield server_of(self.cluster, name)
        run_sql(self.cluster, _WITHOUT_ANYBODY, _WITHOUT_ROWS, database=name)
        self._free.append(name)


@contextmanager
def fresh(cluster: Cluster, *, template: str = _TEMPLATE) -> Iterator[Server]:
    """A new database for the length of the block."""
    name = f"test_{uuid4().hex}"
    make(cluster, name, template=template)
    try:
        yield server_of(cluster, name)
    finally:
        drop(cluster, name)


def make(cluster: Cluster, name: str, *, template: str = _TEMPLATE) -> None:
    """Make a database with the journal's schema, owned by OWNER."""
    run_sql(cluster, f"CREATE DATABASE {name} OWNER {OWNER} TEMPLATE {template}")


def drop(cluster: Cluster, name: str) -> None:
    """Drop a database, whoever is still connected."""
    run_sql(cluster, f"DROP DATABASE {name} WITH (FORCE)")


def server_of(cluster: Cluster, name: str) -> Server:
    """The place of a database."""
    return Server.of(cluster.uri(name))


def prepare(cluster: Cluster) -> None:
    """Make what `fresh` needs in a new server."""
    run_sql(cluster, f"CREATE ROLE {OWNER} LOGIN", f"CREATE DATABASE {_TEMPLATE} OWNER {OWNER}")
    from uploader.journal.postgres import schema  # noqa: PLC0415  # tests of anything else run without psycopg
    from uploader.journal.postgres.connecting import connect  # noqa: PLC0415

    with closing(connect(server_of(cluster, _TEMPLATE), name="tests")) as connection:
        schema.make(connection)


def run_sql(cluster: Cluster, *statements: str, database: str = "postgres", role: str = ADMIN) -> list[Any]:
    """Run each statement in a transaction of its own. Gives the last one's rows."""
    import psycopg  # noqa: PLC0415  # tests of anything else run without it

    with psycopg.connect(cluster.uri(database, role), autocommit=True) as connection:
        for statement in statements:
            cursor = connection.execute(statement.encode())
        return cursor.fetchall() if cursor.description else []


def _shared(folder: Path) -> tuple[Cluster, int]:
    """The server that the workers of this folder share, and what holds it. The first one to come starts it."""
    note = folder / "postgres"
    with FileLock(folder / "postgres.lock"):
        if note.exists():
            place, _, port = note.read_text(encoding="utf-8").rpartition(":")
            running = Cluster(Path(place), int(port))
            if (held := running.held()) is not None:
                return running, held
        cluster, held = made_cluster(IN_MEMORY)
        prepare(cluster)
        note.write_text(f"{cluster.folder}:{cluster.port}", encoding="utf-8")
        return cluster, held
