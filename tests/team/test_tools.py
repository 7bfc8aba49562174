"""The tools of these tests do what they say: lines that are cut, and clocks that are wrong."""

import os
import subprocess
import sys
import time
from contextlib import closing
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.postgres.cluster import Cluster
from tests.postgres.databases import run_sql
from tests.team.computers import shifted
from tests.team.lines import Cut, line_to
from tests.waiting import until
from uploader.journal.servers import Server

HOUR = 3600


@pytest.mark.parametrize("is_heard", [False, True])
def test_a_line_that_is_cut_at_a_commit_loses_the_commit_or_its_answer(
    cluster: Cluster, empty_database: Server, *, is_heard: bool
) -> None:
    import psycopg  # noqa: PLC0415

    name = empty_database.shown.rpartition("/")[2]
    run_sql(cluster, "CREATE TABLE kept (n int)", database=name, role="owner")
    with line_to(cluster.port) as line:
        line.cut_at(Cut(b"COMMIT", 2, is_heard))
        with closing(psycopg.connect(line.address(empty_database.conninfo))) as connection:
            for n in (1, 2):
                connection.execute(f"INSERT INTO kept VALUES ({n})".encode())
                if n == 1:
                    connection.commit()
            with pytest.raises(psycopg.OperationalError):
                connection.commit()
        assert line.cuts == 1
        with closing(psycopg.connect(line.address(empty_database.conninfo))) as again:
            kept = [n for (n,) in again.execute("SELECT n FROM kept")]
    assert kept == ([1, 2] if is_heard else [1])


def test_nothing_gets_through_a_line_that_is_down_until_it_is_mended(cluster: Cluster, empty_database: Server) -> None:
    import psycopg  # noqa: PLC0415

    with line_to(cluster.port) as line:
        address = line.address(empty_database.conninfo)
        with closing(psycopg.connect(address)) as connection:
            connection.execute("SELECT 1")
            line.cut_now()
            until(lambda: is_lost(connection), "the cut")
        with pytest.raises(psycopg.OperationalError):
            psycopg.connect(address)
        line.mend()
        psycopg.connect(address).close()


def is_lost(connection: Any) -> bool:
    import psycopg  # noqa: PLC0415

    try:
        connection.execute("SELECT 1")
    except psycopg.OperationalError:
        return True
    return False


def test_a_process_has_a_clock_of_its_own() -> None:
    code = "import time; from datetime import UTC, datetime; print(time.time(), datetime.now(UTC).isoformat())"
    ended = subprocess.run(
        [sys.executable, "-c", code], env={**os.environ, **shifted(HOUR)}, capture_output=True, text=True, check=True
    )
    seconds, moment = ended.stdout.split()
    for ahead in (float(seconds) - time.time(), (datetime.fromisoformat(moment) - datetime.now(UTC)).total_seconds()):
        assert HOUR / 2 < ahead <= HOUR
