"""Every test here is run with each backend: another one is one more line of `BACKENDS`."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TypeAlias

import pytest

from uploader.journal import Journal, open_journal

Opened: TypeAlias = Callable[[], Journal]


def in_sqlite(folder: Path) -> Journal:
    return open_journal(folder / "home" / "journal.db")


BACKENDS: Mapping[str, Callable[[Path], Journal]] = {
    "sqlite": in_sqlite,
}
"""What opens the journal that belongs to a folder; many times, from several processes."""


@pytest.fixture(params=BACKENDS)
def backend(request: pytest.FixtureRequest) -> Callable[[Path], Journal]:
    return BACKENDS[request.param]


@pytest.fixture
def open_again(backend: Callable[[Path], Journal], tmp_path: Path) -> Opened:
    """Opens the test's journal as another process does."""
    return lambda: backend(tmp_path)


@pytest.fixture
def journal(open_again: Opened) -> Iterator[Journal]:
    with open_again() as opened:
        yield opened
