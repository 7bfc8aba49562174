"""The world in which pages are tried: the application with a home of its own, and a sandbox in the place of the API."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.web.visits import Sandbox, Site, Visitor, opened, sandbox
from uploader.sandbox import TOKEN


@pytest.fixture
def api(tmp_path: Path) -> Iterator[Sandbox]:
    with sandbox(tmp_path / "sandbox") as one:
        yield one


@pytest.fixture
def settings_at_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    """As IT leaves them in the environment."""
    monkeypatch.setenv("WOLKVOX_SERVER", "0042")
    monkeypatch.setenv("WOLKVOX_TOKEN", TOKEN)


@pytest.fixture
def site(
    tmp_path: Path, own_world: Path, api: Sandbox, settings_at_hand: None, api_that_ends_soon: None
) -> Iterator[Site]:
    with opened(tmp_path / "page", own_world, base_url=api.url) as one:
        yield one


@pytest.fixture
def visitor(site: Site) -> Visitor:
    return site.visitor()
