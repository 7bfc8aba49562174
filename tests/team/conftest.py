"""A team with three computers, its journal and its API."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import start_practice
from tests.team.computers import Team
from uploader.journal.servers import Server

PLACES = 2
"""Of the API's token."""


@pytest.fixture
def team(tmp_path: Path, database: Server) -> Iterator[Team]:
    """Three computers with an API that has two places."""
    if os.name == "nt":
        pytest.skip("Windows has no SIGKILL")
    for practice in start_practice(tmp_path, "--latency", "0.02", "--quota", "1000000"):
        yield Team(tmp_path, database.conninfo, practice, PLACES)


@pytest.fixture
def busy_team(tmp_path: Path, database: Server) -> Iterator[Team]:
    """Three computers with an API that has places for all of them."""
    for practice in start_practice(tmp_path, "--latency", "0.1", "--quota", "1000000", "--at-once", "6"):
        yield Team(tmp_path, database.conninfo, practice, 6)
