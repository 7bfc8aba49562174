"""An open journal file, for tests that look beneath the journal."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from uploader.journal.sqlite.connection import Connection


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[Connection]:
    with closing(Connection(tmp_path / "journal.db")) as opened:
        yield opened
