"""A program that imports uploader, and the sandbox as a server of its own with its record."""

from collections.abc import Iterator

import pytest

from tests.conftest import PracticeProcess, start_practice
from uploader.sandbox import TOKEN


@pytest.fixture(scope="session")
def shared_sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PracticeProcess]:
    yield from start_practice(tmp_path_factory.mktemp("sandbox"))


@pytest.fixture
def sandbox(shared_sandbox: PracticeProcess, monkeypatch: pytest.MonkeyPatch) -> PracticeProcess:
    """The server, with its token in the environment; what other tests sent isn't shown."""
    monkeypatch.setenv("WOLKVOX_SERVER", "0042")
    monkeypatch.setenv("WOLKVOX_TOKEN", TOKEN)
    return shared_sandbox.from_now_on()
