"""Every test here is run with each backend: another one is one more line of `BACKENDS`."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from itertools import count
from pathlib import Path
from typing import TypeAlias

import pytest

from tests.postgres.databases import Databases
from uploader.journal import Journal, open_journal

Opened: TypeAlias = Callable[[], Journal]
"""Opens one journal as another process does; it may be handed to one."""
NewJournal: TypeAlias = Callable[[], Opened]
"""Makes an empty journal."""


def in_files(request: pytest.FixtureRequest) -> Iterator[NewJournal]:
    folder: Path = request.getfixturevalue("tmp_path")
    numbers = count(1)
    yield lambda: partial(open_journal, folder / f"home {next(numbers)}" / "journal.db")


def in_databases(request: pytest.FixtureRequest) -> Iterator[NewJournal]:
    databases: Databases = request.getfixturevalue("databases")
    unwritten: Path = request.getfixturevalue("tmp_path") / "unwritten"
    with ExitStack() as stack:
        yield lambda: partial(open_journal, replace(stack.enter_context(databases.lent()), unwritten=unwritten))


BACKENDS: Mapping[str, Callable[[pytest.FixtureRequest], Iterator[NewJournal]]] = {
    "sqlite": in_files,
    "postgres": in_databases,
}


@pytest.fixture(params=BACKENDS)
def new_journal(request: pytest.FixtureRequest) -> Iterator[NewJournal]:
    yield from BACKENDS[request.param](request)


@pytest.fixture
def open_again(new_journal: NewJournal) -> Opened:
    """Opens the test's journal as another process does."""
    return new_journal()


@pytest.fixture
def journal(open_again: Opened) -> Iterator[Journal]:
    with open_again() as opened:
        yield opened
