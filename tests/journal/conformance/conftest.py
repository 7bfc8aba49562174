"""Every test here is run with each backend: another one is one more line of `BACKENDS`."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import TypeAlias

import pytest
from filelock import FileLock

from tests.postgres.cluster import Cluster
from tests.postgres.databases import drop, make, server_of
from uploader.journal import Journal, open_journal

Opened: TypeAlias = Callable[[], Journal]
Backend: TypeAlias = Callable[[Path], Journal]
"""Opens the journal that belongs to a folder; many times, from several processes."""


def in_sqlite(request: pytest.FixtureRequest) -> Iterator[Backend]:
    yield _in_file


def in_postgres(request: pytest.FixtureRequest) -> Iterator[Backend]:
    in_databases = _InDatabases(request.getfixturevalue("cluster"), request.getfixturevalue("tmp_path"))
    yield in_databases
    in_databases.drop()


BACKENDS: Mapping[str, Callable[[pytest.FixtureRequest], Iterator[Backend]]] = {
    "sqlite": in_sqlite,
    "postgres": in_postgres,
}


@pytest.fixture(params=BACKENDS)
def backend(request: pytest.FixtureRequest) -> Iterator[Backend]:
    yield from BACKENDS[request.param](request)


@pytest.fixture
def open_again(backend: Backend, tmp_path: Path) -> Opened:
    """Opens the test's journal as another process does."""
    return lambda: backend(tmp_path)


@pytest.fixture
def journal(open_again: Opened) -> Iterator[Journal]:
    with open_again() as opened:
        yield opened


def _in_file(folder: Path) -> Journal:
    return open_journal(folder / "home" / "journal.db")


@dataclass(frozen=True)
class _InDatabases:
    """A database for each folder of a test, made when it is first asked for."""

    cluster: Cluster
    folder: Path
    """All of them are within."""

    def __call__(self, folder: Path) -> Journal:
        folder.mkdir(exist_ok=True)
        name = f"test_{sha256(bytes(folder)).hexdigest()[:32]}"
        made = self.folder / f"{name}.made"
        with FileLock(self.folder / "making.lock"):
            if not made.exists():
                make(self.cluster, name)
                made.touch()
        return open_journal(replace(server_of(self.cluster, name), unwritten=folder / "unwritten"))

    def drop(self) -> None:
        for made in self.folder.glob("*.made"):
            drop(self.cluster, made.stem)
