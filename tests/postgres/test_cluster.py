"""The tests' own server: one for all workers, with fresh databases, and nothing of it is left."""

import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.postgres.cluster import ADMIN, OWNER, Cluster, PostgresMissingError, binaries, clusters
from tests.postgres.databases import fresh, prepare, run_sql
from tests.waiting import until
from uploader.journal.servers import Server

pytest.importorskip("psycopg")

_HOLDER = """
import time
from tests.postgres.cluster import made_cluster
made, held = made_cluster({})
print(made.folder, made.port, flush=True)
time.sleep(1000)
"""


@pytest.fixture
def own() -> None:
    """For tests that start servers beside the run's own."""
    try:
        binaries()
    except PostgresMissingError as missing:
        pytest.skip(str(missing))


def test_each_test_has_a_database_of_its_own_that_it_owns_and_nothing_else(
    cluster: Cluster, database: Server, empty_database: Server
) -> None:
    names = [server.shown.rpartition("/")[2] for server in (database, empty_database)]
    asked = "SELECT rolname, rolsuper FROM pg_database JOIN pg_roles ON pg_roles.oid = datdba WHERE datname = '{}'"
    assert [run_sql(cluster, asked.format(name)) for name in names] == [[(OWNER, False)]] * 2
    assert names[0] != names[1]


def test_a_database_goes_although_somebody_is_connected(cluster: Cluster) -> None:
    import psycopg  # noqa: PLC0415

    with fresh(cluster) as server:
        name = server.shown.rpartition("/")[2]
        connection = psycopg.connect(server.conninfo)
    connection.close()
    assert run_sql(cluster, f"SELECT 1 FROM pg_database WHERE datname = '{name}'") == []


def test_what_was_committed_is_there_after_a_kill(own: None) -> None:
    with clusters({}) as server:
        prepare(server)
        run_sql(server, "CREATE TABLE kept (n int)", "INSERT INTO kept VALUES (7)", role=ADMIN)
        server.kill()
        server.start()
        assert run_sql(server, "SELECT n FROM kept") == [(7,)]
    until(lambda: not server.folder.exists(), "the folder of a server that nobody holds goes")


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_it_ends_with_the_process_that_holds_it_however_that_ends(own: None, how: signal.Signals) -> None:
    with subprocess.Popen([sys.executable, "-c", _HOLDER], stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        folder, port = holder.stdout.readline().split()
        server = Cluster(Path(folder), int(port))
        assert run_sql(server, "SELECT 1") == [(1,)]
        holder.send_signal(how)
    until(lambda: not server.folder.exists(), "the folder goes")
    with socket.socket() as nobody, pytest.raises(ConnectionRefusedError):
        nobody.connect(("127.0.0.1", server.port))
    assert server.held() is None
